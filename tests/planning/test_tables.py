"""The files that planning is given: every fault named by its row, and nothing used of a file with one."""

from datetime import date
from pathlib import Path

import pytest

from arflow.errors import InvalidValue, NotPossible, TableRefused
from arflow.law.workflow import Term
from arflow.planning.school_year import SchoolDays, SchoolYear, school_year_of, written_year
from arflow.planning.settings_register import read_register
from arflow.planning.term_dates import example, of_year, read_terms

YEAR = SchoolYear(begins=2026)


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_register_names_every_fault_by_its_row(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "urn,name,kind,low_age,high_age,meetings_a_week\n"
        "12,Larkfield,primary,4,11,\n"
        "100001,,castle,4,11,\n"
        "100002,Finchley,primary,11,4,²\n"
        "100003,Heron,primary,,11,0\n"
        "100003,Heron,primary,4,11,2\n"
        "100003,Heron,primary,4,11,2\n",
    )

    with pytest.raises(TableRefused) as refusal:
        read_register(path)

    assert [str(fault).partition(": ")[0] for fault in refusal.value.faults] == [
        "row 2, urn", "row 3, name", "row 3, kind", "row 4, high_age", "row 4, meetings_a_week", "row 5, low_age", "row 5, meetings_a_week",
        "row 7, urn",
    ]  # fmt: skip


def test_an_extract_of_the_national_register_is_read_as_it_is(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "URN,EstablishmentName,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge\n"
        "100001,Larkfield First School,Middle deemed primary,5,12\n100002,Heron House,Not applicable,5,16\n",
    )

    first, second = read_register(path).values()

    assert (first.kind, first.first_year, first.last_year) == ("middle", 1, 7)
    assert (second.kind, second.last_year) == ("all_through", 11)


def test_a_register_without_a_column_is_refused_by_its_own_names(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="it has no column kind"):
        read_register(written(tmp_path, "urn,name,low_age,high_age\n100001,Larkfield,4,11\n"))


def test_terms_say_which_days_a_school_is_open() -> None:
    terms = of_year(read_terms(example()).known, YEAR)
    days = SchoolDays(year=YEAR, terms=terms, bank_holidays=(date(2026, 9, 14),))

    assert date(2026, 9, 3) in days
    assert date(2026, 9, 2) not in days
    assert date(2026, 10, 23) in days
    assert date(2026, 10, 26) not in days  # half-term
    assert date(2026, 9, 5) not in days  # a Saturday
    assert date(2026, 9, 14) not in days  # entered into the store
    assert date(2027, 3, 26) not in days


def test_terms_of_another_year_are_no_terms_of_this_one() -> None:
    with pytest.raises(NotPossible, match="2030/31 has no terms"):
        of_year(read_terms(example()).known, SchoolYear(begins=2030))


def test_a_term_without_a_last_day_is_refused() -> None:
    with pytest.raises(NotPossible, match="Spring 2027 has no last day"):
        of_year((Term(name="Spring 2027", starts=date(2027, 1, 4)),), YEAR)


def test_a_school_year_is_read_as_people_write_it() -> None:
    assert written_year("2026-27") == written_year("2026/2027") == YEAR
    assert str(YEAR) == "2026/27"
    assert str(SchoolYear(begins=1999)) == "1999/00"
    assert (school_year_of(date(2026, 8, 31)).begins, school_year_of(date(2026, 9, 1)).begins) == (2025, 2026)
    for wrong in ("2026", "2026-28", "next"):
        with pytest.raises(InvalidValue, match="write it as 2026/27"):
            written_year(wrong)


def test_a_term_of_the_week_before_the_year_is_not_lost() -> None:
    days = SchoolDays(year=YEAR, terms=(Term(name="Autumn", starts=date(2026, 8, 31), ends=date(2026, 9, 4)),))

    assert days.days == tuple(date(2026, 9, n) for n in (1, 2, 3, 4))
