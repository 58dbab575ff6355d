"""A check: a rule for one block of a return, what it needs to know, and what it found."""

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from arflow.law.periods import FIRST_DAY, LAST_DAY
from arflow.sen2.checks.tally import Tally
from arflow.sen2.form.layout import Layout, is_day
from arflow.sen2.form.record import Record

Severity = Literal["error", "query"]
NOTHING = Record(block="")
# The blocks of rules that apply to every block, and to the return as a whole.
EVERYWHERE, WHOLE = ("*",), ("Message",)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an authority may set: how long decisions are taken after the census day, and what is too long or too many.

    The DfE's own limits are not public: these are ours.
    """

    accepted_until: date | None = None  # the census day, where none is given
    cease_weeks: int = 12  # an active plan so long after the decision to cease it
    many_percent: int = 5
    many_least: int = 10


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What a return is checked against: its year, its census day, and what was counted of the whole so far."""

    layout: Layout
    census: date
    settings: Settings = Settings()
    tally: Tally

    @property
    def year(self) -> int:
        """The year of the return."""
        return self.layout.year

    @property
    def day(self) -> str:
        """The day checked for, in words: the census day, or another that was asked for."""
        return f"the census day {self.census}" if self.census == self.layout.census_day else str(self.census)

    @property
    def accepted_until(self) -> date:
        """The last day of decisions, drafts and final plans that are taken."""
        return max(self.census, self.settings.accepted_until or self.census)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a return with what it stands in: its `Requests` block and its person, both empty for the header."""

    block: Record
    request: Record = NOTHING
    person: Record = NOTHING
    place: str = ""  # the plan's reference, or empty for a file
    against: Against

    def text(self, item: str) -> str:
        """An item of the block as it was written; empty where it is not given."""
        return self.block.values.get(item, "")

    def day(self, item: str) -> date | None:
        """A day of the block; None where it is not given, or is no day (which is another rule's fault)."""
        return as_day(self.text(item))

    @property
    def plan(self) -> Record:
        """The named plan of the same request; empty where there is none."""
        return self.request.first("NamedPlan") or NOTHING

    @property
    def active(self) -> bool:
        """Whether the person has an active plan."""
        return self.person.first("ActivePlans") is not None

    @property
    def start(self) -> date | None:
        """The day the plan started."""
        return as_day(self.plan.values.get("StartDate", ""))

    def age(self, on: date) -> int | None:
        """The person's age in years on a day."""
        return age(as_day(self.person.values.get("PersonBirthDate", "")), on)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A check: the blocks it applies to, and a function that says what is wrong in a sentence, or None.

    `items` are element names; their DfE numbers are those of the year's layout. The id is ours: the DfE's are not public.
    """

    id: str
    severity: Severity
    of: tuple[str, ...]
    items: tuple[str, ...]
    says: str
    fix: str
    finds: Callable[[Checked], str | None]
    since: int = 2024

    def applies(self, year: int) -> bool:
        """Whether it applies to returns of a year."""
        return self.since <= year


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something found: by which rule, of which block, where, and what is wrong."""

    rule: Rule
    block: str
    place: str
    line: int
    what: str


def as_day(text: str) -> date | None:
    """A day written YYYY-MM-DD within the days that arflow counts with, or None."""
    return date.fromisoformat(text) if is_day(text) and counted(text) else None


def counted(text: str) -> bool:
    """Whether a day, as it is written, is one of those that arflow counts with."""
    return FIRST_DAY.isoformat() <= text <= LAST_DAY.isoformat()


def age(born: date | None, on: date) -> int | None:
    """The age in whole years on a day; somebody born on 29 February is a year older on 1 March."""
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def listed(texts: list[str]) -> str | None:
    """Several things wrong as one sentence; None where there is none."""
    return "; ".join(texts) or None
