"""Recording that a plan comes from another authority, or goes to one (SEND Regs 2014 r.15). Pure."""

import re
from typing import Any, assert_never

from arflow.case.acts.basis import Recording
from arflow.case.acts.references import check_reference
from arflow.case.acts.refusals import digests, need, refuse_uncountable
from arflow.case.plan import Plan
from arflow.case.plan_commands import LearnOfMove, TakeOver, TellFamilyOfTransfer, TransferIn, TransferOut
from arflow.errors import DateRefused, InvalidValue, field_name
from arflow.events import FamilyToldOfMove, MoveAwayLearned, PlanTakenOver, PlanTransferredIn, PlanTransferredOut

AnyMove = TransferIn | TellFamilyOfTransfer | TakeOver | LearnOfMove | TransferOut
_AUTHORITY = re.compile(r"[0-9]{3}")


def moved(
    plan: Plan, command: AnyMove, recording: Recording, envelope: dict[str, Any]
) -> PlanTransferredIn | FamilyToldOfMove | PlanTakenOver | MoveAwayLearned | PlanTransferredOut:
    """The event of a move, or of what somebody tells or learns about one; a refusal where that cannot be."""
    match command:
        case TransferIn():
            _check_authority(command.from_la, "from_la")
            return PlanTransferredIn(**envelope, from_la=command.from_la)
        case TellFamilyOfTransfer():
            need(plan.transferred_in is not None, f"plan {plan.ref} did not come from another authority")
            refuse_uncountable(command.review_on, field_name("review_on"))
            return FamilyToldOfMove(
                **envelope, proposes_assessment=command.proposes_assessment, review_on=command.review_on
            )
        case TakeOver():
            return _taken_over(plan, command, recording, envelope)
        case LearnOfMove():
            return _move_learned(plan, command, envelope)
        case TransferOut():
            _check_authority(command.to_la, "to_la")
            return PlanTransferredOut(**envelope, to_la=command.to_la)
        case _:
            assert_never(command)


def _taken_over(plan: Plan, command: TakeOver, recording: Recording, envelope: dict[str, Any]) -> PlanTakenOver:
    need(plan.taken_over_from is None, f"plan {plan.ref} was taken over already")
    check_reference(command.from_plan, recording.today, field_name("from_plan"))
    digests((command.digest, command.root))
    return PlanTakenOver(
        **envelope,
        digest=command.digest,
        from_plan=command.from_plan,
        root=command.root,
        reviewed=command.reviewed,
    )


def _move_learned(plan: Plan, command: LearnOfMove, envelope: dict[str, Any]) -> MoveAwayLearned:
    """A move that was known before the plan went may be recorded after it has."""
    need(plan.ceased is None, f"plan {plan.ref} has ceased: it goes to no other authority")
    _check_authority(command.to_la, "to_la")
    refuse_uncountable(command.moves_on, field_name("moves_on"))
    gone = plan.transferred_out.day if plan.transferred_out else None
    if gone and envelope["on"] > gone:
        raise DateRefused(f"{field_name('on')} {envelope['on']} is after the plan went to another authority on {gone}")
    return MoveAwayLearned(**envelope, moves_on=command.moves_on, to_la=command.to_la)


def _check_authority(number: str | None, field: str) -> None:
    if number is not None and not _AUTHORITY.fullmatch(number):
        raise InvalidValue(field_name(field), number, "the authority's three digits at the DfE, such as 878")
