"""Every duty by its state on a day: of each review, and of each plan itself."""

from arflow.replay.sql import literal
from arflow.reports.cases import PLAN, Field, cases
from arflow.reports.groups import Grouping, grouping
from arflow.reports.looking import Looking
from arflow.reports.report import Chart, Column, Report, Row, Section

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
_DRAWN = tuple(state for state in STATES if state not in ("not_started", "not_applicable"))
_OWN = (Column(name="duty", title="Duty"), Column(name="owner", title="Whose"))
_COUNTS = tuple(
    Column(name=state, title=state.replace("_", " ").capitalize(), unit="count", definition=definition)
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
    "phases, and what a move or a release from detention asks for.",
}


def duties(looking: Looking) -> Report:
    """The duties of reviews, and those of plans, counted by state; a period chooses them by their last day."""
    group = grouping(looking.asked.by, "due")
    for name in _WHOSE:
        looking.keep(f"duties_of_{name}", _query(looking, name, group))
    return Report(
        name="duties",
        title="Every duty by its state",
        about=f"How each duty stood on the day. A month, quarter or year is that of the last day.{looking.ahead}",
        asked=looking.asked,
        log=looking.log,
        sections=tuple(_section(looking, name, group) for name in _WHOSE),
    )


def _query(looking: Looking, of: str, group: Grouping) -> str:
    of_reviews = of == "reviews"
    table = "review_facts" if of_reviews else "plan_facts"
    # A plan's own duties are of no kind of review.
    kind = "f.kind" if of_reviews else "'no review'"
    return f"""
        select plan, review, duty, owner, due, "outer", met_on, state, quality, setting, coordinator, {group.sql}
        from (
            select d.*, f.setting, f.nc_year, f.coordinator, {kind} as kind
            from duties d join {table} f using (plan, review)
            where (d.review <> '') = {literal(of_reviews)} and {looking.within("d.due")})"""


def _section(looking: Looking, of: str, group: Grouping) -> Section:
    relation = f"duties_of_{of}"
    counts = ", ".join(f"count_if(state = {literal(state)})" for state in STATES)
    rows: tuple[Row, ...] = looking.rows(
        f"""select {group.selected} duty, owner, count(*), {counts} from {relation}
            group by grp, grp_order, duty, owner order by grp_order, {place(looking)}, duty, owner"""
    )
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
        cases=cases(looking, group, _CASE, f"{relation} order by grp_order, {place(looking)}, duty, due, plan, review"),
    )


def place(looking: Looking) -> str:
    """The order of duties in the definition."""
    names = ", ".join(literal(duty.id) for duty in looking.current.duties)
    return f"coalesce(list_position([{names}], duty), 99)"
