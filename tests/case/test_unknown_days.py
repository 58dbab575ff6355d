"""Duties that count from a day which nobody knows."""

from tests.support.cases import Cases


def test_a_duty_names_the_day_that_is_not_known_and_has_not_started(cases: Cases) -> None:
    duty = cases.year(cases.plan(None, first_made_quality="missing"))
    assert (duty.due, duty.state, duty.quality) == (None, "not_started", "missing")
    assert duty.reason == "the day of clock_start is not known"


def test_a_duty_that_has_its_day_gives_no_reason(cases: Cases) -> None:
    assert cases.year(cases.plan("1 Aug 2026")).reason == ""
