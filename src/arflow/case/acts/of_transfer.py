"""Recording what is asked and answered before a plan names an institution for its transfer (CFA 2014 ss.38-40). Pure."""

import re
from typing import Any

from arflow.case.acts.basis import Recording
from arflow.case.consultations import Consultation
from arflow.case.plan import Plan
from arflow.case.plan_commands import ConsultInstitution, ReceiveReply, RequestInstitution, WithdrawConsultation
from arflow.case.transfer_naming import expected_day
from arflow.case.transfer_record import consultations_of, request_of
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible, field_name
from arflow.events import ConsultationAnswered, ConsultationWithdrawn, InstitutionConsulted, InstitutionRequested

_URN, _AUTHORITY = re.compile(r"\d{6}"), re.compile(r"\d{3}")
AnyConsulting = ConsultInstitution | ReceiveReply | WithdrawConsultation


def requested(plan: Plan, command: RequestInstitution, envelope: dict[str, Any]) -> InstitutionRequested:
    """The event by which the family asks for an institution, or no longer asks; NotPossible without an expected transfer."""
    of = _transfer(plan)
    if command.institution is not None:
        check_institution(command.institution)
    elif request_of(plan) is None:
        raise NotPossible(f"plan {plan.ref} has no request for an institution to take back")
    return InstitutionRequested(**envelope, **of, institution=command.institution)


def consulting(
    plan: Plan, command: AnyConsulting, recording: Recording, envelope: dict[str, Any]
) -> InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn:
    """The event by which somebody is consulted, answers, or need not answer any more; a refusal where that cannot be."""
    of = _transfer(plan)
    check_institution(command.institution)
    if command.authority is not None and not _AUTHORITY.fullmatch(command.authority):
        raise InvalidValue(
            field_name("authority"), command.authority, "the authority's three digits at the DfE, such as 878"
        )
    of |= {"institution": command.institution, "authority": command.authority}
    if isinstance(command, ConsultInstitution):
        return InstitutionConsulted(**envelope, **of)
    found = _found(plan, command)
    if isinstance(command, WithdrawConsultation):
        return ConsultationWithdrawn(**envelope, **of, reason=recording.note(command.reason))
    if found.sent.day and envelope["on"] < found.sent.day:
        raise DateRefused(
            f"{field_name('on')} {envelope['on']} is before {found.who} was consulted on {found.sent.day}"
        )
    _check_grounds(command)
    return ConsultationAnswered(
        **envelope,
        **of,
        reply=command.reply,
        grounds=tuple(dict.fromkeys(command.grounds)),
        reason=recording.note(command.reason) if command.reason else None,
    )


def check_institution(urn: str) -> None:
    """InvalidValue for anything but a URN."""
    if not _URN.fullmatch(urn):
        raise InvalidValue(field_name("institution"), urn, "a URN of six digits")


def _check_grounds(command: ReceiveReply) -> None:
    objects = command.reply == "objects"
    if objects and not command.grounds and not command.reason:
        raise MissingValue(field_name("ground"), "an objection has a ground (CFA 2014 s.39(4)), or a reason in words")
    if command.grounds and not objects:
        raise InvalidValue(field_name("ground"), command.grounds[0], "possible beside an answer that does not object")


def _found(plan: Plan, command: ReceiveReply | WithdrawConsultation) -> Consultation:
    wanted = (command.institution, command.authority)
    consulted = consultations_of(plan)
    found = next((one for one in consulted if (one.institution, one.authority) == wanted), None)
    if found is None:
        known = ", ".join(one.who for one in consulted) or "nobody"
        raise NotPossible(
            f"plan {plan.ref} has no consultation of {command.institution} about its transfer; consulted: {known}: "
            f"record it with `arflow plan consult {plan.ref}`"
        )
    return found


def _transfer(plan: Plan) -> dict[str, Any]:
    """The expected transfer as events name it; NotPossible where there is none."""
    return {"transfer_on": expected_day(plan), "transfer": plan.transfer}
