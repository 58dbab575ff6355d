"""The head of service's page of a week: what is late and how fast it moves, what to act on first, and what comes due."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from arflow.application.arflow import Arflow
from arflow.figures import late_ones
from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.duties import counted_once, place
from arflow.figures.groups import grouping
from arflow.figures.late_ones import WAITS, WEEK, Day, Flow
from arflow.figures.report import Asked, Chart, Column, Report, Row, Section
from arflow.figures.viewpoint import Looking, looking
from arflow.history.sql import literal, one_of
from arflow.lists.follower import Progress
from arflow.words import counted

Watching = Callable[[Progress], None] | None
WEEKS_BACK, WEEKS_AHEAD, FIRST_CASES = 8, 4, 10
FOR_WHOM = "For use inside the authority: small numbers are shown."
NEVER, NONE, NOT_KNOWN = "not at the present rate", "none late", "not known"
_WAITED_FOR = ("overdue", "contested", "due_soon", "running")
DEFINITIONS = {
    "late": "Past the time the law gives: over 4 weeks since the meeting without a notified decision (SEND Regs 2014 r.20(10)), "
    "over 12 weeks without a final plan (R (L, M and P) v Devon CC [2022] EWHC 493 (Admin)), or the 12 months over and no "
    "meeting held (CFA 2014 s.44(1)). Counted as in the report on the backlog.",
    "in and out": "Cases that became late in a week, and late ones that were done or fell away: the ends of two weeks compared, "
    "as known at the moment of the report. A case that did both within a week is in neither. A dash: there was no plan then.",
    "at zero": f"When none is late if all goes on as in the last {WEEKS_BACK} weeks on average.",
    "a year before": "Late on the same day last year, as it was known at the end of that day: what was recorded later does not "
    "count. A dash: no plan was recorded then.",
}
_WAITS = Column(name="waits", title="What waits")
_STILL = Column(name="duty", title="Still to do")
_OWNER = Column(name="owner", title="Whose")
_DUE = Column(name="due", title="Last day", unit="day")


@contextmanager
def week(app: Arflow, asked: Asked, archive: Path | None = None, watching: Watching = None) -> Iterator[Report]:
    """The page, for as long as its cases are read: the log is looked at on each of some days, and last on the day itself."""
    year_before = late_ones.year_before(app, asked, archive)
    earlier = list[Day]()
    for day in late_ones.days(app, asked, late_ones.before(asked, WEEKS_BACK), archive):
        earlier.append(day)
        if watching:
            watching(Progress(done=len(earlier), of=WEEKS_BACK))
    with looking(app, asked, archive) as log:
        late_ones.define(log)
        days = (*earlier, late_ones.counted(log))
        log.count()
        _define_open(log)
        yield Report(
            name="week",
            title=f"Annual reviews: the week to {asked.as_at.day} {asked.as_at:%B %Y}",
            about=f"{FOR_WHOM}{log.caveats}",
            asked=asked,
            log=log.log,
            sections=(_late(log, days, year_before), _weeks(days), _first(log), _ahead(log)),
            definitions=DEFINITIONS,
            left_out=log.left_out,
        )


# --- what is late, and how it moves -------------------------------------------------------------------------------


def _late(log: Looking, days: Sequence[Day], year_before: Day) -> Section:
    fields = (Field(_WAITS, "waits"), *PLAN[:2], Field(Column(name="review", title="Review"), "review"))
    waited = Field(Column(name="days", title="Days", unit="days"), "days")
    late = Field(Column(name="late", title="Late"), "case when late then 'yes' else 'no' end")
    order = f"list_position([{', '.join(map(literal, WAITS))}], waits)"
    return Section(
        name="late",
        title="What is late",
        columns=(
            _WAITS,
            Column(name="waiting", title="Waiting", unit="count"),
            Column(name="late", title="Late", unit="count"),
            Column(name="year_before", title="A year before", unit="count"),
            Column(name="came", title="In a week", unit="count"),
            Column(name="went", title="Out a week", unit="count"),
            Column(name="at_zero", title="At zero"),
        ),
        rows=tuple(_row(name, days, year_before) for name in WAITS),
        note=f"{_said(days)} In and out: late cases, the mean of the last {counted(WEEKS_BACK, 'week')}.",
        cases=cases(
            log, grouping("all", ""), (*fields, waited, late), f"late_ones order by {order}, days desc, plan, review"
        ),
    )


def _said(days: Sequence[Day]) -> str:
    """How many are late in all, and how that has moved since the first day, where there were plans on it."""
    first, last = (sum(map(len, day.late.values())) for day in (days[0], days[-1]))
    said = f"{last:,} {'is' if last == 1 else 'are'} late"
    if not days[0].plans:
        return f"{said}."
    moved = f"{abs(last - first):,} {'more' if last > first else 'fewer'} than" if last != first else "as many as"
    return f"{said}, {moved} {counted(WEEKS_BACK, 'week')} ago."


def _row(name: str, days: Sequence[Day], year_before: Day) -> Row:
    today, rate = days[-1], late_ones.rate(late_ones.flows(days, name))
    came, went = (round(rate.came, 1), round(rate.went, 1)) if rate else (None, None)
    before = len(year_before.late[name]) if year_before.plans else None
    return (name, today.waiting[name], len(today.late[name]), before, came, went, _zero(today, name, rate))


def _zero(today: Day, name: str, rate: late_ones.Rate | None) -> str:
    """The day of the last late case, in words where there is none."""
    if not today.late[name]:
        return NONE
    if rate is None:
        return NOT_KNOWN
    if rate.days_to_zero is None:
        return NEVER
    try:
        on = today.on + timedelta(days=rate.days_to_zero)
    except OverflowError:
        return NEVER
    return f"{on.day} {on:%b %Y}"


def _weeks(days: Sequence[Day]) -> Section:
    flows = {name: late_ones.flows(days, name) for name in WAITS}
    columns, series = [Column(name="week_to", title="Week to", unit="day")], []
    for name in WAITS:
        title = name.split(" to ", maxsplit=1)[0]
        own = title.casefold().replace(" ", "_")
        series.append(f"{own}_late")
        columns += [
            Column(name=series[-1], title=f"{title} late", unit="count"),
            Column(name=f"{own}_in", title="In", unit="count"),
            Column(name=f"{own}_out", title="Out", unit="count"),
        ]
    return Section(
        name="weeks",
        title=f"The last {counted(WEEKS_BACK, 'week')}",
        columns=tuple(columns),
        rows=tuple(_of_week([flows[name][number] for name in WAITS]) for number in range(len(days) - 1)),
        chart=Chart(
            kind="line",
            x="week_to",
            series=tuple(series),
            title="Late at the end of each week",
            says="A line for what waits of each kind: how many are late at the end of each week; the table has the figures.",
            height=150,
        ),
    )


def _of_week(flows: Sequence[Flow]) -> Row:
    return (flows[0].until, *(cell for flow in flows for cell in (flow.late, flow.came, flow.went)))


# --- what to do ---------------------------------------------------------------------------------------------------


def _define_open(log: Looking) -> None:
    """Define `still_to_do`: each duty with a last day that is not yet met, once; `nth` of its plan, the most urgent first."""
    today = literal(log.asked.as_at)
    log.keep(
        "still_to_do",
        f"""select d.*, setting, coordinator, {today} - due as days_late,
                row_number() over (partition by plan order by due, review desc, {place(log)}, duty) as nth,
                count_if(due < {today}) over (partition by plan) as late_of_plan
            from duties d join (select plan, setting, coordinator from plan_facts where not plan_ended) using (plan)
            where state in {one_of(_WAITED_FOR)} and met_on is null and due is not null and not is_window
                and {counted_once("d")}""",
    )


_REVIEW = Field(Column(name="review", title="Review"), "nullif(review, '')")
_FIRST = (
    PLAN[0],
    _REVIEW,
    Field(_STILL, "duty"),
    Field(_OWNER, "owner"),
    Field(_DUE, "due"),
    Field(Column(name="days_late", title="Days late", unit="days"), "case when days_late > 0 then days_late end"),
    Field(
        Column(name="also_late", title="Also late", unit="count"),
        "late_of_plan - (days_late > 0)::INTEGER",
    ),
)


def _first(log: Looking) -> Section:
    chosen = ", ".join(field.sql for field in _FIRST)
    order = "nth = 1 order by due, plan"
    ((plans,),) = log.rows("select count(*) from still_to_do where nth = 1 and days_late > 0")
    return Section(
        name="first",
        title="Cases to act on first",
        columns=tuple(field.column for field in _FIRST),
        rows=log.rows(f"select {chosen} from still_to_do where {order} limit {FIRST_CASES}"),
        note=f"The first {FIRST_CASES} plans, each with its duty of the earliest last day. "
        f"{counted(plans, 'plan has', 'plans have')} a duty that is late.",
        cases=cases(log, grouping("all", ""), _FIRST, f"still_to_do where {order}"),
    )


def _ahead(log: Looking) -> Section:
    today = log.asked.as_at
    starts = [today + timedelta(days=1) + number * WEEK for number in range(WEEKS_AHEAD)]
    number = f"((due - {literal(starts[0])}) // 7 + 1)"
    coming = f"still_to_do where due between {literal(starts[0])} and {literal(today + WEEKS_AHEAD * WEEK)}"
    each = ", ".join(f"count_if({number} = {nth})" for nth in range(1, WEEKS_AHEAD + 1))
    fields = (Field(_STILL, "duty"), Field(_DUE, "due"), Field(_OWNER, "owner"), *PLAN[:2], _REVIEW)
    return Section(
        name="ahead",
        title=f"Due in the next {counted(WEEKS_AHEAD, 'week')}",
        columns=(
            _STILL,
            *(
                Column(name=f"week_{nth}", title=_span(first), unit="count")
                for nth, first in enumerate(starts, start=1)
            ),
            Column(name="total", title="Total", unit="count"),
        ),
        rows=log.rows(
            f"select duty, {each}, count(*) from {coming} group by duty order by count(*) desc, {place(log)}, duty"
        ),
        note="By last day. Each is still to do.",
        cases=cases(log, grouping("all", ""), fields, f"{coming} order by {place(log)}, duty, due, plan, review"),
    )


def _span(first: date) -> str:
    """A week as the head of a column: 2 to 8 Dec."""
    last = first + WEEK - timedelta(days=1)
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%b}"
    return f"{start} to {last.day} {last:%b}"
