"""The proceedings on each plan, and the days they give to its duties, as SQL (proceedings.py in SQL)."""

from collections.abc import Collection

from arflow.history.sql import literal, one_of
from arflow.law.proceedings import BEGUN_BY, DAYS, IMPLIED, KINDS, REQUIRED, REQUIRING

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
    select plan, version as number, {_KIND} as kind, happened_on as begun_on, last_day from plan_events
    where ({_KIND}) is not null and (plan, version) not in (
        select (plan, proceeding) from plan_events where event = 'ProceedingWithdrawn')"""
# Each step with its day: the last record of it, or else the first event that implies it and does not precede its beginning.
_SAID = """select plan, proceeding as number, case event when 'PlanAppealEnded' then 'ended' else did end as did,
        arg_max(happened_on, version) as done_on
    from plan_events where event in ('ProceedingStepTaken', 'PlanAppealEnded') group by all"""
_IMPLIED = " union all ".join(
    f"""select b.plan, number, {literal(one.did)} as did, happened_on as done_on, version
        from proceedings_begun b join plan_events e on e.plan = b.plan and e.version > number and happened_on >= begun_on
        where b.kind = {literal(one.kind)} and event = {literal(one.event)}
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
_GIVEN = """
    select plan, kind as name, begun_on as day from proceedings_begun join proceedings_governing using (plan, kind, number)
    union all
    select plan, kind || '_' || did, done_on from proceeding_steps join proceedings_governing using (plan, kind, number)
    union all
    select plan, kind || '_set', arg_max(day, version) from (
        select plan, proceeding as number, last_day as day, version from plan_events where event = 'LimitSet'
        union all select plan, number, last_day, number from proceedings_begun where last_day is not null)
    join proceedings_governing using (plan, number) group by all
    union all
    select plan, kind || '_excused', arg_max(happened_on, version) from (
        select plan, proceeding as number, happened_on, version from plan_events where event = 'LimitExcused')
    join proceedings_governing using (plan, number) group by all"""
# One row a plan with a column for each day that a proceeding gives.
DAYS_GIVEN = f"""create or replace table proceeding_days as
    select plan, {", ".join(f"any_value(case when name = {literal(name)} then day end) as given_{name}" for name in DAYS)}
    from ({_GIVEN}) group by plan"""
TABLES = (BEGUN, STEPS, GOVERNING, DAYS_GIVEN)

# What a plan is joined with, and its days by the names of facts.
JOINED_PLAN = "left join proceeding_days using (plan)"
OF_A_PLAN = {name: f"given_{name}" for name in DAYS}
KINDS_BEGUN = "select distinct kind from proceedings_begun"


def absent(begun: Collection[str]) -> frozenset[str]:
    """The days that no plan has, since no proceeding of their kind was begun."""
    return frozenset(name for name in DAYS if not any(name == kind or name.startswith(f"{kind}_") for kind in begun))
