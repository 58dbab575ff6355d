"""Letters of an amendment without a review: the notice, the decision not to amend, the final plan (SEND Regs 2014 r.28)."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from arflow.case.plan_commands import (
    DecideNotToAmendPlan,
    ReceivePlanRepresentations,
    RecordAmendment,
    SendPlanNotice,
    SetYoungPersonFrom,
)
from tests.support.cases import Cases, day

Run = Callable[..., Result]
PLAN = "P-0001"
ENCLOSED = ("--enclose", "plan=The plan", "--enclose", "amendments=The amendments proposed")


@pytest.fixture
def case(run: Run, cases: Cases) -> Cases:
    """A plan made on 1 September 2026 with its people, and no review."""
    cases.plan("1 Sep 2026", setting="123456", coordinator="C. One")
    run("people", "add", PLAN, "--role", "child", "--name", "Robin")
    run("people", "add", PLAN, "--role", "parent", "--name", "Sam Example", "--address", "1 Example Lane, AN1 2BB")
    run("people", "add", PLAN, "--role", "setting", "--name", "Lee Example", "--organisation", "Anytown School")
    return cases


@pytest.fixture
def made(run: Run, own: Path, tmp_path: Path) -> Callable[..., str]:
    """What a letter on the plan says, or why it is refused."""

    def make(letter: str, *more: str, to: str = "parent", today: str = "2 Nov 2026") -> str:
        file = tmp_path / "letter.txt"
        asked = ("letter", "make", PLAN, letter, "--to", to, *more, "--output", str(file), "--force")
        result = run(*asked, today=day(today), ARFLOW_WORKFLOWS=str(own))
        return " ".join((file.read_text("utf-8") if result.exit_code == 0 else result.stderr).split())

    return make


def test_the_notice_gives_15_days_by_the_way_it_goes_and_the_three_rights(
    case: Cases, made: Callable[..., str]
) -> None:
    said = made("amendment_notice", *ENCLOSED, "--no-evidence")
    # Posted on Monday 2 November, served on Wednesday 4 November; that day is day 1.
    assert (
        "day 1 is Wednesday 4 November 2026 (2 working days after we send it) and the last day is Wednesday 18 " in said
    )
    assert "By Wednesday 18 November 2026 you can also ask us to name a particular school" in said
    assert "By Wednesday 18 November 2026 you can also ask for a meeting with one of our officers" in said
    assert "we must send the final plan by Monday 28 December 2026" in said
    assert "There is no evidence that supports these amendments." in said
    assert "review of" not in said
    assert "Our reference: P-0001 " in said
    assert "(plan P-0001)" not in said


def test_the_eight_weeks_are_those_of_the_first_notice_when_others_are_proposed_in_its_place(
    case: Cases, made: Callable[..., str]
) -> None:
    case.app.change_plan(PLAN, SendPlanNotice(on=day("2 Nov 2026"), channel="post"))
    said = made("amendment_notice", *ENCLOSED, "--no-evidence", today="16 Nov 2026")
    assert "we must send the final plan by Monday 28 December 2026" in said
    assert "the last day is Wednesday 2 December 2026" in said


def test_the_decision_not_to_amend_gives_reasons_and_the_rights_of_appeal(
    case: Cases, made: Callable[..., str]
) -> None:
    refused = made("not_amend", "--reasons", "The plan fits.")
    assert "has no amendment proposed without a review" in refused
    assert "arflow plan notice P-0001" in refused
    case.app.change_plan(PLAN, SendPlanNotice(on=day("2 Nov 2026")))
    said = made("not_amend", "--reasons", "The plan fits.", today="30 Nov 2026")
    assert "We have looked at the amendments we had proposed. We have decided not to amend the plan." in said
    assert "These are our reasons: The plan fits." in said
    assert "within 2 months of the day on which we sent you this letter" in said
    case.app.change_plan(PLAN, ReceivePlanRepresentations(on=day("9 Nov 2026")))
    assert "and at what you told us" in made("not_amend", "--reasons", "The plan fits.", today="30 Nov 2026")
    assert "reasons is not known: give them (--reasons)" in made("not_amend", today="30 Nov 2026")


def test_what_was_said_of_an_earlier_amendment_is_not_said_of_the_next(case: Cases, made: Callable[..., str]) -> None:
    for command in (
        SendPlanNotice(on=day("1 Sep 2026")),
        ReceivePlanRepresentations(on=day("9 Sep 2026")),
        DecideNotToAmendPlan(on=day("1 Oct 2026")),
        SendPlanNotice(on=day("2 Nov 2026")),
    ):
        case.app.change_plan(PLAN, command)
    assert "what you told us" not in made("not_amend", "--reasons", "The plan fits.", today="30 Nov 2026")


@pytest.mark.parametrize("to", ["parent", "setting"])
def test_the_final_plan_goes_with_the_rights_of_appeal_to_the_family_and_without_to_the_institution(
    case: Cases, made: Callable[..., str], to: str
) -> None:
    case.app.change_plan(PLAN, SendPlanNotice(on=day("2 Nov 2026")))
    said = made("final_plan", "--enclose", "plan=The final plan", to=to, today="30 Nov 2026")
    assert "The final amended plan is enclosed. It takes the place of the plan before it." in said
    # The 12 months are those of the plan as it was made (Code 9.198).
    assert "does not move the date of the next review, which must be finished by Tuesday 31 August 2027." in said
    assert ("You have the right to appeal" in said) == (to == "parent")
    assert ("as the school, college or other setting that Robin attends" in said) == (to == "setting")


def test_a_young_person_reads_of_their_own_plan(run: Run, case: Cases, made: Callable[..., str]) -> None:
    case.app.change_plan(PLAN, SetYoungPersonFrom(young_person_from=day("27 Jun 2026"), on=day("2 Sep 2026")))
    said = made("amendment_notice", *ENCLOSED, "--no-evidence", to="young_person")
    assert "We propose to amend your education, health and care plan." in said
    case.app.change_plan(PLAN, SendPlanNotice(on=day("2 Nov 2026")))
    final = made("final_plan", "--enclose", "plan=The final plan", to="young_person", today="30 Nov 2026")
    assert "about how the plan describes your special educational needs" in final


def test_a_letter_of_an_end_that_did_not_come_is_refused(case: Cases, made: Callable[..., str]) -> None:
    case.app.change_plan(PLAN, SendPlanNotice(on=day("1 Sep 2026")))
    case.app.change_plan(PLAN, RecordAmendment(because="without_review", on=day("2 Nov 2026")))
    assert "the plan was amended on 2026-11-02" in made("not_amend", "--reasons", "The plan fits.")
    assert "The final amended plan" in made("final_plan", "--enclose", "plan=The final plan")
    case.app.change_plan(PLAN, SendPlanNotice(on=day("3 Nov 2026")))
    case.app.change_plan(PLAN, DecideNotToAmendPlan(on=day("23 Nov 2026")))
    refused = made("final_plan", "--enclose", "plan=The final plan", today="24 Nov 2026")
    assert "it was decided on 2026-11-23 not to amend the plan" in refused


def test_a_letter_of_a_review_needs_one_and_sending_says_what_to_do(
    run: Run, case: Cases, made: Callable[..., str], own: Path
) -> None:
    refused = made("decision_maintain")
    assert "decision_maintain is a letter of a review: name the review of P-0001" in refused
    assert "amendment_notice, final_plan, institution_consultation, moved_in, not_amend" in refused
    moved = run("letter", "send", PLAN, "moved_in", ARFLOW_WORKFLOWS=str(own))
    assert "record it with `arflow plan told-of-transfer P-0001`" in moved.stderr
    of_a_review = run("letter", "send", PLAN, "decision_maintain", ARFLOW_WORKFLOWS=str(own))
    assert of_a_review.stderr == (
        "arflow: plan P-0001 has no open review: open one with `arflow review open P-0001`, "
        "or name one of `arflow review list --plan P-0001`\n"
    )
    unknown = run(
        "letter", "make", "P-9999", "final_plan", "--to", "parent", "--output", "x.txt", ARFLOW_WORKFLOWS=str(own)
    )
    assert "P-9999" in unknown.stderr
    assert "arflow review list" in unknown.stderr


def test_the_list_of_letters_says_which_go_without_a_review(run: Run, own: Path) -> None:
    listed = {one["id"]: one for one in json.loads(run("--json", "letter", "list", ARFLOW_WORKFLOWS=str(own)).stdout)}
    assert {name for name, one in listed.items() if one["without_review"]} == {
        "amendment_notice", "final_plan", "not_amend", "institution_consultation", "moved_in",
    }  # fmt: skip
    assert listed["not_amend"]["without_review"] == "SEND Regs 2014 r.28, r.22(4)-(5)"


def test_a_letter_that_its_review_waits_for_is_the_reviews_where_the_plan_is_named(
    run: Run, case: Cases, made: Callable[..., str], own: Path
) -> None:
    for line in (
        "review open P-0001 --on 2026-10-01",
        "review hold P-0001 --on 2026-10-20 --skip-reason x",
        "review report P-0001 --on 2026-10-26",
        "review decide P-0001 --outcome amend --on 2026-11-02",
    ):
        assert run(*line.split()).exit_code == 0
    assert "Our reference: R-2026-000001 (plan P-0001)" in made("amendment_notice", *ENCLOSED, "--no-evidence")
    sent = run("letter", "send", PLAN, "amendment_notice", ARFLOW_WORKFLOWS=str(own))
    assert "plan notice" not in sent.stderr  # which would record it outside the review
    case.app.change_plan(PLAN, SendPlanNotice(on=day("2 Nov 2026")))
    assert "Our reference: P-0001" in made("amendment_notice", *ENCLOSED, "--no-evidence")


@pytest.mark.parametrize(("ended", "of"), [("30 Sep 2026", "R-2026-000001 (plan P-0001)"), ("2 Nov 2026", "P-0001")])
def test_an_amendment_that_ended_before_the_reviews_notice_leaves_its_letters_to_the_review(
    run: Run, case: Cases, made: Callable[..., str], ended: str, of: str
) -> None:
    case.app.change_plan(PLAN, SendPlanNotice(on=day("7 Sep 2026")))
    early = ended == "30 Sep 2026"
    if early:
        case.app.change_plan(PLAN, RecordAmendment(because="without_review", on=day(ended)))
    for line in (
        "review open P-0001 --on 2026-10-01",
        "review hold P-0001 --on 2026-10-05 --skip-reason x",
        "review report P-0001 --on 2026-10-06",
        "review decide P-0001 --outcome amend --on 2026-10-12",
        "review notice P-0001 --on 2026-10-12",
    ):
        assert run(*line.split()).exit_code == 0
    if not early:
        case.app.change_plan(PLAN, RecordAmendment(because="without_review", on=day(ended)))
    assert f"Our reference: {of}" in made("final_plan", *ENCLOSED)
