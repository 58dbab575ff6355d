"""Two computations, one answer: every duty of every case counted in Python from its events and in SQL over the log."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.case.case import Case, as_it_stood
from arflow.case.duties import Duty, of_review
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.reading import each_case
from arflow.errors import CaseUnreadable
from arflow.events import AnyEvent
from arflow.law.workflow import Workflow
from arflow.lists.follower import Progress

if TYPE_CHECKING:
    from arflow.history.view import Replay, View
    from arflow.store import LogRow

_COMPARED = ("owner", "due", "outer", "met_on", "state", "counted_from", "quality")
_QUERY = f"""select plan, review, duty, proceeding, {", ".join(f'"{name}"' for name in _COMPARED)} from duties order by plan"""
# What was counted of a case, by the review (empty for the plan), the duty and the proceeding that asks for it.
Counted = dict[tuple[str, str, int], tuple[Any, ...]]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that the two computations do not agree on; `review` is empty for a duty of the plan itself."""

    plan: str
    review: str
    duty: str
    python: dict[str, Any] | None
    sql: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.review or self.plan} {self.duty}: counted from its events {self.python}, over the log {self.sql}"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison came to: how many duties of how many cases, and where they differ.

    `left_out` names the cases that cannot be read.
    """

    cases: int
    duties: int
    differences: tuple[Difference, ...]
    left_out: tuple[str, ...] = ()


def compare(
    view: "View",
    log: Iterable["LogRow"],
    workflow_of: Callable[[str], Workflow],
    current: Workflow,
    progress: Callable[[Progress], None] | None = None,
) -> Compared:
    """Compare every duty at a point of view; `log` gives the rows of each case together, in the order of the plans."""
    over_the_log = _by_plan(view)
    cases = duties = 0
    differences: list[Difference] = []

    def count(events: list[AnyEvent]) -> tuple[str, Counted | None]:
        case = as_it_stood(events, view.as_at, view.known_at)
        return events[0].plan, _counted(case, workflow_of, current, view.as_at) if case else None

    def leave_out(refusal: CaseUnreadable) -> None:
        view.left_out.setdefault(refusal.plan, refusal)

    for ref, counted in each_case(log, count, workflow_of, leave_out):
        if counted is None:
            continue
        found = over_the_log.pop_until(ref, differences)
        differences += _differences(ref, counted, found)
        cases, duties = cases + 1, duties + len(counted)
        if progress:
            progress(Progress(done=cases, of=0))
    over_the_log.pop_until(None, differences)
    left_out = tuple(refusal.message for _, refusal in sorted(view.left_out.items()))
    return Compared(cases=cases, duties=duties, differences=tuple(differences), left_out=left_out)


def settled_differences(replay: "Replay") -> Iterator[Difference]:
    """Each review whose settled row says otherwise than all its events, with what differs."""
    both: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in replay.settled_amiss():
        both.setdefault((row["plan"], row["review"]), {})[row["is_of"]] = row
    for (plan, review), rows in sorted(both.items()):
        settled, folded = rows.get("settled"), rows.get("folded")
        if settled and folded:
            differ = [name for name in folded if name != "is_of" and folded[name] != settled[name]]
            settled, folded = ({name: row[name] for name in differ} for row in (settled, folded))
        yield Difference(plan=plan, review=review, duty="settled row", python=folded, sql=settled)


class _by_plan:  # noqa: N801  used as a word
    """The duties counted over the log, one plan after another."""

    def __init__(self, view: "View") -> None:
        self._groups = groupby(view.stream(_QUERY), key=lambda row: row[0])
        self._next = next(self._groups, None)

    def pop_until(self, ref: str | None, differences: list[Difference]) -> Counted:
        """The duties of a plan; those of plans before it, which Python does not know, are differences."""
        while self._next is not None and (ref is None or self._next[0] <= ref):
            plan, rows = self._next
            found = {(row[1], row[2], row[3]): row[4:] for row in rows}
            self._next = next(self._groups, None)
            if plan == ref:
                return found
            differences += _differences(plan, {}, found)
        return {}


def _counted(case: Case, workflow_of: Callable[[str], Workflow], current: Workflow, today: date) -> Counted:
    found = {("", one.id, one.proceeding): _values(one) for one in of_whole_plan(case.plan, current, today)}
    for review in case.reviews.values():
        workflow = workflow_of(review.workflow)
        facts = review_facts(review, case.plan, workflow)
        for duty in of_review(workflow, review.kind, review.arranged_by, facts, today):
            found[review.id, duty.id, 0] = _values(duty)
    return found


def _values(duty: Duty) -> tuple[Any, ...]:
    return (duty.owner, duty.due, duty.outer, duty.met_on, duty.state, duty.counted_from, duty.quality)


def _differences(plan: str, python: Counted, sql: Counted) -> Iterator[Difference]:
    for case in sorted(python.keys() | sql.keys()):
        ours, theirs = python.get(case), sql.get(case)
        if ours != theirs:
            yield Difference(plan=plan, review=case[0], duty=case[1], python=_named(ours), sql=_named(theirs))


def _named(values: tuple[Any, ...] | None) -> dict[str, Any] | None:
    return dict(zip(_COMPARED, values, strict=True)) if values else None
