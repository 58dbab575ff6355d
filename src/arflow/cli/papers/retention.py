"""`arflow retention …`: what has been kept long enough, its disposal with a reason, and cases on hold."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_KNOWN_PLAN, A_PLAN, AN_ID
from arflow.cli.erased import pages_wait
from arflow.cli.options import BY, REASON, WITHIN, listed
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import NotPossible
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.papers.documents.retention_schedule import Rule, Schedule
    from arflow.post.incoming.unplaced_mail import Letting
    from arflow.post.keeping.disposal import Item

_HEADS = ("Plan", "What", "Document", "Due from", "Rule", "Why", "On hold")
_EMPTY = "Nothing is due for disposal."


@click.group(cls=Group)
def retention() -> None:
    """See what has been kept long enough under the authority's retention schedule, and dispose of it with a reason.

    \b
    Example:
      arflow retention list
      arflow retention dispose --plan P-1001 --rule case_papers --reason "Retention review, March 2033" --yes
    """


@retention.command("list")
@click.option("--plan", metavar="REF", type=A_KNOWN_PLAN, help="Of this plan only.")
@click.option("--within", type=WITHIN, default="0d", metavar="PERIOD", help="And what comes due within 10d or 26w.")
@click.option(
    "--all", "everything", is_flag=True, help="And all else that is kept of plans that have ended, or on no case."
)
@listed
@click.pass_obj
def list_(session: Session, /, plan: str | None, within: int, everything: bool) -> None:
    """List what is due for disposal: since when, under which rule, and why. A case on hold is marked.

    Mail on no case, which nobody placed or which was set aside, is listed by its message.

    \b
    Example:
      arflow retention list --within 13w
    """
    from arflow.post.incoming import unplaced_mail
    from arflow.post.keeping import disposal

    app, schedule = session.app, _schedule()
    session.name_unreadable()
    last = app.today + timedelta(days=within)
    kept = disposal.items(app, session.documents, schedule, plan=plan)
    of_mail = None if plan else schedule.of("mail")
    mail = unplaced_mail.letting(app, of_mail) if of_mail else []
    covered: list[Item | Letting] = [*kept, *mail]
    found = [one for one in covered if everything or one.is_due(last)]
    _say_if_example(schedule)
    session.emit_list(found, lambda: (_HEADS, _rows(found)), empty=_EMPTY)


@retention.command()
@click.pass_obj
def rules(session: Session, /) -> None:
    """Show the rules of the schedule that ARFLOW_RETENTION names, or of the example that comes with arflow.

    \b
    Example:
      arflow retention rules
    """
    schedule = _schedule()
    heads = ("Rule", "What", "Kept for", "Why", "Law")
    rows = [
        (rule.id, rule.text, " and ".join(rule.keep) or "used by hand", rule.why, rule.citation)
        for rule in schedule.rule
    ]
    _say_if_example(schedule)
    session.emit(schedule, lambda out: table(out, heads, rows, empty="The schedule has no rules."))


@retention.command()
@click.option("--rule", required=True, metavar="ID", help="The rule it goes under: see `arflow retention rules`.")
@click.option("--plan", metavar="REF", type=A_KNOWN_PLAN, help="Of this plan only.")
@click.option("--digest", metavar="DIGEST", help="This document only; the beginning of its digest is enough.")
@click.option("--message", metavar="IN-…", type=AN_ID, help="This message on no case only: see `arflow inbox list`.")
@REASON
@click.option("--yes", is_flag=True, help="Do it; without this, what would go is shown and nothing happens.")
@BY
@click.pass_obj
def dispose(
    session: Session,
    /,
    *,
    rule: str,
    plan: str | None,
    digest: str | None,
    message: str | None,
    reason: str,
    yes: bool,
) -> None:
    """Dispose of what a rule lets go: the log keeps the digest, the rule, the day and by whom; the file is removed.

    Of mail on no case the inbox keeps that record. The mailbox it was read from is yours to clear.
    A run that was stopped half-way is finished by the next.

    \b
    Example:
      arflow retention dispose --rule case_papers --reason "Retention review, March 2033"
      arflow retention dispose --rule mail --reason "Retention review, March 2033" --yes
      arflow retention dispose --rule kept_in_error --digest 2cf24dba5fb0 --reason "Another family's report" --yes
    """
    schedule = _schedule()
    named = schedule.named(rule)
    if message or named.is_of_mail:
        if plan or digest:
            raise click.UsageError("mail on no case has no --plan and no --digest: name it with --message")
        _dispose_mail(session, named, message, reason, yes=yes)
    else:
        _dispose_kept(session, _chosen(session, schedule, named, plan, digest, yes=yes), named, reason, yes=yes)
    _say_if_example(schedule)


def _dispose_kept(session: Session, found: "list[Item]", rule: "Rule", reason: str, *, yes: bool) -> None:
    """Show, or dispose of, papers and people of plans."""
    from arflow.post.keeping import disposal

    session.name_unreadable()
    disposal.check_may_go(session.app, found, rule.id)
    if not yes:
        _preview(session, found)
        return
    done = disposal.dispose(session.app, session.documents, found, rule.id, reason)
    people = sum(done.people.values())
    said = (
        f"{counted(len(done.documents), 'document')} and {counted(people, 'person', 'people')} disposed of under {rule.id}; "
        f"{counted(done.files_removed, 'file')} removed"
    )
    waiting = pages_wait(session)
    document = {"disposed": done, "would_go": (), "pages_wait": waiting}
    session.emit(document, lambda out: out.print(said, soft_wrap=True))


def _dispose_mail(session: Session, rule: "Rule", message: str | None, reason: str, *, yes: bool) -> None:
    """Show, or dispose of, the message that is named, or all mail on no case that is due."""
    from arflow.post.incoming import unplaced_mail

    app = session.app
    if message:
        if yes:
            unplaced_mail.finish(app)  # it may be one that a stopped run left
        found = [unplaced_mail.named(app, rule, message)]
    else:
        found = [one for one in unplaced_mail.letting(app, rule) if one.is_due(app.today) and one.hold is None]
    unplaced_mail.check_may_go(app, found, rule.id)
    if not yes:
        _preview(session, found)
        return
    done = unplaced_mail.dispose(app, found, rule.id, reason)
    said = (
        f"{counted(len(done.messages), 'message')} disposed of under {rule.id}; "
        f"{counted(done.files_removed, 'file')} removed"
    )
    waiting = pages_wait(session)
    document = {"disposed": done, "would_go": (), "pages_wait": waiting}
    session.emit(document, lambda out: out.print(said, soft_wrap=True))


def _chosen(
    session: Session, schedule: "Schedule", rule: "Rule", plan: str | None, digest: str | None, *, yes: bool
) -> "list[Item]":
    """What a rule is asked to let go: by hand what is named, else what is named, or all that is due."""
    from arflow.post.keeping import disposal

    if rule.by_hand:
        return disposal.by_hand(session.app, session.documents, rule, plan=plan, digest=digest)
    document = session.documents.document(digest, plan) if digest else None
    found = [
        one
        for one in disposal.items(session.app, session.documents, schedule, plan=document.plan if document else plan)
        if one.rule == rule.id and (document is None or one.digest == document.digest)
    ]
    if (plan or digest) and not found:
        if yes:  # what a stopped run recorded as disposed of, and did not come to remove
            session.documents.remove_disposed(session.app.now)
        raise NotPossible(
            f"{rule.id} covers nothing of it that is kept, or its plan goes on: see `arflow retention list`"
        )
    if plan or digest:
        return found
    return [one for one in found if one.is_due(session.app.today) and one.hold is None]


@retention.command()
@click.argument("plan", type=A_PLAN)
@REASON
@BY
@click.pass_obj
def hold(session: Session, /, plan: str, reason: str) -> None:
    """Put a case on hold: nothing of it is disposed of until the hold is released.

    \b
    Example:
      arflow retention hold P-1001 --reason "Appeal to the tribunal"
    """
    from arflow.papers.documents import holds
    from arflow.store.engine import writing

    app, ref = session.app, session.app.plan(plan).ref
    by = app.officer_id
    with writing(app.engine) as connection:
        holds.hold(connection, ref, reason=reason, by=by, at=app.now)
    session.emit({"plan": ref, "held": True}, lambda out: out.print(f"{ref} is on hold"))


@retention.command()
@click.argument("plan", type=A_PLAN)
@click.pass_obj
def release(session: Session, /, plan: str) -> None:
    """End the hold on a case.

    \b
    Example:
      arflow retention release P-1001
    """
    from arflow.papers.documents import holds
    from arflow.store.engine import writing

    with writing(session.app.engine) as connection:
        holds.release(connection, plan)
    session.emit({"plan": plan, "held": False}, lambda out: out.print(f"{plan} is not on hold any longer"))


def _schedule() -> "Schedule":
    from arflow.papers.documents.retention_schedule import schedule

    return schedule()


def _say_if_example(schedule: "Schedule") -> None:
    if schedule.example:
        say(
            "The retention schedule is arflow's example, and no authority's policy: name your own in ARFLOW_RETENTION.",
            err=True,
        )


def _preview(session: Session, found: "Sequence[Item | Letting]") -> None:
    def show(out: Any) -> None:
        table(out, _HEADS, _rows(found), empty=_EMPTY)
        if found:
            out.print("Nothing was disposed of: say --yes to dispose of these.")

    session.emit({"disposed": None, "would_go": found}, show)


def _rows(found: "Sequence[Item | Letting]") -> list[tuple[object, ...]]:
    from arflow.post.keeping.disposal import Item

    rows: list[tuple[object, ...]] = []
    for one in found:
        if isinstance(one, Item):
            what = counted(one.people, "person", "people") if one.digest is None else one.kind
            which = (one.plan, what, (one.digest or "")[:12])
        else:
            which = ("", one.kind, one.message)
        rows.append((*which, one.due or "cannot be counted", one.rule, one.why, one.hold))
    return rows
