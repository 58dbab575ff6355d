"""`arflow workflow …`: the definitions that reviews run under."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_REVIEW
from arflow.cli.law.coverage import coverage
from arflow.cli.law.definitions_in_files import catalogue_with
from arflow.cli.law.examples import refuse_untested, test
from arflow.cli.law.migrate_all import migrate_all
from arflow.cli.law.replay import replay
from arflow.cli.law.rules_told import DRY_RUN, rules_act
from arflow.cli.options import BY, DAY_AHEAD, EVIDENCE, ON, REASON
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import hand_over
from arflow.law.catalogue import Catalogue
from arflow.law.definition import PUBLISHED, published_digests
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.application.rules_acts import Drafted

STATUTORY = "annual_review.2015"


@click.group(cls=Group)
def workflow() -> None:
    """Look at, check and publish workflow definitions; files of an authority's own stand in the folder ARFLOW_WORKFLOWS.

    \b
    Example:
      arflow workflow show annual_review.2015
    """


workflow.add_command(coverage)
workflow.add_command(replay)
workflow.add_command(test)


@workflow.command("list")
@click.pass_obj
def list_(session: Session, /) -> None:
    """List the definitions in files; `arflow rules list` shows which of them the store has published.

    \b
    Example:
      arflow workflow list
    """
    catalogue = catalogue_with()
    rows = [_row(catalogue, path) for path in catalogue.paths().values()]
    heads = ("Workflow", "Title", "In force from", "Extends", "Locked", "Faults", "SHA-256")
    lines = [[*list(row.values())[:-1], str(row["sha256"])[:16] + "…"] for row in rows]
    session.emit(rows, lambda out: table(out, heads, lines, empty="There are none."))


def _row(catalogue: Catalogue, path: Path) -> dict[str, object]:
    """One definition in a line; a faulty one too, as far as it can be read."""
    found, faults = catalogue.check_file(path)
    header = found.header if found else None
    return {
        "id": path.stem,
        "title": header.title if header else "",
        "in_force_from": header.in_force_from if header else None,
        "extends": header.extends if header else None,
        "locked": path.name in published_digests(path.parent),
        "faults": len(faults),
        "sha256": found.sha256 if found else "",
    }


@workflow.command()
@click.argument("workflow_id", metavar="[WORKFLOW]", default=STATUTORY)
@click.pass_obj
def show(session: Session, /, workflow_id: str) -> None:
    """Show a definition: how it counts, its steps, invitees and duties, each with its citation.

    \b
    Example:
      arflow workflow show annual_review.2015
    """
    from arflow.cli.law.definition_page import page

    found = catalogue_with().load(workflow_id)
    session.emit(found, lambda out: page(out, found))


@workflow.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
@click.pass_context
def check(context: click.Context, session: Session, files: tuple[Path, ...]) -> None:
    """Check definitions and list every fault with its file and place.

    \b
    Example:
      arflow workflow check workflows/anyshire.2026.toml
    """
    paths = files or tuple(catalogue_with().paths().values())
    listed = (fault for path in paths for fault in catalogue_with(path.parent).check_file(path)[1])
    faults = list(dict.fromkeys(listed))  # what two definitions extend is checked with each
    document = {"checked": [path.name for path in paths], "sound": not faults, "faults": faults}
    sound = f"{counted(len(paths), 'definition')} checked, no fault found."
    session.emit(document, lambda out: out.print("\n".join(map(str, faults)) or sound, soft_wrap=True))
    if faults:
        context.exit(1)


@workflow.command()
@click.argument("workflow_id", metavar="[WORKFLOW]", default=STATUTORY)
@click.option("--format", "form", type=click.Choice(("mermaid", "svg", "png")), default="mermaid", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the terminal.",
)
@click.pass_obj
def diagram(session: Session, /, workflow_id: str, form: str, out: Path | None) -> None:
    """Draw the state machine of a definition.

    \b
    Example:
      arflow workflow diagram annual_review.2015 --format svg --out annual_review.svg
    """
    from arflow.law import diagram as drawing

    found = catalogue_with().load(workflow_id)
    if form == "png" and out is None:
        raise click.UsageError("a PNG needs --out FILE")
    drawn = drawing.mermaid(found).encode() if form == "mermaid" else drawing.image(found, form)
    if out is None:
        hand_over(drawn)
        return
    with _writing(out):
        out.write_bytes(drawn)
    session.emit({"file": str(out), "format": form}, lambda shown: shown.print(f"Drawn to {out}."))


@workflow.command()
@click.argument("source", metavar="FILE|WORKFLOW")
@click.option(
    "--from", "starts", type=DAY_AHEAD, help="Reviews opened from this day on go under it (default: its own day)."
)
@click.option("--again", is_flag=True, help="Replace its text, where no review has been opened under it yet.")
@DRY_RUN
@REASON
@BY
@click.pass_obj
def publish(session: Session, /, source: str, starts: date | None, again: bool, **how: Any) -> None:
    """Publish a definition in the store: from its day on, whoever opens a review there opens it under this one.

    A WORKFLOW is one of the definitions that `arflow workflow list` shows, or that the store has published before. A duty of
    your own needs an example beside the file: see `arflow workflow test`.

    \b
    Example:
      arflow workflow publish workflows/anyshire.2026.toml --reason "Panel introduced" --dry-run
    """
    from arflow.application import rules_acts

    path = Path(source) if source.endswith(".toml") else catalogue_with().paths().get(source)

    def draft(app: "Arflow") -> "Drafted":
        drafted = rules_acts.publication(app, rules_acts.document_of(app, source), starts=starts, again=again)
        if path is not None:
            refuse_untested(path, catalogue_with(path.parent))
        return drafted

    rules_act(session, draft, **how)


@workflow.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--again", is_flag=True, help="Lock it as it is now, where it has not been published yet.")
@click.pass_obj
def lock(session: Session, /, file: Path, again: bool) -> None:
    """Lock a file: note its SHA-256 beside it, after which a change of the file is a fault.

    For whoever keeps definitions as files. What counts is what a store publishes: `arflow workflow publish`.

    \b
    Example:
      arflow workflow lock workflows/anyshire.2026.toml
    """
    from arflow.errors import DefinitionRefused, NotPossible

    found, faults = catalogue_with(file.parent).check_file(file, locked=not again)
    if faults or found is None:
        raise DefinitionRefused(faults)
    locked = published_digests(file.parent)
    if locked.get(file.name) == found.sha256:
        raise NotPossible(f"{file.name} is locked already")
    refuse_untested(file, catalogue_with(file.parent))
    lines = [f"{digest}  {name}\n" for name, digest in {**locked, file.name: found.sha256}.items()]
    with _writing(file.parent / PUBLISHED):
        (file.parent / PUBLISHED).write_text("".join(lines), encoding="utf-8")
    document = {"workflow": found.id, "sha256": found.sha256}
    session.emit(document, lambda out: out.print(f"{found.id} is locked: {found.sha256}", soft_wrap=True))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    from arflow.errors import NotPossible

    try:
        yield
    except OSError as error:
        raise NotPossible(f"cannot write {path}: {error.strerror}") from error


@workflow.command()
@click.argument("review_id", metavar="[REVIEW]", type=A_REVIEW, required=False)
@click.option("--all", "every", is_flag=True, help="Every open review that is under another definition.")
@click.option("--from", "came_from", multiple=True, metavar="WORKFLOW", help="With --all: only those under this one.")
@click.option(
    "--to",
    "to",
    required=True,
    metavar="WORKFLOW",
    help="The definition to go on under, such as annual_review.2015.",
)
@DRY_RUN
@REASON
@EVIDENCE
@BY
@ON
@click.pass_obj
def migrate(
    session: Session,
    /,
    review_id: str | None,
    to: str,
    *,
    every: bool,
    came_from: tuple[str, ...],
    dry_run: bool,
    **facts: Any,
) -> None:
    """Move a running review, or all of them, to another definition; each move is an event with its reason.

    With --all it says first what moves and which letters already sent would be wrong. With --dry-run it records nothing. A
    run that is cut short can be run again.

    \b
    Example:
      arflow workflow migrate R-2026-000001 --to anyshire.2026 --reason "Panel introduced"
      arflow workflow migrate --all --from annual_review.2015 --to anyshire.2026 --reason "Panel introduced" --dry-run
    """
    from arflow.case.review_commands import MigrateReview

    if every == bool(review_id):
        raise click.UsageError("name one REVIEW, or say --all")
    if every:
        if facts["on"]:
            raise click.UsageError("--on goes with one REVIEW: with --all each moves today")
        migrate_all(session, to, came_from, reason=facts["reason"], evidence=facts["evidence"], dry_run=dry_run)
        return
    if dry_run or came_from:
        raise click.UsageError("--dry-run and --from go with --all")
    emit_done(session, session.app.act(str(review_id), MigrateReview(workflow=to, **facts)))
