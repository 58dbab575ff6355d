"""How timeliness moved from one month, quarter or academic year to the next."""

from arflow.figures import measures
from arflow.figures.groups import Grouping, grouping
from arflow.figures.report import Cell, Chart, Column, Report, Row, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal

DUTIES = {
    "notice": "Notice",
    "report": "Report",
    "decision": "Decision",
    "amendment_notice": "Amendment notice",
    "final_plan": "Final plan",
}
_WHERE = f"duty in ({', '.join(map(literal, DUTIES))})"


def trend(looking: Looking) -> Report:
    """The share met of each duty by the time of the meeting, as lines, and the counts behind them."""
    group = grouping(looking.asked.by, "on_hold")
    measures.define(looking, "measured", group)
    found = measures.counted(looking, "measured", where=_WHERE, share="'whoever'")
    counts = measures.section(
        looking, "measured", group, found, name="counts", title="The counts behind the lines", where=_WHERE
    )
    return Report(
        name="trend",
        title="How timeliness moved",
        about="The share of each duty that was met, by the time of the review's meeting. The last of them are not complete: "
        f"what is still running counts neither as met nor as late.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_lines(looking, group, counts), counts),
        definitions=measures.DEFINITIONS,
    )


def _lines(looking: Looking, group: Grouping, counts: Section) -> Section:
    """The shares of the counts, a row for each time and a column for each duty."""
    at = [column.name for column in counts.columns].index("met_percent")
    shares: dict[Cell, dict[Cell, Cell]] = {}
    for row in counts.rows:
        shares.setdefault(row[0], {})[row[1]] = row[at]
    rows: tuple[Row, ...] = tuple((time, *(of.get(duty) for duty in DUTIES)) for time, of in shares.items())
    return Section(
        name="met",
        title="Share met",
        note="Met as a share of met, contested and late.",
        columns=(
            *group.columns,
            *(Column(name=duty, title=title, unit="percent") for duty, title in DUTIES.items()),
        ),
        rows=rows,
        chart=Chart(
            kind="line",
            x=group.by,
            series=tuple(DUTIES),
            title="Share of duties met, by the time of the meeting",
            says="A line for each duty: the share met in percent from one time to the next; the table has the figures.",
        ),
        cases=measures.cases(looking, "measured", _WHERE, group),
    )
