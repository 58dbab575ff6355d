"""The README's commands and its Python, word for word."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.consoles import ROOT, blocks, run_as_shown
from tests.support.parts import PANGO, PARTS

README = ROOT / "README.md"
DOCS = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]


@pytest.mark.thorough
def test_the_worked_case_prints_what_the_readme_says(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_as_shown(README, run, today=date(2025, 7, 15), ARFLOW_STORE="sqlite:///arflow.db")
    shown = run("review", "show", "R-2025-000001", today=date(2025, 7, 15), ARFLOW_STORE="sqlite:///arflow.db").stdout
    line = next(line for line in shown.splitlines() if line.strip().startswith("representations"))
    assert "breached" in line


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


def test_the_readme_names_each_part_that_tests_need_and_the_packages_that_letters_need() -> None:
    shown = README.read_text("utf-8")
    leaves_out = shown.partition("leaves out")[2].partition(".")[0]
    assert [name for name in PARTS if name not in leaves_out] == []
    assert f"(Debian: `{' '.join(PANGO.packages)}`)" in shown


def test_every_module_is_on_the_map() -> None:
    modules = {path.stem for path in (ROOT / "src" / "arflow").iterdir() if not path.name.startswith("__")} - {
        "py",
        "py.typed",
        "logs",
        "diagram",
        "workflows",
    }
    table = README.read_text("utf-8").partition("| module |")[2].partition("\n\n")[0]
    assert modules <= set(re.findall(r"`(\w+)`", table))


def test_shell_completion_offers_commands_and_options(tmp_path: Path) -> None:
    from click.shell_completion import BashComplete

    from arflow.cli import cli

    complete = BashComplete(cli, {}, "arflow", "_ARFLOW_COMPLETE")
    assert {"plan", "review", "due"} <= {item.value for item in complete.get_completions([], "")}
    assert {"hold", "report"} <= {item.value for item in complete.get_completions(["review"], "")}
    assert "--outcome" in {item.value for item in complete.get_completions(["review", "decide"], "--")}
