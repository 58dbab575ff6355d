"""No file brings a traceback: whatever a command is given, it answers, or refuses with one clear line."""

import json
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import Result
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from arflow.errors import ArflowError
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.papers.letters.letter import shipped
from arflow.papers.letters.stationery import stationery
from arflow.post.calendars import read_reply
from arflow.sen2.form.csv_form import write_csv
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.writer import write_valid
from tests.papers.test_active_content import script, with_content
from tests.support.bounded import bounded
from tests.support.mutations import mutated, mutated_zip
from tests.support.sen2_examples import header, person

pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")]
Run = Callable[..., Result]
EXAMPLES = 60
READING = """
from pathlib import Path
from arflow.law.catalogue import Catalogue
from arflow.sen2.form.csv_form import open_any
from arflow.sen2.form.layout_files import Layouts
with open_any(Path(sys.argv[1]), Layouts.of(Catalogue())) as reading: print(len(list(reading.persons())))
"""
CASELOAD = b"ref,first_made,setting,nc_year\nP-1,12/09/2024,123456,5\nP-2,2024-01-31,,11\n"
MAPPING = b'[columns]\nref = "Case"\nfirst_made = "Made"\n[values.setting]\n"none" = ""\n'
REPLY = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:R-2026-000001@arflow\r\nSEQUENCE:1\r\n"
    b"DTSTAMP:20261124T090000Z\r\nDTSTART;TZID=Europe/London:20261201T100000\r\n"
    b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:kit@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def workbook() -> bytes:
    book, made = Workbook(), BytesIO()
    assert book.active is not None
    for line in CASELOAD.decode().split():
        book.active.append(line.split(","))
    book.save(made)
    return made.getvalue()


def word() -> bytes:
    document, made = Document(), BytesIO()
    for line in (
        "Section E: Outcomes",
        "E1: Robin reads for pleasure.",
        "Section F: Provision",
        "F1 (for E1): An hour.",
    ):
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "F2 (for E1): A laptop"
    document.save(made)
    return made.getvalue()


def sen2(path: Path) -> bytes:
    layout = Layouts.of(Catalogue()).load(2026)
    with path.open("wb") as file:
        (write_valid if path.suffix == ".xml" else write_csv)(file, layout, header(), [person()])
    return path.read_bytes()


def answers(result: Result, content: bytes) -> None:
    """It ended well, or refused in lines that are no traceback."""
    assert result.exit_code in (0, 1, 2, 3), content
    assert "Traceback" not in result.output
    if result.exit_code:
        assert result.stderr.startswith(("arflow: ", "Usage: ")) or result.stdout, (result.stderr[:300], content)


def fuzz(
    seeds: dict[str, bytes], mutate: Callable[[bytes], Any], check: Callable[[str, bytes], None], most: int
) -> None:
    @settings(max_examples=most, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(seeds)).flatmap(lambda name: st.tuples(st.just(name), mutate(seeds[name]))))
    def runs(drawn: tuple[str, bytes]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check(*drawn)

    runs()


def by_command(run: Run, folder: Path, *words: str, **how: str) -> Callable[[str, bytes], None]:
    """Gives a file to a command, in the place of FILE."""

    def check(name: str, content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        answers(run(*(str(path) if word == "FILE" else word for word in words), **how), content)

    return check


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_no_sheet_brings_a_traceback(run: Run, tmp_path: Path, name: str) -> None:
    seed, mutate = (CASELOAD, mutated) if name == "a.csv" else (workbook(), mutated_zip)
    fuzz({name: seed}, mutate, by_command(run, tmp_path, "plan", "import", "FILE"), EXAMPLES)


def test_no_mapping_brings_a_traceback(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_bytes(CASELOAD.replace(b"ref", b"Case").replace(b"first_made", b"Made"))
    command = by_command(run, tmp_path, "plan", "import", str(sheet), "--mapping", "FILE")
    fuzz({"a.toml": MAPPING}, mutated, command, EXAMPLES)


def test_no_word_file_brings_a_traceback(run: Run, tmp_path: Path) -> None:
    fuzz({"a.docx": word()}, mutated_zip, by_command(run, tmp_path, "amend", "read", "FILE"), EXAMPLES)


def test_no_paper_brings_a_traceback(run: Run, tmp_path: Path) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2025-09-01").exit_code == 0
    command = by_command(run, tmp_path, "document", "keep", "FILE", "--plan", "P-1", "--kind", "advice")
    fuzz(
        {"a.pdf": with_content({"/AA": {"/O": script()}}), "b.eml": b"From: a@b.example\n\nHi\n"},
        mutated,
        command,
        EXAMPLES,
    )
    fuzz({"a.docx": word(), "a.xlsx": workbook()}, mutated_zip, command, EXAMPLES // 2)


def test_no_definition_brings_a_traceback(run: Run, tmp_path: Path) -> None:
    seed = (shipped_folder() / "annual_review.2015.toml").read_bytes()
    fuzz({"annual_review.2015.toml": seed}, mutated, by_command(run, tmp_path, "workflow", "check", "FILE"), EXAMPLES)


@pytest.mark.parametrize("name", ["authority.toml", "statements.toml"])
def test_no_letter_file_brings_a_traceback(tmp_path: Path, name: str) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "authority.toml").write_bytes(shipped("authority.toml"))
    seed = shipped("authority.toml") if name == "authority.toml" else b'[not_amend]\nreasons = """{{ reasons }}"""\n'

    def check(_: str, content: bytes) -> None:
        (letters / name).write_bytes(content)
        try:
            stationery(Catalogue(tmp_path))
        except ArflowError as refusal:
            assert "\n" not in refusal.message.strip()

    fuzz({name: seed}, mutated, check, EXAMPLES)


@pytest.mark.parametrize("form", ["xml", "zip"])
def test_no_return_brings_a_traceback(run: Run, tmp_path: Path, form: str) -> None:
    mutate = mutated if form == "xml" else mutated_zip
    command = by_command(run, tmp_path, "sen2", "check", "FILE")
    fuzz({f"a.{form}": sen2(tmp_path / f"a.{form}")}, mutate, command, EXAMPLES)


def test_no_calendar_brings_a_traceback() -> None:
    def check(_: str, content: bytes) -> None:
        try:
            read_reply(content)
        except ArflowError as refusal:
            assert "\n" not in refusal.message

    check("a.ics", REPLY)
    fuzz({"a.ics": REPLY}, mutated, check, EXAMPLES * 5)


def test_no_pack_checkpoint_archive_or_key_brings_a_traceback(run: Run, tmp_path: Path) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2025-09-01").exit_code == 0
    key, pack, checkpoint, archive = (str(tmp_path / name) for name in ("k", "pack.zip", "c.json", "archive"))
    assert run("checkpoint", "keygen", key).exit_code == 0
    assert run("checkpoint", "make", checkpoint, "--key", key).exit_code == 0
    assert run("evidence", "export", pack, "--plans", "P-1", "--key", key).exit_code == 0
    assert run("archive", archive).exit_code == 0
    public, made = Path(f"{key}.pub").read_bytes(), Path(checkpoint).read_bytes()
    manifest = Path(archive) / "manifest.json"
    sound = manifest.read_bytes()
    json.loads(sound)

    verify = by_command(run, tmp_path, "evidence", "verify", "FILE", "--public-key", f"{key}.pub")
    fuzz({"changed.zip": Path(pack).read_bytes()}, mutated_zip, verify, EXAMPLES)
    by_key = by_command(run, tmp_path, "evidence", "verify", pack, "--public-key", "FILE")
    fuzz({"changed.pub": public}, mutated, by_key, EXAMPLES)
    by_checkpoint = by_command(
        run, tmp_path, "evidence", "verify", pack, "--public-key", f"{key}.pub", "--checkpoint", "FILE"
    )
    fuzz({"changed.json": made}, mutated, by_checkpoint, EXAMPLES)
    fuzz({"changed.json": made}, mutated, by_command(run, tmp_path, "checkpoint", "show", "FILE"), EXAMPLES)

    def check(_: str, content: bytes) -> None:
        manifest.write_bytes(content)
        answers(run("archive", archive, "--verify"), content)

    fuzz({"manifest": sound}, mutated, check, EXAMPLES)


def test_a_return_cannot_say_a_year_that_is_no_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(sen2(path).replace(b"<Year>2026</Year>", "<Year>²</Year>".encode()))
    assert "its Year is ²: there are layouts for" in run("sen2", "check", str(path)).stderr


def test_a_manifest_in_another_coding_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(b'{"\x80": 1}')
    answers(run("archive", str(tmp_path), "--verify"), b"")


@pytest.mark.parametrize("form", ["xml", "zip"])
def test_no_return_takes_all_memory(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    content = sen2(path)
    if form == "xml":
        path.write_bytes(content.replace(b"</Person>", b"<a/>" * 2_000_000 + b"</Person>", 1))
    else:
        with ZipFile(path, "a", ZIP_DEFLATED) as zipped:
            zipped.writestr("more.csv", b"a\n" * 200_000_000)
    found = bounded(READING, str(path))
    assert ("one person has no end" if form == "xml" else "unpacks to more than 300 MB") in found.refusal
