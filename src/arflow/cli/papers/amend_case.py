"""`arflow amend keep|propose`: the text of a plan, and what is proposed to change in it, on the case they are of."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from arflow.cli.case_names import A_PLAN, A_REVIEW
from arflow.cli.options import recorded
from arflow.cli.papers import amend_files as files
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_done
from arflow.errors import NotFound, NotPossible
from arflow.events import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arflow.papers.documents import Document
    from arflow.papers.documents.register import DocumentKind

ROLES: tuple[Role, ...] = get_args(Role)
AMENDMENTS = files.file_argument("amendments")
FROM = click.option("--from", "proposer", type=click.Choice(ROLES), required=True, help="Who proposes the changes.")


@click.command(cls=Command)
@click.argument("ref", metavar="PLAN", type=A_PLAN)
@files.file_argument("file")
@click.option("--review", metavar="ID", type=A_REVIEW, help="The review that led to this text.")
@recorded
@click.pass_obj
def keep(
    session: Session, /, ref: str, file: Path, *, review: str | None, on: date | None, evidence: str | None
) -> None:
    """Keep the text of a plan as it stands from a day: in the documents of the case, its SHA-256 in the log.

    \b
    Example:
      arflow amend keep P-1001 plan.docx --on 2026-01-12
    """
    from arflow.case.plan_commands import KeepPlanText
    from arflow.papers.plan_text.plan_text import canonical

    plan = session.plan_of(ref, review)
    kept = _prepared(session, canonical(files.read_plan(file)), plan, "plan", review)
    command = KeepPlanText(document=kept.digest, review=review, on=on, evidence=evidence)
    done = session.app.change_plan(plan, command, beside=partial(_record, session, kept))
    emit_done(session, done)


@click.command(cls=Command)
@click.argument("review", metavar="REVIEW", type=A_REVIEW)
@AMENDMENTS
@FROM
@recorded
@click.pass_obj
def propose(
    session: Session, /, review: str, amendments: Path, proposer: Role, *, on: date | None, evidence: str | None
) -> None:
    """Record proposed changes on a review: the changes go to the documents of the case, their SHA-256 to the log.

    \b
    Example:
      arflow amend propose R-2026-000001 changes.json --from setting
    """
    from arflow.case.review_commands import ProposeAmendments
    from arflow.papers.plan_text.plan_text import canonical

    found = files.read_amendments(amendments)
    if not found.changes:
        raise NotPossible(f"{amendments.name} proposes no change: there is nothing to record")
    plan = session.app.review(review).plan
    _check_base(session, found.base, plan)
    kept = _prepared(session, canonical(found), plan, "amendments", review)
    command = ProposeAmendments(
        base=found.base,
        amendments=kept.digest,
        proposed_by=proposer,
        changes=len(found.changes),
        on=on,
        evidence=evidence,
    )
    emit_done(session, session.app.act(review, command, beside=partial(_record, session, kept)))


def _prepared(session: Session, content: bytes, plan: str, kind: "DocumentKind", review: str | None) -> "Document":
    return session.documents.prepare(
        content,
        plan=plan,
        kind=kind,
        name=f"{kind}.json",
        review=review,
        by=session.app.officer_id,
        at=session.app.now,
    )


def _check_base(session: Session, base: str, plan: str) -> None:
    try:
        session.documents.document(base, plan)
    except NotFound as error:
        raise NotPossible(
            f"the changes are to a text of the plan that {plan} does not have: keep it first with "
            f"`arflow amend keep {plan} FILE`"
        ) from error


def _record(session: Session, kept: "Document", connection: "Connection") -> None:
    session.documents.record(connection, kept)
