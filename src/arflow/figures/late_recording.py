"""Late recording: how many days after it happened each act was entered, by event, officer and month; corrections."""

from typing import NamedTuple

from arflow.figures.cases import OFFICER, Field
from arflow.figures.report import Cases, Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import day_in_london, literal, one_of
from arflow.words import counted

# Recorded by arflow itself beside an act, and what a plan was entered with: neither tells when somebody recorded.
_NOT_ENTERED = (
    "PlanAdded",
    "PlanFactCorrected",
    "ReturnFactsImported",
    "PaperReceived",
    "PlanDutySeen",
    "LatenessExplained",
    "DocumentDisposed",
    "PeopleErased",
    "PlanReviewOpened",
    "PlanRevived",
    "PlanReviewCompleted",
    "PlanReviewCompletionWithdrawn",
    "PlanReviewClosed",
    "DayDoubted",
)
DEFINITIONS = {
    "days late": "From the day an act happened, as corrected since, to the day in London on which it was recorded. An act "
    "whose corrected day lies after it was recorded counts as none. Voided acts are left out.",
    "acts": "Acts on reviews and facts of plans that had happened by the day of the report. What arflow adds itself beside "
    "an act, and the entering of plans, are left out.",
    "brought in": "Acts of reviews imported from another system are counted apart: their days late are those of the move.",
    "officers": "A list for training and support: it does not say whose fault a late entry was. An officer who enters what "
    "others have done late stands on it too.",
    "corrections and voidings": "Corrections and voidings recorded by the day of the report, and how long the wrong entry stood.",
}


class Step(NamedTuple):
    """Acts recorded up to `last` days late, that are on no step before it."""

    name: str
    title: str
    last: int | None


STEPS = (
    Step("days_0_1", "0–1 days", 1),
    Step("days_2_7", "2–7", 7),
    Step("days_8_28", "8–28", 28),
    Step("days_29_on", "29+", None),
)
_STEP = (
    "case "
    + " ".join(f"when late <= {s.last} then '{s.name}'" for s in STEPS if s.last is not None)
    + f" else '{STEPS[-1].name}' end"
)
_RECORDED_ON = day_in_london("recorded_at")
_ACTS = """
    select *, {step} as step, {officer} as officer from (
        select *, {on} as recorded_on, greatest(0, {on} - day) as late, strftime({on}, '%Y-%m') as month
        from (
            select plan, substr(stream, 8) as review, event, day, recorded_at, recorded_by, position from acts
            where day is not null and event not in ('ReviewPassedOn', 'ReviewEndedWithPlan')
            union all
            select plan, null, event, happened_on, recorded_at, recorded_by, position from known
            where starts_with(stream, 'plan/') and event not in {not_entered} and happened_on <= {today}
                and not (event = 'PlanCeased' and review is not null)))
    where {within}"""
_COUNTS = (
    Column(name="acts", title="Acts", unit="count"),
    *(Column(name=step.name, title=step.title, unit="count") for step in STEPS),
    Column(name="within_7_percent", title="Within 7 days", unit="percent"),
    Column(name="median_days", title="Median days", unit="days"),
    Column(name="longest_days", title="Longest", unit="days"),
)
_COUNTED = ", ".join(
    (
        "count(*)",
        *(f"count(*) filter (step = '{step.name}')" for step in STEPS),
        "round(100.0 * count(*) filter (late <= 7) / count(*), 1)",
        "median(late)",
        "max(late)",
    )
)
_EVENT, _OFFICER, _MONTH = (
    Column(name="event", title="Event"),
    Column(name="officer", title="Officer"),
    Column(name="month", title="Recorded in"),
)
_CASES = (
    Field(_EVENT, "event"),
    Field(_OFFICER, "officer"),
    Field(_MONTH, "month"),
    Field(Column(name="step", title="Step"), "step"),
    Field(Column(name="plan", title="Plan"), "plan"),
    Field(Column(name="review", title="Review"), "review"),
    Field(
        Column(name="position", title="Position", unit="count", definition="The event's place in the log."), "position"
    ),
    Field(Column(name="happened_on", title="Happened", unit="day"), "day"),
    Field(Column(name="recorded_on", title="Recorded", unit="day"), "recorded_on"),
    Field(Column(name="late", title="Days late", unit="days"), "late"),
)


def late_recording(looking: Looking) -> Report:
    """How late acts were recorded; a period chooses by the day of recording."""
    _define(looking)
    return Report(
        name="late-recording",
        title="How late acts were recorded",
        about=f"Days from the day an act happened to the day it was entered.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(
            _late(looking, "months", "By the month of recording", _MONTH),
            _late(looking, "events", "By event", _EVENT),
            _late(looking, "officers", "By officer: for training and support", _OFFICER),
            _put_right(looking),
        ),
        definitions=DEFINITIONS,
    )


def _define(looking: Looking) -> None:
    within = looking.within("recorded_on")
    acts = _ACTS.format(
        step=_STEP,
        on=_RECORDED_ON,
        officer=OFFICER.format(id="recorded_by"),
        not_entered=one_of(_NOT_ENTERED),
        today=literal(looking.asked.as_at),
        within=within,
    )
    looking.define(
        "imported",
        "select substr(stream, 8) as review from known where event = 'ReviewOpened' and reference is not null",
    )
    looking.keep(
        "recorded",
        f"select a.*, i.review is not null as brought_in from ({acts}) a left join imported i using (review)",
    )
    looking.keep(
        "put_right",
        _PUT_RIGHT.format(
            officer=OFFICER.format(id="recorded_by"),
            on=_RECORDED_ON,
            on_first=_RECORDED_ON.replace("recorded_at", "w.recorded_at"),
            within=within,
        ),
    )


def _late(looking: Looking, name: str, title: str, of: Column) -> Section:
    order = of.name if of is _MONTH else f"count(*) filter (late > 7) desc, {of.name}"
    rows = looking.rows(
        f"select {of.name}, {_COUNTED} from recorded where not brought_in group by {of.name} order by {order}"
    )
    total, late = sum(row[1] for row in rows), sum(row[4] + row[5] for row in rows)
    [(moved,)] = looking.rows("select count(*) from recorded where brought_in")
    apart = f" {moved:,} more were brought in from another system and are left out." if moved else ""
    said = f"{total:,} acts, of which {late:,} were recorded more than seven days after they happened."
    return Section(
        name=name,
        title=title,
        columns=(of, *_COUNTS),
        rows=rows,
        note=f"{said}{apart}",
        chart=_chart(of, title, said),
        cases=Cases(
            columns=tuple(field.column for field in _CASES),
            rows=looking.streaming(
                f"select {', '.join(field.sql for field in _CASES)} from recorded where not brought_in "
                "order by late desc, position"
            ),
        ),
    )


def _chart(of: Column, title: str, said: str) -> Chart:
    """Months as a line, however many there are; anything else as bars divided by the steps."""
    if of is _MONTH:
        return Chart(kind="line", x=of.name, series=("within_7_percent",), title="Recorded within 7 days", says=said)
    return Chart(kind="stacked_bar", x=of.name, series=tuple(step.name for step in STEPS), title=title, says=said)


_PUT_RIGHT = """
    select *, {officer} as officer from (
        select e.plan, substr(e.stream, 8) as review, e.position, e.recorded_by,
            if(e.event = 'StepCorrected', 'corrected', 'voided') as what, coalesce(e.corrected_step, e.voided_step) as step,
            w.happened_on as was, e."to" as becomes, e.recorded_on,
            e.recorded_on - {on_first} as stood
        from (select *, {on} as recorded_on from known where event in ('StepCorrected', 'StepVoided')) e
        join known w on w.stream = e.stream and w.version = coalesce(e.corrects, e.voids))
    where {within}"""
_PUT_RIGHT_CASES = (
    Field(Column(name="what", title="What"), "what"),
    Field(Column(name="step", title="Step"), "step"),
    Field(Column(name="plan", title="Plan"), "plan"),
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="position", title="Position", unit="count"), "position"),
    Field(_OFFICER, "officer"),
    Field(Column(name="was", title="Was", unit="day"), "was"),
    Field(Column(name="becomes", title="Becomes", unit="day"), "becomes"),
    Field(Column(name="recorded_on", title="Recorded", unit="day"), "recorded_on"),
    Field(Column(name="stood", title="Days it stood", unit="days"), "stood"),
)


def _put_right(looking: Looking) -> Section:
    rows = looking.rows("""
        select what, step, count(*), median(stood), max(stood) from put_right group by what, step order by what, 3 desc, step""")
    return Section(
        name="put_right",
        title="Corrections and voidings",
        columns=(
            _PUT_RIGHT_CASES[0].column,
            _PUT_RIGHT_CASES[1].column,
            Column(name="events", title="Events", unit="count"),
            Column(name="median_days", title="Median days it stood", unit="days"),
            Column(name="longest_days", title="Longest", unit="days"),
        ),
        rows=rows,
        note=f"Corrected or taken back: {counted(sum(row[2] for row in rows), 'act')}. "
        "Correcting is good practice: arflow counts it and blames nobody.",
        cases=Cases(
            columns=tuple(field.column for field in _PUT_RIGHT_CASES),
            rows=looking.streaming(
                f"select {', '.join(field.sql for field in _PUT_RIGHT_CASES)} from put_right order by stood desc, position"
            ),
        ),
    )
