"""Acts on the rules of a store: publish a definition, choose a reading, enter holidays, terms and days of service, withdraw."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow import logs
from arflow.application.recording import WriteSide
from arflow.errors import DefinitionRefused, InvalidValue, MissingValue, NotFound, NotPossible, RulesMoved, field_name
from arflow.events.of_rules import (
    BankHolidayEntered,
    DefinitionPublished,
    Option,
    ReadingChosen,
    RulesAct,
    RulesActWithdrawn,
    ServiceEntered,
    ServiceTableEntered,
    TermEntered,
    TermsEntered,
    encode_act,
)
from arflow.law.definition import Document
from arflow.law.periods import FIRST_DAY, LAST_DAY, is_working_day
from arflow.law.rules_in_force import RulesInForce, refuse_looser
from arflow.law.workflow import Workflow
from arflow.store import rules_ledger
from arflow.store.directory import draft_note, keep_notes

_Make = Callable[[dict[str, Any]], RulesAct]
_MOST_WORKING_DAYS = 10
_NAMED_UNDER = sa.text(
    "select payload from events where topic in ('arflow:ReviewOpened', 'arflow:WorkflowMigrated') order by position"
)


class _Named(msgspec.Struct, frozen=True):
    """What an event says of the definition a review goes under."""

    workflow: str = ""
    workflow_sha256: str = ""


def check(app: WriteSide, document: Document) -> Workflow:
    """The workflow of a document on top of what the store publishes; DefinitionRefused with all of its faults."""
    workflow, faults = app.rules.checked(document)
    if faults or workflow is None:
        raise DefinitionRefused(faults)
    return workflow


def publish(
    app: WriteSide, document: Document, *, reason: str, starts: date | None = None, again: bool = False
) -> DefinitionPublished:
    """Publish a definition: reviews opened from `starts` on (default: its own day) go under it.

    NotPossible where it is published already as it is, or with another text and not `again`, or reviews keep that text.
    """
    rules, workflow = app.rules.read(), check(app, document)
    known = rules.definitions.get(workflow.id)
    day = starts or (known.starts if known else workflow.header.in_force_from)
    if day < workflow.header.in_force_from:
        raise InvalidValue("starts", day, f"on or after {workflow.header.in_force_from}, when {workflow.id} is in force")
    if known and known.sha256 == workflow.sha256 and known.starts == day:
        raise NotPossible(f"{workflow.id} is published already, as it is and from {day}")
    if known and known.sha256 != workflow.sha256:
        _refuse_other_text(app, workflow, again=again)
    made = _record(
        app,
        reason,
        lambda common: DefinitionPublished(
            definition=workflow.id,
            sha256=workflow.sha256,
            starts=day,
            extends=workflow.header.extends,
            **common,
        ),
        (document.content,),
    )
    assert isinstance(made, DefinitionPublished)
    return made


def _refuse_other_text(app: WriteSide, workflow: Workflow, *, again: bool) -> None:
    way_on = "give it a new version, and move the reviews with `arflow workflow migrate --all`"
    if not again:
        raise NotPossible(
            f"{workflow.id} is published with another text: {way_on}; or, while no review is under it, publish it --again"
        )
    if under := definitions_of_reviews(app.engine).get(workflow.id):
        raise NotPossible(f"reviews were opened under {workflow.id} ({under[:12]}…): {way_on}")


def definitions_of_reviews(engine: sa.Engine) -> dict[str, str]:
    """The definitions that reviews of the log went under, those last named last, with the digest it gives."""
    with engine.connect() as connection:
        return named_in_log(connection)


def named_in_log(connection: sa.Connection) -> dict[str, str]:
    """The same within a transaction."""
    found: dict[str, str] = {}
    for payload in connection.execute(_NAMED_UNDER).scalars():
        try:
            said = msgspec.json.decode(bytes(payload), type=_Named)
        except (msgspec.MsgspecError, TypeError, ValueError):
            continue  # `arflow verify` names it
        found.pop(said.workflow, None)
        found[said.workflow] = said.workflow_sha256
    return found


def choose_readings(app: WriteSide, settings: Sequence[tuple[str, Option]], *, starts: date, reason: str) -> RulesAct:
    """Choose how days are counted, where the law can be read in two ways, from a day on.

    InvalidValue where a reading is looser than the definition in force on that day.
    """
    refuse_looser(app.rules.plain_current(starts), settings)
    chosen = dict(settings)
    return _record(app, reason, lambda common: ReadingChosen(settings=chosen, starts=starts, **common))


def enter_bank_holiday(app: WriteSide, day: date, *, reason: str, citation: str = "") -> RulesAct:
    """Enter a day that was proclaimed a bank holiday; NotPossible where it is no working day as it is."""
    refuse_no_working_day(day, app.rules.read())
    return _record(app, reason, lambda common: BankHolidayEntered(day=day, citation=citation, **common))


def refuse_no_working_day(day: date, rules: RulesInForce) -> None:
    """InvalidValue or NotPossible for a day that cannot become a bank holiday."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidValue("DATE", day, f"a day that arflow counts: from {FIRST_DAY} to {LAST_DAY}")
    if not is_working_day(day, rules.bank_holidays):
        what = f"a {day:%A}" if day.isoweekday() > 5 else "a bank holiday already"  # noqa: PLR2004  Friday
        raise NotPossible(f"{day} is {what}: no last day can move, take a working day")


def enter_terms(app: WriteSide, terms: Sequence[TermEntered], *, reason: str) -> RulesAct:
    """Enter school terms, each with its first day; MissingValue where there is none or one has no name."""
    if not terms or not all(term.name.strip() for term in terms):
        raise MissingValue("NAME=DATE", "name each term with its first day")
    entered = {term.name: term for term in terms}
    return _record(app, reason, lambda common: TermsEntered(terms=tuple(entered.values()), **common))


def enter_services(app: WriteSide, services: Sequence[ServiceEntered], *, reason: str) -> RulesAct:
    """Enter days of deemed service; InvalidValue for a number of days that is none, MissingValue without its citation."""
    for one in services:
        if not 0 <= one.working_days <= _MOST_WORKING_DAYS:
            raise InvalidValue(one.channel, one.working_days, f"a number of working days, 0 to {_MOST_WORKING_DAYS}")
        if not one.citation.strip():
            raise MissingValue(field_name("citation"), "say which rule or policy it rests on")
    return _record(app, reason, lambda common: ServiceTableEntered(services=tuple(services), **common))


def withdraw(app: WriteSide, number: int, *, reason: str) -> RulesAct:
    """Take back an act by its number; NotPossible for a definition that reviews are under, or the only one there is."""
    rules = app.rules.read()
    act = next((one for one in rules.standing if one.number == number), None)
    if act is None:
        raise NotFound("act on the rules that counts", str(number), "see `arflow rules list`")
    without = RulesInForce([one for one in rules.acts if one.number != number])
    if isinstance(act, DefinitionPublished):
        left = without.definitions.get(act.definition)
        changes_text = left is None or left.sha256 != act.sha256
        if changes_text and act.definition in definitions_of_reviews(app.engine):
            raise NotPossible(
                f"reviews were opened under {act.definition}: publish what shall follow it, or move the reviews "
                "with `arflow workflow migrate --all`"
            )
        extended = [one.definition for one in without.definitions.values() if one.extends == act.definition]
        if left is None and (extended or not without.definitions):
            what = f"{', '.join(extended)} extends it" if extended else "it is the only definition"
            raise NotPossible(f"{act.definition} cannot be withdrawn: {what}")
    return _record(app, reason, lambda common: RulesActWithdrawn(of=number, **common))


def _record(app: WriteSide, reason: str, make: _Make, texts: Sequence[bytes] = ()) -> RulesAct:
    """Append an act with its reason and texts in one transaction; RulesMoved where another came first."""
    if not reason.strip():
        raise MissingValue(field_name("reason"), "say why")
    known, by, note = app.rules.kept().number, app.officer_id, draft_note(reason)
    made: list[RulesAct] = []

    def drawn(connection: sa.Connection, last: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
        if last != known:
            raise RulesMoved
        keep_notes(connection, (note,))
        made.append(make({"number": last + 1, "recorded_at": app.now, "recorded_by": by, "reason": note.digest}))
        return [encode_act(made[0])], texts

    rules_ledger.append(app.engine, drawn)
    app.rules.read()
    logs.info(__name__, "rules_changed", act=made[0].name, number=made[0].number)
    return made[0]


def document_of(path: Path) -> Document:
    """A definition's file as a document; NotFound where there is none."""
    if not path.is_file():
        raise NotFound("workflow definition", str(path), "name a .toml file")
    return Document(path)
