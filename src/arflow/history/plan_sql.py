"""Each plan as SQL, as it stood on a day (plan.py in SQL): its standing facts, its completed reviews, its clock."""

from collections.abc import Iterable

from arflow.history.review_sql import READ_FIRST
from arflow.history.sql import grade, literal, one_of, packed, unpacked, version_of

# Facts that are the day of an event of their own; the others stand in PlanAdded or TransferExpected.
OWN_DAY = {
    "aware_of_move": "MoveAwayLearned",
    "transferred_in": "PlanTransferredIn",
    "transferred_out": "PlanTransferredOut",
    "detained": "DetentionStarted",
    "released": "ReleasedFromDetention",
    "ceased": "PlanCeased",
    "plan_notice_sent": "PlanNoticeSent",
    "plan_notice_sent_again": "PlanNoticeSentAgain",
    "plan_amended": "PlanAmended",
    "plan_not_amended": "PlanNotAmended",
}
# The events of a name that set the fact, where not all do.
_SETS = {"plan_amended": "ends_notice"}

# What is asked of more than once, in one pass over the log: the plans' events and the few that others are read with.
KEPT = f"""create or replace table kept as
    select plan, stream, version, event, happened_on, state, workflow, corrects, voids, "to", "of", served_on, fact,
        quality, term_start, meeting_on, local_step, first_made, first_made_quality, last_reviewed, last_reviewed_quality,
        setting, nc_year, coordinator, transfer, transfer_on, young_person_from, undecided_meeting,
        named, institution, authority, moves_on,
        stands_for_review, review,
        held, resets_clock, additional, why, notified_quality, held_quality, ends_notice, no_more,
        requires, last_day, proceeding, did, because, notice, against, ended
    from known where starts_with(stream, 'plan/') or event in {one_of(READ_FIRST)}"""
# A correction may correct a correction: `root` is the first event of such a chain, and the last correction counts.
CORRECTIONS = """create or replace table plan_corrections as
    with recursive own as (
        select plan, version, corrects, fact, "to", quality, served_on from kept where event = 'PlanFactCorrected'),
    traced as (
        select * , corrects as root from own
        union all
        select traced.* replace (own.corrects as root)
        from traced join own on own.plan = traced.plan and own.version = traced.root),
    rooted as (
        select * from traced where not exists (
            select 1 from own where own.plan = traced.plan and own.version = traced.root))
    select plan, root as version, fact, arg_max_null("to", version) as "to", arg_max(quality, version) as quality,
        arg_max(served_on, version) as served_on
    from rooted group by all"""


def plan_events(as_at: str) -> str:
    """Each plan's events that had happened; `happened` is the day as corrected, `fact_day` and `fact_quality` the fact's."""
    facts = {**OWN_DAY, "stood_in": "ReassessmentEnded"}
    own = " ".join(f"when {literal(event)} then {literal(fact)}" for fact, event in facts.items())
    return f"""create or replace view plan_events as
        select * from (
            select kept.* exclude (fact, quality, "to") replace (coalesce(c.served_on, kept.served_on) as served_on),
                c.plan is not null as corrected, c.quality as new_quality, c."to" as new_day,
                coalesce(c."to", happened_on) as happened,
                case when c.plan is null then happened_on else c."to" end as fact_day,
                case when c.plan is null then 'known' when c."to" is not null or c.quality = 'missing' then c.quality end
                    as fact_quality
            from kept left join plan_corrections c
            on c.plan = kept.plan and c.version = kept.version
                and c.fact = case when kept.event = 'PlanAmended' and not ends_notice then 'amended'
                    else case kept.event {own} end end
            where starts_with(kept.stream, 'plan/') and event <> 'PlanFactCorrected')
        where happened <= {as_at} or (event = 'TransferDealtWith' and review is not null)
            or event in ('PlanAdded', 'PlanReviewCompleted', 'PlanReviewCompletionWithdrawn')"""


def completions(as_at: str, name: str = "completions", resetting: str = "resets_clock") -> str:
    """Each completed review that started a new 12 months: the day it was notified and the day it was held."""
    done = f"event = 'PlanReviewCompleted' and {resetting}"
    return f"""create or replace table {name} as
        select plan, review, {unpacked("notified_at")} as notified, {unpacked("held_at")} as held,
            notified_grade, held_grade
        from (
            select plan, review,
                max(case when {done} then {packed("version", "happened_on")} end) as notified_at,
                max(case when {done} then {packed("version", "held")} end) as held_at,
                arg_max({grade("notified_quality")}, case when {done} then version end) as notified_grade,
                arg_max({grade("held_quality")}, case when {done} then version end) as held_grade,
                max(case when event = 'PlanReviewCompletionWithdrawn' then version end) as withdrawn
            from plan_events where event in ('PlanReviewCompleted', 'PlanReviewCompletionWithdrawn') group by all)
        where {version_of("notified_at")} > coalesce(withdrawn, 0) and {unpacked("notified_at")} <= {as_at}"""


# Each detention of a plan: from its first day to the day of release, or null while it goes on.
DETENTIONS = """create or replace table detentions as
    select plan, list({'since': since, 'until': until} order by version) as detentions
    from (
        select plan, version, event, fact_day as since, fact_quality as quality,
            lead(event) over later as next_event, lead(fact_day) over later as until,
            lead(fact_quality) over later as next_quality
        from plan_events where event in ('DetentionStarted', 'ReleasedFromDetention') and fact_quality is not null
        window later as (partition by plan order by version))
    where event = 'DetentionStarted' and (next_event is null or (next_event = 'ReleasedFromDetention' and until is not null))
    group by plan"""


def interims(as_at: str) -> str:
    """Each interim review that was held beside the annual ones: it starts no new 12 months (Code 9.178)."""
    return completions(as_at, "interims", "not resets_clock")


def listed(as_at: str) -> str:
    """The day each plan stood on the list of a term."""
    return f"""create or replace table listed as
        select plan, term_start, arg_max(happened_on, version) as listed from kept
        where event = 'TermlyListSent' and happened_on <= {as_at} group by all"""


def plans(as_at: str) -> str:
    """One row a plan there was by then, its corrections applied; an absent fact has no quality."""
    setters = {
        "setting": ("PlanAdded", "SettingChanged"),
        "nc_year": ("PlanAdded", "YearGroupChanged"),
        "coordinator": ("PlanAdded", "CoordinatorChanged"),
        "transfer": ("PlanAdded", "TransferExpected"),
    }
    standing = [
        f"arg_max_null({name}, case when event in ({', '.join(map(literal, events))}) then version end) as {name}"
        for name, events in setters.items()
    ]
    last = {"told": ("FamilyToldOfTransfer", "FamilyToldOfMove")}
    days = [
        f"max(case when event in {one_of(events)} then {packed('version', 'happened_on')} end) as {name}_at"
        for name, events in last.items()
    ]
    sets = {fact: f"event = {literal(event)} and {_SETS.get(fact, 'true')}" for fact, event in OWN_DAY.items()}
    own = [
        column
        for fact, own_event in sets.items()
        for column in (
            f"max(case when {own_event} then version end) as {fact}_version",
            f"arg_max_null(fact_day, case when {own_event} then version end) as {fact}_day",
            f"arg_max_null(fact_quality, case when {own_event} then version end) as {fact}_quality",
        )
    ]
    served = [
        f"arg_max_null(served_on, case when {sets[fact]} then version end) as {fact}_served_on" for fact in _NOTICES
    ]
    seldom = (
        *days,
        *own,
        *served,
        "max(case when event = 'PlanRepresentationsReceived' and no_more then version end) as no_more_version",
        "arg_max_null(moves_on, case when event = 'MoveAwayLearned' then version end) as moves_on",
        "max(case when event = 'PlanRevived' then version end) as revived_version",
        "max(case when event = 'ReassessmentEnded' and stands_for_review and not corrected "
        f"then {packed('version', 'happened_on')} end) as stood_in_at",
    )
    always = (
        *standing,
        "max(case when event in ('PlanAdded', 'TransferExpected') then version end) as transfer_version",
        "arg_max_null(transfer_on, case when event in ('PlanAdded', 'TransferExpected') then version end) as transfer_day",
        "any_value(first_made) as said_first_made",
        "any_value(case when event = 'PlanAdded' then first_made_quality end) as said_first_made_quality",
        "any_value(last_reviewed) as said_last_reviewed",
        "any_value(case when event = 'PlanAdded' then last_reviewed_quality end) as said_last_reviewed_quality",
        "max(case when event in ('PlanAdded', 'YoungPersonFromSet') then version end) as rights_version",
        "arg_max_null(young_person_from, case when event in ('PlanAdded', 'YoungPersonFromSet') then version end) "
        "as rights_day",
        "min(case when event = 'PlanAdded' then happened end) as entered_on",
        "any_value(undecided_meeting) as undecided_meeting",
    )
    return f"""create or replace table plans as select * from (
        select p.plan, setting, nc_year, coordinator, transfer, entered_on, undecided_meeting,
            {_corrected("first", "said_first_made")} as first_made,
            {_corrected_quality("first", "said_first_made_quality", "true")} as first_made_quality,
            {_corrected("reviewed", "said_last_reviewed")} as last_reviewed,
            {
        _corrected_quality(
            "reviewed",
            "said_last_reviewed_quality",
            "said_last_reviewed is not null or said_last_reviewed_quality = 'missing'",
        )
    }
                as last_reviewed_quality,
            {_corrected("moving", "transfer_day")} as transfer_on,
            {_corrected_quality("moving", "'known'", "transfer_day is not null")} as transfer_quality,
            {_corrected("rights", "rights_day")} as young_person_from,
            transferred_in_day as transferred_in, transferred_in_quality,
            case when coalesce({version_of("told_at")} > transferred_in_version, true) then {unpacked("told_at")} end
                as told_of_transfer,
            aware_of_move_day as aware_of_move, aware_of_move_quality, moves_on,
            transferred_out_day as transferred_out, transferred_out_quality,
            {_unless_since("revived_version", "ceased", "day")} as ceased,
            {_unless_since("revived_version", "ceased", "quality")} as ceased_quality,
            detained_day as detained, detained_quality,
            {_unless_since("detained_version", "released", "day")} as released,
            {_unless_since("detained_version", "released", "quality")} as released_quality, detentions,
            {unpacked("stood_in_at")} as stood_in,
            {_without_review()},
            least(entered_on, {_corrected("first", "said_first_made")}, {_corrected("reviewed", "said_last_reviewed")})
                as there_from
        from ({_of_events(always, _SET)}) p
        left join ({_of_events(seldom, _SELDOM)}) using (plan)
        left join detentions using (plan)
        left join plan_corrections first on first.plan = p.plan and first.fact = 'first_made'
        left join plan_corrections reviewed on reviewed.plan = p.plan and reviewed.fact = 'last_reviewed'
        left join plan_corrections moving on moving.plan = p.plan and moving.fact = 'transfer_on'
            and moving.version = p.transfer_version
        left join plan_corrections rights on rights.plan = p.plan and rights.fact = 'young_person_from'
            and rights.version = p.rights_version
        where entered_on is not null)
        where there_from <= {as_at}"""


# The events that say what stands of every plan, and those that few plans have.
_SET = (
    "PlanAdded", "SettingChanged", "YearGroupChanged", "CoordinatorChanged", "TransferExpected", "YoungPersonFromSet",
)  # fmt: skip
_SELDOM = (
    *OWN_DAY.values(), "FamilyToldOfTransfer", "FamilyToldOfMove", "PlanRepresentationsReceived", "PlanRevived",
    "ReassessmentEnded",
)  # fmt: skip


def _of_events(columns: Iterable[str], events: Iterable[str]) -> str:
    return f"select plan, {', '.join(columns)} from plan_events where event in {one_of(events)} group by plan"


# The last amendment without a review: what came before its notice was another's (plan_amendments.py in SQL).
_NOTICES = ("plan_notice_sent", "plan_notice_sent_again")


def _without_review() -> str:
    since = "plan_notice_sent_version"
    last_notice = f"greatest({since}, plan_notice_sent_again_version)"
    again = _unless_since(since, "plan_notice_sent_again", "day")
    served = f"""case when ({again}) is not null then greatest({again}, plan_notice_sent_again_served_on)
        when plan_notice_sent_day is not null then greatest(plan_notice_sent_day, plan_notice_sent_served_on) end"""
    ended = (f"{_unless_since(since, fact, 'day')} as {fact}" for fact in ("plan_amended", "plan_not_amended"))
    return ", ".join(
        (
            "plan_notice_sent_version as plan_notice",
            "plan_notice_sent_day as plan_notice_sent",
            f"{again} as plan_notice_sent_again",
            f"{served} as plan_notice_served",
            f"coalesce(no_more_version > coalesce({last_notice}, 0), false) as plan_no_more",
            *ended,
        )
    )


def _unless_since(later: str, fact: str, part: str) -> str:
    """A day, or its quality, unless a later event has done away with it."""
    return f"case when coalesce({fact}_version > {later}, true) then {fact}_{part} end"


def _corrected(correction: str, said: str) -> str:
    return f'case when {correction}.plan is null then {said} else {correction}."to" end'


def _corrected_quality(correction: str, said: str, there: str) -> str:
    """The fact's quality, null where the fact is not there."""
    return f"""case when {correction}.plan is null then case when {there} then {said} end
        when {correction}."to" is not null or {correction}.quality = 'missing' then {correction}.quality end"""
