"""The rules in force in a store, read from its ledger: definitions as they count on a day, wherever they are asked for."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from arflow.errors import LogBroken, NotFound, StoreNotReady
from arflow.events.of_rules import decode_act
from arflow.law.catalogue import Definitions, shipped_folder
from arflow.law.definition import Document, Fault, published_digests
from arflow.law.machine import Machine
from arflow.law.rules_in_force import RulesInForce
from arflow.law.workflow import Workflow
from arflow.store import rules_ledger, shown

# What processes have read already, by the digests of a definition and of those that it extends.
_READ: dict[tuple[str, ...], Workflow] = {}
_MACHINES: dict[tuple[str, ...], Machine] = {}


class _Published(Definitions):
    """The definitions that a store publishes; their texts are read from it when they are first used."""

    def __init__(self, engine: sa.Engine, rules: RulesInForce, texts: Sequence[bytes] = ()) -> None:
        """`texts` are those that the store does not have yet."""
        super().__init__()
        self._engine, self._rules = engine, rules
        self._texts = {hashlib.sha256(text).hexdigest(): text for text in texts}

    def names(self) -> Iterable[str]:
        return self._rules.definitions

    def content(self, workflow_id: str) -> bytes:
        """The text of a definition; NotFound where it is not there as it was published."""
        digest = self._rules.definitions[workflow_id].sha256
        if digest in self._texts:
            return self._texts[digest]
        with self._engine.connect() as connection:
            found = rules_ledger.text(connection, digest)
        if found is None:
            raise NotFound("text of the definition", workflow_id, "see `arflow verify`")
        return found

    def document(self, workflow_id: str) -> Document:
        return Document(Path(f"{workflow_id}.toml"), self.content(workflow_id))

    def locks(self, document: Document) -> dict[str, str]:
        return {}  # the ledger says which text it is

    def load(self, workflow_id: str) -> Workflow:
        digests = self._digests(workflow_id)
        if digests not in _READ:
            _READ[digests] = super().load(workflow_id)
        return _READ[digests]

    def machine(self, workflow_id: str) -> Machine:
        digests = self._digests(workflow_id)
        if digests not in _MACHINES:
            _MACHINES[digests] = Machine(self.load(workflow_id))
        return _MACHINES[digests]

    def _digests(self, workflow_id: str) -> tuple[str, ...]:
        found: dict[str, str] = {}
        asked: str | None = workflow_id
        while asked is not None and asked not in found and (act := self._rules.definitions.get(asked)):
            found[asked], asked = act.sha256, act.extends
        return (workflow_id, *found.values())


class RulesOnDay:
    """The rules as they count on a day."""

    def __init__(self, published: _Published, rules: RulesInForce, day: date) -> None:
        self._published, self.rules, self.day = published, rules, day
        self._applied: dict[str, Workflow] = {}

    def workflow(self, workflow_id: str) -> Workflow:
        """A definition by its id, as it counts on the day.

        NotFound if the store publishes none, DefinitionRefused if it has faults.
        """
        if workflow_id not in self._applied:
            try:
                found = self._published.load(workflow_id)
            except NotFound as refusal:
                if refusal.what != "workflow":
                    raise
                way_on = f"publish it with `arflow workflow publish`; there are {', '.join(self._published.names())}"
                raise NotFound("workflow", workflow_id, way_on) from refusal
            self._applied[workflow_id] = self.rules.applied(found, self.day)
        return self._applied[workflow_id]

    def machine(self, workflow_id: str) -> Machine:
        """The state machine of a definition, counting as on the day."""
        workflow = self.workflow(workflow_id)
        machine = self._published.machine(workflow_id)
        return machine if machine.workflow is workflow else machine.counting_by(workflow)

    def current(self, on: date | None = None) -> Workflow:
        """The definition that a review opened on a day goes under; NotFound where none is in force."""
        found = self.rules.current(on or self.day)
        if found is None:
            raise NotFound("workflow", "annual_review", f"in force on {on or self.day}; see `arflow rules list`")
        return self.workflow(found.definition)

    def of_plans(self) -> Workflow:
        """The definition that plans without an open review are counted under; before the first one's day, that one."""
        return self.current(max(self.day, self.rules.first_day))


class StoreRules:
    """The ledger of one store, read again whenever an act has been added to it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._read: tuple[RulesInForce, _Published] | None = None
        self._days: dict[tuple[date, int], RulesOnDay] = {}

    def read(self) -> RulesInForce:
        """The rules as the ledger has them; StoreNotReady where it has none."""
        return self._newest()[0]

    def content(self, workflow_id: str) -> bytes:
        """The text of a definition that the store publishes."""
        return self._newest()[1].content(workflow_id)

    def checked(self, document: Document) -> tuple[Workflow | None, list[Fault]]:
        """The workflow of a document on top of what the store publishes, as far as it can be built, and all of its faults.

        A definition that comes with arflow is to be as it comes.
        """
        return self._newest()[1].check_document(document, locks=published_digests(shipped_folder()))

    def plain_current(self, on: date) -> Workflow:
        """The definition in force on a day as its text has it, without what was chosen or entered beside."""
        rules, published = self._newest()
        found = rules.current(on)
        if found is None:
            raise NotFound("workflow", "annual_review", f"in force on {on}; see `arflow rules list`")
        return published.load(found.definition)

    def kept(self) -> RulesInForce:
        """The rules as they were last read."""
        return (self._read or self._newest())[0]

    def on(self, day: date) -> RulesOnDay:
        """The rules as they were last read, on a day."""
        rules, published = self._read or self._newest()
        found = self._days.get((day, rules.number))
        return found or self._days.setdefault((day, rules.number), RulesOnDay(published, rules, day))

    def as_known(self, day: date, moment: datetime | None) -> RulesOnDay:
        """The rules that counted on a day, as known at a moment."""
        rules, published = self._newest()
        return RulesOnDay(published, rules.known_at(moment), day)

    def as_if(self, rules: RulesInForce, day: date, texts: Sequence[bytes] = ()) -> RulesOnDay:
        """Other rules than those of the store, on a day; `texts` are of definitions that it does not publish yet."""
        return RulesOnDay(_Published(self._engine, rules, texts), rules, day)

    def moved_since(self, connection: sa.Connection) -> bool:
        """Whether an act has been added since the rules were last read."""
        return rules_ledger.last_number(connection) != self.kept().number

    def _newest(self) -> tuple[RulesInForce, _Published]:
        with self._engine.connect() as connection:
            number = rules_ledger.last_number(connection)
            if self._read is not None and self._read[0].number == number:
                return self._read
            payloads = rules_ledger.payloads(connection)
        try:
            acts = [decode_act(one) for one in payloads]
        except msgspec.MsgspecError as error:
            raise LogBroken(
                "an act on the rules of the store cannot be read: see `arflow verify`, or update arflow"
            ) from error
        if not acts:
            raise StoreNotReady(f"the store at {shown(self._engine)} has no rules published: run `arflow init`")
        rules = RulesInForce(acts)
        self._days.clear()
        self._read = rules, _Published(self._engine, rules)
        return self._read
