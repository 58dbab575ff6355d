"""Each kind of tampering is found and located, found by a checkpoint, or stated as not found; the page says the same."""

import json
import shutil
from pathlib import Path

import pytest

from arflow.evidence.coverage import COVERAGE, how_of
from tests.conftest import command_line
from tests.support.paths import ROOT, script
from tests.support.tampered import Files, make
from tests.support.tamperings import TAMPERINGS, Tampering

thorough = pytest.mark.thorough


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    """An authority's files as nobody has touched them."""
    return make(tmp_path_factory.mktemp("whole"), sqlite_template)


@pytest.fixture
def files(whole: Files, tmp_path: Path) -> Files:
    """A copy of them, to tamper with."""
    shutil.copytree(whole.folder, tmp_path / "own")
    return Files(tmp_path / "own")


def answer(files: Files, *words: str) -> tuple[int, str]:
    """What a command finds: its exit code and each thing found, by its place."""
    done = command_line(files.url)(*(word.replace("DIR", str(files.folder)) for word in words), "--json")
    if not done.stdout:
        return done.exit_code, done.stderr
    document = json.loads(done.stdout)
    lists = document.get("lists") or {}
    found = [
        *document.get("faults", []),
        *document.get("findings", []),
        *document.get("doubts", []),
        *lists.get("differences", []),
    ]
    lines = (one if isinstance(one, str) else f"{one.get('segment', one.get('place', 'position ' + str(one.get('position'))))}"
             + (f", position {one['position']}" if "segment" in one else "") + f": {one.get('problem')}" for one in found)  # fmt: skip
    return done.exit_code, "\n".join(lines)


CHECKS = {
    "arflow verify": ("verify",),
    "a checkpoint": ("verify", "--checkpoint", "DIR/checkpoint.json", "--public-key", "DIR/arflow.key.pub"),
    "arflow archive --verify": ("archive", "DIR/archive", "--verify", "--checkpoint", "DIR/checkpoint.json"),
    "arflow evidence verify": ("evidence", "verify", "DIR/pack.zip", "--public-key", "DIR/arflow.key.pub"),
}


@thorough
def test_nothing_is_found_where_nobody_tampered(files: Files) -> None:
    for words in CHECKS.values():
        assert answer(files, *words) == (0, ""), words


@thorough
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.what)
def test_each_kind_of_tampering_is_found_as_the_table_says(files: Files, tampering: Tampering) -> None:
    tampering.do(files)
    by = how_of(tampering.of).found_by
    if by == "nothing":
        for words in CHECKS.values():
            assert answer(files, *words) == (0, ""), words
        return
    code, found = answer(files, *CHECKS[by])
    assert tampering.says in found
    assert code == (0 if tampering.what in DOUBTED else 1)
    if by == "a checkpoint":
        assert answer(files, "verify", "--log-only") == (0, "")


# Each may have an innocent cause: it is named, with exit code 0.
DOUBTED = {
    "A moment of recording set back, with a new chain",
    "An index added",
    "A document's row deleted with its file",
}


@thorough
def test_a_list_of_what_is_wrong_is_printed_for_people_too(files: Files) -> None:
    files.sql("update events set payload = cast(payload as text) where position = 3", "delete from chain_head")
    said = command_line(files.url)("verify")
    assert (said.exit_code, said.stderr) == (1, "")
    assert "position 3: the event cannot be checked: its payload is stored as text" in said.stdout
    assert "Newest checkpoint outside the store: none was taken" in said.stdout


def test_every_kind_that_is_covered_has_a_tampering_of_its_own() -> None:
    assert {one.of for one in TAMPERINGS} == {one.changed for one in COVERAGE}
    assert len({one.what for one in TAMPERINGS}) == len(TAMPERINGS) >= 50
    assert all(one.says or how_of(one.of).found_by == "nothing" for one in TAMPERINGS)


def test_the_page_of_tamperings_is_what_the_script_makes_of_the_list() -> None:
    page = (ROOT / "docs" / "reference" / "tampering.md").read_text("utf-8")
    assert page == script("make-tampering-reference").page(), "run .venv/bin/python scripts/make-tampering-reference"
