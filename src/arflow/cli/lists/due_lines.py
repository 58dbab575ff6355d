"""The list of what is due as people read it: on the terminal, and as a sheet."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from arflow.cli.case.case_view import state_text
from arflow.cli.figures.report_output import Output, emit_report
from arflow.cli.output import table
from arflow.cli.session import Session
from arflow.figures.report import Asked, Column, Report, Row, Section
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from rich.console import Console

    from arflow.lists.due_items import DueItem, DueLine
    from arflow.lists.unreadable import Unreadable

_SHOWN_ON_A_TERMINAL = 60
_HEADS = ("Last day", "Days", "State", "Plan", "Review", "Act", "Limit", "Also", "Whose", "Next", "Coordinator", "")
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


def show(out: "Console", cases: Sequence["Unreadable"], lines: Sequence["DueLine"], limit: int | None) -> None:
    """The list on a terminal; there it is cut after a screen or two, and says so."""
    total = len(cases) + len(lines)
    most = limit if limit is not None else _SHOWN_ON_A_TERMINAL if out.is_terminal else total
    rows = [*(_unreadable_line(one) for one in cases), *(_line(one) for one in lines[: max(0, most - len(cases))])][
        :most
    ]
    heads, kept = _without_blank(rows)
    if rows or not total:
        table(out, heads, kept, empty="Nothing is outstanding.")
    if len(rows) < total:
        out.print(
            f"{len(rows)} of {total} shown; narrow the list with --within, --coordinator, --state or --limit, "
            "or take it all with --output due.xlsx."
        )


def _without_blank(rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The heads and cells of the columns that have something to say."""
    kept = [
        at for at, head in enumerate(_HEADS) if not rows or head not in ("", "Also") or any(row[at] for row in rows)
    ]
    return [_HEADS[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _line(line: "DueLine") -> tuple[object, ...]:
    item = line.first
    return (
        item.due or "not known",
        _slack(item.slack),
        state_text(item.state),
        item.plan,
        item.review or "none open",
        _act(item),
        item.limits,
        line.others,
        "LA" if item.owner == "local authority" else item.owner,
        _next(item),
        item.coordinator,
        _why(item),
    )


def _next(item: "DueItem") -> str:
    """Who acts next; of nobody, what the plan lacks."""
    if item.holder != "nobody":
        return item.holder
    lacks = [name for name, held in (("coordinator", item.coordinator), ("setting", item.setting)) if not held]
    return f"nobody (no {', no '.join(lacks)})"


def _act(item: "DueItem") -> str:
    return in_words(item.act) + (" (decided, not told)" if item.decided_not_told else "")


def _why(item: "DueItem") -> str:
    return item.reason or ("" if item.quality == "known" else f"day {item.quality}")


def _unreadable_line(case: "Unreadable") -> tuple[object, ...]:
    return ("not known", "", "cannot be read", case.plan, *[""] * 7, case.because)


def _slack(days: int | None) -> str:
    if days is None:
        return ""
    return f"{-days} late" if days < 0 else "today" if days == 0 else f"{days} left"


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
        _act(item),
        item.limits,
        line.others,
        item.owner,
        item.holder,
        item.setting,
        item.coordinator,
        _why(item),
    )


def _unreadable_row(case: "Unreadable") -> Row:
    return (None, None, "unreadable", case.plan, *[None] * 8, case.because)
