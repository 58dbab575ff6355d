"""What the acts on the rules of a store add up to, on the days and at the moments around each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from arflow.errors import InvalidValue
from arflow.events.of_rules import (
    ARFLOW,
    AnyRulesAct,
    BankHolidayEntered,
    DefinitionPublished,
    ReadingChosen,
    RulesActWithdrawn,
    ServiceEntered,
    ServiceTableEntered,
    TermEntered,
    TermsEntered,
)
from arflow.law.catalogue import Catalogue
from arflow.law.formula import Policy
from arflow.law.rules_in_force import SETTINGS, RulesInForce, options, refuse_looser, setting, stricter
from arflow.law.workflow import Term, Workflow

DAY = timedelta(days=1)
FROM = date(2026, 9, 1)
AT = datetime(2026, 8, 1, 9, tzinfo=UTC)


def act(number: int, what: type[Any], *, by: str = "o-1", at: datetime = AT, **told: Any) -> AnyRulesAct:
    made: AnyRulesAct = what(number=number, recorded_at=at, recorded_by=by, **told)
    return made


def published(number: int, name: str, starts: date = FROM, **more: Any) -> AnyRulesAct:
    return act(number, DefinitionPublished, definition=name, sha256=f"{number}" * 64, starts=starts, **more)


def chosen(number: int, starts: date = FROM, **settings: Any) -> AnyRulesAct:
    return act(number, ReadingChosen, settings=settings, starts=starts)


def withdrawn(number: int, of: int) -> AnyRulesAct:
    return act(number, RulesActWithdrawn, of=of)


@pytest.fixture
def statutory(shipped: Catalogue) -> Workflow:
    return shipped.load("annual_review.2015")


def test_nothing_is_in_force_before_the_first_act(statutory: Workflow) -> None:
    none = RulesInForce()
    assert (none.number, none.standing, none.current(FROM), none.said(FROM)) == (0, (), None, "")
    assert none.applied(statutory, FROM) is statutory


def test_what_is_withdrawn_no_longer_stands_and_stands_again_once_the_withdrawal_is_withdrawn() -> None:
    acts = [published(1, "a.1"), published(2, "b.1"), withdrawn(3, 2), withdrawn(4, 3)]
    assert [one.number for one in RulesInForce(acts[:3]).standing] == [1]
    assert [one.number for one in RulesInForce(acts).standing] == [1, 2]
    assert [one.number for one in RulesInForce([*acts, withdrawn(5, 4)]).standing] == [1]
    assert RulesInForce(acts).number == 4


def test_an_act_is_known_from_its_moment_and_what_came_with_the_store_always_was() -> None:
    shipped = published(1, "a.1", by=ARFLOW)
    rules = RulesInForce([shipped, published(2, "b.1")])
    known = [rules.known_at(moment).number for moment in (AT - timedelta(seconds=1), AT, None)]
    assert known == [1, 2, 2]


def test_a_definition_counts_from_its_day_and_of_one_day_the_last_that_was_published() -> None:
    rules = RulesInForce([published(1, "a.1", FROM - 9 * DAY), published(2, "b.1"), published(3, "c.1")])
    found = [rules.current(FROM + shift * DAY) for shift in (-10, -9, -1, 0, 1)]
    assert [one and one.definition for one in found] == [None, "a.1", "a.1", "c.1", "c.1"]
    later_published_earlier_begun = RulesInForce([published(1, "a.1"), published(2, "b.1", FROM - DAY)])
    current = later_published_earlier_begun.current(FROM)
    assert current is not None
    assert (current.definition, later_published_earlier_begun.first_day) == ("a.1", FROM - DAY)


def test_a_definition_published_again_has_the_text_of_the_last_time() -> None:
    rules = RulesInForce([published(1, "a.1"), published(2, "a.1")])
    assert rules.definitions["a.1"].number == 2


def test_holidays_are_listed_once_in_their_order_and_terms_and_services_by_their_last_word() -> None:
    terms = [TermEntered(name="Autumn", starts=FROM), TermEntered(name="Spring", starts=FROM + 120 * DAY)]
    post = [ServiceEntered(channel="post", working_days=days, citation="x") for days in (2, 3)]
    email = ServiceEntered(channel="email", working_days=0, citation="x")
    rules = RulesInForce(
        [
            *(act(n, BankHolidayEntered, day=day) for n, day in enumerate((FROM, FROM - DAY, FROM), 1)),
            act(4, TermsEntered, terms=tuple(terms)),
            act(5, TermsEntered, terms=(TermEntered(name="Autumn", starts=FROM + DAY),)),
            act(6, ServiceTableEntered, services=(post[0], email)),
            act(7, ServiceTableEntered, services=(post[1],)),
        ]
    )
    assert rules.bank_holidays == (FROM - DAY, FROM)
    assert rules.terms == (Term(name="Autumn", starts=FROM + DAY), Term(name="Spring", starts=FROM + 120 * DAY))
    assert rules.services == (post[1], email)


def test_a_reading_counts_from_its_day_and_of_several_the_one_that_began_last() -> None:
    rules = RulesInForce(
        [
            chosen(1, notice_outer="clear_days", due_soon_days=7),
            chosen(2, FROM - DAY, due_soon_days=30),
            chosen(3, due_soon_days=10),
        ]
    )
    assert rules.readings(FROM - 2 * DAY) == {}
    before, since = rules.readings(FROM - DAY), rules.readings(FROM)
    assert {name: option for name, (option, _) in before.items()} == {"due_soon_days": 30}
    assert {name: (option, one.number) for name, (option, one) in since.items()} == {
        "due_soon_days": (10, 3),
        "notice_outer": ("clear_days", 1),
    }
    assert rules.said(FROM - DAY) == " Readings in force: due soon days: 30 (chosen from 2026-08-31)."
    assert rules.said(FROM) == (
        " Readings in force: due soon days: 10 (chosen from 2026-09-01); "
        "notice outer: clear days (chosen from 2026-09-01)."
    )


def test_a_definition_counts_with_the_readings_of_the_day_and_all_holidays_and_terms(statutory: Workflow) -> None:
    held = RulesInForce([act(1, BankHolidayEntered, day=FROM)])
    assert held.applied(statutory, FROM - DAY).policy.bank_holidays == (FROM,)
    read = RulesInForce([chosen(1, notice_outer="clear_days", roll_forward_non_working_days=True)])
    assert read.applied(statutory, FROM - DAY) is statutory
    policy = read.applied(statutory, FROM).policy
    assert (policy.notice_outer, policy.roll_forward_non_working_days) == ("clear_days", False)
    own = Term(name="Autumn", starts=FROM - 9 * DAY), Term(name="Summer", starts=FROM + 200 * DAY)
    termed = RulesInForce([act(1, TermsEntered, terms=(TermEntered(name="Autumn", starts=FROM),))])
    applied = termed.applied(_with_terms(statutory, own), FROM)
    assert applied.terms == (own[1], Term(name="Autumn", starts=FROM))
    assert applied.policy == statutory.policy


def _with_terms(workflow: Workflow, terms: tuple[Term, ...]) -> Workflow:
    return msgspec.structs.replace(workflow, terms=terms)


# --- settings of the policy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("notice-outer", "clear-days", ("notice_outer", "clear_days")),
        ("roll_forward_non_working_days", "true", ("roll_forward_non_working_days", True)),
        ("due-soon-days", "21", ("due_soon_days", 21)),
    ],
)
def test_a_setting_is_read_as_people_write_it(name: str, value: str, found: tuple[str, Any]) -> None:
    assert setting(name, value) == found


@pytest.mark.parametrize("name", ["notice", "bank-holidays"])
def test_a_setting_that_there_is_not_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        setting(name, "clear_days")
    assert (refused.value.field, refused.value.value) == ("NAME=OPTION", name.replace("-", "_"))
    assert (refused.value.wanted, refused.value.possible) == (
        f"a setting of the policy; one of: {', '.join(SETTINGS)}",
        SETTINGS,
    )


@pytest.mark.parametrize(
    ("name", "value", "possible"),
    [
        ("notice_outer", "weeks", ("clear_days", "calendar_weeks")),
        ("roll_forward_non_working_days", "x", ("true", "false")),
        ("due_soon_days", "x", ("a number of days",)),
    ],
)
def test_an_option_that_there_is_not_is_refused_with_those_there_are(
    name: str, value: str, possible: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidValue) as refused:
        setting(name.replace("_", "-"), value)
    assert (refused.value.field, refused.value.value) == (name, value)
    assert (refused.value.wanted, refused.value.possible) == (
        f"an option of it; one of: {', '.join(possible)}",
        possible,
    )


def test_options_stand_strictest_first() -> None:
    assert options("notice_outer") == ("clear_days", "calendar_weeks")
    assert options("roll_forward_non_working_days") == (False, True)
    assert options("due_soon_days") == ()


def test_a_reading_is_never_looser_than_the_definition(statutory: Workflow) -> None:
    refuse_looser(statutory, [("notice_outer", "clear_days"), ("notice_strict", "clear_days"), ("due_soon_days", 90)])
    with pytest.raises(InvalidValue, match=r"at least as strict as annual_review\.2015, which has clear days") as one:
        refuse_looser(statutory, [("notice_strict", "calendar_weeks")])
    assert (one.value.field, one.value.value) == ("notice_strict", "calendar weeks")
    with pytest.raises(InvalidValue, match="which has false"):
        refuse_looser(statutory, [("roll_forward_non_working_days", True)])
    loose = Policy(notice_outer="calendar_weeks", notice_strict="clear_days")
    taken = stricter(loose, {"notice_outer": "clear_days", "notice_strict": "calendar_weeks", "due_soon_days": 90})
    assert (taken.notice_outer, taken.notice_strict, taken.due_soon_days) == ("clear_days", "clear_days", 90)
