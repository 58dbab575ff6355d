"""Recording what is asked and answered before a plan names an institution (CFA 2014 ss.38-40). Pure."""

import re
from typing import Any

from arflow.case.acts.basis import Recording
from arflow.case.consultations import About, Consultation
from arflow.case.plan import Plan
from arflow.case.plan_commands import ConsultInstitution, ReceiveReply, RequestInstitution, WithdrawConsultation
from arflow.case.transfer_naming import expected_day
from arflow.case.transfer_record import about_notice, about_transfer, all_consulted
from arflow.case.urn import check_urn
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible, field_name
from arflow.events import ConsultationAnswered, ConsultationWithdrawn, InstitutionConsulted, InstitutionRequested

_AUTHORITY = re.compile(r"[0-9]{3}")
AnyConsulting = ConsultInstitution | ReceiveReply | WithdrawConsultation


def requested(plan: Plan, command: RequestInstitution, envelope: dict[str, Any]) -> InstitutionRequested:
    """The event by which the family asks for an institution, or no longer asks; NotPossible where nothing is to name one."""
    about = _asked_about(plan, command)
    if command.institution is not None:
        check_urn(command.institution, "institution")
    elif not any(one.about == about and one.institution for one in plan.requests):
        raise NotPossible(f"plan {plan.ref} has no request for an institution to take back")
    return InstitutionRequested(**envelope, **_fields(plan, about), institution=command.institution)


def consulting(
    plan: Plan, command: AnyConsulting, recording: Recording, envelope: dict[str, Any]
) -> InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn:
    """The event by which somebody is consulted, answers, or need not answer any more; a refusal where that cannot be."""
    check_urn(command.institution, "institution")
    if command.authority is not None and not _AUTHORITY.fullmatch(command.authority):
        raise InvalidValue(
            field_name("authority"), command.authority, "the authority's three digits at the DfE, such as 878"
        )
    who: dict[str, Any] = {"institution": command.institution, "authority": command.authority}
    if isinstance(command, ConsultInstitution):
        return InstitutionConsulted(**envelope, **_fields(plan, _asked_about(plan, command)), **who)
    found = _found(plan, command)
    of = _fields(plan, found.about) | who
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


def _check_grounds(command: ReceiveReply) -> None:
    objects = command.reply == "objects"
    if objects and not command.grounds and not command.reason:
        raise MissingValue(field_name("ground"), "an objection has a ground (CFA 2014 s.39(4)), or a reason in words")
    if command.grounds and not objects:
        raise InvalidValue(field_name("ground"), command.grounds[0], "possible beside an answer that does not object")


def _found(plan: Plan, command: ReceiveReply | WithdrawConsultation) -> Consultation:
    wanted, consulted = (command.institution, command.authority), all_consulted(plan)
    said = _said_about(plan, command)
    found = [one for one in consulted if (one.institution, one.authority) == wanted and said in (None, one.about)]
    if len(found) > 1:
        several = ", ".join(str(one.about) for one in found)
        raise MissingValue(
            f"{field_name('review')} or {field_name('outside_review')}",
            f"{found[0].who} was consulted about several things ({several}): say which",
        )
    if not found:
        known = ", ".join(dict.fromkeys(one.who for one in consulted)) or "nobody"
        raise NotPossible(
            f"plan {plan.ref} has no consultation of {command.institution} of that kind; consulted: {known}: "
            f"record it with `arflow plan consult {plan.ref}`"
        )
    return found[0]


def _asked_about(plan: Plan, command: ConsultInstitution | RequestInstitution) -> About:
    """What a command is about, as it says; else the expected transfer, or an amendment proposed without a review."""
    if said := _said_about(plan, command):
        return said
    notice = about_notice(plan)
    if plan.transfer is None and notice:
        return notice
    try:
        expected_day(plan)
    except NotPossible as refusal:
        refusal.message += f"; or name the review whose amendment it is about with {field_name('review')}"
        raise
    return about_transfer(plan)


def _said_about(plan: Plan, command: AnyConsulting | RequestInstitution) -> About | None:
    """What a command says that it is about; NotPossible for a review, or an amendment, that the plan has not."""
    if command.review is not None:
        if command.outside_review:
            raise InvalidValue(field_name("review"), command.review, f"possible beside {field_name('outside_review')}")
        if command.review not in plan.reviews:
            raise NotPossible(
                f"plan {plan.ref} has no review {command.review} that could amend it: see `arflow plan show {plan.ref}`"
            )
        return About(review=command.review)
    if command.outside_review:
        notice = about_notice(plan)
        if notice is None:
            raise NotPossible(
                f"plan {plan.ref} has no amendment proposed without a review: record its notice with "
                f"`arflow plan notice {plan.ref}`"
            )
        return notice
    return None


def _fields(plan: Plan, about: About) -> dict[str, Any]:
    """What it is about, as events name it."""
    if about.is_transfer:
        return {"transfer": plan.transfer, "transfer_on": expected_day(plan)}
    return {"review": about.review, "notice": about.notice}
