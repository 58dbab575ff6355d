"""After each act arflow says what is next, by when and who, and what it superseded; `why` without a duty lists them all."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

from arflow.planning.term_dates import example

Run = Callable[..., Result]
EVERYBODY = (
    "--role",
    "parent",
    "--role",
    "setting",
    "--role",
    "la_sen",
    "--role",
    "health",
    "--role",
    "la_social_care",
)


def _said(run: Run, *words: str) -> list[str]:
    done = run(*words)
    assert done.exit_code == 0, done.stderr
    return done.stdout.splitlines()


def test_each_act_says_the_next_one_with_its_day_and_who(run: Run) -> None:
    added = _said(
        run, "plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash"
    )
    assert added[1:] == ["Next: the authority is to open a review by Sat 19 Dec 2026 (twelve months)."]
    opened = _said(run, "review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01", "--meeting-on", "2026-11-18")
    assert opened[1:] == ["Next: the school is to invite by Tue 3 Nov 2026 (invitees), overdue."]
    assert _said(run, "review", "invite", "P-1", *EVERYBODY, "--on", "2026-10-20")[1].startswith(
        "Next: the school is to circulate by"
    )
    held = _said(run, "review", "hold", "P-1", "--on", "2026-11-18", "--skip-reason", "x")
    assert held[1:] == ["Next: the school is to report by Wed 2 Dec 2026 (report)."]
    assert _said(run, "review", "report", "P-1", "--on", "2026-11-20", "--recommendation", "maintain")[1:] == [
        "Next: the authority is to decide by Wed 16 Dec 2026 (decision)."
    ]
    decided = _said(run, "review", "decide", "P-1", "--outcome", "maintain", "--on", "2026-11-23")
    assert decided[1:] == ["Next: the authority is to conclude."]
    assert _said(run, "review", "conclude", "R-2026-000001")[1:] == [
        "Next: the authority is to open a review by Mon 22 Nov 2027 (twelve months)."
    ]


def test_an_act_on_the_plan_says_what_its_decided_review_still_waits_for(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01", "--meeting-on", "2026-11-02")
    run("review", "hold", "P-1", "--on", "2026-11-02", "--skip-reason", "x")
    run("review", "report", "P-1", "--on", "2026-11-10")
    run("review", "decide", "P-1", "--outcome", "amend", "--on", "2026-11-16")
    moved = _said(run, "plan", "move", "P-1", "--nc-year", "6")
    assert moved[1:] == ["Next: the authority is to send the notice by Mon 30 Nov 2026 (amendment notice)."]


def test_once_a_notice_is_withdrawn_the_authority_is_next_and_not_with_what_is_the_familys(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01", "--meeting-on", "2026-11-02")
    run("review", "hold", "P-1", "--on", "2026-11-02", "--skip-reason", "x")
    run("review", "report", "P-1", "--on", "2026-11-10")
    run("review", "decide", "P-1", "--outcome", "amend", "--on", "2026-11-16")
    noticed = _said(run, "review", "notice", "P-1", "--on", "2026-11-16")
    assert noticed[1:] == ["Next: the family may make representations."]
    withdrawn = _said(run, "review", "withdraw-notice", "P-1", "--reason", "x")
    assert withdrawn[1:] == ["Next: the authority is to send the notice of other amendments, or decide not to amend."]


def test_after_other_amendments_the_family_may_answer_again_and_never_issue(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01", "--meeting-on", "2026-11-02")
    run("review", "hold", "P-1", "--on", "2026-11-02", "--skip-reason", "x")
    run("review", "report", "P-1", "--on", "2026-11-10")
    run("review", "decide", "P-1", "--outcome", "amend", "--on", "2026-11-16")
    run("review", "notice", "P-1", "--on", "2026-11-16")
    run("review", "represent", "P-1", "--on", "2026-11-18")
    again = _said(run, "review", "notice-again", "P-1", "--on", "2026-11-20")
    assert again[1:] == ["notice: 2026-11-16 → 2026-11-20", "Next: the family may make representations."]


def test_an_act_says_what_it_took_the_place_of(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01")
    assert "→" not in _said(run, "review", "schedule", "P-1", "--meeting-on", "2026-12-14")[1]
    moved = _said(run, "review", "schedule", "P-1", "--meeting-on", "2026-12-15")
    assert moved[1] == "planned meeting: 2026-12-14 → 2026-12-15"
    given = _said(run, "plan", "move", "P-1", "--coordinator", "Ellis Ward", "--nc-year", "6", "--setting", "654321")
    assert given[1:3] == ["coordinator: Devon Ash → Ellis Ward", "setting: 123456 → 654321"]
    run("review", "invite", "P-1", *EVERYBODY)
    postponed = _said(run, "review", "postpone", "P-1", "--meeting-on", "2026-12-16", "--reason", "snow")
    assert postponed[1] == "planned meeting: 2026-12-15 → 2026-12-16"


def test_where_nobody_is_next_it_says_what_is_missing(run: Run) -> None:
    added = _said(run, "plan", "add", "P-1", "--first-made", "2025-12-20")
    assert added[1:] == [
        "Next: open a review by Sat 19 Dec 2026 (twelve months). But nobody acts, since the plan has no coordinator "
        "(arflow plan move P-1 --coordinator NAME)."
    ]
    run("plan", "move", "P-1", "--coordinator", "Devon Ash")
    opened = _said(run, "review", "open", "P-1", "--kind", "annual", "--on", "2026-11-02", "--reason", "on roll soon")
    assert "But nobody acts, since the plan has no setting (arflow plan move P-1 --setting URN)." in opened[1]
    assert "nobody (no setting)" in " ".join(run("due").stdout.split())
    assert "Next to act: nobody, since the plan has no setting" in run("review", "show", "P-1").stdout


def test_an_act_says_which_review_it_superseded(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01")
    early = _said(run, "review", "open", "P-1", "--kind", "early", "--reason", "moved school")
    assert early[0] == "R-2026-000002: ReviewOpened on 2026-11-24 → scheduled"
    assert early[1] == "R-2026-000001: ReviewSuperseded on 2026-11-24 → cancelled"
    assert early[2].startswith("Next: the school is to ")


def test_the_answer_to_a_program_is_as_it_was(run: Run) -> None:
    answer = run("plan", "add", "P-1", "--first-made", "2025-12-20", "--json")
    assert json.loads(answer.stdout) == {"id": "P-1", "state": "maintained", "event": "PlanAdded", "on": "2026-11-24"}


def test_why_without_a_duty_lists_those_of_the_plan_and_of_its_open_review(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("review", "open", "P-1", "--kind", "annual", "--on", "2026-10-01", "--meeting-on", "2026-11-18")
    told = run("why", "p-1")
    assert told.exit_code == 0, told.stderr
    for words in ("twelve months", "notice", "decision", "SEND Regs 2014 r.20(3)", "R-2026-000001"):
        assert words in told.stdout
    assert "Prove one with `arflow why P-1 DUTY`." in told.stdout
    assert "_" not in told.stdout  # the days of the rules in words
    listed = json.loads(run("why", "P-1", "--json").stdout)
    assert {(one["case"], one["duty"]) for one in listed} >= {
        ("R-2026-000001", "notice"),
        ("R-2026-000001", "twelve_months"),
    }
    assert all({"due", "state", "citation", "formula"} <= one.keys() for one in listed)
    assert {one["case"] for one in json.loads(run("why", "R-2026-000001", "--json").stdout)} == {"R-2026-000001"}


def test_what_somebody_else_owes_is_not_next_for_the_authority(run: Run) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "Devon Ash")
    run("plan", "transfer", "P-1", "--transfer", "primary_to_secondary", "--transfer-on", "2027-09-01")
    asked = _said(run, "plan", "consult", "P-1", "--institution", "123457", "--on", "2026-11-20")
    assert asked[1:] == ["Next: the authority is to open a review by Sat 19 Dec 2026 (twelve months)."]


def test_a_duty_and_the_day_of_a_meeting_have_one_name_in_every_list(run: Run) -> None:
    assert run("plan", "add", "P-9", "--first-made", "2025-11-01", "--setting", "123456").exit_code == 0
    assert run("review", "open", "P-9", "--on", "2026-09-01", "--meeting-on", "2026-12-10").exit_code == 0

    def told(*words: str) -> Any:
        return json.loads(run(*words, "--json").stdout)

    [listed], shown = told("review", "list"), told("review", "show", "P-9")
    assert listed["meeting_on"] == shown["meeting_on"] == "2026-12-10"
    assert "meeting" not in listed
    rows = (*told("why", "P-9"), told("why", "P-9", "notice"), *told("due"), *shown["deadlines"])
    assert all("duty" in row and "id" not in row for row in rows)


def test_a_plan_that_no_list_of_a_term_has_is_to_be_put_on_it(run: Run) -> None:
    run("terms", "add", str(example()), "--reason", "Published")

    added = run("plan", "add", "P-1", "--first-made", "2026-02-10", "--setting", "123456", "--coordinator", "Devon Ash")

    assert "the authority is to put the plan on the list of the term by" in added.stdout
