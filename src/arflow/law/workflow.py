"""A workflow definition as objects: states, steps, duties, invitees, recipients and kinds, each with its citation."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import msgspec

from arflow.events import Arranger, Role, TransferKind
from arflow.events.of_rules import Break
from arflow.law.formula import Policy
from arflow.law.periods import bank_holidays_version

Word = Literal["must", "should", "practice"]
Source = Literal["Act", "Regs", "Code", "case", "local policy"]
Party = Literal["arranger", "school", "la", "family", "health", "family_then_la", "none"]
Owner = Literal[
    "arranger", "school", "local authority", "mediation adviser", "those asked for advice", "institution consulted"
]
Subject = Literal["plan", "review"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a definition file: unknown keys are faults."""


class State(_Table, frozen=True, kw_only=True):
    """A state of a review; `holder` is whose turn it is; a local state may `refine` a statutory one."""

    id: str
    text: str
    holder: Party
    citation: str
    final: bool = False
    refines: str | None = None


class Move(_Table, frozen=True, kw_only=True):
    """Where a step may be taken from and where it leads; passing over `skips` needs a reason."""

    source: tuple[str, ...] = msgspec.field(name="from")
    to: str | None = None
    when: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()


class Step(_Table, frozen=True, kw_only=True):
    """An act in the process; `milestone` names the day it happened in formulas."""

    id: str
    text: str
    milestone: str
    actor: Party
    word: Word
    source: Source
    citation: str
    moves: tuple[Move, ...]
    not_before: str | None = None
    by_command: bool = True
    in_force_from: date | None = None
    known_from: date | None = None


class Invitee(_Table, frozen=True, kw_only=True):
    """A class of people who must or should be invited; any one of `roles` fills it."""

    title: str = msgspec.field(name="class")
    roles: tuple[Role, ...]
    word: Word
    source: Source
    citation: str
    citation_not_in_setting: str | None = None


class Recipient(_Table, frozen=True, kw_only=True):
    """Who is sent what when a step is taken."""

    step: str
    receives: str
    roles: tuple[str, ...]
    word: Word
    source: Source
    citation: str


class Limb(_Table, frozen=True, kw_only=True):
    """One limit of a duty: a phrase of the law, or the `latest` of several.

    It does not count where there is a day that it gives way to; and then those that take its place do, where they have a day.
    """

    rule: str = ""
    latest: "tuple[Limb, ...]" = ()
    gives_way_to: tuple[str, ...] = ()
    citation: str = ""
    source: Source | None = None
    word: Word | None = None
    in_force_from: date | None = None
    known_from: date | None = None

    @property
    def first(self) -> "Limb":
        """The limb itself, or the first of several: the rule that the others lengthen."""
        return self.latest[0] if self.latest else self

    @property
    def text(self) -> str:
        """The limb in words."""
        return self.rule or "the later of " + "; ".join(limb.rule for limb in self.latest)


class Lapse(_Table, frozen=True, kw_only=True):
    """A circumstance in which a duty does not apply, and why; at the head of a definition, in which none does."""

    when: str
    reason: str


class DutyRule(_Table, frozen=True, kw_only=True):
    """What must or should be done by a day: the earliest of its limbs."""

    id: str
    text: str
    owner: Owner
    word: Word
    source: Source
    citation: str
    due: tuple[Limb, ...]
    met_by: tuple[str, ...]
    of: tuple[Subject, ...] = ("review",)
    kinds: tuple[str, ...] = ()
    starts_with: str | None = None
    closed_by: str | None = None
    applies_if: str | None = None
    needs: str | None = None
    if_not: str = ""
    lapses_if: tuple[Lapse, ...] = ()
    outlasts_review: bool = False
    window: bool = False
    in_force_from: date | None = None
    known_from: date | None = None

    @property
    def is_target(self) -> bool:
        """A local target, which is never a breach."""
        return self.source == "local policy"


class Transfer(_Table, frozen=True, kw_only=True):
    """The limit that a kind of phase transfer sets."""

    id: TransferKind
    rule: str
    citation: str


class Kind(_Table, frozen=True, kw_only=True):
    """A kind of review, as what it changes against the common core."""

    text: str
    citation: str
    arranger: Arranger | None = None
    takes_place_of_annual: bool = False
    needs_transfer: bool = False
    additional: bool = False
    leaves_out_duties: tuple[str, ...] = ()
    leaves_out_roles: tuple[Role, ...] = ()
    optional_steps: tuple[str, ...] = ()
    citations: dict[str, str] = {}


LONGEST_HOLIDAYS = timedelta(weeks=8)  # those of the summer have six or seven


class Term(_Table, frozen=True, kw_only=True):
    """A school term of the authority's area; its last day and its breaks, where they are known."""

    name: str
    starts: date
    ends: date | None = None
    breaks: tuple[Break, ...] = ()

    def has_school_on(self, day: date) -> bool:
        """Whether a day lies in the term and in none of its breaks; a term without a last day goes on."""
        inside = self.starts <= day and (self.ends is None or day <= self.ends)
        return inside and not any(one.starts <= day <= one.ends for one in self.breaks)


class Header(_Table, frozen=True, kw_only=True):
    """The header of a definition file."""

    name: str
    version: str
    title: str
    in_force_from: date
    known_from: date
    extends: str | None = None


class Workflow(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole definition, checked; `sha256` is the digest of its file."""

    header: Header
    policy: Policy
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    invitees: tuple[Invitee, ...]
    recipients: tuple[Recipient, ...]
    duties: tuple[DutyRule, ...]
    transfers: tuple[Transfer, ...]
    lapses: tuple[Lapse, ...] = ()
    kinds: dict[str, Kind]
    terms: tuple[Term, ...] = ()
    sha256: str = ""

    @property
    def id(self) -> str:
        """Name and version, as a review keeps it: annual_review.2015."""
        return f"{self.header.name}.{self.header.version}"

    @cached_property
    def terms_until(self) -> date | None:
        """The day on which the last term that is known, with its holidays, is over; None where it has no last day."""
        last = max(self.terms, key=lambda term: term.starts, default=None)
        return last.ends + LONGEST_HOLIDAYS if last and last.ends else None

    def term_of(self, day: date) -> Term | None:
        """The term that a day counts to, with the holidays after it; None where that term is not known."""
        begun = [term for term in self.terms if term.starts <= day]
        if not begun or (self.terms_until and day >= self.terms_until):
            return None
        return max(begun, key=lambda term: term.starts)

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def duty_by_id(self) -> dict[str, DutyRule]:
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def state_by_id(self) -> dict[str, State]:
        return {state.id: state for state in self.states}

    def core(self, state: str) -> str:
        """The statutory state that a state is, or that it refines."""
        found = self.state_by_id.get(state)
        return (found.refines if found else None) or state

    def states_like(self, *core: str) -> tuple[str, ...]:
        """These statutory states with every local state that refines one of them."""
        return tuple(state.id for state in self.states if self.core(state.id) in core)

    def lapses_of(self, duty: DutyRule) -> tuple[Lapse, ...]:
        """In which circumstances a duty does not apply: those of every duty, then its own."""
        return (*self.lapses, *duty.lapses_if)

    def later_than_it(self, duty: DutyRule) -> date | None:
        """The first day of a duty that came into force after the definition did; None for one as old as it."""
        since = duty.in_force_from
        return since if since and since > self.header.in_force_from else None

    @cached_property
    def transfer_by_id(self) -> dict[str, Transfer]:
        return {transfer.id: transfer for transfer in self.transfers}

    @cached_property
    def rules_sha256(self) -> str:
        """The digest of all it says, with what it takes from the definition it extends and the bank holidays it counts by."""
        said = msgspec.json.encode(self)
        return hashlib.sha256(
            said + (bank_holidays_version().encode() if self.counts_working_days else b"")
        ).hexdigest()

    @property
    def counts_working_days(self) -> bool:
        """Whether a last day can depend on which days are bank holidays."""
        limbs = (limb.text for duty in self.duties for limb in duty.due)
        rules = (*limbs, *(transfer.rule for transfer in self.transfers))
        return self.policy.roll_forward_non_working_days or any("working days" in rule for rule in rules)

    def duties_of(self, subject: Subject, kind: str | None = None) -> Iterator[DutyRule]:
        """The duties of a plan without a review, or of a review of a kind, in the definition's order."""
        for duty in self.duties:
            if subject in duty.of and (not duty.kinds or kind in duty.kinds):
                yield duty

    def invitees_of(self, kind: str) -> Iterator[Invitee]:
        """Who must or should be invited to a review of this kind."""
        left_out = set(self.kinds[kind].leaves_out_roles)
        return (invitee for invitee in self.invitees if not left_out.issuperset(invitee.roles))

    def as_known_at(self, day: date) -> "Workflow":
        """The definition without the rules that were not yet known on `day`."""
        known = tuple(
            msgspec.structs.replace(duty, due=tuple(limb for limb in duty.due if self._known(limb, day)))
            for duty in self.duties
            if self._known(duty, day)
        )
        return msgspec.structs.replace(self, duties=known)

    def _known(self, rule: DutyRule | Limb, day: date) -> bool:
        return rule.known_from is None or rule.known_from <= day
