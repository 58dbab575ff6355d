"""Check that a definition which extends another only adds to it: nothing statutory is loosened, passed over or shut off."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_type_hints

from arflow.law.definition import Document, own
from arflow.law.formula import Policy
from arflow.law.workflow import Step, Workflow

Found = Iterator[tuple[str, str]]

_LOCAL = "local policy"
_PLURAL = {"state": "states", "step": "steps", "duty": "duties", "transfer": "transfers", "kind": "kinds"}


def faults(document: Document, workflow: Workflow, base: Workflow) -> Found:
    """The place and message of everything in the document that loosens `base`."""
    yield from _redefined(document, base)
    yield from _looser_policy(workflow, base)
    yield from _sources(workflow, base)
    yield from _states(workflow, base)
    for step in own("steps", workflow, base):
        yield from _moves(step, workflow, base)
    yield from _kinds(workflow, base)
    for lapse in own("lapses", workflow, base):
        yield (
            f"lapse {lapse.when}",
            f"loosens {base.id}: only the law lets every duty lapse; write lapses_if on your own",
        )


def _redefined(document: Document, base: Workflow) -> Found:
    for table, ids in (
        ("state", base.state_by_id),
        ("step", base.step_by_id),
        ("duty", base.duty_by_id),
        ("transfer", base.transfer_by_id),
        ("kind", base.kinds),
    ):
        for name in document.names(table):
            if name in ids:
                yield f"{table} {name}", f"loosens {base.id}: its own {_PLURAL[table]} cannot be redefined"


def _looser_policy(workflow: Workflow, base: Workflow) -> Found:
    """The options of a setting stand strictest first; rolling forward is looser than not.

    Counting an adjourned meeting from its concluding day makes every later day later. Resetting the clock at the
    meeting starts the next 12 months sooner, but makes a review without a decision look complete: looser too.
    """
    for name, hint in get_type_hints(Policy).items():
        options: tuple[Any, ...] = get_args(hint) or ((False, True) if hint is bool else ())
        chosen, theirs = getattr(workflow.policy, name), getattr(base.policy, name)
        if name != "bank_holidays" and options and options.index(chosen) > options.index(theirs):
            yield f"policy {name}", f"loosens {base.id}: {_said(chosen)} is looser than {_said(theirs)}"


def _said(option: object) -> str:
    return str(option).lower() if isinstance(option, bool) else str(option)


def _sources(workflow: Workflow, base: Workflow) -> Found:
    """An authority's own rules are its policy; a "must" among its invitees would make statutory duties read breached."""
    ruled: list[tuple[str, Any]] = []
    ruled += [(f"step {step.id}", step) for step in own("steps", workflow, base)]
    ruled += [(f"duty {duty.id}", duty) for duty in own("duties", workflow, base)]
    ruled += [(f"invitee {invitee.title}", invitee) for invitee in own("invitees", workflow, base)]
    ruled += [(f"recipient {recipient.step}", recipient) for recipient in own("recipients", workflow, base)]
    for place, rule in ruled:
        if rule.source != _LOCAL:
            yield (
                place,
                f'source: an authority\'s own {place.partition(" ")[0]} is "{_LOCAL}": only the law makes others',
            )
    for invitee in own("invitees", workflow, base):
        if invitee.word == "must":
            yield (
                f"invitee {invitee.title}",
                'word: "must" is the law\'s; an authority\'s own is "should" or "practice"',
            )


def _states(workflow: Workflow, base: Workflow) -> Found:
    for state in own("states", workflow, base):
        place = f"state {state.id}"
        if state.refines is None:
            yield place, "refines: name the statutory state whose steps stay possible from here"
        elif state.refines in workflow.state_by_id and state.refines not in base.state_by_id:
            yield place, f"refines: {state.refines} is not a state of {base.id}"
        if state.final:
            yield place, f"loosens {base.id}: a local state cannot end a review"


def _moves(step: Step, workflow: Workflow, base: Workflow) -> Found:
    """A local step stays where it is, or goes to and fro between a state and those that refine it.

    A state that refines the one being headed for would do as well only where nothing statutory lies between the
    two; but between two statutory states there always lies a step. So both ends must be of one statutory state.
    """
    core = {state.id: workflow.core(state.id) for state in workflow.states}
    for number, move in enumerate(step.moves, start=1):
        place = f"step {step.id}, moves[{number}]"
        for source in _leaving(move.source, move.to, core):
            yield place, f"loosens {base.id}: it would lead from {source} to {move.to} without the statutory steps"
        if move.skips:
            yield place, f"loosens {base.id}: a local step cannot skip others"


def _leaving(sources: Iterable[str], to: str | None, core: dict[str, str]) -> list[str]:
    if to is None or to not in core:
        return []
    return [source for source in sources if source in core and core[source] != core[to]]


def _kinds(workflow: Workflow, base: Workflow) -> Found:
    """A kind of an authority's own may leave out statutory parts only if it is additional to the statutory review."""
    for name, kind in workflow.kinds.items():
        if name in base.kinds or kind.additional:
            continue
        place = f"kind {name}"
        for duty in kind.leaves_out_duties:
            if duty in base.duty_by_id:
                yield place, f"loosens {base.id}: leaves_out_duties: {duty} is left out of an additional review only"
        for role in kind.leaves_out_roles:
            yield place, f"loosens {base.id}: leaves_out_roles: {role} is left out of an additional review only"
        for step in kind.optional_steps:
            if step in base.step_by_id:
                yield place, f"loosens {base.id}: optional_steps: {step} is optional in an additional review only"
        if kind.arranger == "school":
            yield place, f"loosens {base.id}: arranger: an authority cannot make a review the school's for good"
