"""The reviews of the DfE's table by the law: what each side calls in time, counted beside each other, and why they differ."""

from collections.abc import Callable, Mapping
from datetime import date

from arflow.figures import measures
from arflow.figures.groups import grouping
from arflow.figures.measures import percent
from arflow.figures.report import Column, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.sen2.dfe.place_in_table import Standing
from arflow.sen2.dfe.published_columns import RE_CUT_FROM, is_completed

_COLUMNS = (
    Column(name="measure", title="Measure"),
    Column(name="dfe", title="DfE: in time", unit="count"),
    Column(name="dfe_of", title="of", unit="count"),
    Column(name="dfe_percent", title="DfE %", unit="percent"),
    Column(name="law", title="Law: met", unit="count"),
    Column(name="law_of", title="of", unit="count"),
    Column(name="law_percent", title="Law %", unit="percent"),
    Column(name="why", title="Why they differ"),
)


def section(looking: Looking, year: int, standings: Mapping[Standing, int]) -> Section:
    """Three questions that the DfE and the law answer differently, of the same plans and reviews; `review_items` is defined."""
    measures.define(looking, "dfe_measured", grouping("all", "on_hold"))
    nothing = (0, 0)
    expected = f"(plan_start is null or plan_start < {literal(date(year, 1, 1))})"
    re_cut = year >= RE_CUT_FROM
    kept = _duties(looking, expected, f"last_review >= {literal(date(year, 1, 1))}" if re_cut else "true")
    completed = _decided(standings, re_cut=re_cut)
    return Section(
        name="law",
        title="Beside the law",
        note="Of the plans of which a review was expected, each with its latest review. Met is on or before the strict last day "
        "as at the census day; contested and late ones, and those still undecided after it, count as not met. Reviews of "
        "before arflow, told by a return, are the DfE's alone: nothing shows what the law asks of them.",
        columns=_COLUMNS,
        rows=(
            _line(
                "Decision within four weeks",
                _four_weeks(standings, re_cut=re_cut),
                kept.get("decision", nothing),
                FOUR_WEEKS,
            ),
            _line(
                "Decision within twelve months",
                completed,
                kept.get("twelve_months", nothing),
                COMPLETED,
            ),
            _line(
                "Reviewed in the last twelve months",
                completed if re_cut else _met(standings),
                _running(looking, expected),
                RE_CUT_CLOCK if re_cut else CLOCK,
            ),
        ),
    )


FOUR_WEEKS = (
    "The DfE counts dated decisions alone, 28 days from the meeting. So does the law (SEND Regs 2014 r.20(10)), but there a "
    "decision that has not come when they end is late, not left out. The twelve months are a measure of their own."
)
COMPLETED = (
    "The DfE asks whether the decision on the latest meeting was notified in the calendar year or since, of all plans expected. "
    "The law gives each review twelve months from the last one (CFA 2014 s.44(1)(b)): a decision in the year may be late."
)
CLOCK = (
    "The DfE asks whether the latest meeting fell in the calendar year or since: a year and two weeks at most, of one meeting. "
    "The law's twelve months run from the last notified decision, and on the census day they have ended or not."
)
RE_CUT_CLOCK = (
    "The table of 2025 has no column of meetings: the DfE asks, as in the line above, whether the decision on the latest "
    "meeting was notified in the calendar year or since. The law's twelve months run from the last notified decision, and on "
    "the census day they have ended or not."
)


def _line(measure: str, dfe: tuple[int, int], law: tuple[int, int], why: str) -> Row:
    return (measure, *dfe, percent(*dfe), *law, percent(*law), why)


def _four_weeks(standings: Mapping[Standing, int], *, re_cut: bool) -> tuple[int, int]:
    """As the table of the year has it: of dated decisions on a known meeting, or re-cut of reviews completed in the year."""
    counts = is_completed if re_cut else _is_met
    within = _count(standings, lambda one: counts(one) and one.weeks == "within")
    return within, within + _count(standings, lambda one: counts(one) and one.weeks == "over")


def _is_met(one: Standing) -> bool:
    return one.has_meeting


def _decided(standings: Mapping[Standing, int], *, re_cut: bool) -> tuple[int, int]:
    done = _count(standings, lambda one: is_completed(one) and (re_cut or one.has_meeting))
    return done, _count(standings, lambda one: one.expected)


def _met(standings: Mapping[Standing, int]) -> tuple[int, int]:
    met = _count(standings, lambda one: one.meeting in ("year", "after"))
    return met, _count(standings, lambda one: one.expected)


def _count(standings: Mapping[Standing, int], holds: Callable[[Standing], bool]) -> int:
    return sum(n for one, n in standings.items() if holds(one))


def _duties(looking: Looking, expected: str, four_weeks_of: str) -> dict[str, tuple[int, int]]:
    """How many of the latest reviews kept a duty, of those for which it is settled whether they did.

    The four weeks are those of the reviews that the table of the year counts, and of those without a decision.
    """
    found = looking.rows(
        f"""select duty, count_if(outcome = 'met'), count_if(outcome in ('met', 'contested', 'late'))
            from dfe_measured join review_items using (review) where duty in ('decision', 'twelve_months') and {expected}
                and (duty <> 'decision' or last_review is null or {four_weeks_of})
            group by duty"""
    )
    return {duty: (met, settled) for duty, met, settled in found}


def _running(looking: Looking, expected: str) -> tuple[int, int]:
    """How many plans have twelve months that have not ended, of those that have any."""
    looking.count("twelve_months")
    found = looking.rows(
        f"""select count_if(state in ('running', 'due_soon')), count_if(state not in ('not_applicable', 'not_started'))
            from duties join review_items using (plan)
            where duties.review = '' and duty = 'twelve_months' and {expected}"""
    )
    running, settled = found[0]
    return running or 0, settled or 0
