"""The checks of a return: every rule by an unsound and a sound example, the numbers' check letters, and the whole way through."""

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
from click.testing import Result
from hypothesis import given

from arflow.people.identifiers import uln_right, uln_shaped, upn_letter, upn_shaped
from arflow.sen2.checks.rule import Against, Finding, Rule, Settings
from arflow.sen2.checks.run import Checking, Placed
from arflow.sen2.checks.table import RULES
from arflow.sen2.checks.tally import Tally
from arflow.sen2.form.csv_form import write_csv
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.record import Record
from tests.support import sen2_examples as examples
from tests.support.cases import Cases
from tests.support.dfe_samples import sample, with_samples
from tests.support.paths import ROOT
from tests.support.sen2_examples import CENSUS, EXAMPLES, header, person

Run = Callable[..., Result]
WORKFLOWS = ROOT / "workflows"


@cache
def layout(year: int) -> Layout:
    return Layouts(WORKFLOWS / "sen2").load(year)


def checked(
    persons: list[Record],
    year: int = 2026,
    head: Record | None = None,
    settings: Settings | None = None,
    *,
    whole: bool = True,
) -> list[Finding]:
    """What is found of some persons; each stands at a place of its own."""
    against = Against(layout=layout(year), census=CENSUS[year], settings=settings or Settings(), tally=Tally())
    placed = [Placed(person=one, place=f"SEN2-{n:05d}", whole=whole) for n, one in enumerate(persons, start=1)]
    return list(Checking(against).findings(head or header(year), placed))


def ids(found: list[Finding]) -> set[str]:
    return {one.rule.id for one in found}


# --- every rule, both ways -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_its_unsound_example_and_lets_the_sound_one_pass(rule: Rule) -> None:
    example = EXAMPLES[rule.id]
    unsound_head, sound_head = example.head or (None, None)

    unsound = checked(example.unsound, example.year, unsound_head, example.settings, whole=example.imported)
    sound = checked(example.sound, example.year, sound_head, example.settings)

    assert rule.id in ids(unsound)
    assert rule.id not in ids(sound)
    assert all(one.what and one.rule.fix for one in unsound)


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert sorted(EXAMPLES) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("year", CENSUS)
def test_a_sound_return_has_no_finding_in_any_year(year: int) -> None:
    assert checked([person(year)], year) == []


def test_rules_stand_in_the_order_of_their_ids_each_once() -> None:
    names = [rule.id for rule in RULES]
    assert names == sorted(set(names))


# --- the numbers of people -----------------------------------------------------------------------------------------


def test_the_check_letter_of_a_upn_leaves_out_i_o_and_s() -> None:
    # 8x2 + 1x4 + 2x5 + 5x10 + 1x13 = 93 = 4 x 23 + 1, which is the second letter
    assert upn_letter("?801200005001".replace("?", "A")) == "B"
    letters = {upn_letter(f"A{number:012d}") for number in range(0, 23_000, 7)}
    assert letters == set("ABCDEFGHJKLMNPQRTUVWXYZ")


def test_a_temporary_upn_counts_its_last_letter_as_its_place_among_the_letters() -> None:
    # the same digits with 0 and A (zero), with 8 and J (eight): H is 7 and I is left out
    assert upn_letter("A99940002500A") == upn_letter("A999400025000")
    assert upn_letter("A99940002500J") == upn_letter("A999400025008")


@pytest.mark.parametrize(
    "upn", ["I999400025001", "Y99940002500O", "y999400025001", "Y9994000250011", "Y99940002500", ""]
)
def test_what_is_no_upn_is_not_taken_for_one(upn: str) -> None:
    assert not upn_shaped(upn)


def test_one_wrong_digit_of_a_uln_is_always_found() -> None:
    right = "1900000007"
    assert uln_right(right)
    for place, sign in enumerate(right):
        for digit in "0123456789":
            changed = f"{right[:place]}{digit}{right[place + 1 :]}"
            assert (digit == sign) == uln_right(changed), changed


def test_a_uln_begins_with_no_nought() -> None:
    assert uln_shaped("1900000007")
    assert not any(map(uln_shaped, ("0900000007", "190000000", "19000000071", "190000000X")))


# --- years, what may be set, what is told --------------------------------------------------------------------------


def test_a_rule_is_asked_from_its_year_on() -> None:
    changes: examples.Change = {"ActivePlans.ReviewOutcome": None}
    assert "AR-412" not in ids(checked([person(2024, changes)], 2024))
    assert "AR-412" in ids(checked([person(2025, {**changes, "ActivePlans.ReviewDraft": None})], 2025))


def test_decisions_up_to_submission_are_taken_where_that_is_set_and_asked_about() -> None:
    late = [person(changes={"ActivePlans.LastReview": "2026-02-20", "ActivePlans.ReviewDraft": "2026-02-20"})]
    assert ids(checked(late)) == {"AR-402", "AR-403"}
    assert ids(checked(late, settings=examples.SUBMISSION)) == {"AR-404"}


def test_weeks_before_a_ceased_plan_is_asked_about_can_be_set() -> None:
    ceasing = [person(changes={"ActivePlans.ReviewOutcome": "C", "ActivePlans.ReviewDraft": None})]
    assert ids(checked(ceasing)) == {"AR-424"}
    assert ids(checked(ceasing, settings=Settings(cease_weeks=13))) == set()


@pytest.mark.parametrize("written", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_beyond_all_counting_is_told_and_not_counted_with(written: str) -> None:
    for item in (
        "ActivePlans.ReviewMeeting",
        "ActivePlans.LastReview",
        "NamedPlan.StartDate",
        "Person.PersonBirthDate",
    ):
        found = checked([person(changes={item: written})])
        assert ids(found) == {"AR-013"}, item


@pytest.mark.thorough
@given(
    data=st.data(),
    text=st.text(max_size=12) | st.dates().map(str) | st.sampled_from(["UN1", "UN8", "C", "A", "H", "1", "OTH"]),
)
@hypothesis.settings(max_examples=200)
def test_whatever_stands_in_an_item_it_is_checked(data: st.DataObject, text: str) -> None:
    items = [(block, item.name) for block in layout(2026).blocks for item in layout(2026).items(block)]
    wrong = data.draw(st.lists(st.sampled_from(items), min_size=1, max_size=4))
    changes: examples.Change = {f"{block}.{name}": text for block, name in wrong}
    for one in checked([person(changes=changes), person(changes=changes)], head=header(changes=changes)):
        assert one.what


@pytest.mark.thorough
def test_no_finding_says_who_somebody_is() -> None:
    for example in EXAMPLES.values():
        for found in checked(example.unsound, example.year, settings=example.settings):
            for one in example.unsound:
                told = [
                    one.values.get(item, "") for item in ("Surname", "UPN", "UniqueLearnerNumber", "PersonBirthDate")
                ]
                assert not any(value and value in found.what for value in told), found.what


def test_a_value_of_a_person_that_is_wrong_is_not_repeated_and_that_of_a_plan_is() -> None:
    (found,) = checked([person(changes={"Person.Sex": "Secret"})])
    assert (found.rule.id, "Secret" in found.what, "Sex" in found.what) == ("AR-014", False, True)
    (found,) = checked([person(changes={"SENneed.SENtype": "XYZ"})])
    assert (found.rule.id, "XYZ" in found.what) == ("AR-014", True)


def test_a_plan_without_imported_facts_is_asked_what_the_log_knows() -> None:
    bare: examples.Change = dict.fromkeys(("Person.Surname", "Person.Sex", "Person.UPN", "Requests.RequestOutcome"))
    late: examples.Change = {"ActivePlans.LastReview": "2025-09-30"}
    assert ids(checked([person(changes={**bare, **late})], whole=False)) == {"AR-407", "AR-906"}
    assert ids(checked([person(changes={**bare, **late})])) == {"AR-407", "AR-012", "AR-202", "AR-201", "AR-203"}


def test_every_command_that_a_rule_names_is_one_that_there_is(run: Run) -> None:
    named = {words for rule in RULES for words in re.findall(r"arflow ([a-z0-9]+ [a-z-]+)", rule.fix)}
    assert {"review hold", "plan end", "sen2 import"} <= named
    for words in sorted(named):
        assert run(*words.split(), "--help").exit_code == 0, words


# --- a file --------------------------------------------------------------------------------------------------------


def as_xml(record: Record, layout_of: Layout) -> str:
    """A record as XML in the order of a year's layout."""
    parts = []
    for part in layout_of.blocks[record.block]:
        if part.tag in record.values:
            parts.append(f"<{part.tag}>{record.values[part.tag]}</{part.tag}>")
        parts += [as_xml(child, layout_of) for child in record.children if child.block == part.tag]
    return f"<{record.block}>\n{''.join(parts)}\n</{record.block}>"


def return_file(folder: Path, persons: list[Record], year: int = 2026) -> Path:
    path = folder / "return.xml"
    body = "\n".join(as_xml(one, layout(year)) for one in persons)
    head = as_xml(header(year), layout(year))
    path.write_text(f"<Message>\n{head}\n<Persons>\n{body}\n</Persons>\n</Message>\n", "utf-8")
    return path


def test_a_sound_file_ends_with_0_and_queries_do_too_but_an_error_with_1(run: Run, tmp_path: Path) -> None:
    sound = run("sen2", "check", str(return_file(tmp_path, [person()])))
    assert (sound.exit_code, "0 errors and 0 queries in the file return.xml." in sound.stdout) == (0, True)

    query = run("sen2", "check", str(return_file(tmp_path, [person(changes={"ActivePlans.ReviewDraft": None})])))
    assert (query.exit_code, "0 errors and 1 query" in query.stdout) == (0, True)

    error = run("sen2", "check", str(return_file(tmp_path, [person(changes={"ActivePlans.LastReview": "2025-09-30"})])))
    assert (error.exit_code, "1 error and 0 queries" in error.stdout, error.stderr) == (1, True, "")


def test_a_file_is_checked_without_a_store(run: Run, tmp_path: Path) -> None:
    result = run("sen2", "check", str(return_file(tmp_path, [person()])), ARFLOW_STORE=f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 0


def test_a_finding_in_a_file_has_its_line_and_is_csv_for_a_sheet(run: Run, tmp_path: Path) -> None:
    path = return_file(tmp_path, [person(), person(changes={**examples.TWIN, "Person.UPN": "A" + examples.UPN[1:]})])
    lines = path.read_text("utf-8").splitlines()
    second = 1 + [number for number, line in enumerate(lines) if line == "<Person>"][1]

    result = run("sen2", "check", str(path), "--section", "findings", "--where", "rule=AR-102", "--format", "csv")

    assert result.exit_code == 1
    heads, row = result.stdout.splitlines()
    assert heads == "severity,rule,case,what,mend,items"
    assert row.startswith(f"error,AR-102,line {second},the UPN begins with A; the check letter of its digits is Y,")
    assert row.endswith(",1.7a")


def test_the_way_a_file_is_built_is_checked_once(run: Run, tmp_path: Path) -> None:
    path = return_file(tmp_path, [person(changes={"SENneed.SENtype": "XYZ", "Person.Sex": None})])
    text = path.read_text("utf-8")
    moved = text.replace("<ReviewMeeting>2025-10-01</ReviewMeeting>", "").replace(
        "</LastReview>", "</LastReview><ReviewMeeting>2025-10-01</ReviewMeeting>"
    )
    path.write_text(moved.replace("<URN>", "<Unheard>1</Unheard><URN>", 1), "utf-8")

    found = findings(run("sen2", "check", str(path), "--json"))

    assert sorted(rule for rule, _ in found) == ["AR-010", "AR-010", "AR-012", "AR-014"]
    built = " ".join(what for rule, what in found if rule == "AR-010")
    assert "Unheard" in built
    assert "ReviewMeeting" in built


def findings(result: Result) -> list[tuple[str, str]]:
    document = json.loads(result.stdout)
    (section,) = [section for section in document["sections"] if section["name"] == "findings"]
    return [(row["rule"], row["what"]) for row in section["rows"]]


def test_the_csv_form_is_checked_too_and_its_findings_name_the_file_of_the_block(run: Run, tmp_path: Path) -> None:
    persons = [person(changes={"ActivePlans.LastReview": "2025-09-30", "PlacementDetail.URN": "99900"})]
    with (tmp_path / "return.zip").open("wb") as file:
        write_csv(file, layout(2026), header(2026), persons)

    result = run("sen2", "check", str(tmp_path / "return.zip"), "--section", "findings", "--format", "csv")

    assert [(row["rule"], row["case"]) for row in csv.DictReader(result.stdout.splitlines())] == [
        ("AR-301", "placementdetail.csv, line 2"),
        ("AR-407", "activeplans.csv, line 2"),
    ]


def test_a_file_checked_as_that_of_another_year_says_so(run: Run, tmp_path: Path) -> None:
    found = findings(run("sen2", "check", str(return_file(tmp_path, [person(2025)], 2025)), "--year", "2026", "--json"))
    assert ("AR-001", "Year is 2025, and the return is checked as that of 2026") in found


def test_a_file_has_neither_moments_nor_coordinators(run: Run, tmp_path: Path) -> None:
    result = run("sen2", "check", str(return_file(tmp_path, [person()])), "--by", "coordinator")
    assert result.exit_code == 2


def test_what_is_no_return_is_refused_in_a_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.xml"
    path.write_text("<Other/>", "utf-8")
    result = run("sen2", "check", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1


# --- the log -------------------------------------------------------------------------------------------------------


@pytest.fixture
def caseload(cases: Cases) -> Cases:
    """A plan decided but nobody told, of Ada; one met long ago and not decided, of Ben; a sound one, of nobody."""
    told = cases.opened("12 Sep 2023", "1 Sep 2026", coordinator="Ada Invented", setting="999001")
    told.invited("4 Sep 2026").held("21 Sep 2026").reported("24 Sep 2026")
    told.decided("maintain", "2 Oct 2026", not_yet_notified=True)
    waiting = cases.opened("12 Sep 2023", "1 Sep 2026", coordinator="Ben Invented", setting="999001")
    waiting.invited("4 Sep 2026").held("21 Sep 2026")
    sound = cases.opened("12 Sep 2023", "1 Sep 2026", setting="999001")
    sound.invited("4 Sep 2026").held("21 Sep 2026").reported("24 Sep 2026").decided("maintain", "2 Oct 2026")
    return cases


@pytest.mark.thorough
def test_the_log_is_checked_as_a_worklist_by_coordinator_without_imported_facts(caseload: Cases, run: Run) -> None:
    result = run("sen2", "check", "--year", "2027", "--by", "coordinator", "--json")

    document = json.loads(result.stdout)
    told = {section["name"]: section["rows"] for section in document["sections"]}
    assert result.exit_code == 1
    assert document["asked"]["as_at"] == "2026-11-24"
    assert [(row["coordinator"], row["case"], row["rule"]) for row in told["findings"]] == [
        (None, "the whole return", "AR-906"),
        ("Ada Invented", "P-0001", "AR-413"),
        ("Ada Invented", "P-0001", "AR-421"),
        ("Ben Invented", "P-0002", "AR-421"),
    ]
    assert told["coordinators"] == [
        {"coordinator": "Ada Invented", "cases": 1, "errors": 1, "queries": 1},
        {"coordinator": "Ben Invented", "cases": 1, "errors": 0, "queries": 1},
    ]


@pytest.mark.thorough
def test_the_log_is_checked_for_a_day_and_as_known_at_a_moment(caseload: Cases, run: Run) -> None:
    before = run("sen2", "check", "--year", "2027", "--as-at", "2026-10-19", "--json")
    after = run("sen2", "check", "--year", "2027", "--as-at", "2026-10-20", "--json")
    unknown = run("sen2", "check", "--year", "2027", "--known-at", "2020-01-01", "--json")

    assert [rule for rule, _ in findings(before)] == ["AR-413", "AR-906"]
    assert [rule for rule, _ in findings(after)] == ["AR-413", "AR-906", "AR-421", "AR-421"]
    assert (findings(unknown), unknown.exit_code) == ([], 0)


@pytest.mark.thorough
def test_mending_what_was_found_ends_the_error(caseload: Cases, run: Run) -> None:
    assert run("review", "notify", "R-2026-000001", "--on", "2026-10-03").exit_code == 0
    result = run("sen2", "check", "--year", "2027", "--json")
    assert ([rule for rule, _ in findings(result)], result.exit_code) == (["AR-906", "AR-421"], 0)


@pytest.mark.thorough
def test_without_a_year_the_next_return_due_is_checked(caseload: Cases, run: Run) -> None:
    assert "Checks of the SEN2 return of 2027" in run("sen2", "check").stdout
    assert "Checks of the SEN2 return of 2026" in run("sen2", "check", today=date(2026, 3, 12)).stdout
    assert "Checks of the SEN2 return of 2027" in run("sen2", "check", today=date(2026, 3, 13)).stdout


@pytest.mark.thorough
def test_a_transfer_of_the_coming_return_is_seen_in_the_autumn_before(cases: Cases, run: Run) -> None:
    cases.plan("12 Sep 2023", setting="999001", transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    assert [rule for rule, _ in findings(run("sen2", "check", "--year", "2027", "--json"))] == ["AR-906", "AR-422"]
    late = findings(run("sen2", "check", "--year", "2027", "--as-at", "2027-02-16", "--json"))
    assert (
        "AR-457",
        "PhaseTransferDueDate 2027-02-15 is over on 2027-02-16, and PhaseTransferFinalDate is not given",
    ) in late


@pytest.mark.thorough
def test_a_file_and_the_log_it_was_imported_into_are_found_the_same(run: Run, tmp_path: Path) -> None:
    wrong: examples.Change = {
        "ActivePlans.LastReview": "2025-09-30",
        "PlanDetail.URN": "99900",
        "SENneed.SENtype": "XYZ",
    }
    twin: examples.Change = {**examples.TWIN, "Person.UPN": examples.OTHER_UPN, "Person.UniqueLearnerNumber": None}
    path = return_file(tmp_path, [person(changes=wrong), person(changes=twin)])
    assert run("sen2", "import", str(path), "--accept-sound-rows").exit_code == 1

    only_sound = run("sen2", "check", "--year", "2026", "--json")
    assert (findings(only_sound), only_sound.exit_code) == ([], 0)

    del wrong["SENneed.SENtype"], wrong["PlanDetail.URN"]
    path = return_file(tmp_path, [person(changes=wrong), person(changes=twin)])
    refused = run("sen2", "import", str(path))
    assert (refused.exit_code, "(AR-407)" in refused.stderr) == (1, True)
    assert run("sen2", "import", str(path), "--accept-errors").exit_code == 0
    of_file, of_log = run("sen2", "check", str(path), "--json"), run("sen2", "check", "--year", "2026", "--json")
    assert (
        findings(of_file)
        == findings(of_log)
        == [("AR-407", "LastReview 2025-09-30 is before ReviewMeeting 2025-10-01")]
    )


def test_a_day_of_submission_before_the_day_checked_for_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("sen2", "check", str(return_file(tmp_path, [person()])), "--decisions-until", "2026-01-14")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--decisions-until: 2026-01-14 is not on or after 2026-01-15" in result.stderr


# --- outside material ----------------------------------------------------------------------------------------------


@with_samples
def test_the_checks_find_what_was_planted_in_the_bad_sample(run: Run) -> None:
    """It differs from the good one in a UPN that lost a digit; the sample's own other faults are in both."""
    good = findings(run("sen2", "check", str(sample("sen2_sample_2024.xml")), "--json"))
    bad = findings(run("sen2", "check", str(sample("bad_sen2_sample_2024.xml")), "--json"))

    assert [one for one in bad if one not in good] == [
        ("AR-102", "the UPN begins with X; the check letter of its digits is F")
    ]
    both = {rule for rule, _ in bad}
    assert both == {"AR-101", "AR-102", "AR-104", "AR-303", "AR-407", "AR-417"}


@with_samples
def test_the_sample_of_2025_shows_review_dates_out_of_order(run: Run) -> None:
    found = {rule for rule, _ in findings(run("sen2", "check", str(sample("sen2_sample_2025.xml")), "--json"))}
    assert found >= {"AR-002", "AR-407", "AR-414", "AR-417", "AR-456"}


# --- the list of rules ---------------------------------------------------------------------------------------------


def test_the_page_of_rules_is_what_the_command_prints(run: Run) -> None:
    page = (WORKFLOWS.parent / "docs" / "sen2-rules.md").read_text("utf-8")
    printed = run("sen2", "rules", "--markdown").stdout
    assert page.endswith(f"\n\n{printed}")
    assert printed.count("\n") == len(RULES) + 2


def test_the_rules_of_a_year_have_that_years_numbers(run: Run) -> None:
    told = {one["id"]: one for one in json.loads(run("sen2", "rules", "--year", "2024", "--json").stdout)}
    assert told["AR-407"]["items"] == ["5.6", "5.4"]
    assert told["AR-407"]["severity"] == "error"
    assert told["AR-407"]["mend"].startswith("LastReview is the day")
    assert "AR-412" not in told
    later = {one["id"]: one for one in json.loads(run("sen2", "rules", "--json").stdout)}
    assert later["AR-407"]["items"] == ["5.4b", "5.4a"]
    assert later["AR-412"]["since"] == 2025
