"""The invented authority works on working days, and its schools in term."""

from collections.abc import Callable
from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.demo import Making, make
from arflow.demo.days import is_school_day, meeting_day
from arflow.events import AdviceCirculated, AnyEvent, InvitationsSent, MeetingHeld, ReportSent, decode
from arflow.law.periods import is_working_day


def events(app: Arflow, seed: int) -> list[AnyEvent]:
    make(app, Making(plans=40, years=4, seed=seed, today=app.today))
    return [decode(row.payload) for row in app.log_store.read_log()]


# A Tuesday, a Sunday and New Year's Day.
@pytest.mark.parametrize(
    ("seed", "today"),
    [(1, date(2026, 11, 24)), (2, date(2026, 8, 30)), (3, date(2027, 1, 1)), (2026, date(2028, 2, 29))],
)
def test_every_act_happens_and_is_recorded_on_a_working_day(
    open_app: Callable[..., Arflow], sqlite_url: str, seed: int, today: date
) -> None:
    made = events(open_app(sqlite_url, today=today), seed)

    assert len(made) > 500
    assert [one for one in made if not (is_working_day(one.on) and is_working_day(one.recorded_at.date()))] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_schools_invite_send_papers_meet_and_report_in_term(app: Arflow, seed: int) -> None:
    of_schools = InvitationsSent | AdviceCirculated | MeetingHeld | ReportSent

    acts = [one for one in events(app, seed) if isinstance(one, of_schools)]

    assert len(acts) > 100
    assert [one for one in acts if not is_school_day(one.on)] == []


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        (date(2026, 7, 21), date(2026, 7, 21)),  # the last day of the summer term
        (date(2026, 7, 22), date(2026, 5, 20)),
        (date(2026, 9, 16), date(2026, 7, 15)),
        (date(2026, 9, 17), date(2026, 9, 17)),
        (date(2026, 12, 18), date(2026, 12, 18)),
        (date(2026, 12, 20), date(2026, 11, 13)),  # a Sunday, and so is the day five weeks earlier
        (date(2027, 1, 15), date(2026, 12, 11)),
        (date(2027, 1, 18), date(2027, 1, 18)),
        (date(2026, 4, 6), date(2026, 4, 2)),  # Easter Monday, behind Good Friday
    ],
)
def test_a_meeting_wanted_in_the_holidays_is_held_before_them(wanted: date, held: date) -> None:
    assert meeting_day(wanted) == held
