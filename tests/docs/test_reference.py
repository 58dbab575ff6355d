"""The reference and explanation pages agree with the code, and their examples run."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from click.testing import Result

from arflow.cli.lists.due import AT_RISK, OVERDUE
from arflow.cli.root import CONFLICT, REFUSED
from arflow.law import formula, workflow
from arflow.law.machine import CIRCUMSTANCES, REASON_GIVEN
from arflow.law.names import CONDITIONS, DERIVED
from tests.support.consoles import blocks, run_as_shown
from tests.support.paths import ROOT, script

REFERENCE = ROOT / "docs" / "reference"
EXPLANATION = ROOT / "docs" / "explanation"
SOURCE = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "arflow").rglob("*.py"))
TABLES: dict[str, type[msgspec.Struct]] = {
    "`[workflow]`": workflow.Header,
    "`[policy]`": formula.Policy,
    "`[[state]]`": workflow.State,
    "`[[step]]`": workflow.Step,
    "`moves`": workflow.Move,
    "`[[invitee]]`": workflow.Invitee,
    "`[[recipient]]`": workflow.Recipient,
    "`[[duty]]`": workflow.DutyRule,
    "`due`": workflow.Limb,
    "`lapses_if`": workflow.Lapse,
    "`[[lapse]]`": workflow.Lapse,
    "`[[transfer]]`": workflow.Transfer,
    "`[kind.NAME]`": workflow.Kind,
    "`[[term]]`": workflow.Term,
}
PLAIN = {str: "text", int: "number", bool: "true or false", date: "day"}


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of each table row that begins with a name in code."""
    found = re.findall(r"^\| (`.*) \|$", text, re.MULTILINE)
    return [re.split(r" \| ", row) for row in found]


def named(text: str) -> set[str]:
    """The names in code with which table rows begin."""
    return {row[0].strip("`") for row in rows(text)}


# --- made from the code ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "by"), [("cli.md", "make-cli-reference"), ("events.md", "make-event-reference")], ids=["cli", "events"]
)
def test_a_page_is_what_its_script_makes_of_the_code(made: str, by: str) -> None:
    assert page(made) == script(by).page(), f"run .venv/bin/python scripts/{by}"


def test_the_page_of_commands_has_each_with_its_arguments_and_options() -> None:
    shown = page("cli.md")
    assert "### `arflow why REVIEW|PLAN [DUTY]`" in shown
    opened = shown.partition("#### `arflow review open ")[2].partition("\n####")[0]
    assert {"--kind", "--meeting-on", "--arranged-by", "--on"} <= set(re.findall(r"`(--[\w-]+)", opened))


# --- the definition file -----------------------------------------------------------------------------------------


def _options(hint: Any) -> Iterator[str]:
    """The words that a field takes, whether it takes one or several."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    for part in get_args(hint):
        if not isinstance(part, str):
            yield from _options(part)


@pytest.mark.parametrize("heading", TABLES)
def test_the_format_of_a_definition_has_every_key_with_its_type_and_default(heading: str) -> None:
    section = page("definition-file.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition("| key |")[2].partition("\n\n")[0]
    found = {key.strip("`"): (type_, default, meaning) for key, type_, default, meaning in rows(table)}

    fields = {field.encode_name: field for field in msgspec.structs.fields(TABLES[heading])}
    fields.pop("bank_holidays", None)  # they are entered into a store, and no file has them
    assert found.keys() == fields.keys()
    for name, field in fields.items():
        type_, default, meaning = found[name]
        assert meaning.strip(), name
        assert (default == "required") == field.required, name
        if not field.required and field.default is not None and field.default is not msgspec.NODEFAULT:
            assert default.strip("`") == _toml(field.default), name
        assert not (missing := [word for word in _options(field.type) if f"`{word}`" not in type_ + meaning]), missing
        plain = next((PLAIN[part] for part in (field.type, *get_args(field.type)) if part in PLAIN), None)
        if plain and get_origin(field.type) not in (tuple, dict):
            assert type_ == plain, name
        assert type_.startswith("list of ") == (get_origin(field.type) is tuple), name


def _toml(value: object) -> str:
    """A default as TOML writes it, without the quotes of a word."""
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{part}"' for part in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '""' if value == "" else str(value)


def test_every_table_of_a_definition_has_a_section() -> None:
    sections = set(re.findall(r"^## (`.+`)$", page("definition-file.md"), re.MULTILINE))
    assert sections == TABLES.keys()


def test_the_format_names_every_circumstance_condition_fact_and_phrase() -> None:
    text = page("definition-file.md")
    words = set(re.findall(r"`(\w+)`", text))
    assert {*CIRCUMSTANCES, REASON_GIVEN, *CONDITIONS} <= words
    assert set(DERIVED) <= named(text)
    shown = text.partition("| phrase |")[2].partition("\n\n")[0]
    written = {
        phrase: phrase.replace("N ", "3 ")
        .replace("DAY MONTH", "15 February")
        .replace("FACT", "held")
        .replace("DUTY", "x")
        for phrase in named(shown)
    }
    assert {type(formula.parse(text)) for text in written.values()} == set(get_args(formula.AnyRule))


# --- exit codes, errors, settings --------------------------------------------------------------------------------


def test_every_kind_of_error_is_on_the_page() -> None:
    table = page("exit-codes.md").partition("| kind |")[2].partition("\n\n")[0]
    assert named(table) == set(re.findall(r'^    kind = "([a-z_]+)"$', SOURCE, re.MULTILINE))


def test_every_setting_is_on_the_page() -> None:
    used = set(re.findall(r"\bARFLOW_[A-Z_]*[A-Z]\b", SOURCE))
    table = page("exit-codes.md").partition("| variable |")[2].partition("\n\n")[0]
    assert named(table) == used


def test_the_exit_codes_and_the_json_of_a_refusal_are_as_the_page_says(
    run: Callable[..., Result], sqlite_url: str
) -> None:
    codes = re.findall(r"^\| (\d) \| (.+) \|$", page("exit-codes.md"), re.MULTILINE)
    assert [int(code) for code, _ in codes] == [0, REFUSED, 2, CONFLICT, OVERDUE, AT_RISK]
    [shown] = blocks(REFERENCE / "exit-codes.md", "json")
    run("plan", "add", "P-1", "--first-made", "2024-09-12")
    run("review", "open", "P-1", "--on", "2025-05-01", "--meeting-on", "2026-12-20")

    refused = run("review", "report", "R-2025-000001", "--json")

    assert refused.exit_code == REFUSED
    theirs, ours = msgspec.json.decode(refused.stderr)["error"], msgspec.json.decode(shown)["error"]
    assert (theirs.keys(), theirs["kind"]) == (ours.keys(), ours["kind"])
    assert theirs["message"].startswith(ours["message"].removesuffix("…"))


# --- what runs ---------------------------------------------------------------------------------------------------


def test_the_python_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks(REFERENCE / "python.md", "python")), "python.md", "exec"), {})


def test_the_example_of_the_concepts_prints_what_it_says(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_as_shown(EXPLANATION / "concepts.md", run, today=date(2025, 7, 10), ARFLOW_STORE="sqlite:///concepts.db")


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)#]+)\)", index.read_text("utf-8"))}
    decisions = ROOT / "docs" / "adr"
    pages = {found for found in index.parent.rglob("*.md") if found.parent != decisions} - {index}
    assert pages <= linked
