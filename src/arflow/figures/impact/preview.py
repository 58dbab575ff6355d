"""Something changed in thought: every case counted as it is and as it would be, streamed; nothing is written."""

from calendar import SATURDAY
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.case import Case, fold
from arflow.case.reading import LeavingOut, each_case
from arflow.case.review_commands import CorrectStep
from arflow.errors import CaseUnreadable, InvalidValue, NotPossible
from arflow.figures.impact.changed_duties import Moved, moved
from arflow.figures.impact.letters_sent import Letter, letters, wrong
from arflow.figures.impact.ruleset import Rules, counted
from arflow.law.formula import Policy
from arflow.law.periods import FIRST_DAY, LAST_DAY, is_working_day
from arflow.law.workflow import Workflow
from arflow.lists.follower import Progress
from arflow.words import in_words, spoken

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
    command = CorrectStep(corrected_step=step, on=on, version=version, reason="preview")
    plan = app.review(review_id).plan
    case, rules = fold(event for _, event in app.case_events(plan)), _as_it_is(app)
    after = case.take(command, app.rehearsal(), app.machine, review=review_id).case
    about = f"The day of {spoken(step)} in {review_id} is corrected to {on}."
    return _preview(app, about, iter([((case, rules), (after, rules))]), finished=True)


def definition(app: Arflow, workflow_id: str, watching: Watching = None) -> Preview:
    """Every open review, and every plan without one, under another definition."""
    other = app.workflow(workflow_id)
    after = Rules(workflow_of=lambda _: other, current=other)
    left_out: list[CaseUnreadable] = []
    return _preview(
        app,
        f"Every open review goes on under {workflow_id}.",
        _all(app, after, left_out.append),
        watching,
        left_out=left_out,
    )


def policy(app: Arflow, settings: Sequence[tuple[str, str]], watching: Watching = None) -> Preview:
    """Every open review under its own definition with other options of the policy."""
    chosen = dict(_option(name, value) for name, value in settings)

    @cache
    def switched(workflow: str) -> Workflow:
        found = app.workflow(workflow)
        return msgspec.structs.replace(found, policy=_switched(found.policy, chosen))

    after = Rules(workflow_of=switched, current=switched(app.current_workflow().id))
    said = ", ".join(f"{name} is {_said(value)}" for name, value in chosen.items())
    left_out: list[CaseUnreadable] = []
    return _preview(
        app, f"The policy is switched: {said}.", _all(app, after, left_out.append), watching, left_out=left_out
    )


def bank_holiday(app: Arflow, day: date, watching: Watching = None) -> Preview:
    """A day announced as a bank holiday; NotPossible where it is no working day as it is."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidValue("DATE", day, f"a day that arflow counts: from {FIRST_DAY} to {LAST_DAY}")
    if not is_working_day(day):
        what = f"a {day:%A}" if day.weekday() >= SATURDAY else "a bank holiday already"
        raise NotPossible(f"{day} is {what}: no last day can move, take a working day")
    now = _as_it_is(app)
    after = msgspec.structs.replace(now, holidays=frozenset((day,)))
    left_out: list[CaseUnreadable] = []
    return _preview(
        app, f"{day:%A} {day} becomes a bank holiday.", _all(app, after, left_out.append), watching, left_out=left_out
    )


# --- policies -----------------------------------------------------------------------------------------------------


def _option(name: str, value: str) -> tuple[str, Any]:
    """A setting with its option as the policy has it."""
    name = name.replace("-", "_")
    hint = get_type_hints(Policy).get(name)
    if hint is None:
        names = Policy.__struct_fields__
        raise InvalidValue("NAME=OPTION", name, f"a setting of the policy; one of: {', '.join(names)}", names)
    try:
        return name, msgspec.convert(value.replace("-", "_"), hint, strict=False)
    except msgspec.ValidationError:
        options = get_args(hint) or (("true", "false") if hint is bool else ("a number of days",))
        raise InvalidValue(name, value, f"an option of it; one of: {', '.join(options)}", options) from None


def _switched(policy: Policy, chosen: dict[str, Any]) -> Policy:
    """The policy with other options; InvalidValue where the strict reading would be looser than the outer one."""
    found = msgspec.structs.replace(policy, **chosen)
    hints = get_type_hints(Policy)
    for name in (field.removesuffix("_strict") for field in hints if field.endswith("_strict")):
        options = get_args(hints[f"{name}_strict"])
        strict, outer = found.option(name, "strict"), found.option(name, "outer")
        if options.index(strict) > options.index(outer):
            raise InvalidValue(f"{name}_strict", strict, f"as strict as {name}_outer, {outer}: switch both")
    return found


def _said(option: object) -> str:
    return str(option).lower() if isinstance(option, bool) else in_words(str(option))


# --- counting -----------------------------------------------------------------------------------------------------


def _as_it_is(app: Arflow) -> Rules:
    """The rules in force: each review under the definition it keeps."""
    return Rules(workflow_of=app.workflow, current=app.current_workflow())


def _all(app: Arflow, after: Rules, leaving_out: LeavingOut) -> Iterator[tuple[Side, Side]]:
    """Every case of the log that can be read, under the rules as they are and under others."""
    before = _as_it_is(app)
    for case in each_case(app.log_store.read_by_case(), fold, app.workflow, leaving_out):
        yield (case, before), (case, after)


def _preview(
    app: Arflow,
    about: str,
    cases: Iterator[tuple[Side, Side]],
    watching: Watching = None,
    *,
    finished: bool = False,
    left_out: Sequence[CaseUnreadable] = (),
) -> Preview:
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
