"""What became of a message of ours, as a server tells it: a report (RFC 3464), or words in its own dialect."""

import logging
import re
from collections.abc import Sequence
from email.message import EmailMessage, Message
from typing import Literal

import msgspec

from arflow.post.mail.message_kinds import OWN_ID, is_from_server, is_report_like
from arflow.post.mail.outbox_rows import Outgoing
from arflow.post.mail.part_text import MALFORMED
from arflow.post.mail.received import Incoming

Outcome = Literal["failed", "delayed", "delivered", "passed on", "unclear"]
_STATUS = re.compile(r"\b[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\b")
_NAMING = ("message-id", "original-message-id", "x-arflow-delivery")
_PROOF = re.compile(r"\b[Mm](-[0-9a-f]{16}\.[0-9a-f]{12})\b")
_MOST_PROOFS = 20


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report of delivery: the id of our message, where exactly one is named, and what became of it.

    `proofs` are what it brings back of messages of ours: an id and a token each, right or wrong.
    `status` is the enhanced status code (RFC 3463), where the server gave one.
    """

    message: str | None
    outcome: Outcome
    status: str | None
    proofs: tuple[str, ...] = ()

    def proves(self, message: Outgoing) -> bool:
        """Whether it has what only the message itself had: whoever knows no more than its id cannot have written it."""
        return message.token is not None and f"{message.id}.{message.token}" in self.proofs


def report_of(message: EmailMessage, incoming: Incoming) -> Report | None:
    """What a message reports, or None where it reports nothing."""
    if not is_report_like(incoming):
        return None
    blocks = _blocks(message)
    actions = {str(block["Action"]).partition(";")[0].strip().lower() for block in blocks if block["Action"]}
    receipt = _receipt(message)
    said = _said(message, incoming)
    named = _named(said, incoming)
    failed = not actions and not receipt and _failed_by_words(message)
    if not (actions or receipt or failed or (named and is_from_server(incoming))):
        return None
    status = next((found.group() for block in blocks if (found := _STATUS.search(str(block["Status"])))), None)
    return Report(
        message=named.pop() if len(named) == 1 else None,
        outcome=_outcome(actions, receipt=receipt, failed=failed),
        status=status,
        proofs=_proofs(said),
    )


def _outcome(actions: set[str], *, receipt: bool, failed: bool) -> Outcome:
    if failed or "failed" in actions:
        return "failed"
    if "delayed" in actions:
        return "delayed"
    if receipt or "delivered" in actions:
        return "delivered"
    return "passed on" if actions else "unclear"


def _blocks(message: EmailMessage) -> list[Message]:
    """The groups of fields of a delivery report: of the message first, then of each recipient."""
    return [
        block
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
        if isinstance(block, Message)
    ]


def _receipt(message: EmailMessage) -> bool:
    """Whether it is a receipt that says the message was shown to somebody (RFC 8098)."""
    said = (
        str(part["Disposition"]).lower()
        for receipt in message.walk()
        if receipt.get_content_type() == "message/disposition-notification"
        for part in receipt.walk()
    )
    return any("displayed" in one for one in said)


def _failed_by_words(message: EmailMessage) -> bool:
    """Whether one of the dialects that the library knows says that a delivery failed for good."""
    from flufl.bounce import all_failures

    # The library logs a traceback for each malformed header that it meets; what is malformed is no fault of ours.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        _, permanent = all_failures(message)
    except MALFORMED:
        return False
    return bool(permanent)


def _named(said: Sequence[str], incoming: Incoming) -> set[str]:
    """The ids of messages of ours that a report names: in the address it came to, or in what it returns."""
    by_address = {found for address in incoming.recipients for found in _ids(address)}
    return by_address or {found for text in said for found in _ids(text)}


def _said(message: EmailMessage, incoming: Incoming) -> list[str]:
    """Every text of a report that may name a message of ours."""
    said = [*incoming.recipients, *incoming.answers, incoming.text]
    for part in message.walk():
        said += [str(value) for name, value in part.raw_items() if name.lower() in _NAMING]
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            said.append(content.decode("utf-8", "replace") if isinstance(content, bytes) else "")
    return said


def _proofs(said: Sequence[str]) -> tuple[str, ...]:
    found = dict.fromkeys(f"M{proof}" for text in said for proof in _PROOF.findall(text))
    return tuple(found)[:_MOST_PROOFS]


def _ids(text: str) -> list[str]:
    """Ids keep their small letters, whatever a server did to the address."""
    return list(OWN_ID.findall(text.replace("m-", "M-")))
