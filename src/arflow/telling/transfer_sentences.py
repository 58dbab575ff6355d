"""The events of a transfer between phases and of a move between authorities, each as a plain sentence."""

from collections.abc import Callable
from typing import assert_never

from arflow.events import (
    AnyTransferEvent,
    ConsultationAnswered,
    ConsultationWithdrawn,
    FamilyToldOfMove,
    FamilyToldOfTransfer,
    InstitutionConsulted,
    InstitutionRequested,
    MoveAwayLearned,
    PlanTakenOver,
    PlanTransferredIn,
    PlanTransferredOut,
    TransferDealtWith,
    TransferExpected,
)
from arflow.words import counted, in_words

_AboutInstitution = InstitutionRequested | InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn
_Words = Callable[[str], str]


def sentence(event: AnyTransferEvent, words: _Words) -> str:
    """What happened; `words` gives the words that a digest stands for."""
    match event:
        case TransferExpected():
            kind = in_words(event.transfer or "")
            return f"Transfer expected: {kind} on {event.transfer_on}" if kind else "No transfer expected any longer"
        case InstitutionRequested():
            asks = (
                f"The family asks for {event.institution}" if event.institution else "The family asks for none any more"
            )
            return f"{asks}, {_what_for(event)}"
        case InstitutionConsulted() | ConsultationAnswered() | ConsultationWithdrawn():
            return f"{_consulting(event, words)}, {_what_for(event)}"
        case TransferDealtWith():
            return _transfer_dealt_with(event, words)
        case PlanTransferredIn():
            return f"Plan came from another authority{f' ({event.from_la})' if event.from_la else ''}"
        case PlanTakenOver():
            reviews = f", with {counted(len(event.reviewed), 'review')} completed there" if event.reviewed else ""
            return (
                f"Taken over from the hand-over file of plan {event.from_plan} (digest {event.digest[:12]}…){reviews}"
            )
        case FamilyToldOfTransfer():
            return "Family told about the transfer and the next review"
        case FamilyToldOfMove():
            proposes = "an assessment is proposed" if event.proposes_assessment else "no assessment is proposed"
            return f"Family told about the transfer: {proposes}; review proposed for {event.review_on}"
        case MoveAwayLearned():
            where = f" to the area of {event.to_la}" if event.to_la else " to another authority's area"
            return f"Move{where} became known" + (f": it is on {event.moves_on}" if event.moves_on else "")
        case PlanTransferredOut():
            return f"Plan went to another authority{f' ({event.to_la})' if event.to_la else ''}"
        case _:
            assert_never(event)


def _what_for(
    event: InstitutionRequested
    | InstitutionConsulted
    | ConsultationAnswered
    | ConsultationWithdrawn
    | TransferDealtWith,
) -> str:
    if isinstance(event, _AboutInstitution):
        if event.review is not None:
            return f"in review {event.review}"
        if event.notice is not None:
            return "for the amendment without a review"
    return f"for the transfer on {event.transfer_on}"


def _consulting(event: InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn, words: _Words) -> str:
    who = f"Authority {event.authority}, which maintains {event.institution}," if event.authority else event.institution
    match event:
        case InstitutionConsulted():
            return f"{who} consulted"
        case ConsultationAnswered():
            grounds = f" ({', '.join(map(in_words, event.grounds))})" if event.grounds else ""
            said = f": {words(event.reason)}" if event.reason else ""
            return f"{who} answered: {in_words(event.reply)}{grounds}{said}"
        case ConsultationWithdrawn():
            return f"Consultation of {who} taken back: {words(event.reason)}"
        case _:
            assert_never(event)


def _transfer_dealt_with(event: TransferDealtWith, words: _Words) -> str:
    by = f"review {event.review}" if event.review else "an act outside any review"
    said = f": {words(event.reason)}" if event.reason else ""
    whose = _what_for(event)
    match event.named:
        case "institution":
            return f"Named {event.institution} {whose}, by {by}"
        case "type":
            return f"Named a type of institution {whose}, by {by}{said}"
        case "none":
            return f"No institution or type to be named {whose}, by {by}{said}"
        case "unchanged":
            return f"The plan needs no amendment {whose}: it names what follows, by {by}"
        case "withdrawn":
            return f"What {by} named {whose} withdrawn{said}"
        case _:
            assert_never(event.named)
