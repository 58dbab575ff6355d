"""What is asked to be sent: a dispatch and its messages, checked before anything is queued."""

from datetime import date
from typing import Literal

import msgspec

from arflow.case.amendment_commands import SendNoticeAgain
from arflow.case.plan_commands import DecideNotToAmendPlan, RecordAmendment, SendPlanNotice
from arflow.case.review_commands import (
    ChaseAdvice,
    CirculateAdvice,
    DecideNotToAmend,
    Invite,
    IssueFinalPlan,
    NotifyDecision,
    RequestAdvice,
    SendAmendmentNotice,
    SendReport,
)
from arflow.errors import InvalidValue, MissingValue, NotPossible, field_name
from arflow.events import Channel, Role
from arflow.people.addresses import is_email

# Acts on a plan outside a review (SEND Regs 2014 r.28).
SendingPlanAct = SendPlanNotice | RecordAmendment | DecideNotToAmendPlan
SendingReviewAct = (
    Invite
    | RequestAdvice
    | ChaseAdvice
    | CirculateAdvice
    | SendReport
    | NotifyDecision
    | SendAmendmentNotice
    | SendNoticeAgain
    | IssueFinalPlan
    | DecideNotToAmend
)
SendingAct = SendingReviewAct | SendingPlanAct


class TermListSending(msgspec.Struct, frozen=True, kw_only=True):
    """The list of a term goes to one recipient: recorded on each of its `plans` once it has left (Code 9.172)."""

    term_start: date
    role: Role
    setting: str | None = None
    plans: tuple[str, ...]
    documents: tuple[str, ...]


AnySendingAct = SendingAct | TermListSending
# Stored names of the acts, which outlive the classes.
ACTS: dict[str, type[AnySendingAct]] = {
    "invite": Invite,
    "request_advice": RequestAdvice,
    "chase": ChaseAdvice,
    "circulate": CirculateAdvice,
    "report": SendReport,
    "notify": NotifyDecision,
    "notice": SendAmendmentNotice,
    "notice_again": SendNoticeAgain,
    "issue": IssueFinalPlan,
    "not_amend": DecideNotToAmend,
    "plan_notice": SendPlanNotice,
    "plan_amend": RecordAmendment,
    "plan_not_amend": DecideNotToAmendPlan,
    "term_list": TermListSending,
}
_ACT_NAMES = {cls: name for name, cls in ACTS.items()}


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Who a message is for, with every address that is known; `person` is none for somebody who is not in the directory."""

    person: str | None
    plan: str | None
    role: Role | None
    name: str = ""
    email: str | None = None
    postal_address: str | None = None
    do_not_contact: bool = False


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A kept document that goes with a message: its SHA-256, the name it is sent under, and the plan it belongs to."""

    digest: str
    name: str
    media_type: str
    plan: str | None


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar object that goes with a message (RFC 5546): its method and its text."""

    method: Literal["REQUEST", "CANCEL", "PUBLISH"]
    text: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent to one person; a whole act waits for every message that is `required`.

    `letter_template` is PAPERS/LETTER/SHA-256 of what it was written with. Where `approval` says who approves it, it leaves
    once an officer other than its maker did, `approved_by`. `written_on` is the date of a letter.
    """

    recipient: Recipient
    channel: Channel
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    calendar: Calendar | None = None
    in_reply_to: str | None = None
    required: bool = True
    letter_template: str | None = None
    approval: str = ""
    approved_by: str | None = None
    written_on: date | None = None

    @property
    def awaits_approval(self) -> bool:
        """Whether somebody has to approve it before it leaves."""
        return bool(self.approval) and self.approved_by is None


class Dispatch(msgspec.Struct, frozen=True, kw_only=True):
    """One thing sent on a case to one or more people; `key` names it, so that it is queued once.

    `act` is recorded when the messages have left. `automatic` marks what no officer wrote or chose (RFC 3834).
    """

    key: str
    kind: str
    plan: str | None
    review: str | None
    messages: tuple[Message, ...]
    act: AnySendingAct | None = None
    automatic: Literal["generated", "replied"] | None = None


def encode_act(act: AnySendingAct) -> str:
    """An act as JSON with its stored name."""
    return msgspec.json.encode({"act": _ACT_NAMES[type(act)], "command": act}).decode()


def decode_act(stored: str) -> AnySendingAct | None:
    """The act that was stored; None where a newer arflow queued it, and this one cannot record it."""
    try:
        tagged = msgspec.json.decode(stored)
        act: AnySendingAct = msgspec.convert(tagged["command"], ACTS[tagged["act"]])
    except (KeyError, TypeError, msgspec.MsgspecError):
        return None
    return act


def without_reason(stored: str) -> str:
    """A stored act without the words of its reasons, whichever arflow queued it."""
    tagged = msgspec.json.decode(stored)
    for words in ("skip_reason", "incomplete_because"):
        tagged["command"].pop(words, None)
    return msgspec.json.encode(tagged).decode()


# --- what is refused ---------------------------------------------------------------------------------------


def check(dispatch: Dispatch) -> None:
    """Refuse what must not be queued: another family's person or paper, an address that cannot be, a person not to contact."""
    if not dispatch.key.strip() or not dispatch.kind.strip():
        raise MissingValue("key", "a dispatch needs a key and a kind")
    if not dispatch.messages:
        raise MissingValue(field_name("to"), "name at least one person to send it to")
    if isinstance(dispatch.act, SendingPlanAct):
        if dispatch.plan is None or dispatch.review is not None:
            raise MissingValue("plan", "an act on a plan needs the plan that it is recorded on, and no review")
    elif dispatch.act is not None and dispatch.review is None and not isinstance(dispatch.act, TermListSending):
        raise MissingValue("review", "an act needs the review that it is recorded on")
    for message in dispatch.messages:
        check_message(message, dispatch.plan)


def check_message(message: Message, plan: str | None) -> None:
    """Refuse a message that must not be sent on a plan."""
    recipient = message.recipient
    who = recipient.person or "the sender"
    if recipient.plan != plan:
        raise NotPossible(
            f"{who} belongs to {recipient.plan or 'no plan'}, not to {plan or 'no plan'}: nothing was queued"
        )
    if recipient.do_not_contact:
        raise NotPossible(f"{who} is not to be contacted: see `arflow people show {who}`; nothing was queued")
    for attachment in message.attachments:
        _check_attachment(attachment, plan)
    _check_line("subject", message.subject)
    match message.channel:
        case "email":
            check_email(recipient.email, who)
        case "post" if not (recipient.postal_address or "").strip():
            raise MissingValue(f"postal address of {who}", "a letter needs one: add it, or choose another channel")
        case _:
            pass


def check_email(address: str | None, who: str) -> None:
    """Refuse an email address that no server would take."""
    if not address:
        raise MissingValue(f"email address of {who}", "add it, or choose another channel")
    if not is_email(address):  # the address itself is personal data: a refusal names the person by id only
        wanted = "an address such as name@example.org: correct it"
        raise InvalidValue(f"email address of {who}", "what is kept", wanted)


def _check_attachment(attachment: Attachment, plan: str | None) -> None:
    if attachment.plan != plan:
        raise NotPossible(
            f"document {attachment.digest[:12]} belongs to {attachment.plan or 'no plan'}, not to {plan or 'no plan'}: "
            "nothing was queued"
        )
    _check_line("name of an attachment", attachment.name)
    if "/" in attachment.name or "\\" in attachment.name:
        raise InvalidValue("name of an attachment", attachment.name, "a file name without folders")


def _check_line(field: str, text: str) -> None:
    if not text.strip():
        raise MissingValue(field, "say what it is about")
    if not text.isprintable():
        raise InvalidValue(field, repr(text[:40]), "text on one line")
