"""Moves between authorities, and the record of a transfer between phases, from the command line."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
TODAY = date(2026, 1, 20)


def added(run: Run) -> None:
    how = ("--first-made", "2025-03-01", "--setting", "111111", "--transfer", "primary_to_secondary")
    assert run("plan", "add", "P-1", *how, "--transfer-on", "2026-09-01", today=TODAY).exit_code == 0


def shown(run: Run, today: date = TODAY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("plan", "show", "P-1", "--json", today=today).stdout)
    return found


def duty(run: Run, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in shown(run)["duties"] if one["id"] == name)
    return found


def test_a_move_away_is_recorded_proved_and_corrected(run: Run) -> None:
    added(run)
    known = run(
        "plan", "moving-away", "P-1", "--on", "2026-01-05", "--moves-on", "2026-01-12", "--to-la", "878", today=TODAY
    )
    assert (known.exit_code, known.stdout.splitlines()[0]) == (0, "P-1: MoveAwayLearned on 2026-01-05 → maintained")
    why = run("why", "P-1", "hand-over", today=TODAY).stdout
    assert "15 working days beginning with aware_of_move: day 1 = Mon 5 Jan 2026, last day = Fri 23 Jan 2026" in why
    assert "SEND Regs 2014 r.15(2)" in why
    listed = run("due", "--json", today=TODAY).stdout
    assert "hand_over" in listed
    assert "Move to the area of 878 became known: it is on 2026-01-12" in run("audit", "P-1", today=TODAY).stdout
    off = run("plan", "correct", "P-1", "aware-of-move", "--to", "none", "--reason", "Called off", today=TODAY)
    assert off.exit_code == 0
    assert duty(run, "hand_over")["state"] == "not_applicable"


def test_the_family_is_told_of_an_assessment_or_none_and_of_the_review(run: Run) -> None:
    added(run)
    run("plan", "transfer-in", "P-1", "--from-la", "878", "--on", "2026-01-12", today=TODAY)
    for left_out in (("--review-on", "2026-04-01"), ("--assessment", "none")):
        refused = run("plan", "told-of-transfer", "P-1", *left_out, today=TODAY)
        assert refused.exit_code == 2
    told = run("plan", "told-of-transfer", "P-1", "--assessment", "none", "--review-on", "2026-05-01", today=TODAY)
    assert told.exit_code == 0
    assert "must be done by 2026-04-11" in told.stderr
    assert (shown(run)["proposes_assessment"], shown(run)["proposes_review_on"]) == (False, "2026-05-01")
    assert duty(run, "family_told_of_transfer")["state"] == "met"
    page = run("plan", "show", "P-1", today=TODAY).stdout
    assert "proposes assessment" in page
    trail = run("audit", "P-1", today=TODAY).stdout
    assert "no assessment is proposed; review proposed for 2026-05-01" in " ".join(trail.split())


def test_the_record_of_a_transfer_from_request_to_name(run: Run) -> None:
    added(run)
    assert run("plan", "request-institution", "P-1", "--institution", "123456", today=TODAY).exit_code == 0
    assert run("plan", "consult", "P-1", "--institution", "123456", "--on", "2026-01-05", today=TODAY).exit_code == 0
    assert duty(run, "consultation_reply")["due"] == "2026-01-20"
    assert duty(run, "consultation_reply")["owner"] == "institution consulted"
    answer = ("plan", "consult-reply", "P-1", "--institution", "123456", "--reply", "objects")
    bare = run(*answer, today=TODAY)
    assert (bare.exit_code, bare.stderr.count("\n")) == (1, 1)
    assert "--ground: is missing; an objection has a ground (CFA 2014 s.39(4))" in bare.stderr
    assert run(*answer, "--ground", "education_of_others", "--reason", "Full", today=TODAY).exit_code == 0
    named = ("plan", "name-for-transfer", "P-1", "--outside-review")
    assert "No consultation of 234567 is recorded" in run(*named, "--names", "234567", today=TODAY).stderr
    assert run(*named, "--names", "123456", today=TODAY).stderr == ""
    found = shown(run)
    assert (found["asked_for"], found["named_for_transfer"]) == ("123456", "123456")
    assert found["consultations"] == [
        {
            "about": "transfer",
            "institution": "123456",
            "authority": None,
            "sent": "2026-01-05",
            "answered": "2026-01-20",
            "reply": "objects",
            "grounds": ["education_of_others"],
            "reason": "Full",
        }
    ]
    page = run("plan", "show", "P-1", today=TODAY).stdout
    assert "Consulted" in page
    trail = " ".join(run("audit", "P-1", today=TODAY).stdout.split())
    assert "The family asks for 123456, for the transfer on 2026-09-01" in trail
    assert "123456 consulted, for the transfer on 2026-09-01" in trail
    assert "123456 answered: objects (education of others): Full, for the transfer" in trail


def test_a_consultation_is_taken_back(run: Run) -> None:
    added(run)
    run("plan", "consult", "P-1", "--institution", "123456", "--authority", "878", today=TODAY)
    back = ("plan", "consult-withdraw", "P-1", "--institution", "123456", "--reason", "Mistyped")
    assert "has no consultation of 123456" in run(*back, today=TODAY).stderr
    assert run(*back, "--authority", "878", today=TODAY).exit_code == 0
    assert shown(run)["consultations"] == []


def test_the_report_tells_who_was_asked_for_and_who_has_not_answered(run: Run) -> None:
    added(run)
    run("plan", "request-institution", "P-1", "--institution", "123456", today=TODAY)
    for institution in ("123456", "234567"):
        run("plan", "consult", "P-1", "--institution", institution, "--on", "2026-01-05", today=TODAY)
    reply = ("plan", "consult-reply", "P-1", "--institution", "123456", "--reply", "can_meet_needs")
    assert run(*reply, "--on", "2026-01-12", today=TODAY).exit_code == 0
    how = ("--section", "kinds", "--cases", "--format", "json")
    [case] = json.loads(run("report", "transfers", *how, today=TODAY).stdout)["rows"]
    assert (case["asked_for"], case["consulted"], case["unanswered"]) == ("123456", 2, 1)
