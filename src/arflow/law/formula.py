"""The phrases of the law that set a last day, read from a definition and counted in both readings."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar, Literal, get_args

import msgspec

from arflow.law import periods

Reading = Literal["strict", "outer"]
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBER = "(?P<n>[1-9][0-9]{0,2})"  # 1 to 999: none counts nothing, and more leaves the calendar


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an authority counts where the law can be read in more than one way; the options stand strictest first."""

    notice_strict: Literal["clear_days", "calendar_weeks"] = "clear_days"
    notice_outer: Literal["clear_days", "calendar_weeks"] = "calendar_weeks"
    twelve_months_strict: Literal["day_before_anniversary", "anniversary"] = "day_before_anniversary"
    twelve_months_outer: Literal["day_before_anniversary", "anniversary"] = "anniversary"
    phase_dates_strict: Literal["before", "by"] = "before"
    phase_dates_outer: Literal["before", "by"] = "by"
    roll_forward_non_working_days: bool = False
    clock_resets_on: Literal["decision_notified", "meeting_held"] = "decision_notified"
    adjourned_meeting: Literal["first_day", "concluding_day"] = "first_day"
    due_soon_days: int = 14
    # Proclaimed since the calendar was made: entered into the store, and never in a definition's file.
    bank_holidays: tuple[date, ...] = ()

    def option(self, setting: str, reading: Reading) -> str:
        """The option of a setting that has a strict and an outer reading."""
        return str(getattr(self, f"{setting}_{reading}"))

    def rolled(self, day: date) -> date:
        """`day`, or the next working day where the policy rolls forward."""
        return periods.next_working_day(day, self.bank_holidays) if self.roll_forward_non_working_days else day


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A counted limb: the first day that counts (if days are counted from one), and the last day in each reading."""

    first: date | None
    strict: date
    outer: date


class Rule(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One phrase; `fact` is the milestone it counts from."""

    fact: str

    pattern: ClassVar[str]
    contested: ClassVar[str] = ""

    def first_day(self, day: date) -> date | None:
        """Day 1 of the count, where the phrase counts onwards."""
        return day + timedelta(days=1)

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date | None:
        """The last day in a reading, or None where the law gives no number."""
        raise TypeError(f"{type(self).__name__} counts nothing")

    def count(self, day: date, policy: Policy) -> Count | None:
        """Both readings counted from `day`; None where the law gives no number."""
        strict, outer = (self.last_day(day, policy, reading) for reading in get_args(Reading))
        if strict is None or outer is None:
            return None
        return Count(first=self.first_day(day), strict=policy.rolled(strict), outer=policy.rolled(outer))


class Within(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "Within N weeks of": the day itself is not counted."""

    pattern: ClassVar[str] = rf"within {NUMBER} weeks of (?P<fact>\w+)"
    n: int

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.weeks_after(day, self.n)


class WithinDays(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "Within N days of": the day itself is not counted."""

    pattern: ClassVar[str] = rf"within {NUMBER} days of (?P<fact>\w+)"
    n: int

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return day + timedelta(days=self.n)


class WithinWorkingDays(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "Within N working days of": the day itself, weekends and bank holidays are not counted."""

    pattern: ClassVar[str] = rf"within {NUMBER} working days of (?P<fact>\w+)"
    n: int

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.working_days_after(day, self.n, policy.bank_holidays)


class NoticeBefore(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "At least N weeks" of notice or in advance: clear of both days, or whole weeks, by policy."""

    pattern: ClassVar[str] = rf"at least {NUMBER} weeks before (?P<fact>\w+)"
    contested: ClassVar[str] = "clear weeks leave out the day of notice and the day of the meeting"
    n: int

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        clear = policy.option("notice", reading) == "clear_days"
        return periods.clear_weeks_before(day, self.n) if clear else periods.weeks_before(day, self.n)


class WeeksBefore(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "N weeks before": counted in whole weeks."""

    pattern: ClassVar[str] = rf"{NUMBER} weeks before (?P<fact>\w+)"
    n: int

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.weeks_before(day, self.n)


class MonthsStartingWith(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "In the period of N months starting with": the day itself is day 1, so the last day precedes the anniversary."""

    pattern: ClassVar[str] = rf"{NUMBER} months starting with (?P<fact>\w+)"
    contested: ClassVar[str] = (
        "the words end the period the day before the anniversary; practice speaks of the anniversary"
    )
    n: int

    def first_day(self, day: date) -> date | None:
        return day

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        literal = policy.option("twelve_months", reading) == "day_before_anniversary"
        return periods.period_last_day(day, self.n) if literal else periods.corresponding_date(day, self.n)


class MonthsBetween(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "At least every N to M months" from a day: from the first on it is to be considered, by the second done."""

    pattern: ClassVar[str] = rf"(?P<from_n>[1-9][0-9]{{0,2}}) to {NUMBER} months starting with (?P<fact>\w+)"
    contested: ClassVar[str] = MonthsStartingWith.contested
    from_n: int
    n: int

    def first_day(self, day: date) -> date | None:
        return periods.corresponding_date(day, self.from_n)

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return MonthsStartingWith(fact=self.fact, n=self.n).last_day(day, policy, reading)


class DaysBeginningWith(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "N days beginning with": the day itself is day 1."""

    pattern: ClassVar[str] = rf"{NUMBER} days beginning with (?P<fact>\w+)"
    n: int

    def first_day(self, day: date) -> date | None:
        return day

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.days_beginning_with(day, self.n)


class WorkingDaysBeginningWith(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "N working days beginning with": the day itself is day 1, if it is a working day."""

    pattern: ClassVar[str] = rf"{NUMBER} working days beginning with (?P<fact>\w+)"
    n: int

    def first_day(self, day: date) -> date | None:
        return periods.next_working_day(day)

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.working_days_beginning_with(day, self.n, policy.bank_holidays)


class MonthsBefore(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "At least N months before": the corresponding date of the earlier month, or its last day."""

    pattern: ClassVar[str] = rf"at least {NUMBER} months before (?P<fact>\w+)"
    n: int

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.months_before(day, self.n)


class BeforeDate(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "Before 15 February" of a year: the day itself is too late on the words, and in time in practice."""

    pattern: ClassVar[str] = rf"before (?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(MONTHS)}) of (?P<fact>\w+)"
    contested: ClassVar[str] = "r.18 says before; Code 9.179-9.180 say by"
    day: int
    month: str

    def __post_init__(self) -> None:
        """Refuse a day that not every year has, with a ValueError."""
        self._of(2025)

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        named = self._of(day.year)
        before = policy.option("phase_dates", reading) == "before"
        return periods.day_before(named.month, named.day, named.year) if before else named

    def _of(self, year: int) -> date:
        return date(year, MONTHS.index(self.month) + 1, self.day)


class ByDate(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "By 31 March" of a year: the day itself is in time."""

    pattern: ClassVar[str] = rf"by (?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(MONTHS)}) of (?P<fact>\w+)"
    day: int
    month: str

    def __post_init__(self) -> None:
        """Refuse a day that not every year has, with a ValueError."""
        self._of(2025)

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return self._of(day.year)

    def _of(self, year: int) -> date:
        return date(year, MONTHS.index(self.month) + 1, self.day)


class OnOrBefore(Rule, frozen=True, kw_only=True, tag=True):
    """A last day that somebody set, such as the Tribunal, or the very day of what is to be followed at once."""

    pattern: ClassVar[str] = r"on or before (?P<fact>\w+)"

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return day


class Before(Rule, frozen=True, kw_only=True, tag=True):
    """The last day before that of a fact, such as the end of an appeal."""

    pattern: ClassVar[str] = r"before (?P<fact>\w+)"

    def first_day(self, day: date) -> date | None:
        return None

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return day - timedelta(days=1)


class AppealPeriod(Rule, frozen=True, kw_only=True, tag=True):
    """The time to appeal after a notice, with its August and Christmas rule."""

    pattern: ClassVar[str] = r"the appeal period after (?P<fact>\w+)"

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.appeal_last_day(day, also=policy.bank_holidays)


class OneMonthFrom(Rule, frozen=True, kw_only=True, tag=True):
    """The month to appeal that a mediation certificate gives, with the same August and Christmas rule."""

    pattern: ClassVar[str] = r"the month to appeal after (?P<fact>\w+)"

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date:
        return periods.appeal_last_day(periods.corresponding_date(day, -2), certificate=day, also=policy.bank_holidays)


class NoNumber(Rule, frozen=True, kw_only=True, tag=True):
    """The phrase "As soon as reasonably practicable after": a duty without a number of days."""

    pattern: ClassVar[str] = r"as soon as reasonably practicable after (?P<fact>\w+)"

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date | None:
        return None


class UntilDetermined(Rule, frozen=True, kw_only=True, tag=True):
    """As long as an appeal waits: nobody knows the last day yet."""

    pattern: ClassVar[str] = r"until (?P<fact>\w+) is determined"

    def last_day(self, day: date, policy: Policy, reading: Reading) -> date | None:
        return None


class AsDuty(Rule, frozen=True, kw_only=True, tag=True):
    """The limit of another duty, where that one applies: `fact` is the duty's id."""

    pattern: ClassVar[str] = r"as (?P<fact>\w+)"


AnyRule = (
    Within
    | WithinDays
    | WithinWorkingDays
    | NoticeBefore
    | WeeksBefore
    | MonthsStartingWith
    | MonthsBetween
    | DaysBeginningWith
    | WorkingDaysBeginningWith
    | MonthsBefore
    | BeforeDate
    | ByDate
    | OnOrBefore
    | Before
    | AppealPeriod
    | OneMonthFrom
    | NoNumber
    | UntilDetermined
    | AsDuty
)
PHRASES: tuple[tuple[re.Pattern[str], type[Rule]], ...] = tuple(
    (re.compile(cls.pattern), cls) for cls in get_args(AnyRule)
)


def parse(text: str) -> Rule | None:
    """The rule a phrase states, or None if arflow knows no such phrase."""
    for pattern, cls in PHRASES:
        if found := pattern.fullmatch(text):
            try:
                return msgspec.convert(found.groupdict(), cls, strict=False)
            except msgspec.ValidationError:  # the words are right, the day is not: 31 June
                return None
    return None


def known_phrases() -> tuple[str, ...]:
    """Each phrase as a reader would write it, for messages."""
    plain: Callable[[str], str] = lambda pattern: re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)  # noqa: E731
    return tuple(plain(cls.pattern) for cls in get_args(AnyRule))
