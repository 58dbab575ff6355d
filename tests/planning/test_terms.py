"""School terms: read from a file, entered in the ledger, held against one another, and heeded by a meeting's day."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.meeting_days import why_no_school_day
from arflow.errors import InvalidValue, NotFound
from arflow.events.of_rules import Break, TermEntered, TermsEntered, decode_act
from arflow.law.catalogue import Catalogue
from arflow.law.workflow import Term
from arflow.planning import term_dates

Run = Callable[..., Result]
AUTUMN = Term(name="Autumn 2026", starts=date(2026, 9, 3), ends=date(2026, 12, 18))
SPRING = Term(
    name="Spring 2027",
    starts=date(2027, 1, 4),
    ends=date(2027, 3, 25),
    breaks=(Break(starts=date(2027, 2, 15), ends=date(2027, 2, 19)),),
)
TODAY = date(2026, 12, 1)


def written(folder: Path, text: str) -> Path:
    path = folder / "terms.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_is_read_and_says_that_it_is_one() -> None:
    found = term_dates.read_terms(term_dates.example())

    assert found.example
    assert [term.name for term in found.term] == ["Autumn 2026", "Spring 2027", "Summer 2027"]


def test_every_fault_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'school_year = "2026/27"\n'
        '[[term]]\nname = "Autumn 2026"\nstarts = 2026-09-03\nends = 2026-12-18\n'
        "breaks = [{ starts = 2026-12-14, ends = 2027-01-02 }]\n"
        '[[term]]\nname = "Spring 2027"\nstarts = 2026-12-07\n'
        '[[term]]\nname = "Summer 2028"\nstarts = 2028-04-12\nends = 2028-04-01\n',
    )

    with pytest.raises(InvalidValue) as refused:
        term_dates.read_terms(path)

    said = refused.value.message
    for part in (
        "the break from 2026-12-14 to 2027-01-02 does not lie within Autumn 2026",
        "Spring 2027 has no last day",
        "Summer 2028 ends on 2028-04-01, before it starts",
        "Summer 2028 starts in the school year 2027/28, not in 2026/27",
        "Spring 2027 starts on 2026-12-07, when Autumn 2026 has not ended",
    ):
        assert part in said
    assert "\n" not in said


@pytest.mark.parametrize("text", ["= 1", "school_year = 3", 'school_year = "2026/27"\nterm = 7\n', "\x00"])
def test_a_file_that_is_none_of_terms_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="a file of terms"):
        term_dates.read_terms(written(tmp_path, text))


def test_overlaps_gaps_and_a_year_without_terms_are_each_one_line() -> None:
    overlapping = Term(name="Second", starts=date(2026, 12, 18), ends=date(2027, 2, 1))
    summer = Term(name="Summer 2027", starts=date(2027, 5, 21), ends=date(2027, 7, 21))

    assert term_dates.faults([], TODAY)[0] == "2026/27 has no terms: enter them with `arflow terms add FILE`"
    assert any(
        "Second starts on 2026-12-18, when Autumn 2026" in one
        for one in term_dates.faults([AUTUMN, overlapping], TODAY)
    )
    assert "8 weeks lie between Spring 2027 and Summer 2027: is a term missing?" in term_dates.faults(
        [AUTUMN, SPRING, summer], TODAY
    )
    assert term_dates.faults([AUTUMN, SPRING], TODAY) == [
        "2027/28 has no terms: enter them with `arflow terms add FILE`"
    ]


def test_a_term_is_found_whatever_its_letters_and_the_nearest_is_named() -> None:
    assert term_dates.named([AUTUMN, SPRING], " spring  2027 ") is SPRING
    with pytest.raises(NotFound, match="nearest: Spring 2027"):
        term_dates.named([AUTUMN, SPRING], "Sprnig 2027")


def test_school_days_leave_out_breaks_and_bank_holidays() -> None:
    days = term_dates.school_days(SPRING, also=[date(2027, 1, 5)])

    assert days[0] == date(2027, 1, 4)
    assert date(2027, 1, 5) not in days
    assert date(2027, 2, 15) not in days
    assert date(2027, 2, 22) in days
    assert days[-1] == date(2027, 3, 25)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2027, 2, 12), ""),
        (date(2027, 2, 15), "is in a break of the term Spring 2027"),
        (date(2027, 2, 22), ""),
        (date(2026, 12, 18), ""),
        (date(2026, 12, 21), "lies between the terms Autumn 2026 and Spring 2027"),
        (date(2027, 1, 2), "is a Saturday"),
        (date(2027, 1, 1), "is a bank holiday"),
        (date(2027, 5, 12), ""),  # after the last term that is known nothing speaks against it
        (date(2027, 8, 11), "is in August, outside every school term"),
    ],
)
def test_a_meeting_falls_on_a_day_of_school(day: date, why: str, shipped: Catalogue) -> None:
    import msgspec

    workflow = msgspec.structs.replace(shipped.load("annual_review.2015"), terms=(AUTUMN, SPRING))

    assert why_no_school_day(day, workflow) == why


def test_terms_of_an_earlier_arflow_are_still_read() -> None:
    stored = (
        b'{"act":"TermsEntered","number":2,"recorded_at":"2026-11-24T10:00:00Z","recorded_by":"o",'
        b'"terms":[{"name":"Spring 2027","starts":"2027-01-05"}]}'
    )

    act = decode_act(stored)

    assert isinstance(act, TermsEntered)
    assert act.terms == (TermEntered(name="Spring 2027", starts=date(2027, 1, 5)),)


def test_terms_are_entered_shown_and_checked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    assert run("terms", "check").exit_code == 1
    assert run("terms", "example", "--output", str(path)).exit_code == 0
    added = run("terms", "add", str(path), "--reason", "Published")
    assert added.exit_code == 0, added.output
    assert "the terms of the example" in added.stderr

    shown = json.loads(run("terms", "show", "--json").stdout)

    assert [(one["name"], one["starts"], one["ends"]) for one in shown][1] == (
        "Spring 2027",
        "2027-01-04",
        "2027-03-25",
    )
    assert shown[1]["breaks"] == [{"starts": "2027-02-15", "ends": "2027-02-19"}]
    assert shown[1]["school_days"] == 54
    checked = run("terms", "check")
    assert (checked.exit_code, checked.stdout) == (1, "2027/28 has no terms: enter them with `arflow terms add FILE`\n")
