"""The head of service's page of a week: each figure as a plain count over the log has it, and a page that is one sheet."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from playwright.sync_api import Browser
from pypdf import PdfReader

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.demo import Making, make
from arflow.figures.late_ones import WAITS, Flow, rate
from arflow.figures.rendering import as_html, as_pdf
from arflow.figures.rendering.as_html import MOST_ROWS
from arflow.figures.report import Asked, Report
from arflow.figures.week import week
from arflow.lists.due_items import DueItem
from arflow.lists.questions import Asking
from tests.conftest import TODAY
from tests.figures.test_reports import add_unusual
from tests.support import slow_week as slow
from tests.support.browser import faults, printed
from tests.support.cases import Cases
from tests.support.small_report import MADE

thorough = pytest.mark.thorough
WEEK = timedelta(weeks=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arflow]:
    url = f"sqlite:///{tmp_path_factory.mktemp('week')}/arflow.db"
    create_store(url)
    with Arflow(url, by="A. Officer", today=TODAY) as app:
        make(app, Making(plans=100, years=2, seed=11, today=TODAY))
        add_unusual(Cases(app))
        yield app


def sections(report: Report) -> dict[str, list[dict[str, Any]]]:
    return {
        one.name: [dict(zip([column.name for column in one.columns], row, strict=True)) for row in one.rows]
        for one in report.sections
    }


def due_items(app: Arflow) -> list[DueItem]:
    asking = Asking(app)
    asking.catch_up()
    return list(asking.due(TODAY))


def moment(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


@thorough
@pytest.mark.parametrize("back", [0, 20], ids=["today", "twenty weeks ago, as then known"])
def test_every_figure_is_what_a_plain_count_over_the_log_gives(authority: Arflow, back: int) -> None:
    on = TODAY - back * WEEK
    asked = Asked(as_at=on, known_at=moment(on) if back else None)
    with week(authority, asked) as report:
        found, note = sections(report), report.sections[0].note

    ends = [on - number * WEEK for number in range(8, -1, -1)]
    counted = [slow.waiting(authority, Asked(as_at=day, known_at=asked.known_at)) for day in ends]
    year_ago = on.replace(year=on.year - 1)
    before, plans_before = slow.waiting(authority, Asked(as_at=year_ago, known_at=moment(year_ago)))
    late = [slow.late(waited) for waited, _ in counted]
    for row in found["late"]:
        own = [{case for case in one if case[0] == row["waits"]} for one in late]
        assert row["waiting"] == sum(case[0] == row["waits"] for case in counted[-1][0])
        assert row["late"] == len(own[-1])
        assert row["year_before"] == (sum(c[0] == row["waits"] for c in slow.late(before)) if plans_before else None)
        came = [len(b - a) for a, b in pairwise(own)]
        went = [len(a - b) for a, b in pairwise(own)]
        assert (row["came"], row["went"]) == (round(sum(came) / 8, 1), round(sum(went) / 8, 1))
        fall = len(own[0]) - len(own[-1])
        zero = on + timedelta(days=ceil(len(own[-1]) * 56 / fall)) if fall > 0 else None
        wanted = "none late" if not own[-1] else f"{zero.day} {zero:%b %Y}" if zero else "not at the present rate"
        assert row["at_zero"] == wanted
        name = row["waits"].split(" to ")[0].replace(" ", "_").casefold()
        shown = [(w["week_to"], w[f"{name}_late"], w[f"{name}_in"], w[f"{name}_out"]) for w in found["weeks"]]
        assert shown == list(zip(ends[1:], map(len, own[1:]), came, went, strict=True))
    first = [(row["due"], row["plan"], row["also_late"] + bool(row["days_late"])) for row in found["first"]]
    assert first == slow.most_urgent(authority, asked)[:10]
    assert [row["days_late"] for row in found["first"]] == [(on - due).days if due < on else None for due, *_ in first]
    coming = {(row["duty"], n): row[f"week_{n}"] for row in found["ahead"] for n in range(1, 5) if row[f"week_{n}"]}
    assert coming == slow.ahead(authority, asked)
    assert sum(row["total"] for row in found["ahead"]) == sum(coming.values()) > 5
    assert len(late[-1]) > 5
    change = len(late[-1]) - len(late[0])
    moved = f"{abs(change)} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    assert f"{len(late[-1])} are late, {moved} 8 weeks ago." in note


@thorough
def test_the_ten_cases_are_the_first_plans_of_the_due_list(authority: Arflow) -> None:
    with week(authority, Asked(as_at=TODAY)) as report:
        found = [(row["plan"], row["review"], row["due"]) for row in sections(report)["first"]]

    listed: dict[str, tuple[str, str | None, date | None]] = {}
    for item in due_items(authority):
        if item.due:
            listed.setdefault(item.plan, (item.plan, item.review, item.due))
    assert found == list(listed.values())[:10]


@thorough
def test_figures_open_to_their_cases_and_name_nobody(authority: Arflow) -> None:
    with week(authority, Asked(as_at=TODAY)) as report:
        page = as_html.write(report, MADE, "one_page.html")
        late, _, first, ahead = report.sections
        assert late.cases
        assert first.cases
        assert ahead.cases
        cases = list(late.cases.rows())
        assert [
            (sum(c[0] == r[0] for c in cases), sum(c[0] == r[0] and c[-1] == "yes" for c in cases)) for r in late.rows
        ] == [r[1:3] for r in late.rows]
        assert tuple(first.cases.rows())[:10] == first.rows
        assert len(list(ahead.cases.rows())) == sum(row[-1] for row in ahead.rows)  # type: ignore[misc]
    officers = authority.directory.officer_names().values()
    assert officers
    assert not [name for name in officers if name in page]


@pytest.fixture(scope="module")
def fullest(authority: Arflow) -> Report:
    """A page with as many rows as there may be, great numbers, and a day ahead, which it must warn of."""
    with week(authority, Asked(as_at=TODAY + timedelta(days=1), known_at=moment(TODAY))) as report:
        late, weeks, first, ahead = (msgspec.structs.replace(one, cases=None) for one in report.sections)
    assert len(first.rows) == MOST_ROWS
    several = tuple((f"plan_representations_{number}", *(9_999 for _ in ahead.columns[1:])) for number in range(15))
    great = tuple((name, *(10_000 + number for number in range(5)), "not at the present rate") for name in WAITS)
    full = (msgspec.structs.replace(late, rows=great), weeks, first, msgspec.structs.replace(ahead, rows=several))
    return msgspec.structs.replace(report, sections=full)


@thorough
@pytest.mark.xdist_group("chromium")
def test_the_page_is_sound_and_prints_on_one_sheet(chromium: Browser, fullest: Report, tmp_path: Path) -> None:
    path = tmp_path / "week.html"
    path.write_text(as_html.write(fullest, MADE, "one_page.html"), "utf-8")

    assert faults(chromium, path) == []
    [sheet] = printed(chromium, path)
    for words in (
        "For use inside the authority",
        "not at the present rate",
        "Cases to act on",
        "5 more",
        "A year before:",
    ):
        assert words in sheet


@thorough
def test_the_pdf_is_one_tagged_sheet_with_the_same_words(fullest: Report) -> None:
    reader = PdfReader(BytesIO(as_pdf.write(fullest, MADE)))

    [sheet] = reader.pages
    text = " ".join(sheet.extract_text().split())
    for words in (
        "For use inside the authority",
        "The day lies ahead",
        "not at the present rate",
        "5 more: use arflow",
        "Late at the end",
    ):
        assert words in text
    assert str(fullest.sections[2].rows[0][0]) in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


@thorough
def test_only_the_sheet_is_a_pdf_and_one_section_of_it_is_too(run: Callable[..., Result], tmp_path: Path) -> None:
    run("init")
    run("plan", "add", "P-1", "--first-made", "2024-08-01")
    path = tmp_path / "week.pdf"

    assert run("report", "week", "--section", "first", "--output", str(path)).exit_code == 0
    text = PdfReader(path).pages[0].extract_text()
    assert "P-1" in text
    assert "What is late" not in text
    assert run("report", "week", "--section", "first", "--cases", "--format", "pdf").exit_code == 1
    refused = run("report", "backlog", "--output", str(tmp_path / "backlog.pdf"))
    assert (refused.exit_code, "ends in .csv, .json, .xlsx, .html, .txt" in refused.stderr) == (1, True)
    assert not (tmp_path / "backlog.pdf").exists()


def test_what_grows_or_stands_never_comes_to_zero_and_what_falls_does() -> None:
    def after(late: int, came: int | None, went: int | None) -> Any:
        return rate([Flow(until=TODAY, late=late, came=came, went=went)])

    assert after(10, 2, 2).days_to_zero is None
    assert after(10, 3, 2).days_to_zero is None
    assert after(10, 0, 3).days_to_zero == 24  # 3 in 7 days: 23.3
    assert after(0, 3, 2).days_to_zero == 0
    assert after(10, None, None) is None


@thorough
@pytest.mark.parametrize("name", WAITS)
def test_a_dash_stands_for_what_was_before_the_first_plan(app: Arflow, cases: Cases, name: str) -> None:
    cases.plan(f"{TODAY - timedelta(days=10):%d %b %Y}", on=TODAY, undecided_meeting=TODAY - timedelta(days=9))

    with week(app, Asked(as_at=TODAY)) as report:
        found = sections(report)

    [row] = [row for row in found["late"] if row["waits"] == name]
    assert (row["year_before"], row["came"], row["went"], row["at_zero"]) == (None, 0.0, 0.0, "none late")
    column = f"{name.split(' to ', maxsplit=1)[0].replace(' ', '_').casefold()}_in"
    assert [row[column] for row in found["weeks"]] == [None] * 7 + [0]


@thorough
def test_without_a_week_that_has_a_start_the_day_at_zero_is_not_known(app: Arflow, cases: Cases) -> None:
    cases.plan(None, first_made_quality="missing", on=TODAY, undecided_meeting=TODAY - timedelta(days=29))

    with week(app, Asked(as_at=TODAY)) as report:
        row = sections(report)["late"][0]

    assert (row["late"], row["came"], row["at_zero"]) == (1, None, "not known")
