"""`arflow plan transfer …`: a transfer between phases, what is asked and answered before a plan names an institution."""

from datetime import date
from typing import Any, get_args

import click

from arflow.case.plan_commands import (
    ConsultInstitution,
    ExpectTransfer,
    NameForTransfer,
    ReceiveReply,
    RequestInstitution,
    WithdrawConsultation,
)
from arflow.case.transfer_record import consultations_of
from arflow.cli.case_names import A_REVIEW, PLAN
from arflow.cli.options import DAY_AHEAD, REASON, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed
from arflow.cli.terminal import say
from arflow.events import TRANSFER_KINDS, ConsultationGround, ConsultationReply

INSTITUTION = click.option("--institution", required=True, metavar="URN", help="Whom it is about: the institution.")
AUTHORITY = click.option(
    "--authority",
    metavar="NUMBER",
    help="The other authority that maintains it, where that one was consulted (three digits).",
)
REVIEW = click.option("--review", metavar="R-…", type=A_REVIEW, help="The review whose amendment it is about.")
OUTSIDE = click.option("--outside-review", is_flag=True, help="It is about the amendment proposed without a review.")


@click.command(cls=Command)
@PLAN
@click.option(
    "--transfer",
    type=click.Choice((*TRANSFER_KINDS, "none")),
    required=True,
    help="`none`: no longer expected.",
)
@click.option("--transfer-on", type=DAY_AHEAD, help="The day of the transfer.")
@recorded
@click.pass_obj
def transfer(session: Session, /, ref: str, transfer: Any, transfer_on: date | None, **when: Any) -> None:
    """Record that a transfer between phases of education is expected (SEND Regs 2014 r.18).

    \b
    Example:
      arflow plan transfer P-1001 --transfer primary_to_secondary --transfer-on 2027-09-01
    """
    kind = None if transfer == "none" else transfer
    emit_changed(session, ref, ExpectTransfer(transfer=kind, transfer_on=transfer_on, **when))


@click.command("request-institution", cls=Command)
@PLAN
@click.option("--institution", required=True, metavar="URN|none", help="`none`: the family no longer asks for any.")
@REVIEW
@OUTSIDE
@recorded
@click.pass_obj
def request_institution(session: Session, /, ref: str, institution: str, **when: Any) -> None:
    """Record the institution that the family asks to have named (SEND Regs 2014 r.22(2)(b), (c)(ii)).

    It is about the expected transfer, or where there is none about an amendment proposed without a review.

    \b
    Example:
      arflow plan request-institution P-1001 --institution 123457 --on 2026-11-03
      arflow plan request-institution P-1001 --institution 123457 --review R-2026-000001
    """
    asked = None if institution == "none" else institution
    emit_changed(session, ref, RequestInstitution(institution=asked, **when))


@click.command(cls=Command)
@PLAN
@INSTITUTION
@AUTHORITY
@REVIEW
@OUTSIDE
@recorded
@click.pass_obj
def consult(session: Session, /, ref: str, **facts: Any) -> None:
    """Record that you consulted an institution before naming it (CFA 2014 ss.39(2), 40(3)).

    --on is the day it was sent: an answer should come within 15 days (Code 9.83). Recorded again, it counts from the new day.
    It is about the expected transfer, or where there is none about an amendment proposed without a review.

    \b
    Example:
      arflow plan consult P-1001 --institution 123457 --on 2026-11-03
      arflow plan consult P-1001 --institution 123457 --authority 878 --on 2026-11-03
      arflow plan consult P-1001 --institution 123457 --review R-2026-000001
    """
    emit_changed(session, ref, ConsultInstitution(**facts))


@click.command("consult-reply", cls=Command)
@PLAN
@INSTITUTION
@AUTHORITY
@REVIEW
@OUTSIDE
@click.option("--reply", type=click.Choice(get_args(ConsultationReply)), required=True, help="What was answered.")
@click.option(
    "--ground",
    "grounds",
    type=click.Choice(get_args(ConsultationGround)),
    multiple=True,
    help="A ground of the objection (CFA 2014 s.39(4)). Repeatable.",
)
@click.option("--reason", metavar="TEXT", help="What it says. Kept outside the log.")
@recorded
@click.pass_obj
def consult_reply(session: Session, /, ref: str, **facts: Any) -> None:
    """Record the answer to a consultation.

    \b
    Example:
      arflow plan consult-reply P-1001 --institution 123457 --reply can_meet_needs --on 2026-11-12
      arflow plan consult-reply P-1001 --institution 123457 --reply objects --ground education_of_others
    """
    emit_changed(session, ref, ReceiveReply(**facts))


@click.command("consult-withdraw", cls=Command)
@PLAN
@INSTITUTION
@AUTHORITY
@REVIEW
@OUTSIDE
@REASON
@recorded
@click.pass_obj
def consult_withdraw(session: Session, /, ref: str, **facts: Any) -> None:
    """Take a consultation back: recorded by mistake, or its answer is no longer awaited.

    \b
    Example:
      arflow plan consult-withdraw P-1001 --institution 123457 --reason "The family asks for another school"
    """
    emit_changed(session, ref, WithdrawConsultation(**facts))


@click.command("name-for-transfer", cls=Command)
@PLAN
@click.option(
    "--names",
    "names_for_transfer",
    required=True,
    metavar="URN|type:TEXT|none:REASON|unchanged|withdrawn:REASON",
    help="What the plan names; `unchanged`: it needs no amendment; `withdrawn`: it was recorded by mistake.",
)
@click.option(
    "--review",
    metavar="R-…",
    type=A_REVIEW,
    help="The review that dealt with it (default: the last one that may have).",
)
@click.option("--outside-review", is_flag=True, help="An act outside any review, such as an order of the Tribunal.")
@recorded
@click.pass_obj
def name_for_transfer(session: Session, /, ref: str, **facts: Any) -> None:
    """Record what the plan names for its expected transfer, so that the transfer is dealt with (SEND Regs 2014 r.18).

    A review counts from the day its outcome was final; an act outside any review from --on. Words after `type:`, `none:`
    and `withdrawn:` are kept as a note, not in the log.

    \b
    Example:
      arflow plan name-for-transfer P-1001 --names 123457 --review R-2026-000001
      arflow plan name-for-transfer P-1001 --names "type:special school" --outside-review --on 2026-11-24
    """
    emit_changed(session, ref, NameForTransfer(**facts))
    _say_not_consulted(session, ref, facts["names_for_transfer"])


def _say_not_consulted(session: Session, ref: str, names: str) -> None:
    """Say that the log holds no consultation of the institution named, where there is one."""
    plan = session.app.plan(ref)
    consulted = {one.institution for one in consultations_of(plan)}
    if names.isdigit() and names not in {*consulted, plan.setting}:
        say(f"No consultation of {names} is recorded (CFA 2014 ss.39(2), 40(3)): arflow plan consult {ref}", err=True)


COMMANDS: tuple[click.Command, ...] = (
    transfer,
    request_institution,
    consult,
    consult_reply,
    consult_withdraw,
    name_for_transfer,
)
