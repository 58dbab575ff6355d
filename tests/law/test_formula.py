"""The phrases of the law: read from words, counted in both readings, refused where nothing can be counted."""

from datetime import date
from typing import Any, get_args

import msgspec
import pytest

from arflow.law import formula
from arflow.law.formula import Count, Policy
from tests.support.cases import day


def counted(phrase: str, on: str, **policy: Any) -> Count:
    """A phrase that arflow knows and that gives a number, counted from a day."""
    rule = formula.parse(phrase)
    assert rule is not None, phrase
    count = rule.count(day(on), Policy(**policy))
    assert count is not None, phrase
    return count


def readings(phrase: str, on: str, **policy: Any) -> tuple[date, date]:
    """The last day as it is read strictly, and the outer one."""
    count = counted(phrase, on, **policy)
    return count.strict, count.outer


# --- Each phrase on its last days -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "on", "last"),
    [
        ("within 2 weeks of held", "29 Feb 2024", "14 Mar 2024"),  # T02
        ("within 4 weeks of held", "29 Feb 2024", "28 Mar 2024"),  # T02
        ("within 8 weeks of notice_sent", "28 Mar 2024", "23 May 2024"),  # T02
        ("within 12 weeks of held", "29 Feb 2024", "23 May 2024"),  # T02
        ("15 days beginning with notice_sent", "28 Mar 2024", "11 Apr 2024"),  # T02
        ("within 4 weeks of held", "12 Nov 2025", "10 Dec 2025"),  # T10
        ("15 days beginning with notice_sent", "10 Dec 2025", "24 Dec 2025"),  # T10
        ("within 8 weeks of notice_sent", "10 Dec 2025", "4 Feb 2026"),  # T10
        ("at least 5 months before transfer", "5 Jan 2026", "5 Aug 2025"),  # T14
        ("at least 5 months before transfer", "1 Sep 2025", "1 Apr 2025"),  # T14
        ("at least 5 months before transfer", "31 Jul 2026", "28 Feb 2026"),  # T14
        ("the appeal period after notified", "20 Jun 2025", "1 Sep 2025"),  # T28
        ("within 4 weeks of held", "10 Jun 2026", "8 Jul 2026"),  # T33
        ("2 weeks before term_start", "2 Sep 2025", "19 Aug 2025"),  # T37
        ("within 10 working days of held", "19 Dec 2025", "7 Jan 2026"),
        ("within 30 days of mediation", "29 Jan 2028", "28 Feb 2028"),
        ("within 15 days of reassessment_request", "5 Jan 2026", "20 Jan 2026"),
        ("on or before order_amend_set", "29 Feb 2028", "29 Feb 2028"),
        ("within 15 days of consulted", "19 Dec 2025", "3 Jan 2026"),
        ("15 working days beginning with aware_of_move", "5 Jan 2026", "23 Jan 2026"),
        ("15 working days beginning with aware_of_move", "3 Jan 2026", "23 Jan 2026"),
        ("on or before moves_on", "25 Dec 2025", "25 Dec 2025"),
        ("before cease_appeal_determined", "1 Mar 2028", "29 Feb 2028"),
        ("the month to appeal after certified", "31 Jan 2028", "29 Feb 2028"),
    ],
)
def test_a_phrase_with_one_reading_gives_one_last_day(phrase: str, on: str, last: str) -> None:
    assert readings(phrase, on) == (day(last), day(last))


@pytest.mark.parametrize(
    ("phrase", "on", "strict", "outer"),
    [
        ("at least 2 weeks before meeting", "29 Feb 2024", "14 Feb 2024", "15 Feb 2024"),  # T02
        ("12 months starting with clock_start", "28 Mar 2024", "27 Mar 2025", "28 Mar 2025"),  # T02
        ("12 months starting with clock_start", "31 Aug 2023", "30 Aug 2024", "31 Aug 2024"),  # T03
        ("12 months starting with clock_start", "29 Feb 2024", "28 Feb 2025", "28 Feb 2025"),  # T04
        ("12 months starting with clock_start", "1 Mar 2023", "29 Feb 2024", "1 Mar 2024"),
        ("before 15 February of transfer", "1 Sep 2026", "14 Feb 2026", "15 Feb 2026"),  # T10
        ("before 31 March of transfer", "1 Sep 2026", "30 Mar 2026", "31 Mar 2026"),  # T13
        ("by 31 March of transfer", "1 Sep 2026", "31 Mar 2026", "31 Mar 2026"),
        ("before 1 January of transfer", "1 Sep 2026", "31 Dec 2025", "1 Jan 2026"),
        ("before 1 March of transfer", "1 Sep 2028", "29 Feb 2028", "1 Mar 2028"),
    ],
)
def test_a_contested_phrase_gives_two_last_days(phrase: str, on: str, strict: str, outer: str) -> None:
    assert readings(phrase, on) == (day(strict), day(outer))


@pytest.mark.parametrize(
    ("phrase", "first"),
    [
        ("within 4 weeks of held", "11 Jun 2025"),
        ("within 4 working days of held", "11 Jun 2025"),
        ("within 4 days of held", "11 Jun 2025"),
        ("the appeal period after notified", "11 Jun 2025"),
        ("the month to appeal after certified", "11 Jun 2025"),
        ("15 days beginning with notice_sent", "10 Jun 2025"),
        ("12 months starting with clock_start", "10 Jun 2025"),
        ("3 to 6 months starting with interim_start", "10 Sep 2025"),
    ],
)
def test_the_day_itself_is_day_1_only_where_the_words_begin_with_it(phrase: str, first: str) -> None:
    assert counted(phrase, "10 Jun 2025").first == day(first)


@pytest.mark.parametrize(
    "phrase",
    [
        "at least 2 weeks before meeting",
        "2 weeks before term_start",
        "at least 5 months before transfer",
        "before 15 February of transfer",
        "by 31 March of transfer",
        "on or before order_amend_set",
        "before cease_appeal_determined",
    ],
)
def test_a_phrase_that_counts_back_has_no_first_day(phrase: str) -> None:
    assert counted(phrase, "10 Jun 2025").first is None


@pytest.mark.parametrize(
    ("certified", "last"),
    [
        ("30 Jun 2025", "30 Jul 2025"),
        ("1 Jul 2025", "1 Sep 2025"),  # ends on 1 August
        ("31 Jul 2025", "1 Sep 2025"),
        ("24 Nov 2025", "24 Dec 2025"),
        ("25 Nov 2025", "2 Jan 2026"),  # ends on Christmas Day
        ("1 Dec 2025", "2 Jan 2026"),  # ends on New Year's Day
        ("31 Mar 2025", "30 Apr 2025"),  # April has no 31st
        ("30 Apr 2025", "30 May 2025"),  # two months earlier, February has no 30th
    ],
)
def test_the_month_to_appeal_moves_out_of_august_and_christmas(certified: str, last: str) -> None:
    assert readings("the month to appeal after certified", certified) == (day(last), day(last))


# --- Policy -----------------------------------------------------------------------------------------------

NOTICE = ("at least 2 weeks before meeting", "10 Jun 2025", "26 May 2025", "27 May 2025")
YEAR = ("12 months starting with clock_start", "12 Sep 2024", "11 Sep 2025", "12 Sep 2025")
PHASE = ("before 15 February of transfer", "1 Sep 2026", "14 Feb 2026", "15 Feb 2026")
SETTINGS = [
    ("notice", "clear_days", "calendar_weeks", *NOTICE),
    ("twelve_months", "day_before_anniversary", "anniversary", *YEAR),
    ("phase_dates", "before", "by", *PHASE),
]


@pytest.mark.parametrize(("setting", "stricter", "looser", "phrase", "on", "early", "late"), SETTINGS)
def test_an_authority_may_hold_itself_to_the_stricter_reading_alone(
    setting: str, stricter: str, looser: str, phrase: str, on: str, early: str, late: str
) -> None:
    assert readings(phrase, on) == (day(early), day(late))
    assert readings(phrase, on, **{f"{setting}_outer": stricter}) == (day(early), day(early))


@pytest.mark.parametrize(("setting", "stricter", "looser", "phrase", "on", "early", "late"), SETTINGS)
def test_each_reading_is_set_for_itself(
    setting: str, stricter: str, looser: str, phrase: str, on: str, early: str, late: str
) -> None:
    assert readings(phrase, on, **{f"{setting}_strict": looser}) == (day(late), day(late))


@pytest.mark.parametrize(("setting", "stricter", "looser", "phrase", "on", "early", "late"), SETTINGS)
def test_a_policy_moves_only_the_phrase_that_it_is_about(
    setting: str, stricter: str, looser: str, phrase: str, on: str, early: str, late: str
) -> None:
    others = [other for other in SETTINGS if other[0] != setting]

    for _, _, _, other_phrase, other_on, other_early, other_late in others:
        moved = readings(other_phrase, other_on, **{f"{setting}_outer": stricter})
        assert moved == (day(other_early), day(other_late))


def test_a_policy_that_is_not_told_reads_each_phrase_as_its_words_and_as_practice_have_it() -> None:
    policy = Policy()

    for setting, stricter, looser, *_ in SETTINGS:
        assert policy.option(setting, "strict") == stricter
        assert policy.option(setting, "outer") == looser


def test_exactly_the_phrases_that_say_why_they_are_contested_are_read_in_two_ways() -> None:
    contested = {rule for rule in get_args(formula.AnyRule) if rule.contested}

    assert contested == {type(formula.parse(setting[3])) for setting in SETTINGS} | {formula.MonthsBetween}


@pytest.mark.parametrize(
    ("phrase", "on", "strict", "outer"),
    [
        ("within 4 weeks of held", "24 Mar 2025", "22 Apr 2025", "22 Apr 2025"),  # from Easter Monday
        ("12 months starting with clock_start", "31 Aug 2023", "30 Aug 2024", "2 Sep 2024"),  # a Saturday
        ("before 15 February of transfer", "1 Sep 2026", "16 Feb 2026", "16 Feb 2026"),  # a weekend
        ("15 days beginning with notice_sent", "10 Dec 2025", "24 Dec 2025", "24 Dec 2025"),
    ],
)
def test_each_reading_rolls_forward_only_where_the_policy_says_so(
    phrase: str, on: str, strict: str, outer: str
) -> None:
    assert readings(phrase, on, roll_forward_non_working_days=True) == (day(strict), day(outer))


def test_nothing_rolls_forward_by_itself() -> None:
    bank_holiday, sunday = day("21 Apr 2025"), day("15 Feb 2026")

    assert Policy().rolled(bank_holiday) == bank_holiday
    assert Policy().rolled(sunday) == sunday
    assert Policy(roll_forward_non_working_days=True).rolled(sunday) == day("16 Feb 2026")


@pytest.mark.parametrize("settings", [{"notice_strict": "by"}, {"due_soon_days": "soon"}, {"invented": True}])
def test_a_policy_of_unknown_settings_or_options_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Policy)


# --- Reading phrases --------------------------------------------------------------------------------------

EXAMPLES = {
    "within 4 weeks of held": formula.Within(fact="held", n=4),
    "within 15 days of held": formula.WithinDays(fact="held", n=15),
    "within 15 working days of held": formula.WithinWorkingDays(fact="held", n=15),
    "at least 2 weeks before meeting": formula.NoticeBefore(fact="meeting", n=2),
    "2 weeks before term_start": formula.WeeksBefore(fact="term_start", n=2),
    "12 months starting with clock_start": formula.MonthsStartingWith(fact="clock_start", n=12),
    "3 to 6 months starting with interim_start": formula.MonthsBetween(fact="interim_start", from_n=3, n=6),
    "15 days beginning with notice_sent": formula.DaysBeginningWith(fact="notice_sent", n=15),
    "15 working days beginning with aware_of_move": formula.WorkingDaysBeginningWith(fact="aware_of_move", n=15),
    "at least 5 months before transfer": formula.MonthsBefore(fact="transfer", n=5),
    "before 15 February of transfer": formula.BeforeDate(fact="transfer", day=15, month="February"),
    "by 31 March of transfer": formula.ByDate(fact="transfer", day=31, month="March"),
    "on or before order_name_set": formula.OnOrBefore(fact="order_name_set"),
    "before cease_appeal_determined": formula.Before(fact="cease_appeal_determined"),
    "the appeal period after notified": formula.AppealPeriod(fact="notified"),
    "the month to appeal after certified": formula.OneMonthFrom(fact="certified"),
    "as soon as reasonably practicable after held": formula.NoNumber(fact="held"),
    "until cease_appeal is determined": formula.UntilDetermined(fact="cease_appeal"),
    "as twelve_months": formula.AsDuty(fact="twelve_months"),
}


@pytest.mark.parametrize("phrase", EXAMPLES)
def test_a_phrase_is_read_as_the_rule_it_states(phrase: str) -> None:
    assert formula.parse(phrase) == EXAMPLES[phrase]


def test_there_is_an_example_of_every_phrase() -> None:
    assert [type(rule) for rule in EXAMPLES.values()] == list(get_args(formula.AnyRule))


@pytest.mark.parametrize("phrase", EXAMPLES)
def test_no_phrase_can_be_read_in_two_ways(phrase: str) -> None:
    reading = [cls for pattern, cls in formula.PHRASES if pattern.fullmatch(phrase)]

    assert reading == [type(EXAMPLES[phrase])]


@pytest.mark.parametrize("rule", EXAMPLES.values(), ids=lambda rule: type(rule).__name__)
def test_a_rule_is_stored_and_read_back_alike(rule: formula.AnyRule) -> None:
    assert msgspec.json.decode(msgspec.json.encode(rule), type=formula.AnyRule) == rule


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "soon",
        "within 4 weeks",
        "within 4 weeks of",
        "within four weeks of held",
        "within -4 weeks of held",
        "within 1.5 weeks of held",
        "within 4 weeks of the meeting",
        "within 4 months of held",
        "Within 4 weeks of held",
        "within  4 weeks of held",
        " within 4 weeks of held",
        "within 4 weeks of held ",
        "within 4 weeks of held\n",
        "within 4 weeks of held or so",
        "at least 2 weeks after meeting",
        "15 days after notice_sent",
        "before February of transfer",
        "before 15 Feb of transfer",
        "before 15 Brumaire of transfer",
        "the appeal period",
        "as soon as possible after held",
        "as",
    ],
)
def test_words_that_are_no_phrase_are_not_read(phrase: str) -> None:
    assert formula.parse(phrase) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "within 0 weeks of held",
        "0 days beginning with notice_sent",
        "0 months starting with clock_start",
        "within 04 weeks of held",
        "within \N{ARABIC-INDIC DIGIT FOUR} weeks of held",
        "within 1000 weeks of held",
        "within 99999999999999999999999999 weeks of held",
    ],
)
def test_a_number_that_cannot_be_counted_is_not_read(phrase: str) -> None:
    assert formula.parse(phrase) is None


@pytest.mark.parametrize("named", ["0 March", "015 March", "31 June", "30 February", "32 January"])
def test_a_date_that_no_year_has_is_not_read(named: str) -> None:
    assert formula.parse(f"before {named} of transfer") is None


def test_a_date_that_only_leap_years_have_is_not_read() -> None:
    assert formula.parse("before 29 February of transfer") is None
    assert formula.parse("before 28 February of transfer") is not None


@pytest.mark.parametrize("month", formula.MONTHS)
def test_every_month_can_be_named(month: str) -> None:
    strict, outer = readings(f"before 15 {month} of transfer", "1 Sep 2026")

    assert (f"{outer:%B}", outer.day, strict.day) == (month, 15, 14)


def test_as_soon_as_reasonably_practicable_gives_no_number() -> None:
    rule = formula.NoNumber(fact="held")

    assert rule.last_day(day("10 Jun 2025"), Policy(), "strict") is None
    assert rule.count(day("10 Jun 2025"), Policy()) is None


def test_the_limit_of_another_duty_counts_nothing_itself() -> None:
    with pytest.raises(TypeError, match="AsDuty counts nothing"):
        formula.AsDuty(fact="twelve_months").count(day("10 Jun 2025"), Policy())


def test_the_known_phrases_are_shown_as_a_reader_would_write_them() -> None:
    known = formula.known_phrases()

    assert len(known) == len(EXAMPLES)
    assert "within <n> weeks of <fact>" in known
    assert "before <day> <month> of <fact>" in known
    assert not any("?" in phrase or "\\" in phrase for phrase in known)
