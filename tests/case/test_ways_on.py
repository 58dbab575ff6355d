"""No dead ends: whatever was recorded of a review, something lawful comes next, without passing over any step."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from arflow.case import amendment_commands as a
from arflow.case import review_commands as c
from arflow.case.acts import Recording, possible
from arflow.case.case import Case, begin
from arflow.case.plan_commands import AddPlan
from arflow.case.plan_reviews import Opening
from arflow.errors import ArflowError, DateRefused
from arflow.law.catalogue import Catalogue
from arflow.law.machine import Machine
from arflow.law.states import BEFORE_THE_MEETING
from tests.case.test_refined_states import STATES, STATUTORY, with_local_states
from tests.support.cases import EVERYBODY, Cases, day

MADE, TODAY = date(2024, 9, 1), date(2026, 11, 30)
KINDS = tuple(STATUTORY.kinds)
Ask = Callable[[date], c.ReviewCommand]
# One command a step that needs no reason for passing over another; `meeting` is a day that lies ahead.
ASKING: dict[str, Ask] = {
    "schedule": lambda on: c.ScheduleMeeting(on=on, meeting_on=on + timedelta(days=30)),
    "request-advice": lambda on: c.RequestAdvice(on=on, roles=("health",)),
    "receive-advice": lambda on: c.ReceiveAdvice(on=on, role="health"),
    "circulate": lambda on: c.CirculateAdvice(on=on),
    "hold": lambda on: c.HoldMeeting(on=on),
    "report": lambda on: c.SendReport(on=on),
    "notify": lambda on: c.NotifyDecision(on=on),
    "notice": lambda on: c.SendAmendmentNotice(on=on),
    "notice-again": lambda on: a.SendNoticeAgain(on=on),
    "withdraw-notice": lambda on: a.WithdrawNotice(on=on, reason="another draft"),
    "agree-time": lambda on: a.AgreeMoreTime(on=on, agreed_until=on + timedelta(days=30)),
    "reissue": lambda on: a.ReissueFinalPlan(on=on, reason="wrong school"),
    "represent": lambda on: c.ReceiveRepresentations(on=on),
    "issue": lambda on: c.IssueFinalPlan(on=on),
    "not-amend": lambda on: c.DecideNotToAmend(on=on),
    "cease": lambda on: c.CeasePlan(on=on),
    "certify-mediation": lambda on: c.CertifyMediation(on=on),
    "appeal": lambda on: c.LodgeAppeal(on=on),
    "conclude": lambda on: c.ConcludeReview(on=on),
    "cancel": lambda on: c.CancelReview(on=on, reason="opened twice"),
}
# What ends a review, the soonest first: the first that can come is taken until nothing is left to do.
_TO_THE_END = (
    "conclude", "cease", "determine-appeal", "issue", "not-amend", "notice", "notify", "decide", "report", "hold", "circulate", "invite",
)  # fmt: skip


@cache
def machine(local: bool) -> Machine:
    """The statutory machine, or one with a local state that refines each of its states."""
    if not local:
        return Machine(STATUTORY)
    return Machine(Catalogue(with_local_states(Path(mkdtemp()), *STATES).parent).load("localshire.2025"))


class Walk(RuleBasedStateMachine):
    """A review of any kind, walked through any acts that are possible; nothing is skipped and no reason is given."""

    @initialize(kind=st.sampled_from(KINDS), local=st.booleans(), planned=st.booleans())
    def open(self, kind: str, local: bool, planned: bool) -> None:
        self.kind, self.machine, self.today = kind, machine(local), MADE + timedelta(days=30)
        transfer = {"transfer": "primary_to_secondary", "transfer_on": date(2026, 9, 1)}
        plan = AddPlan(ref="P-1", first_made=MADE, on=MADE, **transfer)  # type: ignore[arg-type]
        self.case = begin(plan, self._recording()).case
        opening = Opening(
            id="R-1",
            kind=kind,
            workflow=self.machine.workflow.id,
            on=self.today,
            meeting_on=self.today + timedelta(days=60) if planned else None,
        )
        self.case = self.case.take(opening, self._recording(), lambda _: self.machine).case

    def _recording(self) -> Recording:
        return Recording(by="S-1", at=datetime(2026, 11, 30, tzinfo=UTC), today=self.today, note=str)

    @property
    def possible(self) -> tuple[str, ...]:
        return possible(self.case.reviews["R-1"], self.machine, self.today)

    def _command(self, step: str, outcome: str, ended: str) -> c.ReviewCommand:
        """The command of a step, for a day that has come."""
        roles = tuple(role for role in EVERYBODY if role != "setting" or self.kind != "not_in_setting")
        match step:
            case "invite":
                return c.Invite(on=self.today, roles=roles)
            case "postpone":
                planned = self.case.reviews["R-1"].planned_meeting or self.today
                return c.PostponeMeeting(
                    on=self.today, meeting_on=max(planned, self.today) + timedelta(days=1), reason="unwell"
                )
            case "decide":
                return c.Decide(on=self.today, outcome=outcome, not_yet_notified=True)  # type: ignore[arg-type]
            case "change-decision":
                others = ("maintain", "amend", "cease")
                other = outcome if outcome != self.case.reviews["R-1"].outcome else others[others.index(outcome) - 1]
                return a.ChangeDecision(on=self.today, outcome=other, reason="new advice")  # type: ignore[arg-type]
            case "determine-appeal":
                return c.DetermineAppeal(on=self.today, ended=ended)  # type: ignore[arg-type]
            case local if local not in ASKING:
                return c.TakeLocalStep(on=self.today, local_step=local.replace("-", "_"))
            case known:
                return ASKING[known](self.today)

    def _take(self, case: Case, command: c.ReviewCommand) -> Case:
        return case.take(command, self._recording(), lambda _: self.machine, review="R-1").case  # type: ignore[arg-type]

    @precondition(lambda self: self.possible)
    @rule(data=st.data(), days=st.integers(0, 40))
    def act(self, data: st.DataObject, days: int) -> None:
        self.today += timedelta(days=days)
        step = data.draw(st.sampled_from(self.possible))
        outcome, ended = (
            data.draw(st.sampled_from(("maintain", "amend", "cease"))),
            data.draw(st.sampled_from(("dismissed", "allowed", "withdrawn", "conceded"))),
        )
        self.case = self._take(self.case, self._command(step, outcome, ended))

    @precondition(lambda self: self.case.reviews["R-1"].is_finished)
    @rule()
    def nothing_is_left_to_do(self) -> None:
        assert self.possible == ()

    @precondition(lambda self: self.case.reviews["R-1"].planning)
    @rule(days=st.integers(0, 90))
    def mistyped(self, days: int) -> None:
        planning = self.case.reviews["R-1"].planning
        assert planning is not None
        right = planning.on + timedelta(days=days)
        if right == self.case.reviews["R-1"].planned_meeting:
            return
        command = c.CorrectStep(corrected_step="schedule", meeting_on=right, reason="mistyped")
        self.case = self._take(self.case, command)
        assert self.case.reviews["R-1"].planned_meeting == right

    @invariant()
    def the_meeting_can_be_planned_until_it_is_held(self) -> None:
        review = self.case.reviews["R-1"]
        if self.machine.workflow.core(review.state) in BEFORE_THE_MEETING:
            assert {"schedule", "postpone"} & set(self.possible)

    @invariant()
    def a_lawful_way_leads_to_the_end(self) -> None:
        case, today, walked = self.case, self.today, list[str]()
        while not case.reviews["R-1"].is_finished:
            open_to = possible(case.reviews["R-1"], self.machine, self.today)
            step = next(
                (step for step in _TO_THE_END if step in open_to and (step, walked[-1:]) != (step, [step])), None
            )
            if step is None and case.reviews["R-1"].appeal_ends():
                self.today += timedelta(days=100)  # the time to appeal is over (CFA 2014 s.45(4))
                step = "cease"
            assert step, f"nothing leads on from {case.reviews['R-1'].state} after {walked}"
            case, walked = self._take(case, self._command(step, "maintain", "dismissed")), [*walked, step]
            assert len(walked) < 20
        self.today = today


@pytest.mark.thorough
def test_every_state_of_every_kind_has_a_lawful_way_on() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=150,
            stateful_step_count=15,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_meeting_is_planned_after_everybody_was_invited_without_its_day(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 Mar 2025").invited("1 Apr 2025")
    assert "schedule" in cases.app.possible(cases.app.review(review.id))

    review.do(c.ScheduleMeeting(on=day("2 Apr 2025"), meeting_on=day("28 Apr 2025")))

    assert review.state() == "invited"
    assert review.duty("notice").met_on is None  # nobody has been given notice of that day
    assert review.invited("13 Apr 2025").duty("notice").state == "met"


@pytest.mark.parametrize(
    ("right", "state"), [("29 Apr 2025", "met"), ("28 Apr 2025", "contested"), ("27 Apr 2025", "breached")]
)
def test_a_mistyped_day_is_corrected_after_the_invitations_and_is_no_postponement(
    cases: Cases, right: str, state: str
) -> None:
    review = cases.opened("1 Aug 2024", "1 Mar 2025")
    review.do(c.ScheduleMeeting(on=day("1 Mar 2025"), meeting_on=day("28 May 2025"))).invited("14 Apr 2025")
    review.do(c.CorrectStep(corrected_step="schedule", meeting_on=day(right), reason="mistyped"))

    found = cases.app.review(review.id)
    assert (found.planned_meeting, found.all("postpone")) == (day(right), [])
    assert review.duty("notice").state == state


def test_the_planned_day_is_not_corrected_where_none_is_planned_or_to_a_day_before_it_was_planned(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 Mar 2025")
    wrong = c.CorrectStep(corrected_step="schedule", meeting_on=day("28 Apr 2025"), reason="mistyped")
    with pytest.raises(ArflowError, match="none is planned"):
        review.do(wrong)
    review.do(c.ScheduleMeeting(on=day("29 Apr 2025"), meeting_on=day("28 May 2025")))
    with pytest.raises(DateRefused, match="before the day of planning"):
        review.do(wrong)
