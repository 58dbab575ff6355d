"""The DfE's measure: where a plan stands, the columns and their identities, the law beside it, groups, and other areas."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.figures.report import Asked, Report
from arflow.figures.viewpoint import looking
from arflow.sen2.dfe.census import census_day, latest_year, third_thursday
from arflow.sen2.dfe.measure import dfe, years_in_place
from arflow.sen2.dfe.place_in_table import NOT_EXPECTED, Standing, standing
from arflow.sen2.dfe.published_columns import columns, row
from arflow.sen2.dfe.published_table import PublishedRow
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.first_import import import_return
from arflow.sen2.returned.person_groups import Who, age_band, known, who
from arflow.sen2.returned.review_items import ReviewItems
from tests.support.cases import Cases, day
from tests.support.dfe_samples import INVENTED, breakdowns, with_figures, with_samples, write_table
from tests.support.paths import ROOT
from tests.support.sen2_people import with_plan, write

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
DOCS = ROOT / "docs" / "dfe-measure.md"
CENSUS = date(2025, 1, 16)


def items(start: str = "1 Sep 2020", **told: Any) -> ReviewItems:
    days: dict[str, Any] = {name: day(text) if name != "review_outcome" else text for name, text in told.items()}
    return ReviewItems(plan="P-1", plan_start=day(start), **days)


# --- where a plan stands ---------------------------------------------------------------------------------------------


def test_a_review_is_expected_of_a_plan_made_before_the_year() -> None:
    assert standing(items("31 Dec 2023"), 2024) == Standing(expected=True)
    assert standing(items("1 Jan 2024", review_meeting="1 Oct 2024"), 2024) == NOT_EXPECTED
    assert standing(ReviewItems(plan="P-1"), 2024).expected


@pytest.mark.parametrize(
    ("met", "when"),
    [("31 Dec 2023", "prior"), ("1 Jan 2024", "year"), ("31 Dec 2024", "year"), ("1 Jan 2025", "after")],
)
def test_the_latest_meeting_is_placed_by_its_year(met: str, when: str) -> None:
    assert standing(items(review_meeting=met), 2024).meeting == when


@pytest.mark.parametrize(
    ("decided", "when"),
    [("31 Dec 2023", "prior"), ("1 Jan 2024", "year"), ("31 Dec 2024", "year"), ("1 Jan 2025", "after")],
)
def test_the_decision_is_placed_by_its_year(decided: str, when: str) -> None:
    assert standing(items(review_meeting="1 Oct 2023", last_review=decided), 2024).decision == when


@pytest.mark.parametrize(
    ("met", "decision"), [("2 Dec 2024", "outstanding"), ("3 Dec 2024", "not_due"), ("10 Jan 2025", "not_due")]
)
def test_a_decision_is_not_due_while_its_28_days_end_on_31_december_or_later(met: str, decision: str) -> None:
    assert standing(items(review_meeting=met), 2024).decision == decision


@pytest.mark.parametrize(
    ("decided", "weeks"), [("1 Oct 2024", "within"), ("29 Oct 2024", "within"), ("30 Oct 2024", "over")]
)
def test_four_weeks_are_28_days_from_the_meeting(decided: str, weeks: str) -> None:
    assert standing(items(review_meeting="1 Oct 2024", last_review=decided), 2024).weeks == weeks


# --- the columns -----------------------------------------------------------------------------------------------------

_DAYS = st.dates(date(2022, 1, 1), CENSUS)
_PLANS = st.lists(
    st.builds(
        ReviewItems,
        plan=st.just("P-1"),
        plan_start=st.none() | st.dates(date(2019, 1, 1), CENSUS),
        review_meeting=st.none() | _DAYS,
        last_review=st.none() | _DAYS,
        review_outcome=st.sampled_from([None, "A", "C", "M"]),
    )
)


def table(plans: list[ReviewItems], year: int) -> dict[str, Any]:
    figures = row(Counter(standing(one, year) for one in plans), year)
    return dict(zip([column.name for column in columns(year)], figures, strict=True))


@given(_PLANS)
def test_the_columns_of_2024_foot_whatever_the_plans_and_none_is_below_nought(plans: list[ReviewItems]) -> None:
    found = table(plans, 2024)

    assert found["total_ehc_plans"] == found["review_expected"] + found["review_not_expected"] == len(plans)
    assert found["review_expected"] == found["total_review_meeting"] + found["no_review_meeting"]
    dated = sum(found[name] for name in ("review_decision25", "review_decision24", "review_decision_prior24"))
    for parts in (
        ("review_meeting_25", "review_meeting_24", "review_meeting_prior_24"),
        ("outcome_amend", "outcome_cease", "outcome_maintan", "no_outcome"),
    ):
        assert sum(found[name] for name in parts) == found["total_review_meeting"]
    assert (
        dated + found["review_decision_not_due"] + found["review_decision_outstanding"] == found["total_review_meeting"]
    )
    assert found["number_decsion_4weeks"] + found["number_decision_gt_4weeks"] == dated
    assert all(figure is None or figure >= 0 for figure in found.values())


@given(_PLANS)
def test_the_four_identities_of_the_table_re_cut_hold(plans: list[ReviewItems]) -> None:
    total, expected, other, done, before, undone, *outcomes_and_weeks = table(plans, 2025).values()

    assert total == expected + other
    assert expected == done + before + undone
    assert done == sum(outcomes_and_weeks[:4]) == sum(outcomes_and_weeks[4:])


def test_the_columns_bear_their_published_names_and_move_with_the_year() -> None:
    assert [column.name for column in columns(2024)] == [*INVENTED, "pc_decsion_4weeks", "pc_decision_gt_4weeks"]
    assert {"review_meeting_24", "review_meeting_prior_23"} <= {column.name for column in columns(2023)}
    assert [column.name for column in columns(2025)][1:6] == [
        "review_expected_2025",
        "review_not_expected_2025",
        "review_completed_2025",
        "review_completed_prior_2025",
        "review_not_completed",
    ]
    assert len(columns(2025)) == 12


def test_a_decision_without_a_meeting_is_taken_off_nothing_but_completes_a_review() -> None:
    plans = [items(last_review="1 Mar 2024"), items(review_meeting="1 Mar 2024")]

    found = table(plans, 2024)
    assert (found["no_review_meeting"], found["review_decision24"], found["review_decision_outstanding"]) == (1, 0, 1)
    # The table re-cut has no column of meetings: what is decided is completed, and nothing shows that it was in time.
    again = table([items(last_review="1 Mar 2025")], 2025)
    assert (again["review_completed_2025"], again["no_outcome_recorded"], again["decision_over_4_weeks"]) == (1, 1, 1)


# --- the report ------------------------------------------------------------------------------------------------------


def made(app: Arflow, year: int = 2024) -> Report:
    """The report; its cases are read while the log is open, by `opened`."""
    with looking(app, Asked(as_at=census_day(app.catalogue, year + 1))) as looked:
        return dfe(looked, year, known(app.log_store.engine))


def opened(app: Arflow, section: str) -> list[dict[str, Any]]:
    with looking(app, Asked(as_at=CENSUS)) as looked:
        return cases_of(dfe(looked, 2024, known(app.log_store.engine)), section)


def rows(report: Report, name: str) -> list[dict[str, Any]]:
    (section,) = (section for section in report.sections if section.name == name)
    return [dict(zip([column.name for column in section.columns], cells, strict=True)) for cells in section.rows]


def cases_of(report: Report, name: str) -> list[dict[str, Any]]:
    (section,) = (section for section in report.sections if section.name == name)
    assert section.cases
    return [dict(zip([c.name for c in section.cases.columns], cells, strict=True)) for cells in section.cases.rows()]


def test_the_report_counts_the_log_as_at_the_census_day(app: Arflow, cases: Cases) -> None:
    in_time = cases.opened("1 Sep 2022", "1 Apr 2024").held("3 Jun 2024").decided("maintain", "1 Jul 2024")
    cases.opened("1 Sep 2022", "1 Apr 2024").held("3 Jun 2024").decided("amend", "17 Jan 2025")
    cases.plan("5 Nov 2024")
    cases.plan("17 Jan 2025")

    report = made(app)

    (figures,) = rows(report, "authority")
    assert {name: figure for name, figure in figures.items() if figure} == {
        "total_ehc_plans": 3,
        "review_expected": 2,
        "review_not_expected": 1,
        "review_meeting_24": 2,
        "total_review_meeting": 2,
        "review_decision24": 1,
        "review_decision_outstanding": 1,
        "outcome_maintan": 1,
        "no_outcome": 1,
        "number_decsion_4weeks": 1,
        "pc_decsion_4weeks": 100.0,
    }
    assert report.asked.as_at == CENSUS
    counted = opened(app, "authority")
    assert [(case["expected"], case["decision"]) for case in counted] == [
        ("yes", "year"), ("yes", "outstanding"), ("no", "none"),
    ]  # fmt: skip
    assert counted[0]["review"] == in_time.id


def test_what_does_not_fit_is_counted_apart_with_its_plans(app: Arflow, cases: Cases) -> None:
    told = cases.plan("1 Sep 2020", last_reviewed=day("4 Mar 2024"))
    untold = cases.opened("1 Sep 2022", "1 Apr 2024").held("3 Jun 2024").decided(
        "amend", "10 Jun 2024", not_yet_notified=True
    )  # fmt: skip
    unknown = cases.plan(None, first_made_quality="missing", on=day("1 Sep 2020"))

    report = made(app)
    found = {(case["exception"], case["plan"]) for case in opened(app, "exceptions")}

    assert found == {
        ("decision_without_meeting", told),
        ("outcome_without_decision", untold.plan),
        ("start_not_known", unknown),
    }
    assert [line["plans"] for line in rows(report, "exceptions")] == [1, 1, 1]
    assert rows(report, "authority")[0]["review_decision_outstanding"] == 1


def law(report: Report) -> dict[str, tuple[Any, ...]]:
    """By measure: in time and of how many, for the DfE and by the law."""
    return {line["measure"]: (line["dfe"], line["dfe_of"], line["law"], line["law_of"]) for line in rows(report, "law")}


def test_a_decision_within_four_weeks_but_after_the_twelve_months_is_late_by_the_law(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Jun 2023", "1 Apr 2024").held("28 May 2024").decided("maintain", "3 Jun 2024")

    assert law(made(app)) == {
        "Decision within four weeks": (1, 1, 1, 1),
        "Decision within twelve months": (1, 1, 0, 1),
        "Reviewed in the last twelve months": (1, 1, 1, 1),
    }


def test_a_decision_that_has_not_come_is_late_by_the_law_and_left_out_by_the_dfe(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Sep 2023", "1 Apr 2024").held("3 Jun 2024")

    assert law(made(app)) == {
        "Decision within four weeks": (0, 0, 0, 1),
        "Decision within twelve months": (0, 1, 0, 1),
        "Reviewed in the last twelve months": (1, 1, 0, 1),
    }


def test_a_review_in_time_is_in_time_for_both(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Sep 2023", "1 Apr 2024").held("3 Jun 2024").decided("maintain", "1 Jul 2024")

    assert set(law(made(app)).values()) == {(1, 1, 1, 1)}


def test_from_2025_on_the_law_stands_beside_the_columns_of_the_table_as_it_was_re_cut(
    app: Arflow, cases: Cases
) -> None:
    def held(on: str, decided: str | None = None) -> None:
        told = cases.opened("1 Sep 2022", "1 Jan 2024").held(on)
        if decided:
            told.decided("maintain", decided)

    held("4 Mar 2024", "1 Apr 2024")  # completed before the year, within four weeks
    held("3 Dec 2024", "6 Jan 2025")  # completed in it, over four weeks
    held("3 Mar 2025", "31 Mar 2025")
    held("2 Jun 2025")
    cases.plan("1 Sep 2022", last_reviewed=day("4 Mar 2025"))  # completed, and no meeting is known

    report = made(app, 2025)
    (table,) = rows(report, "authority")
    found = law(report)
    assert found["Decision within four weeks"] == (1, 3, 1, 3)
    assert found["Decision within twelve months"][:2] == found["Reviewed in the last twelve months"][:2] == (3, 5)
    assert found["Decision within four weeks"][:2] == (table["decision_4_weeks"], table["review_completed_2025"])
    assert found["Decision within twelve months"][:2] == (
        table["review_completed_2025"],
        table["review_expected_2025"],
    )
    why = [line["why"] for line in rows(report, "law")]
    assert ["no column of meetings" in text for text in why] == [False, False, True]


@pytest.mark.parametrize(("told", "running"), [("17 Jan 2024", 1), ("15 Jan 2024", 0)])
def test_twelve_months_run_to_their_last_day(app: Arflow, cases: Cases, told: str, running: int) -> None:
    cases.plan("1 Sep 2020", last_reviewed=day(told))

    assert law(made(app))["Reviewed in the last twelve months"] == (0, 1, running, 1)


# --- by group --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "band"),
    [
        ("16 Jan 2025", "Less than a year"), ("1 Jan 2025", "Less than a year"), ("31 Dec 2024", "1"),
        ("1 Jan 2014", "11"), ("31 Dec 2013", "12 or more"), ("1 Jan 1990", "12 or more"),
    ],
)  # fmt: skip
def test_years_in_place_are_calendar_years(start: str, band: str) -> None:
    assert years_in_place(day(start), 2025) == band
    assert years_in_place(None, 2025) == "not known"


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("31 Aug 2014", "Aged 10"), ("1 Sep 2014", "Aged 9"), ("1 Sep 2021", "Aged 2 and under"),
        ("31 Aug 2021", "Aged 3"), ("1 Sep 2004", "Aged 19"), ("31 Aug 2004", "Aged 20 and over"),
    ],
)  # fmt: skip
def test_the_age_is_that_on_31_august(born: str, band: str) -> None:
    assert age_band(day(born), date(2024, 8, 31)) == band
    assert age_band(None, date(2024, 8, 31)) == "not known"


def person(born: str, sex: str, **placement: str) -> Record:
    place = Record(block="PlacementDetail", values=placement)
    active = Record(block="ActivePlans", children=(place,))
    request = Record(block="Requests", children=(active,))
    return Record(block="Person", values={"PersonBirthDate": born, "Sex": sex}, children=(request,))


@pytest.mark.parametrize(
    ("placement", "said"),
    [
        ({"URN": "123456"}, "Establishment with a URN"),
        ({"UKPRN": "10000001"}, "Provider with a UKPRN"),
        ({"URN": "123456", "SENunitIndicator": "1"}, "SEN unit"),
        ({"URN": "123456", "ResourcedProvisionIndicator": "1", "SENunitIndicator": "0"}, "Resourced provision"),
        ({"SENSetting": "EHE"}, "Elective home education"),
        ({}, None),
    ],
)
def test_a_placement_is_told_by_its_kind(placement: dict[str, str], said: str | None) -> None:
    assert who(person("2014-08-31", "M", **placement)).placement == said


def keep(app: Arflow, plan: str, said: Record, year: int = 2025) -> None:
    """What a return said of a plan's person, as an import leaves it in the directory."""
    with app.log_store.engine.begin() as connection:
        told_facts.keep(connection, [told_facts.draft(plan, year, said, app._clock(), "S-1")])


def test_groups_come_from_the_imported_facts_and_are_not_known_without(app_on_each: Arflow) -> None:
    cases = Cases(app_on_each)
    first, second = cases.plan("1 Sep 2020"), cases.plan("1 Sep 2020", setting="123456")
    keep(app_on_each, first, person("2014-08-31", "F", SENSetting="EHE"))

    def groups(name: str) -> dict[str, int]:
        return {line[name]: line["total_ehc_plans"] for line in rows(made(app_on_each), name)}

    assert groups("age") == {"Aged 10": 1, "not known": 1}
    assert groups("sex") == {"Female": 1, "not known": 1}
    assert groups("placement") == {"Elective home education": 1, "Establishment with a URN": 1}
    assert groups("years") == {"5": 2}

    app_on_each.people.erase(first)
    assert groups("sex") == {"not known": 2}
    assert second


def test_the_directory_knows_a_date_of_birth_too(app: Arflow, cases: Cases) -> None:
    from arflow.people import Person

    plan = cases.plan("1 Sep 2020")
    app.people.add(Person(plan=plan, role="child", name="Wren Fernhill", date_of_birth=date(2014, 1, 2)))

    assert known(app.log_store.engine)(plan) == Who(born=date(2014, 1, 2))


# --- from the command line -------------------------------------------------------------------------------------------


def test_the_year_is_the_last_with_its_census_day_unless_named(run: Run, app: Arflow) -> None:
    assert "Annual reviews of 2025 as the DfE counts them" in run("report", "dfe").stdout
    assert latest_year(app.catalogue, date(2026, 1, 14)) == 2024
    assert latest_year(app.catalogue, date(2026, 1, 15)) == 2025
    assert "As at 16 Jan 2025" in run("report", "dfe", "--year", "2024").stdout
    assert "As at 31 Dec 2024" in run("report", "dfe", "--year", "2024", "--as-at", "2024-12-31").stdout


def test_the_census_day_is_the_third_thursday_of_january_where_no_layout_has_it(app: Arflow) -> None:
    known_days = {2023: 19, 2024: 18, 2025: 16, 2026: 15, 2027: 21}

    assert {year: third_thursday(year).day for year in known_days} == known_days
    assert {year: census_day(app.catalogue, year).day for year in known_days} == known_days
    assert census_day(app.catalogue, 2031) == date(2031, 1, 16)


def test_the_row_reads_as_a_line_for_each_figure_on_a_terminal(run: Run, cases: Cases) -> None:
    cases.plan("1 Sep 2020")

    shown = run("report", "dfe", "--year", "2024", "--section", "authority").stdout

    assert re.search(r"Review expected +1\b", shown)
    assert re.search(r"Over four weeks % +–", shown)


def test_an_archive_gives_the_same_answer_where_no_return_was_imported(run: Run, cases: Cases, tmp_path: Path) -> None:
    cases.opened("1 Sep 2022", "1 Apr 2024").held("3 Jun 2024")
    assert run("archive", str(tmp_path / "archive")).exit_code == 0

    of_store, of_archive = (
        json.loads(run("report", "dfe", "--year", "2024", "--json", *more).stdout)
        for more in ((), ("--archive", str(tmp_path / "archive")))
    )

    assert of_archive == of_store


def test_an_archive_of_a_log_with_imported_facts_is_refused_for_it_does_not_hold_them(
    run: Run, app: Arflow, tmp_path: Path
) -> None:
    before = datetime.now(UTC)
    told = {"ReviewMeeting": "2025-03-03", "LastReview": "2025-03-20", "ReviewOutcome": "M"}
    import_return(app, write(tmp_path / "a.xml", 2026, [with_plan(1, review=told), with_plan(2)]))
    folder = str(tmp_path / "archive")
    assert run("archive", folder).exit_code == 0

    refused = run("report", "dfe", "--year", "2025", "--archive", folder)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "arflow: an archive does not hold what returns said, and this one names the facts of 2 plans: their reviews before "
        "arflow would be left out. Ask the store: leave out --archive\n"
    )
    known = run("report", "dfe", "--year", "2025", "--archive", folder, "--known-at", before.isoformat())
    assert known.exit_code == 0  # nothing had been imported yet


# --- beside other areas ----------------------------------------------------------------------------------------------


@pytest.fixture
def national(tmp_path: Path) -> Path:
    """A table of one country, one region and three authorities, of which one is suppressed and one odd."""
    england = {"geographic_level": "National", "la_name": "", "country_name": "England"}
    region = {"geographic_level": "Regional", "la_name": "", "region_name": "Far Region"}
    twice = {name: 2 * figure for name, figure in INVENTED.items()}
    odd = {**twice, "review_decision_outstanding": -10}
    hidden = {name: "x" for name in INVENTED if name != "total_ehc_plans"}
    return write_table(
        tmp_path / "national.csv",
        {**england, **{name: 100 * figure for name, figure in INVENTED.items()}},
        {**england, "breakdown": "Aged 10"},
        {**region, **{name: 10 * figure for name, figure in INVENTED.items()}, "number_decsion_4weeks": 310},
        {"region_name": "Far Region", "old_la_code": "901"},
        {"la_name": "Elsewhere", "region_name": "Far Region", "old_la_code": "902", **odd},
        {"la_name": "Hiddenham", "region_name": "Far Region", "old_la_code": "903", **hidden},
    )


def compared(run: Run, national: Path, *arguments: str, section: str = "compare") -> tuple[dict[str, Any], str]:
    """The rows of the comparison by area, and the note."""
    asked = ("report", "dfe", "--year", "2024", "--compare", str(national), *arguments, "--section", section, "--json")
    result = run(*asked)
    assert result.exit_code == 0, result.stderr
    (found,) = json.loads(result.stdout)["sections"]
    return {line.pop("area"): line for line in found["rows"]}, found["note"]


def test_an_authority_stands_beside_its_region_its_neighbours_and_england(
    run: Run, cases: Cases, national: Path, tmp_path: Path
) -> None:
    cases.opened("1 Sep 2022", "1 Apr 2024").held("3 Jun 2024").decided("maintain", "1 Jul 2024")
    neighbours = tmp_path / "neighbours.txt"
    neighbours.write_text("# ours\nElsewhere\n\n903\n901\n")

    found, note = compared(run, national, "--la", "901", "--neighbours", str(neighbours))

    assert list(found) == [
        "This authority, from the log", "Nowhere, as published", "Far Region",
        "Elsewhere", "Hiddenham", "Nowhere", "Neighbours together", "England",
    ]  # fmt: skip
    weeks = {area: line["four_weeks_percent"] for area, line in found.items()}
    assert weeks["This authority, from the log"] == 100.0
    assert (
        weeks["Nowhere, as published"] == weeks["Elsewhere"] == weeks["Neighbours together"] == weeks["England"] == 45.2
    )
    assert weeks["Far Region"] == 64.6  # 310 of 480
    assert weeks["Hiddenham"] is None
    assert found["Elsewhere"]["outstanding_percent"] == -11.9
    assert "not among the neighbours together: Hiddenham" in note
    figures, _ = compared(run, national, "--neighbours", str(neighbours), section="compare_figures")
    assert figures["Neighbours together"]["total_ehc_plans"] == 180


def test_without_a_name_there_is_england_and_a_word_on_how_to_have_more(run: Run, national: Path) -> None:
    found, note = compared(run, national)

    assert list(found) == ["This authority, from the log", "England"]
    assert "--la" in note


def test_what_cannot_be_compared_is_refused_in_a_line(run: Run, national: Path, tmp_path: Path) -> None:
    empty, strange = tmp_path / "empty.txt", tmp_path / "strange.txt"
    empty.write_text("# nobody\n")
    strange.write_text("Elswhere\n")

    def said(*arguments: str) -> str:
        result = run("report", "dfe", "--year", "2024", *arguments)
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        return result.stderr

    beside = ("--compare", str(national))
    assert "it has no review_expected_2025, " in said(*beside, "--year", "2025")
    assert "--la: perhaps Nowhere" in said(*beside, "--la", "Nowhre")
    assert "--neighbours: perhaps Elsewhere" in said(*beside, "--neighbours", str(strange))
    assert "empty.txt names nobody" in said(*beside, "--neighbours", str(empty))
    assert "No such file" in said(*beside, "--neighbours", str(tmp_path / "none.txt"))
    assert "--compare: is missing" in said("--la", "901")


# --- what the published figures bear out -----------------------------------------------------------------------------


def figure(one: PublishedRow, *names: str) -> int:
    return sum(one.figure(name) or 0 for name in names)


_DATED = ("review_decision25", "review_decision24", "review_decision_prior24")
_MET = ("review_meeting_25", "review_meeting_24", "review_meeting_prior_24")
_OUTCOMES = ("outcome_amend", "outcome_cease", "outcome_maintan", "no_outcome")
_WEEKS = ("number_decsion_4weeks", "number_decision_gt_4weeks")
_WAITING = ("review_decision_not_due", "review_decision_outstanding")


def not_due_share(one: PublishedRow) -> float:
    """What of "not due" January's meetings cannot explain, in school days' worth of the year's meetings."""
    return (
        (figure(one, "review_decision_not_due") - figure(one, "review_meeting_25"))
        * 190
        / figure(one, "review_meeting_24")
    )


def shares_are_right(one: PublishedRow) -> bool:
    whole = figure(one, *_WEEKS)
    shares = ("pc_decsion_4weeks", "pc_decision_gt_4weeks")
    return all(
        one.text(share) == "x"
        if not figure(one, name)
        else float(one.text(share)) == round(100 * figure(one, name) / whole, 1)
        for name, share in zip(_WEEKS, shares, strict=True)
    )


INFERENCES: dict[str, Callable[[PublishedRow], bool]] = {
    "E1": lambda one: figure(one, "total_ehc_plans") == figure(one, "review_expected", "review_not_expected"),
    "M1": lambda one: figure(one, "review_expected") == figure(one, "total_review_meeting", "no_review_meeting"),
    "M2": lambda one: figure(one, "total_review_meeting") == figure(one, *_MET),
    "D1": lambda one: figure(one, "total_review_meeting") == figure(one, *_DATED, *_WAITING),
    "D2": lambda one: figure(one, "review_decision_prior24") <= figure(one, "review_meeting_prior_24"),
    "D3": lambda one: figure(one, "review_decision_outstanding") < 0,
    "D4": lambda one: not_due_share(one) > 2,
    "D5": lambda one: not_due_share(one) <= 14,
    "O1": lambda one: figure(one, "total_review_meeting") == figure(one, *_OUTCOMES),
    "O2": lambda one: figure(one, "no_outcome") != figure(one, *_WAITING),
    "O3": lambda one: figure(one, "no_outcome") < 0,
    "W1": lambda one: figure(one, *_WEEKS) == figure(one, *_DATED),
    "W2": shares_are_right,
}


def documented() -> dict[str, tuple[int, int]]:
    lines = re.findall(r"^\| ([A-Z]\d) \|.*\| (\d+) of (\d+)", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (int(part), int(whole)) for name, part, whole in lines}


@with_samples
def test_the_inferences_are_borne_out_as_often_as_the_page_says() -> None:
    rows = with_figures()

    found = {name: (sum(holds(one) for one in rows), len(rows)) for name, holds in INFERENCES.items()}

    bands = breakdowns("Years EHC plan in place")
    young = {"Less than a year", "1"}
    wholly = [int(one["review_not_expected" if one["breakdown"] in young else "review_expected"]) for one in bands]
    found["E2"] = (sum(n == int(one["total_ehc_plans"]) for n, one in zip(wholly, bands, strict=True)), len(bands))
    in_place = {one["breakdown"]: int(one["total_ehc_plans"]) for one in bands}
    found["E3"] = (int(in_place["Less than a year"] * 20 < in_place["1"]), 1)
    assert documented() == found


def test_the_five_published_rows_of_2025_keep_the_four_identities() -> None:
    # Ages 10 to 14: expected, completed, before, not completed; amended, ceased, maintained, none; within four weeks.
    rows = [
        (37622, 27712, 2333, 7577, 21790, 12, 4587, 1323, 13267),
        (41194, 21267, 10284, 9643, 10738, 6, 9597, 926, 10564),
        (46133, 28707, 6280, 11146, 13126, 13, 14281, 1287, 13567),
        (46455, 28097, 6689, 11669, 13713, 16, 13212, 1156, 13227),
        (46641, 27064, 7311, 12266, 16729, 20, 9186, 1129, 12314),
    ]

    for expected, done, before, undone, *outcomes, within in rows:
        assert expected == done + before + undone
        assert done == sum(outcomes)
        assert within <= done
