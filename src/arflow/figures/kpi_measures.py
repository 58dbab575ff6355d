"""The key figures: each with a fixed numerator and denominator, counted over one relation of cases."""

from typing import NamedTuple

from arflow.figures import backlog, transfers
from arflow.figures.groups import grouping
from arflow.figures.measures import annual
from arflow.figures.viewpoint import Looking
from arflow.history.sql import any_of, literal, one_of


class Measure(NamedTuple):
    """One figure: `counted` of the rows of `relation` that are `among`, and the days to show, all as SQL."""

    item: str
    name: str
    numerator: str
    denominator: str
    relation: str
    counted: str
    among: str = "true"
    days: str = "null::INTEGER"
    in_doubt: str = "in_doubt"

    @property
    def definition(self) -> str:
        """Both parts in words."""
        return f"{self.numerator}, of {self.denominator}."


_DUE = "periods of twelve months that end in the period, and are over, of plans and their reviews"
_HELD = "the reviews whose meeting was held in the period"
_AMEND = f"{_HELD} and whose decision to amend was notified"
_PLANS = "the plans maintained on the day"
_FOUR_WEEKS, _EIGHT_WEEKS, _TWELVE_WEEKS, _TWO_WEEKS = 28, 56, 84, 14


def _over(start: str, days: int) -> str:
    """Whether a time is over on the day of the report; what was done early must not count before what was not."""
    return f"coalesce({start} + {days} < as_at, false)"


def _advice(role: str, item: str, who: str) -> Measure:
    return Measure(
        item, f"advice_of_{role}",
        f"Reviews to which {who} gave advice by the day of the meeting, or said that there is nothing to add",
        _HELD, "kpi_held", f"coalesce(advice_{role} <= held, false)", "advice_is_recorded", f"held - advice_{role}",
    )  # fmt: skip


_COHORTS = {
    "by_15_february": (
        "Transfers into or between schools final by 15 February",
        "transfer not in ('secondary_to_post16', 'post16_to_post16')",
    ),
    "by_31_march": ("Transfers from secondary to post-16 final by 31 March", "transfer = 'secondary_to_post16'"),
    "five_months_before": (
        "Transfers between post-16 institutions final five months before",
        "transfer = 'post16_to_post16'",
    ),
}
MEASURES = (
    Measure("1", "held_on_time", "Meeting held by the strict last day of the twelve months", _DUE, "kpi_due",
            "coalesce(held <= due, false)", _over("due", 0), "held - clock_start"),
    Measure("1", "completed_on_time", "Decision notified by the strict last day of the twelve months", _DUE, "kpi_due",
            "coalesce(notified <= due, false)", _over("due", 0), "notified - clock_start"),
    Measure("2", "decision_in_4_weeks", "Decision notified within 28 days of the meeting",
            f"{_HELD}, more than 28 days ago", "kpi_held", f"coalesce(notified <= held + {_FOUR_WEEKS}, false)",
            _over("held", _FOUR_WEEKS), "notified - held"),
    Measure("3", "notice_with_decision", "Amendment notice sent with the decision, on its day or before", _AMEND, "kpi_held",
            "coalesce(notice <= notified, false)", "outcome = 'amend' and notified is not null", "notice - notified"),
    Measure("3", "notice_after_decision", "Amendment notice sent on a later day than the decision", _AMEND, "kpi_held",
            "coalesce(notice > notified, false)", "outcome = 'amend' and notified is not null", "notice - notified"),
    Measure("4", "final_in_8_weeks", "Final amended plan, or decision not to amend, within 56 days of the amendment notice",
            f"{_HELD} and whose amendment notice was sent more than 56 days ago", "kpi_held",
            f"coalesce(final_on <= notice + {_EIGHT_WEEKS}, false)",
            f"outcome = 'amend' and notice is not null and {_over('notice', _EIGHT_WEEKS)}", "final_on - notice"),
    Measure("4", "final_in_12_weeks", "Final amended plan, or decision not to amend, within 84 days of the meeting",
            f"{_AMEND}, the meeting more than 84 days ago", "kpi_held", f"coalesce(final_on <= held + {_TWELVE_WEEKS}, false)",
            f"outcome = 'amend' and notified is not null and {_over('held', _TWELVE_WEEKS)}", "final_on - held"),
    *(
        Measure("5", name, numerator, "the plans maintained with such a transfer whose day falls in the period and is past",
                "kpi_transfers", "result in ('in_time', 'contested')", f"\"outer\" < as_at and {cohort}", in_doubt="false")
        for name, (numerator, cohort) in _COHORTS.items()
    ),
    *(
        Measure("6", f"outcome_{outcome}", f"Decisions to {outcome}", f"{_HELD} and whose decision was notified", "kpi_held",
                f"outcome = {literal(outcome)}", "outcome is not null and notified is not null")
        for outcome in ("amend", "maintain", "cease")
    ),
    Measure("7", "incomplete", "Plans with a meeting held and no decision notified; the ladder is in the backlog report",
            _PLANS, "kpi_plans", "waiting_days is not null", days="waiting_days"),
    Measure("7", "overdue_not_held", "Plans whose twelve months are over and whose meeting was not held; the ladder is in the "
            "backlog report", _PLANS, "kpi_plans", "overdue_days is not null", days="overdue_days"),
    Measure("8", "never_reviewed", "Plans of which no review is known to have been completed", _PLANS, "kpi_plans",
            "never_reviewed"),
    Measure("8", "never_reviewed_over_12_months", "Plans never reviewed and made 12 months ago or longer", _PLANS, "kpi_plans",
            "never_reviewed_over_12_months"),
    Measure("8", "not_amended_for_3_years", "Plans made or last amended three years ago or longer",
            f"{_PLANS} that are known to have been amended within three years or not", "kpi_plans", "not_amended_for_3_years",
            "not last_change_not_known"),
    Measure("8", "last_change_not_known", "Plans that may have been amended before they were entered, less than three years ago",
            _PLANS, "kpi_plans", "last_change_not_known"),
    Measure("8", "last_decision_not_known", "Plans reviewed before they were entered, by a decision whose day is not known",
            _PLANS, "kpi_plans", "last_decision_not_known"),
    Measure("9", "school_report_in_2_weeks", "Report sent within 14 days of the meeting",
            f"{_HELD}, more than 14 days ago, and that the school arranged", "kpi_held",
            f"coalesce(reported <= held + {_TWO_WEEKS}, false)", f"of_school and {_over('held', _TWO_WEEKS)}",
            "reported - held"),
    _advice("health", "10", "health"),
    _advice("la_social_care", "10", "the authority's social care"),
)  # fmt: skip


def define(looking: Looking) -> bool:
    """Define the relation `kpi`, one row for each case of each measure; whether the log holds any advice at all."""
    (advice,) = looking.rows("select count(*) from known where event = 'AdviceReceived'")[0]
    backlog.define(looking)
    looking.keep("kpi_due", _due(looking))
    looking.keep("kpi_held", _held(looking, advice=bool(advice)))
    transfers.define(looking, "kpi_transfers", grouping(looking.asked.by, '"outer"'), within=looking.within('"outer"'))
    looking.keep("kpi_plans", _plans(looking))
    looking.define("kpi", " union all ".join(_query(measure, n) for n, measure in enumerate(MEASURES)))
    return bool(advice)


def _query(measure: Measure, place: int) -> str:
    return (
        f"select {place} as place, {literal(measure.item)} as item, {literal(measure.name)} as measure, grp, grp_order, plan, "
        f"review, setting, coordinator, ({measure.counted}) as counted, {measure.days} as days, {measure.in_doubt} as in_doubt "
        f"from {measure.relation} where {measure.among}"
    )


def _due(looking: Looking) -> str:
    """Each period of twelve months that ends in the period asked about; a plan's own where no open review has it."""
    looking.count("twelve_months")
    group, open_ones = (
        grouping(looking.asked.by, "due").sql,
        f"{annual(looking)} and day_notified is null and not finished",
    )
    return f"""
        with cases as (
            select plan, review, kind, setting, nc_year, coordinator, day_held as held, day_notified as notified,
                day_clock_start as clock_start from review_facts where {annual(looking)}
            union all
            select plan, '', 'no review', setting, nc_year, coordinator, null, null, day_clock_start from plan_facts
            where plan not in (select plan from review_facts where {open_ones}))
        select cases.*, due, quality <> 'known' as in_doubt, {literal(looking.asked.as_at)} as as_at, {group}
        from cases join duties using (plan, review)
        where duty = 'twelve_months' and state <> 'not_applicable' and {looking.within("due")}"""


def _held(looking: Looking, *, advice: bool) -> str:
    given = ", ".join(
        f"min(day) filter (role = {literal(role)}) as advice_{role}" for role in ("health", "la_social_care")
    )
    received = (
        "select substr(stream, 8) as review, day, role from acts where event = 'AdviceReceived' and day is not null"
    )
    return f"""
        with advice as (select review, {given} from ({received}) group by review)
        select plan, review, kind, setting, coordinator, outcome, day_held as held, day_notified as notified,
            day_notice_sent as notice, day_outcome_final as final_on, day_reported as reported, advice_health,
            advice_la_social_care, {literal(advice)} as advice_is_recorded, {_OF_SCHOOL.format(own=_own(looking))} as of_school,
            {literal(looking.asked.as_at)} as as_at, {_IN_DOUBT} as in_doubt, {grouping(looking.asked.by, "day_held").sql}
        from review_facts left join advice using (review)
        where day_held is not null and {annual(looking)} and {looking.within("day_held")}"""


# Whether a day of the review that these figures count is an estimate, or is not known.
_IN_DOUBT = any_of(
    f"quality_{name} <> 'known'" for name in ("held", "notified", "notice_sent", "outcome_final", "reported")
)
_OF_SCHOOL = "(arranged_by = 'school' and not coalesce(kind in {own}, false))"  # none is in an empty list


def _own(looking: Looking) -> str:
    """The kinds of review that the authority always arranges itself."""
    found = looking.rows("select distinct workflow, kind from review_facts")
    return one_of(kind for workflow, kind in found if looking.workflow_of(workflow).kinds[kind].arranger)


def _plans(looking: Looking) -> str:
    """Every plan maintained on the day, with what the backlog says about it."""
    return f"""
        with waiting as (select plan, max(days) as waiting_days from backlog_waiting
                where stage in {one_of(backlog.STAGES[:2])} group by plan),
        overdue as (select plan, max(days) as overdue_days from backlog_not_held group by plan)
        select plan, '' as review, setting, coordinator, waiting_days, overdue_days, never_reviewed,
            never_reviewed_over_12_months, not_amended_for_3_years, last_change_not_known, last_decision_not_known,
            clock_in_doubt as in_doubt,
            {grouping(looking.asked.by, literal(looking.asked.as_at)).sql}
        from (select * exclude (grp, grp_order) replace ('no review' as kind) from backlog_plans)
            left join waiting using (plan) left join overdue using (plan)
            left join (select plan, quality_clock_start <> 'known' as clock_in_doubt from plan_facts) using (plan)"""
