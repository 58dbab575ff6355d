"""Put our review items into a return that another system made: on the right person, or on nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from arflow.sen2.form.layout import Layout
from arflow.sen2.form.record import Record
from arflow.sen2.returned.carried_forward import with_review
from arflow.sen2.returned.identity import Identity, active_request, forename_of, identity_of
from arflow.sen2.returned.review_items import ReviewItems
from arflow.sen2.returned.told_facts import Kept


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on either side: `place` is a place in the file or a plan's reference, never a name."""

    place: str
    identity: Identity
    forename: str


class Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom no one on the other side is, and why."""

    place: str
    why: str


class Matching(msgspec.Struct, frozen=True, kw_only=True):
    """Whose plan each person of a file is, by the place, and everybody on either side who was not matched."""

    plan_of: dict[str, str]
    in_file: tuple[Unmatched, ...]
    in_log: tuple[Unmatched, ...]


class Merged(msgspec.Struct, kw_only=True):
    """What became of a file: plans that ours was put into, and plans left as they stood: theirs is newer, or the same."""

    people: int = 0
    replaced: int = 0
    left_as_they_stood: int = 0
    matching: Matching


def person_of(record: Record, place: str) -> Person:
    """What somebody is compared by."""
    return Person(place=place, identity=identity_of(record), forename=forename_of(record))


def theirs_to_match(persons: Iterable[Record]) -> Iterator[Person]:
    """The people of a file who have an active plan, by their number and line in it."""
    for number, person in enumerate(persons, start=1):
        if active_request(person):
            yield person_of(person, place_in_file(number, person))


def place_in_file(number: int, person: Record) -> str:
    """How somebody in a file is spoken of; several may stand on one line."""
    return f"person {number} (line {person.line})"


def ours_to_match(kept: Iterable[Kept], items: dict[str, ReviewItems]) -> Iterator[Person]:
    """The people whose plans are active on the census day and of whom a return told who they are."""
    return (person_of(one.person, one.plan) for one in kept if one.plan in items)


def match(file: Iterable[Person], log: Iterable[Person], plans: Iterable[str]) -> Matching:
    """Match people who agree in UPN (or what stands for it), day of birth and start of the plan; never one of two.

    `plans` are all that should be matched: those whose child nobody knows are among the unmatched.
    """
    theirs, ours = _grouped(file), _grouped(log)
    doubtful = _doubtful(theirs, ours)
    plan_of: dict[str, str] = {}
    in_file: list[Unmatched] = []
    in_log = [
        Unmatched(place=plan, why="no imported return says who the plan is for") for plan in _unknown(plans, ours)
    ]
    for identity in dict.fromkeys((*theirs, *ours)):
        here, there = theirs.get(identity, []), ours.get(identity, [])
        why = _why_not(identity, here, there, doubtful)
        if why:
            in_file += (Unmatched(place=one.place, why=why.format(side="log")) for one in here)
            in_log += (Unmatched(place=one.place, why=why.format(side="file")) for one in there)
        else:
            plan_of[here[0].place] = there[0].place
    return Matching(plan_of=plan_of, in_file=tuple(in_file), in_log=tuple(in_log))


_NOBODY = "nobody in the {side} has the same UPN (or what stands for it), day of birth and start of the plan"


def _why_not(identity: Identity, here: list[Person], there: list[Person], doubtful: set[Identity]) -> str:
    if not here or not there:
        return _NOBODY
    if len(here) > 1 or len(there) > 1:
        return "several people have the same UPN (or what stands for it), day of birth and start of the plan"
    if not identity.start and not identity.number.startswith(("UPN ", "UniqueLearnerNumber ")):
        return "there is neither a UPN nor the start of the plan to tell people apart"
    if identity.without_number() in doubtful and here[0].forename != there[0].forename:
        return "others have the same day of birth and start of the plan, and the forenames differ"
    return ""


def _grouped(people: Iterable[Person]) -> dict[Identity, list[Person]]:
    found: dict[Identity, list[Person]] = defaultdict(list)
    for person in people:
        found[person.identity].append(person)
    return dict(found)


def _doubtful(*sides: dict[Identity, list[Person]]) -> set[Identity]:
    """Days of birth and of the plan's start that several people share, such as twins, whose numbers may have been swapped."""
    found: set[Identity] = set()
    for side in sides:
        seen: set[Identity] = set()
        for identity in side:
            born = identity.without_number()
            (found if born in seen else seen).add(born)
    return found


def _unknown(plans: Iterable[str], ours: dict[Identity, list[Person]]) -> list[str]:
    known = {one.place for people in ours.values() for one in people}
    return [plan for plan in plans if plan not in known]


def merged(
    persons: Iterable[Record], layout: Layout, items: dict[str, ReviewItems], result: Merged
) -> Iterator[Record]:
    """The people of a file with our review items in their active plans; what became of them is counted."""
    for number, person in enumerate(persons, start=1):
        plan = result.matching.plan_of.get(place_in_file(number, person))
        request = active_request(person)
        result.people += 1
        if plan is None or request is None:
            yield person
            continue
        before = request.first("ActivePlans")
        assert before is not None
        after = with_review(before, items[plan], told_in=layout.year, year=layout.year)
        result.replaced += before != after
        result.left_as_they_stood += before == after
        yield _with(person, request, before, after)


def _with(person: Record, request: Record, before: Record, after: Record) -> Record:
    blocks = tuple(after if child is before else child for child in request.children)
    changed = msgspec.structs.replace(request, children=blocks)
    others = tuple(changed if child is request else child for child in person.children)
    return msgspec.structs.replace(person, children=others)
