"""The DfE's own measure of annual reviews, as its published tables count it, beside arflow's count by the law."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from arflow.figures.report import Cases, Chart, Column, Report, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.sen2.dfe import count_by_law
from arflow.sen2.dfe.place_in_table import EXCEPTIONS, Standing, exceptions, standing
from arflow.sen2.dfe.published_columns import RE_CUT_FROM, columns, row
from arflow.sen2.returned.person_groups import AGES, SEXES, URN, Who, age_band
from arflow.sen2.returned.review_items import ReviewItems, define, read

Tally = Counter[Standing]
_YEARS = ("Less than a year", *map(str, range(1, 12)), "12 or more", "not known")
_PLAN = (
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="review_meeting", title="Held", unit="day"),
    Column(name="last_review", title="Notified", unit="day"),
)
_STANDING = (
    Column(name="expected", title="Expected"),
    Column(name="meeting", title="Meeting"),
    Column(name="decision", title="Decision"),
    Column(name="outcome", title="Outcome"),
    Column(name="weeks", title="Four weeks"),
)
_YEARS_COLUMN = Column(
    name="years", title="Years in place", definition="The year of the census less the year the plan was made."
)
DEFINITIONS = {
    "latest": "Of each plan one review is counted: its latest meeting held on or before the census day, with the decision on "
    "that meeting and no other.",
    "inferred": "The DfE publishes figures, not its program: what each column counts is inferred from them. The inferences and "
    "how many published rows bear each out are in docs/dfe-measure.md.",
}


def dfe(looking: Looking, year: int, who: Callable[[str], Who]) -> Report:
    """The table of a calendar year for the authority and by group; `as_at` is the census day that the year is returned on."""
    define(looking)
    counted = _Counting(year, who)
    counted.take(read(looking))
    return Report(
        name="dfe",
        title=f"Annual reviews of {year} as the DfE counts them",
        about=f"The columns of the DfE's published table for calendar year {year}, counted from the log as at the census day, "
        f"beside the same reviews by the law.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(
            _authority(looking, year, counted),
            count_by_law.section(looking, year, counted.all),
            _exceptions(looking, year, counted),
            *_groups(looking, year, counted),
        ),
        definitions=DEFINITIONS,
    )


class _Counting:
    """How many plans stand where: of the authority, and of each group."""

    def __init__(self, year: int, who: Callable[[str], Who]) -> None:
        self._year, self._who = year, who
        self.all: Tally = Counter()
        self.odd: Counter[str] = Counter()
        self.groups: dict[str, dict[str, Tally]] = {name: {} for name in ("years", "age", "sex", "placement")}

    def take(self, plans: Iterable[ReviewItems]) -> None:
        """Count plans, one at a time."""
        for items in plans:
            found = standing(items, self._year)
            self.all[found] += 1
            self.odd.update(exceptions(items, found))
            for name, group in self._places(items).items():
                self.groups[name].setdefault(group, Counter())[found] += 1

    def _places(self, items: ReviewItems) -> dict[str, str]:
        person = self._who(items.plan)
        return {
            "years": years_in_place(items.plan_start, self._year + 1),
            "age": age_band(person.born, date(self._year, 8, 31)),
            "sex": person.sex or "not known",
            "placement": person.placement or (URN if items.setting else "not known"),
        }


def years_in_place(start: date | None, census_year: int) -> str:
    """The DfE's band: whole calendar years, so that a plan made last December has been in place for 1."""
    if start is None:
        return "not known"
    years = max(0, census_year - start.year)
    return _YEARS[min(years, 12)]


def _authority(looking: Looking, year: int, counted: _Counting) -> Section:
    return Section(
        name="authority",
        title="The authority",
        note="Under the published names of the columns in --json and CSV.",
        columns=columns(year),
        rows=(row(counted.all, year),),
        cases=Cases(columns=(*_STANDING, *_PLAN), rows=lambda: _cases(looking, year)),
    )


def _cases(looking: Looking, year: int) -> Iterator[Row]:
    for items in read(looking):
        found = standing(items, year)
        yield (*_told(found), *_of_plan(items))


def _told(found: Standing) -> Row:
    return ("yes" if found.expected else "no", found.meeting, found.decision, found.outcome, found.weeks)


def _of_plan(items: ReviewItems) -> Row:
    return (items.plan, items.review, items.review_meeting, items.last_review)


# --- what the table has no place for --------------------------------------------------------------------------------


def _exceptions(looking: Looking, year: int, counted: _Counting) -> Section:
    kind = Column(name="exception", title="Exception")
    rows = tuple((name, counted.odd[name], meaning) for name, meaning in EXCEPTIONS.items() if counted.odd[name])
    return Section(
        name="exceptions",
        title="What does not fit",
        note="Plans of which a review was expected; look at each before you send the return.",
        columns=(
            kind,
            Column(name="plans", title="Plans", unit="count"),
            Column(name="meaning", title="What it means"),
        ),
        rows=rows,
        cases=Cases(columns=(kind, *_PLAN), rows=lambda: _odd_cases(looking, year)),
    )


def _odd_cases(looking: Looking, year: int) -> Iterator[Row]:
    for items in read(looking):
        for name in exceptions(items, standing(items, year)):
            yield (name, *_of_plan(items))


# --- by group --------------------------------------------------------------------------------------------------------


def _groups(looking: Looking, year: int, counted: _Counting) -> tuple[Section, ...]:
    age = Column(
        name="age",
        title="Age",
        definition=f"On 31 August {year}, by the date of birth in the imported facts or the directory.",
    )
    placement = Column(
        name="placement",
        title="Placement",
        definition="As the return says it. Which type of school a URN is, the DfE adds from its register of establishments.",
    )
    found = counted.groups
    cases = Cases(columns=(_YEARS_COLUMN, *_STANDING, *_PLAN), rows=lambda: _cases_by_years(looking, year))
    return (
        _group(year, "years", "By years in place", _YEARS_COLUMN, _in_order(found["years"], _YEARS), cases),
        _group(year, "age", "By age", age, _in_order(found["age"], AGES)),
        _group(year, "sex", "By sex", Column(name="sex", title="Sex"), _in_order(found["sex"], SEXES)),
        _group(year, "placement", "By placement", placement, dict(sorted(found["placement"].items()))),
    )


def _cases_by_years(looking: Looking, year: int) -> Iterator[Row]:
    for items in read(looking):
        yield (years_in_place(items.plan_start, year + 1), *_told(standing(items, year)), *_of_plan(items))


def _in_order(groups: dict[str, Tally], order: tuple[str, ...]) -> dict[str, Tally]:
    return {name: groups[name] for name in order if name in groups}


def _group(  # noqa: PLR0917
    year: int, name: str, title: str, by: Column, groups: dict[str, Tally], cases: Cases | None = None
) -> Section:
    own = columns(year)
    # What becomes of the plans expected: meetings in the table of 2024, completion in the one re-cut.
    shown = own[3:6] if year >= RE_CUT_FROM else (*own[3:6], own[7])
    return Section(
        name=name,
        title=title,
        columns=(by, *own),
        rows=tuple((group, *row(tally, year)) for group, tally in groups.items()),
        chart=Chart(
            kind="stacked_bar",
            x=by.name,
            series=tuple(column.name for column in shown),
            title=f"{title}: plans of which a review was expected",
            says=f"A bar for each group, divided into {', '.join(column.title.lower() for column in shown)}; "
            "the table has the figures.",
        ),
        cases=cases,
    )
