"""Which plans are due for review in a term, on the days around its limits, and what is marked on each."""

from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import EndPlan, StartDetention
from arflow.case.proceeding_commands import StartDirectPayments
from arflow.case.review_commands import HoldMeeting, RecordConduct
from arflow.planning.meetings import meetings
from tests.support.cases import Cases
from tests.support.term_lists import asking, due, enter_terms, plan_due


@pytest.fixture(autouse=True)
def _terms(app: Arflow) -> None:
    enter_terms(app)


@pytest.mark.parametrize(
    ("last_day", "is_on_it", "overdue"),
    [
        (date(2027, 1, 3), True, True),  # the 12 months end before the term, and no other list is to come
        (date(2027, 1, 4), True, False),
        (date(2027, 4, 11), True, False),
        (date(2027, 4, 12), True, False),  # in the summer term, but four weeks are left to decide: meet by 15 March
        (date(2027, 5, 9), True, False),
        (date(2027, 5, 10), False, False),  # the meeting may be on 12 April, the first day of the summer term
    ],
)
def test_a_plan_is_on_the_list_of_the_term_in_which_it_must_be_reviewed(
    app: Arflow, last_day: date, is_on_it: bool, overdue: bool
) -> None:
    plan_due(app, "P-1", last_day)

    found = due(app)

    assert set(found) == ({"P-1"} if is_on_it else set())
    if is_on_it:
        assert (found["P-1"].due, found["P-1"].overdue) == (last_day, overdue)
        assert (last_day - found["P-1"].meet_by).days == 28


def test_the_list_of_a_later_term_leaves_out_what_the_list_of_the_next_has(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 1))  # to meet by 4 January, the first day of the spring term

    assert set(due(app, "Spring 2027")) == {"P-1", "P-2"}
    assert not due(app, "Summer 2027")


def test_a_transfer_brings_the_meeting_forward_so_that_the_plan_can_be_amended(app: Arflow) -> None:
    to_secondary = {"transfer": "primary_to_secondary", "transfer_on": date(2027, 9, 1), "nc_year": 6}
    plan_due(app, "P-1", date(2027, 7, 1), **to_secondary)

    found = due(app, "Spring 2027")["P-1"]

    assert found.meet_by == date(2026, 11, 22)  # twelve weeks before 14 February
    assert found.flags == ("Phase transfer (primary to secondary): review and amend by 14 February 2027",)


def test_the_list_of_a_term_and_the_plan_of_the_year_name_the_same_last_day_to_meet(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 7, 1), transfer="primary_to_secondary", transfer_on=date(2027, 9, 1), nc_year=6)
    plan_due(app, "P-2", date(2027, 2, 9))

    of_year, _ = meetings(app, asking(app))

    by_law = {one.plan: one.by_law.latest for one in of_year if one.by_law}
    assert by_law == {ref: one.meet_by for ref, one in due(app, "Spring 2027").items()}


@pytest.mark.parametrize(("nc_year", "flagged"), [(8, False), (9, True), (None, False)])
def test_year_nine_and_above_is_marked(app: Arflow, nc_year: int | None, flagged: bool) -> None:
    plan_due(app, "P-1", date(2027, 2, 9), nc_year=nc_year)

    assert due(app)["P-1"].flags == (("Year 9 or above: preparation for adulthood",) if flagged else ())


def test_after_the_summer_a_class_is_one_year_up(app: Arflow) -> None:
    from arflow.application import rules_acts
    from arflow.events.of_rules import TermEntered

    autumn = TermEntered(name="Autumn 2027", starts=date(2027, 9, 2), ends=date(2027, 12, 17))
    rules_acts.record(app, rules_acts.terms(app, [autumn]), "Published")
    plan_due(app, "P-1", date(2027, 11, 9), nc_year=8)

    found = due(app, "Autumn 2027")["P-1"]

    assert (found.nc_year, found.flags) == (9, ("Year 9 or above: preparation for adulthood",))


def test_direct_payments_and_a_personal_budget_are_marked(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    app.change_plan("P-1", StartDirectPayments(on=date(2026, 10, 1)))
    review = Cases(app).review(plan_due(app, "P-2", date(2027, 2, 9)), "1 Oct 2026")
    review.do(HoldMeeting(on=date(2026, 11, 2), skip_reason="Before arflow"))
    review.do(RecordConduct(on=date(2026, 11, 2), personal_budget="in_place"))

    found = due(app)

    assert found["P-1"].flags == ("Direct payments: review them too",)
    assert found["P-2"].flags == ("Personal budget: review it too",)
    assert (found["P-2"].standing, found["P-2"].planned) == ("held", date(2026, 11, 2))


def test_plans_that_ended_or_have_no_duty_now_are_on_no_list(app: Arflow) -> None:
    for ref in ("P-1", "P-2", "P-3"):
        plan_due(app, ref, date(2027, 2, 9))
    app.change_plan("P-1", EndPlan(on=date(2026, 11, 1)))
    app.change_plan("P-2", StartDetention(on=date(2026, 11, 1), under="order"))

    assert set(due(app)) == {"P-3"}
