"""Files that tell of families are their owner's alone, whatever the umask of whoever runs arflow."""

import json
import os
import re
import shlex
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result

import arflow
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.planning.term_dates import example
from tests.conftest import command_line
from tests.support import awkward_mail as mail
from tests.support.dovecot import deliver, make_maildir

pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("ignore:HarfBuzz-Subset:DeprecationWarning")]
Run = Callable[..., Result]
PLAN = "## Section A: Views\nA1: Robin likes {}.\n\n## Section E: Outcomes\nE1: Robin will ask.\n"
WRITES = """
init
--store sqlite:///{folder}/demo.db demo --plans 3 --years 2
plan add P-1 --first-made 2025-11-01 --setting 123456
people add P-1 --role parent --name "Robin Example" --email robin@example.org
people add P-1 --role child --name "Sam Example" --date-of-birth 2016-05-01
review open P-1 --on 2026-09-01 --meeting-on 2026-12-18
review invite R-2026-000001 --send --place "The hall"
outbox preview {queued} --output {folder}/invitation.eml
people calendar robin@example.org --output {folder}/meetings.ics
letter make R-2026-000001 invitation --to parent --output {folder}/letter.txt
letter make R-2026-000001 invitation --to parent --output {folder}/letter.docx
letter make R-2026-000001 invitation --to parent --output {folder}/letter.html
letter make R-2026-000001 invitation --to parent --output {folder}/letter.pdf
letter template invitation --output {folder}/template.html
document keep {given}/advice.txt --plan P-1 --kind advice
document fetch {kept} --output {folder}/fetched.txt
inbox run --mailbox maildir://{given}/mail
inbox show {came} --output {folder}/message.eml
amend read {given}/plan.txt --output {folder}/plan.json
amend read {given}/plan.txt --output {folder}/plan.docx
amend compare {given}/plan.txt {given}/new.txt --output {folder}/amendments.json
amend mark {folder}/amendments.json --plan {given}/plan.txt --output {folder}/marked.docx
amend mark {folder}/amendments.json --plan {given}/plan.txt --output {folder}/marked.html
amend accept {folder}/amendments.json --plan {given}/plan.txt --output {folder}/accepted.txt
report timeliness --section school --output {folder}/report.csv
report timeliness --output {folder}/report.json
report timeliness --output {folder}/report.xlsx
report timeliness --output {folder}/report.html
report timeliness --output {folder}/report.txt
report timeliness --output {folder}/report.txt --force
report timeliness --section school --output {folder}/open.csv --force
audit P-1 --output {folder}/audit.html
audit P-1 --output {folder}/audit.json
audit P-1 --output {folder}/audit.pdf
audit P-1 --format text --output {folder}/audit.txt
tick --worklist {folder}/worklist.html
terms add {terms} --reason Published
year-plan propose --output {folder}/year.json
caseload hand-over P-1 --output {folder}/note.txt
year-plan sheet {folder}/year.json --output {folder}/year.xlsx
year-plan page {folder}/year.json --output {folder}/year.html
checkpoint keygen {folder}/arflow.key
checkpoint make {folder}/checkpoint.json --key {folder}/arflow.key
evidence export {folder}/pack.zip --plans P-1
archive {folder}/archive
inspection list1 {folder}/list1.csv
inspection list1 {folder}/list1.xlsx
sen2 check --section findings --output {folder}/findings.csv
workflow coverage --format csv --output {folder}/coverage.csv
workflow diagram annual_review.2015 --format mermaid --out {folder}/statutory.mmd
rebuild
"""
FOR_EVERYBODY = {"arflow.key.pub", "statutory.mmd"}  # a public key, and a drawing of the law


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """What the authority has already."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "advice.txt").write_text("Advice.\n")
    (folder / "plan.txt").write_text(PLAN.format("trains"))
    (folder / "new.txt").write_text(PLAN.format("buses"))
    came = mail.attached(mail.email("robin@example.org", "R-2026-000001"), "views.txt").as_bytes()
    deliver(make_maildir(folder / "mail"), came, datetime(2026, 11, 20, 9, tzinfo=UTC), 1)
    letters = folder / "own" / "letters"
    letters.mkdir(parents=True)
    shutil.copy(Path(arflow.__file__).parent / "papers" / "letters" / "templates" / "authority.toml", letters)
    return folder


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    """Each file and folder that a group or others may do anything with."""
    found = (path for path in folder.rglob("*") if path.name not in FOR_EVERYBODY)
    modes = {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in found}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


@pytest.mark.parametrize("umask", [0, 0o022, 0o077], ids=oct, indirect=True)
def test_every_file_and_folder_that_a_command_makes_is_its_owners_alone(
    umask: None, given: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "made"
    folder.mkdir(mode=0o700)
    run = command_line(f"sqlite:///{folder}/arflow.db")
    environment = {
        "ARFLOW_DOCUMENTS": str(folder / "kept" / "documents"),
        "ARFLOW_WORKFLOWS": str(given / "own"),
        "ARFLOW_MAIL_FROM": "send@la.example.org",
    }
    names = {"folder": str(folder), "given": str(given), "terms": str(example())}
    ids = {"queued": ("outbox", "list"), "kept": ("document", "list", "--plan", "P-1"), "came": ("inbox", "list")}

    for line in WRITES.strip().splitlines():
        for name, words in ids.items():
            if f"{{{name}}}" in line:
                row = json.loads(run(*words, "--json", **environment).stdout)[0]
                names[name] = row.get("digest") or row["id"]
        if "open.csv" in line:  # a file that is written over
            (folder / "open.csv").touch(0o666)
        result = run(*(word.format(**names) for word in shlex.split(line)), **environment)
        assert result.exit_code == 0, (line, result.output)
        made = [word.format(**names) for word in line.split() if "{folder}" in word and "://" not in word]
        assert all(Path(file).exists() for file in made), line
        assert open_to_others(folder) == {}, line


def test_the_files_beside_an_open_store_are_as_private_as_it_is(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        url = f"sqlite:///{tmp_path}/arflow.db"
        arflow.create_store(url)
        with Arflow(url, by="A. Officer") as app:
            app.add_plan(AddPlan(ref="P-1", first_made=date(2025, 11, 1)))
            assert {path.name for path in tmp_path.iterdir()} == {"arflow.db", "arflow.db-wal", "arflow.db-shm"}
            assert open_to_others(tmp_path) == {}
    finally:
        os.umask(before)


def test_init_closes_a_store_that_anybody_could_read_and_says_so(run: Run, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.chmod(0o644)
    assert "now only its owner can" in run("init").stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("init").stderr == ""


def test_a_store_and_a_folder_that_somebody_shared_with_a_group_stay_shared(
    run: Run, sqlite_url: str, given: Path, tmp_path: Path
) -> None:
    path, documents = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "documents"
    path.chmod(0o660)
    documents.mkdir()
    documents.chmod(0o2770)
    run("plan", "add", "P-1", "--first-made", "2025-11-01")
    keep = ("document", "keep", str(given / "advice.txt"), "--plan", "P-1", "--kind", "advice")
    assert run(*keep, ARFLOW_DOCUMENTS=str(documents)).exit_code == 0
    assert run("init").stderr == ""
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(documents.stat().st_mode)) == (0o660, 0o2770)


def test_files_are_made_in_the_modules_that_make_them_private() -> None:
    """What else opens a file to write is named here, with why it may."""
    may = {
        "private_files.py": "makes them",
        "temporary.py": "makes private folders",
        "backup/postgresql.py": "in a private folder, and gone afterwards",
        "evidence/signatures.py": "a key, and its public half for everybody",
        "cli/planning/term_lists.py": "a private folder",
        "planning/reply_sheet.py": "in a private folder, and gone afterwards",
        "papers/documents/pdf_pages.py": "in a private folder, and gone afterwards",
        "papers/pages/pdf_page.py": "in a private folder, and gone afterwards",
        "cli/law/workflow.py": "definitions and drawings of the law",
        "sen2/form/csv_form.py": "in a private folder, and gone afterwards",
        "store/files.py": "the store itself",
        "history/archive/archive_folder.py": "its lock",
        "history/columnar/lines.py": "in a private folder, and gone afterwards",
        "history/columnar/place.py": "its locks",
        "history/log_source.py": "in a private folder, and gone afterwards",
    }
    source = Path(arflow.__file__).parent
    writes = re.compile(
        r"\.open\(\"[wax][bt+]*\"|\bopen\([^)]*\"[wax]b?\"|os\.open\(.*O_CREAT|\.write_(bytes|text)\(|\.mkdir\(|\.touch\("
    )
    found = {str(file.relative_to(source)) for file in source.rglob("*.py") if writes.search(file.read_text("utf-8"))}
    assert found - {"papers/documents/place.py"} == set(may)
