"""The README's commands and its Python, word for word."""

import re
import shlex
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCS = sorted(ROOT.glob("docs/**/*.md"))


def consoles() -> list[tuple[str, str]]:
    """Each command of the README with what it is to print; `...` stands for any lines."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def test_the_worked_case_prints_what_the_readme_says(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command, expected in consoles():
        words = shlex.split(command)
        assert words[0] == "arflow"
        result = run(*words[1:], today=date(2025, 7, 15), ARFLOW_STORE="sqlite:///arflow.db")
        assert result.exit_code == (1 if expected.startswith("arflow: ") else 0), (command, result.stderr)
        pattern = "".join(
            ".*" if piece == "...\n" else re.escape(piece)
            for piece in re.split(r"(^\.\.\.\n)", expected, flags=re.MULTILINE)
        )
        assert re.fullmatch(pattern, result.stdout + result.stderr, re.DOTALL), (command, result.stdout + result.stderr)
    shown = run("review", "show", "R-2025-000001", today=date(2025, 7, 15), ARFLOW_STORE="sqlite:///arflow.db").stdout
    line = next(line for line in shown.splitlines() if line.strip().startswith("representations"))
    assert "breached" in line


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    exec(compile(code.group(1), "README.md", "exec"), {})
    assert "decision 2025-07-16 due_soon" in capsys.readouterr().out


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_module_is_on_the_map() -> None:
    modules = {path.stem for path in (ROOT / "src" / "arflow").iterdir() if not path.name.startswith("__")} - {
        "py",
        "py.typed",
        "logs",
        "diagram",
        "workflows",
    }
    table = README.partition("| module |")[2].partition("\n\n")[0]
    assert modules <= set(re.findall(r"`(\w+)`", table))


def test_shell_completion_offers_commands_and_options(tmp_path: Path) -> None:
    from click.shell_completion import BashComplete

    from arflow.cli import cli

    complete = BashComplete(cli, {}, "arflow", "_ARFLOW_COMPLETE")
    assert {"plan", "review", "due"} <= {item.value for item in complete.get_completions([], "")}
    assert {"hold", "report"} <= {item.value for item in complete.get_completions(["review"], "")}
    assert "--outcome" in {item.value for item in complete.get_completions(["review", "decide"], "--")}
