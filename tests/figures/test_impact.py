"""Previews of a change: exact dates, lateness and letters, and a log that stays as it was."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.amendment_commands import ChangeDecision, SendNoticeAgain
from arflow.demo import Making, make
from arflow.errors import DateRefused, InvalidValue, NotFound, NotPossible
from arflow.figures.impact import preview
from arflow.figures.impact.changed_duties import Moved
from arflow.law import periods
from arflow.law.catalogue import Catalogue
from arflow.store.directory import officers
from tests.conftest import TODAY
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough


def by_duty(found: preview.Preview) -> dict[tuple[str, str], Moved]:
    return {(one.review, one.duty): one for one in found.moved}


def letters(found: preview.Preview) -> list[tuple[Any, ...]]:
    return [(one.review, one.letter, one.tells, one.day_told, one.day_now) for one in found.letters]


@pytest.fixture
def today(app: Arflow) -> Arflow:
    on_day(app, day("10 Jul 2025"))
    return app


def amending(cases: Cases) -> Told:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456")
    told.do(c.ScheduleMeeting(on=day("2 May 2025"), meeting_on=day("10 Jun 2025")))
    told.invited("20 May 2025").held("10 Jun 2025").reported("24 Jun 2025")
    return told.decided("amend", "8 Jul 2025").noticed("8 Jul 2025")


# --- a correction -------------------------------------------------------------------------------------------------


def test_a_correction_moves_what_is_counted_from_it(today: Arflow) -> None:
    told = amending(Cases(today))

    found = preview.correction(today, told.id, "hold", day("9 Jun 2025"))

    moved = by_duty(found)
    report, decision = moved[told.id, "report"], moved[told.id, "decision"]
    assert (report.effect, report.due_before, report.due_after) == (
        "turns late",
        day("24 Jun 2025"),
        day("23 Jun 2025"),
    )
    assert (report.state_before, report.state_after, report.met_on) == ("met", "breached", day("24 Jun 2025"))
    assert (decision.effect, decision.due_after) == ("turns late", day("7 Jul 2025"))
    assert moved[told.id, "notice"].due_after == day("25 May 2025")
    assert moved[told.id, "notice"].effect == "date moves"
    assert (told.id, "representations") not in moved
    # The invitation told them 10 June; that it told the wrong day follows from the correction.
    assert letters(found) == [
        (told.id, "InvitationsSent", "the day of the meeting", day("10 Jun 2025"), day("9 Jun 2025"))
    ]


def test_an_invitation_that_told_another_day_already_is_not_made_wrong(today: Arflow) -> None:
    told = Cases(today).opened("1 Aug 2024", "1 May 2025")
    told.do(c.ScheduleMeeting(on=day("2 May 2025"), meeting_on=day("10 Jun 2025")))
    told.invited("20 May 2025").held("12 Jun 2025")

    assert letters(preview.correction(today, told.id, "hold", day("11 Jun 2025"))) == []
    assert letters(preview.correction(today, told.id, "hold", day("10 Jun 2025"))) == []


def test_a_correction_of_the_notice_makes_its_letter_wrong(today: Arflow) -> None:
    told = amending(Cases(today))
    on_day(today, day("20 Jul 2025"))

    found = preview.correction(today, told.id, "notice", day("15 Jul 2025"))

    assert letters(found) == [
        (told.id, "AmendmentNoticeSent", "the last day for representations", day("22 Jul 2025"), day("29 Jul 2025"))
    ]
    # Eight weeks from the notice would end later, but twelve from the meeting still end on 2 September.
    assert (told.id, "final_plan") not in by_duty(found)
    assert by_duty(found)[told.id, "amendment_notice"].effect == "turns late"


def test_a_correction_moves_the_next_review_of_the_plan_too(today: Arflow) -> None:
    cases = Cases(today)
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")
    told.do(c.ConcludeReview(on=day("2 Jul 2025")))
    later = cases.review(told.plan, "3 Jul 2025")

    found = preview.correction(today, told.id, "decide", day("20 Jun 2025"))

    year = by_duty(found)[later.id, "twelve_months"]
    assert (year.due_before, year.due_after) == (day("30 Jun 2026"), day("19 Jun 2026"))
    # Two months from 20 June would end in August, and so end on 1 September as those from 1 July do.
    assert letters(found) == []


def test_a_preview_is_what_the_correction_then_does(today: Arflow) -> None:
    told = amending(Cases(today))
    found = preview.correction(today, told.id, "hold", day("9 Jun 2025"))

    told.do(c.CorrectStep(corrected_step="hold", on=day("9 Jun 2025"), reason="misread"))

    for (review, duty), one in by_duty(found).items():
        now = told.duty(duty) if review else Cases(today).plan_duty(told.plan, duty)
        assert (now.due, now.outer, now.state) == (one.due_after, one.outer_after, one.state_after)


def test_a_correction_that_would_be_refused_is_refused(today: Arflow) -> None:
    told = amending(Cases(today))
    for step, on, refusal in (
        ("hold", "11 Jul 2025", DateRefused),  # tomorrow
        ("report", "9 Jun 2025", DateRefused),  # before the meeting
        ("cease", "1 Jul 2025", NotPossible),
    ):
        with pytest.raises(refusal):
            preview.correction(today, told.id, step, day(on))
    with pytest.raises(NotFound):
        preview.correction(today, "R-1", "hold", day("9 Jun 2025"))


# --- a bank holiday -----------------------------------------------------------------------------------------------


def test_a_bank_holiday_moves_the_time_to_appeal(today: Arflow) -> None:
    """Notified on 1 July: two months end on 1 September 2025, a Monday."""
    cases = Cases(today)
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("cease", "1 Jul 2025")
    kept = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")
    kept.do(c.ConcludeReview(on=day("2 Jul 2025")))

    found = preview.bank_holiday(today, day("1 Sep 2025"))

    [one] = found.moved
    assert (one.review, one.duty, one.effect) == (told.id, "appeal_period", "date moves")
    assert (one.due_before, one.due_after) == (day("1 Sep 2025"), day("2 Sep 2025"))
    appeal = ("DecisionNotified", "the last day to appeal", day("1 Sep 2025"), day("2 Sep 2025"))
    assert letters(found) == [(told.id, *appeal), (kept.id, *appeal)]
    assert preview.bank_holiday(today, day("29 Aug 2025")).moved == ()
    assert preview.bank_holiday(today, day("2 Sep 2025")).letters == ()


def test_a_day_that_is_no_working_day_is_refused(today: Arflow) -> None:
    with pytest.raises(NotPossible, match="is a Saturday"):
        preview.bank_holiday(today, day("6 Sep 2025"))
    with pytest.raises(NotPossible, match="is a bank holiday already"):
        preview.bank_holiday(today, day("25 Aug 2025"))
    with pytest.raises(InvalidValue):
        preview.bank_holiday(today, date(1800, 1, 1))


def test_bank_holidays_that_the_calendar_lacks_are_counted_where_they_are_given() -> None:
    monday, tuesday = day("1 Sep 2025"), day("2 Sep 2025")
    assert not periods.is_working_day(monday, {monday})
    assert periods.next_working_day(monday, {monday}) == tuesday
    assert periods.next_working_day(monday, {monday, tuesday}) == day("3 Sep 2025")
    assert periods.is_working_day(monday)


# --- other rules --------------------------------------------------------------------------------------------------


def test_a_stricter_policy_turns_a_contested_notice_late(today: Arflow) -> None:
    """Invited exactly fourteen days before: in time by calendar weeks only."""
    told = Cases(today).opened("1 Aug 2024", "1 May 2025").invited("27 May 2025").held("10 Jun 2025")

    found = by_duty(preview.policy(today, [("notice_outer", "clear_days")]))

    notice = found[told.id, "notice"]
    assert (notice.effect, notice.state_before, notice.state_after) == ("turns late", "contested", "breached")
    assert (notice.outer_before, notice.outer_after) == (day("27 May 2025"), day("26 May 2025"))
    assert notice.due_before == notice.due_after == day("26 May 2025")
    looser = by_duty(preview.policy(today, [("notice-strict", "calendar-weeks")]))
    assert looser[told.id, "notice"].effect == "no longer contested"


def test_an_option_that_is_none_is_refused_with_those_there_are(today: Arflow) -> None:
    for settings, said in (
        ([("notice", "clear_days")], "notice_strict"),
        ([("notice_outer", "weeks")], "clear_days, calendar_weeks"),
        ([("roll_forward_non_working_days", "perhaps")], "true, false"),
        ([("due_soon_days", "soon")], "a number of days"),
        ([("notice_strict", "calendar_weeks"), ("notice_outer", "clear_days")], "switch both"),
    ):
        with pytest.raises(InvalidValue, match=said):
            preview.policy(today, settings)


def test_another_definition_adds_its_duties(today: Arflow) -> None:
    today.catalogue = Catalogue(ROOT / "docs" / "examples")
    told = Cases(today).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")

    found = preview.definition(today, "anyshire.2026")

    target = by_duty(found)[told.id, "decision_target"]
    assert (target.state_before, target.due_before) == ("not_applicable", None)
    assert target.due_after == day("1 Jul 2025")
    assert target.effect == "turns late"
    with pytest.raises(NotFound):
        preview.definition(today, "nowhere.2026")


def test_what_changes_nothing_moves_nothing(today: Arflow) -> None:
    amending(Cases(today))
    statutory = preview.definition(today, "annual_review.2015")
    assert (statutory.moved, statutory.letters, statutory.plans) == ((), (), 1)
    assert preview.policy(today, [("notice_outer", "calendar_weeks")]).moved == ()


# --- nothing is written -------------------------------------------------------------------------------------------


def test_no_preview_writes_anything(app_on_each: Arflow) -> None:
    app = app_on_each
    make(app, Making(plans=20, years=3, seed=5, today=TODAY))
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    app = app.acting_as("Somebody New")
    before = everything(app)

    preview.correction(app, told.id, "hold", day("9 Jun 2025"))
    preview.definition(app, "annual_review.2015")
    preview.policy(app, [("roll_forward_non_working_days", "true")])
    preview.bank_holiday(app, day("21 Dec 2026"))

    assert everything(app) == before


def everything(app: Arflow) -> tuple[Any, ...]:
    import sqlalchemy as sa

    with app.log_store.engine.connect() as connection:
        return app.log_store.head(), connection.execute(sa.select(officers).order_by(officers.c.id)).all()


# --- the command line ---------------------------------------------------------------------------------------------


def test_the_command_shows_what_moves_and_refuses_in_one_line(run: Callable[..., Result]) -> None:
    run("plan", "add", "P-1", "--first-made", "2024-08-01")
    run("review", "open", "P-1", "--on", "2025-05-01")
    run("review", "hold", "R-2025-000001", "--on", "2025-06-10", "--skip-reason", "x")

    shown = run("impact", "correct", "R-2025-000001", "hold", "--on", "2025-06-09")
    assert shown.exit_code == 0
    assert "The day of hold in R-2025-000001 is corrected to 2025-06-09." in shown.output
    assert "24 Jun 2025   23 Jun 2025" in shown.output
    found = json.loads(run("impact", "policy", "notice_outer=clear_days", "--json").stdout)
    assert {section["name"] for section in found["sections"]} == {"effects", "dates", "letters"}
    for arguments, code in (
        (("bank-holiday", "2026-12-25"), 1),
        (("policy", "notice_outer=weeks"), 1),
        (("policy", "notice_outer"), 2),
        (("workflow", "nowhere.1"), 1),
        (("correct", "R-2025-000001", "hold", "--on", "2027-01-01"), 1),
    ):
        refused = run("impact", *arguments)
        assert (refused.exit_code, refused.stdout) == (code, "")
    assert len(run("impact", "bank-holiday", "2026-12-25").stderr.splitlines()) == 1


def test_a_correction_of_a_second_notice_makes_its_letter_wrong(today: Arflow) -> None:
    """Served on 20 July, the family had to 3 August; sent on the 21st, a day more."""
    on_day(today, day("24 Jul 2025"))
    told = Cases(today).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "8 Jul 2025")
    told.noticed("8 Jul 2025").do(SendNoticeAgain(on=day("20 Jul 2025")))

    [letter] = preview.correction(today, told.id, "notice_again", day("21 Jul 2025")).letters

    assert (letter.letter, letter.tells) == ("AmendmentNoticeSentAgain", "the last day for representations")
    assert (letter.day_told, letter.day_now) == (day("3 Aug 2025"), day("4 Aug 2025"))


def test_each_decision_told_the_time_to_appeal_that_it_opened(today: Arflow) -> None:
    """A decision to amend opened none, and the change to maintain on 8 July had two months to 8 September."""
    told = Cases(today).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    told.do(ChangeDecision(on=day("8 Jul 2025"), outcome="maintain", reason="New advice"))

    assert preview.correction(today, told.id, "notify", day("2 Jul 2025")).letters == ()
    [letter] = preview.correction(today, told.id, "change_decision", day("9 Jul 2025")).letters

    assert (letter.letter, letter.day_told, letter.day_now) == ("DecisionChanged", day("8 Sep 2025"), day("9 Sep 2025"))
