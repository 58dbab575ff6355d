"""The README's and the tutorial's commands and the README's Python, word for word."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.consoles import blocks, run_as_shown
from tests.support.parts import PARTS
from tests.support.paths import ROOT

README, TUTORIAL = ROOT / "README.md", ROOT / "docs" / "tutorial.md"
DOCS = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]


# Days on which somebody may read the pages.
DAYS = [date(2026, 11, 30), date(2027, 2, 28), date(2028, 8, 1)]


@pytest.mark.thorough
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_worked_case_prints_what_the_readme_says_on_any_day(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    monkeypatch.chdir(tmp_path)
    run_as_shown(README, run, today=today, ARFLOW_STORE="sqlite:///arflow.db")


@pytest.mark.thorough
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_tutorial_prints_what_it_says_on_any_day(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    monkeypatch.chdir(tmp_path)
    [prepared] = blocks(TUTORIAL, "sh")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "-euc", prepared], env=os.environ | {"PATH": programs}, check=True)

    run_as_shown(TUTORIAL, run, today=today, ARFLOW_STORE="sqlite:///arflow.db", ARFLOW_WORKFLOWS="rules")

    assert "Robin Ash" in Path("invitation.txt").read_text("utf-8")


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = blocks(README, "python")
    exec(compile(code, "README.md", "exec"), {})
    assert "decision 2025-07-16 due_soon" in capsys.readouterr().out


@pytest.mark.parametrize("page", [README, *DOCS], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_names_each_part_that_tests_need_and_none_that_letters_need() -> None:
    shown = " ".join(README.read_text("utf-8").split())
    leaves_out = shown.partition("leaves out")[2].partition(".")[0]
    assert [name for name in PARTS if name not in leaves_out] == []
    assert "Letters and every other PDF need nothing but the package." in shown
    assert not re.search(r"pango|weasyprint", (ROOT / "pyproject.toml").read_text("utf-8") + shown, re.IGNORECASE)


def test_the_table_of_rooms_has_every_room_in_the_order_of_the_import_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room for layer in contract for room in layer.split(" | ")]

    table = README.read_text("utf-8").partition("| room of")[2].partition("\n\n")[0]
    shown = [room for row in table.splitlines()[2:] for room in re.findall(r"`(\w+)`", row.split("|")[1])]

    assert shown == rooms
    assert set(rooms) == {
        path.stem for path in (ROOT / "src" / "arflow").iterdir() if path.stem not in ("__init__", "__pycache__", "py")
    }


def test_the_readme_is_short_and_its_pictures_are_small_and_described() -> None:
    assert len(README.read_text("utf-8").splitlines()) < 170
    pictures = re.findall(r"!\[([^]]*)\]\((\S+)\)", README.read_text("utf-8"))
    assert len(pictures) == 2
    for described, file in pictures:
        assert len(described) > 50
        assert (ROOT / file).stat().st_size < 150_000


def test_shell_completion_offers_commands_and_options(tmp_path: Path) -> None:
    from click.shell_completion import BashComplete

    from arflow.cli import cli

    complete = BashComplete(cli, {}, "arflow", "_ARFLOW_COMPLETE")
    assert {"plan", "review", "due"} <= {item.value for item in complete.get_completions([], "")}
    assert {"hold", "report"} <= {item.value for item in complete.get_completions(["review"], "")}
    assert "--outcome" in {item.value for item in complete.get_completions(["review", "decide"], "--")}
