"""How long things are kept: the rules of a retention schedule, and the day each lets something go."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from arflow import toml_text
from arflow.errors import InvalidValue, NotFound
from arflow.law.catalogue import shipped_folder
from arflow.law.periods import corresponding_date
from arflow.papers.documents.register import DocumentKind

Covered = DocumentKind | Literal["people", "mail"]
_PERIOD = re.compile(r"(ended|born|arrived) \+ ([1-9]\d?) (year|month)s?")
_MONTHS = {"year": 12, "month": 1}


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept for how long, and why; a rule `by_hand` has no period: an officer says what it is used on."""

    id: str
    text: str
    covers: tuple[Covered, ...]
    keep: tuple[str, ...] = ()
    by_hand: bool = False
    why: str
    citation: str

    @property
    def is_of_mail(self) -> bool:
        """Whether its period is of mail on no case."""
        return "mail" in self.covers and not self.by_hand


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority's retention schedule, or the `example` that comes with arflow."""

    name: str
    example: bool = False
    rule: tuple[Rule, ...]

    def named(self, rule: str) -> Rule:
        """A rule by its id; NotFound if there is none."""
        for one in self.rule:
            if one.id == rule:
                return one
        raise NotFound("retention rule", rule, f"there are {', '.join(one.id for one in self.rule)}")

    def of(self, covered: Covered) -> Rule | None:
        """The rule with a period that covers a kind of document, people, or mail on no case."""
        return next((one for one in self.rule if covered in one.covers and not one.by_hand), None)


class CountedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """What periods are counted from: the day a plan ended, and the date of birth where it is kept."""

    plan: str
    ended: date | None
    born: date | None


def schedule(environment: Mapping[str, str] = os.environ) -> Schedule:
    """The schedule that ARFLOW_RETENTION names, or the example; InvalidValue with every fault in it."""
    path = Path(environment.get("ARFLOW_RETENTION") or shipped_folder() / "retention" / "example.toml")
    try:
        tables = toml_text.read(path)
        found = msgspec.convert(tables, Schedule)
    except OSError as error:
        raise InvalidValue("ARFLOW_RETENTION", path, f"a file that can be read ({error.strerror})") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise InvalidValue("ARFLOW_RETENTION", path, f"a retention schedule: {error}") from None
    faults = list(_faults(found))
    if faults:
        raise InvalidValue("ARFLOW_RETENTION", path, f"a sound retention schedule: {'; '.join(faults)}")
    return _with_final_plans(found)


def _with_final_plans(found: Schedule) -> Schedule:
    """The schedule; one that names no final plans, as those of before them, keeps these as long as other plans."""
    if any("final_plan" in rule.covers for rule in found.rule):
        return found
    rules = (
        msgspec.structs.replace(rule, covers=(*rule.covers, "final_plan")) if "plan" in rule.covers else rule
        for rule in found.rule
    )
    return msgspec.structs.replace(found, rule=tuple(rules))


def due_from(rule: Rule, case: CountedFrom) -> date | None:
    """The first day after all of a rule's periods; None while the plan goes on, or a day to count from is not known."""
    return _due_from(rule, {"ended": case.ended, "born": case.born}) if case.ended else None


def mail_due_from(rule: Rule, arrived_on: date) -> date | None:
    """The first day after all of a rule's periods, for a message on no case."""
    return _due_from(rule, {"arrived": arrived_on})


def _due_from(rule: Rule, starts: Mapping[str, date | None]) -> date | None:
    last = [_last_day(period, starts) for period in rule.keep]
    known = [day for day in last if day is not None]
    return max(known) + timedelta(days=1) if len(known) == len(last) else None


def _last_day(period: str, starts: Mapping[str, date | None]) -> date | None:
    """The last day of a period such as `ended + 6 years`: the same day of the year N years on."""
    parts = _PERIOD.fullmatch(period)
    assert parts is not None
    start = starts[parts[1]]
    return corresponding_date(start, _MONTHS[parts[3]] * int(parts[2])) if start else None


def _faults(found: Schedule) -> Iterator[str]:
    timed: dict[str, str] = {}
    ids: set[str] = set()
    for rule in found.rule:
        if rule.id in ids:
            yield f"rule {rule.id} is there twice"
        ids.add(rule.id)
        if bool(rule.keep) == rule.by_hand:
            yield f"rule {rule.id}: give either keep or by_hand"
        for period in rule.keep:
            if not _PERIOD.fullmatch(period):
                wanted = '"ended + 6 years" or "born + 31 years", and of mail "arrived + 12 months"'
                yield f'rule {rule.id}: "{period}" is no period: write {wanted}'
            elif period.startswith("arrived") != ("mail" in rule.covers):
                yield f'rule {rule.id}: "{period}": only mail is counted from "arrived", and from nothing else'
        if rule.keep and "mail" in rule.covers and len(rule.covers) > 1:
            yield f"rule {rule.id}: mail on no case has a rule of its own, which covers nothing else"
        for covered in () if rule.by_hand else rule.covers:
            if covered in timed:
                yield f"rule {rule.id}: {covered} is covered by {timed[covered]} already"
            timed.setdefault(covered, rule.id)
