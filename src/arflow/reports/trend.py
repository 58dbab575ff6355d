"""How timeliness moved from one month, quarter or academic year to the next."""

from arflow.replay.sql import literal
from arflow.reports import measuring
from arflow.reports.groups import Grouping, grouping
from arflow.reports.looking import Looking
from arflow.reports.report import Chart, Column, Report, Row, Section

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
    measuring.define(looking, "measured", group)
    counts = measuring.section(
        looking, "measured", group, name="counts", title="The counts behind the lines", where=_WHERE
    )
    return Report(
        name="trend",
        title="How timeliness moved",
        about="The share of each duty that was met, by the time of the review's meeting. The last of them are not complete: "
        f"what is still running counts neither as met nor as late.{looking.ahead}",
        asked=looking.asked,
        log=looking.log,
        sections=(_lines(looking, group), counts),
        definitions=measuring.DEFINITIONS,
    )


def _lines(looking: Looking, group: Grouping) -> Section:
    shares = [
        f"count_if(duty = {literal(duty)} and {test})"
        for duty in DUTIES
        for test in ("outcome = 'met'", "outcome in ('met', 'contested', 'late')")
    ]
    found = looking.rows(
        f"""select grp, count(distinct review), {", ".join(shares)} from measured where {_WHERE}
            group by grp, grp_order order by grp_order"""
    )
    rows: tuple[Row, ...] = tuple(
        (name, reviews, *(measuring.percent(*counts[at : at + 2]) for at in range(0, len(counts), 2)))
        for name, reviews, *counts in found
    )
    return Section(
        name="met",
        title="Share met",
        note="Met as a share of met, contested and late.",
        columns=(
            *group.columns,
            Column(name="reviews", title="Reviews held", unit="count"),
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
        cases=measuring.cases(looking, "measured", _WHERE, group),
    )
