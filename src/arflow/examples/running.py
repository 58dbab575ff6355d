"""Worked examples run against a definition, with the days around every limit that they name."""

from collections.abc import Iterable, Iterator

import msgspec

from arflow.errors import ArflowError
from arflow.examples.boundary_days import wrong_around
from arflow.examples.case_told import CaseTold, NotAsExpected, given
from arflow.examples.example_file import Example
from arflow.law.workflow import Workflow


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """An example that was run: what is not as it says, each with its proof; nothing where all is."""

    says: str
    citation: str
    duties: tuple[str, ...]
    faults: tuple[str, ...]


def run(example: Example, workflow: Workflow) -> Ran:
    """Tell the case under a definition and hold it to what the example says."""
    try:
        told = given(example.given(), workflow=workflow).when(*example.when())
        faults = tuple(_faults(told, example))
    except ArflowError as refusal:
        faults = (refusal.message,)
    return Ran(
        says=example.says,
        citation=example.citation,
        duties=tuple(dict.fromkeys(one.duty for one in example.duties)),
        faults=faults,
    )


def _faults(told: CaseTold, example: Example) -> Iterator[str]:
    if example.state is not None:
        try:
            told.then_state(example.state)
        except NotAsExpected as wrong:
            yield str(wrong)
    for expected in example.duties:
        on = expected.on or example.on
        try:
            told.then(expected.duty, on=on, **expected.named)
        except NotAsExpected as wrong:
            yield str(wrong)
            continue
        if expected.due is not None:
            yield from wrong_around(told, told.duty(expected.duty, on=on))


def without_example(workflow: Workflow, examples: Iterable[Example]) -> tuple[str, ...]:
    """The authority's own duties of a definition whose last day no example says."""
    shown = {one.duty for example in examples for one in example.duties if one.due is not None}
    return tuple(duty.id for duty in workflow.duties if duty.is_target and duty.id not in shown)
