"""The list of a term for one recipient: what it says, frozen under its digest, and what a later one changes."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from arflow.case.acts.of_term_lists import ROLES
from arflow.words import in_words

FORM = "term-list-1"
PREFIX = "TL-"
_SHOWN = 16  # hex digits of the digest that a list is known by
ListRole = Literal["setting", "health", "la_social_care"]
LIST_ROLES: tuple[ListRole, ...] = ("setting", "health", "la_social_care")
assert LIST_ROLES == ROLES


class ListedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan on a list: what its reader has to know, and no more.

    `name` is the child's; `born` their date of birth, on lists of health and social care alone, which cannot tell two of a
    name apart. `first_day` and `last_day` bound the day of the meeting; none where none is to be planned, and then `why_no_day`
    says why. `know` is what the host or the reader has to know.
    """

    plan: str
    name: str
    born: date | None = None
    setting: str | None = None
    setting_name: str = ""
    nc_year: int | None = None
    due: date
    meet_by: date
    planned: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    why_no_day: str = ""
    know: tuple[str, ...] = ()


class TermList(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was made: whose, for which term, the plans on it, and the days on which there is school.

    `salt` lets nobody guess the digest from the names. `changes` says that it has only what changed since an earlier list.
    """

    form: str = FORM
    term: str
    starts: date
    ends: date
    role: ListRole
    setting: str | None
    called: str
    made_on: date
    salt: str
    plans: tuple[ListedPlan, ...]
    days: tuple[date, ...]
    changes: bool = False
    gone: tuple[str, ...] = ()  # plans of an earlier list that are on it no more

    @property
    def content(self) -> bytes:
        """The list as it is kept."""
        return msgspec.json.encode(self)

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of the list as it is kept."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def id(self) -> str:
        """What the list is known by: it stands on each row of the sheet, and brings a reply back to it."""
        return f"{PREFIX}{self.digest[:_SHOWN]}"

    @property
    def title(self) -> str:
        """What it is, without a child's name."""
        what = "Changes to the reviews due in" if self.changes else "Reviews due in"
        return f"{what} {self.term}: {self.called}"

    @property
    def whose(self) -> str:
        """The recipient, as a file's name says it: the URN, health, or social-care."""
        return self.setting or {"health": "health", "la_social_care": "social-care"}[self.role]

    @property
    def file_name(self) -> str:
        """The name of its files without an ending: the term and the recipient, and no child's name."""
        words = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in self.term.lower())
        return f"reviews-due-{'-'.join(filter(None, words.split('-')))}-{self.whose}" + (
            "-changes" if self.changes else ""
        )


def new_salt() -> str:
    """A salt for a new list."""
    return secrets.token_hex(16)


def read_list(content: bytes) -> TermList:
    """A list from its kept content; msgspec.ValidationError or DecodeError where it is none."""
    return msgspec.json.decode(content, type=TermList)


def plain_role(role: ListRole) -> str:
    """The role in words: social care."""
    return in_words(role).removeprefix("la ")


def changed_since(earlier: Sequence[TermList], found: TermList) -> TermList | None:
    """What a list adds to those that were given before for the same term, to the same; None where that is nothing.

    Days that only passed are no change; a planned day, another limit or something to know is.
    """
    if not earlier:
        return found
    told: dict[str, ListedPlan] = {}
    for one in earlier:
        told |= {plan.plan: plan for plan in one.plans}
        told = {ref: plan for ref, plan in told.items() if ref not in one.gone}
    fresh = tuple(one for one in found.plans if one.plan not in told or _says(one) != _says(told[one.plan]))
    gone = tuple(sorted(set(told) - {one.plan for one in found.plans}))
    if not fresh and not gone:
        return None
    return msgspec.structs.replace(found, plans=fresh, changes=True, gone=gone)


def _says(one: ListedPlan) -> tuple[object, ...]:
    return (one.name, one.born, one.setting, one.nc_year, one.due, one.meet_by, one.planned, one.why_no_day, one.know)
