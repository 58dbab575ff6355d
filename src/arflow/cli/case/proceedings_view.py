"""The proceedings on a plan, as other tools and as caseworkers read them."""

from typing import TYPE_CHECKING, Any

from arflow.case.proceedings import governing
from arflow.case.proofs import said
from arflow.cli.output import table
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arflow.case.duties import Duty
    from arflow.case.plan import Plan
    from arflow.figures.rendering.console import Console


def documents(plan: "Plan", duties: "Mapping[int, tuple[Duty, ...]]") -> list[dict[str, Any]]:
    """The proceedings on a plan as other tools read them, in the order they began; `duties` are those of each by its number.

    `counts` says that its duties are the plan's own: of several of a kind one has them.
    """
    counting = {one.number for one in governing(plan.proceedings).values()}
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
            "counts": one.number in counting,
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
    others = [
        (
            str(one["number"]),
            in_words(duty["id"]),
            said(duty["due"]) if duty["due"] else "",
            said(duty["met_on"]) if duty["met_on"] else "",
            in_words(duty["state"]),
        )
        for one in found
        if not one["counts"]
        for duty in one["duties"]
    ]
    if others:
        table(out, ("No.", "Duty beside those above", "Last day", "Done", "State"), others, empty="")
