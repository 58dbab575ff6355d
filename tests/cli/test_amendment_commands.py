"""Amendments without a review, and second thoughts in one, as an officer records them."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.support.cases import Cases, Told, day

Run = Callable[..., Result]
TODAY = day("30 Nov 2026")


@pytest.fixture
def plan(cases: Cases) -> str:
    return cases.plan("12 Sep 2025")


@pytest.fixture
def told(cases: Cases) -> Told:
    """Amendments proposed on Mon 6 July 2026."""
    review = cases.opened("12 Sep 2025", "1 May 2026").held("18 Jun 2026")
    return review.decided("amend", "6 Jul 2026").noticed("6 Jul 2026")


def done(run: Run, *arguments: str) -> Result:
    result = run(*arguments, today=TODAY)
    assert result.exit_code == 0, result.stderr
    return result


def refused(run: Run, *arguments: str) -> str:
    result = run(*arguments, today=TODAY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("arflow: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_an_amendment_without_a_review_from_its_notice_to_its_appeal(run: Run, plan: str) -> None:
    assert "PlanNoticeSent on 2026-09-01" in done(run, "plan", "notice", plan, "--on", "2026-09-01").stdout
    assert "--again" in refused(run, "plan", "notice", plan, "--on", "2026-09-08")
    done(run, "plan", "notice", plan, "--again", "--on", "2026-09-08", "--channel", "post")
    amend = ("plan", "amend", plan, "--because", "without_review", "--on", "2026-09-24")
    assert "the family has until 2026-09-24" in refused(run, *amend)  # posted on 8 September, served on the 10th
    done(run, "plan", "represent", plan, "--on", "2026-09-22", "--no-more")
    done(run, *amend)
    shown = json.loads(done(run, "plan", "show", plan, "--json").stdout)
    assert (shown["notice_sent"], shown["notice_sent_again"]) == ("2026-09-01", "2026-09-08")
    assert (shown["amended_after_notice"], shown["not_amended"], shown["appeal_ends"]) == (
        "2026-09-24",
        None,
        "2026-11-24",
    )
    assert {duty["id"]: duty["state"] for duty in shown["duties"]}["plan_final_plan"] == "met"


def test_a_decision_not_to_amend_within_the_fifteen_days_asks_for_a_reason(run: Run, plan: str) -> None:
    done(run, "plan", "notice", plan, "--on", "2026-09-01")
    ending = ("plan", "not-amend", plan, "--on", "2026-09-15")
    assert "--skip-reason: is missing" in refused(run, *ending)
    done(run, *ending, "--skip-reason", "The family asked for it")
    audit = done(run, "audit", plan).stdout
    assert "Decided not to make the amendments proposed without a review" in audit


def test_an_amended_plan_without_its_notice_is_recorded_and_said_to_lack_it(run: Run, plan: str) -> None:
    amend = ("plan", "amend", plan, "--because", "without_review")
    assert "its days are not counted: record it with --notice-on" in done(run, *amend, "--on", "2026-09-24").stderr
    assert "until 2026-11-24" in refused(run, *amend, "--on", "2026-11-24", "--notice-on", "2026-11-10")
    assert done(run, *amend, "--on", "2026-11-24", "--notice-on", "2026-09-14").stderr == ""
    shown = json.loads(done(run, "plan", "show", plan, "--json").stdout)
    duty = next(duty for duty in shown["duties"] if duty["id"] == "plan_final_plan")
    assert (duty["due"], duty["state"]) == ("2026-11-09", "breached")


def test_second_thoughts_are_recorded_and_told(run: Run, told: Told) -> None:
    done(run, "review", "agree-time", told.id, "--until", "2026-07-31", "--on", "2026-07-13")
    done(run, "review", "withdraw-notice", told.id, "--on", "2026-07-14", "--reason", "Another draft")
    assert "represent, notice-again, not-amend" in refused(run, "review", "issue", told.id, "--on", "2026-08-10")
    done(run, "review", "notice-again", told.id, "--on", "2026-07-20")
    done(run, "review", "issue", told.id, "--on", "2026-08-31")
    done(run, "review", "reissue", told.id, "--on", "2026-09-07", "--reason", "Section I named the wrong school")
    done(run, "review", "pause", told.id, "--on", "2026-09-08", "--reason", "The family is abroad")
    assert "Paused since Tue 8 Sep 2026: every clock runs on." in done(run, "review", "show", told.id).stdout
    done(run, "review", "resume", told.id, "--on", "2026-09-14")
    audit = done(run, "audit", told.id).stdout
    for said in (
        "More time for representations agreed, until 2026-07-31",
        "Proposed amendments withdrawn: Another draft",
        "Notice of other amendments in their place sent",
        "Final plan sent once more: Section I named the wrong school",
        "Work goes on after the pause",
    ):
        assert said in " ".join(audit.split())


def test_a_changed_decision_and_the_light_route(run: Run, cases: Cases) -> None:
    told = cases.opened("12 Sep 2025", "1 May 2026").held("18 Jun 2026")
    done(run, "review", "light-route", told.id, "--on", "2026-06-19", "--reason", "Every outcome on track")
    told.decided("amend", "1 Jul 2026")
    change = ("review", "change-decision", told.id, "--on", "2026-07-08", "--reason", "New advice", "--outcome")
    assert "to amend already: name another --outcome" in refused(run, *change, "amend")
    assert "maintained" in done(run, *change, "maintain").stdout
    shown = json.loads(done(run, "review", "show", told.id, "--json").stdout)
    assert (shown["outcome"], shown["light_route"], shown["appeal_ends"]) == ("maintain", True, "2026-09-08")
    done(run, "review", "light-route", told.id, "--not-taken", "--reason", "The family asked for more")
    assert json.loads(done(run, "review", "show", told.id, "--json").stdout)["light_route"] is False
