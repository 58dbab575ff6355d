"""The sheet of a term list as it came back, whatever program saved it: read in a process apart, row by row."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import msgspec

from arflow import temporary
from arflow.apart import Apart, NotDone
from arflow.errors import ArflowError, InvalidValue
from arflow.imports.cell_values import Reading
from arflow.imports.layout import Layout
from arflow.imports.sheets import Mapping, Row, Sheet
from arflow.planning import list_words as words

_SECONDS, _GIGABYTES = 30.0, 2.0
_COLUMNS = {
    "plan": words.PLAN,
    "name": words.NAME,
    "nc_year": words.YEAR,
    "due": words.DUE,
    "meet_by": words.MEET_BY,
    "day": words.DAY,
    "note": words.NOTE,
    "list": words.LIST,
}
_NEEDED = ("plan", "day", "list")
_ENDINGS = (".xlsx", ".ods", ".csv", ".xlsm")


class ReplyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that came back: its number as a spreadsheet shows it, and what stands in it.

    `day` is the meeting's, and `day_said` its cell as text; `day_fault` says why that is no day. A column that was taken out
    is None.
    """

    number: int
    plan: str
    list: str
    name: str | None = None
    nc_year: str | None = None
    due: date | None = None
    meet_by: date | None = None
    day: date | None = None
    day_said: str = ""
    day_fault: str = ""
    note: str = ""


class _Read(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    rows: tuple[ReplyRow, ...]


class _Refused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    why: str


@cache
def _room() -> Apart:
    return Apart.lasting(f"{__name__}:read_apart", seconds=_SECONDS, gigabytes=_GIGABYTES)


def read_sheet(content: bytes, name: str) -> Sequence[ReplyRow]:
    """The rows of a sheet that comes from outside: no file can stop or fill up arflow. InvalidValue where it is none of ours."""
    try:
        told = _room().do(msgspec.msgpack.encode((content, name)))
    except NotDone as ended:
        raise InvalidValue("FILE", name, "a sheet that can be read: it takes too much time or memory") from ended
    found = msgspec.msgpack.decode(told, type=_Read | _Refused)
    if isinstance(found, _Refused):
        raise InvalidValue("FILE", name, found.why)
    return found.rows


def read_apart(given: bytes) -> bytes:
    """What the process apart does with a file and its name."""
    content, name = msgspec.msgpack.decode(given, type=tuple[bytes, str])
    ending = next((one for one in _ENDINGS if name.lower().endswith(one)), ".xlsx")
    try:
        with temporary.folder("list") as folder:
            path = folder / f"list{ending}"
            path.write_bytes(content)
            sheet = Sheet(path, Mapping(columns=_COLUMNS), tuple(_COLUMNS), _NEEDED, Layout())
            rows = tuple(_row(sheet, row) for row in sheet.rows())
    except InvalidValue as refusal:
        return msgspec.msgpack.encode(_Refused(why=refusal.wanted))
    except ArflowError as refusal:
        return msgspec.msgpack.encode(_Refused(why=refusal.message))
    return msgspec.msgpack.encode(_Read(rows=rows))


def _row(sheet: Sheet, row: Row) -> ReplyRow:
    reading, there = Reading(sheet, row), row.cells
    day = reading.day("day")
    said = there.get("day", "")
    return ReplyRow(
        number=row.number,
        plan=str(there.get("plan", "")).strip(),
        list=str(there.get("list", "")).strip(),
        name=str(there["name"]).strip() if "name" in there else None,
        nc_year=str(there["nc_year"]).strip() if "nc_year" in there else None,
        due=_locked_day(sheet, row, "due"),
        meet_by=_locked_day(sheet, row, "meet_by"),
        day=day,
        day_said="" if isinstance(said, date) else said,
        day_fault="; ".join(fault.message for fault in reading.faults),
        note=str(there.get("note", "")).strip(),
    )


def _locked_day(sheet: Sheet, row: Row, field: str) -> date | None:
    """A day that we wrote; None where the column was taken out or something else stands there."""
    return Reading(sheet, row).day(field) if row.cells.get(field) else None
