"""Other amendments sent in place of those proposed: one letter for each, and its act when it has left."""

import json
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from arflow.application.arflow import Arflow
from tests.support.cases import Cases, Told
from tests.support.post_room import PostRoom, household

pytestmark = pytest.mark.thorough
TODAY = date(2026, 7, 20)


@pytest.fixture
def told(app: Arflow, cases: Cases) -> Told:
    """Amendments proposed on Mon 6 July 2026: eight weeks end on Mon 31 August."""
    review = cases.opened("12 Sep 2025", "1 May 2026", setting="123456", nc_year=5).held("18 Jun 2026")
    household(app, review.plan)
    return review.decided("amend", "6 Jul 2026").noticed("6 Jul 2026")


def kept(room: PostRoom, told: Told, kind: str, folder: Path) -> str:
    paper = Document()
    paper.add_paragraph(f"Section F, the {kind} of another draft")
    paper.save(str(folder / f"{kind}.docx"))
    said = room.done(
        "document", "keep", "--review", told.id, "--kind", kind, str(folder / f"{kind}.docx"), "--json", today=TODAY
    )
    return str(json.loads(said)["digest"])


def test_a_second_notice_is_sent_once_and_recorded_with_its_own_days(
    app: Arflow, told: Told, room: PostRoom, tmp_path: Path
) -> None:
    papers = [part for kind in ("plan", "amendments") for part in ("--document", kept(room, told, kind, tmp_path))]
    sending = ("letter", "send", told.id, "amendment_notice", *papers, "--no-evidence")

    refused = room(*sending, today=TODAY)
    assert refused.exit_code == 1
    assert "notice is recorded of" in refused.stderr
    room.done(*sending, "--again", today=TODAY)

    [letter] = room.received("parent@example.org")
    assert "proposed amendments" in str(letter["Subject"]).casefold()
    text = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "the last day is Monday 3 August 2026" in text
    assert (
        "we must send the final plan by Thursday 10 September 2026" in text
    )  # 12 weeks from the meeting, within the eight
    notice = app.review(told.id).notice
    assert notice is not None
    assert (notice.step, notice.on) == ("notice_again", TODAY)
    assert told.duty("representations").due == date(2026, 8, 3)
    assert (told.duty("final_plan").due, told.duty("final_plan_again").due) == (date(2026, 8, 31), date(2026, 9, 14))


def test_another_letter_takes_nothings_place(told: Told, room: PostRoom) -> None:
    refused = room("letter", "send", told.id, "final_plan", "--again", today=date(2026, 8, 4))
    assert refused.exit_code == 1
    assert "final_plan proposes no amendments: leave out --again" in refused.stderr
