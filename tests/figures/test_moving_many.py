"""Many reviews moved to another definition, and what an act on a case or on the rules has moved, told at once."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.figures.impact import moving
from arflow.lists.questions import Asking
from tests.support.cases import Cases, day
from tests.support.publishing import ANYSHIRE, publish

Run = Callable[..., Result]
TO = ("--to", "anyshire.2026", "--reason", "Panel introduced")


@pytest.fixture
def three(app_on_each: Arflow) -> Cases:
    """Three reviews under the statutory definition: one invited, one held, one concluded; the local one is published."""
    cases = Cases(app_on_each)
    cases.opened("1 Feb 2026", "1 Sep 2026", setting="123456").do(
        c.ScheduleMeeting(on=day("1 Sep 2026"), meeting_on=day("18 Dec 2026"))
    ).invited("4 Nov 2026")
    cases.opened("1 Feb 2026", "1 Sep 2026", setting="123456").held("20 Oct 2026")
    over = (
        cases.opened("1 Feb 2026", "1 May 2026", setting="123456").held("1 Jun 2026").decided("maintain", "20 Jun 2026")
    )
    over.do(c.ConcludeReview(on=day("1 Nov 2026")))
    publish(app_on_each, ANYSHIRE)
    return cases


def test_a_plan_of_many_moves_says_what_moves_and_records_nothing(three: Cases, run_on_each: Run) -> None:
    head = three.app.log_store.head()
    said = json.loads(run_on_each("workflow", "migrate", "--all", *TO, "--dry-run", "--json").stdout)
    assert (said["reviews"], said["done"], said["staying"]) == (["R-2026-000001", "R-2026-000002"], [], [])
    assert {(one["review"], one["duty"]) for one in said["moved"] if one["duty"] == "decision_target"} == {
        ("R-2026-000001", "decision_target"), ("R-2026-000002", "decision_target"),
    }  # fmt: skip
    assert three.app.log_store.head() == head


def test_open_reviews_are_moved_each_as_an_event_and_their_clocks_counted_again(three: Cases, run_on_each: Run) -> None:
    done = json.loads(run_on_each("workflow", "migrate", "--all", *TO, "--json").stdout)
    assert done["done"] == ["R-2026-000001", "R-2026-000002"]
    app = three.app
    assert [app.review(one).workflow for one in (*done["done"], "R-2026-000003")] == [
        "anyshire.2026", "anyshire.2026", "annual_review.2015",
    ]  # fmt: skip
    due = [one for one in Asking(app).duties(app.today, within=30) if one.duty == "decision_target"]
    assert [(one.review, one.due) for one in due] == [("R-2026-000002", day("10 Nov 2026"))]
    again = json.loads(run_on_each("workflow", "migrate", "--all", *TO, "--json").stdout)
    assert (again["reviews"], again["done"]) == ([], [])


def test_a_run_cut_short_is_finished_by_the_next(three: Cases) -> None:
    app, planned = three.app, moving.plan(three.app, "anyshire.2026")

    def stop(number: int) -> None:
        if number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.carry_out(app, planned, "Panel", moving=stop)
    rest = moving.plan(app, "anyshire.2026")
    assert rest.reviews == ("R-2026-000002",)
    assert moving.carry_out(app, rest, "Panel").reviews == ("R-2026-000002",)


def test_a_review_whose_state_the_other_definition_lacks_stays_and_is_named(three: Cases) -> None:
    app = three.app
    moving.carry_out(app, moving.plan(app, "anyshire.2026"), "Panel")
    app.act("R-2026-000002", c.SendReport(on=day("27 Oct 2026")))
    app.act("R-2026-000002", c.TakeLocalStep(local_step="panel", on=day("2 Nov 2026")))
    back = moving.plan(app, "annual_review.2015", ["anyshire.2026"])
    assert back.reviews == ("R-2026-000001",)
    assert [(one.review, "no state panel_held" in one.why) for one in back.staying] == [("R-2026-000002", True)]


def test_all_and_one_review_are_not_named_together(run: Run) -> None:
    for words in (("R-2026-000001", "--all"), (), ("R-2026-000001", "--dry-run"), ("--all", "--on", "2026-11-01")):
        assert run("workflow", "migrate", *words, *TO).exit_code == 2


# --- a correction -------------------------------------------------------------------------------------------------


def test_a_correction_says_which_days_cycles_and_letters_it_moved(cases: Cases, run: Run) -> None:
    told = cases.opened("1 Feb 2026", "1 Sep 2026", setting="123456").held("1 Oct 2026").reported("9 Oct 2026")
    told.decided("maintain", "20 Oct 2026")
    words = ("review", "correct", told.id, "decide", "--on", "2026-10-22", "--reason", "Misread")
    done = json.loads(run(*words, "--json").stdout)
    assert (done["event"], done["state"]) == ("StepCorrected", "maintained")
    year = [
        (one["due_before"], one["due_after"])
        for one in done["moved"]
        if (one["review"], one["duty"]) == ("", "twelve_months")
    ]
    assert year == [("2027-10-19", "2027-10-21")]
    assert [(one["letter"], one["day_told"], one["day_now"]) for one in done["letters"]] == [
        ("DecisionNotified", "2026-12-21", "2026-12-22")
    ]
    shown = run("review", "void", told.id, "decide", "--reason", "Wrong case").stdout
    assert f"{told.plan} twelve months: last day 2027-10-21 → none" in shown
    assert f"{told.id} DecisionNotified of 2026-10-22: the last day to appeal was 2026-12-22, is none" in shown


def test_a_corrected_day_of_a_plan_says_what_it_moved(cases: Cases, run: Run) -> None:
    plan = cases.plan("1 Feb 2026")
    said = run("plan", "correct", plan, "first-made", "--to", "2026-02-03", "--reason", "Misread").stdout
    assert f"{plan} twelve months: last day 2027-01-31 → 2027-02-02" in said
