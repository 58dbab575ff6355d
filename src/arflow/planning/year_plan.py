"""A year plan: each meeting with its window and its day, what it was planned by, and what it is short of. A file of its own."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from arflow.errors import InvalidValue, NotFound, field_name
from arflow.law.workflow import Term
from arflow.planning.school_year import SchoolDays, SchoolYear

FORM = "arflow year plan 1"
Standing = Literal["in_time", "after_eleventh_month", "late", "unavoidably_late", "no_room"]
Holder = Literal["officer", "setting", "panel"]


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How many meetings somebody can take: in a week, in a day, and none on the days away (first and last of each absence)."""

    a_week: int
    a_day: int
    away: tuple[tuple[date, date], ...] = ()

    def is_away(self, day: date) -> bool:
        """Whether a day lies in an absence."""
        return any(first <= day <= last for first, last in self.away)


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A panel that decides: its day, and how many cases it can take."""

    on: date
    cases: int


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is made by: terms, days of steps, and who can take how much.

    `notice`, `report` and `decide` are days; a panel decides on a meeting held `report` to `decide` days before it. Those in
    `officers` and `settings` have a capacity of their own, by name and URN; others have the one of everybody.
    """

    year: SchoolYear
    today: date
    terms: tuple[Term, ...]
    bank_holidays: tuple[date, ...]
    notice: int
    report: int
    decide: int
    officer: Capacity
    setting: Capacity
    officers: dict[str, Capacity] = {}
    settings: dict[str, Capacity] = {}
    panels: tuple[Panel, ...] = ()

    @property
    def school_days(self) -> SchoolDays:
        """The days on which a meeting can be held, whoever comes."""
        return SchoolDays(year=self.year, terms=self.terms, bank_holidays=self.bank_holidays)

    def capacity(self, holder: Holder, name: str) -> Capacity:
        """What an officer or a setting can take."""
        own: Mapping[str, Capacity] = self.officers if holder == "officer" else self.settings
        return own.get(name) or (self.officer if holder == "officer" else self.setting)

    def panels_after(self, day: date) -> tuple[Panel, ...]:
        """The panels that can decide in time on a meeting held on a day, once its report is there."""
        first, last = day + timedelta(days=self.report), day + timedelta(days=self.decide)
        return tuple(panel for panel in self.panels if first <= panel.on <= last)


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting of the year: from `earliest`, by `latest` for the law and by `aim` for the eleventh month, and its day.

    `set_by` is the duty that sets `latest`, and `due` its own last day; `limits` are the proof in lines. `was` is the day before
    this plan, `fixed` says that it must stay. `why` says why the meeting is in this week.
    """

    plan: str
    review: str | None
    kind: str
    setting: str | None
    officer: str | None
    earliest: date
    latest: date
    aim: date
    due: date
    set_by: str
    citation: str
    limits: tuple[str, ...]
    standing: Standing = "no_room"
    day: date | None = None
    panel: date | None = None
    was: date | None = None
    fixed: bool = False
    why: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What names a meeting in a plan: the plan of a child may have one of the year and one of a transfer."""
        return self.plan, self.kind

    def of(self, holder: Holder) -> str | None:
        """Its officer or its setting, if it has one."""
        return self.officer if holder == "officer" else self.setting


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """What there is too little of, by the fewest that would do: so many `more` meetings of a holder in the week of a Monday.

    For a panel `week` is its day.
    """

    holder: Holder
    name: str
    week: date
    more: int


class YearPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A whole plan: what it was made by, its meetings, the plans left out with their reasons, and what it is short of."""

    form: str = FORM
    ground: Ground
    meetings: tuple[Planned, ...]
    left_out: dict[str, str] = {}
    short_of: tuple[Shortage, ...] = ()
    notes: tuple[str, ...] = ()


def to_json(plan: YearPlan) -> bytes:
    """The plan as indented JSON: a file that people can look at."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=1)


def read(path: Path) -> YearPlan:
    """A plan from its file; InvalidValue where the file holds none, with what is wrong."""
    if not path.is_file():
        raise NotFound("file", str(path), "make one with `arflow year-plan propose`")
    try:
        found = msgspec.json.decode(path.read_bytes(), type=YearPlan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidValue(field_name("plan"), path.name, f"a year plan: {error}") from None
    if found.form != FORM:
        raise InvalidValue(field_name("plan"), path.name, f"a year plan of this arflow: it says {found.form}")
    return found


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
