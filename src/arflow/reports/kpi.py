"""The set of key figures that authorities and inspectors ask for, each with its definition, and what the log cannot say."""

from datetime import date, timedelta

from msgspec import structs

from arflow.periods import corresponding_date
from arflow.replay.sql import literal
from arflow.reports.cases import PLAN, Field, cases
from arflow.reports.groups import Grouping, grouping
from arflow.reports.kpi_measures import MEASURES, define
from arflow.reports.looking import Looking
from arflow.reports.measuring import percent, rounded
from arflow.reports.report import Column, Report, Section

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
)
_THIS, _BEFORE = "expected and this_year", "expected and before"
# The columns of the DfE's table, what each counts, and the plans it counts as SQL.
CENSUS = {
    "total_ehc_plans": ("Plans maintained on the day.", "true"),
    "review_expected": ("Plans first made before the year.", "expected"),
    "review_not_expected": ("Plans first made in the year or after it.", "not expected"),
    "review_completed": ("Of those expected: latest decision notified in the year or after it.", _THIS),
    "review_completed_prior": ("Of those expected: latest decision notified before the year.", _BEFORE),
    "review_not_completed": (
        "Of those expected: no decision is known.",
        f"expected and not ({_THIS}) and not ({_BEFORE})",
    ),
    "outcome_amended": ("Of those completed: decisions to amend.", f"{_THIS} and outcome = 'amend'"),
    "outcome_ceased": ("Of those completed: decisions to cease.", f"{_THIS} and outcome = 'cease'"),
    "outcome_maintained": ("Of those completed: decisions to maintain.", f"{_THIS} and outcome = 'maintain'"),
    "no_outcome_recorded": (
        "Of those completed: reviews before arflow, entered without one.",
        f"{_THIS} and outcome is null",
    ),
    "decision_4_weeks": ("Of those completed: decided within 28 days of the meeting.", f"{_THIS} and in_4_weeks"),
    "decision_over_4_weeks": ("Of those completed: later, or the meeting not known.", f"{_THIS} and not in_4_weeks"),
}


def kpi(looking: Looking) -> Report:
    """The key figures of a period, by default of the year to the day; the columns of the census; what is not held."""
    looking = _of_a_year(looking)
    advice = define(looking)
    year = looking.asked.as_at.year - 1
    return Report(
        name="kpi",
        title="Key figures of annual reviews",
        about="The figures that authorities and inspectors ask for. Each is a share with a fixed numerator and denominator; "
        f"what the log cannot say is listed and not counted as nought.{looking.ahead}",
        asked=looking.asked,
        log=looking.log,
        sections=(_figures(looking), _census(looking, year), _not_held(advice=advice)),
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
        f"""select {group.selected} item, measure, count_if(counted), count(*), median(days), quantile_cont(days, 0.9)
            from kpi group by grp, grp_order, place, item, measure order by grp_order, place"""
    )
    rows = tuple(
        (*first, part, whole, percent(part, whole), rounded(median), rounded(p90))
        for *first, part, whole, median, p90 in found
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
        ),
        rows=rows,
        cases=cases(looking, group, _CASE, "kpi order by grp_order, place, counted desc, plan, review"),
    )


def _census(looking: Looking, year: int) -> Section:
    """The twelve columns of the DfE's table of annual reviews, of the calendar year before the day's."""
    start = literal(date(year, 1, 1))
    looking.keep(
        "kpi_census",
        f"""with latest as (
                select plan, review as decided_in, outcome as decision, day_held as held, day_notified as notified
                from review_facts where day_notified is not null and not cancelled
                qualify row_number() over (partition by plan order by day_notified desc, review desc) = 1)
            select plan, setting, coordinator, decided_in as review, decision as outcome, held, decided as notified,
                coalesce(first_made < {start}, true) as expected, coalesce(decided >= {start}, false) as this_year,
                coalesce(decided < {start}, last_reviewed_quality is not null) as before,
                coalesce(decided <= held + 28, false) as in_4_weeks
            from (select *, coalesce(notified, last_reviewed) as decided from plan_facts left join latest using (plan))
            where not plan_ended""",
    )
    counted = " union all ".join(
        f"select {place} as place, {literal(name)} as column_name, kpi_census.* from kpi_census where {where}"
        for place, (name, (_, where)) in enumerate(CENSUS.items())
    )
    looking.define("kpi_census_cases", counted)
    counts = dict(looking.rows("select column_name, count(*) from kpi_census_cases group by column_name"))
    column = Column(name="column", title="Column")
    fields = (
        Field(column, "column_name"), *PLAN, Field(Column(name="review", title="Review"), "review"),
        Field(Column(name="held", title="Held", unit="day"), "held"),
        Field(Column(name="notified", title="Notified", unit="day"), "notified"),
    )  # fmt: skip
    return Section(
        name="census",
        title=f"The DfE's columns for {year}",
        note="Item 11, never grouped. The calendar year before the day of the report: for the return, ask with --as-at on the "
        "census day. Expected is completed, prior and not completed; completed is amended, ceased, maintained and no "
        "outcome, and also within and over four weeks.",
        columns=(
            column,
            Column(name="plans", title="Plans", unit="count"),
            Column(name="counts", title="What it counts"),
        ),
        rows=tuple((name, counts.get(name, 0), definition) for name, (definition, _) in CENSUS.items()),
        cases=cases(looking, grouping("all", ""), fields, "kpi_census_cases order by place, plan"),
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
