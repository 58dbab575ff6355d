"""`arflow workflow …`: the definitions that reviews run under."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.base import BY, EVIDENCE, ON, REASON, Group, Session, emit_done, table
from arflow.definition import PUBLISHED, published_digests
from arflow.library import Library

if TYPE_CHECKING:
    from arflow.workflow import Workflow

STATUTORY = "annual_review.2015"


def _library() -> Library:
    folder = os.environ.get("ARFLOW_WORKFLOWS")
    return Library(*([Path(folder)] if folder else []))


@click.group(cls=Group)
def workflow() -> None:
    """Look at, check and draw workflow definitions; an authority's own stand in the folder ARFLOW_WORKFLOWS.

    \b
    Example:
      arflow workflow show annual_review.2015
    """


@workflow.command("list")
@click.pass_obj
def list_(session: Session, /) -> None:
    """List the definitions there are.

    \b
    Example:
      arflow workflow list
    """
    library = _library()
    found = [library.load(name) for name in library.paths()]
    rows = [
        {
            "id": one.id,
            "title": one.header.title,
            "in_force_from": one.header.in_force_from,
            "extends": one.header.extends,
            "published": library.paths()[one.id].name in published_digests(library.paths()[one.id].parent),
            "sha256": one.sha256,
        }
        for one in found
    ]
    heads = ("Workflow", "Title", "In force from", "Extends", "Published", "SHA-256")
    lines = [[*list(row.values())[:5], str(row["sha256"])[:16] + "…"] for row in rows]
    session.emit(rows, lambda out: table(out, heads, lines, empty="There are none."))


@workflow.command()
@click.argument("workflow_id", metavar="[WORKFLOW]", default=STATUTORY)
@click.pass_obj
def show(session: Session, /, workflow_id: str) -> None:
    """Show a definition: policy, steps, invitees and duties, each with its citation.

    \b
    Example:
      arflow workflow show annual_review.2015
    """
    found = _library().load(workflow_id)
    session.emit(found, lambda out: _page(out, found))


def _page(out: Any, found: "Workflow") -> None:
    import msgspec

    out.print(
        f"{found.id}: {found.header.title}\nIn force from {found.header.in_force_from}. SHA-256 {found.sha256}\n",
        soft_wrap=True,
    )
    policy = msgspec.structs.asdict(found.policy).items()
    table(out, ("Policy", "Option"), policy, empty="", title="How time is counted")
    steps = [(step.id.replace("_", "-"), step.text, step.word, step.citation) for step in found.steps]
    table(out, ("Step", "", "Word", "Law"), steps, empty="", title="Steps")
    invitees = [(one.title, one.word, one.citation) for one in found.invitees]
    table(out, ("Invitee", "Word", "Law"), invitees, empty="", title="Who is invited")
    duties = [
        (
            duty.id,
            duty.owner,
            duty.word,
            "\n".join(limb.text for limb in duty.due),
            duty.citation,
            duty.known_from or found.header.known_from,
        )
        for duty in found.duties
    ]
    table(
        out,
        ("Duty", "Whose", "Word", "Due (the earliest)", "Law", "Known from"),
        duties,
        empty="",
        title="Duties",
    )
    kinds = [(name, kind.text, kind.citation) for name, kind in found.kinds.items()]
    table(out, ("Kind", "", "Law"), kinds, empty="", title="Kinds of review")


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
    paths = files or tuple(_library().paths().values())
    faults = [fault for path in paths for fault in Library(path.parent).check_file(path)[1]]
    document = {"checked": [path.name for path in paths], "sound": not faults, "faults": faults}
    sound = f"{len(paths)} definition(s) checked, no fault found."
    session.emit(document, lambda out: out.print("\n".join(map(str, faults)) or sound, soft_wrap=True, markup=False))
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
    from arflow import diagram as drawing

    found = _library().load(workflow_id)
    if form == "png" and out is None:
        raise click.UsageError("a PNG needs --out FILE")
    drawn = drawing.mermaid(found).encode() if form == "mermaid" else drawing.image(found, form)
    if out is None:
        click.echo(drawn, nl=False)
        return
    out.write_bytes(drawn)
    session.emit({"file": str(out), "format": form}, lambda shown: shown.print(f"Drawn to {out}."))


@workflow.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def publish(session: Session, /, file: Path) -> None:
    """Lock a version: note its SHA-256, after which a change of the file is a fault.

    \b
    Example:
      arflow workflow publish workflows/anyshire.2026.toml
    """
    from arflow.errors import DefinitionRefused, NotPossible

    found, faults = Library(file.parent).check_file(file)
    if faults or found is None:
        raise DefinitionRefused(faults)
    lock = file.parent / PUBLISHED
    if file.name in published_digests(file.parent):
        raise NotPossible(f"{file.name} is published already")
    with lock.open("a", encoding="utf-8") as lines:
        lines.write(f"{found.sha256}  {file.name}\n")
    document = {"workflow": found.id, "sha256": found.sha256}
    session.emit(document, lambda out: out.print(f"{found.id} is published: {found.sha256}", soft_wrap=True))


@workflow.command()
@click.argument("review_id", metavar="REVIEW")
@click.option(
    "--to",
    "to",
    required=True,
    metavar="WORKFLOW",
    help="The definition to go on under, such as annual_review.2015.",
)
@REASON
@EVIDENCE
@BY
@ON
@click.pass_obj
def migrate(session: Session, /, review_id: str, to: str, **facts: Any) -> None:
    """Move a running review to another definition; recorded as an event with its reason.

    \b
    Example:
      arflow workflow migrate R-2026-000001 --to anyshire.2026 --reason "Panel introduced"
    """
    from arflow.commands import MigrateReview

    emit_done(session, session.app.act(review_id, MigrateReview(workflow=to, **facts)))
