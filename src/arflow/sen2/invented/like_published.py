"""A synthetic authority whose table of 2024 equals a published row: invented children, and acts that the commands decided."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.case import plan as plans
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.demo import COORDINATORS, Telling, record
from arflow.demo.days import working_day_before
from arflow.errors import DateRefused, field_name
from arflow.events import AnyEvent, ReturnFactsImported
from arflow.law.periods import next_working_day
from arflow.lists.follower import Progress
from arflow.sen2.dfe.census import census_day
from arflow.sen2.dfe.place_in_table import Standing
from arflow.sen2.form.record import Record
from arflow.sen2.invented import children_of_nobody
from arflow.sen2.invented.like_days import Days, days_of
from arflow.sen2.invented.like_plan import YEAR
from arflow.sen2.returned import told_facts


def make_like(
    app: Arflow, standings: Counter[Standing], *, seed: int, progress: Callable[[Progress], None] | None = None
) -> int:
    """Fill an empty store with plans that stand so in the table of 2024; how many events.

    DateRefused before the census day of that table, since nothing can be recorded ahead.
    """
    census = census_day(app.catalogue, YEAR + 1)
    if app.today < census:
        raise DateRefused(
            f"{field_name('today')} {app.today} is before the census day of the table, {census}: give a later day"
        )
    officers = [app.officer(name) or "" for name in COORDINATORS]
    numbers = count(1)
    draft = app.draft()
    events: list[AnyEvent] = []
    kept: dict[str, told_facts.Kept] = {}
    making = _Making(census=census, seed=seed, schools=max(3, standings.total() // 12))
    for number, one in enumerate(_shuffled(standings, seed)):
        life = _Life(app, draft, making, officers, number)
        life.live(one, lambda on: f"R-{on.year}-{next(numbers):06d}")
        events += life.told
        kept[life.facts.digest] = life.facts
        if progress and number % 100 == 0:
            progress(Progress(done=number, of=standings.total()))

    def keeping(connection: sa.Connection, appended: list[AnyEvent]) -> None:
        named = (event.digest for event in appended if isinstance(event, ReturnFactsImported))
        told_facts.keep(connection, [kept.pop(digest) for digest in named])

    return record(app, events, draft, keeping)


class _Making(msgspec.Struct, frozen=True, kw_only=True):
    census: date
    seed: int
    schools: int


def _shuffled(standings: Counter[Standing], seed: int) -> list[Standing]:
    """Every plan's standing, in an order that the seed gives."""
    found = list(standings.elements())
    Random(seed).shuffle(found)  # noqa: S311  the same seed makes the same authority
    return found


class _Life(Telling):
    """One invented plan and, where it stands so, its latest review."""

    told_facts: told_facts.Kept

    def __init__(self, app: Arflow, draft: Draft, making: _Making, officers: list[str], number: int) -> None:
        random = Random(f"{making.seed}/{number}")  # noqa: S311  the same seed makes the same authority
        super().__init__(app, draft, app.today, random.choice(officers), random)
        self._census, self._schools, self._number = making.census, making.schools, number

    def live(self, one: Standing, next_id: Callable[[date], str]) -> None:
        """Everything that happened to the plan up to the census day."""
        days = days_of(one, YEAR, self._census, self.random)
        child = children_of_nobody.child(self._number, days.start, date(YEAR, 8, 31), self.random)
        # An outcome that nobody recorded cannot come from arflow's own acts: such a review is one of before it.
        told = one.is_dated and one.outcome == "none"
        setting = None if self.random.random() < 0.06 else str(100_000 + self.random.randrange(self._schools))
        self.add(
            AddPlan(
                ref=f"P-{self._number + 1:05d}",
                on=days.start,
                first_made=days.start,
                last_reviewed=days.decision if told else days.reviewed_before,
                setting=setting,
                nc_year=child.nc_year,
                coordinator=self._officer,
            )
        )
        if days.meeting and not told:
            self._review_it(one, days, next_id)
        self._import(children_of_nobody.person(child, days.start, setting, _review_items(days) if told else {}))

    def _review_it(self, one: Standing, days: Days, next_id: Callable[[date], str]) -> None:
        meeting = days.meeting
        assert meeting is not None
        opened = max(days.start, working_day_before(meeting - timedelta(days=70)))
        self.open(next_id(opened), opened, meeting)
        for command in self._acts(one, days, meeting, opened):
            self.do(command)

    def _acts(self, one: Standing, days: Days, meeting: date, opened: date) -> Iterator[c.AnyReviewCommand]:
        notice = max(opened, working_day_before(meeting - timedelta(days=self._between(15, 40))))
        yield c.Invite(on=notice, roles=self.everybody(meeting))
        papers = working_day_before(meeting - timedelta(days=self._between(10, 18)))
        yield c.CirculateAdvice(on=max(notice, papers))
        yield c.HoldMeeting(on=meeting, attended=("parent", "setting"))
        report = next_working_day(meeting + timedelta(days=self._between(5, 20)))
        last = days.decision or self._census
        if report <= last:
            yield c.SendReport(on=report)
        if one.outcome == "none":
            return
        thought = min(max(next_working_day(meeting + timedelta(days=self._between(5, 40))), report), self._census)
        decided = days.decision or thought
        yield c.Decide(on=decided, outcome=one.outcome, not_yet_notified=days.decision is None)
        notice_sent = next_working_day(decided + timedelta(days=self._between(0, 14)))
        if days.decision and one.outcome == "amend" and notice_sent <= self._census:
            yield c.SendAmendmentNotice(on=notice_sent)
            if notice_sent + timedelta(weeks=8) <= self._census:
                yield c.IssueFinalPlan(on=working_day_before(notice_sent + timedelta(days=self._between(20, 56))))

    def _import(self, person: Record) -> None:
        """Keep what the return of the census day says about the child, as an import would."""
        recording = self._recording(self._census)
        ref = self._plan.ref
        self.facts = told_facts.draft(ref, self._census.year, person, recording.at, recording.by)
        event = ReturnFactsImported(
            originator_id=plans.stream(ref),
            originator_version=self._plan.version + 1,
            plan=ref,
            on=self._census,
            recorded_at=recording.at,
            recorded_by=recording.by,
            year=self._census.year,
            digest=self.facts.digest,
        )
        self._taken = self._taken.then(event)


def _review_items(days: Days) -> dict[str, str]:
    assert days.meeting is not None
    assert days.decision is not None
    return {"ReviewMeeting": days.meeting.isoformat(), "LastReview": days.decision.isoformat()}
