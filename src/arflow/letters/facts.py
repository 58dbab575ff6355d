"""What a letter is filled in with: who it is from and to, the child or young person, and the days of the case."""

from datetime import date

import msgspec

from arflow.events import Role
from arflow.letters.papers import FAMILY


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The authority as its letters name it: where people can turn, in words as they are to be read."""

    name: str
    address: str
    contact: str
    find_schools: str
    advice_service: str
    mediation_adviser: str
    disagreement_resolution: str


class LetterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one letter to one person says of its case; a day that is not known is None, and a letter that needs it is refused."""

    role: Role
    to_name: str
    to_address: str = ""
    child: str
    plan: str
    review: str
    written_on: date
    officer: str
    about_reader: bool = False  # the reader is the young person: “your plan”
    large_print: bool = False
    nc_year: int | None = None
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
    representations_by: date | None = None
    final_plan_by: date | None = None
    next_review_by: date | None = None
    next_step: str = ""
    outcomes: tuple[str, ...] = ()
    evidence: bool = False
    enclosures: tuple[str, ...] = ()

    @property
    def to_family(self) -> bool:
        """Whether the letter goes to the parent or the young person."""
        return self.role in FAMILY

    @property
    def whose(self) -> str:
        """Whose plan it is, as the reader says it: your, or Robin's."""
        if self.about_reader:
            return "your"
        return f"{self.child}’" if self.child.endswith("s") else f"{self.child}’s"

    @property
    def known(self) -> dict[str, object]:
        """The facts by name, those that are not known left out: a template that needs one is refused."""
        said = {field: getattr(self, field) for field in self.__struct_fields__}
        more = {"whose": self.whose, "reference": self.review}
        optional = {"next_review_by": self.next_review_by}
        return {name: value for name, value in (said | more).items() if value is not None} | optional
