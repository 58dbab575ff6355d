"""Send the reminders that are due: to who was asked, or to the coordinator or manager who is to see to it."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from arflow.case.review_commands import ChaseAdvice
from arflow.papers.letters.papers import Told
from arflow.papers.plan_text.change_labels import ROLES
from arflow.post.advice.reminders_due import Reminding
from arflow.post.mail.dispatch import Dispatch, Message, Recipient, check_email
from arflow.post.meeting.time_and_place import meeting_of
from arflow.post.outgoing.composition import Desk, message
from arflow.post.outgoing.letter_facts import case_of, facts
from arflow.post.outgoing.send_now import Sent, send

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_SETTINGS: dict[Told, str] = {"coordinator": "ARFLOW_MAIL_COORDINATORS", "manager": "ARFLOW_MAIL_MANAGERS"}
ESCALATION = "escalation"


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """Where word goes that advice is late: the mailbox of the coordinators, and that of their managers."""

    addresses: Mapping[Told, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Escalation":
        """The addresses that ARFLOW_MAIL_COORDINATORS and ARFLOW_MAIL_MANAGERS give; InvalidValue names a wrong one."""
        given = {told: environment.get(name, "").strip() for told, name in _SETTINGS.items()}
        for told, address in given.items():
            if address:
                check_email(address, _SETTINGS[told])
        return cls(addresses={told: address for told, address in given.items() if address})


def obstacle(found: Reminding, escalation: Escalation) -> str:
    """Why a reminder cannot be sent; nothing where it can."""
    if found.told != "invitee":
        return "" if found.told in escalation.addresses else f"set {_SETTINGS[found.told]}"
    if found.to is None:
        return "only a role was asked: remind them yourself"
    return found.to.why


def remind(app: "Arflow", found: Reminding, desk: Desk, escalation: Escalation) -> Sent:
    """Queue one reminder, once for its key, and try to send it at once."""
    return send(app, reminder(app, found, desk, escalation), desk.post)


def reminder(app: "Arflow", found: Reminding, desk: Desk, escalation: Escalation) -> Dispatch:
    """One reminder, or word to who is to see to it, as it is queued."""
    to_invitee = found.told == "invitee"
    return Dispatch(
        key=found.key,
        kind=found.letter if to_invitee else ESCALATION,
        plan=found.plan,
        review=found.review,
        messages=(_reminder(app, found, desk) if to_invitee else _escalated(found, escalation),),
        act=ChaseAdvice(roles=(found.asked.role,), rule=found.rule) if to_invitee else None,
        automatic="generated",
    )


def _reminder(app: "Arflow", found: Reminding, desk: Desk) -> Message:
    assert found.to is not None
    case, meeting = case_of(app, found.review), meeting_of(app, found.review)
    by = {"advice_by": found.wanted_by} if found.wanted_by >= app.today else {}  # later, by when it is still of use
    said = facts(case, found.to, desk.papers, meeting, **by)
    return message(app, desk, found.letter, said, found.to)


def _escalated(found: Reminding, escalation: Escalation) -> Message:
    """Word that advice is late, without the name of a child or of who was asked."""
    one, role = found.asked, ROLES[found.asked.role]
    reminded = ", ".join(f"{chase.on}" for chase in one.chased) or "not yet"
    text = (
        f"Advice from {role}{f' ({one.person})' if one.person else ''} for {found.review} was wanted by "
        f"{found.wanted_by} and has not come.\n\n"
        f"Asked on {one.requested_on}. Reminded: {reminded}.\n\n"
        f"This message is sent {found.text}. See `arflow review advice {found.review}`.\n"
    )
    to = Recipient(person=None, plan=found.plan, role="la_sen", email=escalation.addresses[found.told], name="")
    return Message(recipient=to, channel="email", subject="Advice is late", text=text)
