"""What has dealt with each plan's expected transfer, and which review stands for it, as SQL (plan.py's transfers in SQL)."""

from arflow.case.transfers import BETWEEN_POST16, NEW_ACADEMIC_YEAR, TRANSFER_REVIEWS
from arflow.history import review_sql
from arflow.history.sql import literal, months_on, one_of
from arflow.law.states import CONCLUDED

# What was recorded last for each review (empty: outside any) of the transfer expected: of its kind and calendar year.
DEALINGS = """create or replace table dealings as
    with latest as (
        select plan, coalesce(review, '') as review, transfer, year(transfer_on) as of_year,
            max(version) as version, arg_max(named, version) as named,
            arg_max_null(institution, version) as institution, arg_max(happened_on, version) as dealt_on
        from plan_events where event = 'TransferDealtWith' group by all)
    select l.plan, l.review, l.version, l.named, l.institution, l.dealt_on
    from latest l join plans p on p.plan = l.plan and p.transfer = l.transfer and year(p.transfer_on) = l.of_year
    where named <> 'withdrawn'"""
# The annual review of each plan that was opened last, of those that were not cancelled.
LAST_REVIEWS = """create or replace table last_reviews as
    select plan, arg_max(review, opened) as last_review from (
        select plan, review, max(case when event = 'PlanReviewOpened' and not additional then version end) as opened,
            max(case when event = 'PlanReviewClosed' and why <> 'concluded' then version end) as gone
        from plan_events where event in ('PlanReviewOpened', 'PlanReviewClosed') group by all)
    where opened > coalesce(gone, 0) group by plan"""


def _in_the_year_before(day: str) -> str:
    return f"{day} between {months_on('transfer_on', -12)} and transfer_on"


def _may_deal(met: str) -> str:
    """Whether a review may deal with the transfer: it meets in the 12 months before, or is of a transfer kind (r.18(1))."""
    return f"coalesce(kind in {one_of(TRANSFER_REVIEWS)} or {_in_the_year_before(met)}, false)"


# What has dealt with it: completed reviews that may, and acts outside any review.
DEALT = f"""create or replace table dealt as
    select d.* from dealings d join (select plan, transfer_on from plans) p using (plan)
    left join (select review, held from completions) c on c.review = d.review
    left join (select review, kind from reviews) r on r.review = d.review
    where d.review = '' or (c.review is not null and {_may_deal("held")})"""
# What the family asks to have named for the transfer expected.
REQUESTS = """create or replace table requests as
    with latest as (
        select plan, transfer, year(transfer_on) as of_year, arg_max_null(institution, version) as asked_for
        from plan_events where event = 'InstitutionRequested' and transfer is not null group by all)
    select l.plan, l.asked_for from latest l
    join plans p on p.plan = l.plan and p.transfer = l.transfer and year(p.transfer_on) = l.of_year
    where l.asked_for is not null"""
# Who was consulted about a transfer, in a review or about an amendment without one; as each was last recorded.
_CONSULTING = ("InstitutionConsulted", "ConsultationAnswered", "ConsultationWithdrawn")
CONSULTED = f"""create or replace table all_consultations as
    with latest as (
        select plan, institution, coalesce(authority, '') as authority, transfer, year(transfer_on) as of_year, review, notice,
            max(case when event = 'InstitutionConsulted' then version end) as version,
            arg_max(happened_on, case when event = 'InstitutionConsulted' then version end) as consulted_on,
            max(case when event = 'ConsultationAnswered' then version end) as answer,
            arg_max(happened_on, case when event = 'ConsultationAnswered' then version end) as answered,
            max(case when event = 'ConsultationWithdrawn' then version end) as withdrawn
        from plan_events where event in {one_of(_CONSULTING)} group by all)
    select * exclude (answer, answered, withdrawn), case when answer > version then answered end as answered_on
    from latest where coalesce(version > coalesce(withdrawn, 0), false)"""
# Those about the transfer expected.
CONSULTATIONS = """create or replace table consultations as
    select l.plan, l.institution, l.authority, l.version, l.consulted_on, l.answered_on from all_consultations l
    join plans p on p.plan = l.plan and p.transfer = l.transfer and year(p.transfer_on) = l.of_year"""


def _longest(of: str) -> str:
    """Of several, the one whose answer is, or was, awaited longest."""
    return f"""qualify row_number() over (partition by {of} order by answered_on is not null,
        case when answered_on is null then consulted_on end, answered_on - consulted_on desc, version) = 1"""


# Of each plan's outside reviews; once the transfer is dealt with, or the amendment has ended, none is awaited.
AWAITED = f"""create or replace table awaited as
    select plan, consulted_on, answered_on from (
        select plan, consulted_on, answered_on, version, is_dealt is null as is_open from consultations
        left join (select plan, true as is_dealt from dealt group by plan) already using (plan)
        union all select l.plan, consulted_on, answered_on, version,
            plan_notice_sent is not null and plan_amended is null and plan_not_amended is null
        from all_consultations l join plans p on p.plan = l.plan and p.plan_notice = l.notice)
    where answered_on is not null or is_open {_longest("plan")}"""
TABLES = (DEALINGS, DEALT, LAST_REVIEWS)
OF_CONSULTING = (REQUESTS, CONSULTED, CONSULTATIONS, AWAITED)


def awaited_in_reviews(outcome_final: str) -> str:
    """Of each review's; once its outcome is final none is awaited."""
    return f"""(select l.review, consulted_on, answered_on
        from all_consultations l join reviews on reviews.review = l.review
        where answered_on is not null or ({outcome_final}) is null {_longest("l.review")})"""


# What a review or a plan is joined with; the columns are has_dealing, is_dealt and last_review.
JOINED_REVIEW = """left join (select plan, review, true as has_dealing from dealings) own using (plan, review)
    left join (select plan, true as is_dealt from dealt group by plan) already using (plan)
    left join last_reviews using (plan)"""
JOINED_PLAN = """left join (
    select plan, true as is_dealt, arg_max(dealt_on, case when review = '' then version end) as dealt_outside
    from dealt group by plan) already using (plan) left join awaited using (plan)"""

FOR_TRANSFER = _may_deal(review_sql.meeting_or_plan())
_NAMED = f"(has_dealing and {FOR_TRANSFER})"
_STANDS = f"(state <> {literal(CONCLUDED)} or review = last_review)"
_IN_REACH = f"coalesce({_in_the_year_before('on_notify')}, false)"
AHEAD_OF_REVIEW = f"""case when {_NAMED} or (is_dealt is null and {_STANDS} and ({_IN_REACH} or {FOR_TRANSFER}))
    then transfer_on end"""
AHEAD_OF_PLAN = "case when is_dealt is null then transfer_on end"


def named(outcome_final: str) -> str:
    """The day a review that names what follows the transfer became final."""
    return f"case when {_NAMED} then {outcome_final} end"


def in_september(ahead: str) -> str:
    """The transfer ahead, where it is a move between post-16 institutions for a new academic year (Code 9.181)."""
    return f"""case when transfer = {literal(BETWEEN_POST16)} and month(transfer_on) = {NEW_ACADEMIC_YEAR}
        then {ahead} end"""
