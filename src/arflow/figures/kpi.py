"""The set of key figures that authorities and inspectors ask for, each with its definition, and what the log cannot say."""

from datetime import timedelta

from msgspec import structs

from arflow.figures.cases import PLAN, Field, cases
from arflow.figures.groups import Grouping, grouping
from arflow.figures.kpi_measures import MEASURES, define
from arflow.figures.measures import percent, rounded
from arflow.figures.report import Column, Report, Section
from arflow.figures.viewpoint import Looking
from arflow.law.periods import corresponding_date

_NOT_HELD = (
    (
        "3",
        "Whether the evidence went with the amendment notice",
        "The notice and its day are recorded, not its enclosures.",
    ),
    ("cut", "By locality", "The log holds no address: group by setting."),
    (
        "cut",
        "By education otherwise or at home",
        "The log knows only whether the plan names a setting: see “no setting”.",
    ),
    ("cut", "Of looked-after children", "The log does not hold whether a child is looked after."),
    ("cut", "By primary need", "The log does not hold needs."),
)
_DOUBT = "Cases of the denominator of which a day counted is an estimate, or is not known and read as the last that it can be."
_NO_ADVICE = (
    "10", "Contributions received from health and social care",
    "No advice has been recorded as received in this log, so that none given cannot be told from none recorded.",
)  # fmt: skip
_COLUMNS = (Column(name="item", title="Item"), Column(name="measure", title="Measure"))
_CASE = (
    *(Field(column, column.name) for column in _COLUMNS),
    Field(Column(name="counted", title="In the numerator"), "case when counted then 'yes' else 'no' end"),
    *PLAN,
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="days", title="Days", unit="days"), "days"),
    Field(Column(name="in_doubt", title="A day in doubt"), "case when in_doubt then 'yes' else 'no' end"),
)


def kpi(looking: Looking) -> Report:
    """The key figures of a period, by default of the year to the day, and what is not held."""
    looking = _of_a_year(looking)
    advice = define(looking)
    return Report(
        name="kpi",
        title="Key figures of annual reviews",
        about="The figures that authorities and inspectors ask for. Each is a share with a fixed numerator and denominator; "
        "what the log cannot answer is listed and not counted as zero. The DfE's own columns (item 11) are a report of "
        f"their own: arflow report dfe.{looking.caveats}",
        asked=looking.asked,
        log=looking.log,
        sections=(_figures(looking), _not_held(advice=advice)),
        definitions={measure.name: measure.definition for measure in MEASURES},
    )


def _of_a_year(looking: Looking) -> Looking:
    """The period asked about, or the twelve months that end on the day of the report."""
    asked = looking.asked
    if asked.start or asked.end:
        return looking
    start = corresponding_date(asked.as_at, -12) + timedelta(days=1)
    return structs.replace(looking, asked=structs.replace(asked, start=start, end=asked.as_at))


def _figures(looking: Looking) -> Section:
    group: Grouping = grouping(looking.asked.by, "due")
    found = looking.rows(
        f"""select {group.selected} item, measure, count_if(counted), count(*), median(days), quantile_cont(days, 0.9),
                count_if(in_doubt)
            from kpi group by grp, grp_order, place, item, measure order by grp_order, place"""
    )
    rows = tuple(
        (*first, part, whole, percent(part, whole), rounded(median), rounded(p90), in_doubt)
        for *first, part, whole, median, p90, in_doubt in found
    )
    return Section(
        name="kpi",
        title="Key figures",
        note="A measure with no case in the period is left out.",
        columns=(
            *group.columns,
            *_COLUMNS,
            Column(name="numerator", title="Counted", unit="count"),
            Column(name="denominator", title="Of", unit="count"),
            Column(name="percent", title="%", unit="percent"),
            Column(name="median_days", title="Median days", unit="days"),
            Column(name="p90_days", title="90th percentile", unit="days"),
            Column(name="in_doubt", title="Days in doubt", unit="count", definition=_DOUBT),
        ),
        rows=rows,
        cases=cases(looking, group, _CASE, "kpi order by grp_order, place, counted desc, plan, review"),
    )


def _not_held(*, advice: bool) -> Section:
    return Section(
        name="not_held",
        title="Not held",
        note="What is asked for and the log cannot say.",
        columns=(
            Column(name="item", title="Item"),
            Column(name="asked_for", title="Asked for"),
            Column(name="why", title="Why not"),
        ),
        rows=_NOT_HELD if advice else (*_NOT_HELD[:1], _NO_ADVICE, *_NOT_HELD[1:]),
    )
