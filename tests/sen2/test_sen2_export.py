"""The return of a year from the log and what was imported: our reviews in their place, nothing silently left out."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from lxml import etree

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan, EndPlan, MoveSetting, TransferOut
from arflow.sen2.form.record import Record
from arflow.sen2.returned.first_import import import_return
from tests.sen2.test_sen2_files import corrected
from tests.support.cases import Cases, day
from tests.support.dfe_samples import sample, with_samples
from tests.support.sen2_people import active_request, canonical, person, refused, undecided, upn, with_plan, write

pytestmark = pytest.mark.thorough

__all__ = ["corrected"]
TOLD = {"ReviewMeeting": "2025-03-03", "LastReview": "2025-03-20", "ReviewOutcome": "M"}
WHEN = {"ARFLOW_TODAY": "2027-02-01"}


@pytest.fixture
def later(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """An application for which the census day of 2027 is over."""
    return open_app(sqlite_url, today=date(2027, 2, 1))


@pytest.fixture
def export(run: Callable[..., Result], tmp_path: Path) -> Callable[..., Any]:
    """Exports a return, and gives its XML."""

    def exporting(year: int = 2027, *more: str) -> Any:
        path = tmp_path / f"out-{year}.xml"
        done = run(
            "sen2", "export", "--year", str(year), "--la", "999", str(path), "--force", *more, today=date(2027, 2, 1)
        )
        assert done.exit_code == 0, done.stderr
        assert "--module" in more or errors(path) == []  # the module lacks what a whole return has
        return etree.parse(path)

    def errors(path: Path) -> list[str]:
        """What `sen2 check` finds wrong in a file."""
        found = json.loads(run("sen2", "check", str(path), "--section", "findings", "--json").stdout)
        (section,) = found["sections"]
        return [f"{row['rule']}: {row['what']}" for row in section["rows"] if row["severity"] == "error"]

    return exporting


def items(tree: Any, upn: str = "P000000000001") -> dict[str, str]:
    """The review items of somebody's active plan, in their order."""
    active = tree.find(f".//Person[UPN='{upn}']//ActivePlans")
    return {element.tag: element.text for element in active if len(element) == 0} if active is not None else {}


def held(app: Arflow, plan: str, on: str, *, decided: str | None = None, outcome: Any = "maintain") -> None:
    review = Cases(app).review(plan, on).held(on)
    if decided:
        review.do(c.Decide(on=day(decided), outcome=outcome, skip_reason="told briefly"))


# --- there and back -------------------------------------------------------------------------------------------


@with_samples
def test_the_samples_that_others_made_come_out_as_they_went_in(
    run: Callable[..., Result], tmp_path: Path, corrected: Path
) -> None:
    year = etree.parse(corrected).findtext(".//Year")
    text = re.sub(
        r"\s*<Cease(Date|Reason)>[^<]*</Cease\1>", "", corrected.read_text("utf-8")
    )  # its plan stands as active too
    corrected.write_text(text, "utf-8")
    assert run("sen2", "import", str(corrected), "--accept-errors").exit_code == 0
    out = tmp_path / "out.xml"
    options = ("--software", "Local Authority", "--dsco", "R")
    done = run("sen2", "export", "--year", str(year), "--la", "201", str(out), *options)
    assert done.exit_code == 0, done.stderr
    for path in (out, corrected):  # what a new return says of itself
        tree = etree.parse(path)
        for name in ("Release", "DateTime", "ReferenceDate"):
            element = tree.find(f".//Header//{name}")
            assert element is not None
            element.text = ""
        tree.write(path)
    assert canonical(out) == canonical(corrected)


@with_samples
@pytest.mark.parametrize("year", [2024, 2025])
def test_the_samples_as_they_were_made_come_out_alike_where_their_upns_are_accepted(
    run: Callable[..., Result], tmp_path: Path, year: int
) -> None:
    base, out = sample(f"sen2_sample_{year}.xml"), tmp_path / "out.xml"
    taken = run("sen2", "import", str(base), "--accept-numbers", "--accept-errors")
    asked = ("sen2", "export", "--year", str(year), "--la", "201", str(out))
    refused_ = run(*asked)
    done = run(*asked, "--accept-numbers")

    assert (taken.exit_code, refused_.exit_code, done.exit_code) == (0, 1, 0)
    assert taken.stderr.count("Person, UPN (1.7a): is not a UPN") == 2
    assert done.stderr.count("Person, UPN (1.7a): is not a UPN") == 2
    made, came = (etree.parse(path).find("Persons") for path in (base, out))
    assert made is not None
    (ended,) = made.iterfind(".//ActivePlans")  # beside a plan that ended before the census day
    holder = ended.getparent()
    assert holder is not None
    holder.remove(ended)
    assert canonical_of(came) == canonical_of(made)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_return_of_the_year_of_the_facts_says_what_they_say(
    app: Arflow, run: Callable[..., Result], tmp_path: Path, year: int
) -> None:
    review = {"ReviewMeeting": f"{year - 1}-03-03", "LastReview": f"{year - 1}-03-20", "ReviewOutcome": "M"}
    people = [with_plan(1, review=review), person(2, refused(f"{year - 2}-03-03", f"{year - 2}-04-10"))]
    base = write(tmp_path / "base.xml", year, people)
    import_return(app, base)
    out = tmp_path / "out.xml"
    assert run("sen2", "export", "--year", str(year), "--la", "999", str(out)).exit_code == 0
    persons = [canonical_of(etree.parse(path).find("Persons")) for path in (base, out)]
    assert persons[0] == persons[1]


def canonical_of(element: Any) -> bytes:
    found: bytes = etree.tostring(element, method="c14n")
    return b"".join(line.strip() for line in found.splitlines())


# --- our reviews ----------------------------------------------------------------------------------------------


@pytest.fixture
def told(later: Arflow, tmp_path: Path) -> Arflow:
    """A plan whose review of March 2025 was told by the return of 2026."""
    import_return(later, write(tmp_path / "told.xml", 2026, [with_plan(1, review=TOLD)]))
    return later


def test_a_review_of_ours_takes_the_place_of_the_imported_one(told: Arflow, export: Callable[..., Any]) -> None:
    held(told, "SEN2-00001", "2 Mar 2026", decided="16 Mar 2026", outcome="maintain")
    assert items(export()) == {"ReviewMeeting": "2026-03-02", "ReviewOutcome": "M", "LastReview": "2026-03-16"}


def test_a_meeting_without_a_decision_leaves_last_years_decision_behind(
    told: Arflow, export: Callable[..., Any]
) -> None:
    held(told, "SEN2-00001", "2 Mar 2026")
    assert items(export()) == {"ReviewMeeting": "2026-03-02"}


def test_the_imported_review_stands_where_arflow_has_none_or_an_earlier_one(
    told: Arflow, export: Callable[..., Any]
) -> None:
    assert items(export()) == TOLD
    held(told, "SEN2-00001", "1 Mar 2024", decided="15 Mar 2024")
    assert items(export()) == TOLD


def test_a_review_on_census_day_counts_and_one_the_day_after_does_not(told: Arflow, export: Callable[..., Any]) -> None:
    review = Cases(told).review("SEN2-00001", "1 Dec 2026").held("22 Jan 2027")
    assert items(export())["ReviewMeeting"] == "2025-03-03"
    review.do(c.CorrectStep(corrected_step="hold", on=date(2027, 1, 21), reason="Wrong day"))
    assert items(export())["ReviewMeeting"] == "2027-01-21"


def test_what_was_recorded_later_is_not_known_earlier(
    sqlite_url: str, open_app: Callable[..., Arflow], export: Callable[..., Any], tmp_path: Path
) -> None:
    base = write(tmp_path / "told.xml", 2026, [with_plan(1, review=TOLD)])
    early = open_app(sqlite_url, today=date(2027, 2, 1), clock=lambda: datetime(2026, 2, 1, 9, tzinfo=UTC))
    import_return(early, base)
    late = open_app(sqlite_url, today=date(2027, 2, 1), clock=lambda: datetime(2027, 1, 31, 9, tzinfo=UTC))
    held(late, "SEN2-00001", "2 Mar 2026")
    import_return(late, write(tmp_path / "more.xml", 2026, [person(2, undecided("2025-12-20"))]))

    known = export(2027, "--known-at", "2027-01-30")
    assert (items(known), len(known.findall(".//Person"))) == (TOLD, 1)
    assert len(export().findall(".//Person")) == 2


def test_a_transfer_of_an_earlier_year_is_left_behind(
    later: Arflow, export: Callable[..., Any], tmp_path: Path
) -> None:
    moved = {"PhaseTransferDueDate": "2026-02-15", "PhaseTransferFinalDate": "2025-12-01"}
    import_return(later, write(tmp_path / "a.xml", 2026, [with_plan(1, review=TOLD | moved)]))
    assert {**items(export(2026)), **moved} == items(export(2026))
    assert items(export(2027)) == TOLD


def test_what_came_about_after_the_census_day_is_not_in_the_return_whatever_a_later_one_told(
    later: Arflow, export: Callable[..., Any], tmp_path: Path
) -> None:
    """Facts of the return of 2026, in the return of 2025 (census day 16 January 2025)."""
    early = {
        "ReviewMeeting": "2024-10-02",
        "LastReview": "2025-01-17",
        "ReviewOutcome": "A",
        "ReviewDraft": "2025-01-17",
    }
    moved = {"PhaseTransferDueDate": "2025-02-15", "PhaseTransferFinalDate": "2025-01-20"}
    decided = {"ReceivedDate": "2025-01-16", "RYA": "0", "RequestSource": "1", "RequestOutcomeDate": "2025-01-17"}
    asked = Record(block="Requests", values=decided | {"RequestOutcome": "N", "RequestMediation": "1"})
    assessed = Record(block="Assessment", values={"AssessmentOutcome": "N", "AssessmentOutcomeDate": "2025-01-17"})
    agreed = {**decided, "RequestOutcomeDate": "2025-01-16", "RequestOutcome": "Y"}
    people = [
        with_plan(1, review={"ReviewMeeting": "2025-01-17", "LastReview": "2025-02-03", "ReviewOutcome": "M"}),
        with_plan(2, review=early | moved),
        with_plan(3, review={"ReviewMeeting": "2025-01-16"} | {"PhaseTransferDueDate": "2026-02-15"}),
        person(4, undecided("2025-01-17")),
        person(5, asked),
        person(6, Record(block="Requests", values=agreed, children=(assessed,))),
        person(7, active_request("2025-01-17", {})),
        with_plan(8, PersonBirthDate="2025-01-17"),
    ]
    import_return(later, write(tmp_path / "a.xml", 2026, people), accept_errors=True)  # a birth after the plan's start

    tree = export(2025)

    assert [found.text for found in tree.iterfind(".//UPN")] == [upn(n) for n in (1, 2, 3, 5, 6)]
    assert items(tree, upn(1)) == {}
    assert items(tree, upn(2)) == {"ReviewMeeting": "2024-10-02", "PhaseTransferDueDate": "2025-02-15"}
    assert items(tree, upn(3)) == {"ReviewMeeting": "2025-01-16"}
    assert [found.text for found in tree.iterfind(".//RequestOutcome")][3:] == ["A", "Y"]
    assert tree.find(".//RequestMediation") is None
    assert [found.text for found in tree.iterfind(".//AssessmentOutcome")][3:] == ["A"]
    assert tree.find(".//AssessmentOutcomeDate") is None


def test_an_end_and_a_placement_of_after_the_census_day_are_left_out(
    later: Arflow, export: Callable[..., Any], tmp_path: Path
) -> None:
    one = active_request("2022-05-10", {}, CeaseDate="2025-07-31", CeaseReason="3")
    left = Record(
        block="PlacementDetail",
        values={"URN": "123456", "PlacementRank": "1", "EntryDate": "2023-09-04", "LeavingDate": "2025-01-17"},
    )
    new = Record(block="PlacementDetail", values={"URN": "654321", "PlacementRank": "1", "EntryDate": "2025-01-17"})
    (two,) = with_plan(2).children
    active = two.first("ActivePlans")
    assert active
    moved = type(two)(
        block="Requests",
        values=two.values,
        children=(
            two.children[0],
            Record(block="ActivePlans", values={}, children=(left, new, *active.children[1:])),
        ),
    )
    gone = type(one)(block="Requests", values=one.values, children=one.children[:1])
    import_return(later, write(tmp_path / "a.xml", 2026, [person(1, gone), person(2, moved)]))

    tree = export(2025)

    assert [tree.find(f".//{item}") for item in ("CeaseDate", "CeaseReason", "LeavingDate")] == [None, None, None]
    assert [found.text for found in tree.iterfind(".//PlacementDetail/URN")] == ["123456"]


# --- who is in it ---------------------------------------------------------------------------------------------


def test_what_was_decided_before_the_collection_year_is_historical_or_left_behind(
    later: Arflow, export: Callable[..., Any], tmp_path: Path
) -> None:
    decided = {
        "ReceivedDate": "2025-02-03",
        "RequestSource": "1",
        "RYA": "0",
        "RequestOutcomeDate": "2025-03-01",
        "RequestOutcome": "Y",
    }
    agreed = active_request("2025-06-20", {})
    agreed = type(agreed)(block="Requests", values=decided, children=agreed.children)
    waiting = undecided("2025-12-20")
    people = [person(1, agreed), person(2, refused("2025-02-03", "2025-03-01")), person(3, waiting)]
    import_return(later, write(tmp_path / "a.xml", 2026, people))

    assert [found.text for found in export(2026).iterfind(".//RequestOutcome")] == ["Y", "N", "A"]
    tree = export(2027)
    assert [found.text for found in tree.iterfind(".//UPN")] == ["P000000000001", "T000000000003"]
    assert [found.text for found in tree.iterfind(".//RequestOutcome")] == ["H", "A"]
    assert tree.findtext(".//StartDate") == "2025-06-20"


def test_a_plan_that_ended_in_the_year_is_told_as_ended_and_an_earlier_one_not_at_all(
    later: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    import_return(later, write(tmp_path / "a.xml", 2026, [with_plan(n) for n in (1, 2, 3, 4)]))
    later.change_plan("SEN2-00001", TransferOut(to_la="998", on=date(2026, 7, 1)))
    later.change_plan("SEN2-00002", EndPlan(on=date(2026, 7, 2)))
    later.change_plan("SEN2-00003", EndPlan(on=date(2025, 12, 31)))
    out = tmp_path / "out.xml"

    done = run("sen2", "export", "--year", "2027", "--la", "999", str(out), today=date(2027, 2, 1))

    tree = etree.parse(out)
    assert [found.text for found in tree.iterfind(".//UPN")] == [upn(n) for n in (1, 2, 4)]
    assert [found.text for found in tree.iterfind(".//CeaseDate")] == ["2026-07-01", "2026-07-02"]
    assert [found.text for found in tree.iterfind(".//CeaseReason")] == ["5"]
    assert len(tree.findall(".//ActivePlans")) == 1
    assert "SEN2-00002: the plan ended on 2026-07-02, but why is not known: add its CeaseReason" in done.stderr


def test_plans_that_no_return_told_of_are_listed_and_with_strict_nothing_is_written(
    told: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    told.add_plan(AddPlan(ref="P-9", first_made=date(2026, 5, 1)))
    out = tmp_path / "out.xml"
    asked = ("sen2", "export", "--year", "2027", "--la", "999", str(out))

    strict = run(*asked, "--strict", today=date(2027, 2, 1))
    assert (strict.exit_code, out.exists()) == (1, False)
    assert "1 active plan cannot be in the return" in strict.stderr
    done = run(*asked, "--json", today=date(2027, 2, 1))

    line = "P-9: is active on the census day, but no imported return says who it is for: import one that does, with --mapping"
    assert (done.exit_code, line in done.stderr, line in strict.stderr) == (0, True, True)
    said = json.loads(done.stdout)
    assert (said["people"], said["active_plans"], said["missing"]) == (1, 1, ["P-9"])


def test_another_setting_in_the_log_than_in_the_facts_is_told(
    told: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    told.change_plan("SEN2-00001", MoveSetting(setting="654321", on=date(2026, 9, 1)))
    done = run("sen2", "export", "--year", "2027", "--la", "999", str(tmp_path / "o.xml"), today=date(2027, 2, 1))
    assert "SEN2-00001: attends 654321 by the log, but 123456 by what was imported: import newer facts" in done.stderr


def test_what_the_year_has_no_place_for_is_left_out_and_told(
    later: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    told = {
        "ReviewMeeting": "2023-04-20",
        "LastReview": "2023-05-01",
        "ReviewOutcome": "A",
        "ReviewDraft": "2023-05-01",
    }
    import_return(later, write(tmp_path / "a.xml", 2025, [with_plan(1, review=told)]))
    out = tmp_path / "o.xml"
    done = run("sen2", "export", "--year", "2024", "--la", "999", str(out))
    assert "ReviewDraft: left out 1 time, as the return of 2024 has no place for it" in done.stderr
    assert etree.parse(out).find(".//ReviewDraft") is None


# --- the file -------------------------------------------------------------------------------------------------


def test_the_header_says_who_sends_it_and_when(told: Arflow, export: Callable[..., Any]) -> None:
    tree = export(2027, "--serial", "002", "--dmo", "N", "--dsco", "R")
    header = {element.tag: element.text for element in tree.iterfind("Header/*/*")}
    header.pop("DateTime")
    header.pop("Release")
    assert header == {
        "Collection": "SEN2", "Year": "2027", "ReferenceDate": "2027-01-21", "SourceLevel": "L", "LEA": "999",
        "SoftwareCode": "arflow", "SerialNo": "002", "DMO": "N", "DCO": "Y", "DSCO": "R",
    }  # fmt: skip


def test_the_module_of_active_plans_has_ours_alone(told: Arflow, export: Callable[..., Any]) -> None:
    held(told, "SEN2-00001", "2 Mar 2026", decided="16 Mar 2026")
    tree = export(2027, "--module", "active-plans")
    (request,) = tree.findall(".//Requests")
    assert [element.tag for element in request.iter()][1:] == [
        "Assessment", "NamedPlan", "StartDate", "ActivePlans", "ReviewMeeting", "ReviewOutcome", "LastReview",
    ]  # fmt: skip


def test_the_csv_form_is_a_zip_of_the_same(told: Arflow, run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    run("sen2", "export", "--year", "2027", "--la", "999", str(out), "--format", "csv", today=date(2027, 2, 1))
    with zipfile.ZipFile(out) as archive:
        (row,) = csv.DictReader(io.StringIO(archive.read("activeplans.csv").decode("utf-8-sig")))
    assert (row["reviewmeeting"], row["lastreview"], row["reviewoutcome"]) == tuple(TOLD.values())


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--year", "2027", "--la", "20"), "--la: 20 is not an authority's number of three digits"),
        (
            ("--year", "2027", "--la", "000"),
            "--la: 000 is not an authority's number of three digits, the first not a zero",
        ),
        (("--year", "2027", "--la", "205", "--serial", "1"), "--serial: 1 is not three digits"),
        (("--year", "2023", "--la", "205"), "there is no layout of the SEN2 return 2023"),
        (
            ("--year", "2027", "--la", "205"),
            "nobody would be in it; import a return that tells whose the plans are first",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line_and_nothing_is_written(
    run: Callable[..., Result], tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    done = run("sen2", "export", *options, str(tmp_path / "out.xml"))
    assert (done.exit_code, why in done.stderr, list(tmp_path.glob("*.xml"))) == (1, True, [])


def test_facts_that_the_year_does_not_take_refuse_the_return_and_name_the_plan(
    told: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    down = with_plan(2)
    down = type(down)(block="Person", values=down.values | {"Sex": "M"}, children=down.children)
    import_return(told, write(tmp_path / "b.xml", 2025, [down]))
    from arflow.sen2.returned.told_facts import draft, keep

    wrong = type(down)(block="Person", values={**down.values, "Ethnicity": "NONE"}, children=down.children)
    with told.log_store.writing() as connection:
        keep(connection, [draft("SEN2-00002", 2026, wrong, told.now, "S-1")])
    out = tmp_path / "out.xml"

    done = run("sen2", "export", "--year", "2027", "--la", "999", str(out), today=date(2027, 2, 1))

    assert (done.exit_code, out.exists()) == (1, False)
    assert "SEN2-00002: Person, Ethnicity (1.5): is not a code of Ethnicity" in done.stderr
    assert "NONE" not in done.stderr


def test_a_file_that_is_there_is_kept_unless_forced(told: Arflow, run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "out.xml"
    out.write_text("kept")
    done = run("sen2", "export", "--year", "2027", "--la", "999", str(out), today=date(2027, 2, 1))
    assert (done.exit_code, out.read_text()) == (1, "kept")


# --- explained --------------------------------------------------------------------------------------------------------


def explained(run: Callable[..., Result], case: str, *more: str) -> Any:
    done = run("sen2", "explain", case, "--year", "2027", "--json", *more, today=date(2027, 2, 1))
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_each_item_is_explained_as_it_is_exported_by_events_that_bear_it(
    told: Arflow, export: Callable[..., Any], run: Callable[..., Result]
) -> None:
    """Whatever gives an item, its value is that of the file, and an event of that day, or its correction, is behind it."""
    started = {"StartDate": told.plan("SEN2-00001").first_made.day}
    decided = c.Decide(on=day("16 Mar 2026"), outcome="amend", skip_reason="told briefly")
    for change in (
        lambda: None,
        lambda: held(told, "SEN2-00001", "2 Mar 2026"),
        lambda: told.act("R-2026-000001", decided),
        lambda: told.act("R-2026-000001", c.SendAmendmentNotice(on=day("20 Mar 2026"))),
    ):
        change()
        file, found = items(export()), explained(run, "SEN2-00001")
        by_item = {one["item"]: one for one in found["items"]}
        assert by_item.pop("StartDate")["value"] == f"{started['StartDate']}"
        assert {name: one["value"] for name, one in by_item.items() if one["value"]} == file
        for name, one in by_item.items():
            events = {event["event"]: event["on"] for event in one["events"]}
            if one["source"] == "log" and name != "ReviewOutcome":
                assert one["value"] in events.values()
            elif one["source"] == "return":
                assert list(events) == ["ReturnFactsImported"]
            elif one["source"] == "blank":
                assert one["value"] is None
    assert explained(run, "R-2026-000001")["items"] == found["items"]


def test_a_corrected_day_shows_the_act_and_its_correction(told: Arflow, run: Callable[..., Result]) -> None:
    held(told, "SEN2-00001", "2 Mar 2026", decided="16 Mar 2026", outcome="maintain")
    review = next(iter(told.whole_case("SEN2-00001").reviews))
    told.act(review, c.CorrectStep(corrected_step="hold", on=day("3 Mar 2026"), reason="Misread"))
    [meeting] = [one for one in explained(run, review)["items"] if one["item"] == "ReviewMeeting"]
    assert (meeting["value"], [event["event"] for event in meeting["events"]]) == (
        "2026-03-03",
        ["MeetingHeld", "StepCorrected"],
    )
    earlier = explained(run, review, "--known-at", "2020-01-01")
    assert "not active" in earlier["why_not"]


def test_a_plan_that_no_return_told_of_says_why_it_cannot_be_in_it(told: Arflow, run: Callable[..., Result]) -> None:
    told.add_plan(AddPlan(ref="P-1", first_made=date(2024, 1, 5), last_reviewed=date(2026, 1, 5)))
    found = explained(run, "P-1")
    assert "no imported return says who the plan is for" in found["why_not"]
    assert {one["item"]: (one["value"], one["source"]) for one in found["items"]}["LastReview"] == (
        "2026-01-05",
        "entry",
    )
    shown = run("sen2", "explain", "P-1", "--year", "2027", today=date(2027, 2, 1)).stdout
    assert "P-1 #1 PlanAdded" in shown
