"""Something changed in thought: every case counted as it is and as it would be, streamed; nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache

import msgspec

from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.application.deemed_service import of_a_step
from arflow.application.rules_acts import Drafted, check
from arflow.case.case import Case, fold
from arflow.case.reading import LeavingOut, each_case
from arflow.case.review_commands import CorrectStep
from arflow.errors import CaseUnreadable, InvalidValue
from arflow.events.of_rules import Option
from arflow.figures.impact.changed_duties import Moved, moved
from arflow.figures.impact.letters_sent import Letter, letters, wrong
from arflow.figures.impact.ruleset import Rules, counted
from arflow.law.formula import Policy
from arflow.law.rules_in_force import SETTINGS, RulesInForce, options, setting, shown
from arflow.law.workflow import Workflow
from arflow.lists.follower import Progress
from arflow.words import spoken

Watching = Callable[[Progress], None] | None
Side = tuple[Case, Rules]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a change would do: the duties that would read otherwise, and the letters it would make wrong.

    `about` says the change in a sentence; `plans` is how many were looked at, up to `log` (last position, head in hex);
    `left_out` names the cases that cannot be read.
    """

    about: str
    today: date
    log: tuple[int, str]
    plans: int
    moved: tuple[Moved, ...]
    letters: tuple[Letter, ...]
    left_out: tuple[str, ...] = ()


# --- the changes that can be tried --------------------------------------------------------------------------------


def correction(app: Arflow, review_id: str, step: str, on: date, version: int | None = None) -> Preview:
    """The day of an act corrected: its plan with all its reviews; refused wherever the correction itself would be."""
    corrects = CorrectStep(corrected_step=step, on=on, version=version, reason="preview")
    review = app.review(review_id)
    command, plan = of_a_step(app, review, corrects), review.plan
    case, rules = fold(event for _, event in app.case_events(plan)), as_it_is(app)
    after = case.take(command, app.rehearsal(), app.machine, review=review_id).case
    about = f"The day of {spoken(step)} in {review_id} is corrected to {on}."
    return preview_of(app, about, iter([((case, rules), (after, rules))]), finished=True)


def definition(app: Arflow, workflow_id: str, watching: Watching = None) -> Preview:
    """Every open review, and every plan without one, under another definition: a published one, or a file's."""
    other = _named(app, workflow_id)
    after = Rules(workflow_of=lambda _: other, current=other)
    return over_all(app, f"Every open review goes on under {workflow_id}.", after, watching)


def _named(app: Arflow, workflow_id: str) -> Workflow:
    rules = app.rules.read()
    if workflow_id in rules.definitions or workflow_id not in app.catalogue.names():
        return app.workflow(workflow_id)
    return rules.applied(check(app, app.catalogue.document(workflow_id)), app.today)


def policy(app: Arflow, settings: Sequence[tuple[str, str]], watching: Watching = None) -> Preview:
    """Every open review under its own definition with other options of the policy."""
    chosen = dict(setting(name, value) for name, value in settings)

    @cache
    def switched(workflow: str) -> Workflow:
        found = app.workflow(workflow)
        return msgspec.structs.replace(found, policy=_switched(found.policy, chosen))

    after = Rules(workflow_of=switched, current=switched(app.current_workflow().id))
    said = ", ".join(f"{name} is {shown(value)}" for name, value in chosen.items())
    return over_all(app, f"The policy is switched: {said}.", after, watching)


def bank_holiday(app: Arflow, day: date, watching: Watching = None) -> Preview:
    """A day announced as a bank holiday; NotPossible where it is no working day as it is."""
    return of_rules(app, rules_acts.bank_holiday(app, day), watching)


def of_rules(app: Arflow, drafted: Drafted, watching: Watching = None) -> Preview:
    """Every case as it would be counted after an act on the rules, on the day it counts from where that lies ahead."""
    rules = app.rules.read()
    act = drafted.make({"number": rules.number + 1, "recorded_at": app.now, "recorded_by": ""})
    then = app.rules.as_if(RulesInForce([*rules.acts, act]), max(app.today, drafted.starts or app.today), drafted.texts)
    return over_all(app, drafted.about, Rules(workflow_of=then.workflow, current=then.of_plans()), watching)


def _switched(policy: Policy, chosen: dict[str, Option]) -> Policy:
    """The policy with other options; InvalidValue where the strict reading would be looser than the outer one."""
    found = msgspec.structs.replace(policy, **chosen)
    for name in (field.removesuffix("_strict") for field in SETTINGS if field.endswith("_strict")):
        strict, outer = found.option(name, "strict"), found.option(name, "outer")
        if options(f"{name}_strict").index(strict) > options(f"{name}_strict").index(outer):
            raise InvalidValue(f"{name}_strict", strict, f"as strict as {name}_outer, {outer}: switch both")
    return found


# --- counting -----------------------------------------------------------------------------------------------------


def as_it_is(app: Arflow) -> Rules:
    """The rules in force: each review under the definition it keeps."""
    return Rules(workflow_of=app.workflow, current=app.current_workflow())


def over_all(app: Arflow, about: str, after: Rules, watching: Watching = None) -> Preview:
    """Every case of the log that can be read, under the rules as they are and under others."""
    left_out: list[CaseUnreadable] = []
    return preview_of(app, about, _all(app, after, left_out.append), watching, left_out=left_out)


def _all(app: Arflow, after: Rules, leaving_out: LeavingOut) -> Iterator[tuple[Side, Side]]:
    before = as_it_is(app)
    for case in each_case(app.log_store.read_by_case(), fold, app.workflow, leaving_out):
        yield (case, before), (case, after)


def preview_of(
    app: Arflow,
    about: str,
    cases: Iterator[tuple[Side, Side]],
    watching: Watching = None,
    *,
    finished: bool = False,
    left_out: Sequence[CaseUnreadable] = (),
) -> Preview:
    """What differs between the two sides of each case; duties of `finished` reviews only if asked."""
    position, head = app.log_store.head()
    looked, differing, mistaken = 0, list[Moved](), list[Letter]()
    for before, after in cases:
        ref = before[0].plan.ref
        differing += moved(ref, *(counted(*side, app.today, finished=finished) for side in (before, after)))
        mistaken += wrong(ref, letters(*before), letters(*after))
        looked += 1
        if watching:
            watching(Progress(done=looked, of=0))
    return Preview(
        about=about,
        today=app.today,
        log=(position, head.hex()),
        plans=looked,
        moved=tuple(differing),
        letters=tuple(mistaken),
        left_out=tuple(refusal.message for refusal in left_out),
    )
