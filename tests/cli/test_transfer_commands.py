"""What a plan names for its transfer, from the command line."""

import json
from collections.abc import Callable
from datetime import date

from click.testing import Result

Run = Callable[..., Result]
TODAY = date(2026, 1, 20)


def begun(run: Run) -> str:
    """A plan of year 6 whose early review met in the 12 months before its transfer; the review's id."""
    run(
        "plan",
        "add",
        "P-1",
        "--first-made",
        "2024-08-01",
        "--transfer",
        "primary_to_secondary",
        "--transfer-on",
        "2026-09-01",
    )
    run("review", "open", "P-1", "--on", "2025-09-01", "--kind", "early", "--reason", "Asked", today=TODAY)
    run("review", "hold", "R-2025-000001", "--on", "2025-09-02", "--skip-reason", "told briefly", today=TODAY)
    return "R-2025-000001"


def test_a_decision_asks_for_what_the_plan_names_and_takes_it_afterwards(run: Run) -> None:
    review = begun(run)
    decided = run("review", "decide", review, "--outcome", "maintain", "--on", "2025-09-10", today=TODAY)
    asked = f"arflow plan name-for-transfer P-1 --review {review} --names URN"
    assert asked in decided.stderr

    wrong = run("plan", "name-for-transfer", "P-1", "--names", "the academy", today=TODAY)
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
    assert "--names: the academy is not a URN of six digits, type:TEXT, none:REASON, unchanged" in wrong.stderr

    assert run("plan", "name-for-transfer", "P-1", "--names", "123456", today=TODAY).exit_code == 0
    shown = json.loads(run("plan", "show", "P-1", "--json", today=TODAY).stdout)
    assert (shown["named_for_transfer"], shown["transfer_dealt_with_by"]) == ("123456", review)
    duties = json.loads(run("review", "show", review, "--json", today=TODAY).stdout)["duties"]
    assert next(duty["state"] for duty in duties if duty["id"] == "phase_transfer") == "met"


def test_a_decision_that_names_what_follows_is_not_asked_for_it(run: Run) -> None:
    review = begun(run)
    how = ("--outcome", "maintain", "--on", "2025-09-10", "--names-for-transfer", "unchanged")
    decided = run("review", "decide", review, *how, today=TODAY)
    assert (decided.exit_code, decided.stderr) == (0, "")
    assert "phase transfer" not in run("due", today=TODAY).stdout
    assert "needs no amendment for the transfer on 2026-09-01" in run("audit", "P-1", today=TODAY).stdout
