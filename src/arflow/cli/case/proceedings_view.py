"""The proceedings on a plan, as other tools and as caseworkers read them."""

from typing import TYPE_CHECKING, Any

from arflow.case.proceedings import governing
from arflow.case.proofs import said
from arflow.cli.output import table
from arflow.law.proceedings import CEASING
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arflow.case.duties import Duty
    from arflow.case.plan import Plan
    from arflow.figures.rendering.console import Console


def documents(plan: "Plan", duties: "Mapping[int, tuple[Duty, ...]]") -> list[dict[str, Any]]:
    """The proceedings on a plan as other tools read them, in the order they began; `duties` are those of each by its number.

    Each has duties of its own; of several decisions to cease only the last `counts`.
    """
    last = governing(plan.proceedings).get(CEASING)
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "said": one.said,
            "begun": one.begun.day,
            "last_day_set": one.set_for.day if one.set_for else None,
            "excused": one.excused.day if one.excused else None,
            "done": {step: fact.day for step, fact in one.steps.items()},
            "waits_for": list(one.next_steps),
            "counts": one.kind != CEASING or one is last,
            "duties": [
                {"id": duty.id, "due": duty.due, "outer": duty.outer, "met_on": duty.met_on, "state": duty.state}
                for duty in duties[one.number]
            ],
        }
        for one in plan.proceedings
    ]


def print_proceedings(out: "Console", found: list[dict[str, Any]]) -> None:
    """The proceedings as a caseworker reads them; nothing where there is none."""
    if not found:
        return
    rows = [
        (
            str(one["number"]),
            in_words(one["kind"]),
            said(one["begun"]),
            ", ".join(f"{in_words(step)} {said(day)}" for step, day in one["done"].items()),
            ", ".join(spoken(step) for step in one["waits_for"]),
        )
        for one in found
    ]
    table(out, ("No.", "Proceeding", "Since", "Done", "Waits for"), rows, empty="")
