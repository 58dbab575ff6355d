"""`arflow review …`: open reviews, list them and show them; the acts on them stand in files beside this one."""

from typing import Any, get_args

import click

from arflow.case.kinds import ANNUAL, CalledFor
from arflow.cli.case import (
    many_cases,
    review_acts,
    review_advice,
    review_appeals,
    review_corrections,
    review_meeting,
    review_off_course,
    review_people,
)
from arflow.cli.case.conduct import conduct, found_of
from arflow.cli.case.sheets import acts as import_acts
from arflow.cli.case_names import A_KNOWN_PLAN, A_PLAN, REVIEW
from arflow.cli.lists.unreadable_rows import drawn, with_reviews
from arflow.cli.lists.unreadable_rows import wanted as shown_of
from arflow.cli.options import DAY_AHEAD, WITHIN, listed, recorded
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import say
from arflow.errors import MissingValue
from arflow.events import Arranger

MEETING_ON = click.option("--meeting-on", type=DAY_AHEAD, help="The day the meeting is planned for; it may lie ahead.")


@click.group(cls=Group)
def review() -> None:
    """Open reviews and move them forward: each command records one act.

    \b
    Example:
      arflow review open P-1001 --meeting-on 2026-06-18
      arflow review invite R-2026-000001 --role parent --role setting --on 2026-05-20
    """


@review.command("open")
@click.argument("plan", required=False, type=A_PLAN)
@click.option(
    "--kind",
    help="annual, early, phase_transfer … (see `arflow workflow show`); without it the one that the facts call for.",
)
@click.option("--reason", metavar="TEXT", help="With --kind: why, where the facts call for another kind.")
@MEETING_ON
@click.option(
    "--arranged-by",
    type=click.Choice(get_args(Arranger)),
    default="school",
    show_default=True,
    help="Who arranges the meeting and reports (SEND Regs 2014 r.20(1), (8)).",
)
@click.option(
    "--due-within",
    type=WITHIN,
    metavar="PERIOD",
    help="Instead of PLAN: open one for every plan due within 26w, 90d ….",
)
@recorded
@click.pass_obj
def open_(session: Session, /, plan: str | None, due_within: int | None, **facts: Any) -> None:
    """Open a review of a plan, or of every plan that falls due within a period.

    The facts of the plan call for its kind: no setting, a transfer between phases within 12 months, a release, a move.

    \b
    Example:
      arflow review open P-1001 --meeting-on 2026-06-18
      arflow review open P-1001 --kind annual --reason "On roll again from Monday"
      arflow review open --due-within 26w
    """
    if (plan is None) == (due_within is None):
        raise click.UsageError("name one PLAN, or say --due-within PERIOD")
    if plan is not None:
        found = _kind_of(session, plan, facts)
        emit_done(session, session.app.open_review(plan, **facts | {"kind": found.kind}))
        _say_why(plan, found, facts)
        return
    assert due_within is not None
    refs = session.asking.plans_to_open(session.app.today, due_within)
    kinds = [_kind_of(session, ref, facts) for ref in refs]  # refused before any is opened
    opened = [
        session.app.open_review(ref, **facts | {"kind": found.kind}) for ref, found in zip(refs, kinds, strict=True)
    ]
    for ref, found in zip(refs, kinds, strict=True):
        _say_why(ref, found, facts)
    document = [{"id": done.id, "plan": ref, "state": done.state} for done, ref in zip(opened, refs, strict=True)]
    session.emit(
        document,
        lambda out: table(
            out,
            ("Review", "Plan", "State"),
            [tuple(row.values()) for row in document],
            empty="No plan without an open review falls due by then.",
        ),
    )


def _kind_of(session: Session, ref: str, facts: dict[str, Any]) -> CalledFor:
    """The kind to open; MissingValue where another than the facts call for was asked for without a reason."""
    first, *others = session.app.kinds_called_for(ref, facts["on"])
    kinds, asked = session.app.current_workflow().kinds, facts["kind"]
    if asked is None:
        return first
    free = asked not in kinds or kinds[asked].additional or first.kind == ANNUAL
    if not (free or facts["reason"] or asked in (one.kind for one in (first, *others))):
        why = f"the facts of {ref} call for {first.kind}: {first}; leave out --kind, or say why it is {asked}"
        raise MissingValue("--reason", why)
    return CalledFor(kind=asked, why="", citation="")


def _say_why(ref: str, found: CalledFor, facts: dict[str, Any]) -> None:
    if facts["kind"] is None and found.kind != ANNUAL:
        say(f"{ref}: opened as {found.kind}, since {found}", err=True)


# What other commands call a column of the list.
_KEYS = {"meeting": "meeting_on"}


@review.command("list")
@click.option("--plan", metavar="REF", type=A_KNOWN_PLAN)
@click.option("--state", help="scheduled, invited, … concluded, cancelled; or unreadable.")
@click.option("--kind")
@click.option(
    "--decided-not-told",
    is_flag=True,
    default=None,
    help="Only where a decision was made and nobody has been told.",
)
@listed
@click.pass_obj
def list_(session: Session, /, **wanted: Any) -> None:
    """List reviews.

    A case that this arflow cannot read stays on the list, and `cannot_be_read` says why.

    \b
    Example:
      arflow review list --decided-not-told
    """
    asking, plan = session.asking, wanted["plan"]
    unreadable = [one for one in shown_of(asking.unreadable(), wanted["state"]) if plan in (None, one.plan)]
    rows = with_reviews(asking.reviews(**wanted, most=session.most), unreadable)
    columns = ("id", "plan", "kind", "state", "meeting", "held", "outcome", "notified", "issued")
    heads = ("Review", "Plan", "Kind", "State", "Meeting", "Held", "Outcome", "Notified", "Final plan")
    ids = [id_ for one in unreadable for id_ in one.reviews]
    session.emit_list(
        [{_KEYS.get(name, name): value for name, value in row.items()} for row in rows],
        lambda: drawn(heads, columns, rows),
        empty="No such reviews.",
        total=lambda: len(ids) + asking.count_reviews_beside(ids, **wanted),
    )


@review.command()
@REVIEW
@click.pass_obj
def show(session: Session, /, review_id: str) -> None:
    """Show a review as a timeline: steps done and coming, and each duty with its day and citation.

    \b
    Example:
      arflow review show R-2026-000001
    """
    from arflow.cli.case.case_view import review_document, review_page

    review = session.app.review(review_id)
    gaps = found_of(session, review).gaps(review)
    document = review_document(session.app, review, gaps)
    session.emit(document, lambda out: review_page(out, session.app, review, gaps))


@review.command()
@REVIEW
@click.pass_context
def history(context: click.Context, review_id: str) -> None:
    """Show every event of a review in the order it was recorded (the same as `arflow audit`).

    \b
    Example:
      arflow review history R-2026-000001
    """
    from arflow.cli.proof.audit import audit

    context.invoke(audit, case=review_id)


for _part in (
    review_meeting,
    review_people,
    review_advice,
    review_acts,
    review_appeals,
    review_off_course,
    review_corrections,
):
    for _command in _part.COMMANDS:
        review.add_command(_command)
for _command in (conduct, import_acts, *many_cases.COMMANDS_OF_REVIEW):
    review.add_command(_command)
