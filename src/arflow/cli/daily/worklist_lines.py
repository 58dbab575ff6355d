"""The day's worklist as people read it: a count for each coordinator, then each one's lines."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from arflow.cli.figures.report_output import Output, emit_report
from arflow.cli.output import table
from arflow.daily.worklist import MATTERS, Line, Matter, Worklist
from arflow.errors import InvalidValue
from arflow.figures.report import Asked, Column, Report, Row, Section

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console

_FORMS = {".html": "html", ".csv": "csv", ".txt": "table", ".json": "json", ".xlsx": "xlsx"}
_NOBODY = "Nobody"
_TITLES = {
    "unreadable": "Cannot be read",
    "late": "Late",
    "contested": "Contested",
    "due_soon": "Due soon",
    "meeting_passed": "Meeting passed",
    "report_to_send": "Report to send on",
    "decided_not_told": "Decided, not told",
    "outbox_trouble": "Not arrived",
    "to_approve": "To approve",
    "to_post": "To post",
    "paper_waiting": "Papers waiting",
}
_COLUMNS = (
    Column(name="coordinator", title="Coordinator", definition="Who holds the case for the authority."),
    Column(name="matter", title="Matter", definition="Why it stands here: late, due soon, decided and not told, …"),
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="what", title="What", definition="The duty, the message or the paper."),
    Column(name="last_day", title="Last day", unit="day"),
    Column(
        name="days", title="Days left", unit="count", definition="Until the strict last day; less than 0 once late."
    ),
    Column(name="next", title="Next", definition="Who acts next."),
    Column(name="why", title="Why"),
    Column(name="needs", title="Needs", definition="What people of the case need and nobody has recorded as met."),
)


def form_of(path: Path) -> str:
    """The form of a worklist by the ending of its file; InvalidValue for one that there is not."""
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise InvalidValue("--worklist", path.name, f"a file that ends in {', '.join(_FORMS)}", tuple(_FORMS))
    return form


def write(worklist: Worklist, path: Path) -> None:
    """Write the whole worklist to a file, over the one of an earlier run."""
    form = form_of(path)
    whole = _one_table(worklist) if form in ("csv", "xlsx") else _by_coordinator(worklist)
    output = Output(form=form, path=path, force=True, section=None, cases=False, where=())  # type: ignore[arg-type]
    emit_report(_report(worklist, whole), output)


def show(out: "Console", worklist: Worklist) -> None:
    """A count for each coordinator."""
    heads = ("Coordinator", *(_TITLES[matter] for matter in _matters(worklist)))
    counts = [[cell or "" for cell in row] for row in _counts(worklist)]
    table(out, heads, counts, empty="Nothing is to do.", title=f"To do on {worklist.on}")
    if worklist.unplaced:
        out.print(f"{_unplaced(worklist)} See `arflow inbox list`.")


def _unplaced(worklist: Worklist) -> str:
    return f"Messages in the inbox that belong to no case yet: {worklist.unplaced:,}."


def _report(worklist: Worklist, sections: tuple[Section, ...]) -> Report:
    unplaced = f" {_unplaced(worklist)}" if worklist.unplaced else ""
    return Report(
        name="worklist",
        title="Worklist",
        about=f"What is late or due, decided and not told, not sent, and come in, for each coordinator.{unplaced}",
        asked=Asked(as_at=worklist.on),
        log=None,
        sections=sections,
    )


def _one_table(worklist: Worklist) -> tuple[Section, ...]:
    rows = tuple(_row(line) for line in worklist.lines)
    return (Section(name="worklist", title="Worklist", columns=_COLUMNS, rows=rows),)


def _by_coordinator(worklist: Worklist) -> tuple[Section, ...]:
    counted = (
        Column(name="coordinator", title="Coordinator"),
        *(Column(name=matter, title=_TITLES[matter], unit="count") for matter in _matters(worklist)),
    )
    each = [
        Section(
            name=f"coordinator_{number}",
            title=name or "Cases that nobody holds",
            columns=_COLUMNS[1:],
            rows=tuple(_row(line)[1:] for line in worklist.of(name)),
        )
        for number, name in enumerate(worklist.coordinators(), 1)
    ]
    counts = tuple(_counts(worklist))
    return (Section(name="counts", title="Coordinators", columns=counted, rows=counts), *each)


def _matters(worklist: Worklist) -> list[Matter]:
    """Those that are counted: that a case cannot be read is seldom, and has a column only where there is one."""
    there = {line.matter for line in worklist.lines}
    return [matter for matter in MATTERS if matter != "unreadable" or matter in there]


def _counts(worklist: Worklist) -> list[Row]:
    rows: list[Row] = []
    for name in worklist.coordinators():
        found = Counter(line.matter for line in worklist.of(name))
        rows.append((name or _NOBODY, *(found[matter] for matter in _matters(worklist))))
    return rows


def _row(line: Line) -> Row:
    return (
        line.coordinator or _NOBODY,
        line.matter,
        line.plan,
        line.review,
        line.what,
        line.last_day,
        line.days,
        line.holder,
        line.why,
        line.needs,
    )
