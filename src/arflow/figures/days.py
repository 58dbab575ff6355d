"""The days of reviews by holder: how long school, authority, family and health each held them, clock by clock."""

from collections.abc import Callable, Iterator
from itertools import islice

from arflow.application.arflow import Arflow
from arflow.case.case import as_it_stood, recorded_by
from arflow.case.ledger import CLOCKS, Booked, book, standings
from arflow.case.reading import each_case
from arflow.case.turns import HOLDERS
from arflow.events import AnyEvent, PlanEvent
from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.lists.follower import Progress

Watching = Callable[[Progress], None] | None
_ROWS_AT_A_TIME = 2_000
_TITLES = {"school": "School", "la": "Authority", "family": "Family", "health": "Health", "nobody": "Nobody"}
_ABOUT = {
    "school": "Whoever arranges the meeting, where that is the school: until the report is sent.",
    "la": "The authority, through the plan's coordinator.",
    "family": "The family, while its 15 days to make representations run or until it has answered.",
    "health": "Health, while its advice is the only one awaited.",
    "nobody": "No setting or no coordinator was recorded, or the review was finished: nobody to act.",
}
DEFINITIONS = {
    "a day booked": "A day is booked to whoever held the case when it began, by the acts as corrected since. The day a clock "
    "starts is not counted and the day it stops is, so the days of all holders are always the days elapsed: the day "
    "the school sends its report is the school's, the next is the authority's. A day booked is not a day of fault.",
    "clocks": "meeting: from the opening of the review to the meeting; report, decision and amendment notice: from the "
    "meeting; representations: from the notice to its last day, the answer or the outcome; final plan: from the notice; whole "
    "review: from its opening to its end. A clock that runs still is counted up to the day of the report.",
    "paused": "Of the days of a clock those on which the review was paused, for a reason that was recorded. The law knows no "
    "pause: they are among the days, and the days without them show the work.",
    "one day, several clocks": "Clocks run beside each other: only those of the whole review may be added up over reviews.",
    "left out": "Cancelled reviews and interim reviews of children under five.",
}
_DAYS = tuple(Column(name=holder, title=_TITLES[holder], unit="days", definition=_ABOUT[holder]) for holder in HOLDERS)
_PAUSED = Column(
    name="paused", title="Paused", unit="days", definition="Days of the clock on which the review was paused."
)
_SUMS = ", ".join(f"sum({name})::BIGINT" for name in ("days", *HOLDERS, "paused"))
_CLOCK = Column(name="clock", title="Clock")
_CASES = (
    Field(_CLOCK, "clock"),
    *PLAN,
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="starts", title="From", unit="day"), "starts"),
    Field(Column(name="ends", title="To", unit="day"), "ends"),
    Field(Column(name="stopped", title="Stopped"), "stopped"),
    Field(Column(name="days", title="Days", unit="days"), "days"),
    *(Field(column, column.name) for column in (*_DAYS, _PAUSED)),
)


def days(looking: Looking, app: Arflow, watching: Watching = None) -> Report:
    """The ledger of the reviews opened in a period; their cases are read from the store's log, one after another."""
    _fill(looking, app, watching)
    by = grouping(looking.asked.by, "starts_review")
    return Report(
        name="days",
        title="Who held the reviews, day by day",
        about=f"Each day of each clock, booked to whoever held the case.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_clocks(looking, by), *((_whole(looking, by),) if by.columns else ())),
        definitions=DEFINITIONS,
    )


def _fill(looking: Looking, app: Arflow, watching: Watching) -> None:
    """Book the days of every case, up to the position that the report was made from."""
    holders = ", ".join(f"{holder} INTEGER" for holder in HOLDERS)
    looking.rows(
        "create or replace table booked "
        f"(review VARCHAR, clock VARCHAR, starts DATE, ends DATE, stopped VARCHAR, days INTEGER, {holders}, paused INTEGER)"
    )
    booked = _booked(looking, app, watching)
    while rows := list(islice(booked, _ROWS_AT_A_TIME)):
        looking.rows(f"insert into booked values {', '.join(rows)}")
    by, order = grouping(looking.asked.by, "opened_on"), f"list_position([{', '.join(map(literal, CLOCKS))}], clock)"
    looking.keep(
        "ledger",
        f"""select b.*, r.* exclude (review), {order} as place, opened_on as starts_review, {by.sql}
            from booked b join review_facts r using (review) where {annual(looking)} and {looking.within("opened_on")}""",
    )


def _booked(looking: Looking, app: Arflow, watching: Watching) -> Iterator[str]:
    """Each clock of each review as a row of SQL values."""
    log = (row for row in app.log_store.read_by_case() if row.position <= looking.log[0])
    booked = each_case(log, lambda events: list(_of_case(events, looking)), app.workflow, looking.leave_out)
    for number, rows in enumerate(booked, start=1):
        yield from rows
        if watching:
            watching(Progress(done=number, of=0))


def _of_case(events: list[AnyEvent], looking: Looking) -> Iterator[str]:
    until, known_at = looking.asked.as_at, looking.asked.known_at
    known = recorded_by(events, known_at)
    case = as_it_stood(known, until)
    standing = standings(event for event in known if isinstance(event, PlanEvent))
    for review in case.reviews.values() if case else ():
        for one in book(review, standing, looking.workflow_of(review.workflow), until):
            yield _values(review.id, one)


def _values(review: str, one: Booked) -> str:
    days = (one.elapsed, *(one.days[holder] for holder in HOLDERS), one.paused)
    found = (review, one.clock, one.start, one.end, one.stopped, *days)
    return f"({', '.join(map(literal, found))})"


def _clocks(looking: Looking, by: Grouping) -> Section:
    rows = looking.rows(f"""
        select {by.selected} clock, count(*), {_SUMS}, round(avg(days), 1) from ledger
        group by grp, grp_order, clock, place order by grp_order, grp, place""")
    return Section(
        name="clocks",
        title="By clock",
        columns=(
            *by.columns,
            _CLOCK,
            Column(name="reviews", title="Reviews", unit="count"),
            Column(name="days", title="Days", unit="days"),
            *_DAYS,
            _PAUSED,
            Column(name="mean_days", title="Mean days a review", unit="days"),
        ),
        rows=rows,
        note="The columns of holders add up to the days.",
        chart=None if by.columns else _chart("clock", "Days of each clock by holder"),
        cases=cases(looking, by, _CASES, "ledger order by place, days desc, review"),
    )


def _whole(looking: Looking, by: Grouping) -> Section:
    whole = "ledger where clock = 'whole_review'"
    rows = looking.rows(f"""
        select {by.selected} count(*), {_SUMS}, round(avg(days), 1) from {whole}
        group by grp, grp_order order by grp_order, grp""")
    return Section(
        name="whole_reviews",
        title="Whole reviews",
        columns=(
            *by.columns,
            Column(name="reviews", title="Reviews", unit="count"),
            Column(name="days", title="Days", unit="days"),
            *_DAYS,
            _PAUSED,
            Column(name="mean_days", title="Mean days a review", unit="days"),
        ),
        rows=rows,
        chart=_chart(by.columns[0].name, "Days of whole reviews by holder"),
        cases=cases(looking, by, _CASES, f"{whole} order by days desc, review"),
    )


def _chart(x: str, title: str) -> Chart:
    says = "A bar divided by who held the case; the table has the figures."
    return Chart(kind="stacked_bar", x=x, series=HOLDERS, title=title, says=says)
