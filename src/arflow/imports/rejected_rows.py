"""The rows of a file that were refused, as a file to correct and import again: its own headings, and why, in a last column."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from arflow.imports.importing import How
from arflow.imports.kinds import Columns
from arflow.imports.sheets import RowFault

WHY = "why refused"


def rejected_rows(path: Path, how: How, columns: Columns, faults: Iterable[RowFault]) -> bytes:
    """The refused rows as CSV (UTF-8 with its mark, so that Excel reads it too), under the headings of the file."""
    sheet = how.sheet(path, columns.fields, columns.needed)
    why: dict[int, list[str]] = {}
    for fault in faults:
        why.setdefault(fault.row, []).append(f"{fault.column}: {fault.message}")
    kept = [n for n, name in enumerate(sheet.headings.names) if name != WHY]
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow([*(sheet.headings.names[n] for n in kept), WHY])
    for row in sheet.rows():
        if row.number in why:
            cells = [_cell(row.line[n]) if n < len(row.line) else "" for n in kept]
            writer.writerow([*cells, "; ".join(why[row.number])])
    return made.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
