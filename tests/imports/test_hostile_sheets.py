"""No sheet or mapping takes all time or memory: what is beyond the bounds is one line, at once."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.bounded import bounded

pytestmark = pytest.mark.thorough
READING = """
from pathlib import Path
from arflow.imports.sheets import Sheet, read_mapping
mapping = read_mapping(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
print(len(list(Sheet(Path(sys.argv[1]), mapping, ("ref", "first_made"), ("ref", "first_made")).rows())))
"""


def workbook(change: Callable[[str, bytes], bytes], *more: tuple[str, bytes]) -> bytes:
    book, before, made = Workbook(), BytesIO(), BytesIO()
    assert book.active is not None
    book.active.append(["ref", "first_made"])
    book.active.append(["P-1", "2024-01-31"])
    book.save(before)
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more:
            new.writestr(name, content)
    return made.getvalue()


def in_sheet(xml: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"</sheetData>", xml + b"</sheetData>") if "sheet1" in name else part

    return workbook(change)


def in_part(wanted: str, xml: bytes, end: bytes) -> bytes:
    return workbook(lambda name, part: part.replace(end, xml + end) if wanted in name else part)


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "unpacks to a gigabyte": ("a.xlsx", lambda: in_sheet(b" " * 1_000_000_000), "far larger than any sheet"),
    "a million cells in a row": (
        "a.xlsx",
        lambda: in_sheet(b"<row>" + b"<c/>" * 1_000_000 + b"</row>"),
        "far larger than any sheet",
    ),
    "wide rows": (
        "a.xlsx",
        lambda: in_sheet(b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(3, 2_000))),
        "5,000,000 cells",
    ),
    "a row beyond the last": ("a.xlsx", lambda: in_sheet(b'<row r="900000000"/>'), "1,048,576 rows"),
    "texts": (
        "a.xlsx",
        lambda: workbook(lambda _, part: part, ("xl/sharedStrings.xml", b"<si/>" * 3_000_000)),
        "far larger than any",
    ),
    "styles": ("a.xlsx", lambda: in_part("styles", b"<xf/>" * 3_000_000, b"</cellXfs>"), "far larger than any"),
    "many parts": (
        "a.xlsx",
        lambda: workbook(lambda _, part: part, *((f"{n:0>200}", b"") for n in range(15_000))),
        "far larger than any sheet",
    ),
    "a cell of 200 kB": ("a.csv", lambda: b"ref,first_made\n" + b"a" * 200_000, "row 2: a cell has more than 131,072"),
    "one line": ("a.csv", lambda: b"ref,first_made\n" + b"a," * 5_000_000, "row 2: its line has more than 1,000,000"),
    "zeros": ("a.csv", lambda: b"ref,first_made\n\0\0\0", "it is no text"),
    "a page": ("a.xlsx", lambda: b"<html><table>", "a web page (HTML)"),
    "an old one": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old workbook (.xls)"),
    "a binary one": ("a.xlsx", lambda: zipped("xl/workbook.bin"), "a binary one (.xlsb)"),
    "a binary one as CSV": ("a.csv", lambda: zipped("xl/workbook.bin"), "a binary one (.xlsb)"),
    "another kind": ("a.xlsx", lambda: zipped("content.xml"), "another kind of file"),
}


def zipped(name: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr(name, b"x")
    return made.getvalue()


@pytest.mark.parametrize("kind", REFUSED)
def test_no_sheet_takes_all_time_or_memory(tmp_path: Path, kind: str) -> None:
    name, make, said = REFUSED[kind]
    path = tmp_path / name
    path.write_bytes(make())
    found = bounded(READING, str(path))
    assert said in found.refusal
    assert "\n" not in found.refusal


def test_a_cell_at_the_last_place_of_a_sheet_costs_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(in_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert bounded(READING, str(path)).said == "1"


def test_no_row_is_lost_that_lies_beyond_what_a_sheet_says(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        workbook(lambda name, part: part.replace(b'ref="A1:B2"', b'ref="A1"') if "sheet1" in name else part)
    )
    assert bounded(READING, str(path)).said == "1"


@pytest.mark.parametrize(
    "written",
    [
        "a." * 500_000 + "a = 1",
        '"a b".' * 100 + "a = 1",
        "a = " + "[" * 100_000,
        "a = " + "{a = " * 50 + "1" + "}" * 50,
        "[" + "a." * 50_000 + "a]",
        f"a = {'9' * 100_000}",
        "# " + "a" * 3_000_000,
        "a" * 1_900_000,
    ],
    ids=["dotted", "quoted", "arrays", "tables", "heading", "number", "long", "word"],
)
def test_no_mapping_takes_all_time_or_memory(tmp_path: Path, written: str) -> None:
    sheet, mapping = tmp_path / "a.csv", tmp_path / "a.toml"
    sheet.write_bytes(b"ref,first_made\n")
    mapping.write_text(written, "utf-8")
    found = bounded(READING, str(sheet), str(mapping))
    assert "a.toml is not a mapping" in found.refusal
    assert "\n" not in found.refusal
