"""The amendments that a report form proposes: other words for outcomes, and changes to any other part. Pure."""

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from arflow.errors import PlanTextRefused
from arflow.law.plan_sections import SECTIONS, is_item_id
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.questions import Form
from arflow.papers.forms.report_questions import AMENDMENTS
from arflow.papers.plan_text.amendments import Amendments, propose
from arflow.papers.plan_text.plan_text import Item, PlanText, next_number, plan_text, tidy

_TAKE_OUT = re.compile(r"(take (it )?out|remove|delete|take this out)( it)?[.!]?", re.IGNORECASE)
_PART = re.compile(
    r"(?:section |part |item |new (?:in |for )?)*([A-Ka-k][12]?(?:\.?\d[\d.]*[a-z]?)?)(?: \(?new\)?)?[.:)]?"
)


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The changes that a form proposes, as amendments where the plan's text is kept; what is wrong and missing, and notes."""

    any: bool
    amendments: Amendments | None
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


class _Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One change: the row it stands in, the item or section it is about, and its new words; none takes it out."""

    row: str
    part: str
    words: str | None


def changes_in(answers: Answers, form: Form, text: PlanText | None) -> Changes:
    """All changes that a form proposes, to be compared with the plan's text."""
    wrong: list[str] = []
    missing: list[str] = []
    notes: list[str] = []
    edits = [*_of_outcomes(answers, form, wrong, missing), *_of_rows(answers, wrong, missing)]
    twice = [part for part, times in Counter(edit.part for edit in edits if is_item_id(edit.part)).items() if times > 1]
    wrong += (f"Proposed amendments: {part} is changed in two places" for part in twice)
    known = {item.id for item in text.items} if text else set()
    if text:
        gone = [edit for edit in edits if edit.words is None and edit.part not in known]
        wrong += (f"{edit.row}: the plan has no {edit.part} to take out" for edit in gone)
    elif edits:
        notes.append(
            "The plan's text is not kept (`arflow amend keep`): the amendments stay in the form, and are not recorded"
        )
    return Changes(
        any=bool(edits),
        amendments=_amendments(text, edits, wrong) if text and not wrong else None,
        wrong=tuple(wrong),
        missing=tuple(missing),
        notes=tuple(notes),
    )


def _of_outcomes(answers: Answers, form: Form, wrong: list[str], missing: list[str]) -> Iterator[_Edit]:
    unsaid: list[str] = []
    for name in (field.name for field in form.fields() if field.name.endswith("_still_right")):
        item = name.removesuffix("_still_right")
        still, words = answers.get(name), answers.get(f"{item}_wording")
        if still == "yes" and words:
            wrong.append(f"{item}: it is still right, says the form, and gives new words for it")
        elif still == "remove" and words:
            wrong.append(f"{item}: it is no longer needed, says the form, and gives new words for it")
        elif still == "remove":
            yield _Edit(row=item, part=item, words=None)
        elif words:
            yield _Edit(row=item, part=item, words=words)
        elif still == "reword":
            missing.append(f"{item}: the new words")
        elif not still and name in answers.asked and name not in answers.unclear:
            unsaid.append(item)
    if unsaid:
        missing.append(f"Still right?: nothing about {', '.join(unsaid)}")


def _of_rows(answers: Answers, wrong: list[str], missing: list[str]) -> Iterator[_Edit]:
    for number in range(1, AMENDMENTS + 1):
        row = f"Amendment {number}"
        part, words = answers.get(f"a{number}_part"), answers.get(f"a{number}_words")
        if not part and not words:
            continue
        if not part:
            missing.append(f"{row}: which part of the plan it is")
        elif not words:
            missing.append(f"{row}: what it should say")
        elif (named := _part(part)) is None:
            wrong.append(f"{row}: which part it is must be a number such as F2, or the letter of a section")
        else:
            yield _Edit(row=row, part=named, words=None if _TAKE_OUT.fullmatch(words) else words)


def _part(said: str) -> str | None:
    """An item by its number, or a section by its letter, as somebody wrote it."""
    found = _PART.fullmatch(" ".join(said.split()))
    if not found:
        return None
    named = found[1][0].upper() + found[1][1:]
    return named if named in SECTIONS or is_item_id(named) else None


def _amendments(text: PlanText, edits: list[_Edit], wrong: list[str]) -> Amendments | None:
    """The changes as amendments; words that the plan has already are none, and what serves an outcome taken out loses it."""
    items = {item.id: item for item in text.items}
    known = tuple(items)  # a number that is taken out is not given again
    for edit in edits:
        name = edit.part if is_item_id(edit.part) else next_number(edit.part, [*known, *items])
        if edit.words is None:
            del items[name]
        else:
            serves = items[name].serves if name in items else ()
            items[name] = Item(id=name, text=tidy(edit.words), serves=serves)
    served = (replace(item, serves=tuple(one for one in item.serves if one in items)) for item in items.values())
    try:
        found = propose(text, plan_text(served), by="setting")
    except PlanTextRefused as refusal:
        wrong.append(f"Proposed amendments: {refusal.message}")
        return None
    return found if found.changes else None
