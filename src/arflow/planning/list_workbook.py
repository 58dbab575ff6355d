"""A term list as a workbook: a day to choose for each meeting, all else locked, and fit for a screen reader and a printer."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import msgspec

from arflow.planning import list_words as words
from arflow.planning.class_year import year_said
from arflow.planning.term_list import ListedPlan, TermList

REVIEWS, HOW_TO, DAYS = "Reviews", "How to fill this in", "Days"
_DAY_FORMAT = "ddd d mmm yyyy"
_HELP = "Choose a day from the list, or write one, such as 12/01/2027."


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the sheet: its heading, its width in characters, what stands in a row, and whether it may be written."""

    heading: str
    width: int
    value: Callable[[ListedPlan], Any]
    is_free: bool = False


def as_workbook(found: TermList) -> bytes:
    """The list as XLSX."""
    from xlsxwriter import Workbook

    made = BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": found.title, "subject": found.id, "author": "", "comments": words.FOR_WHOM})
    sheet, how_to = book.add_worksheet(REVIEWS), book.add_worksheet(HOW_TO)
    columns = _columns(found)
    _write_rows(book, sheet, found, columns)
    if found.role == "setting":
        days = book.add_worksheet(DAYS)
        days.write_string(0, 0, "Days on which a meeting can be held", book.add_format({"bold": True}))
        for at, day in enumerate(found.days, 1):
            days.write_datetime(at, 0, day, book.add_format({"num_format": _DAY_FORMAT}))
        days.set_column(0, 0, 34)
        days.protect()
        days.hide()
        _offer_days(sheet, found, columns)
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    _write_how_to(book, how_to, found)
    for one in (sheet, how_to):
        one.set_paper(9)  # A4
        one.set_footer("&L&A&RPage &P of &N")
    book.close()
    return made.getvalue()


def _columns(found: TermList) -> list[_Column]:
    own = [
        _Column(heading=words.PLAN, width=14, value=lambda one: one.plan),
        _Column(heading=words.NAME, width=26, value=lambda one: one.name),
        _Column(heading=words.YEAR, width=11, value=lambda one: year_said(one.nc_year)),
        _Column(heading=words.DUE, width=17, value=lambda one: one.due),
        _Column(heading=words.MEET_BY, width=17, value=lambda one: words.meet_by_said(one, found)),
    ]
    if found.role == "setting":
        own += [
            _Column(heading=words.DAY, width=19, value=lambda one: one.planned or one.why_no_day, is_free=True),
            _Column(heading=words.NOTE, width=30, value=lambda _: None, is_free=True),
            _Column(heading=words.KNOW, width=48, value=lambda one: "\n".join(one.know)),
        ]
    else:
        own[2:2] = [
            _Column(heading=words.BORN, width=15, value=lambda one: one.born),
            _Column(heading=words.SETTING, width=26, value=words.setting_said),
        ]
        own += [
            _Column(heading=words.DAY, width=17, value=lambda one: one.planned),
            _Column(heading=words.KNOW, width=48, value=lambda one: "\n".join(one.know)),
        ]
    return [*own, _Column(heading=words.LIST, width=22, value=lambda _: found.id)]


def _write_rows(book: Any, sheet: Any, found: TermList, columns: Sequence[_Column]) -> None:
    """One table from the first cell on: a screen reader finds its headings, and says them with each cell."""
    look = {"text_wrap": True, "valign": "top"}
    locked = {**look, "font_color": "#303030", "bg_color": "#f0f0f0"} if found.role == "setting" else look
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#d9e3ee"})
    rows = max(len(found.plans), 1)
    head = [{"header": column.heading, "header_format": heading} for column in columns]
    sheet.add_table(0, 0, rows, len(columns) - 1, {"columns": head, "name": "Reviews_due", "style": None})
    forms = {
        (is_free, is_day): book.add_format(
            ({**look, "locked": False, "border": 1} if is_free else locked)
            | ({"num_format": _DAY_FORMAT} if is_day else {})
        )
        for is_free in (True, False)
        for is_day in (True, False)
    }
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        for number, one in enumerate(found.plans, 1):
            value = column.value(one)
            free = column.is_free and not one.why_no_day
            is_day = isinstance(value, date) or column.heading == words.DAY
            _write_cell(sheet, (number, place), value, forms[free, is_day])
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.define_name(f"{REVIEWS}!ColumnTitle", f"={REVIEWS}!$A$1")  # what screen readers look for


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, form: Any) -> None:
    match value:
        case None | "":
            sheet.write_blank(*place, None, form)
        case date():
            sheet.write_datetime(*place, value, form)
        case _:
            sheet.write_string(*place, str(value), form)


def _offer_days(sheet: Any, found: TermList, columns: Sequence[_Column]) -> None:
    """Each row offers its own days, which may be fewer than the term's; what comes back is checked again."""
    place = next(at for at, column in enumerate(columns) if column.heading == words.DAY)
    for number, one in enumerate(found.plans, 1):
        if one.first_day is None or one.last_day is None:
            continue
        first, last = found.days.index(one.first_day) + 2, found.days.index(one.last_day) + 2
        check = {
            "validate": "list",
            "source": f"={DAYS}!$A${first}:$A${last}",
            "input_title": words.DAY,
            "input_message": _HELP,
            "error_type": "warning",
            "error_title": "Not one of the days offered",
            "error_message": "This day may leave too little time. You can still propose it; please say why in your note.",
        }
        sheet.data_validation(number, place, number, place, check)


def _write_how_to(book: Any, sheet: Any, found: TermList) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100, wrapped)
    sheet.write_string(0, 0, found.title, book.add_format({"bold": True, "font_size": 14, "text_wrap": True}))
    gone = words.gone_line(found)
    for at, line in enumerate((*words.lead(found), *((gone,) if gone else ()), f"List {found.id}"), 1):
        sheet.write_string(at, 0, line, wrapped)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
