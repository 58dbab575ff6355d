"""Our reviews in another system's return: each on the person it is of, or on nobody, and everybody not matched listed."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from lxml import etree

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.sen2.form.record import Record
from arflow.sen2.returned.first_import import import_return
from arflow.sen2.returned.merge import Matching, Merged, match, merged, person_of, theirs_to_match
from arflow.sen2.returned.review_items import ReviewItems
from tests.support.cases import Cases
from tests.support.sen2_people import layout, upn, with_plan, write

pytestmark = pytest.mark.thorough

TODAY = date(2026, 2, 1)
THEIRS = {"ReviewMeeting": "2024-06-03", "LastReview": "2024-06-20", "ReviewOutcome": "A", "ReviewDraft": "2024-06-20"}


def changed(record: Record, **values: str | None) -> Record:
    said = {**record.values, **values}
    return Record(block=record.block, values={k: v for k, v in said.items() if v}, children=record.children)


def matching(file: list[Record], log: list[Record]) -> Matching:
    ours = [person_of(record, f"P-{number}") for number, record in enumerate(log, start=1)]
    return match(theirs_to_match(file), ours, [one.place for one in ours])


# --- five thousand people, two in a hundred of them mismatched --------------------------------------------------


def _mismatched(people: list[Record], rng: random.Random, share: float) -> set[int]:
    """Spoil identifiers in place: another's UPN, a swapped UPN, a wrong digit, no UPN, another birthday, another start."""
    chosen = rng.sample(range(len(people)), int(len(people) * share))
    for place, index in enumerate(chosen):
        one, other = people[index], people[chosen[(place + 1) % len(chosen)]]
        match place % 6:
            case 0:
                people[index] = changed(one, UPN=other.values["UPN"])
            case 1:
                swapped = chosen[(place + 1) % len(chosen)]
                people[index], people[swapped] = (
                    changed(one, UPN=other.values["UPN"]),
                    changed(other, UPN=one.values["UPN"]),
                )
            case 2:
                people[index] = changed(one, UPN=one.values["UPN"][:-1] + str((int(one.values["UPN"][-1]) + 1) % 10))
            case 3:
                people[index] = changed(one, UPN=None, UPNunknown="UN1")
            case 4:
                born = date.fromisoformat(one.values["PersonBirthDate"]) + timedelta(days=1)
                people[index] = changed(one, PersonBirthDate=born.isoformat())
            case _:
                people[index] = with_plan(int(one.values["Surname"][7:]), start="2019-01-07", review=THEIRS)
    return set(chosen)


@pytest.mark.parametrize("seed", range(5))
def test_of_five_thousand_people_nobody_gets_anothers_review_and_everybody_unmatched_is_listed(seed: int) -> None:
    rng = random.Random(seed)
    starts = [date(2022, 1, 3) + timedelta(days=rng.randrange(1_000)) for _ in range(200)]
    # Many share a birthday and a start, and some of them a household: what tells them apart is the UPN alone.
    log = [
        changed(
            with_plan(n, start=rng.choice(starts).isoformat(), review=THEIRS),
            PersonBirthDate=(date(2012, 1, 1) + timedelta(days=rng.randrange(300))).isoformat(),
        )
        for n in range(5_000)
    ]
    file = list(log)
    rng.shuffle(file)
    spoilt = _mismatched(file, rng, 0.02)
    items = {f"P-{n + 1}": ReviewItems(plan=f"P-{n + 1}", review="R", review_meeting=date(2025, 1, 1) + timedelta(days=n % 300), last_review=date(2025, 12, 1), review_outcome="M") for n in range(5_000)}  # fmt: skip

    found = matching(file, log)
    result = Merged(matching=found)
    after = list(merged(file, layout(2026), items, result))

    for person in after:
        number = int(person.values["Surname"][len("Surname") :])
        active = person.first("ActivePlans")
        assert active
        own = items[f"P-{number + 1}"].review_meeting
        assert active.values["ReviewMeeting"] in (THEIRS["ReviewMeeting"], str(own))
    untouched = {int(p.values["Surname"][7:]) for p in after if p.first("ActivePlans").values == THEIRS}  # type: ignore[union-attr]
    assert result.replaced == len(found.plan_of) == 5_000 - len(untouched)
    assert len(spoilt) * 0.9 < len(untouched) < len(spoilt) * 2.5
    assert {one.place for one in found.in_log} == {f"P-{number + 1}" for number in untouched}
    assert len(found.in_file) == len(untouched)
    assert not any("name" in one.place.lower() for one in (*found.in_file, *found.in_log))


# --- one by one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"UPN": upn(2)}, {"PersonBirthDate": "2008-09-03"}, {"UPN": None, "UPNunknown": "UN1"}]
)
def test_whoever_differs_in_anything_is_not_matched(change: dict[str, Any]) -> None:
    found = matching([changed(with_plan(1), **change)], [with_plan(1)])
    assert (found.plan_of, len(found.in_file), len(found.in_log)) == ({}, 1, 1)
    assert "nobody in the log has the same UPN" in found.in_file[0].why


def test_another_start_of_the_plan_is_another_plan() -> None:
    assert matching([with_plan(1, start="2022-05-11")], [with_plan(1)]).plan_of == {}
    assert matching([with_plan(1, start=None)], [with_plan(1)]).plan_of == {}
    assert matching([with_plan(1)], [with_plan(1)]).plan_of == {"person 1 (line 0)": "P-1"}


def test_case_of_a_upn_does_not_matter_and_a_uln_stands_in_for_it() -> None:
    assert matching([changed(with_plan(1), UPN=upn(1).lower())], [with_plan(1)]).plan_of
    uln = changed(with_plan(1), UPN=None, UniqueLearnerNumber="1900000007")
    assert matching([uln], [uln]).plan_of


def test_two_who_cannot_be_told_apart_are_both_left() -> None:
    found = matching([with_plan(1), with_plan(1)], [with_plan(1)])
    assert (found.plan_of, len(found.in_file), len(found.in_log)) == ({}, 2, 1)
    assert found.in_log[0].why.startswith("several people have the same UPN")


def test_without_a_upn_the_names_must_agree_and_the_start_be_known() -> None:
    unknown = changed(with_plan(1), UPN=None, UPNunknown="UN1")
    assert matching([changed(unknown, Forename=" forename1")], [unknown]).plan_of
    assert matching([changed(unknown, Forename="Another")], [unknown]).plan_of == {}
    undated = changed(with_plan(1, start=None), UPN=None, UPNunknown="UN1")
    found = matching([undated], [undated])
    assert (found.plan_of, found.in_file[0].why) == (
        {},
        "there is neither a UPN nor the start of the plan to tell people apart",
    )


def test_twins_whose_upns_were_swapped_are_left_to_somebody_who_knows_them() -> None:
    one, two = with_plan(1), changed(with_plan(2), PersonBirthDate=with_plan(1).values["PersonBirthDate"])
    swapped = [changed(one, UPN=upn(2)), changed(two, UPN=upn(1))]
    assert len(matching([one, two], [one, two]).plan_of) == 2
    found = matching(swapped, [one, two])
    assert found.plan_of == {}
    assert found.in_log[0].why == "others have the same day of birth and start of the plan, and the forenames differ"


def test_a_new_forename_alone_does_not_part_anybody() -> None:
    assert matching([changed(with_plan(1), Forename="Another", Surname="Name")], [with_plan(1)]).plan_of


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def base(sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path) -> Path:
    """Another system's return of 2026; the log has a review of the first of its people and none of the second."""
    app = open_app(sqlite_url, today=TODAY)
    import_return(app, write(tmp_path / "told.xml", 2025, [with_plan(1), with_plan(2), with_plan(3)]))
    Cases(app).review("SEN2-00001", "2 Jun 2025").held("2 Jun 2025").decided("maintain", "16 Jun 2025")
    app.add_plan(AddPlan(ref="P-9", first_made=date(2025, 5, 1)))
    people = [with_plan(n, review=THEIRS) for n in (1, 2)] + [with_plan(4, review=THEIRS)]
    return write(tmp_path / "base.xml", 2026, people)


def test_our_reviews_are_put_into_the_file_and_nothing_else_changes(
    base: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    done = run("sen2", "merge", str(base), str(out), "--year", "2026", "--json", today=TODAY)

    assert done.exit_code == 0, done.stderr
    before, after = base.read_text("utf-8").splitlines(), out.read_text("utf-8").splitlines()
    assert [line.strip() for line in after if line not in before] == [
        "<ReviewMeeting>2025-06-02</ReviewMeeting>",
        "<ReviewOutcome>M</ReviewOutcome>",
        "<LastReview>2025-06-16</LastReview>",
    ]
    said = json.loads(done.stdout)
    assert (said["people"], said["matched"], said["replaced"], said["left_as_they_stood"]) == (3, 2, 1, 1)
    line = [n for n, text in enumerate(before, start=1) if "<Person>" in text][2]
    nobody = "nobody in the {} has the same UPN (or what stands for it), day of birth and start of the plan"
    assert said["unmatched_in_file"] == [{"place": f"person 3 (line {line})", "why": nobody.format("log")}]
    assert said["unmatched_in_log"] == [
        {"place": "P-9", "why": "no imported return says who the plan is for"},
        {"place": "SEN2-00003", "why": nobody.format("file")},
    ]


def test_what_was_only_imported_takes_nothing_away_from_the_file(
    sqlite_url: str, open_app: Callable[..., Arflow], run: Callable[..., Result], tmp_path: Path
) -> None:
    app = open_app(sqlite_url, today=TODAY)
    undecided = {"ReviewMeeting": THEIRS["ReviewMeeting"]}
    import_return(app, write(tmp_path / "told.xml", 2025, [with_plan(1, review=undecided)]))
    base = write(tmp_path / "base.xml", 2026, [with_plan(1, review=THEIRS)])
    out = tmp_path / "out.xml"
    done = run("sen2", "merge", str(base), str(out), "--year", "2026", today=TODAY)
    assert done.exit_code == 0
    assert out.read_bytes() == base.read_bytes()


def test_people_on_one_line_are_told_apart(base: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    tree = etree.parse(base, etree.XMLParser(remove_blank_text=True))
    base.write_bytes(etree.tostring(tree))
    out = tmp_path / "out.xml"
    done = run("sen2", "merge", str(base), str(out), "--year", "2026", today=TODAY)
    assert done.exit_code == 0
    assert (
        "3 people; 2 matched, 1 with our review, 1 left as they stood; not matched: 1 in the file, 2 in the log"
        in done.stdout
    )
    meetings = [found.text for found in etree.parse(out).iterfind(".//ReviewMeeting")]
    assert meetings == ["2025-06-02", "2024-06-03", "2024-06-03"]


def test_a_file_of_another_year_or_with_faults_is_refused_and_nothing_written(
    base: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    other = run("sen2", "merge", str(base), str(out), "--year", "2027", today=TODAY)
    assert (other.exit_code, "--year: 2027 is not the year of base.xml, which is 2026" in other.stderr) == (1, True)
    base.write_text(base.read_text("utf-8").replace("<ReviewOutcome>A<", "<ReviewOutcome>Q<", 1), "utf-8")
    faulty = run("sen2", "merge", str(base), str(out), "--year", "2026", today=TODAY)
    assert (faulty.exit_code, "ReviewOutcome (5.4c): Q is not a code" in faulty.stderr, out.exists()) == (
        1,
        True,
        False,
    )
