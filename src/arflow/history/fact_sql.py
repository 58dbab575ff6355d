"""What duties are counted from, for every review and every plan, as SQL (plan.review_facts and plan.plan_facts in SQL).

Each fact has a column `day_…`; the few that may be doubtful have one `quality_…` too, null where the case has no such fact.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import partial

from arflow.case import plan_amendments
from arflow.history import asked_facts, cease_appeal_sql, proceeding_sql, review_sql, transfer_sql
from arflow.history.sql import ORIGIN, any_of, grade, in_words, latest, literal, months_on, one_of, period_last_day
from arflow.law.states import CANCELLED, CONCLUDED, WITH_PLAN
from arflow.law.workflow import Workflow

PLANS = """create or replace view standing as
    select * rename (transferred_in as transferred_in_day, transferred_in_quality as transferred_in_said,
            told_of_transfer as told_day, released as released_day, released_quality as released_said,
            aware_of_move as aware_day, aware_of_move_quality as aware_said, moves_on as moves_day),
        case when last_reviewed_quality is not null then last_reviewed else first_made end as base,
        coalesce(last_reviewed_quality, first_made_quality) as base_quality
    from plans"""
_GONE, _CEASED = "transferred_out_quality is not null", "ceased_quality is not null"
_DETAINED = "(detained_quality is not null and released_said is null)"
# The first day of what came about, or the first that arflow counts where nobody knows the day; null where it did not.
_SINCE_GONE = f"case when {_GONE} then coalesce(transferred_out, {ORIGIN}) end"
_SINCE_CEASED = f"case when {_CEASED} then coalesce(ceased, {ORIGIN}) end"
_CLOSED_WITH_PLAN = f"case when state in {one_of(WITH_PLAN)} then coalesce(on_pass_on, on_end_with_plan) end"


def _holds(closed: str = "null::DATE") -> str:
    """What holds of the plan; `closed` is the day a review closed with it, and stays so though an appeal revives the plan."""
    return f"""{_GONE} or {_CEASED} as plan_ended, {_DETAINED} as is_detained, detentions,
        {_SINCE_GONE} as since_transferred_out, least({_SINCE_GONE}, {_SINCE_CEASED}, {closed}) as since_plan_ended,
        {_GONE} or {_CEASED} or {_DETAINED} or ({closed}) is not null as out_of_hand"""


_STANDING = """setting, nc_year, coordinator, transfer as transfer_kind, young_person_from, there_from, transferred_in_day,
    transferred_out, ceased"""
_DERIVED = {
    "clock_start": "clock_start",
    "transferred_in": "transferred_in_day",
    "told_of_transfer": "told_day",
    "aware_of_move": "aware_day",
    "moves_on": "moves_day",
    "transferred_out": "transferred_out",
    # Release from detention, if no review has been completed since.
    "released": "case when released_day >= clock_start or clock_start is null then released_day end",
    "interim_start": "greatest(clock_start, last_interim)",
    "term_start": "term_start_day",
    "listed": "listed",
}
_OUTCOME_FINAL = """case when outcome = 'amend' then coalesce(on_issue, on_not_amend)
    else coalesce(on_change_decision, on_notify) end"""
# What its time to appeal is counted from, and the last certificate of a mediation on the plan for it (certificates.py in SQL).
_CHALLENGED = f"coalesce(on_reissue, {_OUTCOME_FINAL})"
_CERTIFIED_ON_PLAN = f"""(select r.review, max(s.done_on) as certified_on_plan
    from reviews r join proceedings_begun b on b.plan = r.plan and b.kind = 'mediation'
    join proceeding_steps s on s.plan = b.plan and s.number = b.number and s.did = 'certificate_given'
    where s.done_on >= {_CHALLENGED} and b.begun_on <= {months_on(_CHALLENGED, 2)} group by r.review)"""
_BESIDE = f"""left join {transfer_sql.awaited_in_reviews(_OUTCOME_FINAL)} consulting using (review)
    left join {_CERTIFIED_ON_PLAN} certificates using (review)"""
_OF_A_REVIEW = {
    "transfer": transfer_sql.AHEAD_OF_REVIEW,
    "september_transfer": transfer_sql.in_september(transfer_sql.AHEAD_OF_REVIEW),
    "transfer_named": transfer_sql.named(_OUTCOME_FINAL),
    "consulted": "consulted_on",
    "consultation_answered": "answered_on",
    "notice_served": "notice_served",
    "representations_until": "representations_until",
    "outcome_final": _OUTCOME_FINAL,
    "mediation_certified": cease_appeal_sql.CERTIFIED,
    **cease_appeal_sql.OF_A_REVIEW,
}
_OF_A_PLAN = {
    "consulted": "consulted_on",
    "consultation_answered": "answered_on",
    "transfer": transfer_sql.AHEAD_OF_PLAN,
    "september_transfer": transfer_sql.in_september(transfer_sql.AHEAD_OF_PLAN),
    "ceased": "ceased",
    **proceeding_sql.OF_A_PLAN,
    **{name: name for name in (*plan_amendments.FACTS, "plan_notice_served")},
}
# A fact may be there though its day is not known; every other is known where it is there.
_QUALITIES = {
    "clock_start": "clock_quality",
    "interim_start": f"""case when last_interim is not null and (clock_start is null or clock_start < last_interim)
        then {in_words("interim_grade")} when last_interim = clock_start
        then {in_words(f"greatest(interim_grade, {grade('clock_quality')})")} else clock_quality end""",
    "transferred_in": "transferred_in_said",
    "transferred_out": "transferred_out_quality",
    "aware_of_move": "aware_said",
    "transfer": "case when ({day}) is not null then transfer_quality end",
    "september_transfer": "case when ({day}) is not null then transfer_quality end",
    "released": "case when released_day is null or clock_start is null or released_day >= clock_start then released_said end",
}
# The days that the time to appeal is counted from before the facts are put together.
KNOWN_FIRST = {"reviews": "^on_", "plan_events": "^happened$"}
# Where the days that duties are counted from stand, as patterns of their columns; and where those of proceedings do.
COUNTED_FROM = {
    "review_facts": "^day_",
    "plans": "^(first_made|last_reviewed|transfer_on|transferred_in|aware_of_move|moves_on|released|stood_in|"
    "plan_notice_(sent|sent_again|served))$",
    "completions": "^(notified|held)$",
}
COUNTED_FROM_BESIDE = {"proceeding_days": "^given_", "all_consultations": "^consulted_on$"}


def review_facts(workflows: tuple[Workflow, ...], taken: Collection[str], names: Collection[str]) -> str:
    """One row a review: its identity, its plan's standing facts, and the day and quality of each fact of these names.

    `taken` are the steps that the table of reviews has a day for.
    """
    days = {name: _day_of(name, workflows, taken) for name in names}
    grades = {name: _grade_of(name, workflows, taken) for name in days if name not in _DERIVED}
    return f"""create or replace table review_facts as
        with clocked as ({_clocked_reviews(workflows, beside=asked_facts.need_what_is_beside(names))}),
        timed as (select *, {_term(workflows)} as term_start_day from clocked),
        dated as (
            select timed.*, {_days(days)}
            from timed left join listed on listed.plan = timed.plan and listed.term_start = term_start_day)
        select review, plan, kind, workflow, arranged_by, opened_on, state, outcome, planned_meeting, {_STANDING},
            {transfer_sql.FOR_TRANSFER} as for_transfer, on_hold, on_decide, on_notify,
            outcome is not null as outcome_known, state = {literal(CONCLUDED)} as finished,
            state = {literal(CANCELLED)} as cancelled, no_more_representations, notice_withdrawn,
            {_holds(_CLOSED_WITH_PLAN)}, {_columns(days, grades)}
        from dated"""


def plan_facts(current: Workflow, names: Collection[str]) -> str:
    """One row a plan: its standing facts, its completed reviews, and those of the facts that need no review (the others null)."""
    of_a_plan = _DERIVED | _OF_A_PLAN
    days = {name: of_a_plan.get(name, "null::DATE") for name in names}
    joined = f"{transfer_sql.JOINED_PLAN} {proceeding_sql.JOINED_PLAN}"
    day = "held" if current.policy.clock_resets_on == "meeting_held" else "notified"
    return f"""create or replace table plan_facts as
        with done as (
            select plan, max({day}) as other_completed, {_grade_on_last(day, f"{day}_grade")} as other_grade,
                max(notified) as last_notified, count(*) as completed
            from completions group by plan),
        interim as (select plan, max(held) as last_interim, {_grade_on_last("held", "held_grade")} as interim_grade
            from interims group by plan),
        clocked as (
            select *, {literal(current.id)} as workflow, {_clock("null::DATE")}
            from standing left join done using (plan) left join interim using (plan) {joined}),
        timed as (select *, {_term((current,))} as term_start_day from clocked),
        dated as (
            select timed.*, {_days(days)}
            from timed left join listed on listed.plan = timed.plan and listed.term_start = term_start_day)
        select plan, '' as review, 'annual' as kind, workflow, 'school' as arranged_by, {_STANDING},
            first_made, first_made_quality, last_reviewed, last_reviewed_quality, last_notified, dealt_outside,
            coalesce(completed, 0) as completed, ceasing_number, null::VARCHAR as outcome, false as outcome_known,
            false as finished, false as cancelled, plan_no_more as no_more_representations,
            false as notice_withdrawn, {_holds()}, {_columns(days, {})}
        from dated"""


def _days(days: dict[str, str]) -> str:
    """The day of each fact; in a layer of its own, since its quality and others ask for it again."""
    return ",\n".join(f"{day} as day_{name}" for name, day in days.items())


def _columns(days: dict[str, str], grades: dict[str, str]) -> str:
    """The day of each fact, and the quality of each that may be doubtful; `grades` are those of facts that acts give."""
    qualities = {name: _quality(name, day, grades) for name, day in days.items() if _may_be_doubtful(name)}
    return ",\n".join(
        [f"day_{name}" for name in days] + [f"{quality} as quality_{name}" for name, quality in qualities.items()]
    )


def _quality(name: str, day: str, grades: dict[str, str]) -> str:
    if day == "null::DATE":
        return "null::VARCHAR"
    if name in _QUALITIES:
        return _QUALITIES[name].replace("{day}", f"day_{name}")
    known = in_words(f"coalesce({grades[name]}, 0)") if name in grades else "'known'"
    return f"case when day_{name} is not null then {known} end"


def quality(name: str) -> str:
    """How well a fact's day is known, or null where the case has no such fact."""
    return f"quality_{name}" if _may_be_doubtful(name) else f"case when day_{name} is not null then 'known' end"


def _may_be_doubtful(name: str) -> bool:
    """Whether a fact's day may be estimated, or not known: that of an act, and some of a plan."""
    return name in _QUALITIES or name not in _DERIVED


def _grade_on_last(day: str, grade: str) -> str:
    """How well the last of several days is known: as well as the worst of those that fall on it."""
    return f"max(({day} - {ORIGIN}) * 4 + {grade}) % 4"


# --- the plan's clock ------------------------------------------------------------------------------------------


def _clock(completed: str) -> str:
    """The start of the 12 months that a review notified on a day completes: the last start before that day."""
    stood = f"case when {completed} is null or stood_in < {completed} then stood_in end"
    nothing_else = f"(other_completed is null and ({stood}) is null)"
    counts = f"(base is null or {completed} is null or base < {completed} or {nothing_else})"
    start = f"greatest(case when {counts} then base end, other_completed, {stood})"
    told = f"case when {counts} and base = {start} then {grade('base_quality')} else 0 end"
    return f"""{start} as clock_start,
        case when ({start}) is null then base_quality
            else {in_words(f"greatest({told}, case when other_completed = {start} then other_grade else 0 end)")} end
            as clock_quality"""


def _clocked_reviews(workflows: Collection[Workflow], *, beside: bool) -> str:
    """Each review with its plan and the clock it is to stop: other reviews completed before it, never itself.

    `beside` asks for what was consulted about and certified too.
    """
    by_meeting = one_of(w.id for w in workflows if w.policy.clock_resets_on == "meeting_held")
    day = f"(case when r.workflow in {by_meeting} then c.held else c.notified end)"
    known = f"(case when r.workflow in {by_meeting} then c.held_grade else c.notified_grade end)"
    # What counts of an interim review is its meeting.
    completed = _chosen(
        {
            (w.id, name): "on_hold" if kind.additional else "on_notify"
            for w in workflows
            for name, kind in w.kinds.items()
        }
    )
    return f"""
        with stopping as (select *, {completed} as completed_on from reviews)
        select r.* exclude (plan), s.*, {_clock("completed_on")}, has_dealing, is_dealt, last_review, last_interim,
            interim_grade{", consulted_on, answered_on, certified_on_plan" if beside else ""}
        from stopping r join standing s using (plan) {transfer_sql.JOINED_REVIEW}
        {_BESIDE if beside else ""}
        left join (
            select r.review, max({day}) as other_completed, {_grade_on_last(day, known)} as other_grade
            from stopping r join completions c using (plan)
            where c.review <> r.review and (completed_on is null or {day} < completed_on)
            group by r.review) before using (review)
        left join (
            select r.review, max(i.held) as last_interim, {_grade_on_last("i.held", "i.held_grade")} as interim_grade
            from reviews r join interims i using (plan)
            where i.review <> r.review and (r.on_hold is null or i.held < r.on_hold)
            group by r.review) interim using (review)"""


def _term(workflows: Iterable[Workflow]) -> str:
    """The last term to start by the day the review is due, where the workflow has its terms (Code 9.172), as in plan_facts.py."""
    ends = f"greatest({period_last_day('clock_start', 12)}, {period_last_day('transferred_in_day', 3)})"
    cases = [
        f"when workflow = {literal(w.id)}{_before(ends, w.terms_until)} then"
        f" list_max(list_filter([{', '.join(literal(t.starts) for t in w.terms)}], lambda t: t <= {ends}))"
        for w in workflows
        if w.terms
    ]
    return f"case when clock_start is null then null {' '.join(cases)} end" if cases else "null::DATE"


def _before(day: str, until: date | None) -> str:
    return f" and {day} < {literal(until)}" if until else ""


# --- facts of a review ------------------------------------------------------------------------------------------


def _day_of(name: str, workflows: tuple[Workflow, ...], taken: Collection[str]) -> str:
    """A fact of a review: of its plan, of its acts, or as its workflow names its steps."""
    fixed = _DERIVED | _OF_A_REVIEW
    if name in fixed:
        return fixed[name]
    if name in _TO_SEVERAL:
        of_kind = _TO_SEVERAL[name]
        return _chosen({(w.id, kind): of_kind(w, kind) for w in workflows for kind in w.kinds})
    return _chosen({(w.id, kind): _milestone(w, name, taken) for w in workflows for kind in w.kinds})


def _grade_of(name: str, workflows: tuple[Workflow, ...], taken: Collection[str]) -> str:
    """How well the day of a fact is known that the acts of a review give: as well as the worst act of its step."""
    match name:
        case "notice_served":
            return "grade_notice"
        case _ if name in cease_appeal_sql.GRADES:
            return cease_appeal_sql.GRADES[name]
        case "mediation_certified":
            own = "certified_on_plan is null or on_certify_mediation >= certified_on_plan"
            return f"case when {own} then grade_certify_mediation else 0 end"
        case "outcome_final" | "transfer_named":
            final = "case when on_issue is not null then grade_issue else grade_not_amend end"
            return f"case when outcome = 'amend' then {final} else grade_notify end"
        case "held":
            return "grade_hold"
        case "meeting":
            return "case when on_hold is not null then grade_hold else 0 end"
        case "invited" | "all_invited":
            return "grade_invite"
        case "circulated" | "reported":
            return "grade_circulate" if name == "circulated" else "grade_report"
        case _:
            return _chosen({(w.id, kind): _grade_of_step(w, name, taken) for w in workflows for kind in w.kinds})


def _grade_of_step(workflow: Workflow, name: str, taken: Collection[str]) -> str:
    steps = [step.id for step in workflow.steps if step.milestone == name and step.id in taken]
    return f"grade_{steps[-1]}" if steps else "0"


def _chosen(expressions: dict[tuple[str, str], str]) -> str:
    """An expression that may differ from one workflow and kind to another."""
    of_each = dict[str, dict[str, list[str]]]()
    for (workflow, kind), sql in expressions.items():
        of_each.setdefault(sql, {}).setdefault(workflow, []).append(kind)
    if len(of_each) == 1:
        return next(iter(of_each))
    return f"case {' '.join(f'when {_is_of(kinds)} then {sql}' for sql, kinds in of_each.items())} end"


def _is_of(kinds: dict[str, list[str]]) -> str:
    """Whether a review is of one of the kinds of a workflow."""
    return " or ".join(f"(workflow = {literal(workflow)} and kind in {one_of(of)})" for workflow, of in kinds.items())


def _milestone(workflow: Workflow, name: str, taken: Collection[str]) -> str:
    held = "on_hold"
    if workflow.policy.adjourned_meeting == "first_day":
        held = "case when on_hold is not null then least(on_hold, first_met_on) end"
    if name == "held":
        return held
    if name == "meeting":
        return f"coalesce({held}, case when on_open is not null then planned_meeting end)"
    steps = [step.id for step in workflow.steps if step.milestone == name and step.id in taken]
    return f"on_{steps[-1]}" if steps else "null::DATE"


def _classes(workflow: Workflow, kind: str) -> list[str]:
    """The day each class of people who must be invited was."""
    return [review_sql.invited(invitee.roles) for invitee in workflow.invitees_of(kind) if invitee.word == "must"]


def _invited(workflow: Workflow, kind: str) -> str:
    """Notice counts from the last of the required invitations, or from whatever invitation there was."""
    last = f"greatest(coalesce({latest(_classes(workflow, kind))}, first_invited), late_invited)"
    return f"case when coalesce(invited_awaiting, 0) = 0 then {last} end"


def _all_invited(workflow: Workflow, kind: str) -> str:
    everyone = " and ".join(f"{day} is not null" for day in _classes(workflow, kind)) or "true"
    return f"case when {everyone} then {_invited(workflow, kind)} end"


def _had_by_all(name: str, workflow: Workflow, kind: str) -> str:
    """The last day on which it went to each class that was invited; nothing while one of them, or a person, is without."""
    classes = [invitee.roles for invitee in workflow.invitees_of(kind) if invitee.word == "must"]
    pairs = [(review_sql.invited(roles), review_sql.sent(name, roles)) for roles in classes]
    without = [f"(({invited}) is not null and ({day}) is null)" for invited, day in pairs]
    own = [f"case when ({invited}) is not null then {day} end" for invited, day in pairs]
    last = f"coalesce({latest(own)}, {name}_last)"
    return f"case when not ({any_of((f'coalesce({name}_awaiting, 0) > 0', *without))}) then {last} end"


# What several people must have: a duty to them is as late as the last.
_TO_SEVERAL: dict[str, Callable[[Workflow, str], str]] = {
    "invited": _invited,
    "all_invited": _all_invited,
    "circulated": partial(_had_by_all, "circulated"),
    "reported": partial(_had_by_all, "reported"),
}
