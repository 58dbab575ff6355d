"""`arflow amend …`: the text of a plan, what is proposed to change in it, and the marked copies."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import to_file, write_file
from arflow.cli.output import table
from arflow.cli.papers import amend_files as files
from arflow.cli.papers.amend_case import AMENDMENTS, FROM, ROLES, keep, propose
from arflow.cli.papers.amend_final import final
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.events import Role

if TYPE_CHECKING:
    from arflow.papers.plan_text.amendments import Amendments
    from arflow.papers.plan_text.plan_text import PlanText
    from arflow.papers.plan_text.word_reader import FromWord

PLAN = click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The plan that the changes are to: .docx, .txt, .md or .json.",
)


@click.group(cls=Group)
def amend() -> None:
    """Propose changes to a plan, show them marked, and make the amended plan (SEND Regs 2014 r.22(2)).

    \b
    Example:
      arflow amend read plan.docx --output plan.json
      arflow amend from-word school.docx --plan plan.json --from setting --output changes.json
      arflow amend mark changes.json --plan plan.json --output marked.docx
      arflow amend accept changes.json --plan plan.json --output amended.docx
    """


@amend.command()
@files.file_argument("plan")
@to_file
@click.pass_obj
def read(session: Session, /, plan: Path, output: Path | None, *, force: bool) -> None:
    """Read a plan into sections A to K with numbered items; every fault is shown with its place.

    --output writes it in the form its name says: .docx or .txt to edit, .json to keep.

    \b
    Example:
      arflow amend read plan.docx --output plan.txt
    """
    from arflow.law.plan_sections import SECTIONS
    from arflow.papers.plan_text.plan_text import digest

    files.check_plan_output(output, force=force)
    found = files.read_plan(plan)
    if output:
        files.write_plan(output, found, force=force)
        return
    rows = [(letter, title, ", ".join(item.id for item in found.of(letter))) for letter, title in SECTIONS.items()]
    session.emit(
        {"digest": digest(found), "items": found.items},
        lambda out: table(out, ("Section", "What it sets out", "Items"), rows, empty=""),
    )


@amend.command()
@files.file_argument("old")
@files.file_argument("new")
@click.option(
    "--from", "proposer", type=click.Choice(ROLES), default="la_sen", show_default=True, help="Who proposes them."
)
@to_file
@click.pass_obj
def compare(session: Session, /, old: Path, new: Path, proposer: Role, output: Path | None, *, force: bool) -> None:
    """Compare two texts of a plan; what differs becomes proposed changes.

    --output writes the changes (.json), or the old plan with them marked: .docx with tracked changes, .html or .pdf.

    \b
    Example:
      arflow amend compare plan.docx revised.docx --output marked.docx
    """
    from arflow.papers.plan_text.comparison import compare_with_file

    files.check_copy_output(output, force=force)
    plan, found = files.read_plan(old), files.found_in(new)
    compared = compare_with_file(plan, found, by=proposer)
    files.told((*found.notes, *compared.notes))
    _give(session, plan, compared.amendments, output, force=force)


@amend.command("from-word")
@files.file_argument("file")
@PLAN
@FROM
@to_file
@click.pass_obj
def from_word(
    session: Session, /, file: Path, plan_file: Path, proposer: Role, output: Path | None, *, force: bool
) -> None:
    """Read the tracked changes of a Word file that a school or another sent; their authors' names go with them.

    Tracked text outside any item of the plan is listed, not dropped. --output as in `arflow amend compare`.

    \b
    Example:
      arflow amend from-word school.docx --plan plan.json --from setting --output changes.json
    """
    from arflow.papers.plan_text.word_reader import amendments_from_word
    from arflow.papers.word_files.package import LARGEST_FILE

    files.check_copy_output(output, force=force)
    plan = files.read_plan(plan_file)
    found = amendments_from_word(files.content_of(file, LARGEST_FILE), file.name, plan, by=proposer)
    files.told((*found.notes, *_not_placed(found)))
    _give(session, plan, found.amendments, output, force=force, more={"not_placed": found.not_placed})


def _not_placed(found: "FromWord") -> tuple[str, ...]:
    return tuple(
        f"not placed, in {one.place}, {'added' if one.added else 'removed'} by {one.author or 'nobody named'}: {one.text}"
        for one in found.not_placed
    )


def _give(
    session: Session,
    plan: "PlanText",
    amendments: "Amendments",
    output: Path | None,
    *,
    force: bool,
    more: dict[str, Any] | None = None,
) -> None:
    if output:
        files.write_copy(output, plan, amendments, at=datetime.now(UTC), force=force)
    else:
        _print(session, amendments, more or {})


@amend.command()
@AMENDMENTS
@PLAN
@to_file
def mark(amendments: Path, plan_file: Path, output: Path | None, *, force: bool) -> None:
    """Mark proposed changes in the plan, with the views on them: .docx with tracked changes, .html or .pdf.

    \b
    Example:
      arflow amend mark changes.json --plan plan.json --output marked.pdf
    """
    if output is None:
        raise click.UsageError("give --output: marked.docx, marked.html or marked.pdf")
    files.check_copy_output(output, force=force)
    plan = files.read_plan(plan_file)
    files.write_copy(output, plan, files.read_amendments(amendments), at=datetime.now(UTC), force=force)


@amend.command()
@AMENDMENTS
@click.argument("change")
@click.option("--role", type=click.Choice(ROLES), required=True, help="Whose view it is.")
@click.option("--agrees/--disagrees", default=None, help="Whether they agree with the change, if they said so.")
@click.option("--text", default="", metavar="TEXT", help="What they say, in their words.")
@click.option("--name", default="", metavar="NAME", help="Who says it, as the copies show it.")
@click.pass_obj
def view(
    session: Session, /, *, amendments: Path, change: str, role: Role, agrees: bool | None, text: str, name: str
) -> None:
    """Put somebody's view beside a change, in the file of the changes; their later view takes the place of an earlier.

    \b
    Example:
      arflow amend view changes.json 2 --role parent --name "Sam Field" --disagrees --text "Twice a week is too little."
    """
    from arflow.papers.plan_text.amendments import View, add_view

    given = View(role=role, name=" ".join(name.split()), agrees=agrees, text=" ".join(text.split()))
    _rewrite(session, amendments, add_view(files.read_amendments(amendments), change, given))


@amend.command()
@AMENDMENTS
@click.argument("change")
@click.argument("advice", nargs=-1, required=True, metavar="FILE|DIGEST...")
@click.option(
    "--title", default="", metavar="TEXT", help="What the advice is, as copies name it: who wrote it, and when."
)
@click.pass_obj
def link(session: Session, /, amendments: Path, change: str, advice: tuple[str, ...], *, title: str) -> None:
    """Link a change to the advice that led to it: files, or the SHA-256 of documents.

    \b
    Example:
      arflow amend link changes.json 2 therapist.pdf --title "Advice of Jo Wren, speech therapist, 3 May 2026"
    """
    from arflow.papers.plan_text.amendments import link_advice

    if title and len(advice) > 1:
        raise click.UsageError("--title names one piece of advice: link the others in commands of their own")
    linked = link_advice(
        files.read_amendments(amendments), change, [_digest(one) for one in advice], " ".join(title.split())
    )
    _rewrite(session, amendments, linked)
    if not title:
        say("Note: give --title too, so that copies say what advice it is", err=True)


def _digest(advice: str) -> str:
    from hashlib import file_digest

    path = Path(advice)
    if not path.is_file():
        return advice.lower()
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _rewrite(session: Session, path: Path, amendments: "Amendments") -> None:
    from arflow.papers.plan_text.plan_text import canonical

    write_file(path, canonical(amendments), force=True)
    _print(session, amendments, {})


@amend.command()
@AMENDMENTS
@click.option("--advice", multiple=True, metavar="FILE|DIGEST", help="All advice: says which led to no change.")
@click.pass_obj
def show(session: Session, /, amendments: Path, advice: tuple[str, ...]) -> None:
    """Show proposed changes, who agrees with them, and what advice led to them; + is added, - is removed.

    \b
    Example:
      arflow amend show changes.json --advice therapist.pdf --advice psychologist.pdf
    """
    from arflow.papers.plan_text.amendments import advice_that_led_to_nothing

    found = files.read_amendments(amendments)
    given = {_digest(one): one for one in advice}
    nothing = advice_that_led_to_nothing(found, given)
    _print(session, found, {"led_to_nothing": nothing} if advice else {})
    if not session.as_json:
        for document in nothing:
            say(f"Led to no change: {given[document]}")


@amend.command()
@AMENDMENTS
@PLAN
@click.option("--change", "only", multiple=True, metavar="ID", help="Accept only this change; may be repeated.")
@to_file
def accept(amendments: Path, plan_file: Path, only: tuple[str, ...], output: Path | None, *, force: bool) -> None:
    """Make the amended plan from the plan and the changes, all or some.

    \b
    Example:
      arflow amend accept changes.json --plan plan.json --change 1 --change 3 --output amended.docx
    """
    from arflow.papers.plan_text import amendments as amending

    if output is None:
        raise click.UsageError("give --output: amended.docx, amended.txt or amended.json")
    files.check_plan_output(output, force=force)
    amended = amending.accept(files.read_plan(plan_file), files.read_amendments(amendments), only or None)
    files.write_plan(output, amended, force=force)


def _print(session: Session, amendments: "Amendments", more: dict[str, Any]) -> None:
    from arflow.papers.plan_text import change_labels

    heads = ("Change", "Item", "Proposed by", "What changes", "Views", "Advice")
    rows = [
        (
            one.id,
            one.item,
            change_labels.proposer(one),
            change_labels.plain(one),
            "\n".join(change_labels.view(given) for given in one.views),
            "\n".join(one.titles.get(document, document[:12]) for document in one.advice),
        )
        for one in amendments.changes
    ]
    document = {"base": amendments.base, "changes": amendments.changes, **more}
    session.emit(document, lambda out: table(out, heads, rows, empty="Nothing differs: no change is proposed."))


amend.add_command(keep)
amend.add_command(propose)
amend.add_command(final)
