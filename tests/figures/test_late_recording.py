"""How late acts were recorded: days counted in London, corrections and voidings, imports apart."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.figures.late_recording import late_recording
from arflow.figures.report import Asked, Row
from arflow.figures.viewpoint import looking
from arflow.imports.past_acts import import_acts
from tests.support.cases import day

pytestmark = pytest.mark.thorough


def made(app: Arflow, **asked: Any) -> dict[str, tuple[tuple[Row, ...], list[Row], str]]:
    with looking(app, Asked(**{"as_at": date(2025, 12, 31), **asked})) as looked:
        return {
            section.name: (section.rows, list(section.cases.rows()), section.note)
            for section in late_recording(looked).sections
            if section.cases
        }


@pytest.fixture
def at(sqlite_url: str, open_app: Callable[..., Arflow]) -> Callable[..., Arflow]:
    """The application at a moment, with a plan and a review to record on."""
    clock = {"now": datetime(2025, 5, 1, 9, tzinfo=UTC)}
    app = open_app(sqlite_url, clock=lambda: clock["now"], today=None)
    app.add_plan(AddPlan(ref="P-1", first_made=date(2024, 8, 1)))
    app.open_review("P-1", on=date(2025, 5, 1))

    def moment(*now: int) -> Arflow:
        clock["now"] = datetime(*now, tzinfo=UTC)  # type: ignore[arg-type, misc]
        return app

    return moment


R = "R-2025-000001"


def lateness(app: Arflow, **asked: Any) -> dict[str, tuple[Any, str]]:
    """The days late and the step of each event."""
    cases = made(app, **asked)["events"][1]
    return {str(row[0]): (row[-1], str(row[3])) for row in cases}


def test_each_step_ends_with_its_last_day(at: Callable[..., Arflow]) -> None:
    held = date(2025, 6, 2)
    at(2025, 6, 3, 9).act(R, c.HoldMeeting(on=held, skip_reason="x"))  # 1 day
    at(2025, 6, 4, 9).act(R, c.SendReport(on=held))  # 2
    at(2025, 6, 9, 9).act(R, c.Decide(outcome="amend", on=held))  # 7, with its notification
    at(2025, 6, 10, 9).act(R, c.SendAmendmentNotice(on=held))  # 8
    at(2025, 6, 30, 9).act(R, c.ReceiveRepresentations(on=held))  # 28
    app = at(2025, 7, 1, 9)
    app.act(R, c.IssueFinalPlan(on=held))  # 29

    assert lateness(app) == {
        "ReviewOpened": (0, "days_0_1"),
        "MeetingHeld": (1, "days_0_1"),
        "ReportSent": (2, "days_2_7"),
        "DecisionMade": (7, "days_2_7"),
        "DecisionNotified": (7, "days_2_7"),
        "AmendmentNoticeSent": (8, "days_8_28"),
        "RepresentationsReceived": (28, "days_8_28"),
        "FinalPlanIssued": (29, "days_29_on"),
    }
    found = made(app)
    assert found["officers"][0] == (("A. Officer", 8, 2, 3, 2, 1, 62.5, 7.0, 29),)
    assert [row[:2] for row in found["months"][0]] == [("2025-05", 1), ("2025-06", 6), ("2025-07", 1)]
    assert [row[:2] for row in made(app, start=day("1 Jul 2025"))["months"][0]] == [("2025-07", 1)]


def test_the_day_of_recording_is_the_day_in_london(at: Callable[..., Arflow]) -> None:
    """23:30 UTC on 2 June is half past midnight on the 3rd in London; in January it is still the 2nd."""
    app = at(2025, 6, 2, 23, 30)
    app.act(R, c.HoldMeeting(on=date(2025, 6, 2), skip_reason="x"))
    assert lateness(app)["MeetingHeld"] == (1, "days_0_1")
    app = at(2026, 1, 2, 23, 30)
    app.act(R, c.SendReport(on=date(2026, 1, 2)))
    assert lateness(app, as_at=date(2026, 1, 31))["ReportSent"][0] == 0


def test_corrections_and_voidings_are_counted_with_how_long_the_wrong_entry_stood(at: Callable[..., Arflow]) -> None:
    at(2025, 6, 20, 9).act(R, c.HoldMeeting(on=date(2025, 6, 2), skip_reason="x"))
    at(2025, 6, 25, 9).act(R, c.CorrectStep(corrected_step="hold", on=date(2025, 6, 19), reason="misread"))
    app = at(2025, 6, 26, 9)
    app.act(R, c.SendReport(on=date(2025, 6, 1 + 19)))
    app.act(R, c.VoidStep(voided_step="report", reason="never sent"))

    found = made(app)

    assert found["put_right"][0] == (("corrected", "hold", 1, 5.0, 5), ("voided", "report", 1, 0.0, 0))
    correction = found["put_right"][1][0]
    assert correction[6:8] == (date(2025, 6, 2), date(2025, 6, 19))
    assert lateness(app)["MeetingHeld"] == (1, "days_0_1")  # by its day as corrected
    assert "ReportSent" not in lateness(app)  # it never happened


def test_what_was_brought_in_is_counted_apart(at: Callable[..., Arflow], tmp_path: Any) -> None:
    app = at(2025, 7, 1, 9)
    app.add_plan(AddPlan(ref="P-2", first_made=date(2023, 8, 1)))
    sheet = tmp_path / "history.csv"
    sheet.write_text("plan,review,step,date\nP-2,17,open,2024-05-01\nP-2,17,hold,2024-06-10\n")
    import_acts(app, sheet)

    found = made(app)

    assert found["events"][0] == (("ReviewOpened", 1, 1, 0, 0, 0, 100.0, 0.0, 0),)
    assert "2 more were brought in" in found["events"][2]
