"""Many reviews moved to another definition: planned with what moves and which letters would be wrong, then recorded."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.case import Case, fold
from arflow.case.reading import each_case
from arflow.case.review_commands import MigrateReview
from arflow.errors import ArflowError, CaseMoved, CaseUnreadable
from arflow.figures.impact.preview import Preview, Side, Watching, as_it_is, preview_of
from arflow.words import counted


class Staying(msgspec.Struct, frozen=True, kw_only=True):
    """A review that cannot go on under the other definition, and why not."""

    review: str
    why: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The open reviews that go on under the definition `to`, those that stay, and what the move would do."""

    to: str
    reviews: tuple[str, ...]
    staying: tuple[Staying, ...]
    preview: Preview


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a plan: the reviews that were moved, and those that stay as they are."""

    reviews: tuple[str, ...]
    staying: tuple[Staying, ...]


def plan(app: Arflow, to: str, came_from: Sequence[str] = (), watching: Watching = None) -> Plan:
    """Every open review that is under another definition (one of `came_from`, where given); nothing is written."""
    app.current_workflow()
    app.workflow(to)
    going, staying, left_out = list[str](), list[Staying](), list[CaseUnreadable]()

    def gone_on(case: Case, review: str) -> Case:
        """The case with one of its reviews moved, or as it is where that review has to stay."""
        command = MigrateReview(workflow=to, reason="preview")
        try:
            after = case.take(command, app.rehearsal(), app.machine, review=review).case
        except ArflowError as refusal:
            staying.append(Staying(review=review, why=refusal.message))
            return case
        going.append(review)
        return after

    def sides() -> Iterator[tuple[Side, Side]]:
        rules = as_it_is(app)
        for case in each_case(app.log_store.read_by_case(), fold, app.workflow, left_out.append):
            after = case
            for review in case.reviews.values():
                if review.is_finished or review.workflow == to or (came_from and review.workflow not in came_from):
                    continue
                after = gone_on(after, review.id)
            yield (case, rules), (after, rules)

    found = preview_of(app, f"Open reviews go on under {to}.", sides(), watching, left_out=left_out)
    about = f"{counted(len(going), 'open review')} go on under {to}; {len(staying):,} cannot."
    return Plan(
        to=to, reviews=tuple(going), staying=tuple(staying), preview=msgspec.structs.replace(found, about=about)
    )


def carry_out(
    app: Arflow,
    planned: Plan,
    reason: str,
    evidence: str | None = None,
    moving: Callable[[int], None] = lambda _: None,
) -> Moved:
    """Record each move as an event of its case; one that somebody else has moved meanwhile stays, and is named.

    A run that is cut short has moved the first of them: run again, it plans and moves the rest.
    """
    done, staying = list[str](), list[Staying]()
    for number, review in enumerate(planned.reviews, start=1):
        try:
            app.act(review, MigrateReview(workflow=planned.to, reason=reason, evidence=evidence))
        except CaseMoved as refusal:
            staying.append(Staying(review=review, why=refusal.message))
        else:
            done.append(review)
        moving(number)
    return Moved(reviews=tuple(done), staying=(*planned.staying, *staying))
