"""What reviews lead to: outcomes, amendment notices, final plans, and plans that are amended often or outside a review."""

from arflow.figures.cases import PLAN, REVIEW, Field, cases
from arflow.figures.groups import grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal, months_on
from arflow.words import counted

# Code 9.193 sets no number. Two yearly reviews in 24 months can each end in an amended plan: a third is more than the
# yearly round explains.
OFTEN, OFTEN_MONTHS = 3, 24
DEFINITIONS = {
    "reviews": "Reviews decided in the period, as decided last; interim reviews of children under five are left out.",
    "the light route": "A review without amendment, such as a progress review, for which somebody recorded why it goes that way "
    "for this child or young person (arflow review light-route). Every duty stays.",
    "with the decision": "The notice with its amendments went on the day the decision was notified.",
    "after the decision": "The notice went later. The four weeks from the meeting hold for both (R (L, M and P) v Devon CC "
    "[2022] EWHC 493 (Admin)).",
    "none yet": "The decision to amend was notified and no notice has gone; not told: not even the decision was notified.",
    "days": "From the day the notice went, or the meeting was held, to the day the final plan went; the middle value, and "
    "the days in which nine in ten were done.",
    "amended often": f"{OFTEN} or more amended plans in the {OFTEN_MONTHS} months up to the day of the report, after reviews "
    'or outside them. The Code says that plans are "not expected to be amended on a very frequent basis" (Code 9.193) and '
    "names no number: this bound is arflow's choice, not law. A child's needs may well call for it.",
    "outside a review": "Amended under SEND Regs 2014 r.28, by order of the Tribunal (r.44), or after a re-assessment.",
}
_DECIDED = """
    select r.*, {group}, case when r.outcome = 'amend' then case
            when day_notice_sent <= day_notified then 'with the decision' when day_notice_sent is not null
            then 'after the decision' when day_notified is not null then 'none yet' else 'not told' end end as notice,
        case when r.outcome = 'amend' then case when day_issued is not null then 'issued' when day_not_amended is not null
            then 'not amended' else 'awaited' end end as final_plan,
        day_issued - day_notice_sent as from_notice, day_issued - day_held as from_meeting
    from review_facts r where outcome is not null and {annual} and {within}"""
_LIGHT = """
    select a.* from amending a join (
        select substr(stream, 8) as review, arg_max(taken, version) as taken from known
        where event = 'LightRouteRecorded' and happened_on <= {today} group by all) light using (review)
    where taken"""
_REVIEW = (
    *REVIEW,
    Field(Column(name="decided", title="Decided", unit="day"), "day_decided"),
    Field(Column(name="notified", title="Notified", unit="day"), "day_notified"),
)
_WITHIN_GROUP = "round(100.0 * count(*) / sum(count(*)) over (partition by grp), 1)"
_OUTCOME = Column(name="outcome", title="Outcome")
_NOTICE = Column(name="notice", title="Notice")
_FINAL = Column(name="final_plan", title="Final plan")
_REVIEWS = Column(name="reviews", title="Reviews", unit="count")
_SHARE = Column(name="share", title="Share", unit="percent")
_SENT = Column(name="notice_sent", title="Notice sent", unit="day")
_ISSUED = Column(name="issued", title="Final plan", unit="day")


def amendments(looking: Looking) -> Report:
    """Outcomes, notices and final plans of the reviews decided in a period, and what is amended often."""
    decided = grouping(looking.asked.by, "day_decided").sql
    looking.keep(
        "amending", _DECIDED.format(group=decided, annual=annual(looking), within=looking.within("day_decided"))
    )
    looking.keep("light", _LIGHT.format(today=literal(looking.asked.as_at)))
    looking.keep("amended", _AMENDED.format(today=literal(looking.asked.as_at)))
    return Report(
        name="amendments",
        title="What reviews led to",
        about="The outcomes of reviews, the notices and final plans that followed, and plans amended often or outside a "
        f"review.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(
            _outcomes(looking),
            _light_route(looking),
            _notices(looking),
            _final_plans(looking),
            _often(looking),
            _outside(looking),
        ),
        definitions=DEFINITIONS,
    )


def _outcomes(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "day_decided")
    rows = looking.rows(f"""
        select {by.selected} outcome, count(*), {_WITHIN_GROUP} from amending
        group by grp, grp_order, outcome order by grp_order, grp, outcome""")
    total = sum(row[-2] for row in rows)
    amended = sum(row[-2] for row in rows if row[-3] == "amend")
    return Section(
        name="outcomes",
        title="Outcomes",
        columns=(*by.columns, _OUTCOME, _REVIEWS, _SHARE),
        rows=rows,
        note=f"{counted(total, 'review')} decided.",
        chart=Chart(
            kind="bar",
            x="outcome",
            series=("reviews",),
            title="Outcomes",
            says=f"To amend: {amended:,} of {total:,}.",
        ),
        cases=cases(looking, by, (Field(_OUTCOME, "outcome"), *_REVIEW), "amending order by day_decided, review"),
    )


def _light_route(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "day_decided")
    rows = looking.rows(f"""
        select {by.selected} outcome, count(*) from light
        group by grp, grp_order, outcome order by grp_order, grp, outcome""")
    total = sum(row[-1] for row in rows)
    return Section(
        name="light_route",
        title="Reviews that went by the light route",
        columns=(*by.columns, _OUTCOME, _REVIEWS),
        rows=rows,
        note=f"{counted(total, 'review')}, each with a reason of its own.",
        cases=cases(looking, by, (Field(_OUTCOME, "outcome"), *_REVIEW), "light order by day_decided, review"),
    )


def _notices(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "day_decided")
    rows = looking.rows(f"""
        select {by.selected} notice, count(*), {_WITHIN_GROUP}, median(day_notice_sent - day_notified),
            median(day_notice_sent - day_held)
        from amending where notice is not null
        group by grp, grp_order, notice order by grp_order, grp, notice = 'not told', notice = 'none yet', notice desc""")
    total = sum(row[-4] for row in rows)
    return Section(
        name="notices",
        title="Amendment notices",
        columns=(
            *by.columns,
            _NOTICE,
            _REVIEWS,
            _SHARE,
            Column(name="days_from_decision", title="Median days from notification", unit="days"),
            Column(name="days_from_meeting", title="Median days from meeting", unit="days"),
        ),
        rows=rows,
        note=f"{counted(total, 'review')} decided to amend.",
        chart=Chart(
            kind="bar",
            x="notice",
            series=("reviews",),
            title="When the notice went",
            says=f"Of {counted(total, 'decision')} to amend.",
        ),
        cases=cases(
            looking,
            by,
            (Field(_NOTICE, "notice"), *_REVIEW, Field(_SENT, "day_notice_sent")),
            "amending where notice is not null order by day_decided, review",
        ),
    )  # fmt: skip


def _final_plans(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "day_decided")
    rows = looking.rows(f"""
        select {by.selected} final_plan, count(*), {_WITHIN_GROUP}, median(from_notice),
            quantile_cont(from_notice, 0.9), median(from_meeting), quantile_cont(from_meeting, 0.9)
        from amending where final_plan is not null
        group by grp, grp_order, final_plan order by grp_order, grp, final_plan = 'awaited', final_plan""")
    return Section(
        name="final_plans",
        title="Final plans",
        columns=(
            *by.columns,
            _FINAL,
            _REVIEWS,
            _SHARE,
            Column(name="median_from_notice", title="Median days from notice", unit="days"),
            Column(name="p90_from_notice", title="90th percentile", unit="days"),
            Column(name="median_from_meeting", title="Median days from meeting", unit="days"),
            Column(name="p90_from_meeting", title="90th percentile", unit="days"),
        ),
        rows=rows,
        note="What became of the decisions to amend: a final plan, a decision not to amend after all, or neither yet. The law "
        "gives eight weeks from the notice and twelve from the meeting.",
        cases=cases(
            looking,
            by,
            (
                Field(_FINAL, "final_plan"),
                *_REVIEW,
                Field(_SENT, "day_notice_sent"),
                Field(_ISSUED, "day_issued"),
                Field(Column(name="not_amended", title="Not amended", unit="day"), "day_not_amended"),
                Field(Column(name="from_notice", title="Days from notice", unit="days"), "from_notice"),
                Field(Column(name="from_meeting", title="Days from meeting", unit="days"), "from_meeting"),
            ),
            "amending where final_plan is not null order by day_decided, review",
        ),
    )


# --- amended often, and outside a review --------------------------------------------------------------------------

_AMENDED = """
    select f.*, changed.* exclude (plan) from plan_facts f join (
        select plan, day_issued as amended_on, 'after a review' as because, review as of_review
        from review_facts where day_issued is not null
        union all
        select plan, fact_day, because, null from plan_events
        where event = 'PlanAmended' and fact_day <= {today}) changed using (plan)"""
_AMENDED_CASES = (
    *PLAN,
    Field(Column(name="amended", title="Amended", unit="day"), "amended_on"),
    Field(Column(name="because", title="How"), "because"),
    Field(Column(name="review", title="Review"), "of_review"),
)


def _often(looking: Looking) -> Section:
    """The plans themselves, each a row: few, and to be looked at one by one."""
    by, today = grouping("all", "amended_on"), literal(looking.asked.as_at)
    recent = f"select *, 'all' as grp from amended where amended_on > {months_on(today, -OFTEN_MONTHS)}"
    often = f"({recent} qualify count(*) over (partition by plan) >= {OFTEN})"
    rows = looking.rows(f"""
        select plan, any_value(setting), count(*), min(amended_on), max(amended_on) from {often}
        group by plan order by 3 desc, plan""")
    return Section(
        name="often",
        title=f"Plans amended {OFTEN} times or more in {OFTEN_MONTHS} months",
        columns=(
            Column(name="plan", title="Plan"),
            Column(name="setting", title="Setting"),
            Column(name="amendments", title="Amendments", unit="count"),
            Column(name="first", title="First of them", unit="day"),
            Column(name="last", title="Last", unit="day"),
        ),
        rows=rows,
        note=f"{counted(len(rows), 'plan')}. The bound is arflow's choice, not law: see the definitions.",
        cases=cases(looking, by, _AMENDED_CASES, f"{often} order by plan, amended_on"),
    )


def _outside(looking: Looking) -> Section:
    by = grouping(looking.asked.by, "amended_on")
    outside = f"(select *, {by.sql} from amended where of_review is null and {looking.within('amended_on')})"
    rows = looking.rows(f"""
        select {by.selected} because, count(*), count(distinct plan) from {outside}
        group by grp, grp_order, because order by grp_order, grp, because""")
    return Section(
        name="outside",
        title="Amended outside a review",
        columns=(
            *by.columns,
            Column(name="because", title="How"),
            Column(name="amendments", title="Amendments", unit="count"),
            Column(name="plans", title="Plans", unit="count"),
        ),
        rows=rows,
        note="Amendments in the period; the 12 months are not reset by them (Code 9.198).",
        cases=cases(looking, by, _AMENDED_CASES, f"{outside} order by amended_on, plan"),
    )
