"""Replay opened: the cases of a whole log as they stood on a day, as known at a moment, as tables to ask questions of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow.replay import acts, duties, facts, plans, source
from arflow.replay.formulas import read_calendar, with_calendar
from arflow.replay.sql import ORIGIN_DAY, literal
from arflow.store.trouble import counting
from arflow.workflow import Workflow

if TYPE_CHECKING:
    import duckdb
    import sqlalchemy as sa


class View:
    """Every case at one point of view: `as_at` is what had happened by a day, `known_at` what was recorded by a moment.

    Tables to query: `reviews` and `review_facts` (one row a review opened by then), `plans` and `plan_facts` (one row a
    plan made by then), `completions`; and the view `duties`, one row for each duty of each review, and of each plan
    (`review` is then empty), with plan, review, duty, owner, word, is_window, due, outer, met_on, state, counted_from, quality.
    """

    def __init__(self, opened: "duckdb.DuckDBPyConnection", as_at: date, known_at: datetime | None) -> None:
        self._opened, self.as_at, self.known_at = opened, as_at, known_at

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query; for what is small."""
        return self._opened.execute(query).fetchall()

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, some thousands at a time."""
        with self._opened.cursor() as own:
            read_calendar(own)
            own.execute(query)
            while page := own.fetchmany(5_000):
                yield from page


class Replay:
    """A log that can be looked at from any day and moment; `current` counts plans without an open review.

    `head` is the last position of the log and its hash (hex).
    """

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        log: str,
        head: tuple[int, str],
        workflow_of: Callable[[str], Workflow],
        current: Workflow,
    ) -> None:
        self._opened, self.head, self._workflow_of, self._current = opened, head, workflow_of, current
        opened.execute(f"create or replace view log as {log}")

    @classmethod
    @contextmanager
    def of_store(
        cls,
        engine: "sa.Engine",
        workflow_of: Callable[[str], Workflow],
        current: Workflow,
    ) -> Iterator["Replay"]:
        """Replay a store's log as it is at one moment: whatever is recorded after it is left out.

        LogBroken where the log's last event does not agree with the head of its chain.
        """
        with counting(), source.connection() as opened:
            log, head = source.read_store(opened, engine)
            yield cls(opened, log, head, workflow_of, current)

    @classmethod
    @contextmanager
    def of_archive(cls, folder: Path, workflow_of: Callable[[str], Workflow], current: Workflow) -> Iterator["Replay"]:
        """Replay an archive, once its files are known to be those that were written; ArchiveRefused if not."""
        with counting(), source.connection() as opened:
            log, head = source.read_archive(opened, folder)
            yield cls(opened, log, head, workflow_of, current)

    def at(self, as_at: date, known_at: datetime | None = None) -> View:
        """Fold every case as it stood at the end of a day, from what had been recorded by a moment."""
        run, day = self._opened.execute, literal(as_at)
        known = "" if known_at is None else f" where recorded_at <= {literal(known_at.astimezone(UTC))}"
        run(f"create or replace view known as select * from log{known}")
        run(plans.KEPT)
        run(acts.CORRECTIONS)
        run(acts.VOIDED)
        run(acts.served(day))
        run(acts.acts(day, "kept_acts", "kept"))
        run(acts.acts(day))
        run(acts.POSTPONED)
        workflows = tuple(self._workflow_of(row[0]) for row in run(acts.WORKFLOWS).fetchall()) or (self._current,)
        steps = facts.steps_behind(facts.fact_names(workflows), workflows)
        run(acts.reviews(day, steps))
        run(plans.CORRECTIONS)
        run(plans.plan_events(day))
        run(plans.completions(day))
        run(plans.listed(day))
        run(plans.plans(day))
        run(facts.PLANS)
        run(facts.review_facts(workflows, steps))
        run(facts.plan_facts(self._current))
        self._count_duties(day)
        return View(self._opened, as_at, known_at)

    def _count_duties(self, day: str) -> None:
        run = self._opened.execute
        with_calendar(self._opened, *self._counted_days())
        found = run("select distinct workflow, kind from review_facts").fetchall()
        queries = [
            query
            for workflow, kind in found
            for query in duties.of_cases(self._workflow_of(workflow), kind, "review", "review_facts", day)
        ]
        queries += duties.of_cases(self._current, "annual", "plan", "plan_facts", day)
        run(f"create or replace view duties as {' union all '.join(queries)}")

    def _counted_days(self) -> tuple[date, date]:
        """The first and the last of the days that duties are counted from."""
        ends = [
            day
            for table, columns in facts.COUNTED_FROM.items()
            for end in ("min", "max")
            for day in self._opened.execute(f"select {end}(columns({literal(columns)})) from {table}").fetchone() or ()
            if day is not None
        ]
        return min(ends, default=ORIGIN_DAY), max(ends, default=ORIGIN_DAY)
