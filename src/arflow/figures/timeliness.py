"""How timely reviews were: each duty of the reviews held in a period, at any day, as known at any moment."""

from collections.abc import Iterator

from arflow.figures import measures
from arflow.figures.groups import Grouping, grouping
from arflow.figures.report import Report, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal

ABOUT = (
    "How each duty was kept in the reviews whose meeting was held in the period, by whoever had to keep it. "
    "Reviews that were due and not held are not here: see the backlog."
)


_SECTIONS = {
    "school": (
        "The school's share",
        "Notice, papers and report, where the school arranges the review (SEND Regs 2014 r.20).",
    ),
    "local_authority": (
        "The local authority's share",
        "Decision, amendment notice, final plan and phase transfer; and notice, papers and report where the authority "
        "arranges the review itself (SEND Regs 2014 r.20, r.21).",
    ),
    "twelve_months": (
        "Within twelve months",
        "The meeting held within the twelve months, and the decision notified within them, which is what the law asks for "
        "(CFA 2014 s.44(1); Code 9.169).",
    ),
}


def timeliness(looking: Looking) -> Report:
    """The school's share, the local authority's share, and the twelve months, for each group."""
    group = grouping(looking.asked.by, "on_hold")
    measures.define(looking, "measured", group)
    return Report(
        name="timeliness",
        title="How timely annual reviews were",
        about=f"{ABOUT}{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=tuple(_sections(looking, group)),
        definitions=measures.DEFINITIONS,
    )


def _sections(looking: Looking, group: Grouping) -> Iterator[Section]:
    found = measures.counted(looking, "measured")
    for share, (title, note) in _SECTIONS.items():
        own = tuple(row for row in found if row[0] == share)
        where = f"share = {literal(share)}"
        yield measures.section(looking, "measured", group, own, name=share, title=title, where=where, note=note)
