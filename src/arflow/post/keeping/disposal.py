"""What is due for disposal under the retention schedule, and its disposal: recorded first, then removed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case.plan_commands import DisposeOfDocument
from arflow.errors import CaseUnreadable, MissingValue, NotPossible, field_name
from arflow.papers.documents import Documents
from arflow.papers.documents.holds import check_free, holds
from arflow.papers.documents.retention_schedule import CountedFrom, Rule, Schedule, due_from
from arflow.post.keeping.erasure import forget_unswept
from arflow.store.erased_pages import note_erasure, sweep
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_ENDS = ("arflow:PlanCeased", "arflow:PlanTransferredOut")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A document, or all of a plan's people (no digest): the day from which a rule lets it go, if that can be counted."""

    plan: str
    kind: str
    digest: str | None = None
    people: int = 0
    rule: str
    due: date | None = None
    why: str = ""
    hold: str | None = None

    def is_due(self, on: date) -> bool:
        """Whether the rule lets it go on a day; a hold keeps it all the same."""
        return self.due is not None and self.due <= on


class Disposed(msgspec.Struct, frozen=True, kw_only=True):
    """What was disposed of: the documents, how many people of which plans, and files left over from earlier runs."""

    rule: str
    documents: tuple[str, ...]
    people: dict[str, int]
    files_removed: int


def items(app: "Arflow", documents: Documents, schedule: Schedule, *, plan: str | None = None) -> list[Item]:
    """All that the schedule's periods cover of plans that have ended, whether due or not yet, by plan."""
    rules: dict[str, Rule] = {covered: rule for rule in schedule.rule if not rule.by_hand for covered in rule.covers}
    return [found for case in _ended_cases(app, plan) for found in _counted(app, documents, case, rules)]


def by_hand(
    app: "Arflow", documents: Documents, rule: Rule, *, plan: str | None = None, digest: str | None = None
) -> list[Item]:
    """What a rule without a period is used on: one document, or all of a plan that it covers, due today."""
    if plan is None and digest is None:
        raise MissingValue(
            f"{field_name('plan')}, {field_name('digest')} or {field_name('message')}",
            f"{rule.id} has no period: say what it is used on",
        )
    named = documents.document(digest, plan) if digest else None
    ref = app.plan(named.plan if named else str(plan)).ref
    rules: dict[str, Rule] = dict.fromkeys(rule.covers, rule)
    return [
        msgspec.structs.replace(one, due=app.today, why=rule.why)
        for one in _covered(app, documents, ref, rules)
        if named is None or one.digest == named.digest
    ]


def check_may_go(app: "Arflow", found: Sequence[Item], rule: str) -> None:
    """NotPossible for a case on hold, or what is not due."""
    early = next((one for one in found if not one.is_due(app.today)), None)
    if early:
        when = f"before {early.due}" if early.due else "yet: a day to count from is not known"
        raise NotPossible(f"the {early.kind} of {early.plan} cannot be disposed of under {rule} {when}")
    with app.engine.connect() as connection:
        for ref in sorted({one.plan for one in found}):
            check_free(connection, ref)


def dispose(app: "Arflow", documents: Documents, found: Sequence[Item], rule: str, reason: str) -> Disposed:
    """Dispose of what is due, a plan at a time: in the log and the store first, then the files, people last.

    A run that was stopped is finished by the next. NotPossible for a case on hold, or what is not due.
    """
    check_may_go(app, found, rule)
    if any(one.digest for one in found):
        documents.place.check_there()
        documents.place.clear_half_written(app.now)
    removed = len(documents.remove_disposed(app.now))
    people: dict[str, int] = {}
    for ref, own in groupby(sorted(found, key=lambda one: one.plan), key=lambda one: one.plan):
        of_plan = list(own)
        commands = [DisposeOfDocument(document=one.digest, rule=rule, reason=reason) for one in of_plan if one.digest]
        _record(app, documents, ref, commands)
        removed += len(documents.remove_disposed(app.now))
        if any(one.digest is None for one in of_plan):
            _check_papers_gone(documents, ref)
            people[ref] = len(forget_unswept(app, ref, reason, rule=rule))
    sweep(app.engine)
    digests = tuple(one.digest for one in found if one.digest)
    return Disposed(rule=rule, documents=digests, people=people, files_removed=removed)


def _record(app: "Arflow", documents: Documents, ref: str, commands: Sequence[DisposeOfDocument]) -> None:
    """Record disposals of one plan's documents, in the log and beside it, in one transaction."""
    by, at = app.officer_id, app.now

    def beside(connection: sa.Connection) -> None:
        check_free(connection, ref)  # a hold that was put since
        for command in commands:
            documents.dispose(connection, command.document, ref, rule=command.rule, by=by, at=at)
        note_erasure(connection)

    if commands:
        app.change_plan(ref, *commands, beside=beside)


def _check_papers_gone(documents: Documents, ref: str) -> None:
    """NotPossible where papers are left: how long they are kept may be counted from the date of birth."""
    left = sum(one.disposed_at is None and not one.shared for one in documents.of(plan=ref))
    if left:
        raise NotPossible(
            f"{counted(left, 'document')} of {ref} still there: dispose of them first, "
            "since how long they are kept may be counted from the date of birth"
        )


def _ended_cases(app: "Arflow", plan: str | None) -> Iterator[CountedFrom]:
    """Plans that ended by an event of their own, each as it stands now."""
    query = sa.text("select distinct plan from events where topic in :ends order by plan").bindparams(
        sa.bindparam("ends", _ENDS, expanding=True)
    )
    with app.engine.connect() as connection:
        refs = [app.plan(plan).ref] if plan else list(connection.execute(query).scalars())
    for ref in refs:
        try:
            found = app.plan(ref)
        except CaseUnreadable:
            if plan:
                raise
            continue  # nothing of it is due before somebody can say when it ended
        if not found.is_maintained:
            ends = [fact.day for fact in (found.ceased, found.transferred_out) if fact and fact.day]
            yield CountedFrom(plan=ref, ended=max(ends, default=None), born=_born(app, ref))


def _born(app: "Arflow", ref: str) -> date | None:
    return next((one.date_of_birth for one in app.people.of(ref) if one.date_of_birth), None)


def _counted(app: "Arflow", documents: Documents, case: CountedFrom, rules: Mapping[str, Rule]) -> Iterator[Item]:
    """What periods cover of a case that has ended, its people last; a shared form has nobody's data, and no period."""
    papers_due: list[date | None] = []
    for one in _covered(app, documents, case.plan, rules, shared=False):
        rule = rules[one.kind]
        due = due_from(rule, case)
        papers_due.append(due)
        if one.digest is None:
            known = [day for day in papers_due if day is not None]
            due = max(known) if len(known) == len(papers_due) else None
        yield msgspec.structs.replace(one, due=due, why=_why(rule, case))


def _why(rule: Rule, case: CountedFrom) -> str:
    facts = [f"ended {case.ended}" if case.ended else "the day it ended is not known"]
    if any(period.startswith("born") for period in rule.keep):
        facts.append(f"born {case.born}" if case.born else "the date of birth is not kept")
    return f"{', '.join(facts)}: kept for {' and '.join(rule.keep)}"


def _covered(
    app: "Arflow", documents: Documents, ref: str, rules: Mapping[str, Rule], *, shared: bool = True
) -> Iterator[Item]:
    """The documents, and then the people, that rules cover of a plan; the day is not counted yet."""
    with app.engine.connect() as connection:
        standing = holds(connection).get(ref)
    hold = standing.reason if standing else None
    for document in documents.of(plan=ref):
        rule = rules.get(document.kind)
        if rule and document.disposed_at is None and (shared or not document.shared):
            yield Item(plan=ref, kind=document.kind, digest=document.digest, rule=rule.id, hold=hold)
    everybody = len(app.people.of(ref))
    if "people" in rules and everybody:
        yield Item(plan=ref, kind="people", people=everybody, rule=rules["people"].id, hold=hold)
