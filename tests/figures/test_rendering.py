"""A report in each of its forms: the same figures, typed, nothing that runs, nothing half-written."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from arflow.cli.figures.report_output import emit_report, report_output
from arflow.cli.root import Command, Root
from arflow.cli.session import Session as CliSession
from arflow.errors import InvalidValue, MissingValue, NotPossible
from arflow.figures.rendering import as_csv, as_html, as_json, as_table, as_xlsx, charts
from arflow.figures.rendering.cell_words import shown
from arflow.figures.rendering.chart_specs import _most, bars
from arflow.figures.rendering.console import Console
from arflow.figures.rendering.palette import looks
from arflow.figures.rendering.selection import chosen, opened
from arflow.figures.report import Column, Report, Section
from tests.support.paths import ROOT
from tests.support.small_report import HARMFUL, HEAD, MADE, report


def section(name: str) -> Section:
    return next(one for one in report().sections if one.name == name)


def as_text(found: Report, width: int = 140) -> str:
    shown = io.StringIO()
    as_table.write(found, Console(file=shown, width=width))
    return shown.getvalue()


def workbook(found: Report) -> Workbook:
    written = io.BytesIO()
    as_xlsx.write(found, written, MADE)
    return load_workbook(written)


def page(found: Report) -> str:
    return as_html.write(found, MADE)


# --- table -----------------------------------------------------------------------------------------------------


def test_a_table_says_what_was_asked_and_shows_units_and_nothing_as_a_dash() -> None:
    lines = as_text(report()).splitlines()
    assert lines[0] == "How timely reviews were"
    assert lines[1] == "As at 31 Mar 2026; as known at 2 Apr 2026, 17:00 UTC; period 1 Apr 2025 to 31 Mar 2026"
    assert next(line.split() for line in lines if "advice" in line) == [
        "advice",
        "circulated",
        "1,204",
        "12",
        "99.0%",
        "14.5",
    ]
    assert ["–", "0", "0", "–", "–"] in [line.split() for line in lines]
    assert "Nothing to count." in lines
    assert "Late: Not in time." in lines


def test_cells_read_alike_for_people_everywhere() -> None:
    read = [shown(66.666, "percent"), shown(1_234_567, "count"), shown(14.25, "days"), shown(20.0, "days")]
    assert read == ["66.7%", "1,234,567", "14.2", "20"]
    assert [shown("2026-03", "text"), shown("2025/26", "text"), shown("R-2026-000001", "text")] == [
        "Mar 2026", "2025/26", "R-2026-000001",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [44, 43, 34, 20])
def test_a_narrow_terminal_shows_every_figure_with_its_head(width: int) -> None:
    found = chosen(report(), section="duties", where=[("duty", "advice circulated")])
    text = as_text(found, width=width)
    assert [word for word in ("1,204", "12", "99.0%", "14.5", "Met", "Late", "Median") if word not in text] == []
    assert "…" not in text
    figures = text.partition("Duty")[2].partition("Done on")[0].rpartition("\n")[0]  # other lines wrap by themselves
    assert max(map(len, figures.splitlines())) <= width


def test_a_word_too_long_for_a_narrow_terminal_is_folded_and_never_cut() -> None:
    found = chosen(report(), section="duties", where=[("duty", HARMFUL)])
    assert "…" not in as_text(found, width=45)
    folded = "".join(as_text(found, width=45).splitlines())
    assert HARMFUL.replace(" ", "") in folded.replace(" ", "")


def test_cases_in_a_table_are_counted_where_not_all_are_shown() -> None:
    out = Console(file=io.StringIO(), width=140)
    as_table.write_cases(report(), opened(report(cases=500)), out, most=20)
    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("R-2026-") == 20
    assert "480 more" in text


# --- CSV -------------------------------------------------------------------------------------------------------


def test_csv_holds_one_section_and_words_that_a_spreadsheet_would_run_are_text() -> None:
    written = io.StringIO()
    as_csv.write(report(), written, section="duties")
    rows = list(csv.reader(io.StringIO(written.getvalue())))
    assert rows == [
        ["duty", "met", "late", "met_percent", "median_days"],
        ["advice_circulated", "1204", "12", "99.0", "14.5"],
        [f"'{HARMFUL}", "3", "1", "75.0", "20.0"],
        ["", "0", "0", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_csv_cell_begins_like_a_formula(start: str) -> None:
    written = io.StringIO()
    as_csv.write_rows((Column(name="x", title="X"),), [(f"{start}1",), (-1,)], written)
    assert list(csv.reader(io.StringIO(written.getvalue(), newline="")))[1:] == [
        [f"'{start}1".replace("\r", "\n")],
        ["-1"],
    ]


def test_csv_of_several_sections_names_them() -> None:
    with pytest.raises(MissingValue) as refused:
        as_csv.write(report(), io.StringIO())
    assert refused.value.possible == ("duties", "months", "settings", "nothing")
    with pytest.raises(InvalidValue, match="possible: duties, months, settings, nothing"):
        as_csv.write(report(), io.StringIO(), section="weeks")


def test_cases_are_streamed_as_csv() -> None:
    taken: list[int] = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(3):
            taken.append(number)
            yield (number,)

    class Watching(io.StringIO):
        def write(self, text: str, /) -> int:
            watched.append((text, len(taken)))
            return super().write(text)

    watched: list[tuple[str, int]] = []
    as_csv.write_rows((Column(name="n", title="N", unit="count"),), rows(), Watching())
    assert watched == [("n\n", 0), ("0\n", 1), ("1\n", 2), ("2\n", 3)]


# --- JSON ------------------------------------------------------------------------------------------------------


def test_json_is_a_stable_document() -> None:
    written = io.BytesIO()
    as_json.write(report(), written)
    found = json.loads(written.getvalue())
    keys = "name title about asked log left_out newest_checkpoint sections definitions"
    assert list(found) == keys.split()
    assert found["asked"] == {
        "as_at": "2026-03-31", "known_at": "2026-04-02T17:00:00Z", "start": "2025-04-01", "end": None, "by": "all",
    }  # fmt: skip
    assert found["log"] == {"position": 12_345, "head": HEAD}
    duties, months, _, nothing = found["sections"]
    assert list(duties) == ["name", "title", "note", "columns", "rows", "chart", "cases"]
    assert duties["columns"][1] == {"name": "met", "title": "Met", "unit": "count", "definition": "In time."}
    assert duties["rows"][1] == {"duty": HARMFUL, "met": 3, "late": 1, "met_percent": 75.0, "median_days": 20.0}
    assert duties["rows"][2]["met_percent"] is None
    assert duties["chart"]["says"] == "Most were met."
    assert duties["cases"] == ["duty", "outcome", "review", "due", "recorded"]
    assert (months["cases"], nothing["chart"], nothing["rows"]) == (None, None, [])
    assert found["definitions"] == {"met": "Done on or before the last day."}


def test_cases_as_json_say_which_they_are() -> None:
    written = io.BytesIO()
    as_json.write_cases(report(), opened(report(), where=[("outcome", "met")]), written)
    found = json.loads(written.getvalue())
    assert (found["section"], found["note"]) == ("duties", "Meetings held in the period. Only where outcome is met.")
    assert found["rows"] == [
        {
            "duty": "advice_circulated", "outcome": "met", "review": "R-2026-000000", "due": "2026-03-08",
            "recorded": "2026-03-09T08:05:00Z",
        }
    ]  # fmt: skip


# --- Excel -----------------------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_for_each_section_its_cases_and_the_definitions_with_links() -> None:
    book = workbook(report())
    assert book.sheetnames == [
        "Contents", "How each duty was kept", "Month by month", "By setting", "Plans never reviewed",
        "Cases - How each duty was kept", "Definitions",
    ]  # fmt: skip
    contents = book["Contents"]
    facts = {row[0].value: row[1].value for row in contents.iter_rows(min_row=4, max_row=9)}
    assert facts["As at"] == "31 Mar 2026"
    assert facts["Log"] == "up to event 12,345"
    assert facts["Head of the log"] == HEAD
    links = {cell.hyperlink.location: cell.value for cell in contents["A"] if cell.hyperlink}
    assert links == {f"'{name}'!A1": name for name in book.sheetnames[1:]}
    counts = {row[0].value: row[1].value for row in contents.iter_rows(min_row=10) if row[0].hyperlink}
    assert counts["Cases - How each duty was kept"] == 3
    assert counts["Plans never reviewed"] == 0
    assert [cell.value for cell in book["Definitions"]["A"]] == ["What", "met", "Met", "Late"]


def test_cells_of_a_workbook_have_types_and_none_is_a_formula() -> None:
    book = workbook(report())
    figures = book["How each duty was kept"]
    assert [cell.value for cell in figures[1]] == ["Duty", "Met", "Late", "Met %", "Median days"]
    assert [cell.value for cell in figures[2]] == ["advice circulated", 1_204, 12, 0.99, 14.5]
    assert [cell.number_format for cell in figures[2]] == ["General", "#,##0", "#,##0", "0.0%", "#,##0.0"]
    assert [cell.value for cell in figures[4]] == [None, 0, 0, None, None]
    assert (figures["A3"].value, figures["A3"].data_type) == (HARMFUL, "s")
    assert (figures.freeze_panes, figures.auto_filter.ref) == ("A2", "A1:E4")
    cases = book["Cases - How each duty was kept"]
    assert cases["E1"].value == "Recorded (UTC)"
    assert (cases["D2"].value, cases["D2"].number_format, cases["D2"].is_date) == (
        datetime(2026, 3, 8),  # noqa: DTZ001  Excel knows no zones
        "dd mmm yyyy",
        True,
    )
    assert cases["E2"].value == datetime(2026, 3, 9, 8, 5)  # noqa: DTZ001  as above
    assert cases["D4"].value is None
    assert book["Plans never reviewed"]["A2"].value == "Nothing to count."
    assert [
        cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []


def test_titles_that_excel_does_not_take_as_names_of_sheets_are_made_fit() -> None:
    sections = [
        msgspec.structs.replace(section("nothing"), title="Late [or never]: plans / reviews?"),
        msgspec.structs.replace(section("nothing"), title="A title of many more letters than a sheet takes: one"),
        msgspec.structs.replace(section("nothing"), title="A title of many more letters than a sheet takes: two"),
        msgspec.structs.replace(section("nothing"), title="Contents"),
    ]
    book = workbook(msgspec.structs.replace(report(), sections=tuple(sections)))
    assert book.sheetnames[1:-1] == [
        "Late  or never   plans   review", "A title of many more letters th", "A title of many more letters  2", "Contents 2",
    ]  # fmt: skip


def test_cases_that_a_sheet_has_no_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "_MOST_ROWS", 101)
    book = workbook(report(cases=150))
    assert book["Cases - How each duty was kept"].max_row == 101
    assert any("50 more than a sheet has room for" in str(cell.value) for cell in book["Contents"]["C"])


# --- HTML and charts -------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_page_is_whole_by_itself_and_nothing_in_it_runs() -> None:
    text = page(report())
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"<script|<link|<img|<iframe|\son\w+=|(src|href)=\"(?!#)", text)
    assert "=1+1&lt;script&gt;" in text
    assert HEAD in text
    assert "up to event 12,345" in text


@pytest.mark.thorough
def test_a_page_has_a_heading_and_its_figures_for_each_section_and_every_id_once() -> None:
    text = page(report())
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for name in ("duties", "months", "settings", "nothing", "definitions"):
        assert f'<a href="#{name}">' in text
        assert f'<h2 id="{name}">' in text
    assert text.count("<table>") == 4  # three sections and the cases of one
    assert '<time datetime="2026-03-08" class="whole">8 Mar 2026</time>' in text
    assert '<p class="none">Nothing to count.</p>' in text


@pytest.mark.thorough
def test_a_page_shows_200_cases_and_says_how_to_see_the_others() -> None:
    text = page(report(cases=1_512))
    assert text.count("R-2026-") == 200
    assert "The cases behind these figures: 200 of 1,512" in text
    assert "1,312 more: use <code>arflow report small --section duties --cases</code>" in text
    assert "more: use" not in page(report(cases=200))


@pytest.mark.parametrize("name", ["duties", "months", "settings"])
def test_a_chart_is_one_image_with_its_text_for_screen_readers(name: str) -> None:
    drawn = charts.svg(section(name))
    chart = section(name).chart
    assert drawn is not None
    assert chart is not None
    root = Xml.fromstring(drawn)
    assert (root.get("role"), root.get("aria-label")) == ("img", f"{chart.title}. {chart.says}")
    assert [one for one in root.iter() if one is not root and (one.get("role") or one.get("aria-label"))] == []
    assert "<script" not in drawn


def words_of(drawn: str | None) -> list[str]:
    assert drawn is not None
    return ["".join(one.itertext()) for one in Xml.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]


def test_a_chart_keeps_names_whole_numbers_its_bars_and_names_its_series() -> None:
    settings = words_of(charts.svg(section("settings")))
    assert "Invented Academy of Science andTechnology (North Campus)" in settings  # over two lines
    assert {"31", "12"} <= set(settings)
    duties = words_of(charts.svg(section("duties")))
    assert {"Met", "Late", "advice circulated", "none", HARMFUL, "1,204"} <= set(duties)


def test_a_line_follows_time_whatever_the_order_of_its_rows() -> None:
    drawn = words_of(charts.svg(section("months")))
    months = [word for word in drawn if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", word)]
    assert months == ["Dec 2025", "Jan 2026", "Feb 2026"]
    assert {"Decided in time", "Reported in time", "100%"} <= set(drawn)


@pytest.mark.thorough
def test_months_are_the_same_west_of_greenwich() -> None:
    program = "from tests.support.small_report import report; from arflow.figures.rendering.charts import svg; print(svg(report().sections[1]))"
    run = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "TZ": "America/New_York"}, capture_output=True, text=True, check=True,
        cwd=ROOT,
    )  # fmt: skip
    assert "Dec 2025" in run.stdout
    assert "Nov 2025" not in run.stdout


def test_a_line_over_what_is_no_day_keeps_the_order_of_its_rows() -> None:
    terms = (("Summer 2025", 1.0, 2.0), ("Autumn 2025", 3.0, 4.0), ("Spring 2026", 5.0, 6.0))
    drawn = words_of(charts.svg(msgspec.structs.replace(section("months"), rows=terms)))
    assert [word for word in drawn if "202" in word] == [term for term, *_ in terms]


def test_ids_within_a_chart_are_its_own_in_a_page_of_many() -> None:
    chart = section("duties").chart
    assert chart is not None
    drawn = '<svg xmlns="http://www.w3.org/2000/svg"><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>'
    named = charts._as_one_image(drawn, "duties", chart)
    assert '<clipPath id="duties-clip0"/><g clip-path="url(#duties-clip0)"/>' in named


def test_counts_of_rows_with_one_name_are_added_up_and_other_units_are_not_drawn() -> None:
    duties, settings = section("duties"), section("settings")
    twice = msgspec.structs.replace(duties, rows=(duties.rows[0], duties.rows[0]))
    assert "2,408" in words_of(charts.svg(twice))
    assert charts.svg(msgspec.structs.replace(settings, rows=(settings.rows[0], settings.rows[0]))) is None


def test_a_chart_of_nothing_is_left_out() -> None:
    for name in ("duties", "months", "settings"):
        assert charts.svg(msgspec.structs.replace(section(name), rows=())) is None
    assert charts.svg(section("nothing")) is None


@pytest.mark.thorough
def test_bars_that_there_is_no_room_for_are_said_to_be_in_the_table() -> None:
    rows = tuple((f"Invented School {number}", 1.0) for number in range(52))
    many = msgspec.structs.replace(section("settings"), rows=rows)
    text = page(msgspec.structs.replace(report(), sections=(many,)))
    assert "12 more are in the table only." in text


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("series", [["met", "contested", "late", "running"], list("abcdef"), ["met", "a", "b", "late"]])
def test_series_differ_by_more_than_colour_and_stand_out_from_paper(series: Sequence[str]) -> None:
    found = looks(series)
    assert len({(look.mark, look.dash) for look in found}) == len({look.fill for look in found}) == len(series)
    for look in found:
        assert contrast(look.edge, "#ffffff") >= 3
        assert contrast(look.label, look.fill) >= 4.5


def test_a_label_stands_in_its_own_part_of_a_stack_even_beside_one_too_small_for_a_label() -> None:
    duties = section("duties")
    columns = [duties.columns[1], duties.columns[2]]
    spec = bars("stacked_bar", columns, charts._points(duties, duties.chart))  # type: ignore[arg-type]
    assert [layer.get("transform", [{}])[0].get("filter") for layer in spec["layer"]] == ["datum.value > 0", None]
    assert _most(charts._points(duties, duties.chart), stacked=True) == 1_216  # type: ignore[arg-type]


# --- choosing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["advice_circulated", "advice-circulated", "Advice circulated"])
def test_a_figure_is_opened_by_its_cases_however_its_name_is_written(value: str) -> None:
    cases = opened(report(), where=[("duty", value), ("outcome", "late")]).cases
    assert cases is not None
    assert [row[2] for row in cases.rows()] == ["R-2026-000002"]


def test_cases_are_chosen_by_day_as_written_or_shown_and_by_its_absence() -> None:
    for value, reviews in (("2026-03-08", 2), ("8 Mar 2026", 2), ("", 1), ("9 Mar 2026", 0)):
        cases = opened(report(), where=[("due", value)]).cases
        assert cases is not None
        assert len(list(cases.rows())) == reviews, value


def test_figures_are_chosen_with_their_cases_and_the_report_says_so() -> None:
    found = chosen(report(), section="duties", where=[("duty", HARMFUL)]).sections[0]
    assert [row[1] for row in found.rows] == [3]
    assert found.cases is not None
    assert [row[2] for row in found.cases.rows()] == ["R-2026-000001"]
    assert found.note == f"Meetings held in the period. Only where duty is {HARMFUL}."


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidValue) as refused:
        opened(report(), where=[("colour", "red")])
    assert refused.value.possible == ("duty", "outcome", "review", "due", "recorded")
    with pytest.raises(InvalidValue) as refused:
        chosen(report(), section="duties", where=[("met", "3")])
    assert refused.value.possible == ("duty",)


def test_a_section_without_cases_is_refused() -> None:
    with pytest.raises(NotPossible, match="no cases are kept behind months"):
        opened(report(), section="months")


# --- the command line ------------------------------------------------------------------------------------------


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command that has only the options of a report, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    @click.command(cls=Command)
    @click.pass_obj
    @report_output
    def small(_session: CliSession, /, output: Any) -> None:
        emit_report(report(cases=250), output)

    @click.group(cls=Root)
    @click.pass_context
    def root(context: click.Context) -> None:
        context.obj = CliSession(store="", today=None, as_json=False)

    monkeypatch.setattr(Root, "get_command", lambda *_: small)
    return lambda *words: CliRunner().invoke(root, ["small", *words], catch_exceptions=False)


def test_json_is_asked_for_in_two_ways_and_contradictions_are_refused(ask: Callable[..., Result]) -> None:
    assert json.loads(ask("--json").stdout) == json.loads(ask("--format", "json").stdout)
    refused = ask("--json", "--format", "csv")
    assert (refused.exit_code, "--json and --format csv contradict each other" in refused.stderr) == (2, True)


@pytest.mark.thorough
def test_a_file_has_the_form_its_name_says(ask: Callable[..., Result], tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.html", "a.json", "a.txt"):
        result = ask("--output", name)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Written to {name}\n")
    assert load_workbook("a.xlsx").sheetnames[0] == "Contents"
    assert Path("a.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert json.loads(Path("a.json").read_text("utf-8"))["name"] == "small"
    assert Path("a.txt").read_text("utf-8") == as_text(report())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.json", "a.txt", "a.xlsx"]


def test_a_file_is_written_over_only_by_force(ask: Callable[..., Result]) -> None:
    Path("a.csv").write_text("mine")
    refused = ask("--section", "months", "--output", "a.csv")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "arflow: --output: a.csv exists already: choose another name, or write over it with --force\n",
    )
    assert Path("a.csv").read_text() == "mine"
    assert ask("--section", "months", "--output", "a.csv", "--force").exit_code == 0
    assert Path("a.csv").read_text().startswith("month,decided,reported\n")


def test_what_fails_while_it_is_written_leaves_nothing(ask: Callable[..., Result], tmp_path: Path) -> None:
    assert ask("--output", "a.csv").exit_code == 1  # several sections
    assert ask("--output", "missing/a.csv", "--section", "months").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_comes_through_a_pipe(ask: Callable[..., Result]) -> None:
    assert load_workbook(io.BytesIO(ask("--format", "xlsx").stdout_bytes)).sheetnames[0] == "Contents"


def test_a_figure_is_opened_on_the_command_line(ask: Callable[..., Result]) -> None:
    words = ("--cases", "--where", "duty=advice-circulated", "--where", "outcome=met")
    assert list(csv.reader(io.StringIO(ask(*words, "--format", "csv").stdout))) == [
        ["duty", "outcome", "review", "due", "recorded"],
        ["advice_circulated", "met", "R-2026-000000", "2026-03-08", "2026-03-09T08:05:00+00:00"],
    ]
    assert [row["review"] for row in json.loads(ask(*words, "--json").stdout)["rows"]] == ["R-2026-000000"]
    assert ask("--cases").stdout.count("R-2026-") == 250
    refused = ask("--cases", "--format", "html")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert ask("--where", "duty").exit_code == 2


@pytest.mark.thorough
def test_a_report_that_was_made_from_no_log_names_none() -> None:
    of_a_file = msgspec.structs.replace(report(), log=None)
    assert as_json.document(of_a_file)["log"] is None
    assert "Head of the log" not in as_html.write(of_a_file, MADE)
    assert "Head of the log" in as_html.write(report(), MADE)
