"""How the duties of the reviews held were kept: one relation of cases, and the figures counted from it."""

from collections.abc import Sequence
from typing import Any

from arflow.figures.groups import Grouping
from arflow.figures.report import Cases, Cell, Chart, Column, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.history.counting import REVIEWS
from arflow.history.sql import literal, one_of

MEASURED = (
    "notice", "advice_circulated", "report", "decision", "amendment_notice", "final_plan", "phase_transfer", "twelve_months",
)  # fmt: skip
MEETING = "meeting_in_twelve_months"
OUTCOMES = ("met", "contested", "late", "running", "not_known")
DEFINITIONS = {
    "reviews": "Reviews whose meeting was held in the period and that the duty applies to; cancelled and interim "
    "under-five reviews are left out.",
    "met": "Done on or before the strict last day.",
    "contested": "Done after the strict last day and on or before the outer day: the law can be read both ways.",
    "late": "Done after the outer day, or not done by it.",
    "running": "Not yet done and not yet late on the day of the report.",
    "not known": "No last day can be counted, since the day it counts from is not known.",
    "met %": "Met as a share of met, contested and late.",
    "from … to": "Where days that the duty counts from are estimated or not known: met % if every review counted from "
    "them were late, and if each of them that is done were met and the others in time.",
    "median days": "Days from the day counted from to the day it was done, middle value; 90th percentile: nine in ten "
    "took no longer.",
}
COUNTS = (
    Column(name="reviews", title="Reviews", unit="count"),
    Column(name="met", title="Met", unit="count"),
    Column(name="contested", title="Contested", unit="count"),
    Column(name="late", title="Late", unit="count"),
    Column(name="running", title="Running", unit="count"),
    Column(name="not_known", title="Not known", unit="count"),
    Column(name="met_percent", title="Met %", unit="percent"),
    Column(name="met_range", title="From … to"),
)
DAYS = (
    Column(name="median_days", title="Median days", unit="days"),
    Column(name="p90_days", title="90th percentile", unit="days"),
)
DUTY = Column(name="duty", title="Duty")
_CASE = (
    DUTY,
    Column(name="outcome", title="Outcome"),
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="held", title="Held", unit="day"),
    Column(name="due", title="Last day", unit="day"),
    Column(name="outer", title="Outer", unit="day"),
    Column(name="done", title="Done", unit="day"),
    Column(name="days", title="Days", unit="days"),
    Column(name="quality", title="Counted from a day"),
)

_OUTCOME = """case when state = 'met' then 'met'
    when state = 'contested' then case when met_on is null then 'running' else 'contested' end
    when state in ('breached', 'overdue') then 'late'
    when state in ('running', 'due_soon') then 'running'
    when state = 'not_started' and due is null and quality = 'missing' then 'not_known' end"""
# The meeting against the last day of the twelve months, wherever they apply.
_MEETING = """case when due is null then case when quality = 'missing' then 'not_known' end
    when held <= due then 'met' when held <= "outer" then 'contested' else 'late' end"""


def annual(looking: Looking) -> str:
    """The condition that a review counts as one of the plan's annual reviews: not cancelled, not an interim one."""
    found = looking.rows("select distinct workflow, kind from review_facts")
    interim = [kind for workflow, kind in found if looking.workflow_of(workflow).kinds[kind].additional]
    return f"(not cancelled and kind not in {one_of(interim)})" if interim else "not cancelled"


_SHARE = """case when duty in ('twelve_months', 'meeting_in_twelve_months') then 'twelve_months'
    when owner = 'school' then 'school' else 'local_authority' end"""


def define(looking: Looking, relation: str, group: Grouping) -> None:
    """Define the relation: one row for each measured duty of each review whose meeting was held in the period."""
    looking.count(*MEASURED, of=REVIEWS)
    looking.define(
        f"{relation}_duties",
        f"""select duties.plan, review, duty, owner, due, "outer", met_on, duties.state, counted_from,
                quality, on_hold as held, {group.sql}
            from duties join review_facts using (review)
            where duty in {one_of(MEASURED)} and on_hold is not null and {annual(looking)} and {looking.within("on_hold")}""",
    )
    days = "case when met_on >= counted_from then met_on - counted_from end"
    held_after = "case when held >= counted_from then held - counted_from end"
    looking.define(
        relation,
        f"""select *, {_SHARE} as share from (
            select grp, grp_order, duty, owner, plan, review, held, due, "outer", met_on as done, quality,
                {_OUTCOME} as outcome, {days} as days from {relation}_duties
            union all
            select grp, grp_order, {literal(MEETING)}, owner, plan, review, held, due, "outer", held, quality,
                {_MEETING}, {held_after}
            from {relation}_duties where duty = 'twelve_months' and state <> 'not_applicable')
        where outcome is not null""",
    )


_DOUBTFUL = "quality <> 'known'"


def counted(
    looking: Looking, relation: str, *, where: str = "true", share: str = "share"
) -> tuple[tuple[Any, ...], ...]:
    """For each share, group and duty, in their order: the three, and what `figures` makes cells of; one pass over the log."""
    outcomes = ", ".join(f"count_if(outcome = {literal(name)})" for name in OUTCOMES)
    return looking.rows(
        f"""select {share} as part, grp, duty, count(*), {outcomes},
            count_if({_DOUBTFUL} and outcome = 'met'),
            count_if({_DOUBTFUL} and outcome in ('met', 'contested', 'late')),
            count_if({_DOUBTFUL} and done is not null), count_if({_DOUBTFUL} and done is null),
            median(days), quantile_cont(days, 0.9)
        from {relation} where {where} group by part, grp, grp_order, duty order by grp_order, {place()}"""
    )


def figures(found: Sequence[Any]) -> tuple[Cell, ...]:
    """The cells of COUNTS and DAYS from a counted row, without the columns it was grouped by."""
    reviews, met, contested, late, running, not_known, *doubtful, median, p90 = found
    finished = met + contested + late
    return (
        reviews, met, contested, late, running, not_known,
        percent(met, finished), _range(met, finished, *doubtful),
        rounded(median), rounded(p90),
    )  # fmt: skip


def percent(part: int, whole: int) -> float | None:
    """A share from 0 to 100, to one place; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def rounded(days: float | None) -> float | None:
    """Days to one place."""
    return None if days is None else round(float(days), 1)


def _range(met: int, finished: int, doubtful_met: int, doubtful_finished: int, done: int, to_do: int) -> str | None:  # noqa: PLR0917
    """The lowest and highest share met could be, where doubtful days make a difference."""
    sure_met, sure = met - doubtful_met, finished - doubtful_finished
    low, high = percent(sure_met, sure + done + to_do), percent(sure_met + done, sure + done)
    if low == high or low is None:
        return None
    return f"{low} to {high if high is not None else 'unknown'}"


def cases(looking: Looking, relation: str, where: str, group: Grouping) -> Cases:
    """The cases of a relation, in the order of their groups."""
    columns = ", ".join(f'"{column.name}"' for column in _CASE)
    return Cases(
        columns=(*group.columns, *_CASE),
        rows=looking.streaming(
            f"select {group.selected}{columns} from {relation} where {where} order by grp_order, {place()}, review"
        ),
    )


def place() -> str:
    """The order in which reports list duties."""
    names = ", ".join(map(literal, (*MEASURED[:-1], MEETING, MEASURED[-1])))
    return f"list_position([{names}], duty)"


def section(
    looking: Looking,
    relation: str,
    group: Grouping,
    found: tuple[tuple[Any, ...], ...],
    *,
    name: str,
    title: str,
    where: str,
    note: str = "",
) -> Section:
    """A section with a row for each group and duty, from what `counted` found."""
    rows: tuple[Row, ...] = tuple(
        (*((grp,) if group.columns else ()), duty, *figures(counts)) for _, grp, duty, *counts in found
    )
    return Section(
        name=name,
        title=title,
        note=note,
        columns=(*group.columns, DUTY, *COUNTS, *DAYS),
        rows=rows,
        chart=Chart(
            kind="stacked_bar",
            x="duty",
            series=OUTCOMES[:4],
            title=f"{title}: reviews by duty",
            says="A bar for each duty, divided into the reviews in which it was met, contested, late, or still running; "
            "the table has the figures.",
        ),
        cases=cases(looking, relation, where, group),
    )
