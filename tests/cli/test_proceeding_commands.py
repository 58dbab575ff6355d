"""Proceedings on a plan from the command line: what is recorded, what is shown, and what is said of what is missing."""

import json
from collections.abc import Callable

from click.testing import Result

from arflow.application.arflow import Arflow
from tests.support.cases import Cases

Run = Callable[..., Result]


def made(run: Run) -> None:
    assert run("plan", "add", "P-1001", "--first-made", "2026-01-12", "--setting", "123456").exit_code == 0


def test_an_order_is_proved_and_its_step_recorded(run: Run) -> None:
    made(run)
    run("plan", "order", "P-1001", "--requires", "amend", "--on", "2026-06-30")
    why = run("why", "P-1001", "order-amend").stdout
    assert "State: overdue. Last day Tue 4 Aug 2026" in why
    assert "Rule: within 5 weeks of order_amend\n" in why
    assert "Fact: order_amend = Tue 30 Jun 2026 (TribunalOrderMade #2" in why
    assert "order_amend" in [row["duty"] for row in json.loads(run("due", "--json").stdout)]
    run("plan", "did", "P-1001", "amended", "--on", "2026-08-04")
    assert "done Tue 4 Aug 2026 (on the last day)" in run("why", "P-1001", "order-amend").stdout
    [one] = json.loads(run("plan", "show", "P-1001", "--json").stdout)["proceedings"]
    assert (one["number"], one["kind"], one["done"], one["waits_for"]) == (
        2,
        "order_amend",
        {"amended": "2026-08-04"},
        [],
    )


def test_a_plan_shows_what_each_proceeding_waits_for(run: Run) -> None:
    made(run)
    run("plan", "mediation", "P-1001", "--on", "2026-11-02")
    shown = run("plan", "show", "P-1001").stdout
    assert "held, not-pursued, certificate-given" in shown
    assert "Wed 2 Dec 2026" in shown


def test_a_day_that_was_set_is_proved_with_its_paragraph(run: Run) -> None:
    made(run)
    run("plan", "order", "P-1001", "--requires", "name", "--last-day", "2026-07-10", "--on", "2026-06-30")
    why = run("why", "P-1001", "order-name").stdout
    assert "Rule: on or before order_name_set\n" in why
    assert "Count: on or before order_name_set: last day = Fri 10 Jul 2026 (SEND Regs 2014 r.44(1), r.42(5))" in why


def test_a_step_that_two_wait_for_is_refused_in_one_line(run: Run) -> None:
    made(run)
    run("plan", "order", "P-1001", "--requires", "amend", "--on", "2026-06-30")
    run("plan", "order", "P-1001", "--requires", "name", "--on", "2026-06-30")
    refused = run("plan", "did", "P-1001", "amended", "--on", "2026-07-14")
    assert refused.exit_code != 0
    assert refused.stderr.splitlines() == [
        "arflow: plan P-1001 has several that fit: say which with --of: 2 (order amend), 3 (order name)"
    ]


def test_ceasing_says_what_is_missing_and_waits_for_the_time_to_appeal(run: Run) -> None:
    made(run)
    told = run("plan", "notify-ceasing", "P-1001", "--on", "2026-10-01")
    assert "not recorded that the parent and the setting were informed and consulted" in told.stderr
    refused = run("plan", "end", "P-1001", "--on", "2026-11-02")
    assert "runs to 2026-12-01" in refused.stderr
    ended = run("plan", "end", "P-1001", "--on", "2026-11-02", "--skip-reason", "Moved abroad")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "breached" in run("why", "P-1001", "ceasing-appeal-period").stdout


def test_a_plan_that_ends_without_a_notice_says_so(run: Run) -> None:
    made(run)
    ended = run("plan", "end", "P-1001", "--on", "2026-11-02")
    assert ended.exit_code == 0
    assert "No notice of a decision to cease plan P-1001 is recorded" in ended.stderr


def test_a_decision_to_cease_in_a_review_says_who_was_not_consulted(run: Run, app: Arflow) -> None:
    review = Cases(app).opened("1 Aug 2024", "1 May 2025", setting="123456").held("10 Jun 2025").id
    decided = run("review", "decide", review, "--outcome", "cease", "--on", "2025-06-20")
    assert "informed and consulted before the decision to cease (SEND Regs 2014 r.31(1))" in decided.stderr


def test_a_reassessment_wants_to_know_what_happened(run: Run) -> None:
    made(run)
    for given in ((), ("--start", "--end")):
        refused = run("plan", "reassess", "P-1001", *given)
        assert (refused.exit_code, "say one of --requested, --refuse, --start" in refused.stderr) == (2, True)
    assert "go with --end" in run("plan", "reassess", "P-1001", "--start", "--reason", "Late").stderr
    refused = run("plan", "reassess", "P-1001", "--refuse", "--on", "2026-11-02")
    assert "no request for a re-assessment that waits for an answer on 2026-11-02" in refused.stderr


def test_the_trail_tells_each_event_with_its_law(run: Run) -> None:
    made(run)
    run("plan", "order", "P-1001", "--requires", "review", "--last-day", "2026-09-30", "--on", "2026-06-30")
    run("plan", "withdraw", "P-1001", "--of", "2", "--reason", "Of another plan", "--on", "2026-06-30")
    trail = run("audit", "P-1001").stdout
    assert "Tribunal ordered a review of the plan, by 2026-09-30 (SEND Regs 2014 r.44)." in trail
    assert "What event 2 began is withdrawn: Of another plan." in trail


def test_the_trail_leaves_room_for_the_outcome_beside_a_long_duty(run: Run) -> None:
    """The duty of r.15(4) is a sentence of over a hundred letters: it is wrapped, and the days beside it are not."""
    made(run)
    run("plan", "transfer-in", "P-1001", "--on", "2026-06-30")
    assert "11 Aug 2026" in run("audit", "P-1001").stdout


def test_a_plan_shows_the_breach_of_a_first_order_beside_the_second(run: Run) -> None:
    made(run)
    run("plan", "order", "P-1001", "--requires", "amend", "--on", "2026-06-01")
    run("plan", "did", "P-1001", "amended", "--on", "2026-07-07")
    run("plan", "order", "P-1001", "--requires", "amend", "--on", "2026-11-02")
    shown = run("plan", "show", "P-1001").stdout
    [line] = [line for line in shown.splitlines() if "Mon 6 Jul 2026" in line]
    assert line.split("  ")[0].strip() == "order amend (no. 2)"
    assert "Tue 7 Jul 2026" in line
    assert "order amend (no. 4)" in shown
    due = json.loads(run("due", "--plan", "P-1001", "--json").stdout)
    assert [one["proceeding"] for one in due if one["duty"] == "order_amend"] == [4]
    assert "last day = Mon 7 Dec 2026" in run("why", "P-1001", "order-amend", "--of", "4").stdout
    first, second = json.loads(run("plan", "show", "P-1001", "--json").stdout)["proceedings"]
    assert [(one["counts"], one["duties"][0]["state"]) for one in (first, second)] == [
        (True, "breached"),
        (True, "due_soon"),
    ]


def test_an_appeal_in_time_against_ceasing_a_plan_that_ended_says_that_the_plan_is_kept(run: Run) -> None:
    """CFA 2014 s.45(4): told on 20 April, the two months end on Mon 22 June 2026."""
    made(run)
    run("plan", "notify-ceasing", "P-1001", "--on", "2026-04-20")
    run("plan", "end", "P-1001", "--on", "2026-05-01", "--skip-reason", "Moved abroad")
    said = run("plan", "appeal", "P-1001", "--against", "ceasing", "--on", "2026-06-22")
    assert "in time" in said.stderr
    assert "arflow plan correct P-1001 ceased --to none" in said.stderr
    late = run("plan", "appeal", "P-1001", "--against", "ceasing", "--on", "2026-06-23")
    assert late.stderr == ""


def test_a_correction_of_a_plan_that_ended_says_what_it_moved(run: Run) -> None:
    """Aware on Mon 2 March 2026: 15 working days end on the 20th."""
    made(run)
    run("plan", "moving-away", "P-1001", "--on", "2026-03-02", "--moves-on", "2026-03-05")
    run("plan", "transfer-out", "P-1001", "--on", "2026-03-23")
    said = run("plan", "correct", "P-1001", "transferred-out", "--to", "2026-03-20", "--reason", "Misread").stdout
    assert "hand over: breached → met" in said
