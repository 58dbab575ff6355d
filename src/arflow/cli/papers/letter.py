"""`arflow letter …`: what each letter must say, the templates that say it, and a letter made for a case."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_CASE, AN_ID
from arflow.cli.files import FORCE, write_file
from arflow.cli.options import BY
from arflow.cli.output import progress, table
from arflow.cli.papers.letter_send import ANSWER_BY, approve, send
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import hand_over, say
from arflow.errors import InvalidValue, MissingValue, NotPossible
from arflow.events import FAMILY
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.law.rules_in_force import RulesInForce
    from arflow.papers.letters.contents import Enclosure, LetterFacts
    from arflow.papers.letters.letter import Stationery, Written
    from arflow.papers.letters.papers import Letter, Papers
    from arflow.papers.letters.word_letter import InWord

LETTER = click.argument("letter", metavar="LETTER")
FORMATS = (".pdf", ".docx", ".html", ".txt")
OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to make; its ending says its form.  [required]",
)


@click.group(cls=Group)
def letter() -> None:
    """Letters and forms: what the law asks each to say, its templates, and one made for a case.

    Your own files lie in `letters` of the folder that ARFLOW_WORKFLOWS names: authority.toml, statements.toml, and templates.

    \b
    Example:
      arflow letter list
      arflow letter make R-2026-000001 invitation --to parent --output invitation.pdf
    """


@letter.command("list")
@click.argument("letter_id", metavar="[LETTER]", required=False)
@click.option("--markdown", is_flag=True, help="Everything that LETTER or every letter says, as one table in Markdown.")
@click.pass_obj
def list_(session: Session, /, letter_id: str | None, markdown: bool) -> None:
    """List the letters, or everything that one of them must and should say, with each citation.

    \b
    Example:
      arflow letter list
      arflow letter list amendment_notice
    """
    papers = _papers()
    if markdown:
        chosen = (_letter(papers, letter_id),) if letter_id else papers.letters
        say("\n".join(_as_markdown(papers, chosen)))
        return
    if letter_id is None:
        document = [_of_letter(papers, found) for found in papers.letters]
        rows = [(d["id"], d["title"], d["step"], d["citation"]) for d in document]
        session.emit(
            document,
            lambda out: table(out, ("Letter", "What it is", "Step", "Citation"), rows, empty="There are no letters."),
        )
        return
    found = _letter(papers, letter_id)
    document_of_one = _of_letter(papers, found)
    says = [(e["id"], e["word"], e["text"], _when(e["when"]), e["citation"]) for e in document_of_one["elements"]]
    session.emit(
        document_of_one,
        lambda out: table(out, ("Says", "Word", "What", "When", "Citation"), says, empty="", title=found.title),
    )


@letter.command()
@click.option("--letter", "letter_id", metavar="LETTER", help="Check one Word template, for this letter.")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def check(session: Session, /, letter_id: str | None, file: Path | None) -> None:
    """Fill in every template, for everyone it is for, with an invented case: what the law asks and it leaves out.

    \b
    Example:
      arflow letter check
      arflow letter check our-invitation.docx --letter invitation
    """
    from arflow.papers.letters.template_check import Checked, check_letters, check_template

    if (file is None) != (letter_id is None):
        raise MissingValue("--letter", "say which letter FILE is for, or leave both out to check every template")
    kit = _stationery()
    found: list[Checked] = []
    if file is not None and letter_id is not None:
        found.append(check_template(kit, letter_id, file))
    else:
        with progress("Checking letters") as report:
            for done, checked in enumerate(check_letters(kit), start=1):
                found.append(checked)
                report(_Come(done, 2 * len(kit.papers.letters)))
    rows = [(c.letter, c.form, fault) for c in found for fault in c.faults]
    session.emit(
        [{"letter": c.letter, "form": c.form, "faults": list(c.faults)} for c in found],
        lambda out: table(
            out,
            ("Letter", "Form", "Fault"),
            rows,
            empty=f"{counted(len(found), 'template')} say{'s' if len(found) == 1 else ''} what the law asks.",
        ),
    )
    if rows:
        raise NotPossible(
            f"{counted(len(rows), 'fault')} in {counted(len({row[:2] for row in rows}), 'template')}: correct them first"
        )


class _Come:
    """How far checking has come."""

    def __init__(self, done: int, of: int) -> None:
        self.done, self.of = done, of


@letter.command()
@LETTER
@OUTPUT
@FORCE
@click.pass_obj
def template(session: Session, /, letter: str, output: Path | None, force: bool) -> None:
    """Write the template of a letter to edit: .docx for Word, .html for a page; put it into your `letters` folder.

    \b
    Example:
      arflow letter template invitation --output letters/invitation.docx
    """
    from arflow.papers.letters.word_letter import own_or_shipped

    kit = _stationery()
    kit.letter(letter)
    path = _output(output, (".docx", ".html"))
    write_file(path, own_or_shipped(letter, kit) if path.suffix == ".docx" else kit.template(letter), force=force)
    session.emit(
        {"letter": letter, "file": str(path)}, lambda out: out.print(f"The template of {letter} is in {path}.")
    )


@letter.command()
def authority() -> None:
    """Print a file with your authority's details to fill in: save it as letters/authority.toml.

    \b
    Example:
      arflow letter authority > letters/authority.toml
    """
    from arflow.papers.letters.letter import shipped

    hand_over(shipped("authority.toml"))


@letter.command()
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@LETTER
@click.option(
    "--to", "to", metavar="ROLE|PERSON", type=AN_ID, required=True, help="Who it is for: a role, or a person's id."
)
@click.option("--reasons", metavar="TEXT", help="The reasons that the letter gives.")
@click.option(
    "--enclose",
    "enclosed",
    metavar="KIND=TITLE",
    multiple=True,
    help="What goes with it, such as plan=Plan. Repeatable.",
)
@click.option("--no-evidence", is_flag=True, help="Nothing supports the amendments beyond the report.")
@ANSWER_BY
@click.option("--template", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Another Word template.")
@OUTPUT
@FORCE
@BY
@click.pass_obj
def make(
    session: Session,
    /,
    *,
    case: str,
    letter: str,
    to: str,
    reasons: str | None,
    enclosed: tuple[str, ...],
    no_evidence: bool,
    answer_by: date | None,
    template: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """Make a letter, as .pdf, .docx, .html or .txt; nothing is sent, and nothing is recorded.

    With a PLAN it is one that its review waits for, or else one outside a review: of amendments without one (SEND Regs 2014
    r.28), of a consultation, of a move.

    \b
    Example:
      arflow letter make R-2026-000001 decision_maintain --to parent --reasons "The outcomes still fit." --output letter.pdf
      arflow letter make R-2026-000001 final_plan --to parent --enclose plan="The final plan" --output final.docx
      arflow letter make P-1001 not_amend --to parent --reasons "The plan still fits." --output letter.pdf
    """
    path = _output(output, FORMATS)
    if template is not None and path.suffix != ".docx":
        raise InvalidValue("--output", path, "a .docx file, as a Word template gives")
    kit = _stationery(session.app.rules.read())
    kind = kit.letter(letter)
    enclosures = tuple(_enclosure(one, kit.papers) for one in enclosed)
    enclosed_evidence = any(one.kind == "evidence" for one in enclosures)
    if enclosed_evidence and no_evidence:
        raise NotPossible("--no-evidence, and --enclose evidence=… too: leave one of them out")
    evidence = enclosed_evidence or (False if no_evidence else None)
    words: dict[str, Any] = {"reasons": reasons, "enclosures": enclosures, "evidence": evidence, "answer_by": answer_by}
    facts = _facts(session, kit.papers, kind, case, to=to, words=words)
    content, made, numbered = _made(letter, facts, kit, path.suffix, template)
    write_file(path, content, force=force)
    numbers = [f"U+{ord(character):04X}" for character in "".join(numbered)]
    document = {
        "letter": letter,
        "file": str(path),
        "says": [{"id": e.id, "citation": e.citation} for e in made.says],
        "left_out": [{"id": e.id, "word": e.word, "citation": e.citation} for e in made.left_out],
        "unmet": list(made.unmet),
        "numbered": numbers,
    }
    session.emit(
        document, lambda out: out.print(f"{letter} is in {path}: it says {', '.join(e.id for e in made.says)}.")
    )
    if facts.role not in kind.to:
        roles = " or ".join(in_words(role) for role in kind.to)
        say(f"{letter} is for {roles}: this one is for somebody else.", err=True)
    for element in made.left_out:
        say(f"Left out, since it is not known: {element.text} ({element.citation}).", err=True)
    if made.unmet:
        say(f"They asked for it {_asked_for(made.unmet)}, which arflow cannot make: have it made.", err=True)
    if numbers:
        lacking = ", ".join(numbers)
        say(f"No font here has {lacking}: the letter shows the numbers. Make it as .docx, or install a font.", err=True)


def _facts(
    session: Session, papers: "Papers", kind: "Letter", case: str, *, to: str, words: dict[str, Any]
) -> "LetterFacts":
    """What the letter says, of a review or of a plan outside one."""
    from arflow.cli.case.conduct import found_of
    from arflow.papers.letters.papers import PROGRESS
    from arflow.post.outgoing.letter_facts import letter_for
    from arflow.post.outgoing.plan_letters import letter_on_plan, review_of_letter

    if session.app.is_plan(case):
        if under_way := review_of_letter(session.app, kind, case):
            return _facts(session, papers, kind, under_way, to=to, words=words)
        return letter_on_plan(session.app, papers, kind, case, to, **words)
    if kind.has(PROGRESS):
        words["outcomes"] = found_of(session, session.app.review(case)).wording
    return letter_for(session.app, papers, kind, case, to, **words)


def _enclosure(said: str, papers: "Papers") -> "Enclosure":
    """What is to be enclosed by hand: nothing is attached to a letter that is only made."""
    from arflow.papers.letters.contents import Enclosure

    kinds = list(dict.fromkeys(kind for found in papers.letters for kind in found.enclosures))
    kind, _, title = said.partition("=")
    if kind not in kinds or not title.strip():
        raise InvalidValue("--enclose", said, f"KIND=TITLE, with {', '.join(kinds)} as KIND")
    return Enclosure(kind=kind, title=title.strip())


def _asked_for(unmet: tuple[str, ...]) -> str:
    return " and ".join(need if need.startswith("in ") else f"as {need}" for need in unmet)


def _made(
    letter: str, facts: "LetterFacts", kit: "Stationery", form: str, template: Path | None
) -> "tuple[bytes, Written | InWord, tuple[str, ...]]":
    """The letter as it is kept, what it says, and the characters that stand in it as numbers."""
    from arflow.papers.letters.letter import as_pdf, write
    from arflow.papers.letters.unbroken import unbroken_page
    from arflow.papers.letters.word_letter import write_in_word

    if form == ".docx":
        made = write_in_word(letter, facts, kit, template)
        return made.content, made, ()
    written = write(letter, facts, kit)
    if form == ".pdf":
        page = as_pdf(written)
        return page.content, written, page.numbered
    return (unbroken_page(written.html) if form == ".html" else written.text).encode(), written, ()


def _output(output: Path | None, suffixes: tuple[str, ...]) -> Path:
    if output is None:
        raise MissingValue("--output", f"name a file that ends in {', '.join(suffixes)}")
    if output.suffix not in suffixes:
        raise InvalidValue("--output", output, f"a file that ends in {', '.join(suffixes)}")
    return output


def _papers() -> "Papers":
    from arflow.law.catalogue import catalogue_of
    from arflow.papers.letters.papers_files import PapersFiles

    return PapersFiles.of(catalogue_of(os.environ)).current()


def _stationery(rules: "RulesInForce | None" = None) -> "Stationery":
    from arflow.law.catalogue import catalogue_of
    from arflow.papers.letters.stationery import stationery

    return stationery(catalogue_of(os.environ), rules)


def _letter(papers: "Papers", letter_id: str) -> "Letter":
    from arflow.errors import NotFound

    if letter_id not in papers.letter_by_id:
        raise NotFound("letter", letter_id, f"there are {', '.join(papers.letter_by_id)}")
    return papers.letter_by_id[letter_id]


def _of_letter(papers: "Papers", found: "Letter") -> dict[str, Any]:
    """A letter with all that it must and should say: the rights of appeal for those who get them."""
    own = [(e.id, e.text, e.word, e.citation, e.when) for e in found.elements]
    rights = [(r.id, r.text, "must", r.citation, found.rights) for r in papers.rights if found.rights]
    if not found.rights:
        rights += [(r.id, r.text, "must not", r.citation, ()) for r in papers.rights if not r.elsewhere]
        asked = papers.asked_elsewhere() if set(found.to) & set(FAMILY) else ()
        rights += [(e.id, e.text, e.word, e.citation, e.when) for e in asked]
    fields = ("id", "text", "word", "citation", "when")
    return {
        "id": found.id,
        "title": found.title,
        "step": found.step,
        "citation": found.citation,
        "without_review": found.without_review,
        "to": list(found.to),
        "enclosures": list(found.enclosures),
        "elements": [dict(zip(fields, element, strict=True)) for element in (*own, *rights)],
    }


def _as_markdown(papers: "Papers", letters: "tuple[Letter, ...]") -> Iterator[str]:
    yield "| Letter | Says | Word | What | When | Citation |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for found in letters:
        for e in _of_letter(papers, found)["elements"]:
            cells = (found.id, e["id"], e["word"], e["text"], _when(e["when"]), e["citation"])
            yield f"| {' | '.join(cells)} |"


def _when(circumstances: tuple[str, ...]) -> str:
    return " and ".join(
        {"year_9": "Year 9 and on", "not_year_9": "before Year 9"}.get(c, f"to the {c}") for c in circumstances
    )


letter.add_command(send)
letter.add_command(approve)
