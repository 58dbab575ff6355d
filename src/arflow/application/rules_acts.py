"""Acts on the rules of a store: each is drafted, which checks it, and then looked at or recorded."""

from calendar import SATURDAY
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
    AnyRulesAct,
    BankHolidayEntered,
    DefinitionPublished,
    Option,
    ReadingChosen,
    RulesActWithdrawn,
    ServiceEntered,
    ServiceTableEntered,
    TermEntered,
    TermsEntered,
    encode_act,
)
from arflow.law.definition import Document
from arflow.law.periods import FIRST_DAY, LAST_DAY, is_working_day
from arflow.law.rules_in_force import RulesInForce, refuse_looser, shown
from arflow.law.workflow import Workflow
from arflow.papers.letters.papers_files import STATUTORY, PapersFiles
from arflow.store import rules_ledger
from arflow.store.directory import draft_note, keep_notes
from arflow.words import counted

_MOST_WORKING_DAYS = 3
_NAMED_UNDER = sa.text(
    "select payload from events where topic in ('arflow:ReviewOpened', 'arflow:WorkflowMigrated') order by position"
)


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """An act that is checked and can be recorded, or looked at first: `about` says it in a sentence.

    `make` takes the fields that every act has; `starts` is the day it counts from, where it has one; `known` is the number
    of the last act when it was checked.
    """

    about: str
    known: int
    make: Callable[[dict[str, Any]], AnyRulesAct]
    texts: tuple[bytes, ...] = ()
    starts: date | None = None


class _Named(msgspec.Struct, frozen=True):
    """Which definition an event names for its review."""

    workflow: str = ""
    workflow_sha256: str = ""


def check(app: WriteSide, document: Document) -> Workflow:
    """The workflow of a document on top of what the store publishes; DefinitionRefused with all of its faults."""
    workflow, faults = app.rules.checked(document)
    if faults or workflow is None:
        raise DefinitionRefused(faults)
    return workflow


def publication(app: WriteSide, document: Document, *, starts: date | None = None, again: bool = False) -> Drafted:
    """A definition to publish: reviews opened from `starts` on (default: its own day) go under it.

    NotPossible where it is published already as it is, or with another text and not `again`, or reviews keep that text.
    """
    rules, workflow = app.rules.read(), check(app, document)
    known, own_day = rules.definitions.get(workflow.id), workflow.header.in_force_from
    day = starts or (known.starts if known else own_day)
    if day < own_day:
        raise InvalidValue("starts", day, f"on or after {own_day}, when {workflow.id} comes into force")
    if any(
        isinstance(act, DefinitionPublished)
        and (act.definition, act.sha256, act.starts) == (workflow.id, workflow.sha256, day)
        for act in rules.standing
    ):
        raise NotPossible(f"{workflow.id} is published already, as it is and from {day}")
    if known and known.sha256 != workflow.sha256:
        _refuse_other_text(app, workflow, again=again)
    return Drafted(
        about=f"Reviews opened from {day} on go under {workflow.id}.",
        known=rules.number,
        make=lambda common: DefinitionPublished(
            definition=workflow.id,
            sha256=workflow.sha256,
            starts=day,
            extends=workflow.header.extends,
            **common,
        ),
        texts=(document.content,),
        starts=day,
    )


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


def reading(app: WriteSide, settings: Sequence[tuple[str, Option]], *, starts: date) -> Drafted:
    """How days are counted from a day on, where the law can be read in two ways.

    InvalidValue where a reading is looser than the definition in force on that day.
    """
    rules, chosen = app.rules.read(), dict(settings)
    refuse_looser(app.rules.plain_current(starts), settings)
    said = ", ".join(f"{name} is {shown(option)}" for name, option in chosen.items())
    return Drafted(
        about=f"From {starts} on, {said}.",
        known=rules.number,
        make=lambda common: ReadingChosen(settings=chosen, starts=starts, **common),
        starts=starts,
    )


def bank_holiday(app: WriteSide, day: date, citation: str = "") -> Drafted:
    """A day that was proclaimed a bank holiday; NotPossible where it is no working day as it is."""
    rules = app.rules.read()
    refuse_no_working_day(day, rules)
    return Drafted(
        about=f"{day:%A} {day} becomes a bank holiday.",
        known=rules.number,
        make=lambda common: BankHolidayEntered(day=day, citation=citation, **common),
    )


def refuse_no_working_day(day: date, rules: RulesInForce) -> None:
    """InvalidValue or NotPossible for a day that cannot become a bank holiday."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidValue("DATE", day, f"a day that arflow counts: from {FIRST_DAY} to {LAST_DAY}")
    if not is_working_day(day, rules.bank_holidays):
        what = f"a {day:%A}" if day.weekday() >= SATURDAY else "a bank holiday already"
        raise NotPossible(f"{day} is {what}: no last day can move, take a working day")


def terms(app: WriteSide, entered: Sequence[TermEntered]) -> Drafted:
    """School terms, each with its first day; MissingValue where there is none or one has no name."""
    if not entered or not all(term.name.strip() for term in entered):
        raise MissingValue("NAME=DATE", "name each term with its first day")
    named = {term.name.strip(): term for term in entered}
    said = ", ".join(_term_said(term) for term in named.values())
    return Drafted(
        about=f"Terms are entered: {said}.",
        known=app.rules.read().number,
        make=lambda common: TermsEntered(terms=tuple(named.values()), **common),
    )


def _term_said(term: TermEntered) -> str:
    return f"{term.name} starts on {term.starts}" + (f" and ends on {term.ends}" if term.ends else "")


def service_table(app: WriteSide, services: Sequence[ServiceEntered]) -> Drafted:
    """Days of deemed service; InvalidValue where they would shorten a family's time, MissingValue without a citation."""
    known = PapersFiles.of(app.catalogue).load(STATUTORY).service_by_channel
    for one in services:
        least = known[one.channel].days
        if not least <= one.working_days <= _MOST_WORKING_DAYS:
            raise InvalidValue(
                one.channel, one.working_days, f"{least} to {_MOST_WORKING_DAYS} working days: see `arflow letter show`"
            )
        if not one.citation.strip():
            raise MissingValue(field_name("citation"), "say which rule or policy it rests on")
    said = ", ".join(f"by {one.channel} after {counted(one.working_days, 'working day')}" for one in services)
    return Drafted(
        about=f"What is sent is deemed served {said}.",
        known=app.rules.read().number,
        make=lambda common: ServiceTableEntered(services=tuple(services), **common),
    )


def withdrawal(app: WriteSide, number: int) -> Drafted:
    """An act to take back, by its number; NotPossible for a definition that reviews are under, or the only one."""
    rules = app.rules.read()
    act = next((one for one in rules.standing if one.number == number), None)
    if act is None:
        raise NotFound("act on the rules that counts with the number", str(number), "see `arflow rules list`")
    if isinstance(act, DefinitionPublished):
        _refuse_to_take_away(app, rules, act)
    return Drafted(
        about=f"{act.name} (number {number}) is withdrawn.",
        known=rules.number,
        make=lambda common: RulesActWithdrawn(of=number, **common),
    )


def _refuse_to_take_away(app: WriteSide, rules: RulesInForce, act: DefinitionPublished) -> None:
    without = RulesInForce([one for one in rules.acts if one.number != act.number])
    left = without.definitions.get(act.definition)
    if (left is None or left.sha256 != act.sha256) and act.definition in definitions_of_reviews(app.engine):
        raise NotPossible(
            f"{act.definition} cannot be withdrawn: reviews were opened under it; publish what shall follow it, and move "
            "them with `arflow workflow migrate --all`"
        )
    extending = [one.definition for one in without.definitions.values() if one.extends == act.definition]
    if left is None and (extending or not without.definitions):
        why = f"{', '.join(extending)} extends it" if extending else "it is the only definition"
        raise NotPossible(f"{act.definition} cannot be withdrawn: {why}")


def record(app: WriteSide, drafted: Drafted, reason: str) -> AnyRulesAct:
    """Append an act with its reason and texts in one transaction; RulesMoved where another came first."""
    if not reason.strip():
        raise MissingValue(field_name("reason"), "say why")
    by, note = app.officer_id, draft_note(reason)
    made: list[AnyRulesAct] = []

    def drawn(connection: sa.Connection, last: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
        if last != drafted.known:
            raise RulesMoved
        keep_notes(connection, (note,))
        common = {"number": last + 1, "recorded_at": app.now, "recorded_by": by, "reason": note.digest}
        made.append(drafted.make(common))
        return [encode_act(made[0])], drafted.texts

    rules_ledger.append(app.engine, drawn)
    app.rules.read()
    logs.info(__name__, "rules_changed", act=made[0].name, number=made[0].number)
    return made[0]


def document_of(app: WriteSide, source: str) -> Document:
    """A definition by its file, or by its id: of this process's files, or one that the store has published before."""
    path = Path(source)
    if path.suffix == ".toml":
        if not path.is_file():
            raise NotFound("workflow definition", source, "name a .toml file")
        return Document(path)
    if source in app.catalogue.names():
        return app.catalogue.document(source)
    if source in app.rules.read().definitions:
        return Document(Path(f"{source}.toml"), app.rules.content(source))
    raise NotFound("workflow", source, f"name its file, or one of {', '.join(app.catalogue.names())}")
