"""The backlog: reviews that wait after their meeting, reviews not held, and plans that nobody has reviewed or amended."""

from arflow.figures import ladder
from arflow.figures.cases import PLAN, REVIEW, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal, months_on
from arflow.words import counted

STALE_MONTHS = 36  # "plans not amended for three years" is a question inspectors ask; no law sets it
DEFINITIONS = {
    "ladder": ladder.DEFINITION,
    "incomplete": "The meeting was held and no decision has been notified: not decided, or decided but not told. "
    "Counted in days since the meeting. The law gives four weeks (SEND Regs 2014 r.20(10)).",
    "decision not known": "The plan was entered with a meeting whose decision is not known, and nothing later is: neither that "
    "decision nor another meeting.",
    "amending": "The decision to amend was notified and neither a final plan nor a decision not to amend has followed. "
    "Counted in days since the meeting. The law gives twelve weeks (R (L, M and P) v Devon CC [2022] EWHC 493 (Admin)).",
    "left out": "Cancelled and concluded reviews, interim reviews of children under five, and plans that the authority "
    "no longer maintains.",
    "not held": "The 12 months ended before the day of the report and no meeting has been held since they began. Counted "
    "in days past the strict last day; on the day after it the state may still be contested.",
    "never reviewed": "No review of the plan is known to have been completed, none was given when the plan was entered, "
    "and no re-assessment stands in for one.",
    "over 12 months old": "Never reviewed, and 12 months or more have passed since the plan was first made.",
    "decision of the last review not known": "Reviewed before the plan was entered, on a day that nobody gave: it is not among "
    "those never reviewed, and no 12 months can be counted.",
    "not amended": "36 months or more since the plan was made or last amended: by a final plan after a review, or outside one. "
    "What happened before a plan was entered is not in the log: one that was made earlier counts from the day it was entered.",
    "last change not known": "The plan was made 36 months ago or more, or on a day not known, and was entered less than 36 "
    "months ago: it may have been amended before.",
}
_TOTAL = Column(name="reviews", title="Reviews", unit="count")
_STAGE = Column(name="stage", title="Stage")
STAGES = ("not decided", "decided but not told", "amending")
NOT_KNOWN = "decision not known"


def backlog(looking: Looking) -> Report:
    """The whole backlog on a day."""
    define(looking)
    return Report(
        name="backlog",
        title="The backlog",
        about="Reviews that wait after their meeting, reviews that should have been held, and plans nobody has reviewed or "
        f"amended.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(
            _waiting(looking, "incomplete", "Reviews without a notified decision", (*STAGES[:2], NOT_KNOWN)),
            _waiting(looking, "amending", "Reviews without a final plan", STAGES[2:]),
            _not_held(looking),
            _plans(looking),
        ),
        definitions=DEFINITIONS,
    )


def define(looking: Looking) -> None:
    """Define `backlog_waiting`, `backlog_not_held` and `backlog_plans`, the cases of the backlog."""
    by, today, kinds = looking.asked.by, literal(looking.asked.as_at), annual(looking)
    held, due, made = (grouping(by, day).sql for day in ("day_held", "due", "first_made"))
    looking.count("twelve_months")
    looking.keep("backlog_waiting", _WAITING.format(annual=kinds, group=held, today=today, step=ladder.step_of("days")))
    looking.keep(
        "backlog_not_held", _NOT_HELD.format(annual=kinds, group=due, today=today, step=ladder.step_of("days"))
    )
    ends = (("first_made", 12), ("first_made", STALE_MONTHS), ("watched_from", STALE_MONTHS))
    old, aged, stale = (f"{months_on(day, months)} <= {today}" for day, months in ends)
    looking.keep("backlog_plans", _PLANS.format(group=made, old=old, aged=aged, stale=stale))


# --- reviews that wait after their meeting ------------------------------------------------------------------------

_WAITING = """
    select *, {step} as step, {group} from (
        select f.* replace (null as review, p.undecided_meeting as day_held), {today} - p.undecided_meeting as days,
            'decision not known' as stage
        from plan_facts f join plans p using (plan)
        where p.undecided_meeting <= {today} and not f.plan_ended
            and coalesce(p.last_reviewed < p.undecided_meeting, true) and not exists (
                select 1 from review_facts r
                where r.plan = f.plan and {annual} and coalesce(r.day_held >= p.undecided_meeting, false))
        union all by name
        select r.*, {today} - day_held as days,
            case when outcome is null then 'not decided' when day_notified is null then 'decided but not told'
                else 'amending' end as stage
        from review_facts r
        where day_held is not null and not finished and not plan_ended and {annual}
            and (day_notified is null or (outcome = 'amend' and day_issued is null and day_not_amended is null)))"""


def _waiting(looking: Looking, name: str, title: str, stages: tuple[str, ...]) -> Section:
    """The ladder of some stages; the stage is a column where there are several."""
    by = grouping(looking.asked.by, "day_held")
    staged = len(stages) > 1
    where = f"stage in ({', '.join(map(literal, stages))})"
    own = (*by.columns, *((_STAGE,) if staged else ()))
    rows = looking.rows(f"""
        select {by.selected} {"stage," if staged else ""} count(*), {ladder.counted("days")}
        from backlog_waiting where {where} group by grp, grp_order, stage order by grp_order, grp, stage desc""")
    total, longest = sum(row[len(own)] for row in rows), max((row[-1] for row in rows), default=0)
    x = own[0].name if own else ""
    return Section(
        name=name,
        title=title,
        columns=(*own, _TOTAL, *ladder.COLUMNS),
        rows=rows,
        note=f"{counted(total, 'review')}, by how long ago the meeting was. {_longest(longest)}",
        chart=_chart(x, title, total, longest),
        cases=cases(looking, by, _WAITING_CASES, f"backlog_waiting where {where} order by days desc, review"),
    )


_STEP = Field(ladder.STEP_COLUMN, "step")
_WAITING_CASES = (
    Field(_STAGE, "stage"),
    _STEP,
    *REVIEW,
    Field(Column(name="days", title="Days since", unit="days"), "days"),
    Field(Column(name="decided", title="Decided", unit="day"), "day_decided"),
    Field(Column(name="notified", title="Notified", unit="day"), "day_notified"),
)


def _longest(days: int) -> str:
    return f"The longest has waited {counted(days, 'day')}." if days else ""


def _chart(x: str, title: str, total: int, longest: int) -> Chart | None:
    if not x:
        return None
    says = f"{total:,} in all. {_longest(longest)}"
    return Chart(kind="stacked_bar", x=x, series=ladder.SERIES, title=title, says=says)


# --- reviews not held ---------------------------------------------------------------------------------------------

_NOT_HELD = """
    select *, {step} as step, {group} from (
        select p.*, d.due, d."outer", d.state as duty_state, {today} - d.due as days, o.review as open_review,
            o.day_meeting as planned
        from plan_facts p join duties d on d.plan = p.plan and d.review = '' and d.duty = 'twelve_months'
        left join (
            select plan, max(review) as review, max(planned_meeting) as day_meeting from review_facts
            where not finished and not cancelled and day_held is null group by plan) o on o.plan = p.plan
        where not plan_ended and d.state in ('overdue', 'contested') and not exists (
            select 1 from review_facts r
            where r.plan = p.plan and {annual}
                and coalesce(r.day_held >= p.day_clock_start, false)))"""


def _not_held(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "due")
    rows = looking.rows(f"""
        select {by.selected} count(*), {ladder.counted("days")} from backlog_not_held
        group by grp, grp_order order by grp_order, grp""")
    total, longest = sum(row[len(by.columns)] for row in rows), max((row[-1] for row in rows), default=0)
    title = "Plans whose 12 months are over and whose review was not held"
    return Section(
        name="not_held",
        title=title,
        columns=(*by.columns, Column(name="plans", title="Plans", unit="count"), *ladder.COLUMNS),
        rows=rows,
        note=f"{counted(total, 'plan')}, by how long ago the 12 months ended. {_longest(longest)}",
        chart=_chart(by.columns[0].name if by.columns else "", title, total, longest),
        cases=cases(looking, by, _NOT_HELD_CASES, "backlog_not_held order by days desc, plan"),
    )


_NOT_HELD_CASES = (
    _STEP,
    *PLAN,
    Field(Column(name="due", title="Last day", unit="day"), "due"),
    Field(Column(name="outer", title="Outer day", unit="day"), '"outer"'),
    Field(Column(name="days", title="Days past", unit="days"), "days"),
    Field(Column(name="state", title="State"), "duty_state"),
    Field(Column(name="open_review", title="Open review"), "open_review"),
    Field(Column(name="planned", title="Meeting planned", unit="day"), "planned"),
)

# --- plans never reviewed, and not amended for long ---------------------------------------------------------------

MEASURES = {
    "never_reviewed": "Never reviewed",
    "never_reviewed_over_12_months": "Of these, over 12 months old",
    "not_amended_for_3_years": "Not amended for 3 years",
    "last_change_not_known": "Last change not known",
    "last_decision_not_known": "Decision of the last review not known",
}
_PLANS = """
    with amended as (
        select plan, max(day) as amended_on from (
            select plan, day_issued as day from review_facts where day_issued is not null
            union all
            select plan, fact_day from plan_events where event = 'PlanAmended')
        group by plan),
    standing as (
        select p.*, coalesce(greatest(p.first_made, amended_on), p.first_made, amended_on) as version_on,
            coalesce(amended_on, greatest(entered_on, p.first_made), p.first_made) as watched_from,
            completed = 0 and p.last_reviewed_quality = 'missing' and stood_in is null as undated,
            completed = 0 and p.last_reviewed_quality is null and stood_in is null as never, amended_on
        from plan_facts p join plans using (plan) left join amended using (plan) where not plan_ended)
    select *, {group}, coalesce(never, false) as never_reviewed,
        coalesce(never and {old}, false) as never_reviewed_over_12_months,
        coalesce({stale}, false) as not_amended_for_3_years,
        coalesce({aged}, true) and not coalesce({stale}, false) and amended_on is null as last_change_not_known,
        coalesce(undated, false) as last_decision_not_known
    from standing"""


def _plans(looking: Looking) -> Section:
    by: Grouping = grouping(looking.asked.by, "first_made")
    counts = ", ".join(f"count(*) filter ({name})" for name in MEASURES)
    rows = looking.rows(f"""
        select {by.selected} count(*), {counts} from backlog_plans group by grp, grp_order order by grp_order, grp""")
    each = " union all ".join(
        f"select grp, {literal(name)} as measure, * exclude (grp) from backlog_plans where {name}" for name in MEASURES
    )
    return Section(
        name="plans",
        title="Plans never reviewed, and plans not amended for three years",
        columns=(*by.columns, Column(name="plans", title="Plans", unit="count"), *_MEASURES),
        rows=rows,
        note="Every plan the authority maintains. One plan may be counted under several measures.",
        cases=cases(looking, by, _PLAN_CASES, f"({each}) order by measure, version_on nulls first, plan"),
    )


_MEASURES = tuple(Column(name=name, title=title, unit="count") for name, title in MEASURES.items())
_PLAN_CASES = (
    Field(Column(name="measure", title="Measure"), "measure"),
    *PLAN,
    Field(Column(name="first_made", title="First made", unit="day"), "first_made"),
    Field(Column(name="last_changed", title="Made or last amended", unit="day"), "version_on"),
)
