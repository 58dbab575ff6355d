"""A plan is listed for a term once its setting, health and social care all have the list (Code 9.172)."""

from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.duties import Duty
from arflow.case.plan_commands import GiveTermList, MoveSetting, TransferIn
from arflow.errors import InvalidValue, MissingValue
from arflow.law.periods import weeks_before
from tests.support.cases import Cases
from tests.support.term_lists import due, enter_terms, plan_due

TERM = date(2027, 1, 5)


@pytest.fixture
def plan(app: Arflow) -> str:
    return Cases(app).plan("12 Jan 2026", setting="123456")


def give(app: Arflow, plan: str, role: str, on: date, setting: str | None = None) -> list[str]:
    done = app.change_plan(plan, GiveTermList(term_start=TERM, role=role, setting=setting, on=on))  # type: ignore[arg-type]
    return [event.name for event in done.events]


def test_a_plan_is_listed_on_the_day_the_last_of_them_has_the_list(app: Arflow, plan: str) -> None:
    assert give(app, plan, "setting", date(2026, 11, 20), "123456") == ["TermListGiven"]
    assert give(app, plan, "health", date(2026, 11, 23)) == ["TermListGiven"]
    assert TERM not in app.plan(plan).listed
    assert give(app, plan, "la_social_care", date(2026, 11, 24)) == ["TermListGiven", "TermlyListSent"]
    assert app.plan(plan).listed[TERM].day == date(2026, 11, 24)
    # what is sent again later does not move the day
    assert give(app, plan, "health", date(2026, 11, 24)) == ["TermListGiven"]


def test_a_setting_that_the_child_has_left_is_not_the_one_that_must_be_told(app: Arflow, plan: str) -> None:
    give(app, plan, "setting", date(2026, 11, 20), "123456")
    app.change_plan(plan, MoveSetting(setting="654321", on=date(2026, 11, 21)))
    give(app, plan, "health", date(2026, 11, 23))
    assert give(app, plan, "la_social_care", date(2026, 11, 24)) == ["TermListGiven"]
    assert give(app, plan, "setting", date(2026, 11, 24), "654321") == ["TermListGiven", "TermlyListSent"]


def test_where_no_setting_is_attended_health_and_social_care_are_enough(app: Arflow) -> None:
    plan = Cases(app).plan("12 Jan 2026")
    give(app, plan, "health", date(2026, 11, 23))
    assert give(app, plan, "la_social_care", date(2026, 11, 24)) == ["TermListGiven", "TermlyListSent"]


def test_a_list_goes_to_those_alone_whom_the_code_names(app: Arflow, plan: str) -> None:
    with pytest.raises(InvalidValue, match="setting, health, la_social_care"):
        give(app, plan, "parent", date(2026, 11, 24))
    with pytest.raises(MissingValue, match="names it"):
        give(app, plan, "setting", date(2026, 11, 24))
    with pytest.raises(MissingValue, match="no other does"):
        give(app, plan, "health", date(2026, 11, 24), "123456")


@pytest.mark.parametrize(
    ("last_told", "met"),
    [(date(2026, 12, 21), True), (date(2026, 12, 22), True), (date(2026, 12, 23), False)],
)
def test_a_list_recorded_out_of_order_is_late_by_the_last_day_that_somebody_had_it(
    app: Arflow, last_told: date, met: bool
) -> None:
    later = app.acting_as("A. Officer", today=date(2027, 1, 2))
    plan = Cases(later).plan("12 Jan 2026", setting="123456")
    give(later, plan, "health", last_told)
    give(later, plan, "la_social_care", date(2026, 12, 1))
    assert give(later, plan, "setting", date(2026, 12, 2), "123456") == ["TermListGiven", "TermlyListSent"]

    day = later.plan(plan).listed[TERM].day

    assert day == last_told
    assert (day <= weeks_before(TERM, 2)) is met


def test_who_had_the_list_before_had_it_then_though_it_was_sent_again(app: Arflow, plan: str) -> None:
    give(app, plan, "health", date(2026, 11, 20))
    give(app, plan, "health", date(2026, 11, 24))
    give(app, plan, "la_social_care", date(2026, 11, 21))
    give(app, plan, "setting", date(2026, 11, 22), "123456")

    assert app.plan(plan).listed[TERM].day == date(2026, 11, 22)


def listing(app: Arflow, plan: str) -> Duty:
    return next(duty for duty in app.plan_duties(plan) if duty.id == "termly_list")


@pytest.mark.parametrize(
    ("last_day", "list_by", "is_on_it"),
    [
        (date(2027, 7, 21), date(2027, 3, 29), True),  # the last day of the summer term
        (date(2027, 9, 14), date(2027, 3, 29), True),  # eight weeks of holidays at the most
        (
            date(2027, 9, 15),
            None,
            True,
        ),  # a term that nobody has entered; but to meet in August, to leave time to decide
        (date(2027, 10, 12), None, True),
        (date(2027, 10, 13), None, False),
    ],
)
def test_a_year_that_ends_after_the_terms_that_are_known_is_on_the_list_of_none_of_them(
    app: Arflow, last_day: date, list_by: date | None, is_on_it: bool
) -> None:
    enter_terms(app)
    plan = plan_due(app, "P-1", last_day)

    assert listing(app, plan).due == list_by
    assert (plan in due(app, "Summer 2027")) is is_on_it


@pytest.mark.parametrize(
    ("moved", "list_by"),
    [
        (date(2026, 10, 4), date(2026, 8, 20)),  # three months end on 3 January, before the spring term
        (date(2026, 10, 5), date(2026, 12, 21)),  # on 4 January, its first day
        (date(2026, 10, 6), date(2026, 12, 21)),
    ],
)
def test_a_plan_that_moved_in_is_listed_for_the_term_in_which_it_must_be_reviewed(
    app: Arflow, moved: date, list_by: date
) -> None:
    """SEND Regs 2014 r.15(5): the later of the 12 months and three months from the transfer."""
    enter_terms(app)
    plan = plan_due(app, "P-1", date(2026, 12, 1))
    app.change_plan(plan, TransferIn(on=moved, from_la="878"))

    assert listing(app, plan).due == list_by
