"""`arflow document …`: keep the papers of a case, find them, and check that they are what was kept."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_PLAN, A_REVIEW
from arflow.cli.files import FORCE
from arflow.cli.options import BY, DAY, listed
from arflow.cli.output import progress
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.papers.documents import Document, DocumentKind

# As arflow.papers.documents has them, which is loaded only where it is used.
KINDS = (
    "advice", "report", "plan", "final_plan", "amendments", "letter", "bundle", "invitation", "received", "evidence",
    "term_list", "other",
)  # fmt: skip
# `arflow amend final` keeps the one, once it has all that the law asks; `arflow termly-list make` keeps the other.
_KEPT_BY_OTHERS = ("final_plan", "term_list")
DIGEST = click.argument("digest", metavar="DIGEST")
PLAN = click.option("--plan", metavar="REF", type=A_PLAN, help="The case it belongs to.")


@click.group(cls=Group)
def document() -> None:
    """Keep the papers of a case: each once, under its SHA-256, in the folder or bucket that ARFLOW_DOCUMENTS names.

    \b
    Example:
      arflow document keep advice.pdf --plan P-1001 --kind advice --written-on 2026-01-12
    """


@document.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@PLAN
@click.option(
    "--review", metavar="ID", type=A_REVIEW, help="The review it belongs to; its plan need not be named then."
)
@click.option(
    "--kind", type=click.Choice([one for one in KINDS if one not in _KEPT_BY_OTHERS]), required=True, help="What it is."
)
@click.option("--written-on", type=DAY, help="The day it was written: how old evidence is stays known.")
@click.option("--name", metavar="TEXT", help="The file name to keep it under (default: its own). Erasable.")
@click.option("--shared", is_flag=True, help="A blank form or leaflet, with nobody's data, for every case.")
@BY
@click.pass_obj
def keep(
    session: Session,
    /,
    *,
    file: Path,
    plan: str | None,
    review: str | None,
    kind: "DocumentKind",
    written_on: date | None,
    name: str | None,
    shared: bool,
) -> None:
    """Keep a file, once however often it comes. Its type, its size and what the virus scanner says are checked.

    \b
    Example:
      arflow document keep advice.pdf --review R-2026-000001 --kind advice --written-on 2026-01-12
    """
    now = session.app.now
    kept = session.documents.keep(
        file,
        plan=session.plan_of(plan, review),
        kind=kind,
        name=name,
        review=review,
        written_on=written_on,
        shared=shared,
        by=session.app.officer_id,
        at=now,
    )
    was = "" if kept.kept_at == now else f", which it was already, as {kept.kind}, since {kept.kept_at:%Y-%m-%d}"
    session.emit(kept, lambda out: _say(out, f"{kept.digest} is kept for {kept.plan}{was}"))


@document.command("list")
@PLAN
@click.option("--review", metavar="ID", type=A_REVIEW)
@click.option("--kind", type=click.Choice(KINDS))
@listed
@click.pass_obj
def list_(session: Session, /, plan: str | None, review: str | None, kind: "DocumentKind | None") -> None:
    """List documents, those disposed of too: what each is, how old, and when it was kept.

    \b
    Example:
      arflow document list --plan P-1001 --kind advice
    """
    if plan or review:
        session.plan_of(plan, review)
    found = session.documents.of(plan=plan, review=review, kind=kind)
    heads = ("Document", "Plan", "Review", "Kind", "Name", "Size", "Written", "Kept", "Disposed of")
    rows = [
        (
            one.digest[:12],
            one.plan,
            one.review,
            one.kind,
            one.name,
            _size(one.size),
            one.written_on,
            one.kept_at.date(),
            one.disposed_at and f"{one.disposed_at:%Y-%m-%d}, {one.rule}",
        )
        for one in found
    ]
    session.emit_list(found, lambda: (heads, rows), empty="No documents. Keep one with `arflow document keep`.")


@document.command()
@DIGEST
@PLAN
@click.pass_obj
def show(session: Session, /, digest: str, plan: str | None) -> None:
    """Show what is known of a document; the beginning of its digest is enough.

    \b
    Example:
      arflow document show 2cf24dba5fb0
    """
    found = session.documents.document(digest, plan)
    session.emit(found, lambda out: _say(out, "\n".join(_facts(session, found))))


def _facts(session: Session, found: "Document") -> list[str]:
    names = session.app.directory.officer_names()
    facts: dict[str, Any] = {
        "Document": found.digest,
        "Plan": found.plan,
        "Review": found.review,
        "Kind": found.kind + (", for every case" if found.shared else ""),
        "Name": found.name,
        "Type": f"{found.media_type}, {_size(found.size)}",
        "Written on": found.written_on,
        "Kept": f"{found.kept_at:%Y-%m-%d %H:%M} UTC by {names.get(found.kept_by, found.kept_by)}",
    }
    if found.disposed_at:
        by = names.get(found.disposed_by or "", found.disposed_by)
        facts["Disposed of"] = f"{found.disposed_at:%Y-%m-%d %H:%M} UTC by {by}, under the rule {found.rule}"
    return [f"{name + ':':<13}{value}" for name, value in facts.items() if value is not None]


@document.command()
@DIGEST
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write it to this file.",
)
@FORCE
@click.pass_obj
def fetch(session: Session, /, digest: str, output: Path, force: bool) -> None:
    """Write a document to a file; one that was altered since it was kept is refused.

    \b
    Example:
      arflow document fetch 2cf24dba5fb0 --output advice.pdf
    """
    from shutil import copyfileobj

    from arflow.cli.files import check_new, new_file

    check_new(output, force=force)
    found = session.documents.document(digest)
    with session.documents.open(found.digest) as source, new_file(output, force=force) as file:
        copyfileobj(source, file)
    document = {"digest": found.digest, "file": output, "size": found.size}
    session.emit(document, lambda out: _say(out, f"{output}: {found.digest}, {_size(found.size)}"))


@document.command()
@click.option(
    "--remove-unrecorded", is_flag=True, help="Remove files that a stopped run left, of which nothing is known."
)
@click.pass_obj
@click.pass_context
def verify(context: click.Context, session: Session, /, remove_unrecorded: bool) -> None:
    """Read every document again and name each that is missing or was altered, and files of which nothing is known.

    \b
    Example:
      arflow document verify
    """
    from arflow.papers.documents import verification

    with progress("Reading documents") as report:
        found = verification.verify(session.documents, session.app.now, report)
    if remove_unrecorded:
        verification.remove_unrecorded(session.documents, found.unrecorded)
    faults = [f"{digest} is {fault}" for digest, fault in found.faults.items()]
    left = [f"{name} is not recorded{', and was removed' if remove_unrecorded else ''}" for name in found.unrecorded]
    sound = f"{counted(found.sound, 'document')} read: sound"
    session.emit(found, lambda out: _say(out, "\n".join([*faults, *left, sound])))
    if faults:
        context.exit(1)


def _say(out: Any, text: str) -> None:
    out.print(text, soft_wrap=True)


def _size(size: int) -> str:
    if size < 1_000:
        return counted(size, "byte")
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1_000:.1f} kB"
