"""The circulation bundle: every paper asked for and no other, in order, under its page, or named as sent beside."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from docx import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Destination

from arflow.application.arflow import Arflow
from arflow.errors import DocumentNotSound, MissingValue, NotPossible
from arflow.papers.documents import Documents
from arflow.papers.documents.bundle import Bundle, Paper, make_bundle
from arflow.papers.documents.pdf_pages import CannotBePages, as_pdf, office
from tests.support.foreign_pdfs import form, printed
from tests.support.missing import missing, needs
from tests.support.parts import LIBREOFFICE, PDFTOTEXT, program

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TITLE = "Advice for the annual review R-2026-000001"


@pytest.fixture
def documents(app: Arflow, tmp_path: Path) -> Documents:
    return Documents(app.log_store.engine, str(tmp_path / "papers"))


@pytest.fixture
def word_processor() -> str:
    """LibreOffice; without it the test is skipped, but fails where CI says that nothing may be."""
    found = office()
    if found is None:
        missing(LIBREOFFICE)
    return found


def paper(documents: Documents, content: bytes, name: str, *, plan: str = "P-1", on: date | None = None) -> Paper:
    kept = documents.keep(content, plan=plan, kind="advice", name=name, by="S-1", at=AT)
    return Paper(digest=kept.digest, title=f"Paper {name.partition('.')[0]}", by="Health", on=on)


def bundled(documents: Documents, *papers: Paper) -> Bundle:
    return make_bundle(documents, "P-1", papers, title=TITLE, at=AT)


def pages(bundle: Bundle) -> list[str]:
    """The text of each page as another program reads it."""
    found = program(PDFTOTEXT)
    assert found is not None, "the test is to be marked with needs(PDFTOTEXT)"
    read = subprocess.run([found, "-layout", "-", "-"], input=bundle.content, capture_output=True, check=True)
    return read.stdout.decode().split("\f")[:-1]


def word(text: str) -> bytes:
    document, made = Word(), BytesIO()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def image(form: str, *, frames: int = 1) -> bytes:
    one, made = Image.linear_gradient("L").convert("RGB"), BytesIO()
    more = {"save_all": True, "append_images": [one.rotate(90)] * (frames - 1)} if frames > 1 else {}
    one.save(made, form, **more)
    return made.getvalue()


@needs(PDFTOTEXT)
def test_each_paper_starts_on_the_page_that_the_contents_name(documents: Documents) -> None:
    first = paper(documents, printed("one", "one", "one", "end"), "first.pdf", on=date(2026, 1, 12))
    second = paper(documents, b"The words of the second paper", "second.txt")

    bundle = bundled(documents, first, second)

    assert [(entry.first, entry.pages, entry.beside) for entry in bundle.entries] == [(2, 4, None), (6, 1, None)]
    assert bundle.manifest == (first.digest, second.digest)
    read = pages(bundle)
    assert len(read) == 6
    lines = " ".join(read[0].split())
    assert "1 Paper first Health 12 January 2026 2" in lines
    assert "2 Paper second Health not known 6" in lines
    assert "The words of the second paper" in read[5]
    assert [f"Page {number} of 6" in page for number, page in enumerate(read, 1)] == [True] * 6


def test_the_bookmarks_lead_to_the_papers_and_the_file_says_what_it_is(documents: Documents) -> None:
    bundle = bundled(documents, paper(documents, b"a", "first.txt"), paper(documents, b"b", "second.txt"))
    reader = PdfReader(BytesIO(bundle.content))
    outline = [mark for mark in reader.outline if isinstance(mark, Destination)]
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in outline]
    assert marks == [("Contents", 0), ("1. Paper first (Health)", 1), ("2. Paper second (Health)", 2)]
    assert reader.metadata is not None
    assert reader.metadata.title == TITLE
    assert str(reader.root_object["/Lang"]) == "en-GB"


@needs(PDFTOTEXT)
def test_contents_of_many_papers_run_over_pages_and_still_count_right(documents: Documents) -> None:
    papers = [paper(documents, f"Words {number:03}.".encode(), f"p{number:03}.txt") for number in range(70)]
    bundle = bundled(documents, *papers)
    read = pages(bundle)
    own = bundle.entries[0].first - 1
    assert own > 1
    assert all(f"Words {number:03}." in read[entry.first - 1] for number, entry in enumerate(bundle.entries))


def test_the_same_papers_make_the_same_bytes(documents: Documents) -> None:
    papers = [paper(documents, printed("advice"), "a.pdf"), paper(documents, image("PNG"), "view.png")]
    assert bundled(documents, *papers).content == bundled(documents, *papers).content


@needs(PDFTOTEXT)
def test_what_was_written_into_forms_is_there_though_the_fields_have_one_name(documents: Documents) -> None:
    read = pages(
        bundled(documents, paper(documents, form("Uses signs"), "a.pdf"), paper(documents, form("Walks"), "b.pdf"))
    )
    assert "Uses signs" in read[1]
    assert "Walks" in read[2]


@needs(PDFTOTEXT)
def test_a_paper_that_may_not_be_printed_but_has_no_password_is_in_it(documents: Documents) -> None:
    writer, made = PdfWriter(), BytesIO()
    writer.append(BytesIO(printed("Protected advice")))
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(made)
    assert "Protected advice" in pages(bundled(documents, paper(documents, made.getvalue(), "a.pdf")))[1]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@needs(PDFTOTEXT)
def test_the_number_is_upright_on_a_page_however_it_is_turned(documents: Documents, turn: int) -> None:
    writer, made = PdfWriter(), BytesIO()
    writer.append(BytesIO(printed("wide", wide=True)))
    writer.pages[0].rotate(turn)
    writer.write(made)
    bundle = bundled(documents, paper(documents, made.getvalue(), "a.pdf"))

    found: list[tuple[float, float, bool]] = []

    def visit(text: str, matrix: list[float], place: list[float], _font: object, _size: float) -> None:
        if "Page" in text:
            x, y = place[4] * matrix[0] + matrix[4], place[5] * matrix[3] + matrix[5]
            found.append((x, y, matrix[0] * place[0] > 0 and matrix[1] == 0))

    page = PdfReader(BytesIO(bundle.content)).pages[1]
    page.extract_text(visitor_text=visit)
    assert page.rotation == 0
    assert "Page 2 of 2" in pages(bundle)[1]
    (x, y, upright) = found[0]
    assert upright
    assert x > float(page.mediabox.width) * 0.8
    assert y < float(page.mediabox.height) * 0.1


@needs(PDFTOTEXT)
@pytest.mark.parametrize("name", ["message.txt", "message.eml"])
def test_no_address_of_who_wrote_or_was_quoted_is_in_a_bundle(documents: Documents, name: str) -> None:
    words = "Ours are enclosed.\n\nOn 3 May Kit Example <kit.o'example+a@mail.example.org> wrote:\n> Kit’s views\n"
    head = "From: sam@example.org\nTo: val@example.org\nSubject: Our views\n\n"
    if name.endswith("txt"):
        head = "From: sam@example.org\nSubject: Our views\n\n"
    else:
        head = head.replace("\n\n", "\nContent-Type: text/plain; charset=utf-8\n\n")
    read = "".join(pages(bundled(documents, paper(documents, (head + words).encode(), name))))
    assert "Ours are enclosed." in read
    assert "Our views" in read
    assert "@" not in read
    assert "From:" not in read


@needs(PDFTOTEXT)
def test_the_contents_say_when_a_paper_was_written_or_that_only_its_arrival_is_known(documents: Documents) -> None:
    one = msgspec.structs.replace(paper(documents, printed("Words"), "one.pdf"), received=date(2026, 1, 14))
    two = paper(documents, printed("Other words"), "two.pdf", on=date(2026, 1, 12))
    made = PdfReader(BytesIO(bundled(documents, one, two).content))
    contents = " ".join(made.pages[0].extract_text().split())
    assert "not known; came on 14 January 2026" in contents
    assert "12 January 2026" in contents


@needs(PDFTOTEXT)
def test_an_image_a_fax_a_message_and_a_text_are_pages(documents: Documents) -> None:
    mail = (
        b"From: Sam Example <sam@example.org>\r\nSubject: My advice\r\nDate: Mon, 12 Jan 2026 10:00:00 +0000\r\n"
        b"To: Kit Example <kit@example.org>\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nIt is in the caf\xe9."
    )
    bundle = bundled(
        documents,
        paper(documents, image("JPEG"), "view.jpg"),
        paper(documents, image("TIFF", frames=3), "fax.tif"),
        paper(documents, mail, "mail.eml"),
        paper(documents, "“Signs” <b>and</b> words".encode("cp1252"), "text.txt"),
        paper(documents, "Śpiewa".encode("utf-16"), "polish.txt"),
    )
    assert [entry.pages for entry in bundle.entries] == [1, 3, 1, 1, 1]
    reader = PdfReader(BytesIO(bundle.content))
    assert all(page.images for page in reader.pages[1:5])
    read = pages(bundle)
    assert "My advice" in read[5]
    assert "sam@example.org" not in "".join(read)
    assert "It is in the café." in read[5]
    assert "“Signs” <b>and</b> words" in read[6]
    assert "Śpiewa" in read[7]


@needs(PDFTOTEXT)
def test_what_cannot_be_pages_is_named_as_sent_beside(documents: Documents) -> None:
    voice = paper(documents, b"ID3\x03\0\0" + bytes(64), "voice.mp3")
    html_mail = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n<p>Advice"
    mail = paper(documents, html_mail, "mail.eml")
    broken = paper(documents, image("PNG")[:-60], "broken.png")
    cut = paper(documents, image("JPEG")[:-400], "cut.jpg")
    bundle = bundled(documents, voice, paper(documents, b"words", "text.txt"), mail, broken, cut)

    assert bundle.beside == (voice.digest, mail.digest, broken.digest, cut.digest)
    assert len(bundle.manifest) == 5
    first = " ".join(pages(bundle)[0].split())
    assert "5 papers, of which 1 in this file." in first
    assert "Sent beside this bundle" in first
    assert "it is audio that cannot be" in first
    assert len(pages(bundle)) == 2


@needs(PDFTOTEXT)
def test_a_bundle_of_nothing_but_voices_says_that_no_paper_is_in_it(documents: Documents) -> None:
    bundle = bundled(documents, paper(documents, b"ID3\x03\0\0" + bytes(64), "voice.mp3"))
    assert "No paper is in this file" in pages(bundle)[0]


def test_another_familys_paper_is_refused_and_so_are_none_and_an_altered_one(documents: Documents) -> None:
    own = paper(documents, b"own", "own.txt")
    with pytest.raises(NotPossible, match="belongs to P-2, another case than P-1"):
        bundled(documents, own, paper(documents, b"other", "other.txt", plan="P-2"))
    with pytest.raises(MissingValue, match="a bundle has at least one"):
        bundled(documents)

    (Path(documents.place.url) / own.digest[:2] / own.digest).write_bytes(b"altered")
    with pytest.raises(DocumentNotSound, match="was altered"):
        bundled(documents, own)


# --- Word and its kin ------------------------------------------------------------------------------------------


@needs(LIBREOFFICE, PDFTOTEXT)
def test_word_and_rtf_are_printed_by_the_word_processor(documents: Documents, word_processor: str) -> None:
    bundle = bundled(
        documents,
        paper(documents, word("Advice in Word: she uses signs."), "a.docx"),
        paper(documents, rb"{\rtf1\ansi Advice in RTF: he walks.}", "b.rtf"),
    )
    read = pages(bundle)
    assert "Advice in Word: she uses signs." in read[1]
    assert "Advice in RTF: he walks." in read[2]


def test_without_the_word_processor_a_word_paper_is_sent_beside(
    documents: Documents, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = paper(documents, word("Advice"), "a.docx")
    monkeypatch.setenv("PATH", str(tmp_path))
    bundle = bundled(documents, kept)
    assert bundle.beside == (kept.digest,)
    assert bundle.entries[0].beside == "the word processor that would print it (LibreOffice) is not installed"


def test_a_word_file_that_the_word_processor_cannot_read_is_sent_beside(word_processor: str) -> None:
    with pytest.raises(CannotBePages, match="could not print it"):
        as_pdf(b"PK\x03\x04 no such thing", "application/vnd.oasis.opendocument.text")


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that remembers what it was asked for."""
    asked: list[str] = []

    class Remembers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(image("PNG"))

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Remembers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def linked(address: str) -> bytes:
    """A Word file whose picture stands on a web server, which learns of everybody who opens it."""
    document, made = Word(), BytesIO()
    document.add_picture(BytesIO(image("PNG")))
    link = document.part.relate_to(f"{address}/seen.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    (blip,) = document.element.xpath("//a:blip")
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), link)
    document.save(made)
    return made.getvalue()


@needs(LIBREOFFICE)
def test_a_paper_tells_nobody_that_it_was_opened(word_processor: str) -> None:
    with listening() as (address, asked):
        made = as_pdf(linked(address), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        text = as_pdf(f'<img src="{address}/text.png">'.encode(), "text/plain")
    assert made.startswith(b"%PDF")
    assert text.startswith(b"%PDF")
    assert asked == []
