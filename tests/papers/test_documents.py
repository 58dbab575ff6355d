"""Files kept by their digest: once, whole, of one case, checked at the door, and never given out altered."""

import hashlib
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import Result
from docx import Document as Word
from pypdf import PdfWriter

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.cli.papers import document
from arflow.errors import (
    DocumentNotSound,
    DocumentRefused,
    InvalidValue,
    MissingValue,
    NotFound,
    NotPossible,
    StoreNotReady,
)
from arflow.papers.documents import KINDS, Documents, Door, documents_of, verification
from arflow.papers.documents.place import Place
from arflow.post.incoming.inbox import whole_messages
from arflow.store.engine import writing

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ADVICE = b"The advice of a speech and language therapist."
MARKER = b"THIS-IS-A-TEST-OF-THE-SCANNER"


@pytest.fixture(params=["folder", "memory"])
def documents(request: pytest.FixtureRequest, app_on_each: Arflow, tmp_path: Path) -> Documents:
    """Documents in a folder and in fsspec's own memory, each with both databases."""
    name = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]
    place = str(tmp_path / "papers") if request.param == "folder" else f"memory://{name}/papers"
    return Documents(app_on_each.log_store.engine, place)


@pytest.fixture
def folder(app: Arflow, tmp_path: Path) -> Documents:
    """Documents in a folder, with SQLite."""
    return Documents(app.log_store.engine, str(tmp_path / "papers"))


def keep(documents: Documents, content: bytes | Path = ADVICE, plan: str = "P-1", **how: object) -> str:
    given = {"kind": "advice", "name": "advice.txt", "by": "S-1", "at": AT, **how}
    return documents.keep(content, plan=plan, **given).digest  # type: ignore[arg-type]


def files(folder: Documents) -> list[Path]:
    return [path for path in Path(folder.place.url).rglob("*") if path.is_file()]


# --- keeping and reading ---------------------------------------------------------------------------------------


def test_a_file_is_read_back_as_it_was_kept_with_what_is_known_of_it(documents: Documents) -> None:
    digest = keep(documents, review="R-2026-000001", written_on=date(2021, 6, 1))

    assert digest == hashlib.sha256(ADVICE).hexdigest()
    assert documents.read(digest) == ADVICE
    with documents.open(digest) as file:
        assert file.read() == ADVICE
    found = documents.document(digest[:8])
    assert (found.plan, found.review, found.kind, found.name) == ("P-1", "R-2026-000001", "advice", "advice.txt")
    assert (found.media_type, found.size, found.written_on) == ("text/plain", len(ADVICE), date(2021, 6, 1))
    assert (found.kept_at, found.kept_by) == (AT, "S-1")


def test_a_file_that_comes_again_is_kept_once_and_stays_what_it_was(documents: Documents) -> None:
    first = keep(documents)
    again = documents.keep(ADVICE, plan="P-1", kind="other", name="b.txt", by="S-2", at=AT + timedelta(days=1))

    assert (again.digest, again.kind, again.kept_at) == (first, "advice", AT)
    assert len(documents.of(plan="P-1")) == 1


def test_a_file_received_is_filed_as_what_it_turned_out_to_be(documents: Documents) -> None:
    digest = keep(documents, kind="received")
    with writing(documents.engine) as connection:
        documents.file_under(connection, digest, "P-1", kind="advice", review="R-2026-000001")

    assert documents.document(digest).kind == "advice"
    assert [one.digest for one in documents.of(review="R-2026-000001", kind="advice")] == [digest]


def test_a_large_file_is_kept_from_its_path_and_only_its_owner_may_read_it(folder: Documents, tmp_path: Path) -> None:
    source = tmp_path / "report.txt"
    source.write_bytes(b"a line of a long report\n" * 1_300_000)

    digest = keep(folder, source, name=None)

    kept = Path(folder.place.url) / digest[:2] / digest
    assert folder.document(digest).name == "report.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert kept.stat().st_size == source.stat().st_size
    assert files(folder) == [kept]


def test_the_row_is_written_in_the_transaction_it_is_given_and_goes_with_it(documents: Documents) -> None:
    prepared = documents.prepare(ADVICE, plan="P-1", kind="advice", name="a.txt", by="S-1", at=AT)
    with documents.engine.connect() as connection, connection.begin() as transaction:
        documents.record(connection, prepared)
        transaction.rollback()

    assert documents.of(plan="P-1") == []
    with pytest.raises(NotFound):
        documents.read(prepared.digest)


def test_nothing_of_a_file_name_is_in_the_log_or_in_the_folder(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "Robin Example.txt").write_bytes(ADVICE)
    run("plan", "add", "P-1", "--first-made", "2025-01-01")
    assert (
        run("document", "keep", str(tmp_path / "Robin Example.txt"), "--plan", "P-1", "--kind", "advice").exit_code == 0
    )

    beside = [str(path) for path in (tmp_path / "arflow-documents").rglob("*")]
    assert beside
    assert not any("Robin" in path for path in beside)


def test_a_file_name_loses_its_folders_and_must_be_one(folder: Documents) -> None:
    assert folder.document(keep(folder, name="C:\\papers\\advice.txt")).name == "advice.txt"
    for wrong in ("", "..", "a\nb.txt", "x" * 201 + ".txt"):
        with pytest.raises((InvalidValue, DocumentRefused)):
            keep(folder, b"something else", name=wrong)


def test_evidence_may_be_of_today_and_not_of_tomorrow_in_london(folder: Documents) -> None:
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    keep(folder, written_on=date(2026, 7, 1), at=night)
    with pytest.raises(InvalidValue, match="written_on: 2026-07-02 is not a day that has been"):
        keep(folder, b"other words", written_on=date(2026, 7, 2), at=night)


# --- whose it is -----------------------------------------------------------------------------------------------


def test_a_file_of_another_case_is_refused_unless_it_is_a_shared_form(documents: Documents) -> None:
    keep(documents)
    with pytest.raises(NotPossible, match="already kept for another case than P-2: P-1"):
        keep(documents, plan="P-2")

    keep(documents, plan="P-2", shared=True)
    keep(documents, plan="P-3")  # known to be shared by now

    assert [one.plan for one in documents.of()] == ["P-1", "P-2", "P-3"]


def test_a_paper_of_another_case_cannot_go_out_and_a_leaflet_can(documents: Documents) -> None:
    own, others = keep(documents), keep(documents, b"Another family's", plan="P-2")
    leaflet = keep(documents, b"What happens at a review", plan="P-2", shared=True)

    assert [one.digest for one in documents.of_case([own[:12], leaflet, own], "P-1")] == [own, leaflet]
    with pytest.raises(NotPossible, match=f"document {others[:12]} belongs to P-2, another case than P-1"):
        documents.of_case([own, others[:12]], "P-1")
    with pytest.raises(NotFound):
        documents.of_case(["0" * 64], "P-1")


def dispose(documents: Documents, digest: str, plan: str = "P-1") -> None:
    with writing(documents.engine) as connection:
        documents.dispose(connection, digest, plan, rule="case_papers", by="S-1", at=AT)


def test_what_is_disposed_of_goes_out_on_no_case_and_holds_up_no_other(documents: Documents) -> None:
    digest = keep(documents)
    dispose(documents, digest)

    with pytest.raises(NotPossible, match="was disposed of under the rule case_papers: it is gone"):
        documents.of_case([digest], "P-1")
    assert documents.document(keep(documents, plan="P-2")).plan == "P-2"
    with pytest.raises(NotPossible, match="belongs to P-2, another case than P-1"):
        documents.of_case([digest], "P-1")


def test_a_file_that_is_taken_back_from_one_case_stays_with_the_other(documents: Documents) -> None:
    digest = keep(documents, kind="received", shared=True)
    keep(documents, kind="received", plan="P-2", shared=True)

    with writing(documents.engine) as connection:
        documents.withdraw(connection, digest, "P-1")

    assert [one.plan for one in documents.of()] == ["P-2"]


def test_what_became_advice_of_a_case_is_not_taken_back(documents: Documents) -> None:
    digest = keep(documents)

    with (
        pytest.raises(NotPossible, match="was accepted on P-1: it stays there"),
        writing(documents.engine) as connection,
    ):
        documents.withdraw(connection, digest, "P-1")

    assert [one.plan for one in documents.of()] == ["P-1"]


def test_a_file_that_is_disposed_of_while_it_is_kept_again_is_asked_for_again(documents: Documents) -> None:
    dispose(documents, keep(documents))
    prepared = documents.prepare(ADVICE, plan="P-2", kind="advice", name="advice.txt", by="S-1", at=AT)
    documents.remove_disposed(AT)

    with pytest.raises(NotPossible, match="keep it again"), writing(documents.engine) as connection:
        documents.record(connection, prepared)

    assert documents.of(plan="P-2") == []


def test_two_families_at_once_cannot_both_keep_one_file(documents: Documents) -> None:
    """The second is checked again where the row is written, whatever it saw before."""
    first, second = (
        documents.prepare(ADVICE, plan=plan, kind="advice", name="a.txt", by="S-1", at=AT) for plan in ("P-1", "P-2")
    )
    with writing(documents.engine) as connection:
        documents.record(connection, first)
    with pytest.raises(NotPossible, match="another case"), writing(documents.engine) as connection:
        documents.record(connection, second)


# --- altered, missing, half-written ----------------------------------------------------------------------------


def test_an_altered_file_is_not_given_out_and_a_missing_one_is_named(folder: Documents) -> None:
    digest = keep(folder)
    kept = Path(folder.place.url) / digest[:2] / digest
    kept.write_bytes(ADVICE + b" ")
    for reading in (folder.read, folder.open):
        with pytest.raises(DocumentNotSound, match=f"document {digest[:12]} was altered"):
            reading(digest)
    with pytest.raises(DocumentNotSound, match="was altered"):
        keep(folder)  # not written over: somebody must see it
    kept.unlink()
    for reading in (folder.read, folder.open):
        with pytest.raises(DocumentNotSound, match="is not there"):
            reading(digest)


def test_verify_names_what_is_missing_altered_or_unrecorded(folder: Documents) -> None:
    sound, altered, missing = keep(folder), keep(folder, b"one"), keep(folder, b"two")
    place = Path(folder.place.url)
    (place / altered[:2] / altered).write_bytes(b"other")
    (place / missing[:2] / missing).unlink()
    stray, fresh = place / "ab" / ("ab" * 32), place / "incoming" / "fresh.part"
    stray.parent.mkdir()
    stray.write_bytes(b"left by a run that was stopped")
    half = place / "incoming" / "half.part"
    half.write_bytes(b"half")
    fresh.write_bytes(b"being written")
    now = datetime.now(UTC)
    for old in (stray, half):
        os.utime(old, (time.time() - 3601, time.time() - 3601))

    found = verification.verify(folder, now)

    assert found.faults == {altered: "altered", missing: "missing"}
    assert found.sound == 1
    assert set(found.unrecorded) == {stray.name, "half.part"}
    verification.remove_unrecorded(folder, [*found.unrecorded, sound])
    assert not stray.exists()
    assert not half.exists()
    assert fresh.exists()
    assert folder.read(sound) == ADVICE


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from arflow.papers.documents import Documents
from arflow.store import make_engine

documents = Documents(make_engine(sys.argv[1]), sys.argv[2])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

documents.place._files.mv = die
documents.keep(Path(sys.argv[3]), plan="P-1", kind="advice", by="S-1", at=datetime.now(UTC))
"""


def test_a_run_killed_while_it_writes_leaves_no_document_and_the_next_one_keeps_it(
    sqlite_url: str, app: Arflow, tmp_path: Path
) -> None:
    (tmp_path / "advice.txt").write_bytes(ADVICE)
    command = [sys.executable, "-c", KILLED, sqlite_url, str(tmp_path / "papers"), str(tmp_path / "advice.txt")]
    assert subprocess.run(command, check=False).returncode == -9

    documents = Documents(app.log_store.engine, str(tmp_path / "papers"))
    assert documents.of() == []
    assert [path.suffix for path in files(documents)] == [".part"]
    assert documents.read(keep(documents)) == ADVICE


def test_a_full_or_read_only_place_is_one_line_and_leaves_no_row(app: Arflow, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_bytes(b"not a folder")
    documents = Documents(app.log_store.engine, str(tmp_path / "a-file"))
    with pytest.raises(StoreNotReady, match="cannot be read or written"):
        keep(documents)
    assert documents.of() == []


# --- at the door -----------------------------------------------------------------------------------------------


def _word(*extra: str) -> bytes:
    made = BytesIO()
    paper = Word()
    paper.add_paragraph("Advice")
    paper.save(made)
    with ZipFile(made, "a") as zipped:
        for name in extra:
            zipped.writestr(name, b"x")
    return made.getvalue()


def _pdf(password: str | None = None, owner: str | None = None) -> bytes:
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, owner, algorithm="AES-256")
    writer.write(made)
    return made.getvalue()


def _zipped(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, b"x")
    return made.getvalue()


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + bytes(64)


TAKEN = {
    "advice.pdf": (_pdf(), "application/pdf"),
    "no-printing.pdf": (_pdf("", "owner"), "application/pdf"),
    "ADVICE.DOCX": (_word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "advice.odt": (_zipped("content.xml"), "application/vnd.oasis.opendocument.text"),
    "advice.rtf": (b"{\\rtf1 Advice}", "application/rtf"),
    "windows.txt": ("It’s café".encode("cp1252"), "text/plain"),
    "utf16.txt": ("Advice".encode("utf-16"), "text/plain"),
    "mail.eml": (b"Return-Path: <a@example.org>\r\nFrom: a@example.org\r\n\r\nAdvice", "message/rfc822"),
    "view.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
    "view.jpeg": (b"\xff\xd8\xff\xe1\0\x10Exif\0" + bytes(40), "image/jpeg"),
    "view.heic": (_box(b"heic"), "image/heic"),
    "voice.m4a": (_box(b"M4A "), "audio/mp4"),
    "voice.mp3": (b"ID3\x03\0\0" + bytes(64), "audio/mpeg"),
    "invitation.ics": (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"),
    "plan.json": (b'{"sections": []}', "application/json"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_families_and_professionals_send_is_taken(folder: Documents, name: str) -> None:
    content, media_type = TAKEN[name]
    assert folder.document(keep(folder, content, name=name)).media_type == media_type


REFUSED = {
    "empty.pdf": (b"", "empty", "is empty"),
    "virus.exe": (b"MZ" + bytes(80), "type", "not of a type that is kept"),
    "script.html": (b"<html><script>", "type", "not of a type that is kept"),
    "no-ending": (b"words", "type", "not of a type that is kept"),
    "page.txt": (b"<!DOCTYPE html><html><body>x", "type", "not what its name says, txt"),
    "program.txt": (b"MZ\x90\x00" + bytes(80), "type", "not what its name says, txt"),
    "program.pdf": (b"MZ\x90\x00" + bytes(80), "type", "not what its name says, pdf"),
    "old.docx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(80),
        "type",
        "has a password, or is of an old Office type",
    ),
    "macros.docm": (_word(), "macros", "may hold macros"),
    "hidden.docx": (_word("word/vbaProject.bin"), "macros", "holds macros"),
    "basic.odt": (_zipped("content.xml", "Basic/Standard/Module1.xml"), "macros", "holds macros"),
    "renamed.docx": (_zipped("payload.js"), "type", "not what its name says, docx"),
    "cut.docx": (_word()[:200], "broken", "is damaged"),
    "secret.pdf": (_pdf("a password"), "encrypted", "has a password"),
    "cut.pdf": (_pdf()[:60], "broken", "is damaged"),
    "bomb.docx": (_word(), "too_large", "more than the 1 MB allowed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_harm_or_cannot_be_read_is_refused_with_one_line(app: Arflow, tmp_path: Path, name: str) -> None:
    content, why, said = REFUSED[name]
    documents = Documents(app.log_store.engine, str(tmp_path / "papers"), Door(limit=1_000_000))
    if why == "too_large":
        content += bytes(1_000_000)
    with pytest.raises(DocumentRefused, match=said) as refused:
        keep(documents, content, name=name)

    assert refused.value.why == why
    assert "\n" not in refused.value.message
    assert documents.of() == []
    assert files(documents) == []


def test_an_office_file_that_unpacks_to_a_gigabyte_is_refused(folder: Documents) -> None:
    made = BytesIO(_word())
    with ZipFile(made, "a", compression=8, compresslevel=1) as zipped, zipped.open("word/media/a.bin", "w") as part:
        for _ in range(1_001):
            part.write(bytes(1_000_000))
    with pytest.raises(DocumentRefused, match="unpacks to more than a gigabyte"):
        keep(folder, made.getvalue(), name="small.docx")


def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(app: Arflow, tmp_path: Path) -> None:
    documents = Documents(app.log_store.engine, str(tmp_path / "papers"), Door(limit=100))
    keep(documents, b"x" * 100)
    with pytest.raises(DocumentRefused, match="make it smaller"):
        keep(documents, b"x" * 101)


def test_the_limit_is_a_whole_number_of_megabytes() -> None:
    assert Door.from_environment({"ARFLOW_DOCUMENT_LIMIT": "5"}).limit == 5_000_000
    for wrong in ("0", "much", "-1", "1.5"):
        with pytest.raises(InvalidValue, match="ARFLOW_DOCUMENT_LIMIT"):
            Door.from_environment({"ARFLOW_DOCUMENT_LIMIT": wrong})


# A virus scanner that knows one virus, and that is broken where a file says so.
SCANNER = f"""#!{sys.executable}
import sys
content = sys.stdin.buffer.read()
sys.exit(2 if b"BREAK" in content else int({MARKER!r} in content))
"""


@pytest.fixture
def scanned(app: Arflow, tmp_path: Path) -> Documents:
    scanner = tmp_path / "the scanner"
    scanner.write_text(SCANNER)
    scanner.chmod(0o700)
    return Documents(app.log_store.engine, str(tmp_path / "papers"), Door(scan=f"'{scanner}' -"))


@pytest.mark.parametrize("by_path", [True, False])
def test_the_scanner_is_given_all_of_a_file_and_its_word_decides(
    scanned: Documents, tmp_path: Path, by_path: bool
) -> None:
    def keeping(content: bytes) -> str:
        path = tmp_path / "paper.txt"
        path.write_bytes(content)
        return keep(scanned, path if by_path else content)

    assert scanned.read(keeping(b"clean\n" * 500_000)).startswith(b"clean")
    with pytest.raises(DocumentRefused, match="is infected") as refused:
        keeping(b"words\n" * 500_000 + MARKER)
    assert refused.value.why == "infected"
    with pytest.raises(DocumentRefused, match=r"could not be scanned .*it answered 2") as refused:
        keeping(b"BREAK")
    assert refused.value.why == "not_scanned"
    assert len(scanned.of()) == len(files(scanned)) == 1


def test_without_the_scanner_it_names_nothing_is_kept(app: Arflow, tmp_path: Path) -> None:
    documents = Documents(app.log_store.engine, str(tmp_path / "papers"), Door(scan="/no/such/scanner -"))
    with pytest.raises(DocumentRefused, match=r"could not be scanned .*No such file"):
        keep(documents)


# --- where ---------------------------------------------------------------------------------------------------


def test_documents_stand_beside_the_sqlite_file_unless_said_otherwise(app: Arflow, tmp_path: Path) -> None:
    engine = app.log_store.engine
    assert documents_of(engine, environment={}).place.url == str(tmp_path / "arflow-documents")
    assert documents_of(engine, environment={"ARFLOW_DOCUMENTS": "file:///srv/a"}).place.url == "file:///srv/a"
    elsewhere = sa.create_mock_engine("postgresql://", lambda *_: None)
    with pytest.raises(MissingValue, match="ARFLOW_DOCUMENTS: is missing"):
        documents_of(elsewhere, environment={})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "place", ["memory://a", "https://example.org/a", "simplecache::s3://a", "s3::https://example.org/a", "zip://a.zip"]
)
def test_papers_are_not_put_where_they_are_forgotten(app: Arflow, tmp_path: Path, place: str) -> None:
    with pytest.raises(InvalidValue, match=r"ARFLOW_DOCUMENTS: .* is not a place that keeps files") as refused:
        documents_of(app.log_store.engine, environment={"ARFLOW_DOCUMENTS": place})
    assert "\n" not in str(refused.value)
    with pytest.raises(InvalidValue, match=r"ARFLOW_INBOX_MESSAGES: .* is not a place that keeps files"):
        whole_messages(app.log_store.engine, {"ARFLOW_INBOX_MESSAGES": place})


def test_a_place_that_cannot_be_says_so_and_shows_no_password() -> None:
    with pytest.raises(InvalidValue, match="ARFLOW_DOCUMENTS: nowhere://x is not a place"):
        Place("nowhere://x")
    with pytest.raises(InvalidValue) as refused:
        Place("sftp://user:hunter2@example.org/papers")
    assert "hunter2" not in str(refused.value)


def test_a_bucket_without_its_library_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)  # as where the extra is not installed
    with pytest.raises(StoreNotReady, match=r"install arflow\[s3\]"):
        Place("s3://bucket/papers")


# --- the command line ------------------------------------------------------------------------------------------


@pytest.fixture
def paper(run: Callable[..., Result], tmp_path: Path) -> Path:
    for ref in ("P-1", "P-2"):
        run("plan", "add", ref, "--first-made", "2025-01-01")
    path = tmp_path / "advice.txt"
    path.write_bytes(ADVICE)
    return path


def test_a_paper_is_kept_listed_shown_fetched_and_verified(
    run: Callable[..., Result], paper: Path, tmp_path: Path
) -> None:
    digest = hashlib.sha256(ADVICE).hexdigest()
    kept = run("document", "keep", str(paper), "--plan", "P-1", "--kind", "advice", "--written-on", "2026-01-12")
    assert kept.stdout == f"{digest} is kept for P-1\n"

    assert digest[:12] in run("document", "list", "--plan", "P-1").stdout
    assert "No documents" in run("document", "list", "--plan", "P-2").stdout
    assert "Written on:  2026-01-12" in run("document", "show", digest[:8]).stdout
    fetched = run("document", "fetch", digest[:8], "--output", str(tmp_path / "out.txt"))
    assert (fetched.exit_code, (tmp_path / "out.txt").read_bytes()) == (0, ADVICE)
    assert run("document", "fetch", digest[:8], "--output", str(tmp_path / "out.txt")).exit_code == 1
    assert run("document", "verify").stdout == "1 document read: sound\n"

    (tmp_path / "arflow-documents" / digest[:2] / digest).write_bytes(b"other")
    verified = run("document", "verify")
    assert (verified.exit_code, f"{digest} is altered" in verified.stdout) == (1, True)
    refused = run("document", "fetch", digest[:8], "--output", str(tmp_path / "second.txt"))
    assert (refused.exit_code, (tmp_path / "second.txt").exists()) == (1, False)


def test_the_command_line_knows_every_kind() -> None:
    assert document.KINDS == KINDS


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--plan or --review: is missing"),
        (("--plan", "P-9"), "there is no plan P-9"),
        (("--review", "R-2026-000009"), "there is no review R-2026-000009"),
        (("--plan", "P-1", "--written-on", "2027-01-01"), "is not a day that has been"),
        (("--plan", "P-1", "--name", "advice.exe"), "advice.exe is not of a type that is kept"),
    ],
)
def test_a_paper_that_cannot_be_kept_is_refused_in_one_line(
    run: Callable[..., Result], paper: Path, options: tuple[str, ...], said: str
) -> None:
    refused = run("document", "keep", str(paper), "--kind", "advice", *options)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "No documents" in run("document", "list").stdout


def test_a_review_of_another_plan_is_refused(run: Callable[..., Result], paper: Path, sqlite_url: str) -> None:
    with Arflow(sqlite_url, by="A. Officer", today=date(2026, 11, 24)) as app:
        app.add_plan(AddPlan(ref="P-3", first_made=date(2025, 1, 1)))
        review = app.open_review("P-3", on=date(2026, 10, 1)).id
    refused = run("document", "keep", str(paper), "--plan", "P-1", "--review", review, "--kind", "advice")
    assert "is a review of P-3, another case than P-1" in refused.stderr
    assert run("document", "keep", str(paper), "--review", review, "--kind", "advice").exit_code == 0


def test_a_pipe_is_refused_and_not_waited_for(run: Callable[..., Result], paper: Path) -> None:
    pipe = paper.with_name("pipe.txt")
    os.mkfifo(pipe)

    refused = run("document", "keep", str(pipe), "--plan", "P-1", "--kind", "advice")

    assert (refused.exit_code, refused.stderr) == (1, f"arflow: FILE: {pipe} is not a file\n")


def test_a_digest_may_be_given_in_capitals(run: Callable[..., Result], paper: Path) -> None:
    digest = run("document", "keep", str(paper), "--plan", "P-1", "--kind", "advice").stdout.split()[0]

    assert digest in run("document", "show", digest[:12].upper()).stdout


@pytest.mark.parametrize(
    ("given", "said"), [("abc", "at least 6 characters"), ("abcdef", "there is no document abcdef")]
)
def test_a_digest_that_names_nothing_says_how_to_go_on(run: Callable[..., Result], given: str, said: str) -> None:
    refused = run("document", "show", given)
    assert (refused.exit_code, said in refused.stderr) == (1, True)
