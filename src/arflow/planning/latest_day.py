"""The latest day of a review meeting, counted back from every limit, and how much time there is until work on it must start.

A meeting must leave the weeks in which the decision is made and, where the plan is to name the next setting, amended. Pure.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import msgspec

from arflow.case.proofs import said
from arflow.law.formula import Policy, parse
from arflow.law.periods import corresponding_date
from arflow.law.workflow import DutyRule, Workflow
from arflow.words import in_words

# To ask for advice, wait for it and make one bundle of it. The Regulations set no number of days: this is practice.
FOR_ADVICE = timedelta(weeks=3)
_HELD, _MEETING = "held", "meeting"
_ELEVENTH = 11
# Any day will do to count how many days a phrase in weeks takes.
_COUNTED_FROM = date(2026, 1, 5)
_COMPLETED = ("notified", "order_review_reviewed")  # a review is complete once its decision is notified (Code 9.169)
_FINAL = ("transfer_named", "outcome_final")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What takes days before or after a meeting: how many at most, what it is, and its citation."""

    days: int
    text: str
    citation: str

    def __str__(self) -> str:
        weeks, rest = divmod(self.days, 7)
        return f"{self.days} days" if rest else f"{weeks} weeks"


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """The steps around a meeting, by the strict reading of a definition."""

    notice: Step
    report: Step
    decide: Step
    finalise: Step


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One limit on a meeting: the last day of a duty, what must follow the meeting by then, and so the latest meeting."""

    duty: str
    last: date
    after: str
    latest: date
    word: str
    citation: str

    @property
    def line(self) -> str:
        """The limit as one line of a proof."""
        return (
            f"{in_words(self.duty)}: last day {said(self.last)} ({self.citation}){self.after} "
            f"→ meeting by {said(self.latest)}"
        )


def steps_of(workflow: Workflow) -> Steps:
    """The steps around a meeting under a definition."""
    policy = workflow.policy
    return Steps(
        notice=_step(workflow.duty_by_id["notice"], _MEETING, policy),
        report=_step(workflow.duty_by_id["report"], _HELD, policy),
        decide=_step(workflow.duty_by_id["decision"], _HELD, policy),
        finalise=_step(workflow.duty_by_id["final_plan"], _HELD, policy),
    )


def _step(rule: DutyRule, fact: str, policy: Policy) -> Step:
    """How many days a duty takes, by the limb of it that counts from the meeting."""
    for limb in rule.due:
        phrase = parse(limb.rule)
        if phrase is not None and phrase.fact == fact:
            last = phrase.last_day(_COUNTED_FROM, policy, "strict")
            if last is not None:
                days = abs((last - _COUNTED_FROM).days)
                return Step(days=days, text=rule.text, citation=limb.citation or rule.citation)
    raise ValueError(f"{rule.id} has no limit counted from {fact}")


def limit_of(rule: DutyRule, last: date, steps: Steps) -> Limit | None:
    """What a duty's last day means for the meeting of a review; None where no meeting meets it."""
    if _HELD in rule.met_by:
        days, after = 0, ""
    elif any(name in _COMPLETED for name in rule.met_by):
        days, after = steps.decide.days, f", less {steps.decide} to decide and notify ({steps.decide.citation})"
    elif any(name in _FINAL for name in rule.met_by):
        final = steps.finalise
        days, after = final.days, f", less {final} to decide and issue the final plan ({final.citation})"
    else:
        return None
    latest = last - timedelta(days=days)
    return Limit(duty=rule.id, last=last, after=after, latest=latest, word=rule.word, citation=rule.citation)


def eleventh_month(clock_start: date) -> Limit:
    """The practice of meeting by the end of the eleventh month, so that the decision fits into the year."""
    last = corresponding_date(clock_start, _ELEVENTH) - timedelta(days=1)
    return Limit(
        duty="eleventh_month", last=last, after="", latest=last, word="practice", citation="practice; Code 9.169"
    )


def binding(limits: Iterable[Limit]) -> Limit | None:
    """The limit that sets the latest day: the earliest; of two on one day, the one of law."""
    return min(limits, key=lambda one: (one.latest, one.word == "practice", one.duty), default=None)


def start_by(latest: date, steps: Steps, *, invited: bool = False, circulated: bool = False) -> date:
    """The last day to start what is left to do before a meeting on its latest day.

    Before the invitations it is the day to ask for advice, then the day to circulate it, then that of the meeting.
    """
    if circulated:
        return latest
    last_for_notice = latest - timedelta(days=steps.notice.days)
    return last_for_notice if invited else last_for_notice - FOR_ADVICE


def proof(limits: Collection[Limit]) -> list[str]:
    """Each limit as a line, the earliest first and marked as the one that counts."""
    first = binding(limits)
    ordered = sorted(limits, key=lambda one: (one is not first, one.latest, one.duty))
    return [f"{one.line}{'  ← the limit' if one is first else ''}" for one in ordered]
