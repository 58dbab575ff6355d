"""`arflow workflow coverage`: what arflow does about each paragraph of the law, and what it does not."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import new_file, to_file
from arflow.cli.output import as_json
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import hand_over
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.law.coverage import Paragraph

# As in coverage.py; the definitions are only loaded when they are asked for.
_STATUSES = ("modelled", "recorded-only", "not-modelled")
_STYLES = {"modelled": "green", "recorded only": "yellow", "not modelled": "dim"}


@click.command(cls=Command)
@click.option("--status", "statuses", multiple=True, type=click.Choice(_STATUSES), help="Only these; repeatable.")
@click.option(
    "--format", "form", type=click.Choice(("table", "csv", "html", "json")), default="table", show_default=True
)
@to_file
@click.pass_obj
def coverage(session: Session, /, statuses: tuple[str, ...], form: str, output: Path | None, *, force: bool) -> None:
    """List every paragraph of the law of reviews, and the rules around it: modelled, recorded only or not, and its tests.

    \b
    Example:
      arflow workflow coverage --status not-modelled
    """
    from arflow.law import coverage as law

    wanted = {status.replace("-", " ") for status in statuses} or set(law.STATUSES)
    found = [paragraph for paragraph in law.coverage() if paragraph.status in wanted]
    form = "json" if session.as_json and form == "table" else form
    if form == "table":
        if output is not None:
            raise click.UsageError("--output goes with --format csv, html or json: a table is for the terminal")
        session.emit(None, lambda out: _page(out, found))
        return
    written = {"csv": _csv, "html": _html, "json": _json}[form](found)
    if output is None:
        hand_over(written.encode())
        return
    with new_file(output, force=force) as file:
        file.write(written.encode())
    session.emit({"file": str(output), "format": form}, lambda out: out.print(f"Written to {output}."))


def _counts(found: "list[Paragraph]") -> str:
    statuses = Counter(paragraph.status for paragraph in found)
    said = ", ".join(f"{number} {status}" for status, number in statuses.most_common())
    unread = sum(bool(paragraph.not_verified) for paragraph in found)
    return f"{counted(len(found), 'paragraph')}: {said}" + (
        f"; the wording of {unread} is not verified" if unread else ""
    )


def _state() -> str:
    from arflow.law.coverage import state_of_the_law

    as_of, traced = state_of_the_law()
    return f"The law as of {as_of.day} {as_of:%B %Y}. {traced}"


def _carried_by(paragraph: "Paragraph") -> str:
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in paragraph.carried_by.items())


def _row(paragraph: "Paragraph") -> dict[str, Any]:
    return {
        "paragraph": paragraph.citation,
        "status": paragraph.status,
        "text": paragraph.text,
        "reason": paragraph.reason,
        "note": paragraph.note,
        "not_verified": paragraph.not_verified,
        "carried_by": paragraph.carried_by,
        "tests": paragraph.tests,
    }


def _csv(found: "list[Paragraph]") -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(_row(found[0]))
    for paragraph in found:
        flat = {"carried_by": _carried_by(paragraph), "tests": " ".join(paragraph.tests)}
        lines.writerow((_row(paragraph) | flat).values())
    return written.getvalue()


def _json(found: "list[Paragraph]") -> str:
    return as_json([_row(paragraph) for paragraph in found]) + "\n"


def _html(found: "list[Paragraph]") -> str:
    from arflow.papers.pages import render

    rules = dict.fromkeys(paragraph.rule for paragraph in found)
    groups = {rule: [paragraph for paragraph in found if paragraph.rule == rule] for rule in rules}
    return render("coverage.html", title="Coverage of the law", groups=groups, counts=_counts(found), state=_state())


def _page(out: Any, found: "list[Paragraph]") -> None:
    """Each paragraph with its answer; a letter that shares it, in one line."""
    from arflow.figures.rendering.cells import Styled

    out.print(_counts(found), style="bold")
    out.print(_state())
    before: dict[str, Any] = {}
    for paragraph in found:
        answer = {**_row(paragraph), "paragraph": "", "text": ""}
        lines = [paragraph.text, *_answer(paragraph)] if answer != before else []
        if lines:
            out.print()
            out.print(Styled(paragraph.citation, "bold"), "", Styled(paragraph.status, _STYLES[paragraph.status]))
        else:
            out.print(f"  {paragraph.id}: {paragraph.text}")
        for number, line in enumerate(lines):
            out.print(line, style="dim" if number else "", indent=2)
        before = answer


def _answer(paragraph: "Paragraph") -> Iterator[str]:
    if paragraph.carried_by:
        yield _carried_by(paragraph)
    if paragraph.reason:
        yield f"Why not: {paragraph.reason}."
    if paragraph.note:
        yield f"Note: {paragraph.note}."
    if paragraph.not_verified:
        yield f"Not verified: {paragraph.not_verified}."
    yield from (f"Held by {test}" for test in paragraph.tests)
