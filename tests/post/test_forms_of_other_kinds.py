"""Forms that come back as .odt, as a PDF, printed or photographed: read where a program can, and else kept for an officer."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from pypdf import PdfReader, PdfWriter

from arflow.application.arflow import Arflow
from arflow.papers.forms.pdf_form import as_fillable_pdf
from arflow.papers.forms.word_form import as_word
from arflow.post.incoming import inbox, officer_decisions
from arflow.post.incoming.answers import answering
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.incoming.returned_forms import accept_form, read_paper
from arflow.post.mail.arrivals import Paper
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.settings import Settings
from tests.post.test_returned_report import FULL, World
from tests.support.awkward_mail import email
from tests.support.dovecot import deliver, make_maildir
from tests.support.forms import filled_pdf, said_of
from tests.support.missing import needs
from tests.support.office import Office
from tests.support.parts import LIBREOFFICE

pytestmark = pytest.mark.thorough
OFFICE, CAME = "setting@example.org", datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_MAIL_FROM", "reviews@la.example.org")
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))


@pytest.fixture
def world(app: Arflow) -> World:
    return World(app)


def comes(world: World, folder: Path, name: str, content: bytes, kind: str, text: str = "Our report.") -> Paper:
    """The last paper of a message of the school with one file, read."""
    box = make_maildir(folder / "Maildir")
    made = email(OFFICE, f"Annual review {world.told.id}", text, To="reviews@la.example.org")
    made.add_attachment(content, maintype=kind.partition("/")[0], subtype=kind.partition("/")[2], filename=name)
    deliver(box, b"Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\n" + made.as_bytes(), CAME, 1)
    inbox.run(world.app, Maildir(box), answering(world.app, Settings.from_environment()))
    [arrival] = officer_decisions.waiting_list(world.app, "all")
    assert arrival.state == "placed", arrival.why
    [paper] = arrivals_of(world.app).papers_from(arrival.id)
    return paper


@needs(LIBREOFFICE)
def test_a_form_that_libreoffice_saved_as_odt_is_accepted_in_one_step(world: World, tmp_path: Path) -> None:
    office, sent = Office(tmp_path / "office"), tmp_path / "form.docx"
    sent.write_bytes(as_word(world.form))
    fields = {field.name: field for field in world.form.fields()}
    filled = office.filled(sent, {name: said_of(fields[name], value) for name, value in FULL.items()})
    content = office.saved(filled, "odt").read_bytes()

    paper = comes(world, tmp_path, "report.odt", content, "application/vnd.oasis.opendocument.text")
    read = read_paper(world.app, paper.id)

    assert paper.suggestion == "form"
    assert (read.answers.values, read.answers.by_labels) == (FULL, False)
    assert len(accept_form(world.app, [paper.id], skip_reason="At the meeting").done.events) == 3


def test_a_filled_pdf_is_accepted_in_one_step(world: World, tmp_path: Path) -> None:
    content = filled_pdf(as_fillable_pdf(world.form), world.form, FULL)

    paper = comes(world, tmp_path, "report.pdf", content, "application/pdf")

    assert paper.suggestion == "form"
    assert read_paper(world.app, paper.id).answers.values == FULL
    assert len(accept_form(world.app, [paper.id], skip_reason="At the meeting").done.events) == 3


def test_a_printed_form_is_placed_by_its_line_and_proposed_as_a_report_to_be_read_by_hand(
    world: World, tmp_path: Path, run: Callable[..., Result]
) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(filled_pdf(as_fillable_pdf(world.form), world.form, FULL))))
    for page in writer.pages:
        page.pop("/Annots", None)
    writer.root_object.pop("/AcroForm")
    made = io.BytesIO()
    writer.write(made)

    paper = comes(world, tmp_path, "scan.pdf", made.getvalue(), "application/pdf")
    shown = run("inbox", "show", paper.arrival)
    refused = run("form", "read", paper.id)

    assert paper.suggestion == "report"
    assert f"{paper.id} may be report, to be read by hand: arflow document fetch" in " ".join(shown.stderr.split())
    assert f"arflow inbox accept {paper.id} --as report" in " ".join(shown.stderr.split())
    assert refused.exit_code == 1
    assert "is the report form as it was printed" in refused.stderr


@pytest.mark.parametrize("text", ["Our report.", ""])
def test_a_photograph_is_kept_and_proposed_as_a_report_to_be_read_by_hand(
    world: World, tmp_path: Path, run: Callable[..., Result], text: str
) -> None:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG")

    paper = comes(world, tmp_path, "IMG_2031.jpg", made.getvalue(), "image/jpeg", text)
    shown = json.loads(run("inbox", "show", paper.arrival, "--json").stdout)
    refused = run("form", "read", paper.id)

    assert (paper.suggestion, paper.media_type) == ("report", "image/jpeg")
    assert "empty" not in str(shown["why"])
    assert "it is image/jpeg. Read it yourself and accept it" in " ".join(refused.stderr.split())
