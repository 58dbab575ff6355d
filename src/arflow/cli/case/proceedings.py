"""`arflow plan order …`: the Tribunal, mediation, direct payments and ceasing, as they happen to a plan."""

from datetime import date
from typing import Any, get_args

import click

from arflow.case.plan_commands import EndReassessment, StartReassessment
from arflow.case.proceeding_commands import (
    AgreeInMediation,
    ConsiderCeasing,
    EndPlanAppeal,
    ExcuseLimit,
    LodgePlanAppeal,
    NotifyCeasing,
    NotOppose,
    RecordOrder,
    RefuseReassessment,
    RequestMediation,
    RequestReassessment,
    RequestReassessmentAdvice,
    SetLimit,
    StartDirectPayments,
    TakeProceedingStep,
    WithdrawProceeding,
)
from arflow.cli.case.ceasing import say_what_lacks
from arflow.cli.case_names import PLAN
from arflow.cli.options import DAY_AHEAD, REASON, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed
from arflow.cli.terminal import say
from arflow.events import (
    ROLES,
    AppealAgainst,
    AppealEnd,
    CeasingGround,
    ExcusedBecause,
    OrderRequires,
    ProceedingStep,
    Role,
)
from arflow.words import spoken

OF = click.option("--of", "proceeding", type=int, metavar="N", help="Which one: its number in `arflow plan show`.")
BY = click.option("--last-day", type=DAY_AHEAD, help="The last day that was set, in place of the Regulations' limit.")


# What a re-assessment's options record.
_REASSESSMENT: dict[str, Any] = {
    "requested": RequestReassessment,
    "refuse": RefuseReassessment,
    "start": StartReassessment,
    "ask_advice": RequestReassessmentAdvice,
}


def _words(values: Any) -> click.Choice[str]:
    return click.Choice([spoken(value) for value in values])


def _coded(value: str) -> Any:
    return value.replace("-", "_")


@click.command(cls=Command)
@PLAN
@click.option("--against", type=_words(get_args(AppealAgainst)), required=True, help="What is appealed against.")
@recorded
@click.pass_obj
def appeal(session: Session, /, ref: str, against: str, **when: Any) -> None:
    """Record an appeal to the Tribunal that is not against a review's decision (CFA 2014 s.51).

    An appeal against what a review decided is recorded with `arflow review appeal`. No limit stops while an appeal waits.

    \b
    Example:
      arflow plan appeal P-1001 --against contents --on 2026-03-02
    """
    from arflow.case.ceasing import kept_by_appeal

    already = kept_by_appeal(session.app.plan(ref))
    emit_changed(session, ref, LodgePlanAppeal(against=_coded(against), **when))
    if not already and kept_by_appeal(session.app.plan(ref), session.app.current_workflow().policy.bank_holidays):
        say(
            f"This appeal was made in time, so plan {ref} is maintained until it is determined (CFA 2014 s.45(4)(b)): "
            f"take its end back with `arflow plan correct {ref} ceased --to none --reason TEXT`",
            err=True,
        )


@click.command("appeal-admitted", cls=Command)
@PLAN
@OF
@recorded
@click.pass_obj
def appeal_admitted(session: Session, /, ref: str, **facts: Any) -> None:
    """Record that the Tribunal admitted an appeal made out of time.

    One against ceasing then keeps the plan until it is determined; a plan that ceased is maintained again (CFA 2014 s.45(4)(b)).

    \b
    Example:
      arflow plan appeal-admitted P-1001 --on 2026-07-01
    """
    emit_changed(session, ref, TakeProceedingStep(did="admitted_late", **facts))


@click.command("appeal-ended", cls=Command)
@PLAN
@click.option("--ended", type=_words(get_args(AppealEnd)), required=True, help="How it ended.")
@OF
@recorded
@click.pass_obj
def appeal_ended(session: Session, /, ref: str, ended: str, **facts: Any) -> None:
    """Record how that appeal ended. What was ordered is recorded with `arflow plan order`.

    \b
    Example:
      arflow plan appeal-ended P-1001 --ended allowed --on 2026-06-30
    """
    emit_changed(session, ref, EndPlanAppeal(ended=_coded(ended), **facts))


@click.command(cls=Command)
@PLAN
@click.option("--requires", type=_words(get_args(OrderRequires)), required=True, help="What the order requires.")
@BY
@recorded
@click.pass_obj
def order(session: Session, /, ref: str, requires: str, **facts: Any) -> None:
    """Record an order of the Tribunal: its limits count from --on, unless the order sets a day (SEND Regs 2014 r.44).

    \b
    Example:
      arflow plan order P-1001 --requires amend --on 2026-06-30
      arflow plan order P-1001 --requires review --last-day 2026-09-30 --on 2026-06-30
    """
    emit_changed(session, ref, RecordOrder(requires=_coded(requires), **facts))


@click.command("not-oppose", cls=Command)
@PLAN
@click.option("--requires", type=_words(get_args(OrderRequires)), required=True, help="What the appeal asks for.")
@recorded
@click.pass_obj
def not_oppose(session: Session, /, ref: str, requires: str, **when: Any) -> None:
    """Record that you told the Tribunal, before your response, that you do not oppose an appeal (SEND Regs 2014 r.45).

    The limits count from --on. It ends the appeal that is recorded on the plan.

    \b
    Example:
      arflow plan not-oppose P-1001 --requires name --on 2026-04-13
    """
    emit_changed(session, ref, NotOppose(requires=_coded(requires), **when))


@click.command(cls=Command)
@PLAN
@recorded
@click.pass_obj
def mediation(session: Session, /, ref: str, **when: Any) -> None:
    """Record that the family told you that it wishes to pursue mediation: 30 days to hold it (CFA 2014 ss.53-54).

    Then record `held` or `not-pursued`, and `certificate-given`, with `arflow plan did`. The certificate lengthens the
    time to appeal against what a review decided too: the review reads it here.

    \b
    Example:
      arflow plan mediation P-1001 --on 2026-03-02
    """
    emit_changed(session, ref, RequestMediation(**when))


@click.command("mediation-agreed", cls=Command)
@PLAN
@click.option(
    "--requires",
    type=_words((*get_args(OrderRequires), "other")),
    required=True,
    help="What was agreed; `other`: something that cannot be appealed.",
)
@BY
@recorded
@click.pass_obj
def mediation_agreed(session: Session, /, ref: str, requires: str, **facts: Any) -> None:
    """Record what a mediation agreed in writing: the limits of an order, two weeks, or your own day (SEND Regs 2014 r.42).

    \b
    Example:
      arflow plan mediation-agreed P-1001 --requires amend --on 2026-03-30
    """
    emit_changed(session, ref, AgreeInMediation(requires=_coded(requires), **facts))


@click.command(cls=Command)
@PLAN
@click.option("--requested", is_flag=True, help="It was asked for: 15 days to answer (r.25).")
@click.option("--refuse", is_flag=True, help="You told the family that there will be none (r.25).")
@click.option("--start", is_flag=True, help="You told the family that there will be one, or decided on it.")
@click.option("--ask-advice", is_flag=True, help="You asked for advice: six weeks to give it (r.26).")
@click.option("--end", is_flag=True, help="It ended: the finalised plan was sent, or there is nothing to amend.")
@click.option("--stands-for-review", is_flag=True, help="It stood in for the annual review (needs --reason).")
@click.option("--reason", metavar="TEXT", help="Why it stood in. Kept outside the log.")
@recorded
@click.pass_obj
def reassess(
    session: Session, /, ref: str, end: bool, stands_for_review: bool, reason: str | None, **given: Any
) -> None:
    """Record a re-assessment of needs (CFA 2014 s.44(2)-(3), SEND Regs 2014 rr.23-27); it is not itself a review.

    Its finalised plan is due within 14 weeks of --start. That the advice came is recorded with `arflow plan did … received`.

    \b
    Example:
      arflow plan reassess P-1001 --requested --on 2026-01-05
      arflow plan reassess P-1001 --start --on 2026-01-12
    """
    said = [command for name, command in _REASSESSMENT.items() if given.pop(name)]
    if len(said) + end != 1:
        raise click.UsageError("say one of --requested, --refuse, --start, --ask-advice and --end")
    if not end and (stands_for_review or reason):
        raise click.UsageError("--stands-for-review and --reason go with --end")
    ended = EndReassessment(stands_for_review=stands_for_review, reason=reason, **given) if end else None
    emit_changed(session, ref, ended or said[0](**given))


@click.command("direct-payments", cls=Command)
@PLAN
@recorded
@click.pass_obj
def direct_payments(session: Session, /, ref: str, **when: Any) -> None:
    """Record the first direct payment: its use is reviewed within three months (SI 2014/1652 r.11).

    \b
    Example:
      arflow plan direct-payments P-1001 --on 2026-03-02
    """
    emit_changed(session, ref, StartDirectPayments(**when))


@click.command("consider-ceasing", cls=Command)
@PLAN
@click.option("--ground", type=_words(get_args(CeasingGround)), required=True, help="The ground (CFA 2014 s.45(1)).")
@click.option(
    "--role", "roles", type=click.Choice(ROLES), multiple=True, help="Who was informed and consulted; repeat for each."
)
@recorded
@click.pass_obj
def consider_ceasing(session: Session, /, ref: str, ground: str, roles: tuple[Role, ...], **when: Any) -> None:
    """Record that you consider ceasing, on which ground, and whom you informed and consulted (SEND Regs 2014 r.31(1)).

    \b
    Example:
      arflow plan consider-ceasing P-1001 --ground not-necessary --role parent --role setting --on 2026-03-02
    """
    emit_changed(session, ref, ConsiderCeasing(ground=_coded(ground), roles=roles, **when))


@click.command("notify-ceasing", cls=Command)
@PLAN
@recorded
@click.pass_obj
def notify_ceasing(session: Session, /, ref: str, **when: Any) -> None:
    """Record that you told the family of a decision to cease made outside a review (SEND Regs 2014 r.31(2)).

    The plan is maintained until the time to appeal is over, or an appeal is determined (CFA 2014 s.45(4)).

    \b
    Example:
      arflow plan notify-ceasing P-1001 --on 2026-04-20
    """
    emit_changed(session, ref, NotifyCeasing(**when))
    say_what_lacks(session, ref, when["on"])


@click.command(cls=Command)
@PLAN
@click.argument("step", type=_words(get_args(ProceedingStep)))
@OF
@recorded
@click.pass_obj
def did(session: Session, /, ref: str, step: str, **facts: Any) -> None:
    """Record that something was done that an order, a mediation or a re-assessment asks for.

    Recorded again, the later record counts. `arflow plan show` lists what each waits for.

    \b
    Example:
      arflow plan did P-1001 amended --on 2026-08-03
    """
    emit_changed(session, ref, TakeProceedingStep(did=_coded(step), **facts))


@click.command("set-limit", cls=Command)
@PLAN
@click.option("--to", "last_day", type=DAY_AHEAD, required=True, help="The last day.")
@OF
@recorded
@click.pass_obj
def set_limit(session: Session, /, ref: str, last_day: date, **facts: Any) -> None:
    """Record another last day: the Tribunal's direction (r.44(1)), or one that a mediation agreed in writing (r.42(5)).

    \b
    Example:
      arflow plan set-limit P-1001 --to 2026-08-21 --on 2026-07-20
    """
    emit_changed(session, ref, SetLimit(last_day=last_day, **facts))


@click.command("excuse-limit", cls=Command)
@PLAN
@click.option("--because", type=_words(get_args(ExcusedBecause)), required=True, help="Why it is impractical.")
@OF
@recorded
@click.pass_obj
def excuse_limit(session: Session, /, ref: str, because: str, **facts: Any) -> None:
    """Record that a limit does not bind, since keeping it is impractical (SEND Regs 2014 r.27(3), r.44(3)).

    \b
    Example:
      arflow plan excuse-limit P-1001 --because absence --on 2026-07-20
    """
    emit_changed(session, ref, ExcuseLimit(because=_coded(because), **facts))


@click.command("withdraw", cls=Command)
@PLAN
@click.option("--of", "proceeding", type=int, required=True, metavar="N", help="Its number in `arflow plan show`.")
@REASON
@recorded
@click.pass_obj
def withdraw(session: Session, /, ref: str, **facts: Any) -> None:
    """Take back an order, a mediation, a request or a notice: given up, set aside or recorded by mistake.

    From --on nothing is counted from it; a mistake is taken back with the day on which it was recorded to have happened.

    \b
    Example:
      arflow plan withdraw P-1001 --of 7 --reason "Recorded for another plan"
    """
    emit_changed(session, ref, WithdrawProceeding(**facts))


COMMANDS: tuple[click.Command, ...] = (
    appeal,
    appeal_admitted,
    appeal_ended,
    order,
    not_oppose,
    mediation,
    mediation_agreed,
    reassess,
    direct_payments,
    consider_ceasing,
    notify_ceasing,
    did,
    set_limit,
    excuse_limit,
    withdraw,
)
