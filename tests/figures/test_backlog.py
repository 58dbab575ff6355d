"""The backlog: each step of the ladder the day before, on and after, and figures that are the sum of their cases."""

from datetime import date, timedelta
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.demo import Making, make
from arflow.figures.backlog import backlog
from arflow.figures.ladder import SERIES
from arflow.figures.report import Asked
from arflow.figures.viewpoint import looking
from arflow.law.periods import corresponding_date
from tests.conftest import TODAY
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough

Figures = dict[str, list[dict[str, Any]]]


def both(app: Arflow, on: date, by: Any = "all") -> tuple[Figures, Figures]:
    """Each section's rows, and its cases, by column."""

    def named(columns: Any, rows: Any) -> list[dict[str, Any]]:
        return [dict(zip([column.name for column in columns], row, strict=True)) for row in rows]

    with looking(app, Asked(as_at=on, by=by)) as looked:
        sections = backlog(looked).sections
        return (
            {section.name: named(section.columns, section.rows) for section in sections},
            {s.name: named(s.cases.columns, s.cases.rows()) for s in sections if s.cases},
        )


def figures(app: Arflow, on: date) -> Figures:
    return both(app, on)[0]


def opened(app: Arflow, on: date) -> Figures:
    return both(app, on)[1]


LADDER = [
    (0, "weeks_0_4"), (28, "weeks_0_4"), (29, "weeks_4_12"),
    (84, "weeks_4_12"), (85, "weeks_12_26"),
    (182, "weeks_12_26"), (183, "weeks_26_52"),
    (364, "weeks_26_52"), (365, "weeks_52_on"), (366, "weeks_52_on"),
]  # fmt: skip


# --- after the meeting --------------------------------------------------------------------------------------------


def test_a_review_waits_on_the_step_of_the_days_since_its_meeting(app: Arflow, cases: Cases) -> None:
    told = {
        cases.review(cases.plan("1 Aug 2024"), "1 May 2025")
        .do(c.HoldMeeting(on=TODAY - timedelta(days=days), skip_reason="told briefly"))
        .id: (days, wanted)
        for days, wanted in LADDER
    }

    rows, behind = both(app, TODAY)
    [row] = rows["incomplete"]
    assert [row[name] for name in SERIES] == [2, 2, 2, 2, 2]
    assert (row["reviews"], row["longest_days"]) == (10, 366)
    found = {case["review"]: (case["days"], case["step"]) for case in behind["incomplete"]}
    assert found == told


def test_a_meeting_is_in_the_backlog_from_its_day_until_its_decision_is_notified(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    told.decided("amend", "1 Jul 2025", not_yet_notified=True).do(c.NotifyDecision(on=day("5 Jul 2025")))
    told.noticed("6 Jul 2025").issued("1 Sep 2025")

    def stages(on: str) -> list[tuple[str, str]]:
        found = opened(app, day(on))
        return [(row["stage"], row["review"]) for name in ("incomplete", "amending") for row in found[name]]

    assert stages("9 Jun 2025") == []
    assert stages("10 Jun 2025") == [("not decided", told.id)]
    assert stages("1 Jul 2025") == [("decided but not told", told.id)]
    assert stages("5 Jul 2025") == [("amending", told.id)]
    assert stages("1 Sep 2025") == []


def test_a_plan_maintained_or_not_amended_after_all_waits_no_longer(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    told.noticed("1 Jul 2025").do(c.DecideNotToAmend(on=day("20 Jul 2025")))

    assert figures(app, day("19 Jul 2025"))["amending"][0]["reviews"] == 1
    found = figures(app, day("20 Jul 2025"))
    assert found["amending"] == found["incomplete"] == []


def test_interim_reviews_and_plans_that_ended_are_left_out(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Aug 2024", "1 May 2025", kind="under_five").held("10 Jun 2025")
    gone = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    app.change_plan(gone.plan, p.TransferOut(on=day("1 Jul 2025")))

    assert opened(app, day("30 Jun 2025"))["incomplete"][0]["review"] == gone.id
    assert figures(app, day("1 Jul 2025"))["incomplete"] == []


# --- not held -----------------------------------------------------------------------------------------------------


def test_a_review_not_held_is_on_the_step_of_the_days_past_the_strict_last_day(app: Arflow, cases: Cases) -> None:
    told = {}
    for days, wanted in LADDER[1:]:
        made = corresponding_date(TODAY - timedelta(days=days - 1), -12)
        told[cases.plan(made.strftime("%d %b %Y"))] = (days, wanted)

    found = {case["plan"]: (case["days"], case["step"]) for case in opened(app, TODAY)["not_held"]}
    assert found == told


def test_a_plan_is_overdue_from_the_day_after_its_strict_last_day(app: Arflow, cases: Cases) -> None:
    cases.plan("1 Aug 2024")

    assert figures(app, day("31 Jul 2025"))["not_held"] == []
    assert [row["state"] for row in opened(app, day("1 Aug 2025"))["not_held"]] == ["contested"]
    assert [row["state"] for row in opened(app, day("2 Aug 2025"))["not_held"]] == ["overdue"]


def test_a_meeting_in_the_cycle_takes_a_plan_off_the_list_and_one_before_it_does_not(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2023", "1 May 2024").held("10 Jun 2024").decided("maintain", "1 Jul 2024")
    told.do(c.ConcludeReview(on=day("2 Jul 2024")))
    assert [row["plan"] for row in opened(app, day("1 Sep 2025"))["not_held"]] == [told.plan]

    later = cases.review(told.plan, "1 Aug 2025").held("20 Aug 2025")
    assert [row["open_review"] for row in opened(app, day("19 Aug 2025"))["not_held"]] == [later.id]
    assert opened(app, day("20 Aug 2025"))["not_held"] == []


# --- plans --------------------------------------------------------------------------------------------------------


def measures(app: Arflow, on: str) -> set[str]:
    return {row["measure"] for row in opened(app, day(on))["plans"]}


def test_a_plan_is_never_reviewed_until_a_decision_is_notified(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")

    assert measures(app, "30 Jun 2025") == {"never_reviewed"}
    assert measures(app, "1 Jul 2025") == set()


def test_twelve_months_and_three_years_are_over_on_the_anniversary(app: Arflow, cases: Cases) -> None:
    cases.plan("1 Aug 2022", on=day("1 Aug 2022"))

    assert measures(app, "31 Jul 2023") == {"never_reviewed"}
    assert measures(app, "1 Aug 2023") == {"never_reviewed", "never_reviewed_over_12_months"}
    assert "not_amended_for_3_years" not in measures(app, "31 Jul 2025")
    assert "not_amended_for_3_years" in measures(app, "1 Aug 2025")


def test_a_review_told_of_on_entry_or_a_reassessment_that_stands_in_is_a_review(app: Arflow, cases: Cases) -> None:
    cases.plan("1 Aug 2024", last_reviewed=day("1 Feb 2025"))
    assessed = cases.plan("1 Aug 2024")
    app.change_plan(assessed, p.StartReassessment(on=day("1 Feb 2025")))
    app.change_plan(assessed, p.EndReassessment(on=day("1 May 2025"), stands_for_review=True, reason="judged so"))

    assert opened(app, day("1 Jun 2025"))["plans"] == []
    assert [row["plan"] for row in opened(app, day("30 Apr 2025"))["plans"]] == [assessed]


def test_an_amendment_after_a_review_or_outside_one_starts_the_three_years_again(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2021", "1 May 2022").held("10 Jun 2022").decided("amend", "1 Jul 2022")
    told.noticed("1 Jul 2022").issued("1 Aug 2022")
    ordered = cases.plan("1 Aug 2021")
    app.change_plan(ordered, p.RecordAmendment(on=day("1 Sep 2022"), because="tribunal_order"))

    def stale(on: str) -> list[str]:
        found = opened(app, day(on))["plans"]
        return [row["plan"] for row in found if row["measure"] == "not_amended_for_3_years"]

    assert stale("31 Jul 2025") == []
    assert stale("1 Aug 2025") == [told.plan]
    assert set(stale("1 Sep 2025")) == {told.plan, ordered}


def test_a_plan_entered_long_after_it_was_made_may_have_been_amended_before_and_is_counted_apart(
    app: Arflow, cases: Cases
) -> None:
    cases.plan("1 Aug 2021", on=day("1 Feb 2023"), last_reviewed=day("1 Nov 2022"))

    assert measures(app, "31 Jul 2024") == set()  # nothing can have stood unchanged for three years
    assert measures(app, "1 Aug 2024") == {"last_change_not_known"}
    assert measures(app, "31 Jan 2026") == {"last_change_not_known"}
    assert measures(app, "1 Feb 2026") == {"not_amended_for_3_years"}  # by now it would be in the log


def test_a_meeting_told_on_entry_without_a_decision_waits_among_the_undecided_and_is_no_plan_never_reviewed(
    app: Arflow, cases: Cases
) -> None:
    told = {"last_reviewed_quality": "missing", "undecided_meeting": day("2 Oct 2025"), "on": day("15 Jan 2026")}
    plan = cases.plan("1 Sep 2024", **told)

    rows, behind = both(app, day("15 Jan 2026"))
    assert [(row["stage"], row["plan"], row["days"]) for row in behind["incomplete"]] == [
        ("decision not known", plan, 105)
    ]
    assert [(row["stage"], row["reviews"]) for row in rows["incomplete"]] == [("decision not known", 1)]
    assert rows["not_held"] == []  # when the twelve months began is not known
    assert measures(app, "15 Jan 2026") == {"last_decision_not_known"}
    app.change_plan(
        plan, p.CorrectPlanDay(fact="last_reviewed", to=day("20 Oct 2025"), quality="known", reason="found")
    )
    assert opened(app, day("15 Jan 2026"))["incomplete"] == opened(app, day("15 Jan 2026"))["plans"] == []


def test_a_later_meeting_in_the_log_takes_the_place_of_the_one_told_on_entry(app: Arflow, cases: Cases) -> None:
    told = {"last_reviewed_quality": "missing", "undecided_meeting": day("2 Oct 2025"), "on": day("15 Jan 2026")}
    later = cases.review(cases.plan("1 Sep 2024", **told), "1 May 2026").held("10 Jun 2026")

    assert [row["stage"] for row in opened(app, day("9 Jun 2026"))["incomplete"]] == ["decision not known"]
    assert [row["review"] for row in opened(app, day("10 Jun 2026"))["incomplete"]] == [later.id]


def test_a_plan_whose_making_nobody_knows_is_counted_apart(app: Arflow, cases: Cases) -> None:
    cases.plan(None, first_made_quality="missing")
    assert measures(app, "24 Nov 2026") == {"never_reviewed", "last_change_not_known"}


# --- figures and cases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["all", "setting", "month"])
def test_every_figure_is_the_number_of_its_cases(app: Arflow, by: str) -> None:
    make(app, Making(plans=60, years=4, seed=11, today=TODAY))
    rows, behind = both(app, TODAY, by)
    assert all(rows.values())
    for name in ("incomplete", "amending", "not_held"):
        for row in rows[name]:
            own = [case for case in behind[name] if all(case[key] == row[key] for key in (by, "stage") if key in row)]
            assert [row[one] for one in SERIES] == [sum(case["step"] == one for case in own) for one in SERIES]
            assert row["longest_days"] == max(case["days"] for case in own)
    for row in rows["plans"]:
        own = [case for case in behind["plans"] if case.get(by) == row.get(by)]
        for measure in ("never_reviewed", "never_reviewed_over_12_months", "not_amended_for_3_years"):
            assert row[measure] == sum(case["measure"] == measure for case in own)
