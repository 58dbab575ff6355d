"""The workbook to edit: dropdowns and days checked where something may be written, all else locked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from arflow.application.arflow import Arflow
from arflow.events import OUTCOMES
from arflow.imports.working_sheet.standing import AS_EXPORTED, CASELOAD, COLUMNS, DAYS, EDITABLE, Value, standing
from arflow.law.periods import FIRST_DAY, LAST_DAY

_WIDTHS = {"plan": 18, "review": 16, "state": 18, "coordinator": 22, "reason": 40}
_OFFICERS = "officers"
_HELP = (
    "Write a day, choose from a list, or leave what is there. Save the workbook and give it to `arflow sheet import`."
)


def export(app: Arflow, plans: Iterable[Mapping[str, Any]]) -> bytes:
    """A workbook (XLSX) with a row for each plan of the list of plans, and its open review; it holds no child's name."""
    from xlsxwriter import Workbook

    names = app.directory.officer_names()
    rows = [_row(app, listed, names) for listed in plans]
    made = BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, kept, officers = book.add_worksheet(CASELOAD), book.add_worksheet(AS_EXPORTED), book.add_worksheet(_OFFICERS)
    _write(book, sheet, rows, is_editable=True)
    _write(book, kept, rows, is_editable=False)
    listed_officers = sorted(set(names.values()), key=str.casefold)
    officers.write_column(0, 0, listed_officers)
    for hidden in (kept, officers):
        hidden.very_hidden()
        hidden.protect()
    _check_what_is_written(sheet, len(rows), len(listed_officers))
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    book.close()
    return made.getvalue()


def _row(app: Arflow, listed: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Value]:
    case = app.whole_case(str(listed["ref"]))
    return standing(case, names, case.plan.open_review()) | {"review_due": listed["review_due"]}


def _write(book: Any, sheet: Any, rows: Sequence[Mapping[str, Value]], *, is_editable: bool) -> None:
    heading = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
    locked, day = {"font_color": "#444444", "bg_color": "#eeeeee"}, {"num_format": "dd mmm yyyy"}
    for place, column in enumerate(COLUMNS):
        free = is_editable and column in EDITABLE
        form = book.add_format(
            (day if column in DAYS else {"num_format": "@"}) | ({"locked": False} if free else locked)
        )
        sheet.set_column(place, place, _WIDTHS.get(column, 13))
        sheet.write_string(0, place, column, heading)
        for number, row in enumerate(rows, 1):
            _write_cell(sheet, number, place, row.get(column), form)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)


def _write_cell(sheet: Any, row: int, place: int, value: Value, form: Any) -> None:
    if value is None:
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, form)
    elif isinstance(value, int):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_string(row, place, value, form)


def _check_what_is_written(sheet: Any, rows: int, officers: int) -> None:
    """Dropdowns and bounds for what is written, with a word of help; the import checks it all again."""
    wrong = {"error_title": "Not possible here", "input_title": "To edit", "input_message": _HELP}
    checks: dict[str, dict[str, Any]] = {
        "outcome": {"validate": "list", "source": list(OUTCOMES)},
        "nc_year": {"validate": "integer", "criteria": "between", "minimum": -2, "maximum": 14},
    }
    if officers:
        source = f"={_OFFICERS}!$A$1:$A${officers}"
        checks["coordinator"] = {"validate": "list", "source": source, "error_type": "warning"}
    a_day = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    for place, column in enumerate(COLUMNS):
        check = a_day if column in DAYS else checks.get(column)
        if column in EDITABLE and check and rows:
            sheet.data_validation(1, place, rows, place, check | wrong)
