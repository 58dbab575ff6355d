"""Checking templates before anybody is written to: every letter, to everyone it is for, filled in with an invented case."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from arflow.errors import ArflowError, LetterRefused
from arflow.events import Role
from arflow.papers.letters.contents import DueNext, Enclosure, LetterFacts, StepDone
from arflow.papers.letters.letter import Stationery, write
from arflow.papers.letters.word_letter import write_in_word
from arflow.words import in_words

_DAY = date(2026, 1, 12)
_ENCLOSED = ("plan", "amendments", "evidence", "report", "advice")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One letter in one form: the faults of its template, each with the reader it was found with; none if it may be issued."""

    letter: str
    form: str
    faults: tuple[str, ...]


def check_letters(stationery: Stationery) -> Iterator[Checked]:
    """Every letter as a page and as a Word document, from the authority's templates or arflow's."""
    for letter in stationery.papers.letters:
        yield _checked(stationery, letter.id, "page", None)
        yield _checked(stationery, letter.id, "Word", None)


def check_template(stationery: Stationery, letter: str, template: Path) -> Checked:
    """One Word template, for the letter it is meant for."""
    return _checked(stationery, letter, "Word", template)


def _checked(stationery: Stationery, letter_id: str, form: str, template: Path | None) -> Checked:
    letter, faults = stationery.letter(letter_id), dict[str, str]()
    rights = stationery.papers.rights if letter.rights else ()
    for element in (*(element.id for element in letter.elements), *(right.id for right in rights)):
        if not stationery.statements.has(letter_id, element):
            faults[f"{element}: there is no statement of that name: write [{letter_id}] {element} = …"] = ""
    for role in letter.to:
        reader = in_words(role)
        known = invented(role, 9)
        told = {f"{reader}, Year 9": known, f"{reader}, little known": sparse(role)}
        if letter.without_review:
            told[f"{reader}, without a review"] = msgspec.structs.replace(known, review=None)
        for case, facts in told.items():
            for fault in _faults(stationery, letter_id, facts, form, template):
                faults.setdefault(fault, case)
    said = tuple(f"{fault} [{case}]" if case else fault for fault, case in faults.items())
    return Checked(letter=letter_id, form=form, faults=said)


def _faults(
    stationery: Stationery, letter: str, facts: LetterFacts, form: str, template: Path | None
) -> tuple[str, ...]:
    try:
        if form == "page":
            write(letter, facts, stationery)
        else:
            write_in_word(letter, facts, stationery, template)
    except LetterRefused as refusal:
        return tuple(map(str, refusal.faults))
    except ArflowError as refusal:
        return (refusal.message,)
    return ()


def invented(role: Role, nc_year: int) -> LetterFacts:
    """A case that never was, in which everything a letter may say is known."""
    return LetterFacts(
        role=role,
        to_name="Sam Example",
        to_address="1 Example Lane\nAnytown AN1 2BB",
        child="Robin",
        about_reader=role == "young_person",
        plan="P-1001",
        review="R-2026-000001",
        written_on=_DAY,
        officer="Casey Morgan",
        nc_year=nc_year,
        setting="Anytown School",
        meeting_on=date(2026, 2, 10),
        meeting_at="14:00",
        meeting_place="Anytown School",
        meeting_needs="interpreter: Polish, for the parent" if role == "setting" else "",
        advice_by=date(2026, 1, 19),
        report_by=date(2026, 2, 24),
        decision_by=date(2026, 3, 10),
        reasons="The outcomes still fit.",
        answer_by=date(2026, 1, 26),
        served_on=date(2026, 1, 14),
        served_after=2,
        representations_by=date(2026, 1, 28),
        final_plan_by=date(2026, 3, 9),
        mediation_by=date(2026, 3, 12),
        appeal_by=date(2026, 3, 12),
        next_review_by=date(2027, 1, 11),
        next_step="the authority decides by 10 March 2026",
        so_far=(
            StepDone(text="Review opened", on=date(2025, 12, 1)),
            StepDone(text="Meeting held", on=date(2026, 2, 10)),
        ),
        whose_turn="family",
        turn_until=date(2026, 1, 28),
        due_next=(
            DueNext(text="Send the report", whose="school", by=date(2026, 2, 24), late=True, citation="the law"),
            DueNext(text="Decide", whose="local authority", by=date(2026, 3, 10), late=False, citation="the law"),
        ),
        transfer_on=date(2026, 9, 1),
        transferred_in=date(2026, 1, 5),
        proposes_assessment=True,
        proposes_review_on=date(2026, 4, 1),
        outcomes=("E1 Robin reads for pleasure", "E2 Robin travels to school alone"),
        evidence=True,
        enclosures=tuple(Enclosure(kind=kind, title=f"The {kind}", plan="P-1001") for kind in _ENCLOSED),
    )


def sparse(role: Role) -> LetterFacts:
    """The same case below Year 9, with nothing known that a letter can do without."""
    return msgspec.structs.replace(
        invented(role, 4),
        to_address="",
        setting=None,
        meeting_at="",
        meeting_place="",
        decision_by=None,
        final_plan_by=None,
        next_review_by=None,
        next_step="",
        so_far=(),
        whose_turn="",
        turn_until=None,
        due_next=(),
        transfer_on=None,
        proposes_assessment=False,
        outcomes=(),
        evidence=False,
    )
