"""Every check there is, in the order of their ids."""

from collections.abc import Iterable

from arflow.sen2.checks import (
    assessments,
    header,
    identity,
    lateness,
    placements,
    plans,
    requests,
    reviews,
    structure,
    transfers,
    values,
    whole,
)
from arflow.sen2.checks.rule import Rule
from arflow.sen2.form.layout import Layout

RULES: tuple[Rule, ...] = (
    *header.RULES,
    *structure.RULES,
    *values.RULES,
    *identity.RULES,
    *requests.RULES,
    *assessments.RULES,
    *plans.RULES,
    *placements.RULES,
    *reviews.RULES,
    *lateness.RULES,
    *transfers.RULES,
    *whole.RULES,
)
# The checks of a plan without imported facts: the log knows its reviews, its transfer and its first day.
OF_THE_LOG: tuple[Rule, ...] = (*reviews.RULES, *lateness.RULES, *transfers.RULES)


def numbers(rule: Rule, layout: Layout, block: str = "") -> tuple[str, ...]:
    """The DfE's numbers of a rule's items in a year, as far as the items have one; of one block, where they are its own."""
    return tuple(dict.fromkeys(_numbers(rule, layout, (block,) if block else rule.of)))


def _numbers(rule: Rule, layout: Layout, of: tuple[str, ...]) -> Iterable[str]:
    for name in rule.items:
        own = [block for block in of if layout.item(block, name)]
        for block in own or layout.blocks:
            item = layout.item(block, name)
            if item and item.number:
                yield item.number
