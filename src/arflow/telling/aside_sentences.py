"""What is recorded beside the acts of a review, each as a plain sentence, and the words that other sentences share with it."""

from collections.abc import Callable, Iterable, Sized
from typing import assert_never

from arflow.events import (
    AdviceChased,
    AmendmentsProposed,
    AsideEvent,
    ConductRecorded,
    DayDoubted,
    DeliveryFailed,
    DutySeen,
    InvitationAnswered,
    InvitationReply,
    LightRouteRecorded,
    MessageSent,
    PlanDutySeen,
    ReviewPaused,
    ReviewResumed,
    ServiceRecorded,
)
from arflow.words import counted, in_words

_REPLIED: dict[InvitationReply, str] = {
    "accepted": "accepted the invitation",
    "declined": "declined the invitation",
    "tentative": "may come to the meeting",
    "delegated": "sends somebody else to the meeting",
}
_SERVICE = {
    "bounced": "the first did not arrive",
    "other_channel": "it went by another channel too",
    "table_changed": "the table of deemed service changed",
    "shown_otherwise": "shown by other proof",
}
_TROUBLE = {
    "bounced": "it came back",
    "refused": "it was refused",
    "no_sign": "there is no sign of delivery",
}
_Words = Callable[[str], str]


def sentence(event: AsideEvent, words: _Words) -> str:
    """What happened; `words` gives the words that a digest stands for."""
    match event:
        case InvitationAnswered():
            return f"{roles([event.role]).capitalize()} {_REPLIED[event.replied]}"
        case AdviceChased():
            rule = f" ({in_words(event.rule)})" if event.rule else ""
            return f"Reminded about advice by {event.channel}: {roles(event.roles)}{rule}"
        case ConductRecorded():
            return f"Conduct of the meeting recorded: {_conduct(event)}{papers(event.documents)}"
        case ServiceRecorded():
            why = _SERVICE[event.because]
            return f"What was sent as event {event.of} is read as served on {event.served_on} by {event.channel}: {why}"
        case DayDoubted():
            doubt = (
                "is an estimate"
                if event.quality == "estimated"
                else "is not known: it stands on the last that it can be"
            )
            return f"The day of event {event.of} {doubt if event.quality != 'known' else 'is known'}"
        case AmendmentsProposed():
            changes = counted(event.changes, "change")
            return f"Amendments proposed by {roles([event.proposed_by])}: {changes} (digest {event.amendments[:12]}…)"
        case MessageSent():
            letter = in_words(event.letter).capitalize()
            return f"{letter} sent by {event.channel} to {roles(event.roles)}{papers(event.documents)}"
        case DeliveryFailed():
            to = f"{event.message} by {event.channel} to {roles(event.roles)}"
            return f"Message {to} did not arrive: {_TROUBLE[event.because]}"
        case ReviewPaused() | ReviewResumed() | LightRouteRecorded():
            return _off_course(event, words)
        case DutySeen():
            return seen(event)
        case _:
            assert_never(event)


def _off_course(event: ReviewPaused | ReviewResumed | LightRouteRecorded, words: _Words) -> str:
    match event:
        case ReviewPaused():
            return f"Paused, while every clock runs on: {words(event.reason)}"
        case ReviewResumed():
            return "Work goes on after the pause"
        case LightRouteRecorded():
            taken = "Goes by the light route" if event.taken else "Does not go by the light route after all"
            return f"{taken}: {words(event.reason)}"


def _conduct(event: ConductRecorded) -> str:
    progress = [f"{item} {in_words(code)}" for item, code in zip(event.outcomes, event.progress, strict=True)]
    budget = [f"personal budget {in_words(event.personal_budget)}"] if event.personal_budget else []
    told = [in_words(code) for code in (*event.views, *event.areas)]
    return "; ".join(("progress: " + ", ".join(progress or ["of no outcome"]), *told, *budget))


def roles(named: Iterable[str]) -> str:
    """The roles in words, or that nobody is named."""
    return ", ".join(in_words(role) for role in named) or "nobody named"


def papers(documents: Sized) -> str:
    """How many papers came with it, in brackets; nothing for none."""
    return f" ({counted(len(documents), 'paper')})" if documents else ""


def seen(event: DutySeen | PlanDutySeen) -> str:
    """That a duty was seen to be due or breached."""
    how = "seen to be due on" if event.seen == "due" else "seen to be breached: its last day was"
    return f"{in_words(event.duty).capitalize()} {how} {event.due}"
