"""The class year of a child: counted on to another school year, and as schools write it. Pure."""

from datetime import date

from arflow.planning.school_year import SchoolYear, school_year_of

YOUNGEST, RECEPTION, OLDEST = -2, 0, 14


def class_year_in(year: SchoolYear, recorded: int | None, today: date) -> int | None:
    """The National Curriculum year in a school year of a child whose year of today is recorded: every September one more.

    Nobody is counted on beyond 14, the last that a plan may have; None where no year is recorded.
    """
    if recorded is None:
        return None
    return min(recorded + year.begins - school_year_of(today).begins, OLDEST)


def year_said(nc_year: int | None) -> str:
    """A class year as schools write it: Nursery 1 (-2) and 2, Reception (0), Year 1 and so on; empty where it is not known."""
    if nc_year is None:
        return ""
    if nc_year == RECEPTION:
        return "Reception"
    if nc_year > RECEPTION:
        return f"Year {nc_year}"
    return f"Nursery {nc_year + 3}" if nc_year >= YOUNGEST else "before Nursery"
