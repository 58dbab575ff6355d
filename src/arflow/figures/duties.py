"""Every duty by its state on a day: of each review, and of each plan itself."""

from collections.abc import Iterator

from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.report import Chart, Column, Report, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.words import in_words

STATES = {
    "not_started": "Nothing to count from yet, or it is not yet known whether the duty applies.",
    "running": "Not yet done, and in time.",
    "due_soon": "Not yet done, in time, and the last day is near.",
    "met": "Done on or before the strict last day; of a window of time, that it was left open.",
    "contested": "After the strict last day and not after the outer day: the law can be read both ways.",
    "overdue": "Not done, and past the outer day.",
    "breached": "Done after the outer day, or no longer possible to do; of a window of time, that it was cut short.",
    "missed": "A local target not kept. Never a breach.",
    "not_applicable": "The duty does not apply.",
}
_DRAWN = ("met", "contested", "overdue", "breached", "due_soon", "running")
_OWN = (Column(name="duty", title="Duty"), Column(name="owner", title="Whose"))
_COUNTS = tuple(
    Column(name=state, title=in_words(state).capitalize(), unit="count", definition=definition)
    for state, definition in STATES.items()
)
_CASE = (
    *(Field(column, column.name) for column in _OWN),
    Field(Column(name="state", title="State"), "state"),
    *PLAN,
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="due", title="Last day", unit="day"), "due"),
    Field(Column(name="outer", title="Outer", unit="day"), '"outer"'),
    Field(Column(name="done", title="Done", unit="day"), "met_on"),
    Field(Column(name="quality", title="Counted from a day"), "quality"),
)
_WHOSE = {
    "reviews": "Every review that was opened; a cancelled one has no duties that apply.",
    "plans": "The duties of the plan itself, whatever its reviews: the review of its next twelve months, a transfer between "
    "phases, an amendment without a review, and what a move, a release from detention, an order, a mediation, a "
    "re-assessment, direct payments or a decision to cease asks for.",
}


def duties(looking: Looking) -> Report:
    """The duties of reviews, and those of plans, counted by state; a period chooses them by their last day."""
    group = grouping(looking.asked.by, "due")
    looking.count()
    looking.define("duties_placed", _query(looking, group))
    return Report(
        name="duties",
        title="Every duty by its state",
        about=f"How each duty stood on the day. A month, quarter or year is that of the last day.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=tuple(_sections(looking, group)),
    )


def _query(looking: Looking, group: Grouping) -> str:
    """Each duty with its plan; a plan's own duties are of no kind of review."""
    placed = "setting, nc_year, coordinator"
    return f"""
        select of_whom, plan, review, duty, owner, due, "outer", met_on, state, quality, setting, coordinator, {group.sql}
        from (
            select 'reviews' as of_whom, d.*, {placed}, kind from duties d
            join (select review, {placed}, kind from review_facts) using (review) where {looking.within("d.due")}
            union all
            select 'plans', d.*, {placed}, 'no review' from duties d
            join (select plan, {placed} from plan_facts) using (plan) where d.review = '' and {looking.within("d.due")})"""


def _sections(looking: Looking, group: Grouping) -> Iterator[Section]:
    counts = ", ".join(f"count_if(state = {literal(state)})" for state in STATES)
    found = looking.rows(
        f"""select of_whom, {group.selected} duty, owner, count(*), {counts} from duties_placed
            group by of_whom, grp, grp_order, duty, owner order by grp_order, {place(looking)}, duty, owner"""
    )
    for of_whom in _WHOSE:
        rows = tuple(row[1:] for row in found if row[0] == of_whom)
        yield _section(looking, of_whom, group, rows)


def _section(looking: Looking, of: str, group: Grouping, rows: tuple[Row, ...]) -> Section:
    return Section(
        name=of,
        title=f"The duties of {of}",
        columns=(*group.columns, *_OWN, Column(name="total", title="Total", unit="count"), *_COUNTS),
        rows=rows,
        note=_WHOSE[of],
        chart=Chart(
            kind="stacked_bar",
            x="duty",
            series=_DRAWN,
            title=f"The duties of {of} by state",
            says="A bar for each duty that has begun, divided by its states; the table has the figures.",
        ),
        cases=cases(
            looking,
            group,
            _CASE,
            f"duties_placed where of_whom = {literal(of)} order by grp_order, {place(looking)}, duty, due, plan, review",
        ),
    )


def place(looking: Looking) -> str:
    """The order of duties in the definition."""
    names = ", ".join(literal(duty.id) for duty in looking.current.duties)
    return f"coalesce(list_position([{names}], duty), 99)"


def counted_once(duty: str) -> str:
    """Whether a duty (the name of its row of `duties`) is counted: a plan's own not while an open review has the same."""
    open_ones = "select review from review_facts where day_notified is null and not cancelled and not finished"
    return f"""not ({duty}.review = '' and exists (
        select 1 from duties o where o.plan = {duty}.plan and o.duty = {duty}.duty and o.state <> 'not_applicable'
            and o.review in ({open_ones})))"""
