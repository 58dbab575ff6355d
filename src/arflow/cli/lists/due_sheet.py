"""The list of what is due as a sheet."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from arflow.cli.figures.report_output import Output, emit_report
from arflow.cli.lists.due_lines import act_shown, why_shown
from arflow.cli.session import Session
from arflow.figures.report import Asked, Column, Report, Row, Section
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.lists.due_items import DueLine
    from arflow.lists.unreadable import Unreadable

_COLUMNS = (
    Column(name="last_day", title="Last day", unit="day", definition="Of the earliest duty that the act meets."),
    Column(name="days", title="Days left", unit="count", definition="Until the last day; less than 0 once late."),
    Column(name="state", title="State"),
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="act", title="Act", definition="What is to be done first."),
    Column(
        name="limit", title="Limit", definition="The duty that sets the last day, and the others that the act meets."
    ),
    Column(name="also", title="Also", definition="The other acts outstanding, with their last days."),
    Column(name="owner", title="Owner", definition="Who owes the duty."),
    Column(name="next", title="Next", definition="Who acts next."),
    Column(name="setting", title="Setting"),
    Column(name="coordinator", title="Coordinator", definition="Who holds the case for the authority."),
    Column(name="why", title="Why"),
)


def write(
    session: Session,
    cases: Sequence["Unreadable"],
    lines: Sequence["DueLine"],
    path: Path,
    *,
    today: date,
    force: bool,
) -> None:
    """Write the whole list to a file, and answer how long it is."""
    rows = (*(_unreadable_row(one) for one in cases), *(_row(one) for one in lines))
    section = Section(name="due", title="What is due", columns=_COLUMNS, rows=rows)
    about = "The acts outstanding, most urgent first: one line a review, or a plan without one."
    asked = Asked(as_at=today)
    report = Report(name="due", title="What is due", about=about, asked=asked, log=None, sections=(section,))
    form = path.suffix.lower().lstrip(".")
    output = Output(form=form, path=path, force=force, section=None, cases=False, where=())  # type: ignore[arg-type]
    emit_report(report, output)
    session.emit({"rows": len(rows), "file": str(path)}, lambda out: out.print(f"{counted(len(rows), 'line')}."))


def _row(line: "DueLine") -> Row:
    item = line.first
    return (
        item.due,
        item.slack,
        item.state,
        item.plan,
        item.review,
        act_shown(item),
        item.limits,
        line.others,
        item.owner,
        item.holder,
        item.setting,
        item.coordinator,
        why_shown(item),
    )


def _unreadable_row(case: "Unreadable") -> Row:
    return (None, None, "unreadable", case.plan, *[None] * 8, case.because)
