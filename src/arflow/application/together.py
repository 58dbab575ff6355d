"""Several cases recorded together: acts on reviews, and reviews opened, all of them in one transaction or none."""

from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa

from arflow.application.recording import Done, Draft, WriteSide
from arflow.case.case import Case, Taken
from arflow.case.plan_reviews import Opening
from arflow.case.review_commands import AnyReviewCommand
from arflow.events import Event


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded on one case: an act on a review by its id, or a review to be opened, which has none yet."""

    plan: str
    review: str
    act: AnyReviewCommand | Opening


def rehearse(app: WriteSide, wanted: Wanted, case: Case) -> Case:
    """The case after it, nothing recorded; an ArflowError where it cannot be. A review that is opened has an empty id."""
    return case.take(wanted.act, app.rehearsal(), app.machine, review=wanted.review).case


def record_together(
    app: WriteSide, wanted: Sequence[Wanted], *, what: str, beside: Callable[[sa.Connection], None]
) -> list[Done]:
    """Record all of it with what goes `beside`; a refusal, or CaseMoved with `what`, where one cannot be: then nothing is."""
    draft = app.draft()
    cases = {one.plan: app.whole_case(one.plan) for one in wanted}
    done: list[Done] = []

    def draw(connection: sa.Connection) -> Sequence[Event]:
        ids, events = _Ids(app, connection), list[Event]()
        done.clear()
        for one in wanted:
            taken, review = _taken(app, one, cases[one.plan], draft, ids)
            done.append(Done(id=review, state=taken.case.reviews[review].state, events=taken.events))
            events += taken.events
        return events

    app.append_drawn(what, draw, draft, beside)
    return done


class _Ids:
    """The ids of reviews opened in one transaction: each the next after the one before."""

    def __init__(self, app: WriteSide, connection: sa.Connection) -> None:
        self._app, self._connection = app, connection
        self._next: dict[int, int] = {}

    def next(self, year: int) -> str:
        """The next id of a year."""
        if year not in self._next:
            self._next[year] = int(self._app.next_review_id(year, self._connection).rpartition("-")[2])
        number, self._next[year] = self._next[year], self._next[year] + 1
        return f"R-{year}-{number:06d}"


def _taken(app: WriteSide, one: Wanted, case: Case, draft: Draft, ids: _Ids) -> tuple[Taken, str]:
    if isinstance(one.act, Opening):
        numbered = msgspec.structs.replace(one.act, id=ids.next(one.act.on.year))
        return case.take(numbered, draft.recording, app.machine), numbered.id
    return case.take(one.act, draft.recording, app.machine, review=one.review), one.review
