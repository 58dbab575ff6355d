"""The invented authority has appeals, moves, pauses and the like, and the usual course of its reviews is as without them."""

from datetime import date
from pathlib import Path

import pytest

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.demo import Making, make
from arflow.demo.beside import Shares
from arflow.events import AnyEvent, decode

COURSE = (
    "PlanAdded", "ReviewOpened", "InvitationsSent", "AdviceRequested", "AdviceReceived", "AdviceCirculated", "MeetingHeld",
    "ReportSent", "DecisionMade", "DecisionNotified", "AmendmentNoticeSent", "FinalPlanIssued", "StepCorrected",
)  # fmt: skip
BESIDE = {
    "LightRouteRecorded", "ReviewPaused", "ReviewResumed", "AmendmentNoticeSentAgain", "InstitutionRequested",
    "InstitutionConsulted", "ConsultationAnswered", "PlanNoticeSent", "PlanRepresentationsReceived", "PlanAmended",
    "PlanNotAmended", "PlanAppealLodged", "PlanAppealEnded", "TribunalOrderMade", "MediationRequested", "MediationAgreed",
    "ProceedingStepTaken", "DirectPaymentsStarted", "PlanTransferredIn", "FamilyToldOfMove", "MoveAwayLearned",
    "PlanTransferredOut",
}  # fmt: skip
NONE = Shares(**dict.fromkeys(Shares.__struct_fields__, 0.0))


def made(folder: Path, beside: Shares, plans: int) -> list[AnyEvent]:
    folder.mkdir()
    url = f"sqlite:///{folder}/demo.db"
    create_store(url)
    with Arflow(url, by="A. Officer", today=date(2026, 11, 24)) as app:
        make(app, Making(plans=plans, years=4, seed=2026, today=date(2026, 11, 24), beside=beside))
        return [decode(row.payload) for row in app.log_store.read_log()]


def course(events: list[AnyEvent]) -> list[tuple[str, str, date]]:
    return sorted((event.originator_id, event.name, event.on) for event in events if event.name in COURSE)


@pytest.mark.thorough
def test_a_caseload_of_hundreds_has_each_act_and_none_of_them_often(tmp_path: Path) -> None:
    events = made(tmp_path / "some", Shares(), 300)
    beside = [event for event in events if event.name in BESIDE]
    assert {event.name for event in events} >= BESIDE
    assert len(beside) < 0.05 * len(events)


def test_what_happens_beside_it_leaves_the_course_of_the_reviews_as_it_is(tmp_path: Path) -> None:
    shares = Shares(**dict.fromkeys(Shares.__struct_fields__, 1.0))
    without, often = made(tmp_path / "none", NONE, 12), made(tmp_path / "all", shares, 12)
    assert course(often) == course(without)
    assert {event.name for event in without}.isdisjoint(BESIDE)
    assert "MediationRequested" in {event.name for event in often}
