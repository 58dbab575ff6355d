"""The burn-down of the transfer cohort: plans not yet final from week to week, and last year's on the same days."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.figures import transfers
from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.late_ones import WEEK
from arflow.figures.report import Asked, Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking, looking
from arflow.law.periods import corresponding_date

_SEPTEMBER, _YEAR, _LATELY = 9, 12, 4
DEFINITIONS = {name: transfers.DEFINITIONS[name] for name in ("in", "out", "review for the transfer")} | {
    "left": "Plans of the cohort that were not final on the day: "
    f"{transfers.STAGES['final'][0].lower()}{transfers.STAGES['final'][1:]} The cohort is that of the day of the report: "
    "a plan that joined it later counts from the first week.",
    "last year": "The cohort of the same day last year, counted on the same days of last year, with all that is recorded by the "
    "moment of the report. A dash: no plan with a transfer is recorded.",
}
_CASE = (
    *PLAN,
    Field(Column(name="transfer", title="Transfer"), "transfer"),
    Field(Column(name="due", title="Strict day", unit="day"), "due"),
    Field(Column(name="stage", title="Stage"), "stage"),
    Field(Column(name="final", title="Final", unit="day"), "final_on"),
)


class Cohort(msgspec.Struct, frozen=True):
    """The plans of a year's transfers, each by its group and the day on which it was final, if it was."""

    plans: Sequence[tuple[str, date | None]]

    def left(self, on: date) -> Counter[str]:
        """How many plans of each group were not final on a day."""
        return Counter(group for group, final in self.plans if final is None or final > on)

    @property
    def total(self) -> Counter[str]:
        """How many plans each group has."""
        return Counter(group for group, _ in self.plans)


@contextmanager
def burn_down(app: Arflow, asked: Asked, archive: Path | None = None) -> Iterator[Report]:
    """The report, for as long as its cases are read; it groups by anything but a time."""
    with looking(app, _a_year_before(asked), archive) as log:
        last = _cohort(log, grouping(asked.by, "transfer_on"))
    with looking(app, asked, archive) as log:
        by = grouping(asked.by, "transfer_on")
        now = _cohort(log, by)
        yield Report(
            name="burn-down",
            title="Burn-down of the transfers between phases",
            about=f"How many plans with a transfer are not yet final, from week to week since 1 September.{log.caveats}",
            asked=asked,
            log=log.log,
            sections=(_weeks(log, now, last), *((_groups(log, by, now, last),) if by.columns else ())),
            definitions=DEFINITIONS,
            left_out=log.left_out,
        )


def _a_year_before(asked: Asked) -> Asked:
    def before(day: date | None) -> date | None:
        return day and corresponding_date(day, -_YEAR)

    on = corresponding_date(asked.as_at, -_YEAR)
    return msgspec.structs.replace(asked, as_at=on, start=before(asked.start), end=before(asked.end))


def _cohort(log: Looking, by: Grouping) -> Cohort:
    transfers.define(transfers.of_a_year(log), "transfers", by)
    return Cohort(log.rows("select grp, final_on from transfers"))


def _days(as_at: date) -> list[date]:
    """The day of the report and the same weekday of each week before, back to 1 September, the earliest first."""
    first = date(as_at.year - (as_at.month < _SEPTEMBER), _SEPTEMBER, 1)
    return [as_at - number * WEEK for number in range((as_at - first).days // 7, -1, -1)]


def _weeks(log: Looking, now: Cohort, last: Cohort) -> Section:
    def counted(cohort: Cohort, day: date) -> int | None:
        return cohort.left(day).total() if cohort.plans else None

    return Section(
        name="weeks",
        title="Not yet final",
        columns=(
            Column(name="on", title="On", unit="day"),
            Column(name="left", title="Left", unit="count"),
            Column(name="last_year", title="Last year", unit="count"),
        ),
        rows=tuple(
            (day, counted(now, day), counted(last, corresponding_date(day, -_YEAR))) for day in _days(log.asked.as_at)
        ),
        note=f"Of {len(now.plans):,} plans this year and {len(last.plans):,} last year.",
        chart=Chart(
            kind="line",
            x="on",
            series=("left", "last_year"),
            title="Plans not yet final",
            says="A line for this year and one for the same days of last year; the table has the figures.",
        ),
        cases=cases(log, grouping("all", ""), _CASE, "transfers order by final_on nulls first, due, plan"),
    )


def _groups(log: Looking, by: Grouping, now: Cohort, last: Cohort) -> Section:
    today = log.asked.as_at
    before = corresponding_date(today, -_YEAR)
    ours = [now.total, now.left(today - _LATELY * WEEK), now.left(today)]
    theirs = [last.total, last.left(before)]
    names = dict.fromkeys([*(grp for (grp,) in log.rows(_NAMES)), *sorted(last.total)])
    return Section(
        name="groups",
        title=f"By {by.columns[0].title.lower()}",
        columns=(
            *by.columns,
            Column(name="plans", title="Plans", unit="count"),
            Column(name="left_before", title=f"Left {_LATELY} weeks ago", unit="count"),
            Column(name="left", title="Left", unit="count"),
            Column(name="plans_last_year", title="Plans last year", unit="count"),
            Column(name="left_last_year", title="Left last year", unit="count"),
        ),
        rows=tuple(
            (name, *(one[name] for one in ours), *(one[name] if last.plans else None for one in theirs))
            for name in names
        ),
        cases=cases(log, by, _CASE, "transfers order by grp_order, grp, final_on nulls first, due, plan"),
    )


_NAMES = "select grp from transfers group by grp order by any_value(grp_order), grp"
