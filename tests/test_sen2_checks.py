"""The checks of a return: every rule by an unsound and a sound example, the numbers' check letters, and the whole way through."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result

from arflow.catalogue import Catalogue
from arflow.sen2.checks import table
from arflow.sen2.checks.numbers import uln_right, uln_shaped, upn_letter, upn_shaped
from arflow.sen2.checks.rule import Against, Finding, Settings
from arflow.sen2.checks.running import Checking, Placed
from arflow.sen2.checks.table import RULES
from arflow.sen2.checks.tally import Tally
from arflow.sen2.layout import Layout
from arflow.sen2.layouts import Layouts
from arflow.sen2.record import Record
from tests import sen2_examples as examples
from tests.sen2_examples import CENSUS, EXAMPLES, header, person

Run = Callable[..., Result]
WORKFLOWS = Path(__file__).parents[1] / "workflows"


@cache
def layout(year: int) -> Layout:
    return Layouts(WORKFLOWS / "sen2").load(year)


def checked(
    persons: list[Record],
    year: int = 2026,
    head: Record | None = None,
    settings: Settings | None = None,
    *,
    whole: bool = True,
) -> list[Finding]:
    """What is found of some persons; each stands at a place of its own."""
    against = Against(layout=layout(year), census=CENSUS[year], settings=settings or Settings(), tally=Tally())
    placed = [Placed(person=one, place=f"SEN2-{n:05d}", whole=whole) for n, one in enumerate(persons, start=1)]
    return list(Checking(against).findings(head or header(year), placed))


def ids(found: list[Finding]) -> set[str]:
    return {one.rule.id for one in found}


# --- every rule, both ways -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_its_unsound_example_and_lets_the_sound_one_pass(rule: table.Rule) -> None:
    example = EXAMPLES[rule.id]
    unsound_head, sound_head = example.head or (None, None)

    unsound = checked(example.unsound, example.year, unsound_head, example.settings)
    sound = checked(example.sound, example.year, sound_head, example.settings)

    assert rule.id in ids(unsound)
    assert rule.id not in ids(sound)
    assert all(one.what and one.rule.mend for one in unsound)


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert sorted(EXAMPLES) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("year", CENSUS)
def test_a_sound_return_has_no_finding_in_any_year(year: int) -> None:
    assert checked([person(year)], year) == []


def test_rules_stand_in_the_order_of_their_ids_each_once() -> None:
    names = [rule.id for rule in RULES]
    assert names == sorted(set(names))
