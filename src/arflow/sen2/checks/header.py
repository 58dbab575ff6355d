"""Checks of the header: which return it is, and of which day."""

from arflow.sen2.checks.rule import Checked, Rule


def another_return(case: Checked) -> str | None:
    """The return is of another year than it is checked as."""
    year = case.text("Year")
    return f"Year is {year}, and the return is checked as that of {case.against.year}" if _other(case, year) else None


def _other(case: Checked, year: str) -> bool:
    return bool(year) and year != str(case.against.year)


def another_census_day(case: Checked) -> str | None:
    """The reference date is not the year's census day."""
    day, census = case.day("ReferenceDate"), case.against.layout.census_day
    return (
        f"ReferenceDate {day} is not the census day of {case.against.year}, {census}" if day and day != census else None
    )


_OF = ("CollectionDetails",)
RULES = (
    Rule(
        id="AR-001",
        severity="error",
        of=_OF,
        items=("Year",),
        says="The return is of the year it is checked as.",
        fix="Check it as its own year (--year).",
        finds=another_return,
    ),
    Rule(
        id="AR-002",
        severity="error",
        of=_OF,
        items=("ReferenceDate",),
        says="The reference date is the census day of the year.",
        fix="Make the return for the census day; an authority can correct the day in workflows/sen2.",
        finds=another_census_day,
    ),
)
