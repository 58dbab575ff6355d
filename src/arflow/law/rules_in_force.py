"""The rules in force: the acts on the rules of a store, folded as of a day and as known at a moment. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from arflow.errors import InvalidValue
from arflow.events.of_rules import (
    AnyRulesAct,
    BankHolidayEntered,
    DefinitionPublished,
    Option,
    ReadingChosen,
    RulesAct,
    RulesActWithdrawn,
    ServiceEntered,
    ServiceTableEntered,
    TermsEntered,
)
from arflow.law.formula import Policy
from arflow.law.workflow import Term, Workflow
from arflow.words import in_words

_Act = TypeVar("_Act", bound=RulesAct)
SETTINGS = tuple(name for name in Policy.__struct_fields__ if name != "bank_holidays")


class RulesInForce:
    """What the acts of a store's ledger add up to; those withdrawn are left out."""

    def __init__(self, acts: Sequence[AnyRulesAct] = ()) -> None:
        self.acts = tuple(acts)

    @property
    def number(self) -> int:
        """The number of the last act; 0 where there is none."""
        return self.acts[-1].number if self.acts else 0

    def known_at(self, moment: datetime | None) -> "RulesInForce":
        """What was known at a moment; what came with the store always was."""
        if moment is None:
            return self
        return RulesInForce([act for act in self.acts if act.by_arflow or act.recorded_at <= moment])

    @cached_property
    def standing(self) -> tuple[AnyRulesAct, ...]:
        """The acts that count: neither withdrawn nor a withdrawal."""
        gone: set[int] = set()
        for act in reversed(self.acts):
            if isinstance(act, RulesActWithdrawn) and act.number not in gone:
                gone.add(act.of)
        return tuple(act for act in self.acts if act.number not in gone and not isinstance(act, RulesActWithdrawn))

    def _all(self, of: type[_Act]) -> Iterator[_Act]:
        return (act for act in self.standing if isinstance(act, of))

    @cached_property
    def definitions(self) -> dict[str, DefinitionPublished]:
        """Each definition with the newest act that published it: its text is that act's."""
        return {act.definition: act for act in self._all(DefinitionPublished)}

    @cached_property
    def first_day(self) -> date:
        """The day from which the first definition counts; ValueError where none is published."""
        return min(act.starts for act in self._all(DefinitionPublished))

    def current(self, on: date) -> DefinitionPublished | None:
        """The definition that a review opened on a day goes under; None before the first one's day."""
        begun = [act for act in self._all(DefinitionPublished) if act.starts <= on]
        return max(begun, key=lambda act: (act.starts, act.number), default=None)

    @cached_property
    def bank_holidays(self) -> tuple[date, ...]:
        """The bank holidays that were entered."""
        return tuple(sorted({act.day for act in self._all(BankHolidayEntered)}))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The school terms that were entered."""
        found = {term.name: term for act in self._all(TermsEntered) for term in act.terms}
        return tuple(Term(**msgspec.structs.asdict(term)) for term in found.values())

    @cached_property
    def services(self) -> tuple[ServiceEntered, ...]:
        """The days of deemed service that were entered, one for each channel."""
        found = {one.channel: one for act in self._all(ServiceTableEntered) for one in act.services}
        return tuple(found.values())

    def readings(self, on: date) -> dict[str, tuple[Option, ReadingChosen]]:
        """Each setting that was chosen with its option in force on a day, and the act that chose it."""
        begun = sorted(
            (act for act in self._all(ReadingChosen) if act.starts <= on), key=lambda a: (a.starts, a.number)
        )
        return {name: (option, act) for act in begun for name, option in act.settings.items()}

    def said(self, on: date) -> str:
        """The readings in force on a day, as a sentence for a report; nothing where none was chosen."""
        found = (
            f"{in_words(name)}: {shown(option)} (chosen from {act.starts})"
            for name, (option, act) in self.readings(on).items()
        )
        told = "; ".join(found)
        return f" Readings in force: {told}." if told else ""

    def applied(self, workflow: Workflow, on: date) -> Workflow:
        """A definition as it counts on a day: with the readings chosen, and the holidays and terms entered."""
        chosen = {name: option for name, (option, _) in self.readings(on).items()}
        if not (chosen or self.terms or self.bank_holidays):
            return workflow
        policy = stricter(workflow.policy, chosen)
        entered = {term.name for term in self.terms}
        return msgspec.structs.replace(
            workflow,
            policy=msgspec.structs.replace(policy, bank_holidays=self.bank_holidays),
            terms=(*(term for term in workflow.terms if term.name not in entered), *self.terms),
        )


# --- settings of the policy ---------------------------------------------------------------------------------------


def setting(name: str, value: str) -> tuple[str, Option]:
    """A setting with its option as the policy has it; InvalidValue where there is no such setting or option."""
    name = name.replace("-", "_")
    if name not in SETTINGS:
        raise InvalidValue("NAME=OPTION", name, f"a setting of the policy; one of: {', '.join(SETTINGS)}", SETTINGS)
    hint = get_type_hints(Policy)[name]
    try:
        found: Option = msgspec.convert(value.replace("-", "_"), hint, strict=False)
    except msgspec.ValidationError:
        options = get_args(hint) or (("true", "false") if hint is bool else ("a number of days",))
        raise InvalidValue(name, value, f"an option of it; one of: {', '.join(options)}", options) from None
    return name, found


def options(name: str) -> tuple[Any, ...]:
    """The options of a setting, strictest first; none for a number of days."""
    hint = get_type_hints(Policy)[name]
    return get_args(hint) or ((False, True) if hint is bool else ())


def refuse_looser(workflow: Workflow, chosen: Iterable[tuple[str, Option]]) -> None:
    """InvalidValue where an option is looser than the one of a definition."""
    for name, option in chosen:
        own, known = getattr(workflow.policy, name), options(name)
        if known and known.index(option) > known.index(own):
            raise InvalidValue(name, shown(option), f"at least as strict as {workflow.id}, which has {shown(own)}")


def stricter(policy: Policy, chosen: dict[str, Option]) -> Policy:
    """The policy with other options, each only where it is not looser than the policy's own."""
    taken = {
        name: option
        for name, option in chosen.items()
        if not options(name) or options(name).index(option) < options(name).index(getattr(policy, name))
    }
    return msgspec.structs.replace(policy, **taken)


def shown(option: object) -> str:
    """An option as people read it."""
    return str(option).lower() if isinstance(option, bool) else in_words(str(option))
