"""A final plan goes out when it has all that the law asks, or with a recorded reason; who asked for large print has it."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from arflow.application.arflow import Arflow
from arflow.papers.plan_text.text_file import as_text
from arflow.papers.plan_text.word_file import as_word
from tests.papers.test_final_plan import FINAL, PLAN, without
from tests.support.cases import Cases, Told
from tests.support.post_room import PostRoom, household

pytestmark = pytest.mark.thorough
TODAY = date(2026, 7, 23)
SAID_EMPTY = [word for section in FINAL.nothing_in for word in ("--nothing-in", section)]


@pytest.fixture
def told(app: Arflow, cases: Cases) -> Told:
    """Amendments proposed on Mon 6 July 2026; the 15 days are over."""
    review = cases.opened("12 Sep 2025", "1 May 2026", setting="123456", nc_year=5).held("18 Jun 2026")
    household(app, review.plan, child={"date_of_birth": date(2016, 3, 4)}, parent={"format": "large_print"})
    return review.decided("amend", "6 Jul 2026").noticed("6 Jul 2026")


def final(room: PostRoom, told: Told, folder: Path) -> list[str]:
    """The documents of a final plan that was made and kept."""
    (folder / "final.txt").write_text(as_text(PLAN), "utf-8")
    made = ("amend", "final", told.plan, str(folder / "final.txt"), "--signed-by", "Jo Reed", "--folder", str(folder))
    return list(json.loads(room(*made, *SAID_EMPTY, "--keep", "--json", today=TODAY).stdout)["documents"])


def kept(room: PostRoom, told: Told, path: Path) -> str:
    said = room("document", "keep", "--review", told.id, "--kind", "plan", str(path), "--json", today=TODAY)
    return str(json.loads(said.stdout)["digest"])


def test_a_final_plan_that_was_found_complete_goes_out_as_word_and_as_pdf_in_large_print(
    told: Told, room: PostRoom, tmp_path: Path
) -> None:
    word, pdf = final(room, told, tmp_path)
    room.done("letter", "send", told.id, "final_plan", "--document", word, "--document", pdf, today=TODAY)

    assert told.state() == "amended"
    [letter] = room.received("parent@example.org")
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == ["final_plan.pdf", "1-final_plan.docx", "2-final_plan.pdf"]
    said = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "Final plan, as a Word file" in said
    assert "Final plan, as a PDF" in said
    plan = PdfReader(BytesIO(list(letter.iter_attachments())[2].get_content()))
    sizes: set[float] = set()
    plan.pages[1].extract_text(
        visitor_text=lambda words, _, matrix, font, size: sizes.add(size * matrix[3]) if words.strip() else None
    )
    assert min(map(abs, sizes)) >= 16


def test_a_plan_that_lacks_something_is_refused_with_the_list_and_nothing_is_queued(
    app: Arflow, told: Told, room: PostRoom, tmp_path: Path
) -> None:
    (tmp_path / "bare.docx").write_bytes(as_word(without("A1", "K1", "K2")))
    bare = kept(room, told, tmp_path / "bare.docx")
    refused = room("letter", "send", told.id, "final_plan", "--document", bare, today=TODAY)

    assert refused.exit_code == 1
    said = " ".join(refused.stderr.split())
    assert "section A, Views, interests and aspirations has nothing in it (r.12(1)(a))" in said
    assert "section K, Advice and information has nothing in it (r.12(4))" in said
    assert f"`arflow amend final {told.plan} FILE --keep`" in said
    assert room.received("parent@example.org") == []
    assert told.state() == "amending"


def test_a_plan_of_another_system_goes_out_with_a_reason_that_is_recorded(
    app: Arflow, told: Told, room: PostRoom, tmp_path: Path
) -> None:
    _, pdf = final(room, told, tmp_path)
    own = tmp_path / "own.pdf"
    own.write_bytes(next(tmp_path.glob("EHC*.pdf")).read_bytes() + b"% set in another system\n")
    other = kept(room, told, own)
    sending = ("letter", "send", told.id, "final_plan", "--document", other)
    refused = room(*sending, today=TODAY)
    assert "is application/pdf, in which arflow cannot look for what the law asks" in " ".join(refused.stderr.split())

    room.done(*sending, "--incomplete-because", "Made in the case system and read by two officers", today=TODAY)

    assert told.state() == "amended"
    assert "not found complete: Made in the case system and read by two officers" in " ".join(
        room.done("review", "history", told.id).split()
    )
    assert pdf != other


def test_a_reason_is_refused_where_nothing_is_missing_and_with_another_letter(
    told: Told, room: PostRoom, tmp_path: Path
) -> None:
    word, pdf = final(room, told, tmp_path)
    because = ("--incomplete-because", "no reason")
    needless = room(
        "letter", "send", told.id, "final_plan", "--document", word, "--document", pdf, *because, today=TODAY
    )
    other = room("letter", "send", told.id, "report_form", *because, today=TODAY)

    assert "the plan has all that the law asks: leave out --incomplete-because" in " ".join(needless.stderr.split())
    assert "report_form sends no final plan: leave out --incomplete-because" in " ".join(other.stderr.split())


def test_a_file_that_was_kept_by_hand_is_no_final_plan(told: Told, room: PostRoom, tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(as_word(PLAN))
    refused = room(
        "document", "keep", "--review", told.id, "--kind", "final_plan", str(tmp_path / "plan.docx"), today=TODAY
    )

    assert refused.exit_code == 2
    assert "'final_plan' is not one of" in refused.stderr
