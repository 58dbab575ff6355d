"""`arflow audit`: the story of a case with its duties, as text, JSON, a page or a PDF."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_CASE
from arflow.cli.figures.report_options import Moment
from arflow.cli.files import check_new, new_file, to_file
from arflow.cli.output import as_json, table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import console, hand_over, say
from arflow.errors import MissingValue
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.evidence.trail import CaseTrail, Trail

_FORMS = ("text", "json", "html", "pdf")


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.option("--format", "form", type=click.Choice(_FORMS), help="Default: by the name of --output, else text.")
@click.option("--known-at", type=Moment(), help="Only what had been recorded by this moment (default: all).")
@to_file
@click.pass_obj
def audit(
    session: Session, /, case: str, form: str | None, known_at: datetime | None, output: Path | None, *, force: bool
) -> None:
    """Tell the whole story of a review or a plan from its events; late entries, corrections and skipped steps stand out.

    \b
    Example:
      arflow audit R-2026-000001 --format pdf --output R-2026-000001.pdf
    """
    from arflow.evidence.checkpoint_folder import newest, said
    from arflow.evidence.trail import trail

    form = _form(form, output, as_json=session.as_json)
    if output is not None:
        check_new(output, force=force)
    elif form == "pdf" or (form == "html" and sys.stdout.isatty()):
        raise MissingValue("--output", f"a trail as {form} goes to a file: --output {case}.{form}")
    made = trail(session.app, case, made_at=session.app.now, known_at=known_at)
    if output is None:
        _print(made, form)
        if form == "text":
            say(said(newest(os.environ)), err=True)
        return
    with new_file(output, force=force) as file:
        file.write(_written(made, form))
    say(f"Written to {output}", err=True)


def _form(asked: str | None, output: Path | None, *, as_json: bool) -> str:
    if as_json and asked not in (None, "json"):
        raise click.UsageError(f"--json and --format {asked} contradict each other: give one of them")
    suffix = output.suffix.lstrip(".").lower() if output else ""
    by_name = suffix if suffix in _FORMS else "text"
    return "json" if as_json else asked or by_name


def _print(made: "Trail", form: str) -> None:
    if form == "text":
        show(console(), made)
        return
    hand_over(_written(made, form))


def _written(made: "Trail", form: str) -> bytes:
    match form:
        case "pdf":
            from arflow.evidence.trail.as_pdf import as_pdf

            return as_pdf(made)
        case "html":
            from arflow.evidence.trail.as_html import as_html

            return as_html(made).encode()
        case "json":
            return f"{as_json(_document(made))}\n".encode()
        case _:
            import io

            text = io.StringIO()
            show(console(text), made)
            return text.getvalue().encode()


def _document(made: "Trail") -> dict[str, Any]:
    """The trail as other tools read it, with the counts and sentences that people see."""
    import msgspec

    from arflow.evidence.trail.trail_words import outcome

    document: dict[str, Any] = msgspec.to_builtins(made)
    for part, shown in zip(made.parts, document["parts"], strict=True):
        shown["stands_out"] = part.stands_out
        for duty, kept in zip(part.duties, shown["duties"], strict=True):
            kept["outcome"] = outcome(duty, made.as_at)
    return document | {"stands_out": made.stands_out}


def show(out: Any, made: "Trail") -> None:
    """A trail as text: a mark at the margin where an entry stands out."""
    from arflow.evidence.trail import trail_words

    out.print(f"Audit trail of {made.case}", style="bold")
    out.print(trail_words.lead(made), soft_wrap=True)
    if made.is_plan:
        out.print(f"Reviews: {len(made.parts) - 1}. Entries that stand out: {trail_words.counts(made.stands_out)}.")
    for part in made.parts:
        _part(out, made, part)
    log = f"Made {trail_words.moment_shown(made.made_at)} from the log up to event {made.position:,}, head {made.head}"
    out.print(f"\n{log}", soft_wrap=True, style="dim")


def _part(out: Any, made: "Trail", part: "CaseTrail") -> None:
    from arflow.evidence.trail import trail_words

    out.print(f"\n{trail_words.title(part)}", style="bold", soft_wrap=True)
    facts = [(name, found if isinstance(found, str) else trail_words.day_shown(found)) for name, found in part.facts]
    shown = [
        ("State", part.state),
        *facts,
        ("Law", f"{part.citation}; definition {part.workflow}"),
        ("Stands out", trail_words.counts(part.stands_out)),
    ]
    for name, found in shown:
        out.print(f"  {name}: {found}", soft_wrap=True)
    if part.steps:
        steps = [
            (step.label, trail_words.days_of(step) + (", corrected" if step.corrected else "")) for step in part.steps
        ]
        table(out, ("Step", "Done"), steps, empty="")
    rows = [
        (
            duty.text,
            _last_day(duty.due, duty.outer),
            f"{in_words(duty.state).capitalize()}. {trail_words.outcome(duty, made.as_at)}",
            duty.citation,
        )
        for duty in part.duties
        if duty.state != "not_applicable"
    ]
    # A column called "Last day" is never cut, and here it may hold two.
    table(out, ("Duty", "Due by", "Outcome", "Law"), rows, empty="  No duty applies.")
    for line in part.lines:
        _line(out, line)


def _last_day(due: Any, outer: Any) -> str:
    from arflow.evidence.trail.trail_words import day_shown

    return day_shown(due) if due == outer else f"{day_shown(due)} (or {day_shown(outer)})"


def _line(out: Any, line: Any) -> None:
    from arflow.evidence.trail.trail_words import moment_shown

    def print_(words: str, style: str = "") -> None:
        out.print(words, soft_wrap=True, style=style)

    law = f" ({line.citation})" if line.citation else ""
    evidence = f" Evidence: {line.evidence}." if line.evidence else ""
    print_(f"{'!' if line.marks else ' '} {line.on}  {line.text}{law}.{evidence}")
    for mark in line.marks:
        print_(f"!             {mark}", "bold")
    by = line.recorded_by or "somebody not named"
    print_(f"              {line.case} #{line.number}, recorded {moment_shown(line.recorded_at)} by {by}", "dim")
