"""Which case a message belongs to: everything that speaks for one is gathered, and nothing is guessed between two."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Literal, TypeVar

import msgspec

from arflow.errors import MessageNotReadable
from arflow.events import Role
from arflow.people.identifiers import upns_in
from arflow.post.mail.message_kinds import own_ids
from arflow.post.mail.received import Incoming
from arflow.post.mail.safe_names import without_hidden

_T = TypeVar("_T")
By = Literal["review", "plan", "pupil", "reply", "calendar", "sender", "officer"]
_REVIEW = re.compile(r"(?<![A-Z0-9])R ?- ?(\d{4}) ?- ?(\d{1,6})(?![0-9])")
_WORD = re.compile(r"(?<![A-Za-z0-9._/-])[A-Za-z0-9][A-Za-z0-9._/-]{2,39}(?![A-Za-z0-9_/-])")
# A reference of digits alone counts only where it is called one: telephone numbers and days are digits too.
_CALLED = re.compile(r"\b(?:ref|reference|plan|ehcp?|case)(?: ?(?:no|number))?[.: #]{1,3}$", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_MOST = 400  # words of a message that may be references; long threads repeat themselves
_MOST_NAMED = 100  # each is looked up, and a message that names so many is about none of them


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What a message names: review ids, words that may be references of plans, UPNs, and messages of ours it answers."""

    reviews: tuple[str, ...]
    words: tuple[str, ...]
    upns: tuple[str, ...]
    answered: tuple[str, ...]


class Clue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks for a case; `plan` is none where what is named is not known here."""

    by: By
    said: str
    plan: str | None
    review: str | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with the sender's address who is part of a case on the day the message came."""

    person: str
    plan: str
    role: Role


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The case of a message, or why none is sure, with the plans that come into question."""

    plan: str | None = None
    review: str | None = None
    person: str | None = None
    role: Role | None = None
    matched_by: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    why_not: str | None = None


def names_of(incoming: Incoming) -> Named:
    """Everything in a message's subject, words, file names and plus addresses that may name a case.

    MessageNotReadable where it names too many to look up.
    """
    plus = [address.partition("@")[0].partition("+")[2] for address in incoming.recipients]
    files = [file.name for file in incoming.files] + [closed.name for closed in incoming.closed]
    text = _plain("\n".join((incoming.subject, *plus, *files, incoming.text)))
    upper = text.upper()
    reviews = (f"R-{year}-{int(number):06d}" for year, number in _REVIEW.findall(upper))
    return Named(
        reviews=_few("reviews", reviews),
        words=tuple(dict.fromkeys(_words(text)))[:_MOST],
        upns=_few("pupils", upns_in(upper)),
        answered=_few("messages of ours", own_ids(incoming.answers)),
    )


def _few(what: str, found: Iterable[str]) -> tuple[str, ...]:
    """Each once, where they are few enough to be looked up."""
    few = tuple(dict.fromkeys(found))
    if len(few) > _MOST_NAMED:
        raise MessageNotReadable(f"it names more than {_MOST_NAMED} {what}")
    return few


def match(clues: Iterable[Clue], members: Iterable[Member]) -> Match:
    """The one case that all clues agree on and whose member wrote, or why there is none."""
    clues, members = list(clues), list(members)
    unknown = [clue.said for clue in clues if clue.plan is None]
    named = _in_order(clue.plan for clue in clues)
    by_sender = _in_order(member.plan for member in members)
    matched_by = tuple(dict.fromkeys(f"{clue.by} {clue.said}" for clue in clues if clue.plan))
    candidates = _in_order((*named, *by_sender))
    if unknown:
        said = " and ".join(unknown)
        return Match(candidates=candidates, matched_by=matched_by, why_not=f"names {said}, which is not known here")
    if len(named) > 1:
        return Match(candidates=candidates, matched_by=matched_by, why_not=f"names {len(named)} cases")
    if not named and len(by_sender) != 1:
        found = f"the sender is in {len(by_sender)} cases and none is named" if by_sender else "nothing names a case"
        return Match(candidates=candidates, why_not=found)
    plan = (named or by_sender)[0]
    own = [member for member in members if member.plan == plan]
    if not own:
        return Match(candidates=candidates, matched_by=matched_by, why_not="the sender is not known in this case")
    people, roles = _in_order(one.person for one in own), tuple(dict.fromkeys(one.role for one in own))
    by = (*matched_by, *(f"sender {person}" for person in people))
    reviews = _in_order(clue.review for clue in clues)
    if len(reviews) > 1:
        return Match(candidates=candidates, matched_by=by, why_not=f"names {len(reviews)} reviews of the plan")
    return Match(
        plan=plan,
        review=only(reviews),
        # Two people of one case may share an address, as parents do: then nobody in particular wrote.
        person=only(people),
        role=only(roles),
        matched_by=by,
        candidates=(plan,),
    )


def only(found: Collection[_T]) -> _T | None:
    """The one thing there is, or None where there are several or none."""
    return next(iter(found)) if len(found) == 1 else None


def _plain(text: str) -> str:
    """A text in the signs of references: any width, digits of any script, any dash, nothing hidden, no break after a dash."""
    plain = unicodedata.normalize("NFKC", without_hidden(text)).translate(_DASHES)
    return "".join(_digit(sign) for sign in plain).replace("\xa0", " ")


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _words(text: str) -> Iterable[str]:
    for found in _WORD.finditer(text):
        word = found.group().rstrip("./-")
        if not any(sign.isdigit() for sign in word):
            continue
        if word.isdigit() and not _CALLED.search(text[max(0, found.start() - 24) : found.start()]):
            continue
        yield word


def _in_order(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))
