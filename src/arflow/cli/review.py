"""`arflow review …`: open reviews and move them forward, one command for each act."""

from typing import Any, get_args

import click

from arflow import commands
from arflow.cli import review_advice, review_people
from arflow.cli.base import BY, DAY, EVIDENCE, REASON, SKIP, WITHIN, Group, Session, emit_done, recorded, table
from arflow.cli.imports import acts as import_acts
from arflow.events import OUTCOMES, ROLES, AppealEnd, Arranger

MEETING_ON = click.option("--meeting-on", type=DAY, help="The day the meeting is planned for; it may lie ahead.")
EVENT = click.option(
    "--event",
    "version",
    type=int,
    metavar="N",
    help="Which, if there are several: its number in the history.",
)


@click.group(cls=Group)
def review() -> None:
    """Open reviews and move them forward: each command records one act.

    \b
    Example:
      arflow review open P-1001 --meeting-on 2026-06-18
      arflow review invite R-2026-000001 --role parent --role setting --on 2026-05-20
    """


def _act(session: Session, review_id: str, command: commands.AnyReviewCommand) -> None:
    emit_done(session, session.app.act(review_id, command))


@review.command("open")
@click.argument("plan", required=False)
@click.option(
    "--kind",
    default="annual",
    show_default=True,
    help="annual, early, phase_transfer … (see `arflow workflow show`).",
)
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

    \b
    Example:
      arflow review open P-1001 --meeting-on 2026-06-18
      arflow review open --due-within 26w
    """
    if (plan is None) == (due_within is None):
        raise click.UsageError("name one PLAN, or say --due-within PERIOD")
    if plan is not None:
        emit_done(session, session.app.open_review(plan, **facts))
        return
    assert due_within is not None
    refs = session.asking.plans_to_open(session.app.today, due_within)
    opened = [session.app.open_review(ref, **facts) for ref in refs]
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


@review.command()
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
    _act(session, review_id, commands.ScheduleMeeting(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.option("--meeting-on", type=DAY, required=True, help="The new day; it may lie ahead.")
@REASON
@recorded
@click.pass_obj
def postpone(session: Session, /, review_id: str, **facts: Any) -> None:
    """Move the meeting to another day, which needs notice of its own. Not a correction.

    \b
    Example:
      arflow review postpone R-2026-000001 --meeting-on 2026-07-02 --reason "Parent unwell"
    """
    _act(session, review_id, commands.PostponeMeeting(**facts))


@review.command()
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
    _act(session, review_id, commands.HoldMeeting(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def report(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the written report was sent to everyone invited.

    \b
    Example:
      arflow review report R-2026-000001 --on 2026-07-01
    """
    _act(session, review_id, commands.SendReport(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--notified-on", type=DAY, help="The day the family and setting were told (default: the same day).")
@click.option("--not-yet-notified", is_flag=True, help="They have not been told yet: the duty is not met.")
@recorded
@click.pass_obj
def decide(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record the decision, and that it was notified the same day unless said otherwise.

    \b
    Example:
      arflow review decide R-2026-000001 --outcome amend --on 2026-07-14
    """
    _act(session, review_id, commands.Decide(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def notify(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the family and the setting were told of the decision: the 12 months start again.

    \b
    Example:
      arflow review notify R-2026-000001 --on 2026-07-16
    """
    _act(session, review_id, commands.NotifyDecision(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.option("--served-on", type=DAY, help="The day it was served, if later than sent.")
@recorded
@click.pass_obj
def notice(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the plan, the proposed amendments and their evidence were sent (SEND Regs 2014 r.22(2)).

    \b
    Example:
      arflow review notice R-2026-000001 --on 2026-07-14
    """
    _act(session, review_id, commands.SendAmendmentNotice(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def represent(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the family made representations.

    \b
    Example:
      arflow review represent R-2026-000001 --on 2026-07-24
    """
    _act(session, review_id, commands.ReceiveRepresentations(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def issue(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the final amended plan was sent.

    \b
    Example:
      arflow review issue R-2026-000001 --on 2026-09-03
    """
    _act(session, review_id, commands.IssueFinalPlan(**facts))


@review.command("not-amend")
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def not_amend(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record the decision, after a notice, not to amend, with its reasons given (SEND Regs 2014 r.22(4)).

    \b
    Example:
      arflow review not-amend R-2026-000001 --on 2026-09-03
    """
    _act(session, review_id, commands.DecideNotToAmend(**facts))


@review.command()
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
    _act(session, review_id, commands.CeasePlan(**facts))


@review.command("certify-mediation")
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def certify_mediation(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record a mediation certificate, which may lengthen the time to appeal (CFA 2014 s.55).

    \b
    Example:
      arflow review certify-mediation R-2026-000001 --on 2026-08-20
    """
    _act(session, review_id, commands.CertifyMediation(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record an appeal to the Tribunal (CFA 2014 s.51).

    \b
    Example:
      arflow review appeal R-2026-000001 --on 2026-08-28
    """
    _act(session, review_id, commands.LodgeAppeal(**facts))


@review.command("determine-appeal")
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
    _act(session, review_id, commands.DetermineAppeal(**facts))


@review.command()
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
    _act(session, review_id, commands.TakeLocalStep(local_step=step.replace("-", "_"), **facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@recorded
@click.pass_obj
def conclude(session: Session, /, review_id: str, **facts: Any) -> None:
    """Close a review that has nothing left to do.

    \b
    Example:
      arflow review conclude R-2026-000001
    """
    _act(session, review_id, commands.ConcludeReview(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@REASON
@recorded
@click.pass_obj
def cancel(session: Session, /, review_id: str, **facts: Any) -> None:
    """Cancel a review that will not go on; the 12 months are unaffected.

    \b
    Example:
      arflow review cancel R-2026-000001 --reason "Opened twice"
    """
    _act(session, review_id, commands.CancelReview(**facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.argument("step")
@click.option("--on", type=DAY, required=True, help="The right day.")
@REASON
@EVENT
@EVIDENCE
@BY
@click.pass_obj
def correct(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Put right the day of a step that was recorded wrongly; the history keeps both.

    \b
    Example:
      arflow review correct R-2026-000001 hold --on 2026-06-17 --reason "Typing error"
    """
    _act(session, review_id, commands.CorrectStep(corrected_step=step.replace("-", "_"), **facts))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.argument("step")
@REASON
@EVENT
@EVIDENCE
@BY
@click.pass_obj
def void(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Take back a step that never happened; the history keeps it.

    \b
    Example:
      arflow review void R-2026-000001 report --reason "Recorded on the wrong case"
    """
    _act(session, review_id, commands.VoidStep(voided_step=step.replace("-", "_"), **facts))


@review.command("list")
@click.option("--plan", metavar="REF")
@click.option("--state", help="scheduled, invited, … concluded, cancelled.")
@click.option("--kind")
@click.option(
    "--decided-not-told",
    is_flag=True,
    default=None,
    help="Only where a decision was made and nobody has been told.",
)
@click.pass_obj
def list_(session: Session, /, **wanted: Any) -> None:
    """List reviews.

    \b
    Example:
      arflow review list --decided-not-told
    """
    rows = session.asking.reviews(**wanted)
    columns = ("id", "plan", "kind", "state", "meeting", "held", "outcome", "notified", "issued")
    heads = ("Review", "Plan", "Kind", "State", "Meeting", "Held", "Outcome", "Notified", "Final plan")
    lines = [[row[column] for column in columns] for row in rows]
    session.emit(rows, lambda out: table(out, heads, lines, empty="No such reviews."))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.pass_obj
def show(session: Session, /, review_id: str) -> None:
    """Show a review as a timeline: steps done and coming, and each duty with its day and citation.

    \b
    Example:
      arflow review show R-2026-000001
    """
    from arflow.cli.pages import review_document, review_page

    document = review_document(session.app, review_id)
    session.emit(document, lambda out: review_page(out, session.app, review_id))


@review.command()
@click.argument("review_id", metavar="REVIEW")
@click.pass_context
def history(context: click.Context, review_id: str) -> None:
    """Show every event of a review in the order it was recorded (the same as `arflow audit`).

    \b
    Example:
      arflow review history R-2026-000001
    """
    from arflow.cli.audit import audit

    context.invoke(audit, case=review_id)


for _command in (*review_people.COMMANDS, *review_advice.COMMANDS, import_acts):
    review.add_command(_command)
