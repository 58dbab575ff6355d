"""A year plan as a workbook to look at and to edit: the day of each meeting from a list of the year's school days."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from arflow.errors import TableRefused
from arflow.imports.cell_values import Reading
from arflow.imports.layout import Layout
from arflow.imports.sheets import Mapping, RowFault, Sheet
from arflow.planning.year_plan import Planned, YearPlan, monday_of
from arflow.words import in_words

_MEETINGS, _DAYS = "Meetings", "Days"
_HEADS = ("plan", "kind", "setting", "officer", "day", "week", "latest", "set_by", "stands", "panel", "review", "why")
_WIDTHS = {"plan": 16, "kind": 16, "officer": 22, "day": 16, "set_by": 18, "stands": 24, "review": 16, "why": 70}
_HELP = "Choose a school day, or clear the cell to leave the meeting out. Give the workbook to `arflow year-plan accept --sheet`."


def write(plan: YearPlan) -> bytes:
    """The workbook (XLSX): days can be chosen, all else is locked; days planned before are locked too."""
    from xlsxwriter import Workbook

    made = BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, listed = book.add_worksheet(_MEETINGS), book.add_worksheet(_DAYS)
    day, locked = {"num_format": "ddd d mmm yyyy"}, {"font_color": "#444444", "bg_color": "#eeeeee"}
    forms = {
        "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True}),
        "day": book.add_format(day | locked),
        "free": book.add_format(day | {"locked": False}),
        "text": book.add_format(locked),
    }
    for place, head in enumerate(_HEADS):
        sheet.set_column(place, place, _WIDTHS.get(head, 14))
        sheet.write_string(0, place, head, forms["head"])
    for number, one in enumerate(plan.meetings, 1):
        _write_row(sheet, number, one, forms)
    open_days = plan.ground.school_days.days
    for number, open_day in enumerate(open_days):
        listed.write_datetime(number, 0, open_day, forms["day"])
    listed.set_column(0, 0, 18)
    listed.protect()
    sheet.data_validation(
        1,
        _HEADS.index("day"),
        max(1, len(plan.meetings)),
        _HEADS.index("day"),
        {
            "validate": "list",
            "source": f"={_DAYS}!$A$1:$A${max(1, len(open_days))}",
            "error_title": "Not a school day",
            "error_message": "Choose a day from the list.",
            "input_title": "To edit",
            "input_message": _HELP,
        },
    )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(plan.meetings)), len(_HEADS) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    book.close()
    return made.getvalue()


def _write_row(sheet: Any, number: int, one: Planned, forms: dict[str, Any]) -> None:
    for place, (head, value) in enumerate(_cells(one)):
        form = forms["free"] if head == "day" and not one.fixed else forms["day" if isinstance(value, date) else "text"]
        if isinstance(value, date):
            sheet.write_datetime(number, place, value, form)
        elif value:
            sheet.write_string(number, place, value, form)
        else:
            sheet.write_blank(number, place, None, form)


def _cells(one: Planned) -> Iterator[tuple[str, str | date | None]]:
    values = (
        one.plan, one.kind, one.setting, one.officer, one.day, monday_of(one.day) if one.day else None, one.latest,
        in_words(one.set_by), in_words(one.standing), one.panel, one.review, one.why,
    )  # fmt: skip
    yield from zip(_HEADS, values, strict=True)


def read_days(path: Path, plan: YearPlan) -> dict[tuple[str, str], date | None]:
    """The days of a workbook by plan and kind; TableRefused, with every fault by its row."""
    sheet = Sheet(path, Mapping(), _HEADS[:5], ("plan", "kind", "day"), Layout(sheet=_MEETINGS))
    known, found, faults = {one.key for one in plan.meetings}, dict[tuple[str, str], date | None](), list[RowFault]()
    for row in sheet.rows():
        reading = Reading(sheet, row)
        key = (reading.needed("plan"), reading.needed("kind"))
        if all(key) and key not in known:
            reading.fault("plan", f"{key[0]} has no {key[1]} meeting in the plan")
        if key in found:
            reading.fault("plan", f"the {key[1]} meeting of {key[0]} stands in an earlier row")
        found[key] = reading.day("day")
        faults += reading.faults
    if faults:
        raise TableRefused(path.name, faults)
    return found
