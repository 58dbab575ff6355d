"""`arflow form …`: a form made for a case, and what one that came back says."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import AN_ID, REVIEW
from arflow.cli.files import FORCE, write_file
from arflow.cli.options import BY
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, NotPossible
from arflow.papers.forms.questions import FormKind

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.incoming.form_and_case import FormRead

FORMS: tuple[FormKind, ...] = ("report", "advice", "views", "child-views")


@click.group(cls=Group)
def form() -> None:
    """Forms that read themselves: Word files and PDFs made for a case, filled in by schools, professionals and families.

    \b
    Example:
      arflow form make R-2026-000001 report --output report-form.docx
      arflow form read IN-1a2b3c4d.1
      arflow inbox accept IN-1a2b3c4d.1 --as form
    """


@form.command()
@REVIEW
@click.argument("kind", metavar="FORM", type=click.Choice(FORMS))
@click.option("--to", metavar="ROLE|PERSON", help="Whose advice or views it asks for: a role, or a person's id.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The file to make: form.docx for Word, form.pdf to fill in any PDF reader. Leave the child's name out of its name.",
)
@FORCE
@click.pass_obj
def make(session: Session, /, *, review_id: str, kind: FormKind, to: str | None, output: Path, force: bool) -> None:
    """Make a form for a review, filled in with what the case knows: for Word, LibreOffice and Google Docs, or a fillable PDF.

    FORM is report (for the school), advice (for a professional), views (for a parent or young person) or child-views (one
    sheet in large type, to fill in or to print). Nothing is sent and nothing is recorded: invitations, requests for advice
    and `arflow letter send REVIEW report_form` bring the forms by email.

    \b
    Example:
      arflow form make R-2026-000001 report --output report-form.docx
      arflow form make R-2026-000001 advice --to health --output advice-form.pdf
    """
    from arflow.papers.forms.pdf_form import as_fillable_pdf
    from arflow.papers.forms.word_form import as_word
    from arflow.post.forms.person_form_of_case import person_form_of
    from arflow.post.forms.report_of_case import report_form_of

    writes = {".docx": as_word, ".pdf": as_fillable_pdf}.get(output.suffix.lower())
    if writes is None:
        raise InvalidValue("--output", output, "a .docx or a .pdf file")
    if kind == "report" and to:
        raise NotPossible("the report form is for the school as a whole: leave out --to")
    app = session.app
    made = (
        report_form_of(app, lambda: session.documents, review_id)
        if kind == "report"
        else person_form_of(app, lambda: session.documents, review_id, kind, to)
    )
    write_file(output, writes(made), force=force)
    document = {"review": review_id, "form": kind, "line": made.id.line, "file": str(output)}
    session.emit(document, lambda out: out.print(f"The {kind} form of {review_id} is in {output}.", soft_wrap=True))


@form.command()
@click.argument("source", metavar="FILE|PAPER")
@BY
@click.pass_obj
def read(session: Session, /, source: str) -> None:
    """Read a form that came back, and show what it proposes to record and what it leaves open. Nothing is recorded.

    FILE is a Word file, an .odt or a filled PDF; PAPER one that came by mail, by its id or that of its message.

    \b
    Example:
      arflow form read report-form.docx
      arflow form read IN-1a2b3c4d.1
    """
    from arflow.cli.papers.amend_files import content_of
    from arflow.papers.word_files.package import LARGEST_FILE
    from arflow.post.incoming import returned_forms

    path = Path(source)
    if path.is_file():
        found = returned_forms.read_file(session.app, content_of(path, LARGEST_FILE), path.name)
    elif source.upper().startswith("IN-"):
        found = returned_forms.read_paper(session.app, AN_ID(source))
    else:
        raise InvalidValue("FILE|PAPER", source, "a file that is there, or the id of a paper such as IN-1a2b3c4d.1")
    document = document_of(found)
    session.emit(document, lambda out: _show(out, found))


@form.command()
@click.argument("paper", metavar="PAPER", type=AN_ID)
@click.option("--preview", is_flag=True, help="Show what would be asked; nothing is sent.")
@BY
@click.pass_obj
def reply(session: Session, /, paper: str, preview: bool) -> None:
    """Ask whoever sent a form for all that is missing or contradicts itself: once, in one message, in their thread.

    No day moves: the review goes on as it is.

    \b
    Example:
      arflow form reply IN-1a2b3c4d.1 --preview
      arflow form reply IN-1a2b3c4d.1
    """
    from arflow.cli.post.sent_lines import sent_document, show_sent
    from arflow.post.incoming import form_reply, returned_forms

    found = returned_forms.read_paper(session.app, paper)
    said = form_reply.reply_to(session.app, found)
    document = {"review": found.review, "subject": said.subject, "text": said.text}
    if preview:
        session.emit(document, lambda out: out.print(f"Subject: {said.subject}\n\n{said.text}", soft_wrap=True))
        return
    sent = form_reply.send_reply(session.app, found, session.post)
    session.emit(document | {"sent": sent_document(sent)}, lambda out: show_sent(out, sent))


def document_of(found: "FormRead") -> dict[str, Any]:
    """A form that was read, as JSON."""
    proposal = found.proposal
    return {
        "review": found.review,
        "plan": found.plan,
        "paper": found.paper.id if found.paper else None,
        "form": found.answers.id.kind,
        "line": found.answers.id.line,
        "answers": found.answers.values,
        "acts": proposal.acts,
        "wrong": proposal.wrong,
        "missing": proposal.missing,
        "notes": proposal.notes,
        "recommendation": proposal.recommendation,
        "differing": proposal.differing,
        "can_be_accepted": bool(proposal.commands) and not proposal.wrong,
    }


def _show(out: "Console", found: "FormRead") -> None:
    proposal, paper = found.proposal, found.paper
    rows = [("Proposed", said) for said in proposal.acts]
    rows += [("Contradiction", said) for said in proposal.wrong]
    rows += [("Missing", said) for said in proposal.missing]
    rows += [("Note", said) for said in proposal.notes]
    title = f"{found.answers.id.kind.replace('-', ' ').capitalize()} form of {found.review}"
    table(out, ("", title), rows, empty="It proposes nothing.")
    if paper is None:
        return
    if proposal.wrong or proposal.missing:
        say(f"Ask the sender: arflow form reply {paper.id}", err=True)
    if proposal.commands and not proposal.wrong:
        say(f"Accept it: arflow inbox accept {paper.id} --as form", err=True)


def say_what_is_left(found: "FormRead") -> None:
    """Say on stderr what an accepted form left open, and how the report goes on to everybody."""
    proposal = found.proposal
    for line in proposal.missing:
        say(f"Missing: {line}", err=True)
    if proposal.missing and found.paper:
        say(f"Ask the sender: arflow form reply {found.paper.id}", err=True)
    if proposal.to_send_on and found.paper:
        recommends = f" --recommendation {proposal.recommendation}" if proposal.recommendation else ""
        differing = "".join(f" --differing {role}" for role in proposal.differing)
        send = f"arflow letter send {found.review} report_cover --document {found.paper.document[:12]}"
        say(f"The report has not gone to everybody invited (r.20(9), r.21(8)): {send}{recommends}{differing}", err=True)
