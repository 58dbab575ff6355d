"""Every event is told in a plain sentence that names nobody: of people and papers as much as the log knows."""

import msgspec
import pytest

from arflow.events import EVENT_CLASSES, decode
from arflow.law.catalogue import Catalogue
from arflow.telling.sentences import Teller, sentence
from tests.events.test_events import STORED

TELLER = Teller(workflow_of=Catalogue().load, officer=lambda officer: "C. One", note=lambda digest: "The reason")


def told(label: str, **changed: object) -> str:
    return sentence(msgspec.structs.replace(decode(STORED[label]), **changed), TELLER)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("InvitationsSent, with people and service", "Invited by post: parent, served 2026-11-26"),
        ("AdviceRequested", "Advice requested from health"),
        ("AdviceRequested, with people", "Advice requested by post from health"),
        ("AdviceReceived", "Advice received from health: nothing to add"),
        ("AdviceReceived, with its answer", "Advice received from health: no change (1 paper)"),
        ("AdviceCirculated", "Advice circulated to everyone invited (1 paper)"),
        ("AdviceCirculated, with its bundle", "Advice circulated to 1 person by hand (1 paper)"),
        ("ReportSent", "Report sent to everyone invited"),
        (
            "ReportSent, with its recommendation",
            "Report sent to 1 person by post (1 paper), recommending to amend the plan; differing views: parent",
        ),
        (
            "DecisionNotified, with people",
            "Family and setting notified of the decision: sent to 1 person by post (1 paper)",
        ),
        ("FinalPlanIssued, with people", "Final amended plan issued: sent to 1 person by post (1 paper)"),
        (
            "DecidedNotToAmend, with people",
            "Decided not to amend, with reasons given: sent to 1 person by post (1 paper)",
        ),
        ("AmendmentNoticeSent", "Notice of proposed amendments sent, served 2026-11-26"),
        (
            "AmendmentNoticeSent, with people",
            "Notice of proposed amendments sent to 1 person by post (1 paper), served 2026-11-26",
        ),
        ("InvitationAnswered", "Health declined the invitation"),
        ("AdviceChased", "Reminded about advice by post: health (advice 14 days)"),
        (
            "ConductRecorded",
            "Conduct of the meeting recorded: progress: E1 achieved, E2 behind; child gave views; employment; "
            "personal budget discussed (1 paper)",
        ),
        (
            "ServiceRecorded",
            "What was sent as event 6 is read as served on 2026-11-26 by post: the first did not arrive",
        ),
        ("AmendmentsProposed", "Amendments proposed by setting: 3 changes (digest cdcdcdcdcdcd…)"),
        ("MessageSent", "Acknowledgement sent by post to parent (1 paper)"),
        ("DeliveryFailed", "Message M-1a2b3c4d by post to parent did not arrive: there is no sign of delivery"),
        ("DutySeen", "Decision seen to be breached: its last day was 2026-11-20"),
        ("PlanTextKept", "Text of the plan kept (digest abababababab…), as review R-2026-000001 left it"),
        ("TermListGiven", "List for the term that starts 2027-01-04 sent to setting 123456 by email"),
        ("PaperReceived", "Paper I-1a2b3c4d received by post from setting (1 file) for review R-2026-000001"),
        ("PlanDutySeen", "Twelve months seen to be due on 2026-12-01"),
        ("DocumentDisposed", "Document abababababab… destroyed under six_years: The reason"),
        ("PeopleErased", "Names and contacts of 1 person erased: The reason"),
    ],
)
def test_what_was_recorded_of_people_and_papers_is_told(label: str, said: str) -> None:
    assert told(label) == said


def test_more_than_one_and_nobody_are_said_rightly() -> None:
    assert told("AmendmentsProposed", changes=1).startswith("Amendments proposed by setting: 1 change (")
    assert told("PaperReceived", role=None, documents=(), review=None).endswith("by post from somebody not known")
    nothing = {"outcomes": (), "progress": (), "views": (), "areas": (), "personal_budget": None, "documents": ()}
    assert told("ConductRecorded", **nothing).endswith("progress: of no outcome")
    assert told("PeopleErased", people=("N-1a2b3c4d", "N-2b3c4d5e")).startswith("Names and contacts of 2 people")


def test_every_stored_event_has_a_sentence() -> None:
    told_of = {decode(stored).name for stored in STORED.values() if sentence(decode(stored), TELLER)}
    assert told_of == {label.partition(",")[0] for label in STORED} <= {cls.__name__ for cls in EVENT_CLASSES}
