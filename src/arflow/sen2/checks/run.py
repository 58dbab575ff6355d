"""Asking every rule of a return, person by person as they come: one pass, in bounded memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from arflow.sen2.checks.rule import EVERYWHERE, WHOLE, Against, Checked, Finding, Rule
from arflow.sen2.checks.table import OF_THE_LOG, RULES
from arflow.sen2.form.record import Record


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a return, and the plan's reference (empty in a file); `whole` where its facts are all there."""

    person: Record
    place: str = ""
    whole: bool = True


class Checking:
    """One return being checked against its year."""

    def __init__(self, against: Against, rules: Sequence[Rule] = RULES) -> None:
        self._against = against
        self._rules = _by_block(rules, against)
        self._of_the_log = _by_block([rule for rule in rules if rule in OF_THE_LOG], against)

    def findings(self, header: Record | None, persons: Iterable[Placed]) -> Iterator[Finding]:
        """What is wrong, of the header, of each person in turn, and of the whole."""
        for block in header.children if header else ():
            yield from self._ask(self._rules, Checked(block=block, against=self._against))
        for placed in persons:
            yield from self.of_person(placed)
        whole = Checked(block=Record(block=WHOLE[0]), against=self._against)
        yield from self._ask(self._rules, whole)

    def of_person(self, placed: Placed) -> Iterator[Finding]:
        """What is wrong of the next person, who is counted for the whole."""
        self._against.tally.count(placed.person, whole=placed.whole)
        rules, person = self._rules if placed.whole else self._of_the_log, placed.person
        yield from self._ask(rules, Checked(block=person, person=person, place=placed.place, against=self._against))
        for request in person.children:
            for block in _blocks(request):
                case = Checked(block=block, request=request, person=person, place=placed.place, against=self._against)
                yield from self._ask(rules, case)

    def _ask(self, rules: dict[str, tuple[Rule, ...]], case: Checked) -> Iterator[Finding]:
        everywhere = () if case.block.block in WHOLE else rules.get(EVERYWHERE[0], ())
        for rule in (*everywhere, *rules.get(case.block.block, ())):
            if what := rule.finds(case):
                yield Finding(rule=rule, block=case.block.block, place=case.place, line=case.block.line, what=what)


def _blocks(block: Record) -> Iterator[Record]:
    yield block
    for child in block.children:
        yield from _blocks(child)


def _by_block(rules: Iterable[Rule], against: Against) -> dict[str, tuple[Rule, ...]]:
    found: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.applies(against.year):
            for block in rule.of:
                found[block].append(rule)
    return {block: tuple(rules) for block, rules in found.items()}
