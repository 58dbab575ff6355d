"""Why duties were late: breaches by the reason, cause and remedy that were recorded of them."""

from arflow.figures.groups import Grouping
from arflow.figures.report import Chart, Column, Section
from arflow.figures.viewpoint import Looking
from arflow.history.sql import ORIGIN, literal
from arflow.law.late_reasons import Code, code_list

NOT_SAID = "not said"
# Each explanation as it was last recorded. What is recorded today explains a breach of long ago, whatever day is looked at.
# A plan owes the same duty again every year: there the last day says which of them is meant.
EXPLAINED = f"""select plan, coalesce(review, '') as review, duty, coalesce(proceeding, 0) as proceeding,
        case when review is null then due else {ORIGIN} end as of_due, arg_max(because, version) as because,
        arg_max(cause, version) as cause, arg_max_null(remedy, version) as remedy
    from known where event = 'LatenessExplained' group by all"""
OF_DUE = f"case when review = '' then due else {ORIGIN} end as of_due"
KEYS = "plan, review, duty, proceeding, of_due"
DEFINITIONS = {
    "reason": "As recorded with `arflow lateness explain`, in the authority's own codes. The breach is derived from the record; "
    "without a breach a reason counts nowhere.",
    NOT_SAID: "Nobody has recorded why.",
}


def reasons(looking: Looking, group: Grouping) -> Section:
    """The breaches of the relation `breaches` by cause, reason and remedy, the most frequent first."""
    codes = code_list()
    cause, reason, remedy = (
        _in_words(column, known)
        for column, known in (("cause", codes.cause), ("because", codes.reason), ("remedy", codes.remedy))
    )
    rows = looking.rows(
        f"""select {group.selected} {cause} as in_cause, {reason} as in_reason, {remedy} as in_remedy, count(*) as total,
                median(days_late), max(days_late)
            from breaches group by grp, grp_order, in_cause, in_reason, in_remedy
            order by grp_order, in_reason = {literal(NOT_SAID)}, total desc, in_cause, in_reason, in_remedy"""
    )
    return Section(
        name="reasons",
        title="Why they were late",
        columns=(
            *group.columns,
            Column(name="cause", title="Cause"),
            Column(name="reason", title="Reason", definition=DEFINITIONS["reason"]),
            Column(name="remedy", title="Remedy"),
            Column(name="total", title="Breaches", unit="count"),
            Column(name="median_days_late", title="Median days late", unit="days"),
            Column(name="most_days_late", title="Most days late", unit="days"),
        ),
        rows=rows,
        chart=Chart(
            kind="bar",
            x="reason",
            series=("total",),
            title="Breaches by reason",
            says="A bar for each reason, as long as there are breaches with it; the table has the figures.",
        ),
    )


def _in_words(column: str, codes: tuple[Code, ...]) -> str:
    """A code as its list says it; one that the list no longer has as it was recorded."""
    cases = " ".join(f"when {literal(one.id)} then {literal(one.text)}" for one in codes)
    return f"case coalesce({column}, '') when '' then {literal(NOT_SAID)} {cases} else {column} end"
