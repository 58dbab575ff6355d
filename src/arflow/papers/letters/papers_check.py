"""Whether a papers file is sound: whole in itself, and never asking for less than the one it extends."""

from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec

from arflow.events import AdviceChased, Channel, ReviewEvent
from arflow.law.definition import Document
from arflow.papers.letters.papers import Letter, Papers, Service
from arflow.words import in_words

# How much a word asks for: an authority's own file may ask for more, never for less.
_STRENGTH = {"practice": 0, "should": 1, "must": 2}
_DAYS_APART = 366  # of a reminder from the day that the advice is wanted by
_STEPS = {event.step for event in ReviewEvent.__subclasses__() if event.step} | {AdviceChased.step}


def refuse_weaker(document: Document, base: Papers, letters: Iterable[Letter], services: Iterable[Service]) -> None:
    """Keep a fault for all that a file takes away from the one it extends."""
    for letter in letters:
        if letter.id in base.letter_by_id:
            for fault in _weaker(letter, base.letter_by_id[letter.id]):
                document.fault(f"letter {letter.id}", fault)
    for service in services:
        inherited = base.service_by_channel.get(service.channel)
        if inherited and service.days < inherited.days:
            document.fault(
                f"service {service.channel}",
                f"is earlier than “{inherited.rule}” ({inherited.citation}): "
                "it would shorten the time that families have",
            )


def _weaker(letter: Letter, inherited: Letter) -> Iterator[str]:
    """An authority's own letter asks for all that the one it replaces asks for, at least as strongly, of everybody."""
    own = {element.id: element for element in letter.elements}
    for element in inherited.elements:
        found = own.get(element.id)
        if found is None:
            yield f"leaves out {element.id}, which is asked for ({element.citation})"
        elif _STRENGTH[found.word] < _STRENGTH[element.word] or not set(found.when) <= set(element.when):
            yield f"asks less of {element.id} than “{element.word}” ({element.citation})"
    if set(letter.rights) != set(inherited.rights):
        yield "changes who gets the right of appeal in the letter, which the law settles"
    for enclosure in sorted(set(inherited.enclosures) - set(letter.enclosures)):
        yield f"leaves out what must be enclosed: {enclosure}"
    for role in (role for role in inherited.to if role not in letter.to):
        yield f"leaves out the {in_words(role)}, who must have it ({inherited.citation})"
    if letter.step != inherited.step or letter.outcome != inherited.outcome:
        yield f"changes its step or outcome: it goes with {_goes_with(inherited)}"


def _goes_with(letter: Letter) -> str:
    return " ".join(filter(None, (letter.step, letter.outcome))) or "none"


def check_whole(document: Document, papers: Papers) -> None:
    """Keep a fault for all that is missing, empty, unknown or there twice in papers as a whole."""
    for channel in sorted(set(get_args(Channel)) - papers.service_by_channel.keys()):
        document.fault("service", f"does not say when what is sent by {channel} is deemed served")
    for reminder in papers.reminders:
        if reminder.letter not in papers.letter_by_id:
            document.fault(f"reminder {reminder.id}", f"letter: there is no letter {reminder.letter}")
        if abs(reminder.days) > _DAYS_APART:
            document.fault(
                f"reminder {reminder.id}", f"days: {reminder.days} is more than a year: write {_DAYS_APART} at most"
            )
    for approval in papers.approvals:
        if approval.letter not in papers.letter_by_id:
            document.fault(f"approval {approval.letter}", f"letter: there is no letter {approval.letter}")
        _refuse_empty(document, f"approval {approval.letter}", approval)
    for right in papers.rights:
        _refuse_empty(document, f"right {right.id}", right)
    for letter in papers.letters:
        place, named = f"letter {letter.id}", [element.id for element in letter.elements]
        for twice in sorted({name for name in named if named.count(name) > 1}):
            document.fault(place, f"has {twice} twice")
        if letter.step is not None and letter.step not in _STEPS:
            document.fault(place, f"step: there is no step {letter.step}; there are {', '.join(sorted(_STEPS))}")
        for item in (letter, *letter.elements):
            _refuse_empty(document, place, item)


def _refuse_empty(document: Document, place: str, item: msgspec.Struct) -> None:
    for field in item.__struct_fields__:
        value = getattr(item, field)
        if isinstance(value, str) and not value.strip():
            document.fault(place, f"{field}: is empty")
