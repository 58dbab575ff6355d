"""What is sent in an annual review: each letter with what it must say, deemed service and reminders, each with its citation."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import msgspec

from arflow.events import FAMILY, Channel, Outcome, Role
from arflow.law.periods import working_days_after
from arflow.law.workflow import Source, Word

Circumstance = Literal["family", "setting", "year_9", "not_year_9"]
ServiceRule = Literal["same day", "1 working days after", "2 working days after", "3 working days after"]
Told = Literal["invitee", "coordinator", "manager"]
YEAR_9 = 9
PROGRESS = "progress"  # the element that asks about each outcome of the plan


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a papers file: unknown keys are faults."""


class Element(_Table, frozen=True, kw_only=True):
    """Something a letter must or should say; `when` names circumstances that must all hold."""

    id: str
    text: str
    word: Word
    citation: str
    when: tuple[Circumstance, ...] = ()


class Right(_Table, frozen=True, kw_only=True):
    """Part of what a letter says about appealing: asked for where there is an appeal, and forbidden where there is none.

    One that is of use without an appeal is not forbidden: `elsewhere` says how much other letters to the family ask for it.
    """

    id: str
    text: str
    citation: str
    elsewhere: Word | None = None


class Letter(_Table, frozen=True, kw_only=True):
    """A kind of letter: the step it goes with, whom it is for, what goes with it and what it says.

    `rights` says in which circumstances the letter gives the right to appeal; a letter without it never names that right.
    `title_to_family` is its heading where the family reads it, or the child or young person. `without_review` is the law by
    which it is made for a plan outside a review; None for a letter of a review alone.
    """

    id: str
    title: str
    to: tuple[Role, ...]
    citation: str
    elements: tuple[Element, ...]
    title_to_family: str | None = None
    step: str | None = None
    outcome: Outcome | None = None
    enclosures: tuple[str, ...] = ()
    rights: tuple[Circumstance, ...] = ()
    without_review: str | None = None

    def titled(self, *, to_family: bool) -> str:
        """Its heading for a reader."""
        return (to_family and self.title_to_family) or self.title

    def has(self, element: str) -> bool:
        """Whether it may say an element of that name."""
        return any(found.id == element for found in self.elements)


class Service(_Table, frozen=True, kw_only=True):
    """The day on which something sent by a channel is deemed served."""

    channel: Channel
    rule: ServiceRule
    source: Literal["Act", "Regs", "Code", "case", "practice", "local policy"]
    citation: str

    @property
    def days(self) -> int:
        """How many working days after it was sent."""
        return 0 if self.rule == "same day" else int(self.rule[0])

    def day(self, sent: date, also: Collection[date] = ()) -> date:
        """The day deemed served for what was sent on a day; `also` are bank holidays that the calendar lacks."""
        return working_days_after(sent, self.days, also) if self.days else sent


def service_rule(working_days: int) -> ServiceRule:
    """The rule that says so many working days; msgspec.ValidationError where there is none."""
    said = f"{working_days} working days after" if working_days else "same day"
    found: ServiceRule = msgspec.convert(said, ServiceRule)
    return found


class Reminder(_Table, frozen=True, kw_only=True):
    """When people who have not answered are reminded: `days` after the day the advice is wanted (before it, if negative)."""

    id: str
    days: int
    to: Told
    letter: str
    text: str
    source: Source
    citation: str

    def day(self, wanted_by: date) -> date:
        """The day of the reminder, for advice wanted by a day."""
        return wanted_by + timedelta(days=self.days)


class Approval(_Table, frozen=True, kw_only=True):
    """A letter that a second officer approves before it leaves: `by` says who may, as people say it ("a team manager")."""

    letter: str
    by: str
    source: Source
    citation: str


class Header(_Table, frozen=True, kw_only=True):
    """The header of a papers file."""

    name: str
    version: str
    title: str
    in_force_from: date
    extends: str | None = None


class Papers(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole papers file, checked; `sha256` is the digest of its file."""

    header: Header
    letters: tuple[Letter, ...]
    rights: tuple[Right, ...]
    services: tuple[Service, ...]
    reminders: tuple[Reminder, ...]
    approvals: tuple[Approval, ...] = ()
    sha256: str = ""
    bank_holidays: tuple[date, ...] = ()

    @property
    def id(self) -> str:
        """Name and version: england.2015."""
        return f"{self.header.name}.{self.header.version}"

    @cached_property
    def letter_by_id(self) -> dict[str, Letter]:
        return {letter.id: letter for letter in self.letters}

    @cached_property
    def service_by_channel(self) -> dict[str, Service]:
        return {service.channel: service for service in self.services}

    def served_on(self, channel: Channel, sent: date) -> date:
        """The day on which something sent by a channel on a day is deemed served."""
        return self.service_by_channel[channel].day(sent, self.bank_holidays)

    def approval_of(self, letter: str) -> str:
        """Who approves a letter before it leaves, as people say it; empty where nobody has to."""
        return next((one.by for one in self.approvals if one.letter == letter), "")

    def has_element(self, letter: str, element: str) -> bool:
        """Whether a letter (or, for `all`, any letter) says an element of that name, or a right."""
        letters = self.letters if letter == "all" else tuple(filter(None, (self.letter_by_id.get(letter),)))
        named = {found.id for one in letters for found in one.elements} | {right.id for right in self.rights if letters}
        return element in named

    def asked_of(self, letter: Letter, circumstances: frozenset[str]) -> Iterator[Element]:
        """What a letter must or should say in these circumstances, with the rights of appeal where it must give them."""
        yield from (element for element in letter.elements if set(element.when) <= circumstances)
        if set(letter.rights) & circumstances:
            yield from (Element(id=r.id, text=r.text, word="must", citation=r.citation) for r in self.rights)
        elif "family" in circumstances:
            yield from self.asked_elsewhere()

    def asked_elsewhere(self) -> Iterator[Element]:
        """The rights that other letters to the family ask for, though they give no right to appeal."""
        for r in self.rights:
            if r.elsewhere:
                yield Element(id=r.id, text=r.text, word=r.elsewhere, citation=r.citation, when=("family",))

    def forbidden_in(self, letter: Letter, circumstances: frozenset[str]) -> tuple[Right, ...]:
        """The rights that a letter must not give: there is nothing to appeal against, or it goes to somebody else."""
        return () if set(letter.rights) & circumstances else tuple(r for r in self.rights if not r.elsewhere)


def circumstances(role: Role, nc_year: int | None) -> frozenset[str]:
    """What holds of a letter to a role; of a year group that is not known both hold, so that nothing is left out."""
    reader = "family" if role in FAMILY else role
    if nc_year is None:
        return frozenset({reader, "year_9", "not_year_9"})
    return frozenset({reader, "year_9" if nc_year >= YEAR_9 else "not_year_9"})
