"""Events are stored under names that outlive their classes, and every old shape is still read."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from freezegun import freeze_time

from arflow.events import EVENT_CLASSES, MeetingHeld, decode, encode

# What has been written into logs, to the letter. Never change a line: add one.
STORED = {
    "PlanAdded": b'{"event":"PlanAdded","originator_id":"plan/P-1","originator_version":1,"plan":"P-1","on":"2026-11-24",'
    b'"recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","first_made":"2024-09-12","setting":"123456"}',
    "ReturnFactsImported": b'{"event":"ReturnFactsImported","originator_id":"plan/P-1","originator_version":2,"plan":"P-1",'
    b'"on":"2026-01-15","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","year":2026,"digest":"ab12"}',
    "ReviewOpened": b'{"event":"ReviewOpened","originator_id":"review/R-2026-000001","originator_version":1,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"scheduled",'
    b'"kind":"annual","workflow":"annual_review.2015","workflow_sha256":"00"}',
    "InvitationsSent": b'{"event":"InvitationsSent","originator_id":"review/R-2026-000001","originator_version":2,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"invited",'
    b'"roles":["parent","setting"],"meeting_on":"2026-12-18"}',
    "DecisionMade": b'{"event":"DecisionMade","originator_id":"review/R-2026-000001","originator_version":5,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided",'
    b'"outcome":"amend"}',
    "StepCorrected": b'{"event":"StepCorrected","originator_id":"review/R-2026-000001","originator_version":6,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided","corrects":5,'
    b'"corrected_step":"decide","to":"2026-11-23","reason":"ab12"}',
}
NAMES = {
    "PlanAdded", "SettingChanged", "YearGroupChanged", "CoordinatorChanged", "TransferExpected", "YoungPersonFromSet",
    "PlanTransferredIn", "FamilyToldOfTransfer", "PlanTransferredOut", "DetentionStarted", "ReleasedFromDetention",
    "ReassessmentStarted", "ReassessmentEnded", "PlanAmended", "TermlyListSent", "PlanCeased", "PlanFactCorrected",
    "ReturnFactsImported", "PlanReviewOpened", "PlanReviewCompleted", "PlanReviewCompletionWithdrawn", "PlanReviewClosed", "ReviewOpened",
    "MeetingScheduled", "MeetingPostponed", "InvitationsSent", "AdviceRequested", "AdviceReceived", "AdviceCirculated",
    "MeetingHeld", "ReportSent", "DecisionMade", "DecisionNotified", "AmendmentNoticeSent", "RepresentationsReceived",
    "FinalPlanIssued", "DecidedNotToAmend", "PlanCeasedAfterReview", "AppealLodged", "AppealDetermined",
    "MediationCertificateIssued", "LocalStepRecorded", "ReviewConcluded", "ReviewCancelled", "ReviewSuperseded",
    "StepCorrected", "StepVoided", "WorkflowMigrated",
}  # fmt: skip


@pytest.mark.parametrize("name", STORED)
def test_what_was_stored_is_read_and_written_alike(name: str) -> None:
    event = decode(STORED[name])
    assert event.name == name
    assert event.topic == f"arflow:{name}"
    assert encode(event) == STORED[name]


def test_no_stored_name_is_lost_or_changed() -> None:
    assert {str(cls.__struct_config__.tag) for cls in EVENT_CLASSES} == NAMES


def test_an_event_that_arflow_does_not_know_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="Invalid value 'Invented'"):
        decode(STORED["DecisionMade"].replace(b"DecisionMade", b"Invented"))


def test_an_event_made_under_a_frozen_clock_can_be_stored() -> None:
    with freeze_time("2026-11-24 09:30:00"):
        event = MeetingHeld(
            originator_id="review/R-2026-000001",
            originator_version=4,
            plan="P-1",
            on=datetime.now(UTC).date(),
            recorded_at=datetime.now(UTC),
            recorded_by="S-1a2b3c4d",
            state="meeting_held",
        )
        stored = encode(event)
    assert decode(stored).on == date(2026, 11, 24)
    assert decode(stored).recorded_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_no_event_can_hold_a_name_or_a_date_of_birth() -> None:
    fields = {field for cls in EVENT_CLASSES for field in cls.__struct_fields__}
    assert not fields & {"name", "child", "date_of_birth", "born", "address", "email", "phone", "text", "body"}
