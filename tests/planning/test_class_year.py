"""The class year of a child in another school year, and in words."""

from datetime import date

import pytest

from arflow.planning.class_year import class_year_in, year_said
from arflow.planning.school_year import SchoolYear

YEAR = SchoolYear(begins=2027)


@pytest.mark.parametrize(
    ("recorded", "today", "then"),
    [
        (6, date(2027, 8, 31), 7),
        (6, date(2027, 9, 1), 6),
        (-1, date(2026, 9, 1), 0),
        (14, date(2026, 9, 1), 14),
        (None, date(2026, 9, 1), None),
    ],
)
def test_a_class_year_is_one_more_every_september(recorded: int | None, today: date, then: int | None) -> None:
    assert class_year_in(YEAR, recorded, today) == then


def test_a_class_year_is_said_as_schools_write_it() -> None:
    assert [year_said(year) for year in (None, -3, -2, -1, 0, 1, 13)] == [
        "",
        "before Nursery",
        "Nursery 1",
        "Nursery 2",
        "Reception",
        "Year 1",
        "Year 13",
    ]
