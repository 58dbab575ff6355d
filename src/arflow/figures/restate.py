"""Why a figure changed: the timeliness of the same day as known at two moments, and the events recorded between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from arflow import temporary
from arflow.application.arflow import Arflow
from arflow.errors import InvalidValue, field_name
from arflow.figures import measures
from arflow.figures.cases import Field
from arflow.figures.groups import Grouping, grouping
from arflow.figures.report import Asked, Cases, Column, Report, Section
from arflow.figures.viewpoint import Looking, looking, naming_left_out
from arflow.history.review_sql import BESIDE
from arflow.history.sql import literal, one_of
from arflow.words import counted

# What counts whatever its own day: it puts other events right, or moves the review under another definition.
_EDITS = (
    "StepCorrected", "StepVoided", "PlanFactCorrected", "PlanReviewCompleted", "PlanReviewCompletionWithdrawn",
    "WorkflowMigrated",
)  # fmt: skip
# What is recorded of people and papers: it moves no figure, except where service is recorded.
_NO_FIGURE = (
    *(name for name in BESIDE if name != "ServiceRecorded"),
    "PlanTextKept", "PaperReceived", "PlanDutySeen", "LatenessExplained", "DocumentDisposed", "PeopleErased",
    "TermListGiven",
)  # fmt: skip
DEFINITIONS = {
    **measures.DEFINITIONS,
    "before and after": "The same figure for the same day, as known at the first moment and at the second.",
    "change": "A review that leaves a figure counts -1 in it, one that joins it +1: the changes of the cases of a figure add "
    "up to its difference.",
    "events": "What was recorded after the first moment and by the second, on the review or its plan, and had happened by "
    "the day of the report; corrections and voidings always. All of them are listed for each review that changed, though "
    "one alone may have made the difference.",
    "entered": "An act that had happened and was not yet recorded; brought in: an act of a review imported from another system; "
    "served: what was sent is read as served on another day than was recorded first.",
}
_DUTY, _OUTCOME = Column(name="duty", title="Duty"), Column(name="outcome", title="Outcome")
_BEFORE = Column(name="before", title="Before", unit="count")
_AFTER = Column(name="after", title="After", unit="count")
_CHANGE = Column(name="change", title="Change", unit="count")


@contextmanager
def restate(
    app: Arflow, asked: Asked, between: tuple[datetime, datetime], archive: Path | None = None
) -> Iterator[Report]:
    """The report of what differs, for as long as its cases are read; InvalidValue where the moments stand in no order."""
    first, second = between
    if first >= second:
        raise InvalidValue(
            field_name("between"), f"{first:%Y-%m-%dT%H:%M}", "before the second moment: give the earlier one first"
        )
    with temporary.folder("restate") as folder:
        kept = folder / "before.parquet"
        with looking(app, msgspec.structs.replace(asked, known_at=first), archive) as log:
            measures.define(log, "measured", _by(asked))
            log.rows(f"copy (select * from measured) to {literal(kept)} (format parquet)")
        with looking(app, msgspec.structs.replace(asked, known_at=second), archive) as log:
            yield naming_left_out(_report(log, kept, between), log)


def _by(asked: Asked) -> Grouping:
    return grouping(asked.by, "on_hold")


def _report(log: Looking, kept: Path, between: tuple[datetime, datetime]) -> Report:
    by = _by(log.asked)
    measures.define(log, "measured", by)
    log.keep("earlier", f"select * from read_parquet({literal(kept)})")
    log.keep("later", "select * from measured")
    log.keep("restated", _RESTATED)
    log.keep("explaining", _explaining(log, between[0]))
    first, second = (f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC" for moment in between)
    return Report(
        name="restate",
        title="Why the figures changed",
        about=f"Timeliness as known on {first} and on {second}, and the events recorded between.{log.caveats}",
        asked=log.asked,
        log=log.log,
        sections=(_figures(log, by, (first, second)), _shares(log, by), _events(log)),
        definitions=DEFINITIONS,
    )


_RESTATED = """
    with changed as (
        select coalesce(b.plan, a.plan) as plan, review, duty, a.grp as old_grp, b.grp as new_grp,
            a.grp_order as old_order, b.grp_order as new_order, a.outcome as was, b.outcome as becomes
        from earlier a full join later b using (review, duty)
        where a.outcome is distinct from b.outcome or a.grp is distinct from b.grp)
    select new_grp as grp, new_order as grp_order, duty, becomes as outcome, 1 as change, plan, review, was, becomes
    from changed where becomes is not null
    union all
    select old_grp, old_order, duty, was, -1, plan, review, was, becomes from changed where was is not null"""


# --- the figures --------------------------------------------------------------------------------------------------


def _figures(log: Looking, by: Grouping, moments: tuple[str, str]) -> Section:
    rows = log.rows(f"""
        with counted as (
            select grp, any_value(grp_order) as grp_order, duty, outcome, sum(before) as before, sum(after) as after from (
                select grp, grp_order, duty, outcome, 1 as before, 0 as after from earlier
                union all select grp, grp_order, duty, outcome, 0, 1 from later)
            group by grp, duty, outcome)
        select {by.selected} duty, outcome, before::INTEGER, after::INTEGER, (after - before)::INTEGER from counted
        where (grp, duty, outcome) in (select (grp, duty, outcome) from restated)
        order by grp_order, grp, {measures.place()}, outcome""")
    [(reviews,)] = log.rows("select count(distinct review) from restated")
    cases = log.streaming(f"""
        select {by.selected} duty, outcome, change, plan, review, was, becomes from restated
        order by grp_order, grp, {measures.place()}, outcome, review""")
    return Section(
        name="figures",
        title="Figures that differ",
        columns=(*by.columns, _DUTY, _OUTCOME, _BEFORE, _AFTER, _CHANGE),
        rows=rows,
        note=f"Before: as known on {moments[0]}. After: as known on {moments[1]}. "
        f"Counted otherwise: {counted(reviews, 'review')}. Where as many joined a figure as left it, the change is zero.",
        cases=Cases(columns=(*by.columns, _DUTY, _OUTCOME, _CHANGE, *_CASES), rows=cases),
    )


_CASES = (
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="was", title="Was"),
    Column(name="becomes", title="Becomes"),
)


_MET = """round(100.0 * count(*) filter (outcome = 'met')
    / nullif(count(*) filter (outcome in ('met', 'contested', 'late')), 0), 1)"""


def _shares(log: Looking, by: Grouping) -> Section:
    """The share met of every duty whose figures differ."""
    side = f"""select grp, any_value(grp_order) as grp_order, duty, count(*) as reviews, {_MET} as met
        from {{}} group by grp, duty"""
    rows = log.rows(f"""
        select {by.selected} duty, coalesce(a.reviews, 0), coalesce(b.reviews, 0), a.met, b.met, round(b.met - a.met, 1)
        from ({side.format("earlier")}) a full join ({side.format("later")}) b using (grp, grp_order, duty)
        where (grp, duty) in (select (grp, duty) from restated) order by grp_order, grp, {measures.place()}""")
    return Section(
        name="shares",
        title="Shares met",
        columns=(
            *by.columns,
            _DUTY,
            Column(name="reviews_before", title="Reviews before", unit="count"),
            Column(name="reviews_after", title="After", unit="count"),
            Column(name="met_before", title="Met before", unit="percent"),
            Column(name="met_after", title="After", unit="percent"),
            Column(name="points", title="Points", unit="count", definition="Met after less met before."),
        ),
        rows=rows,
        note="Met as a share of met, contested and late.",
    )


# --- the events behind them ---------------------------------------------------------------------------------------


def _explaining(log: Looking, first: datetime) -> str:
    """Each event that a changed review was recorded by between the moments, once for each review."""
    recorded = f"recorded_at > {literal(first.astimezone(UTC))}"
    happened = f"(happened_on <= {literal(log.asked.as_at)} or event in {one_of(_EDITS)})"
    return f"""
        with changed as (select distinct plan, review from restated),
        between_them as (
            select changed.review as of_review, k.* from known k join changed using (plan)
            where {recorded} and {happened} and event not in {one_of(_NO_FIGURE)}
                and (stream = 'review/' || changed.review or starts_with(stream, 'plan/')))
        select e.of_review, e.plan, e.position, e.event, e.happened_on, e.recorded_at, {_WHAT} as what,
            coalesce(e.corrected_step, e.voided_step, e.fact, {_SENT}) as of_what, {_WAS} as was,
            coalesce(e."to", case when e.event = 'ServiceRecorded' then e.served_on end) as becomes
        from between_them e
        left join known w on w.stream = e.stream and w.version = coalesce(e.corrects, e.voids, e."of")
        left join (select stream from known where event = 'ReviewOpened' and reference is not null) i
            on i.stream = 'review/' || e.of_review"""


_WHAT = """case when e.event in ('StepCorrected', 'PlanFactCorrected') then 'corrected' when e.event = 'StepVoided' then 'voided'
    when e.event = 'ServiceRecorded' then 'served'
    when e.event = 'PlanReviewCompletionWithdrawn' then 'voided' when e.event = 'WorkflowMigrated' then 'moved'
    when i.stream is not null and starts_with(e.stream, 'review/') then 'brought in' else 'entered' end"""
_SENT = """case w.event when 'InvitationsSent' then 'invite' when 'AmendmentNoticeSent' then 'notice'
    when 'AmendmentNoticeSentAgain' then 'notice_again' end"""
_WAS = """case when w.event is null then null
    when e.event = 'ServiceRecorded' then greatest(w.happened_on, w.served_on) when e.fact = 'first_made' then w.first_made
    when e.fact = 'last_reviewed' then w.last_reviewed when e.fact = 'transfer_on' then w.transfer_on else w.happened_on end"""
_EVENTS = (
    Field(Column(name="what", title="What"), "what"),
    Field(Column(name="event", title="Event"), "event"),
    Field(Column(name="plan", title="Plan"), "plan"),
    Field(Column(name="review", title="Review"), "of_review"),
    Field(
        Column(name="position", title="Position", unit="count", definition="The event's place in the log."), "position"
    ),
    Field(Column(name="happened_on", title="Happened", unit="day"), "happened_on"),
    Field(Column(name="recorded_at", title="Recorded (UTC)", unit="moment"), "recorded_at"),
    Field(Column(name="of_what", title="Of"), "of_what"),
    Field(Column(name="was", title="Was", unit="day"), "was"),
    Field(Column(name="becomes", title="Becomes", unit="day"), "becomes"),
)


def _events(log: Looking) -> Section:
    rows = log.rows("""
        select what, event, count(distinct position), count(distinct of_review),
            median(date_diff('day', happened_on, recorded_at::DATE)) filter (what in ('entered', 'brought in'))
        from explaining group by what, event order by what, 3 desc, event""")
    return Section(
        name="events",
        title="What was recorded between",
        columns=(
            _EVENTS[0].column,
            _EVENTS[1].column,
            Column(name="events", title="Events", unit="count"),
            Column(name="reviews", title="Reviews", unit="count"),
            Column(name="median_days", title="Median days late", unit="days"),
        ),
        rows=rows,
        note="The events behind the reviews counted otherwise; an event of a plan may stand behind several of its reviews.",
        cases=Cases(
            columns=tuple(field.column for field in _EVENTS),
            rows=log.streaming(
                f"select {', '.join(field.sql for field in _EVENTS)} from explaining order by of_review, position"
            ),
        ),
    )
