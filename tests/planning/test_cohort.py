"""Who transfers at the end of a school year: by the class, the kind of setting and its ages (SEND Regs 2014 r.2(1))."""

from datetime import date
from typing import Any

import pytest

from arflow.planning.cohort import Child, placed, year_by_birth
from arflow.planning.school_year import SchoolYear
from arflow.planning.settings_register import Setting

YEAR = SchoolYear(begins=2026)


def setting(kind: Any, low: int, high: int) -> Setting:
    return Setting(urn="100001", name="Larkfield", kind=kind, low_age=low, high_age=high)


def child(class_year: int | None, **more: Any) -> Child:
    return Child(**({"plan": "P-1", "setting": "100001", "class_year": class_year} | more))


@pytest.mark.parametrize(
    ("kind", "low", "high", "class_year", "verdict", "transfer"),
    [
        ("primary", 4, 11, 6, "in", "primary_to_secondary"),
        ("primary", 4, 11, 5, "out", None),
        ("primary", 4, 11, 7, "ask", None),
        ("primary", 4, 9, 4, "in", "primary_to_middle"),
        ("junior", 7, 11, 6, "in", "primary_to_secondary"),
        ("junior", 7, 11, 2, "ask", None),
        ("infant", 4, 7, 2, "in", "infant_to_junior"),
        ("middle", 9, 13, 8, "in", "middle_to_secondary"),
        ("early_years", 2, 5, -1, "in", "early_years_to_school"),
        ("early_years", 2, 5, -2, "out", None),
        ("secondary", 11, 16, 11, "in", "secondary_to_post16"),
        ("secondary", 11, 18, 11, "ask", None),
        ("secondary", 11, 18, 13, "in", "secondary_to_post16"),
        ("all_through", 4, 16, 6, "out", None),
        ("all_through", 4, 16, 11, "in", "secondary_to_post16"),
        ("post16", 16, 25, 12, "out", None),
    ],
)  # fmt: skip
def test_the_last_year_of_a_setting_is_in_and_each_other_has_its_reason(
    kind: Any, low: int, high: int, class_year: int, verdict: str, transfer: str | None
) -> None:
    found = placed(child(class_year), setting(kind, low, high), YEAR)

    assert (found.verdict, found.transfer) == (verdict, transfer)
    assert found.why
    assert found.transfer_on == (date(2027, 9, 1) if transfer else None)


def test_a_pupil_taught_out_of_year_follows_the_class_and_not_the_birthday() -> None:
    found = placed(child(5, year_by_birth=6), setting("primary", 4, 11), YEAR)

    assert found.verdict == "out"
    assert found.why.endswith("; taught out of year: Year 6 by date of birth")
    assert placed(child(6, year_by_birth=7), setting("primary", 4, 11), YEAR).verdict == "in"


def test_without_a_class_the_date_of_birth_decides_and_without_either_somebody_is_asked() -> None:
    by_birth = placed(child(None, year_by_birth=6), setting("primary", 4, 11), YEAR)

    assert (by_birth.verdict, by_birth.class_year) == ("in", 6)
    assert "by date of birth" in by_birth.why
    assert placed(child(None), setting("primary", 4, 11), YEAR).verdict == "ask"


def test_a_recorded_transfer_of_the_year_stands_and_what_the_class_says_is_shown_beside() -> None:
    found = placed(
        child(5, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1)), setting("primary", 4, 11), YEAR
    )

    assert (found.verdict, found.recorded) == ("in", True)
    assert found.why == "recorded: primary to secondary (Year 5 of primary to Year 6)"


def test_a_transfer_recorded_for_another_year_makes_the_last_year_one_to_ask_about() -> None:
    found = placed(
        child(6, transfer="primary_to_secondary", transfer_on=date(2028, 9, 1)), setting("primary", 4, 11), YEAR
    )

    assert found.verdict == "ask"
    assert "2028-09-01, another school year" in found.why


@pytest.mark.parametrize(
    ("born", "expected"), [((2015, 9, 1), 6), ((2016, 8, 31), 6), ((2016, 9, 1), 5), ((2015, 8, 31), 7)]
)
def test_the_year_by_birth_changes_on_1_september(born: Any, expected: int) -> None:
    assert year_by_birth(date(*born), YEAR) == expected


def test_nobody_without_a_setting_or_outside_the_register_is_put_in_by_guess() -> None:
    assert placed(child(6, setting=None), None, YEAR).verdict == "ask"
    assert placed(child(4, setting=None), None, YEAR).verdict == "out"
    assert placed(child(6), None, YEAR).why == "Year 6, and setting 100001 is not in the register"


@pytest.mark.parametrize(
    ("transfer_on", "recorded"),
    [
        (date(2026, 9, 2), False),  # began the year that is asked about
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2027, 8, 31), True),
        (date(2027, 9, 1), True),
        (date(2027, 9, 2), True),  # the first day of school
        (date(2027, 9, 30), True),
        (date(2027, 10, 1), False),
    ],
)
def test_a_transfer_on_any_day_of_september_ends_the_school_year_before(transfer_on: date, recorded: bool) -> None:
    found = placed(child(6, transfer="primary_to_secondary", transfer_on=transfer_on), setting("primary", 4, 11), YEAR)

    assert found.recorded is recorded
    assert found.verdict == ("in" if recorded else "ask")
    assert found.transfer_on == (transfer_on if recorded else date(2027, 9, 1))
