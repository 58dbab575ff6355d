"""What an officer who takes on a case has to know, from its history: how it stands, what is next, and what happened lately."""

from datetime import date

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.next_act import next_act
from arflow.law.periods import corresponding_date
from arflow.lists.due_items import DueItem
from arflow.lists.questions import Asking
from arflow.planning.class_year import year_said
from arflow.words import counted, in_words

_MONTHS_TOLD = 12
_MOST_TOLD = 15


class HandOverNote(msgspec.Struct, frozen=True, kw_only=True):
    """A case in some lines: how it stands, what is outstanding with its last day, who is in it, and what happened lately."""

    plan: str
    officer: str | None
    setting: str | None
    nc_year: int | None
    review: str | None
    state: str
    next: str
    outstanding: tuple[str, ...]
    people: tuple[str, ...]
    lately: tuple[str, ...]
    earlier: int


def hand_over_note(app: Arflow, asking: Asking, ref: str) -> HandOverNote:
    """The note of a plan; NotFound where there is none."""
    plan, names = app.plan(ref), app.directory.officer_names()
    review = app.review_under_way(ref)
    story = app.story(ref)
    since = corresponding_date(app.today, -_MONTHS_TOLD)
    lately = sorted((line for line in story if line.on >= since), key=lambda line: line.on)[-_MOST_TOLD:]
    found = next_act(app, ref)
    return HandOverNote(
        plan=ref,
        officer=names.get(plan.coordinator or "", plan.coordinator),
        setting=plan.setting,
        nc_year=plan.nc_year,
        review=review,
        state=_state(app, review, is_maintained=plan.is_maintained),
        next=str(found) if found else "nothing: the plan has ended",
        outstanding=tuple(_outstanding(item) for item in asking.due(app.today, plans={ref})),
        people=tuple(
            f"{in_words(person.role)}: {person.name}" + (f" ({person.organisation})" if person.organisation else "")
            for person in app.people.of(ref)
            if person.is_in_case(app.today)
        ),
        lately=tuple(f"{line.on}: {line.text}" for line in lately),
        earlier=len(story) - len(lately),
    )


def _state(app: Arflow, review: str | None, *, is_maintained: bool) -> str:
    if review is None:
        return "no review under way" if is_maintained else "the plan has ended"
    found = app.review(review)
    held = found.day("hold")
    meeting = f"meeting held on {held}" if held else _planned(found.planned_meeting)
    return f"{in_words(found.kind)} review, {in_words(found.state)}, {meeting}"


def _planned(day: date | None) -> str:
    return f"meeting planned for {day}" if day else "no meeting planned"


def _outstanding(item: DueItem) -> str:
    by = f" by {item.due}" if item.due else ""
    return f"{in_words(item.act)}{by} ({in_words(item.state)}; {item.limits})"


def lines(note: HandOverNote) -> list[str]:
    """The note as lines to print."""
    told = [
        f"{note.plan}: {note.state}",
        f"Setting {note.setting or 'none'}; {year_said(note.nc_year) or 'class year not recorded'}; "
        f"held by {note.officer or 'nobody'}",
        note.next,
        "Outstanding:",
        *(f"  {one}" for one in note.outstanding or ("nothing",)),
        "In the case:",
        *(f"  {one}" for one in note.people or ("nobody is recorded",)),
        f"In the last {_MONTHS_TOLD} months:",
        *(f"  {one}" for one in note.lately or ("nothing",)),
    ]
    if note.earlier:
        told.append(f"{counted(note.earlier, 'earlier entry', 'earlier entries')}: `arflow audit {note.plan}`")
    return told
