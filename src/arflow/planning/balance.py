"""Caseloads made even with as few hand-overs as possible: children of one family stay together, and settings where they can.

Where nobody leaves, the worst load never becomes worse. A leaver hands over everything.
"""

from collections.abc import Collection, Iterable, Sequence
from math import inf

import msgspec

from arflow.application.many_cases import Wish
from arflow.case.plan_commands import AssignCoordinator
from arflow.errors import InvalidValue, NotPossible, field_name
from arflow.planning.caseload import NOBODY, Carried
from arflow.planning.linear_program import LinearProgram

# What it costs to hand over a plan, to bring a second officer into a setting, and each weight above the even load.
_HAND_OVER, _SECOND_OFFICER, _ABOVE = 1.0, 2.0, 4.0
_ALLOWANCE = 0.05  # so much above the even load costs nothing


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that goes from one officer to another, and why."""

    plan: str
    setting: str | None
    before: str
    to: str
    weight: float


class _Block(msgspec.Struct, frozen=True, kw_only=True):
    """Plans that stay together: of one officer, and of one family."""

    officer: str
    settings: frozenset[str]
    plans: tuple[Carried, ...]

    @property
    def weight(self) -> float:
        return sum(one.weight for one in self.plans)


def balance(plans: Sequence[Carried], *, leavers: Collection[str] = (), to: Collection[str] = ()) -> list[HandOver]:
    """The hand-overs that make loads even, by plan; none where they are.

    `leavers` keep nothing. `to` are who may take on plans (default: all who hold some and do not leave); somebody new among them
    begins with none. Plans that nobody holds are given to somebody.
    """
    holding = {one.officer for one in plans} - {NOBODY}
    if unknown := sorted(set(leavers) - holding):
        raise InvalidValue(field_name("leaver"), unknown[0], "an officer who holds plans: see `arflow caseload show`")
    staying = sorted((holding | set(to)) - set(leavers))
    takers = sorted(set(to) - set(leavers)) if to else staying
    if not takers:
        raise NotPossible("nobody is left to take on plans: name somebody with --to")
    return _Balance(_blocks(plans), staying, takers).hand_overs() if plans else []


def after(plans: Iterable[Carried], hand_overs: Iterable[HandOver]) -> list[Carried]:
    """The plans with their officers once these hand-overs are made."""
    to = {one.plan: one.to for one in hand_overs}
    return [msgspec.structs.replace(one, officer=to.get(one.plan, one.officer)) for one in plans]


def as_wishes(hand_overs: Iterable[HandOver]) -> list[Wish]:
    """Hand-overs as what is to be recorded."""
    return [
        Wish(
            case=one.plan,
            plan=one.plan,
            command=AssignCoordinator(coordinator=one.to),
            was=one.before or None,
            becomes=one.to,
        )
        for one in hand_overs
    ]


def _blocks(plans: Iterable[Carried]) -> list[_Block]:
    """The children of a family that one officer has; those of two officers are two blocks."""
    found: dict[tuple[str, str], list[Carried]] = {}
    for one in plans:
        found.setdefault((one.officer, one.family), []).append(one)
    return [
        _Block(officer=officer, settings=frozenset(one.setting for one in own if one.setting), plans=tuple(own))
        for (officer, _), own in sorted(found.items())
    ]


class _Balance:
    def __init__(self, blocks: Sequence[_Block], staying: Sequence[str], takers: Sequence[str]) -> None:
        self._blocks, self._program = blocks, LinearProgram(gap=0.01, seconds=60.0)
        self._columns: dict[tuple[int, str], int] = {}
        self._present = {(block.officer, setting) for block in blocks for setting in block.settings}
        self._entering: dict[tuple[str, str], int] = {}
        self._before = {name: sum(one.weight for one in blocks if one.officer == name) for name in staying}
        self._even = sum(block.weight for block in blocks) / len(staying)
        for number, block in enumerate(blocks):
            self._place(number, block, sorted({*takers, block.officer} & set(staying)))
        for name in staying:
            self._load(name)

    def hand_overs(self) -> list[HandOver]:
        found = self._program.solve([*self._columns.values()])
        moved = (
            (self._blocks[number], to)
            for (number, to), column in self._columns.items()
            if found[column] > 0.5 and to != self._blocks[number].officer
        )
        rows = [
            HandOver(plan=one.plan, setting=one.setting, before=block.officer, to=to, weight=one.weight)
            for block, to in moved
            for one in block.plans
        ]
        return sorted(rows, key=lambda row: (row.before, row.to, row.plan))

    def _place(self, number: int, block: _Block, officers: Sequence[str]) -> None:
        """A block with one officer; a setting where that officer has no plan yet costs once."""
        for name in officers:
            cost = 0.0 if name == block.officer else _HAND_OVER * len(block.plans)
            self._columns[number, name] = self._program.column(cost, 1.0)
        own = [self._columns[number, name] for name in officers]
        self._program.row(1.0, 1.0, own)
        for name, column in zip(officers, own, strict=True):
            for setting in block.settings:
                if (name, setting) not in self._present:
                    if (name, setting) not in self._entering:
                        self._entering[name, setting] = self._program.column(_SECOND_OFFICER, 1.0)
                    row = self._program.row(-inf, 0.0, [column])
                    self._program.entry(row, self._entering[name, setting], -1.0)

    def _load(self, name: str) -> None:
        """The load of an officer: each weight above the even one costs; where nobody leaves, none is above the worst before."""
        has_to_move = any(block.officer not in self._before for block in self._blocks)
        allowed = self._even * (1 + _ALLOWANCE)
        above = self._program.column(_ABOVE, inf if has_to_move else max(0.0, max(self._before.values()) - allowed))
        row = self._program.row(-inf, allowed)
        self._program.entry(row, above, -1.0)
        for (number, officer), column in self._columns.items():
            if officer == name:
                self._program.entry(row, column, self._blocks[number].weight)
