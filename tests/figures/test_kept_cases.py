"""Cases kept with their counts, and replayed: by the command line, and those that each version of arflow kept."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.figures.impact import kept_cases
from arflow.figures.impact.kept_cases import Counting, Replayed
from arflow.figures.impact.ruleset import Rules
from arflow.law.catalogue import Catalogue
from tests.support.cases import Cases
from tests.support.paths import ROOT

Run = Callable[..., Result]
KEPT = sorted((ROOT / "tests" / "figures" / "kept").glob("*.cases.gz"))


@pytest.fixture
def amended(cases: Cases) -> str:
    told = cases.opened("12 Sep 2024", "1 May 2025").held("19 Jun 2025").reported("1 Jul 2025")
    told.decided("amend", "14 Jul 2025").noticed("14 Jul 2025").issued("8 Sep 2025")
    return told.plan


@pytest.fixture
def kept(run: Run, amended: str, tmp_path: Path) -> Path:
    path = tmp_path / "before.cases.gz"
    result = run("workflow", "replay", "--keep", str(path))
    assert result.output == f"1 case kept in {path}.\n"
    return path


def test_a_store_is_replayed(run: Run, amended: str) -> None:
    result = run("workflow", "replay")
    assert result.exit_code == 0
    assert "1 case of the store replayed: 10 events" in result.output
    assert result.output.endswith("Each step leads where it led.\n")


def test_kept_cases_are_counted_as_they_were_on_any_later_day(run: Run, kept: Path) -> None:
    result = run("workflow", "replay", str(kept), today=date(2030, 1, 1))
    assert (result.exit_code, "each duty is counted as it was" in result.output) == (0, True)


def test_the_same_cases_are_the_same_bytes(run: Run, kept: Path, tmp_path: Path) -> None:
    run("workflow", "replay", "--keep", str(tmp_path / "again"))
    assert (tmp_path / "again").read_bytes() == kept.read_bytes()


def test_a_duty_counted_otherwise_is_named_by_what_differs(run: Run, kept: Path) -> None:
    _change(kept, '"due":"2025-09-08"', '"due":"2025-09-09"')
    result = run("workflow", "replay", str(kept))
    assert result.exit_code == 1
    assert "R-2025-000001 final_plan: kept as due 2025-09-09; the rules of now: due 2025-09-08\n" in result.output
    (one,) = json.loads(run("--json", "workflow", "replay", str(kept)).output)["counts"]
    assert (one["kept"]["due"], one["now"]["due"]) == ("2025-09-09", "2025-09-08")


def test_a_duty_that_is_no_longer_counted_is_named(run: Run, kept: Path) -> None:
    _change(kept, '"duty":"final_plan"', '"duty":"final_letter"')
    output = run("workflow", "replay", str(kept)).output
    assert "final_letter: kept as owner local authority, due 2025-09-08" in output
    assert "final_letter: kept as" in output
    assert "; the rules of now: not counted\n" in output
    assert "final_plan: kept as not counted; the rules of now: owner local authority, due 2025-09-08" in output


def test_what_is_no_file_of_kept_cases_is_refused_in_a_line(run: Run, kept: Path, tmp_path: Path) -> None:
    lines = gzip.decompress(kept.read_bytes()).splitlines(keepends=True)
    spoilt = {
        "text": b"first_made,ref\n",
        "empty": b"",
        "empty gzip": gzip.compress(b""),
        "half": kept.read_bytes()[:-40],
        "another form": gzip.compress(lines[0].replace(b'"kept_cases":1', b'"kept_cases":2')),
        "no heading": gzip.compress(lines[1]),
        "no JSON": gzip.compress(lines[0] + b"{"),
        "no text": gzip.compress(lines[0] + b'{"plan":"\xff","events":[]}'),
    }
    for name, content in spoilt.items():
        (tmp_path / name).write_bytes(content)
        result = run("workflow", "replay", str(tmp_path / name))
        assert (name, result.exit_code, result.output.count("\n")) == (name, 1, 1)
        assert "is not a file that `arflow workflow replay --keep` wrote, whole" in result.output


def test_a_file_is_not_replayed_and_written_at_once(run: Run, kept: Path) -> None:
    assert "do one, then the other" in run("workflow", "replay", str(kept), "--keep", "other").output


def test_a_file_is_not_written_over(run: Run, kept: Path) -> None:
    before = kept.read_bytes()
    assert "exists already" in run("workflow", "replay", "--keep", str(kept)).output
    assert kept.read_bytes() == before
    assert run("workflow", "replay", "--keep", str(kept), "--force").exit_code == 0


def _change(path: Path, old: str, new: str) -> None:
    lines = gzip.decompress(path.read_bytes()).decode()
    assert old in lines
    path.write_bytes(gzip.compress(lines.replace(old, new).encode()))


# --- what each version kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_a_version_kept_is_counted_as_it_was(path: Path, shipped: Catalogue) -> None:
    """A difference needs a line in the changelog, under "Counted otherwise", that names the duty or step and the paragraph."""
    found = _replayed(path, shipped)
    assert found.left_out == ()
    assert found.cases > 100
    told = _told_in_the_changelog()
    assert {one.about for one in found.steps} - told == set()
    assert {one.duty for one in found.counts} - told == set()


def test_a_version_has_kept_cases() -> None:
    assert KEPT


def _replayed(path: Path, shipped: Catalogue) -> Replayed:
    heading, cases = kept_cases.read_kept(path)
    rules = Rules(workflow_of=shipped.load, current=shipped.load("annual_review.2015"))
    return kept_cases.replay(cases, Counting(rules=rules, machine_of=shipped.machine, today=heading.today))


def _told_in_the_changelog() -> set[str]:
    unreleased = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[1]
    counted = re.search(r"^\*\*Counted otherwise\*\*\n(.*?)(?=^\*\*|^#|\Z)", unreleased, re.MULTILINE | re.DOTALL)
    entries = re.split(r"^- ", counted[1], flags=re.MULTILINE)[1:] if counted else []
    return {
        name for entry in entries if re.search(r"\b(r\.|s\.|Code )\d", entry) for name in re.findall(r"`(\w+)`", entry)
    }
