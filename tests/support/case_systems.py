"""Messy exports as case systems make them, from one invented caseload: ten ways in which the same ten plans come."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import openpyxl

from tests.support.cases import day


class Child(NamedTuple):
    """A plan as every one of the exports tells it."""

    ref: str
    made: date
    reviewed: date | None
    urn: str
    year: int
    officer: str


CHILDREN = tuple(
    Child(
        f"{4000 + n}",
        day("12 Sep 2021").replace(month=1 + n, day=3 + n),
        day("10 Mar 2026").replace(day=1 + n) if n % 3 else None,
        f"{123450 + n}",
        n,
        "Zoë O'Neill" if n % 2 else "Casey Morgan",
    )
    for n in range(10)
)


class Export(NamedTuple):
    """A file as a case system makes it, and what its messages lead to: the mapping filled in, and options."""

    name: str
    content: bytes
    values: str = ""
    options: tuple[str, ...] = ()
    mended: Callable[[bytes], bytes] | None = None


def _text(rows: Iterable[Sequence[Any]], between: str = ",", coding: str = "utf-8", end: str = "\r\n") -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=between, lineterminator=end).writerows(rows)
    return made.getvalue().encode(coding)


def _book(*sheets: tuple[str, Iterable[Sequence[Any]]]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(made)
    return made.getvalue()


def _year(number: int) -> str:
    return "R" if number == 0 else f"Year {number}"


def semicolons() -> Export:
    head = ("EHCP Ref", "EHCP Issued", "Last AR Date", "School URN", "Year Group", "Case Officer")
    rows = [
        (c.ref, f"{c.made:%d/%m/%Y}", f"{c.reviewed:%d/%m/%Y}" if c.reviewed else "", c.urn, _year(c.year), c.officer)
        for c in CHILDREN
    ]
    return Export("Caseload Export.csv", _text([head, *rows], ";", "cp1252"))


def unicode_text() -> Export:
    head = ("Case ID", "Plan Start Date", "Last Annual Review", "URN", "NCY", "Allocated Worker")
    rows = [
        (
            c.ref,
            f"{c.made:%d-%b-%Y}",
            f"{c.reviewed:%d-%b-%Y}" if c.reviewed else "N/A",
            c.urn,
            c.year or "R",
            c.officer,
        )
        for c in CHILDREN
    ]
    return Export("export.txt", _text([head, *rows], "\t", "utf-16"))


def report_with_title() -> Export:
    head = ("Plan No.", "Date First Issued", "Last Review Date", "Setting URN", "NC Year", "Caseworker", "Total")
    title = [
        ("Caseload report", "", "", "", "", "", ""),
        ("Run on 01/11/2026 by the system", "", "", "", "", "", ""),
        (),
    ]
    rows = [(c.ref, c.made, c.reviewed, int(c.urn), c.year, c.officer, None) for c in CHILDREN]
    return Export("report.xlsx", _book(("Page 1", [*title, head, *rows[:5], head, *rows[5:]])))


def cover_sheet() -> Export:
    head = (
        "EHCP Number",
        "Date EHCP Issued",
        "Date of last AR",
        "Establishment URN",
        "Curriculum Year",
        "SEND Officer",
    )
    rows = [
        (c.ref, datetime.combine(c.made, time()), c.reviewed, f"{c.urn} ", c.year, f" {c.officer}") for c in CHILDREN
    ]
    cover = [("Exported by the case system",), ("Confidential",)]
    return Export(
        "extract.xlsx", _book(("Read me", cover), ("EHCPs", [head, *rows]), ("Lookups", [("Code", "Meaning")]))
    )


def data_frame() -> Export:
    head = ("", "plan_id", "plan_start", "last_review_date", "school_urn", "nc_year", "officer")
    rows = [
        (
            n,
            f"{c.ref}.0",
            f"{c.made} 00:00:00",
            f"{c.reviewed} 00:00:00" if c.reviewed else "",
            f"{c.urn}.0",
            f"{c.year}.0",
            c.officer,
        )
        for n, c in enumerate(CHILDREN)
    ]
    return Export("frame.csv", _text([head, *rows], end="\n"))


def serials() -> Export:
    head = ("Person ID", "EHCP Start Date", "Last Review", "URN", "Year", "Worker")
    zero = date(1899, 12, 30)
    rows = [
        (c.ref, (c.made - zero).days, (c.reviewed - zero).days if c.reviewed else "-", c.urn, c.year, c.officer)
        for c in CHILDREN
    ]
    return Export("serials.csv", b"sep=|\r\n" + _text([head, *rows], "|"))


def from_dos() -> Export:
    head = ("Our Ref", "Plan Issued", "Review Completed", "URN", "Yr", "Key Worker")
    rows = [
        (c.ref, f"{c.made:%-d %B %Y}", f"{c.reviewed:%-d %B %Y}" if c.reviewed else "", c.urn, f"Y{c.year}", c.officer)
        for c in CHILDREN
    ]
    return Export("OLD.TXT", _text([head, *rows], ",", "cp850"))


def opendocument() -> Export:
    head = ("Plan Ref", "Final Plan Issued", "Last AR", "School URN", "NC Year Group", "EHC Coordinator")
    rows = [(c.ref, c.made, c.reviewed, c.urn, c.year, c.officer) for c in CHILDREN]
    return Export("caseload.ods", as_opendocument([head, *rows]))


def timestamps() -> Export:
    """Days with the time at which somebody pressed the button: the message names the setting that leaves it out."""
    head = ("Case Reference", "EHCP Issue Date", "Last AR Completed", "URN", "School Year", "Case Holder")
    rows = [
        (
            c.ref,
            f"{c.made:%d/%m/%Y} 09:31:22",
            f"{c.reviewed:%d/%m/%Y} 16:02:00" if c.reviewed else "",
            c.urn,
            c.year,
            c.officer,
        )
        for c in CHILDREN
    ]
    return Export("audit.csv", _text([head, *rows]), values='without_time = ["first_made", "last_reviewed"]\n')


def broken_formulas() -> Export:
    """Look-ups that failed, and a footer: each cell is named, and a person clears it."""
    head = ("EHCP ID", "EHCP First Issued", "Last AR Date", "URN", "Year Group", "Case Worker")
    rows: list[Sequence[Any]] = [(c.ref, c.made, c.reviewed, int(c.urn), c.year, c.officer) for c in CHILDREN]
    broken = [*rows[:-1], (*rows[-1][:3], "#N/A", *rows[-1][4:]), ("Total: 10", None, None, None, None, None)]
    whole = _book(("Data", [head, *rows]))
    return Export("lookups.xlsx", _book(("Data", [head, *broken])), mended=lambda _: whole)


EXPORTS: tuple[Callable[[], Export], ...] = (
    semicolons, unicode_text, report_with_title, cover_sheet, data_frame, serials, from_dos, opendocument, timestamps,
    broken_formulas,
)  # fmt: skip


def rewritten(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return made.getvalue()


_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3"><office:body>
<office:spreadsheet>{}<table:table table:name="Sheet1">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def as_opendocument(rows: Iterable[Sequence[Any]], after: str = "", before: str = "") -> bytes:
    """The rows as LibreOffice writes them; `after` is XML of further rows, `before` XML of the workbook's settings."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr("META-INF/manifest.xml", _MANIFEST)
        new.writestr("content.xml", _CONTENT.format(before, body + after + blank))
    return made.getvalue()


def _ods_cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case date():
            kind = f'office:value-type="date" office:date-value="{value}"'
        case int():
            kind = f'office:value-type="float" office:value="{value}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
