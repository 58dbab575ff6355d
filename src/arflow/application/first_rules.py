"""The first rules of a store: those that come with arflow, and those it was run under before it held its own."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from arflow.application.rules_acts import named_in_log
from arflow.errors import ArflowError
from arflow.events.of_rules import ARFLOW, DefinitionPublished, decode_act, encode_act
from arflow.law.catalogue import Catalogue, catalogue_of, shipped_folder
from arflow.law.london import day_in_london
from arflow.law.rules_in_force import RulesInForce
from arflow.store import rules_ledger
from arflow.store.permission import may_write


class FirstRules(msgspec.Struct, frozen=True, kw_only=True):
    """What was published, and which definitions of reviews could not be: their files are not here, or have faults.

    `taken_over` is whether the store had been in use before.
    """

    published: tuple[DefinitionPublished, ...] = ()
    missing: tuple[str, ...] = ()
    taken_over: bool = False


def publish_first(engine: sa.Engine) -> FirstRules:
    """Publish what comes with arflow and is not published yet; into a store without rules, also what its reviews are under.

    Those are read from the folder that ARFLOW_WORKFLOWS names, with the definition that ARFLOW_WORKFLOW chose. Safe to
    run twice and in two places: it is one transaction, under the lock of the log.
    """
    if not may_write(engine):
        return FirstRules()
    done: list[FirstRules] = []

    def drawn(connection: sa.Connection, last: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
        rules = RulesInForce([decode_act(one) for one in rules_ledger.payloads(connection)])
        named = [] if last else list(named_in_log(connection))
        catalogue = catalogue_of(os.environ)
        wanted, missing = _wanted(catalogue, rules, named)
        acts = [_act(catalogue, name, last + n) for n, name in enumerate(wanted, start=1)]
        if not last:
            acts += _going_on(catalogue, acts, named)
        done.append(FirstRules(published=tuple(acts), missing=tuple(missing), taken_over=bool(named or last)))
        return [encode_act(act) for act in acts], [catalogue.document(act.definition).content for act in acts]

    rules_ledger.append(engine, drawn)
    return done[0]


def _wanted(catalogue: Catalogue, rules: RulesInForce, named: Sequence[str]) -> tuple[list[str], list[str]]:
    """The definitions to publish, each after what it extends; and those of reviews that cannot be published."""
    shipped = [path.stem for path in sorted(shipped_folder().glob("*.toml"))]
    chosen = os.environ.get("ARFLOW_WORKFLOW") if not rules.acts else None
    wanted, missing = dict[str, None](), list[str]()
    for name in dict.fromkeys((*shipped, *named, *filter(None, [chosen]))):
        try:
            chain = _with_its_bases(catalogue, name)
        except ArflowError:
            missing.append(name)
        else:
            wanted |= dict.fromkeys(one for one in chain if one not in rules.definitions)
    return list(wanted), missing


def _with_its_bases(catalogue: Catalogue, name: str) -> list[str]:
    base = catalogue.load(name).header.extends
    return [*(_with_its_bases(catalogue, base) if base else []), name]


def _going_on(catalogue: Catalogue, acts: list[DefinitionPublished], named: Sequence[str]) -> list[DefinitionPublished]:
    """The act by which reviews go on being opened as until now, where the days of the definitions alone do not say so.

    That is under the definition that ARFLOW_WORKFLOW names; else under the local one that was used last; else under the
    newest statutory one in force.
    """
    today = day_in_london(datetime.now(UTC))
    there = {act.definition: act for act in acts}
    statutory = [act for act in acts if act.extends is None and act.starts <= today]
    used = there.get(os.environ.get("ARFLOW_WORKFLOW") or (named[-1] if named else ""))
    if used is None or (used.extends is None and "ARFLOW_WORKFLOW" not in os.environ):
        used = max(statutory, key=lambda act: act.starts)
    current = RulesInForce(acts).current(today)
    if current is not None and current.definition == used.definition:
        return []
    return [msgspec.structs.replace(_act(catalogue, used.definition, len(acts) + 1), starts=max(today, used.starts))]


def _act(catalogue: Catalogue, name: str, number: int) -> DefinitionPublished:
    found = catalogue.load(name)
    return DefinitionPublished(
        number=number,
        recorded_at=datetime.now(UTC),
        recorded_by=ARFLOW,
        definition=name,
        sha256=found.sha256,
        starts=found.header.in_force_from,
        extends=found.header.extends,
    )
