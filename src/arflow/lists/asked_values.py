"""What a list is asked for must be there: a value that nothing has is refused with the nearest that something has."""

from collections.abc import Collection

from arflow.errors import InvalidValue, field_name
from arflow.words import in_words

_MOST_NAMED = 8


def as_id(said: str) -> str:
    """A word as the lists have it: meeting held and Meeting-Held are meeting_held."""
    return "_".join(said.lower().replace("-", " ").replace("_", " ").split())


def known_value(field: str, said: str, known: Collection[str], wanted: str) -> str:
    """The value as the lists have it; InvalidValue, naming the nearest, for one that is not among those known."""
    if said in known:
        return said
    if (found := as_id(said)) in known:
        return found
    raise unknown_value(field, said, known, wanted)


def unknown_value(field: str, said: str, known: Collection[str], what: str) -> InvalidValue:
    """The refusal of a value, with the nearest of those known, or with the first of them where none is near."""
    from difflib import get_close_matches

    folded = {in_words(one).casefold(): one for one in sorted(known)}
    wanted = in_words(as_id(said))
    close = get_close_matches(wanted, folded, n=3) or [one for one in folded if f" {wanted}" in f" {one}"][:3]
    near = [folded[one] for one in close]
    first = sorted(known)[:_MOST_NAMED]
    more = ", …" if len(known) > len(first) else ""
    there = f"there are {', '.join(first)}{more}" if first else "there is none yet"
    way_on = f"nearest: {', '.join(near)}" if near else there
    return InvalidValue(field_name(field), said, f"{what}; {way_on}", near or first)
