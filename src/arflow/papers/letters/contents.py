"""What a letter is filled in with: who it is from and to, the child or young person, and the days of the case."""

from datetime import date
from typing import Any

import msgspec

from arflow.events import FAMILY, Role
from arflow.words import in_words


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The authority as its letters name it: where people can turn, in words as they are to be read.

    `tribunal` (CFA 2014 s.51) ends the words "Send your appeal to the Tribunal:". What stands here was not compared with
    the Tribunal's own page: each authority checks it and says it in its own file.
    """

    name: str
    address: str
    contact: str
    find_schools: str
    advice_service: str
    mediation_adviser: str
    disagreement_resolution: str
    tribunal: str = (
        "fill in form SEND35 from www.gov.uk/appeal-ehc-plan-decision, and send it to send@justice.gov.uk or to "
        "SEND Tribunal, 1st Floor, Darlington Magistrates Court, Parkgate, Darlington DL1 1RU"
    )

    @property
    def blank(self) -> "Authority":
        """The same authority with a mark for each of its lines."""
        return Authority(**dict.fromkeys(self.__struct_fields__, "…"))


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Something enclosed with a letter: what it is enclosed as (plan, evidence …), its title, and the case it is of."""

    kind: str
    title: str
    digest: str | None = None
    plan: str | None = None


class StepDone(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the review that has been taken, as the definition calls it."""

    text: str
    on: date


class DueNext(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has to be done, by whom and by when; between two readings of the law, `by` is the later day."""

    text: str
    whose: str
    by: date
    late: bool
    citation: str


class LetterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of the case for one letter to one person; an unknown day is None, and a letter that needs it is refused."""

    role: Role
    to_name: str
    to_address: str = ""
    child: str
    plan: str
    review: str | None  # None for an amendment without a review
    written_on: date
    officer: str
    about_reader: bool = False  # the reader is the young person: “your plan”
    is_parent: bool = False  # the reader is a parent, with the rights or, once a young person has them, by agreement
    format: str = "standard"
    language: str | None = None
    nc_year: int | None = None
    meeting_needs: str = ""  # told to whoever holds the meeting: an interpreter, a room that somebody can get into
    setting: str | None = None
    meeting_on: date | None = None
    meeting_at: str = ""
    meeting_place: str = ""
    advice_by: date | None = None
    report_by: date | None = None
    decision_by: date | None = None
    reasons: str | None = None
    answer_by: date | None = None
    served_on: date | None = None
    served_after: int = 0  # working days after it was sent
    representations_by: date | None = None
    notice_by: date | None = None  # the proposed amendments, after a decision to amend
    notice_sent_on: date | None = None
    represented: bool = False  # the family told what it thinks of the proposed amendments
    family_too: bool = False  # the same letter goes to the parent or the young person
    final_plan_by: date | None = None
    mediation_by: date | None = None  # two months from the date of the letter (SEND Regs 2014 r.33)
    appeal_by: date | None = None  # the same, to the next working day (HESC Rules 2008 r.20(1)(c))
    next_review_by: date | None = None
    next_step: str = ""
    so_far: tuple[StepDone, ...] = ()
    whose_turn: str = ""  # school, la, family or health; empty where the review is finished
    turn_until: date | None = None
    meeting_ahead: date | None = None  # planned, and not recorded as held
    due_next: tuple[DueNext, ...] = ()
    ending: bool = False  # the plan is to end, and goes on until it does
    moved_away: bool = False  # another authority maintains the plan
    closing: bool = False  # all is done but to close the record
    told_on: date | None = None  # the letter against which an appeal may be made, while the time for it runs
    disagree_by: date | None = None  # the last day of that time
    outcomes: tuple[str, ...] = ()
    transfer_on: date | None = None  # between phases of education
    transferred_in: date | None = None  # from another authority
    proposes_assessment: bool | None = None
    proposes_review_on: date | None = None
    evidence: bool | None = None  # none is not the same as not said (SEND Regs 2014 r.22(2)(a))
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def to_family(self) -> bool:
        """Whether the letter goes to the parent or the young person."""
        return self.role in FAMILY

    @property
    def of_family(self) -> bool:
        """Whether the reader is of the family, with the rights or without: asked what they think, not for advice."""
        return self.to_family or self.about_reader or self.is_parent

    @property
    def whose(self) -> str:
        """Whose plan it is, as the reader says it: your, or Robin's."""
        if self.about_reader:
            return "your"
        return f"{self.child}’" if self.child.endswith("s") else f"{self.child}’s"

    @property
    def enclosed(self) -> frozenset[str]:
        """What is enclosed with the letter, by kind."""
        return frozenset(enclosure.kind for enclosure in self.enclosures)

    @property
    def large_print(self) -> bool:
        """Whether the letter is printed larger."""
        return self.format == "large_print"

    @property
    def unmet(self) -> tuple[str, ...]:
        """What the reader asked for and arflow cannot make: somebody else must, before the letter is any use to them."""
        form = [in_words(self.format)] if self.format not in ("standard", "large_print") else []
        foreign = self.language and self.language.casefold() not in ("english", "en", "en-gb")
        return (*form, *([f"in {self.language}"] if foreign else []))

    @property
    def known(self) -> dict[str, object]:
        """The facts by name, those that are not known left out: a template that needs one is refused."""
        said = {field: getattr(self, field) for field in self.__struct_fields__}
        for name in ("whose", "to_family", "of_family", "enclosed", "large_print"):
            said[name] = getattr(self, name)
        said["reasons"] = (self.reasons or "").strip() or None
        return {name: value for name, value in said.items() if value is not None} | {
            "reference": self.review or self.plan
        }

    @property
    def blank(self) -> "LetterFacts":
        """The same facts with a mark for every text: what is then said is in a template's and statements' own words."""
        blank = {name: _blank(getattr(self, name)) for name in self.__struct_fields__ if name not in _NOT_WORDS}
        return msgspec.structs.replace(self, **blank)


_NOT_WORDS = ("role", "format", "language")


def _blank(value: Any) -> Any:
    match value:
        case str():
            return value and "…"
        case Enclosure():
            return msgspec.structs.replace(value, title="…")
        case StepDone() | DueNext():
            return msgspec.structs.replace(value, **{n: _blank(v) for n, v in msgspec.structs.asdict(value).items()})
        case tuple():
            return tuple(map(_blank, value))
        case _:
            return value
