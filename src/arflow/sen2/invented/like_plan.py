"""Which invented plans make a published row: how many stand where, so that every column of the row is met. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from arflow.errors import ArflowError
from arflow.sen2.dfe.place_in_table import NOT_EXPECTED, Decision, Meeting, Outcome, Standing, Weeks
from arflow.sen2.dfe.published_columns import counted
from arflow.sen2.dfe.published_table import PublishedRow

YEAR = 2024  # the one table whose rows are published column by column
COLUMNS = tuple(column.name for column in counted(YEAR))
# Each of these columns is the sum of the others.
_SUMS = {
    "total_ehc_plans": ("review_expected", "review_not_expected"),
    "review_expected": ("total_review_meeting", "no_review_meeting"),
    "total_review_meeting": ("review_meeting_25", "review_meeting_24", "review_meeting_prior_24"),
}
_DATED = ("review_decision25", "review_decision24", "review_decision_prior24")
_MEETINGS = {
    "decisions": (*_DATED, "review_decision_not_due", "review_decision_outstanding"),
    "outcomes": ("outcome_amend", "outcome_cease", "outcome_maintan", "no_outcome"),
}
_BELOW_ZERO = "below zero: decisions or outcomes without a meeting were subtracted, which no log can show"
_WEEKS = ("number_decsion_4weeks", "number_decision_gt_4weeks")
Figures = dict[str, int]


class RowRefused(ArflowError):
    """A published row that no log can have: suppressed, or impossible."""

    kind = "row_refused"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """So many plans with their meeting and their decision at these times."""

    meeting: Meeting
    decision: Decision
    weeks: Weeks
    plans: int


def plans_of(row: PublishedRow) -> Counter[Standing]:
    """How many plans stand where, so that the table counts exactly the row; RowRefused with the reason if none can."""
    figures = _checked(row)
    dated = list(_timed(_dated(figures, row.name), figures["number_decsion_4weeks"], row.name))
    found = Counter(dict(_with_outcomes([*dated, *_undecided(figures)], figures)))
    found[NOT_EXPECTED] = figures["review_not_expected"]
    found[Standing(expected=True)] += figures["no_review_meeting"]
    return +found


# --- rows that cannot be ---------------------------------------------------------------------------------------------


def _checked(row: PublishedRow) -> Figures:
    hidden = [name for name in COLUMNS if row.figure(name) is None]
    if hidden:
        said = ", ".join(f"{name} is {row.text(name) or 'blank'}" for name in hidden[:2])
        more = f" and {len(hidden) - 2} more" if len(hidden) > 2 else ""
        raise RowRefused(f"{row.name}: {said}{more}: suppressed figures cannot be made; choose another row")
    figures = {name: row.figure(name) or 0 for name in COLUMNS}
    for name, figure in figures.items():
        if figure < 0:
            raise RowRefused(f"{row.name}: {name} is {figure}: {_BELOW_ZERO}; choose another row")
    for whole, parts in _SUMS.items():
        _foot(row.name, figures, parts, whole)
    for parts in _MEETINGS.values():
        _foot(row.name, figures, parts, "total_review_meeting")
    within_and_over, dated = (sum(figures[name] for name in names) for names in (_WEEKS, _DATED))
    if within_and_over != dated:
        raise RowRefused(
            f"{row.name}: {' + '.join(_WEEKS)} is {within_and_over}, but {dated} decisions are dated: "
            "the columns do not foot; choose another row"
        )
    return figures


def _foot(name: str, figures: Figures, parts: Iterable[str], whole: str) -> None:
    added = sum(figures[part] for part in parts)
    if added != figures[whole]:
        raise RowRefused(
            f"{name}: {' + '.join(parts)} is {added}, but {whole} is {figures[whole]}: "
            "the columns do not foot; choose another row"
        )


def _impossible(name: str, why: str) -> RowRefused:
    return RowRefused(f"{name}: {why}; no log can have this row: choose another")


# --- when plans were met and decided -----------------------------------------------------------------------------------


def _shares(figures: Figures) -> Figures:
    """What the columns leave open, in the simplest way: as many January meetings undecided, and as many old meetings
    outstanding, as there can be.
    """
    after, prior = figures["review_meeting_25"], figures["review_meeting_prior_24"]
    decided = {when: figures[name] for when, name in zip(("after", "year", "prior"), _DATED, strict=True)}
    prompt = max(0, after - figures["review_decision_not_due"])  # met and decided between 1 January and the census day
    old = prior - decided["prior"]  # met before the year and not decided before it
    outstanding = min(figures["review_decision_outstanding"], old)
    in_the_year = min(decided["year"], old - outstanding)
    return {
        "prompt": prompt,
        "old": old,
        "old_outstanding": outstanding,
        "old_in_the_year": in_the_year,
        "old_after": old - outstanding - in_the_year,
    }


def _dated(figures: Figures, name: str) -> list[tuple[Meeting, Decision, int]]:
    """Plans whose decision is dated; of those met before the year, as few as possible were decided after it."""
    share = _shares(figures)
    after, year, prior = (figures[column] for column in _DATED)
    if share["old"] < 0:
        raise _impossible(name, "more decisions are dated before the year than meetings")
    if share["prompt"] + share["old_after"] > after:
        raise _impossible(name, "the meetings do not leave room for the decisions dated by year")
    return [
        ("after", "after", share["prompt"]),
        ("year", "year", year - share["old_in_the_year"]),
        ("prior", "prior", prior),
        ("prior", "year", share["old_in_the_year"]),
        ("year", "after", after - share["prompt"] - share["old_after"]),
        ("prior", "after", share["old_after"]),
    ]


def _timed(dated: list[tuple[Meeting, Decision, int]], within: int, name: str) -> Iterator[Cell]:
    """Those within four weeks taken from the front: a January meeting is decided in time by the census day or not at all,
    and one before the year that was decided after it cannot be in time.
    """
    (*_, prompt), (*_, late) = dated[0], dated[-1]
    if not prompt <= within <= sum(plans for *_, plans in dated) - late:
        raise _impossible(
            name, f"{within} decisions within four weeks do not go with the years of meetings and decisions"
        )
    for meeting, decision, plans in dated:
        soon = min(plans, within)
        within -= soon
        yield Cell(meeting=meeting, decision=decision, weeks="within", plans=soon)
        yield Cell(meeting=meeting, decision=decision, weeks="over", plans=plans - soon)


def _undecided(figures: Figures) -> Iterator[Cell]:
    """Plans whose meeting has no dated decision; one held in January cannot be outstanding by the census day."""
    share = _shares(figures)
    january = figures["review_meeting_25"] - share["prompt"]
    yield _waiting("year", "outstanding", figures["review_decision_outstanding"] - share["old_outstanding"])
    yield _waiting("prior", "outstanding", share["old_outstanding"])
    yield _waiting("year", "not_due", figures["review_decision_not_due"] - january)
    yield _waiting("after", "not_due", january)


def _waiting(meeting: Meeting, decision: Decision, plans: int) -> Cell:
    return Cell(meeting=meeting, decision=decision, weeks="none", plans=plans)


def _with_outcomes(cells: Iterable[Cell], figures: Figures) -> Iterator[tuple[Standing, int]]:
    """Outcomes given out from the front, so that plans without a decision are the last to have one."""
    columns: tuple[tuple[Outcome, str], ...] = (
        ("maintain", "outcome_maintan"),
        ("amend", "outcome_amend"),
        ("cease", "outcome_cease"),
        ("none", "no_outcome"),
    )
    left = [(outcome, figures[name]) for outcome, name in columns]
    for cell in cells:
        wanted = cell.plans
        while wanted:
            outcome, there = left[0]
            given = min(wanted, there)
            if given:
                yield (
                    Standing(
                        expected=True,
                        meeting=cell.meeting,
                        decision=cell.decision,
                        outcome=outcome,
                        weeks=cell.weeks,
                    ),
                    given,
                )
            wanted -= given
            left[0] = (outcome, there - given)
            if not left[0][1]:
                left.pop(0)
