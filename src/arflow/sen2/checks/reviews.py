"""Checks of the annual review items: the meeting, the decision, its outcome and the draft of an amended plan (5.4)."""

from datetime import date

from arflow.sen2.checks.rule import Checked, Rule, as_day

MEETING, DECISION, OUTCOME, DRAFT = "ReviewMeeting", "LastReview", "ReviewOutcome", "ReviewDraft"
ITEMS = (MEETING, DECISION, OUTCOME, DRAFT, "PhaseTransferDueDate", "PhaseTransferFinalDate")


def _after(case: Checked, item: str, last: date, said: str) -> str | None:
    day = case.day(item)
    return f"{item} {day} is after {said}" if day and day > last else None


def _before(case: Checked, item: str, day: date | None, said: str) -> str | None:
    own = case.day(item)
    return f"{item} {own} is before {said} {day}" if own and day and own < day else None


def meeting_in_the_future(case: Checked) -> str | None:
    """The meeting is after the census day."""
    return _after(case, MEETING, case.against.census, case.against.day)


def decision_in_the_future(case: Checked) -> str | None:
    """The decision is after the last day that is taken."""
    return _after(case, DECISION, case.against.accepted_until, f"the last day taken, {case.against.accepted_until}")


def draft_in_the_future(case: Checked) -> str | None:
    """The draft is after the last day that is taken."""
    return _after(case, DRAFT, case.against.accepted_until, f"the last day taken, {case.against.accepted_until}")


def decision_after_the_census_day(case: Checked) -> str | None:
    """The decision is taken, though it is after the census day."""
    day = case.day(DECISION)
    if day and case.against.census < day <= case.against.accepted_until:
        return f"{DECISION} {day} is after {case.against.day}, within the days taken until submission"
    return None


def meeting_before_plan(case: Checked) -> str | None:
    """The meeting is before the plan started."""
    return _before(case, MEETING, case.start, "the plan's StartDate")


def decision_before_plan(case: Checked) -> str | None:
    """The decision is before the plan started."""
    return _before(case, DECISION, case.start, "the plan's StartDate")


def decision_before_meeting(case: Checked) -> str | None:
    """The decision is before the meeting."""
    return _before(case, DECISION, case.day(MEETING), "ReviewMeeting")


def draft_before_meeting(case: Checked) -> str | None:
    """The draft is before the meeting."""
    return _before(case, DRAFT, case.day(MEETING), "ReviewMeeting")


def draft_before_decision(case: Checked) -> str | None:
    """The draft is before the decision."""
    return _before(case, DRAFT, case.day(DECISION), "LastReview")


def decision_without_meeting(case: Checked) -> str | None:
    """There is a decision and no meeting."""
    return _without(case, DECISION, MEETING)


def decision_without_outcome(case: Checked) -> str | None:
    """There is a decision date and no outcome."""
    return _without(case, DECISION, OUTCOME)


def outcome_without_decision(case: Checked) -> str | None:
    """There is an outcome and no decision date."""
    return _without(case, OUTCOME, DECISION)


def draft_without_meeting(case: Checked) -> str | None:
    """There is a draft and no meeting."""
    return _without(case, DRAFT, MEETING)


def _without(case: Checked, item: str, other: str) -> str | None:
    return f"{item} {case.text(item)} is given and {other} is not" if case.text(item) and not case.text(other) else None


def draft_without_amend(case: Checked) -> str | None:
    """There is a draft, and the outcome is not to amend."""
    if not case.text(DRAFT) or case.text(OUTCOME) == "A":
        return None
    return f"{DRAFT} {case.text(DRAFT)} is given and {OUTCOME} is {case.text(OUTCOME) or 'empty'}, not A"


def amend_without_draft(case: Checked) -> str | None:
    """The outcome is to amend, and there is no draft."""
    return f"{OUTCOME} is A and {DRAFT} is not given" if case.text(OUTCOME) == "A" and not case.text(DRAFT) else None


def reviewed_when_not_active(case: Checked) -> str | None:
    """Review items are given for a plan that has ended."""
    ended = as_day(case.plan.values.get("CeaseDate", ""))
    given = [item for item in ITEMS if case.text(item)]
    if ended is None or ended > case.against.census or not given:
        return None
    return f"{', '.join(given)} given for a plan that ended on {ended}"


_OF = ("ActivePlans",)
_ORDER = "See which day is wrong (arflow audit PLAN) and correct it (arflow review correct)."
RULES = (
    Rule(
        id="AR-401",
        severity="error",
        of=_OF,
        items=(MEETING,),
        says="The review meeting is not after the census day.",
        fix="A meeting yet to come is scheduled, not held: correct the day, or void the act (arflow review correct, void).",
        finds=meeting_in_the_future,
    ),
    Rule(
        id="AR-402",
        severity="error",
        of=_OF,
        items=(DECISION,),
        says="The decision is not after the census day, or the last day of decisions that is set (--decisions-until).",
        fix="Leave the decision to next year's return, or correct its day (arflow review correct).",
        finds=decision_in_the_future,
    ),
    Rule(
        id="AR-403",
        severity="error",
        of=_OF,
        items=(DRAFT,),
        says="The draft amended plan is not after the census day, or the last day of decisions that is set.",
        fix="Leave the draft to next year's return, or correct its day (arflow review correct).",
        finds=draft_in_the_future,
        since=2025,
    ),
    Rule(
        id="AR-404",
        severity="query",
        of=_OF,
        items=(DECISION,),
        says="A decision taken after the census day is one that is meant to be returned.",
        fix="Keep it if the DfE takes decisions up to submission; otherwise check again without --decisions-until.",
        finds=decision_after_the_census_day,
    ),
    Rule(
        id="AR-405",
        severity="error",
        of=_OF,
        items=(MEETING, "StartDate"),
        says="The review meeting is not before the plan started.",
        fix="Correct the meeting (arflow review correct) or the day the plan was first made (arflow plan correct).",
        finds=meeting_before_plan,
    ),
    Rule(
        id="AR-406",
        severity="error",
        of=_OF,
        items=(DECISION, "StartDate"),
        says="The decision is not before the plan started.",
        fix="Correct the decision (arflow review correct) or the day the plan was first made (arflow plan correct).",
        finds=decision_before_plan,
    ),
    Rule(
        id="AR-407",
        severity="error",
        of=_OF,
        items=(DECISION, MEETING),
        says="The decision is not before the meeting of the same review.",
        fix=f"LastReview is the day of the decision letter of that meeting, never of an earlier review. {_ORDER}",
        finds=decision_before_meeting,
    ),
    Rule(
        id="AR-408",
        severity="error",
        of=_OF,
        items=(DRAFT, MEETING),
        says="The draft amended plan is not before the meeting of the same review.",
        fix=_ORDER,
        finds=draft_before_meeting,
        since=2025,
    ),
    Rule(
        id="AR-409",
        severity="query",
        of=_OF,
        items=(DRAFT, DECISION),
        says="The draft amended plan is not before the decision to amend.",
        fix=_ORDER,
        finds=draft_before_decision,
        since=2025,
    ),
    Rule(
        id="AR-411",
        severity="error",
        of=_OF,
        items=(DECISION, MEETING),
        says="Where there is a decision there is the meeting it follows.",
        fix="Record the meeting (arflow review hold), or import the review's days (arflow review import).",
        finds=decision_without_meeting,
        since=2025,
    ),
    Rule(
        id="AR-412",
        severity="error",
        of=_OF,
        items=(DECISION, OUTCOME),
        says="Where there is a decision date there is its outcome.",
        fix="Record the decision (arflow review decide), or import it (arflow review import).",
        finds=decision_without_outcome,
        since=2025,
    ),
    Rule(
        id="AR-413",
        severity="error",
        of=_OF,
        items=(OUTCOME, DECISION),
        says="Where there is an outcome there is the date of its decision.",
        fix="Send the decision letter and record that it was sent (arflow review notify).",
        finds=outcome_without_decision,
    ),
    Rule(
        id="AR-414",
        severity="error",
        of=_OF,
        items=(DRAFT, OUTCOME),
        says="A draft amended plan follows an outcome to amend.",
        fix="Record the decision to amend (arflow review decide), or void the notice (arflow review void).",
        finds=draft_without_amend,
        since=2025,
    ),
    Rule(
        id="AR-415",
        severity="query",
        of=_OF,
        items=(DRAFT, OUTCOME),
        says="An outcome to amend has a draft amended plan.",
        fix="Send the proposed amendments and record it (arflow review notice).",
        finds=amend_without_draft,
        since=2026,
    ),
    Rule(
        id="AR-416",
        severity="error",
        of=_OF,
        items=(DRAFT, MEETING),
        says="Where there is a draft amended plan there is the meeting it follows.",
        fix="Record the meeting (arflow review hold), or import the review's days (arflow review import).",
        finds=draft_without_meeting,
        since=2025,
    ),
    Rule(
        id="AR-417",
        severity="error",
        of=_OF,
        items=(*ITEMS, "CeaseDate"),
        says="Review items are given of active plans only.",
        fix="Take the active plan out of the return, or the end of the plan if it has not ended.",
        finds=reviewed_when_not_active,
    ),
)
