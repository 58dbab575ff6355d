"""`arflow review …`, one command for each act: from planning the meeting to closing the review."""

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from arflow.case import amendment_commands, review_commands
from arflow.case.plan_commands import DecideNotToAmendPlan, SendPlanNotice
from arflow.case.representations import check_not_too_early
from arflow.cli.case.ceasing import say_what_lacks
from arflow.cli.case.conduct import found_of, say_gaps
from arflow.cli.case.without import say_without
from arflow.cli.options import DAY, SERVED_ON, SKIP, recorded
from arflow.cli.post.sent_lines import papers_of_case
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import say
from arflow.events import CHANNELS, OUTCOMES, ROLES, AppealEnd

Sent = (
    review_commands.SendReport
    | review_commands.NotifyDecision
    | review_commands.SendAmendmentNotice
    | review_commands.IssueFinalPlan
    | review_commands.DecideNotToAmend
    | amendment_commands.SendNoticeAgain
    | amendment_commands.ChangeDecision
    | amendment_commands.ReissueFinalPlan
)


AnySent = TypeVar("AnySent", bound=Sent | SendPlanNotice | DecideNotToAmendPlan)


def sent(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of what is sent: to whom, how, and which papers."""
    for option in (
        click.option(
            "--document", "documents", metavar="SHA256", multiple=True, help="A paper that was sent. Repeatable."
        ),
        click.option(
            "--channel", type=click.Choice(CHANNELS), default="email", show_default=True, help="How it was sent."
        ),
        click.option(
            "--person", "people", metavar="N-…", multiple=True, help="To whom: see `arflow people list`. Repeatable."
        ),
    ):
        command = option(command)
    return command


def names_for_transfer(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option by which an act says what the plan names for its transfer."""
    return click.option(
        "--names-for-transfer",
        metavar="URN|type:TEXT|none:REASON|unchanged",
        help="What the plan names for its transfer between phases (SEND Regs 2014 r.18); `unchanged`: it does already.",
    )(command)


def ask_what_is_named(session: Session, review_id: str) -> None:
    """Say that a review of a plan with a transfer ended without a record of what the plan names for it."""
    from arflow.case.transfers import dealing_of, dealt_with, is_for_transfer, placed

    review = session.app.review(review_id)
    plan = session.app.plan(review.plan)
    open_to_it = is_for_transfer(plan, review.kind, placed(review)) and dealt_with(plan) is None
    if review.is_final and plan.is_maintained and open_to_it and dealing_of(plan, review) is None:
        say(
            f"The plan's transfer still has to be dealt with (SEND Regs 2014 r.18). If this review did, record what the "
            f"plan names: arflow plan name-for-transfer {plan.ref} --review {review_id} --names URN",
            err=True,
        )


def act(session: Session, review_id: str, command: review_commands.AnyReviewCommand) -> None:
    """Record an act on a review, and answer it."""
    emit_done(session, session.app.act(review_id, command))


def of_this_case(session: Session, plan: str, command: AnySent) -> AnySent:
    """What was sent, with the whole digests of its papers; NotFound for people or papers of another case."""
    import msgspec

    from arflow.post.outgoing.ways_to_reach import of_case

    for person in command.people:
        of_case(session.app, plan, person)
    documents = papers_of_case(session, command.documents, plan) if command.documents else ()
    return msgspec.structs.replace(command, documents=documents)


def send(session: Session, review_id: str, command: Sent) -> None:
    """Record an act that sent something; people and papers must be of this case."""
    act(session, review_id, of_this_case(session, session.app.review(review_id).plan, command))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--meeting-on", type=DAY, required=True, help="The day the meeting is planned for; it may lie ahead.")
@recorded
@click.pass_obj
def schedule(session: Session, /, review_id: str, **facts: Any) -> None:
    """Plan the day of the meeting, before anybody is invited.

    \b
    Example:
      arflow review schedule R-2026-000001 --meeting-on 2026-06-18
    """
    act(session, review_id, review_commands.ScheduleMeeting(**facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--attended", type=click.Choice(ROLES), multiple=True, help="Who was there.")
@click.option("--first-met-on", type=DAY, help="The first day of a meeting that was adjourned.")
@SKIP
@recorded
@click.pass_obj
def hold(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the review meeting was held.

    \b
    Example:
      arflow review hold R-2026-000001 --on 2026-06-18 --attended parent --attended setting
    """
    act(session, review_id, review_commands.HoldMeeting(**facts))
    say_without(session, review_id)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--recommendation", type=click.Choice(OUTCOMES), help="What it recommends.")
@click.option(
    "--differing",
    type=click.Choice(ROLES),
    multiple=True,
    help="Whose recommendations differ from it (SEND Regs 2014 r.20(7)). Repeatable.",
)
@click.option(
    "--role", "roles", type=click.Choice(ROLES), multiple=True, help="To whom, if not everyone invited. Repeatable."
)
@sent
@recorded
@click.pass_obj
def report(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the written report was sent to everyone invited; arflow lists what it leaves out.

    \b
    Example:
      arflow review report R-2026-000001 --on 2026-07-01 --recommendation amend --differing parent
    """
    send(session, review_id, review_commands.SendReport(**facts))
    say_without(session, review_id)
    review = session.app.review(review_id)
    say_gaps(found_of(session, review), review)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--notified-on", type=DAY, help="The day the family and setting were told (default: the same day).")
@click.option("--not-yet-notified", is_flag=True, help="They have not been told yet: the duty is not met.")
@names_for_transfer
@recorded
@click.pass_obj
def decide(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record the decision, and that it was notified the same day unless said otherwise.

    \b
    Example:
      arflow review decide R-2026-000001 --outcome amend --on 2026-07-14
    """
    act(session, review_id, review_commands.Decide(**facts))
    say_without(session, review_id)
    if facts["outcome"] == "cease":
        say_what_lacks(session, session.app.review(review_id).plan, facts["on"])
    if not any(facts[option] for option in ("on", "notified_on", "not_yet_notified")):
        told = f"the family and the setting were told today: if not, arflow review void {review_id} notify --reason …"
        say(f"Recorded that {told}", err=True)
    ask_what_is_named(session, review_id)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@names_for_transfer
@sent
@recorded
@click.pass_obj
def notify(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that you notified the family and the setting of the decision: the 12 months start again.

    \b
    Example:
      arflow review notify R-2026-000001 --on 2026-07-16
    """
    send(session, review_id, review_commands.NotifyDecision(**facts))
    ask_what_is_named(session, review_id)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@SERVED_ON
@sent
@recorded
@click.pass_obj
def notice(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the plan, the proposed amendments and their evidence were sent (SEND Regs 2014 r.22(2)).

    \b
    Example:
      arflow review notice R-2026-000001 --on 2026-07-14
    """
    facts["served_on"] = facts["served_on"] or session.deemed_served(facts["channel"], facts["on"])
    send(session, review_id, review_commands.SendAmendmentNotice(**facts))


def _send_unless_early(session: Session, review_id: str, command: Sent) -> None:
    """Record it as sent; refused where the family may still make representations, and no reason is given."""
    review = session.app.review(review_id)
    check_not_too_early(review, session.app.workflow(review.workflow), command, session.app.today)
    send(session, review_id, command)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option(
    "--no-more", is_flag=True, help="Everybody with the right has answered, or gave up the rest of the 15 days."
)
@recorded
@click.pass_obj
def represent(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the family made representations.

    \b
    Example:
      arflow review represent R-2026-000001 --on 2026-07-24
      arflow review represent R-2026-000001 --on 2026-07-24 --no-more
    """
    act(session, review_id, review_commands.ReceiveRepresentations(**facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@names_for_transfer
@SKIP
@sent
@recorded
@click.pass_obj
def issue(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the final amended plan was sent.

    \b
    Example:
      arflow review issue R-2026-000001 --on 2026-09-03
      arflow review issue R-2026-000001 --on 2026-02-10 --names-for-transfer 123457
    """
    _send_unless_early(session, review_id, review_commands.IssueFinalPlan(**facts))
    ask_what_is_named(session, review_id)


@click.command("not-amend", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@names_for_transfer
@SKIP
@sent
@recorded
@click.pass_obj
def not_amend(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record the decision, after a notice, not to amend, with its reasons given (SEND Regs 2014 r.22(4)).

    \b
    Example:
      arflow review not-amend R-2026-000001 --on 2026-09-03
    """
    _send_unless_early(session, review_id, review_commands.DecideNotToAmend(**facts))
    ask_what_is_named(session, review_id)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@SKIP
@recorded
@click.pass_obj
def cease(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the plan ceased; before the time to appeal is over it needs --skip-reason (CFA 2014 s.45(4)).

    \b
    Example:
      arflow review cease R-2026-000001 --on 2026-09-14
    """
    act(session, review_id, review_commands.CeasePlan(**facts))


@click.command("certify-mediation", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def certify_mediation(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record a mediation certificate, which may lengthen the time to appeal (CFA 2014 s.55).

    Where a mediation is recorded on the plan (`arflow plan mediation`), record it there: the review reads it.

    \b
    Example:
      arflow review certify-mediation R-2026-000001 --on 2026-08-20
    """
    act(session, review_id, review_commands.CertifyMediation(**facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record an appeal to the Tribunal (CFA 2014 s.51).

    One made after its last day is out of time: record with `admit-appeal` that the Tribunal admitted it.

    \b
    Example:
      arflow review appeal R-2026-000001 --on 2026-08-28
    """
    act(session, review_id, review_commands.LodgeAppeal(**facts))


@click.command("admit-appeal", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def admit_appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the Tribunal admitted an appeal made out of time; a plan that ceased is maintained again.

    \b
    Example:
      arflow review admit-appeal R-2026-000001 --on 2026-09-14
    """
    act(session, review_id, review_commands.AdmitAppeal(**facts))


@click.command("determine-appeal", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--ended", type=click.Choice(get_args(AppealEnd)), required=True)
@recorded
@click.pass_obj
def determine_appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record how an appeal ended.

    \b
    Example:
      arflow review determine-appeal R-2026-000001 --ended dismissed --on 2026-12-01
    """
    act(session, review_id, review_commands.DetermineAppeal(**facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.argument("step")
@recorded
@click.pass_obj
def record(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Record a step that the authority's own definition adds, such as a panel.

    \b
    Example:
      arflow review record R-2026-000001 panel --on 2026-07-08
    """
    act(session, review_id, review_commands.TakeLocalStep(local_step=step.replace("-", "_"), **facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def conclude(session: Session, /, review_id: str, **facts: Any) -> None:
    """Close a review that has nothing left to do.

    \b
    Example:
      arflow review conclude R-2026-000001
    """
    act(session, review_id, review_commands.ConcludeReview(**facts))


COMMANDS = (
    schedule,
    hold,
    report,
    decide,
    notify,
    notice,
    represent,
    issue,
    not_amend,
    cease,
    certify_mediation,
    appeal,
    admit_appeal,
    determine_appeal,
    record,
    conclude,
)
