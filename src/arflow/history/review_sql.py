"""The acts of each review as SQL: corrections and voidings applied, what happened after a day left out (review.py in SQL)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import get_args

from arflow.case.review import NOTICES
from arflow.events import FAMILY, ROLES, STEP_EVENTS, AsideEvent, Role
from arflow.history.sql import grade, literal, one_of, packed, unpacked, version_of
from arflow.law.states import FINAL

# A day after every other.
EVER = literal(date.max)
# What puts other events right, and the meetings that moved: few, and joined to everything else.
EDITS = ("StepCorrected", "StepVoided", "WorkflowMigrated")
# The steps that several people's days may come from; of the others the last act counts.
SENT_TO_SEVERAL = ("invite", "circulate", "report")
# What is recorded of a review without taking a step.
BESIDE = tuple(cls.__name__ for cls in get_args(AsideEvent))
# The steps of the statute and the one event that an authority's own steps share.
EVENTS = {step: cls.__name__ for step, cls in STEP_EVENTS.items()}
_LOCAL = "LocalStepRecorded"
_PLANS_A_MEETING = tuple(EVENTS[step] for step in ("open", "schedule", "postpone"))
_NOTICES = tuple(EVENTS[step] for step in NOTICES)
# The acts that say more than the day of their step.
_SAYING_MORE = (
    *_PLANS_A_MEETING, *_NOTICES, "MeetingHeld", "MoreTimeAgreed", "RepresentationsReceived", "AmendmentNoticeWithdrawn",
    "AppealDetermined", "DecisionMade", "DecisionChanged",
)  # fmt: skip

# The events of a review that others are read with; kept beside the plans' events in one pass over the log.
READ_FIRST = (
    "StepCorrected", "StepVoided", "MeetingScheduled", "MeetingPostponed",
    "LocalStepRecorded", "ServiceRecorded", "DayDoubted",
)  # fmt: skip
WORKFLOWS = "select distinct workflow from known where workflow is not null order by 1"
_STANDING = """select any_value(plan), substr(stream, 8), arg_max(workflow, version) as workflow from known
    where workflow is not null group by stream"""
CORRECTIONS = """create or replace table corrections as
    select stream, corrects as version, arg_max("to", version) as "to", arg_max(meeting_on, version) as right_meeting_on from kept
    where event = 'StepCorrected' group by all"""
# How well the day of an act is known, as a grade of `facts.GRADES`: the latest counts, and a correction makes it known.
DOUBTS = f"""create or replace table doubts as
    select stream, version, arg_max(grade, said_in) as grade from (
        select stream, "of" as version, {grade("quality")} as grade, version as said_in from kept where event = 'DayDoubted'
        union all
        select stream, corrects, 0, version from kept where event = 'StepCorrected' and meeting_on is null)
    group by all"""
VOIDED = "create or replace table voided as select stream, voids as version from kept where event = 'StepVoided'"


def standing_under(workflows: Collection[str]) -> str:
    """The plan, the review and the definition of each review that stands under one of these now."""
    return f"from ({_STANDING}) where workflow in {one_of(workflows)} order by all"


def served(as_at: str) -> str:
    """The day on which what was sent with an event is read as served, where that was recorded later, or corrected."""
    later = f"event = 'ServiceRecorded' and happened_on <= {as_at}"
    return f"""create or replace table served as
        select stream, coalesce("of", corrects) as version, arg_max(served_on, version) as served_later from kept
        where {later} or (event = 'StepCorrected' and served_on is not null) group by all"""


def acts(as_at: str, name: str = "acts", events: str = "known") -> str:
    """Each review's events; `day` is null unless the event is an act that happened on or before the day asked for."""
    return f"""create or replace view {name} as
        select *, case when is_act and happened <= {as_at} then happened end as day,
            case when is_act and happened <= {as_at} then {packed("version", "happened")} end as stamp
        from (
            select e.* exclude (happened_on) replace (
                coalesce(served_later, served_on) as served_on, coalesce(right_meeting_on, meeting_on) as meeting_on),
                happened_on,
                coalesce(corrections."to", happened_on) as happened,
                e.event not in {one_of((*EDITS, *BESIDE))} and voided.version is null as is_act
            from {events} e
            left join corrections using (stream, version)
            left join voided using (stream, version)
            left join served using (stream, version)
            where starts_with(e.stream, 'review/'))"""


POSTPONED = """create or replace table postponed as
    select stream, max(version) as last_postponed from kept_acts
    where event in ('MeetingScheduled', 'MeetingPostponed') and day is not null group by all"""


def reviews(as_at: str, steps: Collection[str], acts: str = "acts", events: str = "known") -> str:
    """One row a review opened by then: its state, and the day on which each of the steps was last taken.

    Each part reads only the events that it is about: most events of a log are about the state alone. `last_position` is that
    of the review's last event, and all of it had happened by the day `whole_from`.
    """
    parts = (_left_as(acts), _taken(acts, steps), _sent(acts), _doubted(acts, steps))
    packed_columns = ", ".join(f"at_{step}" for step in steps) + ", planned_at, first_met_at, served_at, agreed_at"
    days = ", ".join(f"{unpacked(f'at_{step}')} as on_{step}" for step in steps)
    joined = "\n".join(f"left join ({part} group by stream) using (stream)" for part in parts)
    return f"""create or replace table folded_reviews as
        select * exclude (stream, {packed_columns}), {days}, {unpacked("planned_at")} as planned_meeting,
            {unpacked("first_met_at")} as first_met_on, {unpacked("served_at")} as notice_served,
            case when {version_of("agreed_at")} > last_notice then {unpacked("agreed_at")} end as representations_until,
            coalesce(last_waiver > last_notice, false) as no_more_representations,
            coalesce(last_withdrawn > last_notice, false) as notice_withdrawn
        from ({_opened(events)} group by stream) {joined}
        where opened_on <= {as_at}"""


def _select(columns: Iterable[str], of: str) -> str:
    return f"select stream, {', '.join(columns)} from {of}"


def _is(step: str) -> str:
    if step in EVENTS:
        return f"event = {literal(EVENTS[step])}"
    return f"event = '{_LOCAL}' and local_step = {literal(step)}"


def _opened(events: str) -> str:
    columns = (
        "substr(stream, 8) as review",
        "any_value(plan) as plan",
        "arg_max(workflow, version) as workflow",
        "any_value(kind) as kind",
        "any_value(case when event = 'ReviewOpened' then arranged_by end) as arranged_by",
        "min(case when event = 'ReviewOpened' then happened_on end) as opened_on",
    )
    return _select(columns, f"{events} where event in ('ReviewOpened', 'WorkflowMigrated')")


def _left_as(acts: str) -> str:
    """As it was left by its last event, or, where acts are left out, by the last that is not."""
    state = """case when count(stamp) = count(*) filter (is_act) then arg_max(state, version)
        else arg_max(state, version) filter (stamp is not null) end as state"""
    bounds = ("max(position) as last_position", "max(greatest(happened_on, happened)) as whole_from")
    return _select((state, *bounds), acts)


def _taken(acts: str, steps: Collection[str]) -> str:
    """The last day of each step, and what the last act of some kinds says beside it."""
    columns = (
        *(f"max(case when {_is(step)} then stamp end) as at_{step}" for step in steps),
        *_meeting(),
        *_notices(),
        "arg_max(ended, case when event = 'AppealDetermined' then version end) as appeal_ended",
        "arg_max(outcome, case when event in ('DecisionMade', 'DecisionChanged') then version end) as outcome",
    )
    events = dict.fromkeys((*(EVENTS.get(step, _LOCAL) for step in steps), *_SAYING_MORE))
    return _select(columns, f"{acts} where event in {one_of(events)} and day is not null")


def _doubted(acts: str, steps: Collection[str]) -> str:
    """How well the worst of the days of each step is known, where one of them is in doubt."""
    columns = (
        f"max(case when {_is(step)} then grade end) as grade_{step}"
        for step in dict.fromkeys((*steps, *SENT_TO_SEVERAL))
    )
    return _select(columns, f"{acts} join doubts using (stream, version) where day is not null")


def _meeting() -> tuple[str, ...]:
    planned = f"event in {one_of(_PLANS_A_MEETING)} and meeting_on is not null"
    return (
        f"max(case when {planned} then {packed('version', 'meeting_on')} end) as planned_at",
        _packed_last("first_met_on", "MeetingHeld", "first_met"),
    )


def _packed_last(column: str, event: str, name: str) -> str:
    """A day that the last event of its kind says, or leaves out."""
    return f"max(case when event = {literal(event)} then {packed('version', column)} end) as {name}_at"


def _notices() -> tuple[str, ...]:
    """The last notice of amendments, and what was last recorded of it: each counts where it came after that notice."""
    notice = f"event in {one_of(_NOTICES)}"
    return (
        f"max(case when {notice} then version end) as last_notice",
        f"max(case when {notice} then {packed('version', 'greatest(day, served_on)')} end) as served_at",
        _packed_last("agreed_until", "MoreTimeAgreed", "agreed"),
        "max(case when event = 'RepresentationsReceived' and no_more then version end) as last_waiver",
        "max(case when event = 'AmendmentNoticeWithdrawn' then version end) as last_withdrawn",
    )


def _sent(acts: str) -> str:
    """What goes to several: invitations, advice and the report."""
    columns = (
        *_invitations(),
        *_sent_to_several("AdviceCirculated", "circulated"),
        *_sent_to_several("ReportSent", "reported"),
    )
    of = f"{acts} left join postponed using (stream) where event in {one_of(EVENTS[step] for step in SENT_TO_SEVERAL)}"
    return _select(columns, f"{of} and day is not null")


def _invitations() -> tuple[str, ...]:
    """The first invitation of each role since the meeting was last moved, the first of all, and who came after."""
    on = "greatest(day, served_on)"  # notice is given when it is served
    given = "event = 'InvitationsSent' and (last_postponed is null or version > last_postponed)"
    return (
        *(
            f"min(case when {given} and list_contains(roles, {literal(role)}) then {on} end) as invited_{role}"
            for role in ROLES
        ),
        f"arg_min({on}, case when {given} then version end) as first_invited",
        f"max(case when {given} and len(late_to) > 0 then {on} end) as late_invited",
        f"arg_max(len(awaiting), case when {given} then version end) as invited_awaiting",
    )


def _sent_to_several(event: str, name: str) -> tuple[str, ...]:
    """The last day on which something went to each role, where all roles are meant if none is named; and to anybody."""
    sent = f"event = {literal(event)}"
    return (
        *(
            f"max(case when {sent} and (len(roles) = 0 or list_contains(roles, {literal(role)})) then day end) as {name}_{role}"
            for role in ROLES
        ),
        f"max(case when {sent} then day end) as {name}_last",
        f"arg_max(len(awaiting), case when {sent} then version end) as {name}_awaiting",
    )


def invited(roles: tuple[Role, ...]) -> str:
    """The day the first of a class's roles was invited, or null."""
    return _of_the_class("invited", roles, "least")


def sent(name: str, roles: tuple[Role, ...]) -> str:
    """The last day on which something was sent to a class's roles, or null."""
    return _of_the_class(name, roles, "greatest")


def _of_the_class(name: str, roles: tuple[Role, ...], which: str) -> str:
    """One day of a class; of the family's that of the role which holds the rights on the day of the meeting."""
    if set(roles) == set(FAMILY):
        either = f"{which}({', '.join(f'{name}_{role}' for role in roles)})"
        holder = f"case when {meeting_or_plan()} >= young_person_from then {name}_young_person else {name}_parent end"
        return f"case when young_person_from is null then {either} else {holder} end"
    columns = [f"{name}_{role}" for role in roles]
    return columns[0] if len(columns) == 1 else f"{which}({', '.join(columns)})"


def meeting_or_plan() -> str:
    """The day by which a review is placed in time: held, or planned, or else opened."""
    return "coalesce(on_hold, planned_meeting, opened_on)"


def is_finished() -> str:
    """Whether nothing more can be done."""
    return f"state in {one_of(FINAL)}"
