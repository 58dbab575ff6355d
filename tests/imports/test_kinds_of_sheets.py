"""Each kind of trouble that real sheets bring, in many variants: read as it is meant, or named with row and column."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from arflow.errors import InvalidValue
from arflow.imports.caseload_sheet import FIELDS, NEEDED
from arflow.imports.cell_values import Reading, parse_day
from arflow.imports.headings import column_letters
from arflow.imports.layout import DELIMITERS, Layout
from arflow.imports.sheets import Mapping, Sheet
from arflow.imports.text_coding import coding_of
from tests.support.case_systems import as_opendocument, rewritten

pytestmark = pytest.mark.thorough
HEAD = ("ref", "first_made", "last_reviewed", "setting", "nc_year", "coordinator")
ROW = ("P-2001", "12/09/2023", "10/09/2025", "123456", "5", "Zoë Müller")
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, layout: Layout | None = None, mapping: Mapping | None = None) -> list[dict[str, Any]]:
    """Every row as plain values; a fault fails the test."""
    sheet, found = Sheet(path, mapping or Mapping(), FIELDS, NEEDED, layout), []
    for row in sheet.rows():
        reading = Reading(sheet, row)
        told: dict[str, Any] = {name: reading.text(name) for name in ("ref", "setting", "coordinator")}
        told |= {name: reading.doubtful_day(name) for name in ("first_made", "last_reviewed")}
        told["nc_year"] = reading.school_year("nc_year")
        assert reading.faults == []
        found.append(told)
    return found


def faults(path: Path, mapping: Mapping | None = None) -> list[str]:
    sheet, found = Sheet(path, mapping or Mapping(), FIELDS, NEEDED), []
    for row in sheet.rows():
        reading = Reading(sheet, row)
        for name in ("ref", "setting", "coordinator"):
            reading.text(name)
        for name in ("first_made", "last_reviewed", "date_of_birth"):
            reading.doubtful_day(name)
        reading.school_year("nc_year")
        found += [str(fault) for fault in reading.faults]
    return found


def refusal(path: Path, layout: Layout | None = None) -> str:
    with pytest.raises(InvalidValue) as refused:
        read(path, layout)
    return refused.value.in_options()


def text(rows: Any, between: str = ",", end: str = "\r\n") -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=between, lineterminator=end).writerows(rows)
    return made.getvalue()


def book(*sheets: tuple[str, Any]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(out)
    return out.getvalue()


def in_sheet(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return rewritten(content, lambda name, part: change(part) if "worksheets/sheet1" in name else part)


EXPECTED = {
    "ref": "P-2001",
    "first_made": (date(2023, 9, 12), "known"),
    "last_reviewed": (date(2025, 9, 10), "known"),
    "setting": "123456",
    "nc_year": 5,
    "coordinator": "Zoë Müller",
}


# --- delimiter and coding ----------------------------------------------------------------------------------------


@many
@given(
    coding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850")),
    between=st.sampled_from(tuple(DELIMITERS.values())),
    end=st.sampled_from(("\r\n", "\n")),
    says=st.booleans(),
    more=st.integers(0, 30),
)
def test_coding_and_delimiter_are_found(
    coding: str, between: str, end: str, says: bool, more: int, tmp_path: Path
) -> None:
    rows = [HEAD, ROW, *((f"P-{n}", *ROW[1:]) for n in range(more))]
    path = tmp_path / "a.csv"
    path.write_bytes(((f"sep={between}{end}" if says else "") + text(rows, between, end)).encode(coding))
    assert read(path)[0] == EXPECTED
    assert len(read(path)) == 1 + more


NAMES = (
    "Zoë Müller",
    "Ren\u00e9e Dub\u00e9",
    "Siân Jones",
    "Bjørn Åse",
    "Íñigo Pérez",
    "Chloë O\u2019Neill",
    "Anaïs £ Fund",
    "Renée — late",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("coding", ["cp1252", "cp850"])
def test_the_old_codings_are_told_apart_by_which_reads_as_words(name: str, coding: str, tmp_path: Path) -> None:
    try:
        content = text([HEAD, (*ROW[:5], name)]).encode(coding)
    except UnicodeEncodeError:
        return  # DOS has no such sign
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert coding_of(path, None) == coding
    assert read(path)[0]["coordinator"] == name


@pytest.mark.parametrize("between", ["~", "^", "#"])
def test_a_coding_and_a_delimiter_that_are_named_are_taken(between: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text([HEAD, ROW], between).encode("cp850"))
    assert read(path, Layout(encoding="cp850", delimiter=between))[0] == EXPECTED
    assert "a.csv is not utf-8 text throughout: name its coding with --encoding" in refusal(
        path, Layout(encoding="utf-8", delimiter=between)
    )


# --- sheet and row of headings -----------------------------------------------------------------------------------


@many
@given(
    titles=st.integers(0, 8),
    covers=st.integers(0, 2),
    name=st.sampled_from(("Sheet1", "Caseload", "EHCPs (2026)")),
    dress=st.sampled_from((str.upper, str.title, lambda head: f" {head} ", lambda head: head.replace("_", " "))),
)
def test_the_sheet_and_the_row_of_headings_are_found(
    titles: int, covers: int, name: str, dress: Callable[[str], str], tmp_path: Path
) -> None:
    above = [(f"Report line {n}", None, "printed 01/11/2026") for n in range(titles)]
    cover = [(f"Cover {n}", [("Exported by the case system",)]) for n in range(covers)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(*cover, (name, [*above, [dress(head) for head in HEAD], ROW])))
    assert read(path) == [EXPECTED]
    assert read(path, Layout(sheet=name.lower(), heading_row=titles + 1)) == [EXPECTED]


def test_two_sheets_with_the_columns_are_refused_until_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(("North", [HEAD, ROW]), ("South", [HEAD, ("P-1", *ROW[1:])])))
    assert "North, South all have these columns: name one with --sheet" in refusal(path)
    assert [row["ref"] for row in read(path, Layout(sheet="South"))] == ["P-1"]
    assert "it has North, South" in refusal(path, Layout(sheet="East"))


def test_the_headings_again_on_each_page_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text([HEAD, ROW, HEAD, ("P-1", *ROW[1:])]), "utf-8")
    assert [row["ref"] for row in read(path)] == ["P-2001", "P-1"]


@pytest.mark.parametrize("missing", NEEDED)
def test_a_column_that_is_missing_is_answered_with_those_that_are_there(missing: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text([[head for head in HEAD if head != missing], ROW[1:]]), "utf-8")
    said = refusal(path)
    assert f"it has no column {missing}. Its headings, in row 1, are: " in said
    assert "`arflow import guess a.csv --output columns.toml`" in said


def test_a_row_of_a_case_is_never_shown_as_headings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("P-1,Robin Ash,12/09/2023\nP-2,Wren Ash,12/09/2023\n", "utf-8")
    said = refusal(path)
    assert "no row of headings was seen: name it with --heading-row" in said
    assert "Robin" not in said


@pytest.mark.parametrize("field", HEAD)
@pytest.mark.parametrize("between", [0, 3])
def test_a_heading_twice_is_refused_with_its_columns(field: str, between: int, tmp_path: Path) -> None:
    head, row = [*HEAD, *("" for _ in range(between)), field.upper()], [*ROW, *("" for _ in range(between)), ROW[1]]
    letters = f"{column_letters(HEAD.index(field))} and {column_letters(len(head) - 1)}"
    for name, content in (("a.xlsx", book(("Sheet", [head, row]))), ("a.csv", text([head, row]).encode())):
        (tmp_path / name).write_bytes(content)
        assert f"{field} is the heading of columns {letters} in row 1" in refusal(tmp_path / name)


# --- the sheet as it is ------------------------------------------------------------------------------------------


@many
@given(
    dimension=st.sampled_from((b"A1", b"A1:B1", b"A1:F2", b"A1:XFD1048576", b"C3:D9")),
    rows=st.integers(1, 40),
    strict=st.booleans(),
)
def test_every_row_is_read_whatever_the_dimension_says(
    dimension: bytes, rows: int, strict: bool, tmp_path: Path
) -> None:
    made = book(("Sheet", [HEAD, *((f"P-{n}", *ROW[1:]) for n in range(rows))]))
    made = in_sheet(made, lambda part: part.replace(f'ref="A1:F{rows + 1}"'.encode(), b'ref="' + dimension + b'"'))
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_strict(made) if strict else made)
    assert [row["ref"] for row in read(path)] == [f"P-{n}" for n in range(rows)]


def as_strict(content: bytes) -> bytes:
    main, links = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    )

    def change(_: str, part: bytes) -> bytes:
        return part.replace(main, b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            links, b"http://purl.oclc.org/ooxml/officeDocument/"
        )

    return rewritten(content, change)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("row", [2, 5])
@pytest.mark.parametrize("field", HEAD)
def test_a_formula_without_its_value_is_a_fault_of_its_cell(field: str, row: int, strict: bool, tmp_path: Path) -> None:
    rows = [[*ROW] for _ in range(5)]
    rows[row - 2][HEAD.index(field)] = "=TODAY()"
    made = book(("Sheet", [HEAD, *rows]))
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_strict(made) if strict else made)
    assert faults(path) == [
        f"row {row}, {field}: is a formula whose value the file does not hold: open it in Excel, let it calculate, and save it"
    ]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
@pytest.mark.parametrize("kind", ["xlsx", "strict", "ods", "csv"])
@pytest.mark.parametrize("field", ["last_reviewed", "setting"])
def test_an_error_of_the_spreadsheet_is_a_fault_of_its_cell(error: str, kind: str, field: str, tmp_path: Path) -> None:
    row = [error if head == field else cell for head, cell in zip(HEAD, ROW, strict=True)]
    content = {
        "xlsx": lambda: book(("Sheet", [HEAD, row])),
        "strict": lambda: as_strict(book(("Sheet", [HEAD, row]))),
        "csv": lambda: text([HEAD, row]).encode(),
        "ods": lambda: as_opendocument([HEAD, row]),
    }[kind]()
    if kind == "ods":
        content = rewritten(
            content,
            lambda _, part: part.replace(
                f'"string"><text:p>{error}'.encode(), f'"string" calcext:value-type="error"><text:p>{error}'.encode()
            ),
        )
    path = tmp_path / f"a.{'xlsx' if kind == 'strict' else kind}"
    path.write_bytes(content)
    assert faults(path) == [
        f"row 2, {field}: holds the error {error} of the spreadsheet: correct the formula, or clear the cell"
    ]


def test_cells_that_are_written_once_for_many_are_bounded(tmp_path: Path) -> None:
    bomb = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
    path = tmp_path / "a.ods"
    path.write_bytes(as_opendocument([HEAD, ROW], after=bomb))
    assert "small enough: its cells reach to row 1,000,002" in refusal(path)


@pytest.mark.parametrize("kind", ["xlsx", "strict", "ods"])
@pytest.mark.parametrize("called", ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "txt"])
def test_a_workbook_is_read_for_what_it_is_whatever_its_name(kind: str, called: str, tmp_path: Path) -> None:
    made = {
        "xlsx": lambda: book(("Sheet", [HEAD, ROW])),
        "strict": lambda: as_strict(book(("Sheet", [HEAD, ROW]))),
        "ods": lambda: as_opendocument([HEAD, ROW]),
    }[kind]()
    path = tmp_path / f"a.{called}"
    path.write_bytes(made)
    assert read(path) == [EXPECTED]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old workbook (.xls)"),
        (b"\x09\x08\x10\x00" + bytes(99), "an old workbook (.xls)"),
        (b"<html><table><tr><td>ref</td></tr></table>", "a web page (HTML) or XML"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "a web page (HTML) or XML",
        ),
        (b"%PDF-1.7", "another kind of file"),
        (b"\x89PNG\r\n", "another kind of file"),
        (b"", "it is empty"),
    ],
)
@pytest.mark.parametrize("called", ["xls", "xlsx", "csv"])
def test_what_is_no_sheet_is_refused_by_name(start: bytes, said: str, called: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{called}"
    path.write_bytes(start)
    assert said in refusal(path)


# --- cells -------------------------------------------------------------------------------------------------------

FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%-d %B %Y", "%d-%B-%Y",
    "%d/%m/%Y 00:00:00", "%Y-%m-%dT00:00:00", "%d/%m/%Y 00:00", "%d/%m/%Y 12:00:00 AM", "%a %d %b %Y", "%A, %d %B %Y", "%d%b%Y",
)  # fmt: skip


@many
@given(
    day=st.dates(date(1990, 1, 1), date(2049, 12, 31)),
    form=st.sampled_from(FORMS),
    around=st.sampled_from(("", " ", "\xa0")),
)
def test_a_day_is_understood_as_case_systems_write_it(day: date, form: str, around: str) -> None:
    assert parse_day(f"{around}{day.strftime(form)}{around}") == day


@many
@given(day=st.dates(date(1990, 1, 1), date(2049, 12, 31)), is_1904=st.booleans(), strict=st.booleans())
def test_a_serial_number_is_the_day_that_the_workbook_means(
    day: date, is_1904: bool, strict: bool, tmp_path: Path
) -> None:
    made, out = openpyxl.Workbook(), io.BytesIO()
    if is_1904:
        made.epoch = CALENDAR_MAC_1904
    sheet = made.active
    assert sheet is not None
    sheet.append(["ref", "first_made", "last_reviewed"])
    zero = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    sheet.append(["P-1", (day - zero).days, day])
    made.save(out)
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_strict(out.getvalue()) if strict else out.getvalue())
    (told,) = read(path)
    assert (told["first_made"], told["last_reviewed"]) == ((day, "known"), (day, "known"))


@many
@given(
    day=st.dates(date(1990, 1, 1), date(2049, 12, 31)),
    zero=st.sampled_from((date(1899, 12, 30), date(1900, 1, 1), date(1904, 1, 1))),
    time_of_day=st.sampled_from(("", "T00:00:00")),
)
def test_a_serial_number_of_an_opendocument_file_counts_from_its_null_date(
    day: date, zero: date, time_of_day: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.ods"
    rows = (("ref", "first_made", "last_reviewed"), ("P-1", (day - zero).days, day))
    path.write_bytes(as_opendocument(rows, before=null_date(f"{zero}{time_of_day}")))
    (told,) = read(path)
    assert (told["first_made"], told["last_reviewed"]) == ((day, "known"), (day, "known"))


def null_date(day: str) -> str:
    return f'<table:calculation-settings><table:null-date table:date-value="{day}"/></table:calculation-settings>'


def test_a_null_date_that_no_calendar_has_is_damage_and_one_too_late_makes_no_days(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    rows = (("ref", "first_made"), ("P-1", 45_000))
    path.write_bytes(as_opendocument(rows, before=null_date("1904-13-01")))
    assert "it is damaged" in refusal(path)
    path.write_bytes(as_opendocument(rows, before=null_date("9999-12-31")))
    assert "45000 is not a day" in faults(path)[0]


@many
@given(
    day=st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    at=st.times(min_value=time(0, 0, 1), max_value=time(23, 59, 58)).map(lambda at: at.replace(microsecond=0)),
    form=st.sampled_from(("%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "workbook")),
)
def test_a_time_of_day_is_a_fault_until_the_mapping_leaves_it_out(
    day: date, at: time, form: str, tmp_path: Path
) -> None:
    moment = datetime.combine(day, at)
    path = tmp_path / ("a.xlsx" if form == "workbook" else "a.csv")
    cell: Any = moment if form == "workbook" else moment.strftime(form)
    path.write_bytes(
        book(("S", [HEAD[:2], ("P-1", cell)])) if form == "workbook" else text([HEAD[:2], ("P-1", cell)]).encode()
    )
    [fault] = faults(path)
    assert fault.startswith("row 2, first_made: ")
    assert "has a time of day: write the day alone" in fault
    assert read(path, mapping=Mapping(without_time=["first_made"]))[0]["first_made"] == (day, "known")


@pytest.mark.parametrize("off", [-400, -9, 0, 9, 400])
def test_a_fraction_of_a_second_beside_midnight_is_midnight(off: int, tmp_path: Path) -> None:
    cell = datetime.combine(date(2025, 9, 10), time()) + timedelta(milliseconds=off)
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(("S", [HEAD[:2], ("P-1", cell)])))
    assert read(path)[0]["first_made"] == (date(2025, 9, 10), "known")


WRONG_DAYS = {
    "12-Sep-23": "write its year with four digits",
    "12/09/23": "write its year with four digits",
    "09/13/2024": "its month seems to come first",
    "31/02/2024": "is not a day: write YYYY-MM-DD",
    "12-Sxp-2021": "is not a day",
    "TBC": "is not a day",
    "20240912": "is not a day",
    "99999": "is not a day",
    "Sept 2021": "is not a day",
    "12th": "is not a day",
}


@pytest.mark.parametrize("written", WRONG_DAYS)
@pytest.mark.parametrize("field", ["first_made", "last_reviewed"])
def test_what_is_no_day_is_named_with_row_and_column(written: str, field: str, tmp_path: Path) -> None:
    row = [written if head == field else cell for head, cell in zip(HEAD, ROW, strict=True)]
    path = tmp_path / "a.csv"
    path.write_text(text([HEAD, ROW, row]), "utf-8")
    [fault] = faults(path)
    assert fault.startswith(f"row 3, {field}: {written}")
    assert WRONG_DAYS[written] in fault


YEARS = {
    "R": 0,
    "r": 0,
    "Reception": 0,
    "N1": -2,
    "N2": -1,
    "5": 5,
    "5.0": 5,
    "Year 5": 5,
    "Yr 5": 5,
    "Y5": 5,
    "NC Year 12": 12,
    "05": 5,
    "-1": -1,
}


@pytest.mark.parametrize("written", YEARS)
def test_a_school_year_is_understood_as_schools_write_it(written: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text([HEAD, (*ROW[:4], written, ROW[5])]), "utf-8")
    assert read(path)[0]["nc_year"] == YEARS[written]


@pytest.mark.parametrize("written", ["Primary", "Year", "5a", "Y5/6", "13+", "nursery"])
def test_a_school_year_that_is_none_is_named(written: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text([HEAD, (*ROW[:4], written, ROW[5])]), "utf-8")
    assert faults(path) == [f"row 2, nc_year: {written} is not a whole number, nor R, N1 or N2"]


@pytest.mark.parametrize(
    "nothing", ["N/A", "n/a", "-", "–", "NULL", "(blank)", "None", "Not applicable", " ", "\xa0", "\u200b"]
)
@pytest.mark.parametrize("field", ["last_reviewed", "setting", "nc_year", "coordinator"])
def test_a_cell_that_says_there_is_nothing_is_blank(nothing: str, field: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = [nothing if head == field else cell for head, cell in zip(HEAD, ROW, strict=True)]
    path.write_text(text([HEAD, row]), "utf-8")
    blank = (None, "known") if field == "last_reviewed" else None
    assert read(path) == [EXPECTED | {field: blank}]


@pytest.mark.parametrize("written", ["123456", "123456.0", "123456.00", " 123456 ", "123456\xa0"])
def test_a_number_is_the_same_with_blanks_or_a_fraction_of_nought(written: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text([HEAD, (*ROW[:3], written, *ROW[4:])]), "utf-8")
    assert read(path) == [EXPECTED]
