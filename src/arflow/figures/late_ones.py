"""The late part of the backlog on one day after another: how many cases are late, and which came in and went out between."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.figures import backlog
from arflow.figures.report import Asked
from arflow.figures.viewpoint import Looking, looking
from arflow.history.sql import literal, one_of
from arflow.law.periods import corresponding_date

# What waits, and after how many days it is late: the days since the meeting, or since the 12 months ended.
DECISIONS, FINAL_PLANS, MEETINGS = "Decisions to notify", "Final plans to issue", "Meetings to hold"
_LATE_AFTER = {DECISIONS: 4 * 7, FINAL_PLANS: 12 * 7, MEETINGS: 0}
WAITS = tuple(_LATE_AFTER)

WEEK = timedelta(weeks=1)
Case = tuple[str, str]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What waits on a day, and the late cases of it as plan and review; `plans` is how many the authority maintains."""

    on: date
    waiting: Mapping[str, int]
    late: Mapping[str, frozenset[Case]]
    plans: int


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """From one day to another: what is late at its end, what became late and what is so no longer.

    `came` and `went` are None where no plan was recorded at its start. A case that did both in between is in neither.
    """

    until: date
    late: int
    came: int | None
    went: int | None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How fast something moves: cases a week in and out, and the days until none is late; None where they never end."""

    came: float
    went: float
    days_to_zero: int | None


def define(looking: Looking) -> None:
    """Define `late_ones`: what waits (`waits`), its case, its days, and whether it is late."""
    backlog.define(looking)
    limit = " ".join(f"when {literal(name)} then {days}" for name, days in _LATE_AFTER.items())
    awaiting_plan = f"stage in {one_of(backlog.STAGES[2:])}"
    looking.keep(
        "late_ones",
        f"""select *, days > case waits {limit} end as late from (
            select case when {awaiting_plan} then {literal(FINAL_PLANS)} else {literal(DECISIONS)} end as waits,
                plan, review, setting, coordinator, days from backlog_waiting
            union all
            select {literal(MEETINGS)}, plan, open_review, setting, coordinator, days from backlog_not_held)""",
    )


def counted(looking: Looking) -> Day:
    """The day of a log that is looked at, in which `late_ones` is defined."""
    waiting = dict(looking.rows("select waits, count(*) from late_ones group by waits"))
    # A plan whose meeting is not held is one case, whichever review is open for it.
    late: dict[str, set[Case]] = {name: set() for name in WAITS}
    of_plans = literal(MEETINGS)
    for name, plan, review in looking.rows(
        f"select waits, plan, case when waits = {of_plans} then '' else coalesce(review, '') end from late_ones where late"
    ):
        late[name].add((plan, review))
    ((plans,),) = looking.rows("select count(*) from plan_facts where not plan_ended")
    return Day(
        on=looking.asked.as_at,
        waiting={name: waiting.get(name, 0) for name in WAITS},
        late={name: frozenset(found) for name, found in late.items()},
        plans=plans,
    )


def before(asked: Asked, weeks: int) -> list[date]:
    """The days some weeks before the day of a report, the earliest first."""
    return [asked.as_at - number * WEEK for number in range(weeks, 0, -1)]


def days(app: Arflow, asked: Asked, wanted: Iterable[date], archive: Path | None) -> Iterator[Day]:
    """Some other days, as known at the moment of the report."""
    for on in wanted:
        yield _day(app, Asked(as_at=on, known_at=asked.known_at), archive)


def year_before(app: Arflow, asked: Asked, archive: Path | None) -> Day:
    """The same day last year, as it was known at its end."""
    on = corresponding_date(asked.as_at, -12)
    known = datetime.combine(on, time.max, UTC)
    return _day(app, Asked(as_at=on, known_at=min(known, asked.known_at or known)), archive)


def _day(app: Arflow, asked: Asked, archive: Path | None) -> Day:
    with looking(app, asked, archive) as log:
        define(log)
        return counted(log)


def flows(found: Sequence[Day], name: str) -> list[Flow]:
    """What moved from each day to the next."""
    return [
        Flow(
            until=after.on,
            late=len(after.late[name]),
            came=len(after.late[name] - first.late[name]) if first.plans else None,
            went=len(first.late[name] - after.late[name]) if first.plans else None,
        )
        for first, after in pairwise(found)
    ]


def rate(weeks: Sequence[Flow]) -> Rate | None:
    """The mean of the weeks that have a start; None where none has."""
    known = [(week.came, week.went) for week in weeks if week.came is not None and week.went is not None]
    if not known:
        return None
    came, went = (sum(one) for one in zip(*known, strict=True))
    late, falls = weeks[-1].late, went - came
    never = falls <= 0 and late > 0
    return Rate(
        came=came / len(known),
        went=went / len(known),
        days_to_zero=None if never else math.ceil(late * len(known) * 7 / falls) if late else 0,
    )
