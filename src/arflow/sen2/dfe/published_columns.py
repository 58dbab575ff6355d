"""The columns of the DfE's published tables of annual reviews, by their published names: that of 2024, and as re-cut for 2025."""

from collections.abc import Callable, Mapping

import msgspec

from arflow.figures.measures import percent
from arflow.figures.report import Cell, Column, Row
from arflow.sen2.dfe.place_in_table import Standing

RE_CUT_FROM = 2025


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table: its published name, its name for people, and which plans it counts."""

    name: str
    title: str
    definition: str
    counts: Callable[[Standing], bool]

    @property
    def column(self) -> Column:
        """The column as a report has it."""
        return Column(name=self.name, title=self.title, unit="count", definition=self.definition)


def counted(year: int) -> tuple[Counted, ...]:
    """The columns of the table of a calendar year that count plans, in their published order."""
    table = _RE_CUT if year >= RE_CUT_FROM else _OF_2024
    named = {"year": year, "next": year + 1, "yy": f"{year % 100:02d}", "nn": f"{(year + 1) % 100:02d}"}
    return tuple(
        Counted(
            name=name.format(**named), title=title.format(**named), definition=definition.format(**named), counts=counts
        )
        for name, title, definition, counts in table
    )


def columns(year: int) -> tuple[Column, ...]:
    """All columns of the table of a calendar year, those of percent too."""
    return (*(one.column for one in counted(year)), *(PERCENT if year < RE_CUT_FROM else ()))


def row(standings: Mapping[Standing, int], year: int) -> Row:
    """The figures of some plans, given how many stand where: one for each of `columns`."""
    counts = tuple(sum(n for one, n in standings.items() if column.counts(one)) for column in counted(year))
    return (*counts, *_percents(counts)) if year < RE_CUT_FROM else counts


def _percents(counts: tuple[int, ...]) -> tuple[Cell, ...]:
    """The shares of decisions within and over four weeks; the published table gives no share of nothing (x)."""
    within, over = counts[-2:]
    return tuple(percent(part, within + over) if part else None for part in (within, over))


PERCENT = (
    Column(
        name="pc_decsion_4weeks",
        title="Within four weeks %",
        unit="percent",
        definition="Within four weeks as a share of dated decisions.",
    ),
    Column(
        name="pc_decision_gt_4weeks",
        title="Over four weeks %",
        unit="percent",
        definition="Over four weeks as a share of dated decisions.",
    ),
)


# --- which plans a column counts -----------------------------------------------------------------------------------


def _met(when: str) -> Callable[[Standing], bool]:
    return lambda one: one.expected and one.meeting == when


def _decided(when: str) -> Callable[[Standing], bool]:
    return lambda one: one.has_meeting and one.decision == when


def _led_to(outcome: str) -> Callable[[Standing], bool]:
    return lambda one: one.has_meeting and one.outcome == outcome


def _took(weeks: str) -> Callable[[Standing], bool]:
    return lambda one: one.has_meeting and one.weeks == weeks


def is_completed(one: Standing) -> bool:
    """Whether the table as re-cut counts the review as completed in its year: with a decision dated in it or since."""
    return one.decision in ("after", "year")


def _completed_with(outcome: str) -> Callable[[Standing], bool]:
    return lambda one: is_completed(one) and one.outcome == outcome


def _completed_in(weeks: str) -> Callable[[Standing], bool]:
    return lambda one: is_completed(one) and one.weeks == weeks


_Table = tuple[tuple[str, str, str, Callable[[Standing], bool]], ...]
# Published name, name for people, what it counts, and as a condition. Some names are misspelt as published.
_OF_2024: _Table = (
    ("total_ehc_plans", "Plans", "Plans maintained on the census day.", lambda _: True),
    ("review_expected", "Review expected", "Plans made before 1 January {year}.", lambda one: one.expected),
    ("review_not_expected", "Not expected", "Plans made since 1 January {year}.", lambda one: not one.expected),
    ("review_meeting_{nn}", "Meeting in {next}", "Latest meeting from 1 January {next} to census day.", _met("after")),
    ("review_meeting_{yy}", "Meeting in {year}", "Latest meeting in {year}.", _met("year")),
    ("review_meeting_prior_{yy}", "Meeting before {year}", "Latest meeting before {year}.", _met("prior")),
    ("total_review_meeting", "Any meeting", "A meeting is known: the three columns before.", lambda one: one.has_meeting),
    ("no_review_meeting", "No meeting", "A review was expected and no meeting is known.", _met("none")),
    (
        "review_decision{nn}", "Decision in {next}",
        "Decision on the latest meeting notified from 1 January {next} to census day.", _decided("after"),
    ),
    ("review_decision{yy}", "Decision in {year}", "Decision on the latest meeting notified in {year}.", _decided("year")),
    (
        "review_decision_prior{yy}", "Decision before {year}",
        "Decision on the latest meeting notified before {year}.", _decided("prior"),
    ),
    (
        "review_decision_not_due", "Decision not due",
        "No decision on the latest meeting, and 28 days from it end on 31 December {year} or later.", _decided("not_due"),
    ),
    (
        "review_decision_outstanding", "Decision outstanding",
        "No decision on the latest meeting, and 28 days from it ended before 31 December {year}.", _decided("outstanding"),
    ),
    ("outcome_amend", "Amend", "The latest meeting led to a decision to amend.", _led_to("amend")),
    ("outcome_cease", "Cease", "The latest meeting led to a decision to cease.", _led_to("cease")),
    ("outcome_maintan", "Maintain", "The latest meeting led to a decision to maintain.", _led_to("maintain")),
    ("no_outcome", "No outcome", "A meeting and no outcome.", _led_to("none")),
    ("number_decsion_4weeks", "Within four weeks", "Decision notified within 28 days of its meeting.", _took("within")),
    ("number_decision_gt_4weeks", "Over four weeks", "Decision notified later than 28 days from its meeting.", _took("over")),
)  # fmt: skip
# A review is completed when its decision is notified; outcome and weeks are those of completed reviews alone.
_RE_CUT: _Table = (
    ("total_ehc_plans", "Plans", "Plans maintained on the census day.", lambda _: True),
    ("review_expected_{year}", "Review expected", "Plans made before 1 January {year}.", lambda one: one.expected),
    ("review_not_expected_{year}", "Not expected", "Plans made since 1 January {year}.", lambda one: not one.expected),
    (
        "review_completed_{year}", "Completed in {year}",
        "Decision on the latest meeting notified from 1 January {year} to census day.", is_completed,
    ),
    (
        "review_completed_prior_{year}", "Completed before {year}",
        "Decision on the latest meeting notified before {year}.", lambda one: one.decision == "prior",
    ),
    (
        "review_not_completed", "Not completed",
        "A review was expected: no meeting, or no decision on the latest one.",
        lambda one: one.expected and not one.is_dated,
    ),
    ("outcome_amended", "Amended", "Completed with a decision to amend.", _completed_with("amend")),
    ("outcome_ceased", "Ceased", "Completed with a decision to cease.", _completed_with("cease")),
    ("outcome_maintained", "Maintained", "Completed with a decision to maintain.", _completed_with("maintain")),
    ("no_outcome_recorded", "No outcome recorded", "Completed, no outcome recorded.", _completed_with("none")),
    ("decision_4_weeks", "Within four weeks", "Completed within 28 days of the meeting.", _completed_in("within")),
    (
        "decision_over_4_weeks", "Over four weeks",
        "Completed later than 28 days from the meeting, or the meeting is not known.", _completed_in("over"),
    ),
)  # fmt: skip
