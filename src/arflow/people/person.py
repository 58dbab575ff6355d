"""A person of a case: role, how they are reached, what they need, and when they are part of it."""

import re
import secrets
from collections.abc import Collection
from datetime import date
from typing import Literal, get_args

import msgspec

from arflow.errors import InvalidValue, MissingValue, field_name
from arflow.events import Channel
from arflow.law.periods import FIRST_DAY, LAST_DAY
from arflow.people.addresses import is_email
from arflow.words import in_words

# `child` is the child or young person: which of the two, the day decides (see `roles`). `named_setting` is the institution that
# the plan names, where it is another than the one attended.
PersonRole = Literal[
    "child",
    "parent",
    "setting",
    "named_setting",
    "la_sen",
    "health",
    "la_social_care",
    "youth_offending",
    "job_coach",
    "other",
]
Format = Literal["standard", "large_print", "easy_read", "braille", "audio"]
# Whose rights somebody exercises who lacks capacity to do so (CFA 2014 s.80; SEND Regs 2014 r.64, Sch.3).
Represented = Literal["parent", "young_person"]
ROLES: tuple[PersonRole, ...] = get_args(PersonRole)
FAMILY: tuple[PersonRole, ...] = ("child", "parent")
FORMATS: tuple[Format, ...] = get_args(Format)
REPRESENTED: tuple[Represented, ...] = get_args(Represented)
_ENGLISH = ("english", "en", "en-gb")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}")
_LONGEST_LINE, _LONGEST_ADDRESS = 200, 500


def new_id() -> str:
    """An id that says nothing of the person; it is what the log knows them by."""
    return f"N-{secrets.token_hex(4)}"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the case of a plan.

    `interpreter` is the language to interpret, `advocate` who supports or speaks for them. `from_on` and `until_on` are
    the first and the last day of their part in the case; None where it is open. `do_not_share_because` says why nobody else
    of the case may learn how they are reached. `access` is what they need to come in and take part. `needs_met` has a line for
    each need that was met, REVIEW and NEED parted by a space: a need is met for one review, and counts again on the next.
    `looked_after_by` is the authority that looks after the child (Children Act 1989 s.22).
    """

    id: str = msgspec.field(default_factory=new_id)
    plan: str
    role: PersonRole
    name: str
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None
    postal_address: str | None = None
    language: str | None = None
    format: Format = "standard"
    channel: Channel | None = None
    interpreter: str | None = None
    advocate: str | None = None
    represents: Represented | None = None
    do_not_contact_because: str | None = None
    date_of_birth: date | None = None
    from_on: date | None = None
    until_on: date | None = None
    do_not_share_because: str | None = None
    access: str | None = None
    needs_met: str | None = None
    looked_after_by: str | None = None

    @property
    def do_not_contact(self) -> bool:
        """Whether nothing may be sent to them."""
        return self.do_not_contact_because is not None

    def tells_address(self, words: str) -> bool:
        """Whether words tell how they are reached: their email, their phone, or the first line or postcode of their address."""
        lines = (self.postal_address or "").strip().splitlines()
        found = (self.email, self.phone, *lines[:1], *(_POSTCODE.findall(lines[-1]) if lines else ()))
        return any(_packed(one) in _packed(words) for one in found if one and one.strip())

    def is_in_case(self, on: date) -> bool:
        """Whether they are part of the case on a day."""
        return (self.from_on or FIRST_DAY) <= on <= (self.until_on or LAST_DAY)

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be thought of when they are written to or met, as people say it."""
        said = {
            "do not contact": self.do_not_contact_because,
            "address not to be shared": self.do_not_share_because,
            in_words(self.format): self.format != "standard",
            f"language: {self.language}": self.language,
            f"interpreter: {self.interpreter}": self.interpreter,
            f"access: {self.access}": self.access,
            f"advocate: {self.advocate}": self.advocate,
        }
        return tuple(text for text, holds in said.items() if holds)

    @property
    def to_arrange(self) -> tuple[str, ...]:
        """What somebody has to arrange for them: arflow makes no braille, translates nothing and books nobody."""
        made = self.format in ("standard", "large_print")
        english = (self.language or "english").casefold() in _ENGLISH
        said = {
            in_words(self.format): not made,
            f"language: {self.language}": not english,
            f"interpreter: {self.interpreter}": self.interpreter,
            f"access: {self.access}": self.access,
        }
        return tuple(text for text, holds in said.items() if holds)

    def unmet(self, review: str) -> tuple[str, ...]:
        """What nobody has recorded as met on a review."""
        met = (self.needs_met or "").splitlines()
        return tuple(need for need in self.to_arrange if f"{review} {need}" not in met)

    def with_met(self, review: str, needs: Collection[str]) -> "Person":
        """The same with these needs met on a review."""
        lines = [*(self.needs_met or "").splitlines(), *(f"{review} {need}" for need in needs)]
        return msgspec.structs.replace(self, needs_met="\n".join(dict.fromkeys(lines)) or None)


_LINES = (
    "name",
    "organisation",
    "phone",
    "language",
    "interpreter",
    "access",
    "looked_after_by",
    "advocate",
    "do_not_contact_because",
    "do_not_share_because",
)


def _packed(words: str) -> str:
    return "".join(words.split()).casefold()


def check(person: Person) -> None:
    """Refuse a person who cannot be kept as they are: InvalidValue or MissingValue names the option."""
    if not person.name:
        raise MissingValue(field_name("name"), "say who it is")
    for field in _LINES:
        _check_line(field, getattr(person, field))
    if person.postal_address is not None and len(person.postal_address) > _LONGEST_ADDRESS:
        raise InvalidValue(
            field_name("address"), f"{person.postal_address[:40]}…", f"at most {_LONGEST_ADDRESS} characters"
        )
    if person.email is not None and not is_email(person.email):
        raise InvalidValue(field_name("email"), person.email, "an address such as name@example.org")
    for field in ("date_of_birth", "from_on", "until_on"):
        day: date | None = getattr(person, field)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise InvalidValue(_option(field), day, f"between {FIRST_DAY} and {LAST_DAY}")
    if person.from_on and person.until_on and person.until_on < person.from_on:
        raise InvalidValue(field_name("until"), person.until_on, f"on or after {person.from_on}, the first day")
    if person.date_of_birth and person.role != "child":
        wanted = f"kept of a {in_words(person.role)}: only of the child or young person"
        raise InvalidValue(field_name("date_of_birth"), person.date_of_birth, wanted)
    if person.looked_after_by and person.role != "child":
        raise InvalidValue(field_name("looked_after_by"), person.looked_after_by, "given for the child alone")
    if person.represents and person.role == "child":
        raise InvalidValue(field_name("represents"), person.represents, "for the child: it marks who acts for a person")


def _check_line(field: str, text: str | None) -> None:
    if text is not None and (not text.strip() or not text.isprintable() or len(text) > _LONGEST_LINE):
        raise InvalidValue(_option(field), repr(text[:40]), f"text on one line, of at most {_LONGEST_LINE} characters")


def _option(field: str) -> str:
    """The field as refusals name it."""
    words = {
        "from_on": "from",
        "until_on": "until",
        "do_not_contact_because": "reason",
        "do_not_share_because": "reason",
    }
    return field_name(words.get(field, field))
