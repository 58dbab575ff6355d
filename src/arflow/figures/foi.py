"""The figures that are asked for under the Freedom of Information Act, always the same, with small numbers not shown."""

from collections.abc import Sequence

import msgspec

from arflow.figures import backlog, suppression
from arflow.figures.measures import annual
from arflow.figures.report import Column, Report, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal, months_on

BANDS = ("up to 6 months", "over 6 and up to 12 months", "over 12 and up to 24 months", "over 24 months")
_MONTHS = (6, 12, 24)
_STAGES = ("no meeting held", "meeting held, decision not notified")
_ANSWERS = ("within 4 weeks", "later, or not yet and late", "not yet, and in time", "not known")
DEFINITIONS = {
    "incomplete": "Plans whose 12 months have ended without a completed review: nobody was notified of a decision (CFA 2014 "
    "s.44(1); Code 9.169), by how long ago that was.",
    "over 6, 12 and 24 months": "The sum of the bands; not shown where one of them is not.",
    "never reviewed": backlog.DEFINITIONS["never reviewed"],
    "by year": "Annual reviews by the calendar year of their meeting, and whether the decision was notified within four weeks of "
    "it (SEND Regs 2014 r.20(10), r.21(9)-(10)). Cancelled reviews and interim ones of children under five are left out.",
}


def foi(looking: Looking, threshold: int = suppression.THRESHOLD) -> Report:
    """The pack, as at a day; it names no case and no setting."""
    backlog.define(looking)
    looking.count("twelve_months", "decision")
    return Report(
        name="foi",
        title="Annual reviews of EHC plans: figures for requests under the Freedom of Information Act 2000",
        about=f"The same questions each time. {suppression.rule(threshold)}{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_incomplete(looking, threshold), _never(looking, threshold), _years(looking, threshold)),
        definitions={**DEFINITIONS, suppression.MARK: suppression.rule(threshold)},
    )


def _incomplete(looking: Looking, threshold: int) -> Section:
    today = literal(looking.asked.as_at)
    band = " ".join(f"when {today} <= {months_on('due', months)} then {n}" for n, months in enumerate(_MONTHS))
    found = looking.rows(
        f"""select case {band} else {len(_MONTHS)} end as band, (plan in (select plan from backlog_not_held))::INTEGER as unheld,
                count(*)
            from duties where review = '' and duty = 'twelve_months' and state = 'overdue' group by all"""
    )
    counts = {(row[0], 0 if row[1] else 1): row[2] for row in found}
    shown = suppression.with_totals([[counts.get((b, s), 0) for s in (0, 1)] for b in range(len(BANDS))], threshold)
    rows = [(name, *_cells(numbers)) for name, numbers in zip((*BANDS, "total"), shown, strict=True)]
    rows += [(f"over {months} months", *_cells(_over(shown, n + 1))) for n, months in enumerate(_MONTHS[:-1])]
    return Section(
        name="incomplete",
        title="Plans whose review was not completed in its 12 months",
        columns=(Column(name="since", title="Since the 12 months ended"), *_numbers((*_STAGES, "total"))),
        rows=tuple(rows),
        note="The last two rows are sums of the bands above them.",
    )


def _over(shown: suppression.Grid, first: int) -> list[int | None]:
    """The sum of the bands from one on; nothing where one of them is not shown."""
    columns = zip(*shown[first : len(BANDS)], strict=True)
    return [None if None in column else sum(value or 0 for value in column) for column in columns]


def _never(looking: Looking, threshold: int) -> Section:
    found = looking.rows(
        "select coalesce(year(first_made)::VARCHAR, 'not known') as made, count(*) from backlog_plans where never_reviewed "
        "group by all order by made"
    )
    first = Column(name="made", title="Plan first made in")
    empty = Section(name="never", title="Plans never reviewed", columns=(first,), rows=())
    return _filled(empty, ("plans",), {made: [number] for made, number in found}, threshold)


def _years(looking: Looking, threshold: int) -> Section:
    found = looking.rows(
        f"""select year(on_hold)::VARCHAR as met, case when d.state = 'met' then 0
                when d.state in ('contested', 'breached', 'overdue') then 1
                when d.state in ('running', 'due_soon') then 2 else 3 end,
                count(*)
            from duties d join review_facts using (review)
            where duty = 'decision' and on_hold is not null and {annual(looking)} group by all order by all"""
    )
    counts: dict[str, list[int]] = {}
    for met, answer, number in found:
        counts.setdefault(met, [0] * len(_ANSWERS))[answer] = number
    first = Column(name="year", title="Year")
    empty = Section(name="years", title="Annual reviews by the year of their meeting", columns=(first,), rows=())
    return _filled(empty, _ANSWERS, counts, threshold)


def _filled(section: Section, heads: Sequence[str], counts: dict[str, list[int]], threshold: int) -> Section:
    """The section, which has its first column, with the counts of each thing that the column names, and totals."""
    shown = suppression.with_totals(list(counts.values()), threshold) if counts else []
    names = (*counts, "total") if len(counts) > 1 else tuple(counts)
    columns = (*heads, "total") if len(heads) > 1 else tuple(heads)
    rows = tuple((name, *_cells(numbers)) for name, numbers in zip(names, shown, strict=True))
    return msgspec.structs.replace(section, columns=(*section.columns, *_numbers(columns)), rows=rows)


def _numbers(heads: Sequence[str]) -> tuple[Column, ...]:
    """Columns of numbers, which are text, since some of them are not shown."""
    return tuple(
        Column(name=head.replace(",", "").replace(" ", "_"), title=head[0].upper() + head[1:]) for head in heads
    )


def _cells(numbers: Sequence[int | None]) -> Row:
    return tuple(suppression.MARK if number is None else f"{number:,}" for number in numbers)
