"""How a meeting went: recorded as codes, and what the record does not address said with the law that asks for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.conduct import conduct_gaps, reviewed
from arflow.case.plan_commands import ChangeYearGroup, KeepPlanText
from arflow.case.proceeding_commands import StartDirectPayments, TakeProceedingStep
from arflow.case.review import AnnualReview
from arflow.errors import ArflowError, DateRefused, InvalidValue, NotPossible
from arflow.events import AnyPlanEvent, PlanEvent
from arflow.papers.documents import documents_of
from arflow.papers.plan_text.plan_text import Item, canonical, plan_text
from tests.support.cases import Cases, Told, day

Run = Callable[..., Result]
HELD = "10 Jun 2025"
WHOLE: dict[str, Any] = {
    "outcomes": ("E1", "E2"),
    "progress": ("achieved", "behind"),
    "views": ("child_gave_views", "parent_gave_views", "supported_by_advocate"),
    "areas": ("employment", "independent_living", "community", "health"),
    "personal_budget": "discussed",
}


def held(cases: Cases, *, year: int | None = 7, kind: str = "annual", **plan: Any) -> Told:
    return cases.opened("1 Aug 2024", "1 May 2025", kind=kind, nc_year=year, **plan).held(HELD)


def gaps(told: Told, known: tuple[str, ...] | None = ("E1", "E2"), **conduct: Any) -> list[str]:
    """What is left out by a record that is whole but for what is given."""
    told.do(c.RecordConduct(**WHOLE | conduct))
    return found(told, known)


def found(told: Told, outcomes: tuple[str, ...] | None = ("E1", "E2")) -> list[str]:
    review = told.app.review(told.id)
    return [
        str(gap) for gap in conduct_gaps(review, reviewed(plan_events(told), review, told.app.today).plan, outcomes)
    ]


def plan_events(told: Told) -> list[AnyPlanEvent]:
    return [event for _, event in told.app.case_events(told.plan) if isinstance(event, PlanEvent)]


# --- what is left out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "asked"), [("none", True), ("discussed", True), ("in_place", False), ("changed", False)]
)
def test_direct_payments_are_reviewed_at_each_review(cases: Cases, budget: str, asked: bool) -> None:
    told = held(cases)
    told.app.change_plan(told.plan, StartDirectPayments(on=day("1 Feb 2025")))
    said = ["Direct payments are made, and that their use was reviewed is not recorded (SI 2014/1652 r.11(2)(b))"]
    assert gaps(told, personal_budget=budget) == (said if asked else [])


def test_direct_payments_that_stopped_are_not_asked_for(cases: Cases) -> None:
    told = held(cases)
    told.app.change_plan(told.plan, StartDirectPayments(on=day("1 Feb 2025")))
    told.app.change_plan(told.plan, TakeProceedingStep(did="stopped", on=day("1 Mar 2025")))
    assert gaps(told) == []


def test_a_record_that_addresses_everything_leaves_nothing_out(cases: Cases) -> None:
    assert gaps(held(cases, year=9)) == []


def test_nothing_is_asked_before_the_meeting_and_everything_after_it(cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", nc_year=9)
    assert found(told) == []
    told.held(HELD)
    assert found(told) == ["How the review was conducted is not recorded (SEND Regs 2014 r.19, r.20(5)-(6))"]


def test_outcomes_that_are_not_addressed_are_named(cases: Cases) -> None:
    law = "(SEND Regs 2014 r.19(b), r.20(5))"
    assert gaps(held(cases), ("E1", "E2", "E3", "E4")) == [f"The report does not address: E3, E4 {law}"]
    assert gaps(held(cases), progress=("achieved", "not_addressed")) == [f"The report does not address: E2 {law}"]
    assert gaps(held(cases), outcomes=(), progress=()) == [f"The report does not address: E1, E2 {law}"]


def test_without_the_plans_text_only_what_was_said_is_known(cases: Cases) -> None:
    law = "(SEND Regs 2014 r.19(b), r.20(5))"
    assert gaps(held(cases), None) == []
    assert gaps(held(cases), None, progress=("achieved", "not_addressed")) == [f"The report does not address: E2 {law}"]
    assert gaps(held(cases), None, outcomes=(), progress=()) == [f"Progress towards the outcomes is not recorded {law}"]


@pytest.mark.parametrize(
    ("views", "missing"),
    [
        (("child_gave_views", "parent_gave_views"), []),
        (("parent_gave_views", "supported_by_adult"), ["No views of the child are recorded (SEND Regs 2014 r.19(a))"]),
        (("child_gave_views", "own_medium"), ["No views of the parent are recorded (SEND Regs 2014 r.19(a))"]),
        (("no_views",), ["No views of the child or the parent are recorded (SEND Regs 2014 r.19(a))"]),
        ((), ["No views of the child or the parent are recorded (SEND Regs 2014 r.19(a))"]),
    ],
)
def test_whose_views_are_missing_is_said(cases: Cases, views: tuple[Any, ...], missing: list[str]) -> None:
    assert gaps(held(cases), views=views) == missing


@pytest.mark.parametrize(
    ("from_on", "missing"),
    [
        ("9 Jun 2025", []),
        (HELD, []),
        ("11 Jun 2025", ["No views of the parent are recorded (SEND Regs 2014 r.19(a))"]),
    ],
)
def test_a_young_person_who_holds_the_rights_on_the_day_is_consulted_alone(
    cases: Cases, from_on: str, missing: list[str]
) -> None:
    told = held(cases, year=11, young_person_from=day(from_on))
    assert gaps(told, views=("child_gave_views",)) == missing


@pytest.mark.parametrize(("year", "asked"), [(8, False), (9, True), (10, True)])
def test_preparing_for_adulthood_is_asked_from_year_nine_of_the_class(cases: Cases, year: int, asked: bool) -> None:
    text = f"Preparing for adulthood is not addressed, though the class is in Year {year}"
    assert gaps(held(cases, year=year), areas=()) == [f"{text} (SEND Regs 2014 r.20(6), r.2(1))"] * asked


def test_the_class_is_the_one_of_the_meeting_not_of_today(cases: Cases) -> None:
    told = held(cases, year=8)
    told.app.change_plan(told.plan, ChangeYearGroup(on=day("11 Jun 2025"), nc_year=9))
    assert gaps(told, areas=()) == []
    moved_up = held(cases, year=8)
    moved_up.app.change_plan(moved_up.plan, ChangeYearGroup(on=day(HELD), nc_year=9))
    assert len(gaps(moved_up, areas=())) == 1


def test_areas_of_adulthood_that_are_left_out_are_named(cases: Cases) -> None:
    text = "Preparing for adulthood does not address: community, health (Code 8.9-8.12, 9.183-9.185)"
    assert gaps(held(cases, year=12), areas=("employment", "independent_living")) == [text]


def test_where_the_year_of_the_class_is_not_known_that_is_said_but_of_a_young_person_it_is_asked(cases: Cases) -> None:
    unknown = "The year of the class is not known: from Year 9 preparing for adulthood is reviewed"
    law = "(SEND Regs 2014 r.20(6), r.2(1))"
    assert gaps(held(cases, year=None), areas=()) == [f"{unknown} {law}"]
    assert gaps(held(cases, year=None)) == []
    told = held(cases, year=None, young_person_from=day("1 Jul 2024"))
    assert gaps(told, areas=()) == [f"Preparing for adulthood is not addressed {law}"]


def test_a_personal_budget_that_nobody_spoke_of_is_a_gap_and_none_is_an_answer(cases: Cases) -> None:
    text = "Whether a personal budget was reviewed is not recorded (Code 9.168-9.169)"
    assert gaps(held(cases), personal_budget=None) == [text]
    assert gaps(held(cases), personal_budget="none") == []


def test_out_of_school_regulation_21_asks(cases: Cases) -> None:
    told = held(cases, year=10, kind="not_in_setting")
    missing = gaps(told, ("E1", "E2", "E3"), areas=())
    assert ["r.21(5)" in missing[0], "r.21(6)" in missing[1]] == [True, True]


def test_an_interim_review_under_five_is_asked_nothing(cases: Cases) -> None:
    assert found(cases.opened("1 Aug 2024", "1 Sep 2024", kind="under_five").do(c.HoldMeeting(on=day(HELD)))) == []


def test_the_latest_record_counts_and_one_of_a_later_day_is_not_known_before(cases: Cases) -> None:
    told = held(cases)
    told.do(c.RecordConduct(outcomes=("E1",), progress=("behind",)))
    told.do(c.RecordConduct(**WHOLE, on=day("20 Jun 2025")))
    review = told.app.review(told.id)
    assert review.conduct is not None
    assert review.conduct.outcomes == ("E1", "E2")
    before = review.as_at(day("19 Jun 2025")).conduct
    assert before is not None
    assert (before.outcomes, before.on) == (("E1",), day(HELD))


# --- the plan's text ------------------------------------------------------------------------------------------------


def text_of(review: AnnualReview, told: Told) -> str | None:
    return reviewed(plan_events(told), review, told.app.today).text


def test_the_text_reviewed_is_the_last_kept_by_the_meeting_or_else_the_first_since(cases: Cases) -> None:
    told, texts = held(cases), {name: name * 64 for name in "abcd"}
    assert text_of(told.app.review(told.id), told) is None

    def kept(name: str, on: str, review: str | None = None) -> str | None:
        told.app.change_plan(told.plan, KeepPlanText(on=day(on), document=texts[name], review=review))
        return text_of(told.app.review(told.id), told)

    assert kept("a", "11 Jun 2025") == texts["a"]  # the first since
    assert kept("b", "12 Jun 2025") == texts["a"]
    assert kept("c", HELD) == texts["c"]  # kept by the day of the meeting
    assert kept("d", HELD, told.id) == texts["c"]  # the outcome of this review


# --- recording it ---------------------------------------------------------------------------------------------------


def test_conduct_is_of_the_day_of_the_meeting_and_leaves_the_state(cases: Cases) -> None:
    told = held(cases)
    [event] = told.app.act(told.id, c.RecordConduct(outcomes=("E1",), progress=("achieved",))).events
    assert (event.on, told.state()) == (day(HELD), "meeting_held")


@pytest.mark.parametrize(
    ("command", "refusal", "said"),
    [
        (c.RecordConduct(on=day("9 Jun 2025")), DateRefused, "on 2025-06-09 is before the meeting on 2025-06-10"),
        (c.RecordConduct(outcomes=("E1",)), InvalidValue, "progress: 0 is not one for each of 1 outcomes"),
        (
            c.RecordConduct(outcomes=("E1", "E1"), progress=("achieved", "behind")),
            InvalidValue,
            "progress: E1 is not named once",
        ),
        (
            c.RecordConduct(outcomes=("F1",), progress=("achieved",)),
            InvalidValue,
            "progress: 'F1' is not an outcome of the plan, such as E1",
        ),
        (
            c.RecordConduct(views=("no_views", "child_gave_views")),
            InvalidValue,
            "views: no_views is not possible beside views that were given",
        ),
        (c.RecordConduct(documents=("ab",)), InvalidValue, "document: 'ab' is not a SHA-256 digest"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cases: Cases, command: c.RecordConduct, refusal: type[ArflowError], said: str
) -> None:
    told = held(cases)
    with pytest.raises(refusal) as refused:
        told.do(command)
    assert said in refused.value.message
    assert told.app.review(told.id).conduct is None


@pytest.mark.thorough
def test_conduct_goes_with_the_meeting_that_is_voided_and_stays_in_the_story_as_taken_back(
    cases: Cases, run: Run
) -> None:
    told = held(cases)
    told.do(c.RecordConduct(**WHOLE)).do(c.RecordConduct(**WHOLE | {"personal_budget": "none"}))
    told.do(c.CorrectStep(corrected_step="hold", on=day("12 Jun 2025"), reason="Misread"))
    assert found(told) == []

    told.do(c.VoidStep(voided_step="hold", reason="Of another case"))
    assert (told.app.review(told.id).conduct, found(told)) == (None, [])
    told.held("20 Jun 2025")
    assert found(told) == ["How the review was conducted is not recorded (SEND Regs 2014 r.19, r.20(5)-(6))"]
    told.do(c.RecordConduct(**WHOLE))
    assert found(told) == []

    story = [line for line in told.app.story(told.id) if line.event == "ConductRecorded"]
    assert ["voided" in line.kinds for line in story] == [True, True, False]
    figures = json.loads(run("report", "conduct", "--json").stdout)["sections"]
    assert [row["outcomes"] for row in figures[1]["rows"]] == [1, 1]


def test_conduct_stands_where_another_step_than_the_meeting_is_voided(cases: Cases) -> None:
    told = held(cases).do(c.RecordConduct(**WHOLE)).reported("20 Jun 2025")
    told.do(c.VoidStep(voided_step="report", reason="Of another case"))
    assert found(told) == []


def test_a_meeting_that_was_not_held_was_not_conducted(cases: Cases) -> None:
    with pytest.raises(NotPossible, match="is not recorded as held: record it with `arflow review hold`"):
        cases.opened("1 Aug 2024", "1 May 2025").do(c.RecordConduct(**WHOLE))


# --- the command ----------------------------------------------------------------------------------------------------

R = "R-2025-000001"


@pytest.fixture
def case(cases: Cases, app: Arflow, run: Run) -> Run:
    """A Year 10 plan whose text has four outcomes, and a review whose meeting was held."""
    told = held(cases, year=10)
    items = [Item(id=f"E{n}", text=f"Outcome {n}.") for n in (1, 2, 3, 4)]
    content = canonical(plan_text(items))
    kept = documents_of(app.log_store.engine).keep(
        content, plan=told.plan, kind="plan", name="plan.json", by="S-1", at=app.now
    )
    app.change_plan(told.plan, KeepPlanText(document=kept.digest, on=day("1 Jun 2025")))
    return run


def test_the_command_records_and_says_what_is_left_out(case: Run) -> None:
    said = case(
        "review", "conduct", R, "--progress", "E1=achieved", "--progress", "E3=on_track", "--views", "child_gave_views",
        "--views", "supported_by_advocate", "--adulthood", "employment", "--personal-budget", "discussed",
    )  # fmt: skip
    assert said.stdout == f"{R}: ConductRecorded on 2025-06-10 → meeting_held\n"
    assert said.stderr.splitlines() == [
        "The report does not address: E2, E4 (SEND Regs 2014 r.19(b), r.20(5))",
        "No views of the parent are recorded (SEND Regs 2014 r.19(a))",
        "Preparing for adulthood does not address: independent living, community, health (Code 8.9-8.12, 9.183-9.185)",
    ]
    shown = case("review", "show", R)
    assert said.stderr.splitlines()[0] in shown.stdout

    document = json.loads(case("review", "show", R, "--json").stdout)
    assert document["conduct"]["progress"] == {"E1": "achieved", "E3": "on_track"}
    assert document["gaps"][0] == {
        "text": "The report does not address: E2, E4",
        "citation": "SEND Regs 2014 r.19(b), r.20(5)",
    }


def test_recording_as_json_has_the_gaps_and_the_report_says_them_again(case: Run) -> None:
    answer = json.loads(case("--json", "review", "conduct", R, "--progress", "E1=achieved").stdout)
    assert (answer["event"], answer["on"], len(answer["gaps"])) == ("ConductRecorded", "2025-06-10", 4)

    report = case("review", "report", R, "--on", "2025-06-20", "--recommendation", "amend", "--differing", "parent")
    assert report.stdout.splitlines()[0] == f"{R}: ReportSent on 2025-06-20 → report_sent"
    assert report.stderr.startswith("The report does not address: E2, E3, E4 (SEND Regs 2014 r.19(b), r.20(5))\n")
    told = case("review", "history", R).stdout
    assert "recommending to amend the plan; differing views: parent" in " ".join(told.split())


@pytest.mark.thorough
def test_a_file_of_views_is_kept_with_the_record_or_neither_is(case: Run, app: Arflow, tmp_path: Path) -> None:
    views = tmp_path / "drawing.txt"
    views.write_text("I like the garden.")
    assert case("review", "conduct", R, "--views", "own_medium", "--file", str(views)).exit_code == 0
    conduct = app.review(R).conduct
    assert conduct is not None
    [kept] = documents_of(app.log_store.engine).of(review=R)
    assert (conduct.documents, kept.kind) == ((kept.digest,), "evidence")

    other = tmp_path / "other.txt"
    other.write_text("Another.")
    refused = case("review", "conduct", R, "--views", "own_medium", "--file", str(other), "--on", "2025-06-01")
    assert "is before the meeting" in refused.stderr
    assert len(documents_of(app.log_store.engine).of(review=R)) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--progress E9=achieved", 1, "--progress: E9 is not an outcome of the plan's text (E1, E2, E3, E4)"),
        ("--progress E1", 2, "E1: write it as E1=achieved; there are achieved, on_track"),
        ("--progress E1=great", 2, "E1=great: write it as E1=achieved"),
        ("--progress =behind", 2, "=behind: write it as E1=achieved"),
        ("", 1, "say how the meeting went"),
        ("--adulthood sport", 2, "'sport' is not one of"),
        ("--document " + "ab" * 32, 1, "document"),
        ("--views child_gave_views --on 2027-01-01", 1, "is in the future"),
    ],
)
def test_wrong_input_gets_one_clear_line_and_records_nothing(
    case: Run, app: Arflow, words: str, code: int, said: str
) -> None:
    before = app.log_store.head()
    refused = case("review", "conduct", R, *words.split())
    assert (refused.exit_code, said in refused.stderr) == (code, True), refused.stderr
    assert app.log_store.head() == before


def test_a_text_that_cannot_be_read_hinders_nothing_and_is_said(case: Run, tmp_path: Path) -> None:
    for file in (tmp_path / "arflow-documents").rglob("*"):
        if file.is_file():
            file.unlink()
    said = case("review", "conduct", R, "--progress", "E9=achieved")
    assert said.exit_code == 0
    assert said.stderr.startswith("The outcomes of the plan are not known: document ")
    assert case("review", "show", R).exit_code == 0


def test_papers_and_people_of_another_case_are_refused(case: Run, app: Arflow, cases: Cases) -> None:
    other = cases.plan("1 Aug 2024")
    kept = documents_of(app.log_store.engine).keep(
        b"Private.", plan=other, kind="report", name="other.txt", by="S-1", at=app.now
    )
    refused = case("review", "report", R, "--on", "2025-06-20", "--document", kept.digest)
    assert f"belongs to {other}, another case than P-0001" in refused.stderr
    assert app.review(R).last("report") is None

    someone = case("people", "add", other, "--role", "parent", "--name", "Ada Example", "--json")
    person = json.loads(someone.stdout)["id"]
    refused = case("review", "report", R, "--on", "2025-06-20", "--person", person)
    assert f"{person} belongs to {other}, not to P-0001" in refused.stderr
    assert app.review(R).last("report") is None
