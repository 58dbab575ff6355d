"""The report form by mail: sent to the school, filled in by LibreOffice, returned through SMTP and IMAP, accepted in one step."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from arflow.papers.plan_text.word_reader import plan_from_word
from tests.post.test_whole_case import PEOPLE, PLAN, Desk, R, Run
from tests.support import dovecot
from tests.support.missing import needs
from tests.support.office import Office
from tests.support.parts import DOVECOT, LIBREOFFICE
from tests.support.smtp_server import mail_server

pytestmark = pytest.mark.thorough
HEAD = "head@school.example"
ANSWERS = {
    "meeting_on": "10 June 2026",
    "written_by": "Jo Head, head teacher",
    "sent_to_all": "Yes",
    "sent_on": "19 June 2026",
    "advice_attached": "☒",
    "came_parent": "Came",
    "came_setting": "Came",
    "came_health": "Did not come, sent advice",
    "came_la_sen": "Did not come",
    "came_la_social_care": "Did not come",
    "E1_progress": "Achieved",
    "E1_still_right": "No longer needed",
    "E2_progress": "On track",
    "E2_still_right": "Needs other words",
    "E2_evidence": "A diary of journeys – “good”.",
    "E2_wording": "Robin travels to school alone, twice a week.",
    "child_part": "Came to the meeting",
    "child_views": "I like trains.",
    "supported_by_adult": "☒",
    "child_helped": "Jo read the questions aloud.",
    "parent_views": "We are pleased.",
    "personal_budget": "Talked about, none wanted",
    "recommendation": "Amend the plan",
    "reasons": "E1 is achieved.",
    "thinks_parent": "Keep the plan as it is",
    "thinks_parent_words": "They would rather wait a year.",
    "a1_part": "F1",
    "a1_words": "Thirty minutes of reading with an adult each day.",
    "a2_part": "new F",
    "a2_words": "A travel trainer, one hour each week.",
}


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Iterator[Desk]:
    with mail_server(tmp_path / "mail") as smtp, dovecot.running() as imap:
        yield Desk(run, smtp, imap, tmp_path)


def invited(desk: Desk) -> None:
    """A review whose school has been invited to its meeting."""
    desk.does("plan add P-1001 --first-made 2025-07-01 --setting 123456 --nc-year 5 --coordinator", "Casey Morgan")
    desk.does("people import", desk.file("people.csv", PEOPLE))
    desk.does("amend keep P-1001", desk.file("plan.txt", PLAN))
    desk.does("review open P-1001 --meeting-on 2026-06-10")
    desk.today = date(2026, 4, 20)
    desk.does(f"review invite {R} --send --time 14:00 --ends 15:30 --place", "Anytown School")


def form_sent_to(desk: Desk, address: str) -> tuple[str, bytes]:
    """The name and the content of the form in the last message to somebody."""
    found = [part for part in desk.last_to(address).iter_attachments() if part.get_filename("").endswith(".docx")]
    assert len(found) == 1
    return str(found[0].get_filename()), found[0].get_content()


@needs(LIBREOFFICE, DOVECOT)
def test_a_whole_review_by_mail_from_the_form_that_reads_itself_to_the_final_plan(desk: Desk, tmp_path: Path) -> None:
    invited(desk)
    name, content = form_sent_to(desk, HEAD)
    assert name == f"report-form-{R}.docx"
    assert not [
        part for part in desk.last_to("ellis@home.example").iter_attachments() if "form" in part.get_filename("")
    ]
    office, sent = Office(tmp_path / "office"), tmp_path / "form.docx"
    sent.write_bytes(content)

    # the school forgets a thing, and says another twice: one reply asks for both
    desk.today = date(2026, 6, 20)
    poor = office.filled(sent, ANSWERS | {"E1_progress": "Choose an answer", "E1_wording": "Robin reads\na long book."})
    desk.answers(HEAD, "Our report.", ("form.docx", poor.read_bytes()))
    desk.does("inbox run")
    [paper] = desk.waiting(HEAD)
    told = desk.asks(f"form read {paper}")
    assert told["wrong"] == ["E1: it is no longer needed, says the form, and gives new words for it"]
    assert told["answers"]["E1_wording"] == "Robin reads\na long book."
    assert told["missing"] == ["Progress: nothing about E1"]
    desk.does(f"form reply {paper}")
    asked = desk.last_to(HEAD)
    assert asked["Subject"] == f"Please complete the report form [{R}]"
    words = asked.get_body(("plain",))
    assert words is not None
    assert "gives new words for it\n- Progress: nothing about E1" in "\n".join(words.get_content().splitlines())
    assert desk.state() == "invited"
    desk.does(f"inbox refuse {paper} --reason", "They send it again")

    # the whole form, saved once more as another kind and back, is accepted in one step
    again = office.saved(office.saved(office.filled(sent, ANSWERS), "odt"), "docx")
    desk.answers(HEAD, "Now complete.", (name, again.read_bytes()))
    desk.does("inbox run")
    [paper] = desk.waiting(HEAD)
    assert desk.asks(f"form read {paper}")["wrong"] == []
    done = desk.asks(f"inbox accept {paper} --as form --skip-reason", "The advice came to the meeting")
    assert done["events"] == ["MeetingHeld", "ConductRecorded", "AmendmentsProposed", "ReportSent"]
    assert done["state"] == desk.state() == "report_sent"
    proposed = [one for one in desk.asks("document list --plan P-1001") if one["kind"] == "amendments"]
    desk.does("document fetch", proposed[0]["digest"], "--output", str(tmp_path / "changes.json"))
    changes = {one["id"]: one.get("new") for one in json.loads((tmp_path / "changes.json").read_text())["changes"]}
    assert changes == {
        "1": None,
        "2": {"id": "E2", "text": ANSWERS["E2_wording"]},
        "3": {"id": "F1", "text": ANSWERS["a1_words"], "serves": ["E2"]},
        "4": {"id": "F2", "text": ANSWERS["a2_words"]},
    }

    # the decision, and the notice with the changes that the form proposed
    desk.today = date(2026, 7, 6)
    changed, plan = tmp_path / "changes.json", desk.file("plan.txt", PLAN)
    desk.does(f"review decide {R} --outcome amend --not-yet-notified")
    desk.does(f"letter send {R} decision_amend")
    desk.does("amend mark", str(changed), "--plan", plan, "--output", str(tmp_path / "marked.pdf"))
    desk.does("amend read", plan, "--output", str(tmp_path / "now.docx"))
    enclosed = (
        desk.keeps(f"--review {R} --kind plan", tmp_path / "now.docx"),
        desk.keeps(f"--review {R} --kind amendments", tmp_path / "marked.pdf"),
        desk.document(paper),
    )
    desk.does(f"letter send {R} amendment_notice", *(word for one in enclosed for word in ("--document", one)))
    assert desk.state() == "amending"

    # the final plan goes out as Word and as PDF, once it has all that the law asks
    desk.today = date(2026, 7, 22)
    desk.does("amend accept", str(changed), "--plan", plan, "--output", str(tmp_path / "amended.docx"))
    by_hand = desk.keeps(f"--review {R} --kind plan", tmp_path / "amended.docx")
    assert "was not checked with its cover" in desk.refuses(f"letter send {R} final_plan --document {by_hand}")
    word, pdf = desk.makes_final(tmp_path / "amended.docx")
    desk.does(f"letter send {R} final_plan --document {word} --document {pdf}")
    assert desk.state() == "amended"
    for address in ("ellis@home.example", HEAD):
        got = {part.get_filename(): part.get_content() for part in desk.last_to(address).iter_attachments()}
        assert list(got) == ["final_plan.pdf", "1-final_plan.docx", "2-final_plan.pdf"]
        issued = plan_from_word(got["1-final_plan.docx"], "final.docx").plan
        assert issued == plan_from_word((tmp_path / "amended.docx").read_bytes(), "amended.docx").plan
        assert [item.text for item in issued.of("E")] == [ANSWERS["E2_wording"]]
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(got["2-final_plan.pdf"])).pages]
        said = " ".join(" ".join(pages).split())
        for one in ("Robin Ash", "4 March 2016", ANSWERS["E2_wording"], ANSWERS["a1_words"], ANSWERS["a2_words"]):
            assert one in said
        assert all(len(page.split()) > 15 for page in pages)
    desk.does(f"review conclude {R}")
    assert desk.asks("outbox list") == []
    desk.does("verify --duties")
