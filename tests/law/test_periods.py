"""Each way of counting time on the days that tell it from its neighbours: edges, leap days, birthdays."""

from datetime import date, timedelta
from importlib.metadata import version

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from arflow.law import periods
from tests.support.cases import day

any_day = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def weekday(found: date) -> str:
    return f"{found:%a}"


# --- Weeks and days ---------------------------------------------------------------------------------------


def test_within_weeks_of_a_meeting_the_meeting_itself_is_not_counted() -> None:
    meeting = day("10 Jun 2025")

    last = periods.weeks_after(meeting, 4)

    assert last == day("8 Jul 2025")
    assert last - meeting == timedelta(days=28)


def test_t02_weeks_from_29_february_run_through_march_and_are_not_moved_by_easter() -> None:
    meeting = day("29 Feb 2024")

    report, decision = periods.weeks_after(meeting, 2), periods.weeks_after(meeting, 4)

    assert report == day("14 Mar 2024")
    assert decision == day("28 Mar 2024")
    assert not periods.is_working_day(decision + timedelta(days=1))  # Good Friday


def test_t02_the_final_plan_is_due_twelve_weeks_after_the_meeting_and_eight_after_a_last_day_notice() -> None:
    meeting = day("29 Feb 2024")
    notice = periods.weeks_after(meeting, 4)

    assert periods.weeks_after(notice, 8) == periods.weeks_after(meeting, 12) == day("23 May 2024")


def test_t10_eight_weeks_from_a_notice_on_the_last_day_end_when_the_twelve_weeks_do() -> None:
    meeting = day("12 Nov 2025")

    notice = periods.weeks_after(meeting, 4)

    assert notice == day("10 Dec 2025")
    assert periods.weeks_after(notice, 8) == periods.weeks_after(meeting, 12) == day("4 Feb 2026")


def test_a_last_day_on_easter_monday_stays_there() -> None:
    last = periods.weeks_after(day("24 Mar 2025"), 4)

    assert last == day("21 Apr 2025")
    assert not periods.is_working_day(last)


@pytest.mark.parametrize(
    ("meeting", "clear", "whole_weeks"),
    [
        ("29 Feb 2024", "14 Feb 2024", "15 Feb 2024"),  # T02
        ("14 Mar 2024", "28 Feb 2024", "29 Feb 2024"),
        ("14 Mar 2025", "27 Feb 2025", "28 Feb 2025"),
        ("10 Jan 2026", "26 Dec 2025", "27 Dec 2025"),
    ],
)
def test_clear_weeks_take_one_day_more_than_whole_weeks(meeting: str, clear: str, whole_weeks: str) -> None:
    assert periods.clear_weeks_before(day(meeting), 2) == day(clear)
    assert periods.weeks_before(day(meeting), 2) == day(whole_weeks)


@given(any_day, st.integers(1, 60))
def test_clear_weeks_leave_whole_weeks_between_notice_and_meeting(meeting: date, weeks: int) -> None:
    notice = periods.clear_weeks_before(meeting, weeks)

    days_between = (meeting - notice).days - 1
    assert days_between == weeks * 7


def test_t03_a_meeting_by_2_august_leaves_four_weeks_of_the_year() -> None:
    end = periods.period_last_day(day("31 Aug 2023"), 12)

    assert periods.weeks_before(end, 4) == day("2 Aug 2024")


def test_t13_twelve_weeks_before_each_reading_of_31_march() -> None:
    before, by = periods.day_before(3, 31, 2026), day("31 Mar 2026")

    assert before == day("30 Mar 2026")
    assert periods.weeks_before(before, 12) == day("5 Jan 2026")
    assert periods.weeks_before(by, 12) == day("6 Jan 2026")


def test_t37_the_termly_list_is_two_weeks_before_term() -> None:
    assert periods.weeks_before(day("2 Sep 2025"), 2) == day("19 Aug 2025")


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        ("28 Mar 2024", "11 Apr 2024"),  # T02
        ("10 Dec 2025", "24 Dec 2025"),  # T10
        ("14 Jul 2025", "28 Jul 2025"),
        ("15 Feb 2024", "29 Feb 2024"),
        ("15 Feb 2025", "1 Mar 2025"),
    ],
)
def test_in_fifteen_days_beginning_with_a_notice_its_own_day_is_the_first(notice: str, last: str) -> None:
    assert periods.days_beginning_with(day(notice), 15) == day(last)


def test_one_day_beginning_with_a_day_is_that_day() -> None:
    assert periods.days_beginning_with(day("29 Feb 2024"), 1) == day("29 Feb 2024")


# --- Months -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "found"),
    [
        ("31 Jan 2024", 1, "29 Feb 2024"),
        ("31 Jan 2025", 1, "28 Feb 2025"),
        ("30 Nov 2025", 1, "30 Dec 2025"),
        ("30 Nov 2025", 3, "28 Feb 2026"),
        ("31 Dec 2025", 12, "31 Dec 2026"),
        ("29 Feb 2024", 12, "28 Feb 2025"),
        ("29 Feb 2024", 48, "29 Feb 2028"),
        ("28 Feb 2023", 12, "28 Feb 2024"),
        ("1 Dec 2025", 1, "1 Jan 2026"),
        ("1 Jan 2026", -1, "1 Dec 2025"),
        ("31 Mar 2024", -1, "29 Feb 2024"),
        ("12 Sep 2024", 0, "12 Sep 2024"),
    ],
)
def test_a_corresponding_date_is_the_same_day_or_the_months_last(start: str, months: int, found: str) -> None:
    assert periods.corresponding_date(day(start), months) == day(found)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("31 Aug 2023", 12, "30 Aug 2024"),  # T03
        ("29 Feb 2024", 12, "28 Feb 2025"),  # T04
        ("28 Mar 2024", 12, "27 Mar 2025"),  # T02
        ("29 Feb 2024", 48, "28 Feb 2028"),
        ("28 Feb 2023", 12, "27 Feb 2024"),
        ("1 Mar 2023", 12, "29 Feb 2024"),
        ("1 Mar 2024", 12, "28 Feb 2025"),
        ("1 Jan 2019", 12, "31 Dec 2019"),
        ("31 Aug 2025", 6, "28 Feb 2026"),
        ("30 Nov 2023", 3, "29 Feb 2024"),
        ("29 Nov 2023", 3, "28 Feb 2024"),
        ("1 Dec 2025", 3, "28 Feb 2026"),
    ],
)
def test_a_period_of_months_ends_before_the_corresponding_date(start: str, months: int, last: str) -> None:
    assert periods.period_last_day(day(start), months) == day(last)


def test_t03_the_anniversary_of_a_plan_is_the_day_after_its_year_ends() -> None:
    made = day("31 Aug 2023")

    anniversary = periods.corresponding_date(made, 12)

    assert anniversary == day("31 Aug 2024")
    assert weekday(anniversary) == "Sat"
    assert anniversary - periods.period_last_day(made, 12) == timedelta(days=1)


def test_t04_a_plan_made_on_a_leap_day_has_a_year_that_ends_on_its_anniversary_in_both_readings() -> None:
    made = day("29 Feb 2024")

    assert periods.period_last_day(made, 12) == periods.corresponding_date(made, 12) == day("28 Feb 2025")


@given(any_day)
def test_a_year_from_any_day_has_365_or_366_days(start: date) -> None:
    days = (periods.period_last_day(start, 12) - start).days + 1

    assert days in {365, 366}


@given(any_day, st.integers(1, 60))
def test_a_later_start_never_ends_a_period_earlier(start: date, months: int) -> None:
    later = start + timedelta(days=1)

    assert periods.period_last_day(start, months) <= periods.period_last_day(later, months)


@pytest.mark.parametrize(
    ("transfer", "last"),
    [
        ("5 Jan 2026", "5 Aug 2025"),  # T14
        ("1 Sep 2025", "1 Apr 2025"),  # T14
        ("31 Jul 2026", "28 Feb 2026"),  # T14: February has no 31st
        ("31 Jul 2028", "29 Feb 2028"),
        ("29 Jul 2026", "28 Feb 2026"),
        ("28 Jul 2026", "28 Feb 2026"),
        ("29 Feb 2028", "29 Sep 2027"),
    ],
)
def test_t14_five_months_before_a_transfer_end_on_a_day_that_exists(transfer: str, last: str) -> None:
    assert periods.months_before(day(transfer), 5) == day(last)


@pytest.mark.parametrize(
    ("month", "named", "year", "last"),
    [
        (2, 15, 2026, "14 Feb 2026"),  # T10
        (3, 31, 2026, "30 Mar 2026"),  # T13
        (3, 1, 2028, "29 Feb 2028"),
        (3, 1, 2026, "28 Feb 2026"),
        (1, 1, 2026, "31 Dec 2025"),
    ],
)
def test_the_last_day_before_a_date_is_the_day_before(month: int, named: int, year: int, last: str) -> None:
    assert periods.day_before(month, named, year) == day(last)


# --- Working days -----------------------------------------------------------------------------------------


def test_the_table_of_bank_holidays_is_that_of_the_library_for_every_year() -> None:
    """Run scripts/make-bank-holidays where this fails: the library knows other days by now."""
    years = range(periods.FIRST_DAY.year, periods.LAST_DAY.year + 1)
    theirs = country_holidays("GB", subdiv="ENG", years=years)
    assert {day for year in years for day in periods.bank_holidays(year)} == set(theirs)
    assert periods.bank_holidays_version() == version("holidays")
    assert periods.bank_holidays(2026) == {day for day in theirs if day.year == 2026}


@pytest.mark.parametrize(
    "not_working",
    [
        "14 Jun 2025",  # a Saturday
        "15 Jun 2025",  # a Sunday
        "29 Mar 2024",  # Good Friday
        "21 Apr 2025",  # Easter Monday
        "5 May 2025",  # early May
        "26 May 2025",  # spring
        "25 Aug 2025",  # summer: England's, not Scotland's
        "25 Dec 2025",
        "26 Dec 2025",
        "1 Jan 2026",
        "3 Jan 2022",  # for New Year's Day, which was a Saturday
        "28 Dec 2026",  # for Boxing Day, a Saturday
    ],
)
def test_weekends_and_bank_holidays_in_england_are_no_working_days(not_working: str) -> None:
    assert not periods.is_working_day(day(not_working))


@pytest.mark.parametrize("working", ["13 Jun 2025", "24 Dec 2025", "2 Jan 2026", "4 Aug 2025", "17 Mar 2026"])
def test_the_holidays_of_schools_and_of_other_nations_are_working_days(working: str) -> None:
    assert periods.is_working_day(day(working))


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("17 Apr 2025", "17 Apr 2025"),
        ("18 Apr 2025", "22 Apr 2025"),  # Good Friday to the Tuesday after Easter
        ("14 Jun 2025", "16 Jun 2025"),
        ("25 Dec 2025", "29 Dec 2025"),
        ("1 Jan 2022", "4 Jan 2022"),
    ],
)
def test_the_next_working_day_may_be_the_day_itself(start: str, found: str) -> None:
    assert periods.next_working_day(day(start)) == day(found)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        ("9 Jun 2025", 1, "10 Jun 2025"),
        ("13 Jun 2025", 1, "16 Jun 2025"),  # a Friday
        ("14 Jun 2025", 1, "16 Jun 2025"),  # a Saturday
        ("17 Apr 2025", 1, "22 Apr 2025"),  # Maundy Thursday
        ("9 Jun 2025", 15, "30 Jun 2025"),
        ("19 Dec 2025", 10, "7 Jan 2026"),
        ("28 Feb 2024", 1, "29 Feb 2024"),
    ],
)
def test_within_working_days_of_a_day_it_and_holidays_do_not_count(start: str, count: int, last: str) -> None:
    assert periods.working_days_after(day(start), count) == day(last)


# --- Appeals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notified", "last"),
    [
        ("10 Mar 2025", "12 May 2025"),  # ends on Saturday 10 May
        ("11 Mar 2025", "12 May 2025"),  # ends on Sunday 11 May
        ("12 Mar 2025", "12 May 2025"),
        ("13 Mar 2025", "13 May 2025"),
        ("18 Feb 2025", "22 Apr 2025"),  # ends on Good Friday
        ("31 Dec 2024", "28 Feb 2025"),  # February has no 31st
        ("31 Dec 2027", "29 Feb 2028"),
        ("29 Feb 2024", "29 Apr 2024"),
    ],
)
def test_an_appeal_may_be_made_for_two_months_and_to_the_next_working_day(notified: str, last: str) -> None:
    assert periods.appeal_last_day(day(notified)) == day(last)


@pytest.mark.parametrize(
    ("notified", "last", "on"),
    [
        ("31 May 2025", "31 Jul 2025", "Thu"),  # the day before August
        ("1 Jun 2025", "1 Sep 2025", "Mon"),
        ("20 Jun 2025", "1 Sep 2025", "Mon"),  # T28
        ("30 Jun 2025", "1 Sep 2025", "Mon"),  # ends on 30 August
        ("1 Jul 2025", "1 Sep 2025", "Mon"),  # ends on 1 September itself
        ("2 Jul 2025", "2 Sep 2025", "Tue"),
        ("20 Jun 2024", "2 Sep 2024", "Mon"),  # 1 September is a Sunday
        ("20 Jun 2029", "3 Sep 2029", "Mon"),  # and here a Saturday
    ],
)
def test_t28_an_appeal_that_would_end_in_august_moves_to_september(notified: str, last: str, on: str) -> None:
    found = periods.appeal_last_day(day(notified))

    assert (found, weekday(found)) == (day(last), on)


@pytest.mark.parametrize(
    ("notified", "last", "on"),
    [
        ("24 Oct 2025", "24 Dec 2025", "Wed"),  # the day before Christmas
        ("25 Oct 2025", "2 Jan 2026", "Fri"),
        ("29 Oct 2025", "2 Jan 2026", "Fri"),  # ends on a working day between the holidays
        ("31 Oct 2025", "2 Jan 2026", "Fri"),
        ("1 Nov 2025", "2 Jan 2026", "Fri"),  # ends on New Year's Day
        ("2 Nov 2025", "2 Jan 2026", "Fri"),  # ends on 2 January itself
        ("5 Nov 2025", "5 Jan 2026", "Mon"),
        ("29 Oct 2026", "4 Jan 2027", "Mon"),  # 2 January is a Saturday
        ("1 Nov 2021", "4 Jan 2022", "Tue"),  # 2 January is a Sunday, and the Monday a bank holiday
    ],
)
def test_an_appeal_that_would_end_over_christmas_moves_to_january(notified: str, last: str, on: str) -> None:
    found = periods.appeal_last_day(day(notified))

    assert (found, weekday(found)) == (day(last), on)


@pytest.mark.parametrize(
    ("certificate", "last"),
    [
        ("13 Mar 2025", "12 May 2025"),  # the month ends earlier than the two from the notice
        ("11 Apr 2025", "12 May 2025"),  # by a day
        ("12 Apr 2025", "12 May 2025"),  # or on the same day
        ("13 Apr 2025", "13 May 2025"),  # or later
        ("31 May 2025", "30 Jun 2025"),  # June has no 31st
    ],
)
def test_a_mediation_certificate_gives_a_month_if_that_ends_later(certificate: str, last: str) -> None:
    assert periods.appeal_last_day(day("12 Mar 2025"), certificate=day(certificate)) == day(last)


@pytest.mark.parametrize(
    ("notified", "certificate", "last"),
    [
        ("1 May 2025", "1 Jul 2025", "1 Sep 2025"),  # August
        ("1 Oct 2025", "29 Nov 2025", "2 Jan 2026"),  # 29 December
        ("20 Jun 2025", "4 Aug 2025", "4 Sep 2025"),  # later than where August moves to
    ],
)
def test_the_month_of_a_certificate_moves_out_of_august_and_christmas_too(
    notified: str, certificate: str, last: str
) -> None:
    assert periods.appeal_last_day(day(notified), certificate=day(certificate)) == day(last)


@given(any_day)
def test_an_appeal_ends_on_a_working_day_and_never_before_its_two_months_do(notified: date) -> None:
    two_months = periods.corresponding_date(notified, 2)

    last = periods.appeal_last_day(notified)

    assert two_months <= last
    assert periods.is_working_day(last)
    if two_months.month == 8:
        assert last.month == 9
    if two_months.month == 12 and two_months.day >= 25:
        assert (last.year, last.month) == (two_months.year + 1, 1)


# --- Compulsory school age --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "last_friday"),
    [
        (2023, "30 Jun 2023"),  # 30 June is the Friday
        (2024, "28 Jun 2024"),
        (2025, "27 Jun 2025"),
        (2026, "26 Jun 2026"),
        (2027, "25 Jun 2027"),
        (2033, "24 Jun 2033"),  # 30 June is a Thursday: as early as it can be
    ],
)
def test_the_school_leaving_date_is_the_last_friday_in_june(year: int, last_friday: str) -> None:
    found = periods.school_leaving_date(year)

    assert (found, weekday(found)) == (day(last_friday), "Fri")


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        ("1 Sep 2009", "27 Jun 2026"),  # the oldest of the school year
        ("10 Dec 2009", "27 Jun 2026"),  # T33
        ("29 Feb 2008", "29 Jun 2024"),  # sixteen on a leap day
        ("25 Jun 2010", "27 Jun 2026"),  # sixteen the day before the leaving date
        ("26 Jun 2010", "27 Jun 2026"),  # on it
        ("27 Jun 2010", "27 Jun 2026"),  # the day after
        ("30 Jun 2010", "27 Jun 2026"),
        ("31 Aug 2010", "27 Jun 2026"),  # the youngest of the school year
        ("1 Sep 2010", "26 Jun 2027"),  # the oldest of the next
        ("31 Dec 2010", "26 Jun 2027"),
        ("1 Jan 2011", "26 Jun 2027"),
    ],
)
def test_a_young_person_is_one_from_the_day_after_the_leaving_date_of_the_year_of_turning_16(
    born: str, first_day: str
) -> None:
    assert periods.young_person_from(day(born)) == day(first_day)


def test_somebody_who_turns_16_in_the_summer_is_over_compulsory_school_age_at_15() -> None:
    born = day("31 Aug 2010")

    first = periods.young_person_from(born)

    assert first < periods.corresponding_date(born, 16 * 12)


def test_one_day_between_31_august_and_1_september_makes_a_year() -> None:
    youngest = periods.young_person_from(day("31 Aug 2010"))
    oldest = periods.young_person_from(day("1 Sep 2010"))

    assert (youngest.year, oldest.year) == (2026, 2027)


def test_t33_a_decision_due_after_the_leaving_date_goes_to_the_young_person() -> None:
    born, meeting = day("10 Dec 2009"), day("10 Jun 2026")

    first = periods.young_person_from(born)
    decision = periods.weeks_after(meeting, 4)

    assert periods.school_leaving_date(2026) == day("26 Jun 2026")
    assert meeting < first <= decision == day("8 Jul 2026")
