"""A narrow terminal loses nothing: what does not stand side by side stands one below the other."""

from collections.abc import Callable
from io import StringIO

import pytest
from click.testing import Result
from rich.cells import cell_len

from arflow.cli.output import table
from arflow.figures.rendering import as_table
from arflow.figures.rendering.cells import Styled
from arflow.figures.rendering.console import Console
from arflow.figures.report import Asked, Column, Report, Section
from tests.conftest import TODAY
from tests.support.terminal import on_a_terminal

Run = Callable[..., Result]
HEADS = ("Last day", "Days", "State", "Plan", "Review", "Act", "Limit", "Whose", "Next", "Coordinator")
ROWS = [
    ("2025-09-26", "431 late", "overdue", "P-00061", "R-2026-000090", "decide", "twelve months; decision by 2026-04-30",
     "LA", "la", "Devon Ash"),
    ("2026-01-09", "326 late", "overdue", "P-00149", "R-2025-000245", "issue", "final plan", "LA", "school", None),
]  # fmt: skip


def _drawn(width: int) -> str:
    out = StringIO()
    table(Console(file=out, width=width), HEADS, ROWS, empty="None.")
    return out.getvalue()


@pytest.mark.parametrize("width", [140, 100, 80, 60, 30])
def test_every_word_of_a_table_is_there_at_any_width(width: int) -> None:
    told = _drawn(width)
    words = {word for row in ROWS for cell in row if cell for word in cell.split()}
    assert {word for word in words if word not in told} == set()
    assert max(map(len, told.splitlines())) <= width


def test_a_narrow_table_has_what_names_the_row_first_and_the_rest_with_its_heads_below() -> None:
    assert [line.rstrip() for line in _drawn(80).splitlines()] == [
        "Last day    Days      State    Plan     Review",
        "─────────────────────────────────────────────────────",
        "2025-09-26  431 late  overdue  P-00061  R-2026-000090",
        "    Act: decide · Limit: twelve months; decision by 2026-04-30 · Whose: LA ·",
        "    Next: la · Coordinator: Devon Ash",
        "2026-01-09  326 late  overdue  P-00149  R-2025-000245",
        "    Act: issue · Limit: final plan · Whose: LA · Next: school",
        "",
    ]


def test_a_report_loses_no_column_either() -> None:
    columns = tuple(Column(name=f"c{n}", title=f"Column {n}") for n in range(12))
    rows = (tuple(f"value{n}" for n in range(12)),)
    section = Section(name="one", title="One", columns=columns, rows=rows)
    report = Report(name="r", title="R", about="", asked=Asked(as_at=TODAY), log=None, sections=(section,))
    out = StringIO()
    as_table.write(report, Console(file=out, width=60))
    assert all(f"value{n}" in out.getvalue() and f"Column {n}" in out.getvalue() for n in range(12))
    assert "Too narrow" not in out.getvalue()


@pytest.mark.thorough
@pytest.mark.parametrize("width", [80, 60])
def test_lists_on_a_real_terminal_keep_everything(run: Run, sqlite_url: str, width: int) -> None:
    for line in (
        (
            "plan",
            "add",
            "P-1",
            "--first-made",
            "2025-10-01",
            "--setting",
            "123456",
            "--coordinator",
            "Devon Ashworth-Hill",
        ),
        ("review", "open", "P-1", "--kind", "annual", "--on", "2026-09-01", "--meeting-on", "2026-12-01"),
    ):
        assert run(*line).exit_code == 0
    for words, wanted in (
        ("due", ("2026-09-30", "R-2026-000001", "Devon", "Ashworth-Hill", "twelve")),
        ("plan list", ("P-1", "123456", "Devon", "Ashworth-Hill", "2026-09-30", "R-2026-000001")),
        ("review list", ("R-2026-000001", "P-1", "annual", "2026-12-01")),
        ("review show P-1", ("r.20(4)", "LA", "r.22(2)(c)")),
        ("plan show P-1", ("s.44(1)", "Code", "9.169")),
    ):
        told = on_a_terminal(words, sqlite_url, columns=width).text
        assert [word for word in wanted if word not in told] == [], told
        assert max(map(len, told.splitlines())) <= width


def test_what_is_long_or_of_wide_letters_is_folded_and_lined_up() -> None:
    rows = [("P-1", "漢字 " * 20, "x" * 100), ("P-2", "two\nlines", "end")]
    out = StringIO()
    table(Console(file=out, width=70), ("Plan", "What", "Law"), rows, empty="None.")
    told = out.getvalue()
    assert told.count("漢字") == 20
    assert told.count("x") == 100
    assert max(map(cell_len, told.splitlines())) <= 70
    assert [line.split() for line in told.splitlines()[-3:]] == [["P-2", "two", "end"], ["lines"], []]


def test_colour_stands_round_the_words_alone() -> None:
    out = StringIO()
    shown = Console(file=out, width=70, colours=True)
    table(shown, ("Plan", "State"), [("P-1", Styled("overdue", "bold red")), ("P-2", "met")], empty="None.")
    assert " P-1    \x1b[31m\x1b[1moverdue\x1b[0m\n P-2    met\n" in out.getvalue()
