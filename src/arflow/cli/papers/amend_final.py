"""`arflow amend final`: the final plan as it is issued, as a Word file and as a PDF."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.case_names import A_PLAN
from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.options import BY, DAY
from arflow.cli.papers import amend_files as files
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import MissingValue, NotPossible
from arflow.events import FAMILY
from arflow.law.plan_sections import SECTIONS

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.papers.documents import Document
    from arflow.papers.plan_text.final_plan import Version

# Of these a plan may set out nothing, where an officer says so; the others always set out something.
_MAY_BE_EMPTY = tuple(section for section in SECTIONS if section not in ("A", "B", "E", "F", "I", "K"))


@click.command(cls=Command)
@click.argument("ref", metavar="PLAN", type=A_PLAN)
@files.file_argument("file")
@click.option("--made-on", type=DAY, help="The day this version is made; today if it is left out.")
@click.option("--signed-by", default="", metavar="NAME", help="The officer who signs it off.")
@click.option("--post", default="", metavar="TEXT", help="The officer's post.")
@click.option(
    "--nothing-in",
    multiple=True,
    type=click.Choice(_MAY_BE_EMPTY),
    help="A section of which there is nothing to set out; may be repeated.",
)
@click.option(
    "--adulthood", multiple=True, metavar="ITEM", help="Provision that prepares for adulthood, from year 9 on."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="Where the two files go; this folder if it is left out.",
)
@click.option(
    "--keep", is_flag=True, help="Keep both in the documents of the case too: `arflow letter send` encloses them."
)
@FORCE
@BY
@click.pass_obj
def final(
    session: Session,
    /,
    ref: str,
    file: Path,
    *,
    made_on: date | None,
    signed_by: str,
    post: str,
    nothing_in: tuple[str, ...],
    adulthood: tuple[str, ...],
    folder: Path,
    keep: bool,
    force: bool,
) -> None:
    """Make the final plan to issue, as a Word file and as a PDF for the family (SEND Regs 2014 r.12).

    It has a cover with the child or young person, the versions of the plan and a place to sign, then sections A to K.
    It is refused while anything is missing; all that is missing is listed. The PDF is in large print where the child or
    somebody of the family asked for that.

    \b
    Example:
      arflow amend final P-1001 amended.json --signed-by "Jo Reed" --nothing-in J --folder issued --keep
      arflow letter send R-2026-000001 final_plan --document 5f0c… --document 9a41…
    """
    from arflow.papers.plan_text.final_pdf import as_final_pdf
    from arflow.papers.plan_text.final_plan import FinalPlan, advice_on, check_fit_to_issue
    from arflow.papers.plan_text.final_word import as_final_word

    plan = session.app.plan(ref)
    day = made_on or session.app.today
    if day > session.app.today:
        raise NotPossible(f"--made-on {day} is in the future: a plan is issued on the day it is made, or later")
    children = [person for person in session.app.people.of(ref) if person.role == "child"]
    if len(children) > 1:
        raise NotPossible(f"{ref} has {len(children)} people with the role of child: it must have one")
    made = FinalPlan(
        plan=files.read_plan(file),
        reference=plan.ref,
        name=children[0].name if children else "",
        date_of_birth=children[0].date_of_birth if children else None,
        authority=_authority(),
        versions=tuple(_versions(session, ref, day)),
        made_on=day,
        signed_by=" ".join(signed_by.split()),
        post=" ".join(post.split()),
        nothing_in=nothing_in,
        adulthood=tuple(item.upper() for item in adulthood),
        nc_year=plan.nc_year,
        large_print=any(
            person.format == "large_print" for person in session.app.people.of(ref) if person.role in (*FAMILY, "child")
        ),
    )
    check_fit_to_issue(made)
    files.told(tuple(advice_on(made)))
    papers = {folder / f"{made.file_name}.docx": as_final_word, folder / f"{made.file_name}.pdf": as_final_pdf}
    for path in papers:
        check_new(path, force=force, option="--folder")
    written = {path: make(made) for path, make in papers.items()}
    for path, content in written.items():
        write_file(path, content, force=force)
        say(f"Written to {path}", err=True)
    kept = [_keep(session, ref, path) for path in papers] if keep else []
    document = {"plan": ref, "files": [str(path) for path in papers], "documents": [one.digest for one in kept]}
    session.emit(document, lambda out: _show(out, kept))


def _keep(session: Session, ref: str, path: Path) -> "Document":
    """A file of the final plan among the documents of the case, as one that was found complete."""
    from arflow.store.engine import writing

    documents, review = session.documents, session.app.review_under_way(ref)
    prepared = documents.prepare(
        path, plan=ref, kind="final_plan", review=review, by=session.app.officer_id, at=session.app.now
    )
    with writing(documents.engine) as connection:
        kept = documents.record(connection, prepared)
        return documents.file_under(connection, kept.digest, ref, kind="final_plan", review=review)


def _show(out: "Console", kept: "list[Document]") -> None:
    for one in kept:
        out.print(f"{one.digest} is kept: {one.name}", soft_wrap=True)


def _authority() -> str:
    from arflow.law.catalogue import catalogue_of
    from arflow.papers.letters.stationery import stationery

    try:
        return stationery(catalogue_of(os.environ)).authority.name
    except MissingValue:
        return ""  # named among all that is missing


def _versions(session: Session, ref: str, day: date) -> "Iterator[Version]":
    """The plan as it was first made, and each amendment before the day."""
    from arflow.papers.plan_text.final_plan import Version

    plan = session.app.plan(ref)
    if plan.first_made.day:
        yield Version("First made", plan.first_made.day)
    issued = [session.app.review(review).last("issue") for review in plan.reviews]
    days = {act.on for act in issued if act} | {fact.day for fact in plan.amended if fact.day}
    for amended in sorted(days):
        if amended < day:
            yield Version("Amended", amended)
