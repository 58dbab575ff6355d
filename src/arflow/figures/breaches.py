"""Every breach: which duty of which case, the last day, when it was done, how late, whose, under which law."""

from arflow.events import STEP_EVENTS
from arflow.figures import breach_reasons
from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.duties import counted_once, place
from arflow.figures.groups import Grouping, grouping
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import day_in_london, literal
from arflow.telling.story import LATE_AFTER_DAYS
from arflow.words import in_words

LISTED = 100
HOW = {
    "done_late": "Done after the outer day.",
    "not_done": "Past the outer day, and still to be done.",
    "never_done": "No longer possible to do: the meeting was held, or the review concluded, without it.",
    "cut_short": "A time that the law gives the family was not left open.",
}
DEFINITIONS = {
    **breach_reasons.DEFINITIONS,
    "breach": "A duty of the Act, the Regulations or the Code that was done after its outer day, or was not done by it. "
    "Local targets are never breaches. A day that the law can be read to allow is contested, not a breach.",
    "left out": "A plan's own duty while an open review of the plan has the same duty: it is counted once.",
    "days late": "From the strict last day to the day it was done, or to the day of the report where it is still to be done; "
    "of a time cut short, the days that were missing. Nothing where it was never done.",
    "entered late": f"The act that ended the breach entered the log more than {LATE_AFTER_DAYS} days after it happened: "
    "an earlier report may have shown the duty as not done.",
    "word": "How binding the rule is: must (Act, Regulations) or should (Code).",
}
_DUTY = (
    Column(name="duty", title="Duty"),
    Column(name="owner", title="Whose"),
    Column(name="word", title="Word"),
)
_FOUND = tuple(Field(column, column.name) for column in _DUTY)
_DATES = (
    Field(Column(name="due", title="Last day", unit="day"), "due"),
    Field(Column(name="done", title="Done", unit="day"), "done"),
    Field(Column(name="how", title="How"), "how"),
    Field(Column(name="days_late", title="Days late", unit="days"), "days_late"),
    Field(Column(name="entered", title="Entered", unit="day"), "entered"),
    Field(Column(name="days_to_enter", title="Days to enter", unit="days"), "days_to_enter"),
    Field(Column(name="citation", title="Citation"), "citation"),
    Field(Column(name="because", title="Reason"), "because"),
    Field(Column(name="cause", title="Cause"), "cause"),
    Field(Column(name="remedy", title="Remedy"), "remedy"),
)
_REVIEW = Field(Column(name="review", title="Review"), "review")
_CASE = (*_FOUND, PLAN[0], _REVIEW, *_DATES, *PLAN[1:])
_LIST = (_DATES[3], _FOUND[0], _FOUND[1], PLAN[0], _REVIEW, *_DATES[:3], *_DATES[4:5], _DATES[6])
_WORST = "days_late desc nulls last, due, plan, review, duty"


def breaches(looking: Looking) -> Report:
    """Breaches counted by duty, and the worst of them; a period chooses them by their last day."""
    group = grouping(looking.asked.by, "due")
    looking.count()
    looking.keep("breaches", _query(looking, group))
    return Report(
        name="breaches",
        title="Breaches",
        about="Every duty that was not kept: by duty, and the worst first. A month, quarter or year is that of the last day."
        f"{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_summary(looking, group), breach_reasons.reasons(looking, group), _worst(looking)),
        definitions=DEFINITIONS,
    )


def _query(looking: Looking, group: Grouping) -> str:
    as_at = literal(looking.asked.as_at)
    return f"""
        with broken as (
            select d.* rename (met_on as done), {breach_reasons.OF_DUE} from duties d
            where d.state in ('breached', 'overdue') and {looking.within("d.due")} and {counted_once("d")}),
        placed as (
            select plan, review, setting, nc_year, coordinator, kind, workflow, kind as rule_kind from review_facts
            union all
            select plan, '', setting, nc_year, coordinator, 'no review', workflow, 'annual' from plan_facts),
        entries as ({_entries(looking)})
        select plan, review, duty, proceeding, owner, word, due, "outer", done, setting, coordinator, citation,
            because, cause, remedy, {group.sql},
            entered, entered - done as days_to_enter,
            case when is_window then 'cut_short' when state = 'overdue' then 'not_done'
                when done is null then 'never_done' else 'done_late' end as how,
            case when is_window then due - done + 1 when state = 'overdue' then {as_at} - due else done - due end as days_late
        from broken join placed using (plan, review)
        left join ({_rules(looking)}) using (workflow, rule_kind, duty)
        left join entries using (review, duty, done)
        left join ({breach_reasons.EXPLAINED}) using ({breach_reasons.KEYS})"""


def _rules(looking: Looking) -> str:
    """The citation of every duty, as each kind of review has it."""
    ids = {looking.current.id, *(row[0] for row in looking.rows("select distinct workflow from review_facts"))}
    values = [
        f"({literal(id_)}, {literal(kind_id)}, {literal(rule.id)}, {literal(kind.citations.get(rule.id, rule.citation))})"
        for id_ in sorted(ids)
        for kind_id, kind in looking.workflow_of(id_).kinds.items()
        for rule in looking.workflow_of(id_).duties
    ]
    return f"from (values {', '.join(values)}) as r(workflow, rule_kind, duty, citation)"


def _entries(looking: Looking) -> str:
    """The day in London on which the act that met a duty of a review entered the log, by the day it happened."""
    pairs = ", ".join(f"({literal(duty)}, {literal(event)})" for duty, event in _meeting(looking))
    recorded = day_in_london("recorded_at")
    return f"""
        select substr(stream, 8) as review, m.duty, day as done, min({recorded}) as entered
        from acts join (values {pairs}) as m(duty, event) using (event) where day is not null group by all"""


_FINAL = ("FinalPlanIssued", "DecidedNotToAmend", "DecisionNotified", "DecisionChanged")


def _meeting(looking: Looking) -> set[tuple[str, str]]:
    """Each duty of a review with the events that meet it."""
    derived = {
        "all_invited": ("InvitationsSent",),
        "outcome_final": _FINAL,
        "transfer_named": _FINAL,
    }
    steps = looking.current.steps
    return {
        (rule.id, event)
        for rule in looking.current.duties
        for name in rule.met_by
        for event in derived.get(
            name, [STEP_EVENTS[step.id].__name__ for step in steps if step.milestone == name and step.id in STEP_EVENTS]
        )
    }


def _summary(looking: Looking, group: Grouping) -> Section:
    counts = ", ".join(f"count_if(how = {literal(how)})" for how in HOW)
    rows = looking.rows(
        f"""select {group.selected} duty, owner, word, count(*), {counts}, median(days_late), max(days_late),
                count_if(days_to_enter > {LATE_AFTER_DAYS})
            from breaches group by grp, grp_order, duty, owner, word order by grp_order, {place(looking)}, duty, owner"""
    )
    return Section(
        name="breaches",
        title="Breaches by duty",
        columns=(
            *group.columns,
            *_DUTY,
            Column(name="total", title="Breaches", unit="count"),
            *(
                Column(name=how, title=in_words(how).capitalize(), unit="count", definition=definition)
                for how, definition in HOW.items()
            ),
            Column(name="median_days_late", title="Median days late", unit="days"),
            Column(name="most_days_late", title="Most days late", unit="days"),
            Column(name="entered_late", title="Entered late", unit="count"),
        ),
        rows=rows,
        chart=Chart(
            kind="stacked_bar",
            x="duty",
            series=tuple(HOW),
            title="Breaches by duty",
            says="A bar for each duty with its breaches, divided into those done late, not done, never done and cut short; "
            "the table has the figures.",
        ),
        cases=cases(looking, group, _CASE, f"breaches order by {_WORST}"),
    )


def _worst(looking: Looking) -> Section:
    chosen = ", ".join(field.sql for field in _LIST)
    rows = looking.rows(f"select {chosen} from breaches order by {_WORST} limit {LISTED}")
    return Section(
        name="worst",
        title="The worst",
        note=f"At most {LISTED}. All of them are the cases of the section before: take them with --cases.",
        columns=tuple(field.column for field in _LIST),
        rows=rows,
    )
