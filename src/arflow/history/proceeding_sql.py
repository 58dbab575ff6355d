"""The proceedings on each plan, and the days they give to its duties, as SQL (proceedings.py in SQL)."""

from collections.abc import Collection

from arflow.history.sql import literal, months_on, one_of
from arflow.law.proceedings import BEGUN_BY, DAYS, IMPLIED, KIND_OF_DAY, KINDS, REQUIRED, REQUIRING
from arflow.law.proceedings import CEASING as CEASING_KIND

_KIND = "case {} end".format(
    " ".join(
        [f"when event = {literal(event)} then {literal(kind)}" for event, kind in BEGUN_BY.items()]
        + [
            f"when event in {one_of(REQUIRING)} and requires = {literal(said)} then {literal(kind)}"
            for said, kind in REQUIRED.items()
        ]
    )
)
_ENDS = " or ".join(
    f"(kind = {literal(name)} and did in {one_of(kind.ended_by)})" for name, kind in KINDS.items() if kind.ended_by
)
_NEVER_UNDER_WAY = one_of(name for name, kind in KINDS.items() if not kind.ended_by)

# Each proceeding that was not given up: `number` is that of the event that began it.
BEGUN = f"""create or replace table proceedings_begun as
    select plan, version as number, {_KIND} as kind, event, coalesce(requires, against) as said, happened_on as begun_on, last_day
    from plan_events
    where ({_KIND}) is not null and (plan, version) not in (
        select (plan, proceeding) from plan_events where event = 'ProceedingWithdrawn')"""
# An amendment may have been corrected since, or taken back; the other events that imply a step are not.
_DONE = "case when e.event = 'PlanAmended' then fact_day else happened_on end"
# Each step with its day: the last record of it, or else the first event that implies it and does not precede its beginning.
_SAID = """select plan, proceeding as number, case event when 'PlanAppealEnded' then 'ended' else did end as did,
        arg_max(happened_on, version) as done_on
    from plan_events where event in ('ProceedingStepTaken', 'PlanAppealEnded') group by all"""
_IMPLIED = " union all ".join(
    f"""select b.plan, number, {literal(one.did)} as did, {_DONE} as done_on, version
        from proceedings_begun b join plan_events e on e.plan = b.plan and e.version > number and {_DONE} >= begun_on
        where b.kind = {literal(one.kind)} and e.event = {literal(one.event)}
            {f"and because = {literal(one.because)}" if one.because else ""}"""
    for one in IMPLIED
)
STEPS = f"""create or replace table proceeding_steps as
    with said as ({_SAID}),
    implied as (select plan, number, did, arg_min(done_on, version) as done_on from ({_IMPLIED}) group by all)
    select b.plan, number, kind, did, coalesce(said.done_on, implied.done_on) as done_on,
        {_ENDS} as ends
    from (from said select plan, number, did union from implied select plan, number, did)
    join proceedings_begun b using (plan, number)
    left join said using (plan, number, did) left join implied using (plan, number, did)"""
# Of each kind the one whose limits count: the one longest under way, or else the last.
GOVERNING = f"""create or replace table proceedings_governing as
    with over as (
        select b.*, kind in {_NEVER_UNDER_WAY} or coalesce(ended, false) as is_over
        from proceedings_begun b
        left join (select plan, number, bool_or(ends) as ended from proceeding_steps group by all) using (plan, number))
    select plan, kind, coalesce(min(number) filter (not is_over), max(number)) as number from over group by all"""
# What followed the last decision to cease that was notified (cease_appeals.py in SQL).
_HOW = """select plan, proceeding as number, arg_max(ended, version) as how from plan_events
    where event = 'PlanAppealEnded' group by all"""
CEASING = f"""create or replace table ceasing_followed as
    with told as (select plan, arg_max(begun_on, number) as told_on from proceedings_begun where kind = 'ceasing' group by plan),
    certified as (
        select plan, max(done_on) as certified_on from proceeding_steps where did = 'certificate_given' group by plan),
    ordered as (
        select plan, max(begun_on) filter (kind = 'order_cease' and event = 'TribunalOrderMade') as order_on,
            coalesce(bool_or(said in ('keep', 'keep_and_amend')), false) as keeps
        from proceedings_begun join told using (plan) where begun_on >= told_on group by plan),
    decided as (
        select plan, told_on, ceased, keeps, order_on,
            end_of_appeal(greatest({months_on("told_on", 2)}, {months_on("certified_on", 1)})) as appeal_ends
        from told join plans using (plan) left join certified using (plan) left join ordered using (plan)),
    lodged as (
        select plan, begun_on as made_on, admitted_on, done_on, coalesce(how, 'conceded') as how
        from proceedings_begun b left join (from proceeding_steps where did = 'ended') using (plan, number)
        left join (select plan, number, done_on as admitted_on from proceeding_steps where did = 'admitted_late')
            using (plan, number)
        left join ({_HOW}) using (plan, number)
        where b.kind = 'appeal' and b.said = 'ceasing'),
    made as (
        select plan, coalesce(done_on, case when order_on >= made_on then order_on end) as ended_on,
            case when done_on is not null then how when order_on >= made_on then 'dismissed' end as how,
            coalesce(admitted_on, made_on) as heard_on,
            (made_on <= appeal_ends or admitted_on is not null) and coalesce(ceased >= heard_on, true) as counts
        from lodged join decided using (plan) where made_on >= told_on),
    appeals as (
        select plan, coalesce(bool_or(how in ('allowed', 'conceded')), false) as overturned,
            min(heard_on) filter (counts and ended_on is null) as waits_since,
            max(ended_on) filter (counts and how = 'dismissed') as dismissed_on,
            max(ended_on) filter (counts and how in ('withdrawn', 'not_admitted')) as withdrawn_on
        from made group by plan)
    select plan, coalesce(keeps, false) or coalesce(overturned, false) as overturned, waits_since, withdrawn_on,
        greatest(dismissed_on, case when coalesce(ceased >= told_on, true) then order_on end) as determined_on
    from decided left join appeals using (plan)"""
_GIVEN = """
    select plan, number, kind, kind as name, begun_on as day from proceedings_begun
    union all
    select plan, number, kind, kind || '_' || did, done_on from proceeding_steps
    union all
    select plan, number, kind, kind || '_set', arg_max(day, version) from (
        select plan, proceeding as number, last_day as day, version from plan_events where event = 'LimitSet'
        union all select plan, number, last_day, number from proceedings_begun where last_day is not null)
    join proceedings_begun using (plan, number) group by all
    union all
    select plan, number, kind, kind || '_excused', arg_max(happened_on, version) from (
        select plan, proceeding as number, happened_on, version from plan_events where event = 'LimitExcused')
    join proceedings_begun using (plan, number) group by all"""
# One row a proceeding, and one a plan of those whose limits count, with a column for each day that a proceeding gives. Of the
# certificates the last one counts, of whichever mediation.
_CERTIFIED = "mediation_certificate_given"
DAYS_GIVEN = f"""create or replace table proceeding_days as
    select plan, number, kind,
        {", ".join(f"any_value(case when name = {literal(name)} then day end) as given_{name}" for name in DAYS)}
    from ({_GIVEN}) group by plan, number, kind"""
DAYS_GOVERNING = f"""create or replace view governing_days as
    select plan, {", ".join(f"any_value(given_{name}) as given_{name}" for name in DAYS if name != _CERTIFIED)},
        any_value({_CERTIFIED}) as given_{_CERTIFIED},
        any_value(case when kind = {literal(CEASING_KIND)} then number end) as ceasing_number
    from proceeding_days join proceedings_governing using (plan, kind, number)
    left join (select plan, max(given_{_CERTIFIED}) as {_CERTIFIED} from proceeding_days group by plan) using (plan)
    group by plan"""
TABLES = (BEGUN, STEPS, GOVERNING, DAYS_GIVEN, DAYS_GOVERNING, CEASING)

# What a plan is joined with, and its days by the names of facts.
JOINED_PLAN = "left join governing_days using (plan) left join ceasing_followed using (plan)"


def _of_an_appeal(day: str) -> str:
    return f"case when not overturned then {day} end"


OF_A_PLAN = {name: f"given_{name}" for name in DAYS} | {
    "ceasing": "case when not coalesce(overturned, false) then given_ceasing end",
    "cease_appeal": _of_an_appeal("case when ceased is null then waits_since end"),
    "cease_appeal_cut_short": _of_an_appeal("case when waits_since is not null then ceased end"),
    "cease_appeal_determined": _of_an_appeal("case when waits_since is null then determined_on end"),
    "cease_appeal_withdrawn": _of_an_appeal(
        "case when waits_since is null and determined_on is null then withdrawn_on end"
    ),
}
KINDS_BEGUN = "select distinct kind from proceedings_begun"


def absent(begun: Collection[str]) -> frozenset[str]:
    """The days that no plan has, since no proceeding of their kind was begun."""
    return frozenset(name for name in DAYS if not any(name == kind or name.startswith(f"{kind}_") for kind in begun))


def each(names: Collection[str]) -> str:
    """One row a proceeding: these facts of its plan, as if it were the only one of its kind (proceeding_duties.py in SQL)."""
    own = (
        f"""case when p.kind = {literal(kind)} then given_{day} else day_{day} end as day_{day},
        case when p.kind <> {literal(kind)} then quality_{day} when given_{day} is not null then 'known' end as quality_{day}"""
        for day, kind in KIND_OF_DAY.items()
        if day in names
    )
    replaced = ", ".join(own)
    return f"""create or replace view proceeding_facts as
        select f.*{f" replace ({replaced})" if replaced else ""}, p.kind as asked_by, number as proceeding
        from plan_facts f join proceeding_days p using (plan) where p.kind <> {literal(CEASING_KIND)}"""
