"""Readiness for transfers between phases: how far each plan has come before 15 February, 31 March, or its own last day."""

from msgspec import structs

from arflow.case.duties import parsed
from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.measures import annual
from arflow.figures.report import Chart, Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.formula_sql import last_day
from arflow.history.sql import literal, months_on
from arflow.law.periods import corresponding_date
from arflow.words import in_words

STAGES = {
    "not_started": "No review for this transfer has been opened.",
    "opened": "A review is open, its meeting not yet held.",
    "held": "The meeting was held, the decision is not notified.",
    "decided": "The decision was notified; the final plan is not issued, or it is not recorded what the plan names.",
    "final": "The final amended plan was issued, or no amendment is needed; and it is recorded what the plan names: an "
    "institution, a type, or neither with a reason.",
}
DEFINITIONS = {
    "in": "Every plan maintained on the day with a transfer between phases on a day of the period; without --from and --to, "
    "within the 12 months after the day of the report, when the law asks for the review (SEND Regs 2014 r.18(1)).",
    "out": "Plans that ended; and plans whose transfer is not recorded, or its day not known: those are counted apart, as far as "
    "the plan's year tells.",
    "review for the transfer": "A transfer review, or any other annual review whose meeting falls in the 12 months before the "
    "transfer. The one that has come furthest counts. An act outside any review that names what follows, such as an order of "
    "the Tribunal, counts as final on its day.",
    "asked for, consulted, not answered": "The institution that the family asks for; how many institutions or authorities were "
    "consulted about the transfer (CFA 2014 ss.39(2), 40(3)), and of those how many have not answered.",
    "strict day": "“Before” 15 February or 31 March, read to the letter (SEND Regs 2014 r.18(1)); five months before a transfer "
    "between post-16 institutions (r.18(2)).",
    "Code's day": "“By” 15 February or 31 March, as the Code has it (Code 9.179-9.181).",
    "in time, contested, late, running": "Final by the strict day; by the Code's day; after it, or not yet with that day "
    "gone by; not yet, with days left.",
}
# The years whose class usually moves on: reported only where no transfer is recorded.
_LEAVING = {6: "year 6", 11: "year 11"}
_OWN = (
    Column(name="transfer", title="Transfer"),
    Column(name="due", title="Strict day", unit="day"),
    Column(name="outer", title="Code's day", unit="day"),
)
_RESULTS = ("in_time", "contested", "late", "running")
_CASE = (
    *(Field(column, f'"{column.name}"') for column in _OWN),
    Field(Column(name="stage", title="Stage"), "stage"),
    Field(Column(name="result", title="Result"), "result"),
    *PLAN,
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="transfer_on", title="Transfer on", unit="day"), "transfer_on"),
    Field(Column(name="held", title="Held", unit="day"), "held"),
    Field(Column(name="notified", title="Notified", unit="day"), "notified"),
    Field(Column(name="final", title="Final", unit="day"), "final_on"),
    Field(Column(name="asked_for", title="Asked for"), "asked_for"),
    Field(Column(name="consulted", title="Consulted", unit="count"), "consulted"),
    Field(Column(name="unanswered", title="Not answered", unit="count"), "unanswered"),
    Field(Column(name="named", title="Named"), "named"),
    Field(Column(name="institution", title="Institution"), "institution"),
)


def transfers(looking: Looking) -> Report:
    """Plans by how far they have come, for each kind of transfer, and for each group; and plans that may be missing."""
    looking = of_a_year(looking)
    group = grouping(looking.asked.by, "transfer_on")
    define(looking, "transfers", group)
    sections = [_readiness(looking, grouping("all", "transfer_on"), "kinds", "Readiness by kind of transfer")]
    if group.columns:
        title = f"Readiness by kind of transfer and {group.columns[0].title.lower()}"
        sections.append(_readiness(looking, group, "groups", title))
    return Report(
        name="transfers",
        title="Readiness for transfers between phases",
        about="How far each plan with a transfer has come before the day by which it must be reviewed and, where necessary, "
        f"amended to name where the child or young person goes next.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(*sections, _left_out(looking)),
        definitions=DEFINITIONS,
    )


def of_a_year(looking: Looking) -> Looking:
    """The period asked about, or the year after the day of the report."""
    asked = looking.asked
    if asked.start or asked.end:
        return looking
    year = structs.replace(asked, start=asked.as_at, end=corresponding_date(asked.as_at, 12))
    return structs.replace(looking, asked=year)


def define(looking: Looking, relation: str, group: Grouping, *, within: str = "") -> None:
    """Define the relation: one row for each plan with a transfer in the period, and its review that has come furthest.

    `within` is another condition on its days (transfer_on, due, outer) than that the transfer lies in the period.
    """
    strict, outer = (_limit(looking, reading) for reading in ("strict", "outer"))
    as_at = literal(looking.asked.as_at)
    looking.count("phase_transfer")
    looking.keep(
        relation,
        f"""with of_plan as (
            select f.plan, p.transfer, p.transfer_on, f.setting, f.nc_year, f.coordinator, f.dealt_outside
            from plan_facts f join plans p using (plan) where not f.plan_ended and p.transfer_on is not null),
        limited as (select *, {strict} as strict_day, {outer} as outer_day from of_plan),
        of_reviews as (
            select plan, review, kind, day_held as held, day_notified as notified, day_transfer_named as final_on,
                case when day_transfer_named is not null then 5 when day_notified is not null then 4
                    when day_held is not null then 3 else 2 end as come
            from review_facts where {annual(looking)} and for_transfer
            union all select plan, '', null, null, null, dealt_outside, 5 from of_plan where dealt_outside is not null),
        furthest as (
            select l.* exclude (dealt_outside), r.* exclude (plan, come), coalesce(come, 1) as come
            from limited l left join of_reviews r using (plan)
            qualify row_number() over (partition by l.plan order by come desc nulls last, r.final_on, r.review desc) = 1),
        stood as (
            select f.* replace (nullif(f.review, '') as review), named, institution, asked_for,
                coalesce(consulted, 0) as consulted, coalesce(unanswered, 0) as unanswered,
                coalesce(d.due, strict_day) as due, coalesce(d."outer", outer_day) as "outer"
            from furthest f left join duties d on d.plan = f.plan and d.review = f.review and d.duty = 'phase_transfer'
            left join dealings n on n.plan = f.plan and n.review = f.review
            left join requests on requests.plan = f.plan
            left join (
                select plan, count(*) as consulted, count(*) filter (answered_on is null) as unanswered
                from consultations group by plan) of_consultations on of_consultations.plan = f.plan)
        select plan, transfer, transfer_on, due, "outer", setting, coordinator, review, held, notified, final_on, named,
            institution, asked_for, consulted, unanswered, {group.sql},
            {as_at} as as_at,
            [{", ".join(map(literal, STAGES))}][come] as stage,
            case when coalesce(final_on, {as_at}) > "outer" then 'late' when final_on is null then 'running'
                when final_on <= due then 'in_time' else 'contested' end as result
        from stood where {within or looking.within("transfer_on")}""",
    )


def _limit(looking: Looking, reading: str) -> str:
    """The last day that the plan's kind of transfer sets, as the engine counts it."""
    cases = " ".join(
        f"when {literal(kind.id)} then {last_day(parsed(kind.rule), 'transfer_on', looking.current.policy, reading)}"  # type: ignore[arg-type]
        for kind in looking.current.transfers
    )
    return f"case transfer {cases} end"


def _readiness(looking: Looking, group: Grouping, name: str, title: str) -> Section:
    stages = ", ".join(f"count_if(stage = {literal(stage)})" for stage in STAGES)
    results = ", ".join(f"count_if(result = {literal(result)})" for result in _RESULTS)
    first, order = (group.selected, "grp_order, ") if group.columns else ("", "")
    rows = looking.rows(
        f"""select {first} transfer, due, "outer", due - {literal(looking.asked.as_at)}, count(*), {stages}, {results},
                count_if(unanswered > 0 and final_on is null)
            from transfers group by {order}{first} transfer, due, "outer" order by {order} due, transfer"""
    )
    return Section(
        name=name,
        title=title,
        columns=(
            *group.columns,
            *_OWN,
            Column(
                name="days_left",
                title="Days left",
                unit="days",
                definition="To the strict day; below zero it has passed.",
            ),
            Column(name="plans", title="Plans", unit="count"),
            *(
                Column(name=stage, title=in_words(stage).capitalize(), unit="count", definition=definition)
                for stage, definition in STAGES.items()
            ),
            *(Column(name=result, title=in_words(result).capitalize(), unit="count") for result in _RESULTS),
            Column(
                name="answers_awaited",
                title="Answers awaited",
                unit="count",
                definition="Plans not yet final with a consultation that has not been answered.",
            ),
        ),
        rows=rows,
        chart=Chart(
            kind="stacked_bar",
            x=group.by if group.columns else "transfer",
            series=tuple(STAGES),
            title=title,
            says="A bar of plans, divided by how far they have come: not started, opened, held, decided, final; "
            "the table has the figures.",
        ),
        cases=cases(looking, group, _CASE, f"transfers order by {order} due, transfer, plan"),
    )


def _left_out(looking: Looking) -> Section:
    """Plans that may belong among the others but that the log does not place."""
    leaving = " ".join(
        f"when f.nc_year = {year} then {literal(f'{name}, no transfer recorded')}" for year, name in _LEAVING.items()
    )
    passed = f"p.transfer_on < {months_on(literal(looking.asked.as_at), -12)}"
    looking.define(
        "transfers_left_out",
        f"""select * from (
            select f.plan, f.setting, f.nc_year, f.coordinator, p.transfer,
                case when p.transfer is not null and p.transfer_on is null then 'day of the transfer not known'
                    when p.transfer is null or {passed} then case {leaving} end end as why
            from plan_facts f join plans p using (plan) where not f.plan_ended)
        where why is not null""",
    )
    why = Column(name="why", title="Why")
    fields = (Field(why, "why"), *PLAN, Field(Column(name="nc_year", title="NC year"), "nc_year"))
    everyone = grouping("all", "")
    return Section(
        name="left_out",
        title="Plans that may be missing",
        note="Not counted above: the log does not say that they transfer, or when. Some are right: not every child moves at "
        "these ages.",
        columns=(why, Column(name="plans", title="Plans", unit="count")),
        rows=looking.rows("select why, count(*) from transfers_left_out group by why order by why"),
        cases=cases(looking, everyone, fields, "transfers_left_out order by why, plan"),
    )
