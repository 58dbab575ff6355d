"""A term list as a PDF that reads aloud, to print and to pass on within a setting."""

from datetime import date, datetime
from typing import Any

from arflow.papers.forms.questions import in_full
from arflow.papers.pages.pdf_page import typeset
from arflow.planning import list_words as words
from arflow.planning.class_year import year_said
from arflow.planning.term_list import ListedPlan, TermList


def as_page(found: TermList, at: datetime) -> bytes:
    """The list as PDF, dated `at`."""
    return typeset("term_list.typ", _document(found), at=at).content


def _document(found: TermList) -> dict[str, Any]:
    hosts = found.role == "setting"
    beside = [] if hosts else [words.BORN, words.SETTING]
    return {
        "title": found.title,
        "term": f"{found.term}: {in_full(found.starts)} to {in_full(found.ends)}",
        "made": in_full(found.made_on),
        "id": found.id,
        "lead": list(words.lead(found)),
        "gone": words.gone_line(found),
        "hosts": hosts,
        "heads": [words.PLAN, words.NAME, *beside, words.YEAR, words.DUE, words.MEET_BY, words.DAY, words.KNOW],
        "rows": [_row(one, found) for one in found.plans],
    }


def _row(one: ListedPlan, found: TermList) -> list[Any]:
    meet_by = words.meet_by_said(one, found)
    beside = [] if found.role == "setting" else [_day(one.born), words.setting_said(one)]
    planned = _day(one.planned) if one.planned and not one.why_no_day else one.why_no_day or "to be chosen"
    return [
        one.plan,
        one.name,
        *beside,
        year_said(one.nc_year),
        _day(one.due),
        _day(meet_by) if isinstance(meet_by, date) else meet_by,
        planned,
        list(one.know),
    ]


def _day(day: date | None) -> str:
    return in_full(day) if day else ""
