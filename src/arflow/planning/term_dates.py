"""School terms: read from a file for each school year, held against one another, and found by their names."""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

import msgspec

from arflow import toml_text
from arflow.errors import InvalidValue, NotFound, NotPossible
from arflow.events.of_rules import TermEntered
from arflow.law.catalogue import shipped_folder
from arflow.law.periods import FIRST_DAY, LAST_DAY, is_working_day
from arflow.law.workflow import LONGEST_HOLIDAYS, Term
from arflow.planning.school_year import SchoolYear, school_year_of

EXAMPLE = "example.2026-27.toml"
_LONGEST_TERM = timedelta(weeks=22)


class TermFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The terms of one school year, such as 2026/27; an `example` is no authority's own."""

    school_year: str
    term: tuple[TermEntered, ...]
    example: bool = False

    @property
    def known(self) -> tuple[Term, ...]:
        """Its terms as the store knows them once they are entered."""
        return tuple(Term(**msgspec.structs.asdict(term)) for term in self.term)


def example() -> Path:
    """The file of terms that comes with arflow."""
    return shipped_folder() / "terms" / EXAMPLE


def read_terms(path: Path) -> TermFile:
    """The terms of a file; InvalidValue with every fault that it has."""
    try:
        found = msgspec.convert(toml_text.read(path), TermFile)
    except OSError as error:
        raise InvalidValue("FILE", path.name, f"a file that can be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidValue("FILE", path.name, f"a file of terms: {error}; see `arflow terms example`") from None
    faults = list(_file_faults(found))
    if faults:
        raise InvalidValue("FILE", path.name, f"a sound file of terms: {'; '.join(faults)}")
    return found


def _file_faults(found: TermFile) -> Iterator[str]:
    if not found.term:
        yield "it has no [[term]]"
    for term in found.term:
        yield from _term_faults(term)
        if (year := str(school_year_of(term.starts))) != found.school_year:
            yield f"{term.name} starts in the school year {year}, not in {found.school_year}"
    names = [term.name for term in found.term]
    yield from (f"{name} is there twice" for name in sorted({one for one in names if names.count(one) > 1}))
    yield from _overlaps(found.known)


def _term_faults(term: TermEntered) -> Iterator[str]:
    if not term.name.strip() or not term.name.isprintable():
        yield f"a term that starts on {term.starts} has no name on one line"
    if not FIRST_DAY <= term.starts <= LAST_DAY:
        yield f"{term.name} starts on {term.starts}, which no calendar of arflow has"
    if term.ends is None:
        yield f"{term.name} has no last day: write ends"
        return
    if term.ends < term.starts:
        yield f"{term.name} ends on {term.ends}, before it starts on {term.starts}"
    elif term.ends - term.starts > _LONGEST_TERM:
        yield f"{term.name} has more than {_LONGEST_TERM.days // 7} weeks: check its days"
    for one in term.breaks:
        if not term.starts <= one.starts <= one.ends <= term.ends:
            yield f"the break from {one.starts} to {one.ends} does not lie within {term.name}"


def faults(terms: Collection[Term], today: date) -> list[str]:
    """What is wrong with the terms that are known, of the school year of a day and later: each in one line.

    Terms that overlap, more than eight weeks without one, a term without its last day, and a school year without terms:
    the one of the day, and the next.
    """
    this_year = school_year_of(today)
    own = in_order(term for term in terms if term.starts >= this_year.first)
    years = {school_year_of(term.starts) for term in own}
    return [
        *(
            f"{year} has no terms: enter them with `arflow terms add FILE`"
            for year in (this_year, this_year.next)
            if year not in years
        ),
        *(f"{term.name} has no last day: enter it again with one" for term in own if term.ends is None),
        *_overlaps(own),
        *_gaps(own),
    ]


def in_order(terms: "Collection[Term] | Iterator[Term]") -> list[Term]:
    """Terms by their first day."""
    return sorted(terms, key=lambda term: term.starts)


def _overlaps(terms: Sequence[Term]) -> Iterator[str]:
    for before, after in pairwise(in_order(terms)):
        if after.starts <= (before.ends or before.starts):
            last = before.ends or before.starts
            yield f"{after.name} starts on {after.starts}, when {before.name} has not ended: its last day is {last}"


def _gaps(terms: Sequence[Term]) -> Iterator[str]:
    for before, after in pairwise(in_order(terms)):
        if before.ends and after.starts - before.ends > LONGEST_HOLIDAYS:
            weeks = (after.starts - before.ends).days // 7
            yield f"{weeks} weeks lie between {before.name} and {after.name}: is a term missing?"


def named(terms: Collection[Term], name: str) -> Term:
    """A term by its name, whatever the case of its letters; NotFound, with the nearest, where there is none."""
    wanted = " ".join(name.split()).casefold()
    found = {" ".join(term.name.split()).casefold(): term for term in terms}
    if wanted in found:
        return found[wanted]
    if not found:
        raise NotPossible("no terms are known: enter them with `arflow terms add FILE`, see `arflow terms example`")
    near = get_close_matches(wanted, found, n=1, cutoff=0.3)
    known = found[near[0]].name if near else ", ".join(term.name for term in in_order(terms))
    raise NotFound("term", " ".join(name.split()), f"nearest: {known}; see `arflow terms show`")


def of_year(terms: Collection[Term], year: SchoolYear) -> tuple[Term, ...]:
    """The terms of a school year, whole and by their first day; NotPossible where none is known, or one has no last day."""
    found = [term for term in in_order(terms) if term.starts <= year.last and (term.ends or term.starts) >= year.first]
    if not found:
        raise NotPossible(f"{year} has no terms: enter them with `arflow terms add FILE`, see `arflow terms example`")
    return tuple(whole(term) for term in found)


def whole(term: Term) -> Term:
    """A term with its last day; NotPossible where none was entered."""
    if term.ends is None:
        raise NotPossible(
            f"{term.name} has no last day: nobody can tell which days are in it; enter it with `arflow terms add FILE`"
        )
    return term


def next_after(term: Term, terms: Collection[Term]) -> Term | None:
    """The term that begins next."""
    return next((one for one in in_order(terms) if one.starts > term.starts), None)


def school_days(term: Term, also: Collection[date] = ()) -> list[date]:
    """The days of a term on which there is school: working days outside its breaks; `also` are bank holidays entered."""
    assert term.ends is not None
    days = (term.starts + timedelta(days=at) for at in range((term.ends - term.starts).days + 1))
    return [day for day in days if term.has_school_on(day) and is_working_day(day, also)]
