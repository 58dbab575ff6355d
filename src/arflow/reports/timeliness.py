"""How timely reviews were: each duty of the reviews held in a period, at any day, as known at any moment."""

from arflow.reports import measuring
from arflow.reports.groups import grouping
from arflow.reports.looking import Looking
from arflow.reports.measuring import MEETING
from arflow.reports.report import Report

_TWELVE_MONTHS = f"duty in ('twelve_months', '{MEETING}')"
ABOUT = (
    "How each duty was kept in the reviews whose meeting was held in the period, by whoever had to keep it. "
    "Reviews that were due and not held are not here: see the backlog."
)


def timeliness(looking: Looking) -> Report:
    """The school's share, the local authority's share, and the twelve months, for each group."""
    group = grouping(looking.asked.by, "on_hold")
    measuring.define(looking, "measured", group)
    shares = (
        (
            "school",
            "The school's share",
            f"owner = 'school' and not {_TWELVE_MONTHS}",
            "Notice, papers and report, where the school arranges the review (SEND Regs 2014 r.20).",
        ),
        (
            "local_authority",
            "The local authority's share",
            f"owner <> 'school' and not {_TWELVE_MONTHS}",
            "Decision, amendment notice, final plan and phase transfer; and notice, papers and report where the "
            "authority arranges the review itself (SEND Regs 2014 r.20, r.21).",
        ),
        (
            "twelve_months",
            "Within twelve months",
            _TWELVE_MONTHS,
            "The meeting held within the twelve months, and the decision notified within them, which is what the law "
            "asks for (CFA 2014 s.44(1); Code 9.169).",
        ),
    )
    return Report(
        name="timeliness",
        title="How timely annual reviews were",
        about=f"{ABOUT}{looking.ahead}",
        asked=looking.asked,
        log=looking.log,
        sections=tuple(
            measuring.section(looking, "measured", group, name=name, title=title, where=where, note=note)
            for name, title, where, note in shares
        ),
        definitions=measuring.DEFINITIONS,
    )
