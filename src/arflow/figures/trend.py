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
_AFTER_DECISION = ("amendment_notice", "final_plan")
PROVISIONAL = (
    "The share may still move: the time is not over, a review held in it has time left for the duty, or its decision, which may "
    "call for an amendment, has not come. With the share in percent if each of them were late, and if each were met."
)


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
        about="The share of each duty that was met, by the time of the review's meeting. The last of them are provisional: what "
        f"is met early counts at once, and what is still running as neither met nor late.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_lines(looking, group, counts), counts),
        definitions=measures.DEFINITIONS | {"provisional": PROVISIONAL},
    )


def _lines(looking: Looking, group: Grouping, counts: Section) -> Section:
    """The shares of the counts, a row for each time and a column for each duty."""
    at = [column.name for column in counts.columns].index("met_percent")
    shares: dict[Cell, dict[Cell, Cell]] = {}
    for row in counts.rows:
        shares.setdefault(row[0], {})[row[1]] = row[at]
    open_still = _provisional(looking, counts)
    rows: tuple[Row, ...] = tuple(
        (time, *(of.get(duty) for duty in DUTIES), open_still.get(time)) for time, of in shares.items()
    )
    return Section(
        name="met",
        title="Share met",
        note="Met as a share of met, contested and late.",
        columns=(
            *group.columns,
            *(Column(name=duty, title=title, unit="percent") for duty, title in DUTIES.items()),
            Column(name="provisional", title="Provisional", definition=PROVISIONAL),
        ),
        rows=rows,
        chart=Chart(
            kind="line",
            x=group.by,
            series=tuple(DUTIES),
            title="Share of duties met, by the time of the meeting",
            says="A line for each duty: the share met in percent from one time to the next; a hollow point is provisional; the "
            "table has the figures.",
            provisional="provisional",
        ),
        cases=measures.cases(looking, "measured", _WHERE, group),
    )


def _provisional(looking: Looking, counts: Section) -> dict[Cell, str]:
    """For each time that is not complete its duties, each with the bounds between which its share will come to lie."""
    by = looking.asked.by
    undecided = dict(
        looking.rows("select grp, count_if(duty = 'decision' and done is null) from measured group by grp")
    )
    ((now,),) = looking.rows(f"select {grouping(by, literal(looking.asked.as_at)).value}")
    names = [column.name for column in counts.columns]
    found: dict[Cell, dict[str, tuple[int, int, int]]] = {time: {} for time in undecided}
    for row in counts.rows:
        of = dict(zip(names, row, strict=True))
        figures = [int(of[name] or 0) for name in ("met", "contested", "late", "running")]  # type: ignore[arg-type]
        found.setdefault(row[0], {})[str(of["duty"])] = (figures[0], sum(figures[:3]), figures[3])
    told: dict[Cell, str] = {}
    for time, duties in found.items():
        bounds = []
        for duty, title in DUTIES.items():
            met, finished, running = duties.get(duty, (0, 0, 0))
            waiting = running + (undecided.get(time, 0) if duty in _AFTER_DECISION else 0)
            if waiting or (time == now and finished):
                low, high = (measures.percent(part, finished + waiting) for part in (met, met + waiting))
                bounds.append(f"{title}: {low} to {high}")
        if bounds:
            told[time] = "; ".join(bounds)
    return told
