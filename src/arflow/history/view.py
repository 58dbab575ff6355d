"""Replay opened: the cases of a whole log as they stood on a day, as known at a moment, as tables to ask questions of."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow.case.reading import without_definition
from arflow.errors import DefinitionRefused, NotFound
from arflow.history import asked_facts, fact_sql, log_source, plan_sql, review_sql, settled_sql, transfer_sql
from arflow.history.columnar import store_log
from arflow.history.counting import EVERY_CASE, Counting
from arflow.history.formula_sql import read_calendar
from arflow.history.sql import literal, one_of
from arflow.law.workflow import Subject, Workflow
from arflow.store.trouble import counting

if TYPE_CHECKING:
    import duckdb
    import sqlalchemy as sa


class View:
    """Every case at one point of view: `as_at` is what had happened by a day, `known_at` what was recorded by a moment.

    Tables to query: `reviews` and `review_facts` (one row a review opened by then), `plans` and `plan_facts` (one row a
    plan made by then), `completions`; and the view `duties`, one row for each duty of each review, and of each plan
    (`review` is then empty) and of each proceeding on it (its number in `proceeding`, else 0), with plan, review, duty,
    proceeding, owner, word, is_window, due, outer, met_on, state, counted_from, quality.
    `left_out` has the cases that cannot be read, by plan: they are in none of them.
    """

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        as_at: date,
        known_at: datetime | None,
        left_out: log_source.LeftOut,
        counting: Counting,
    ) -> None:
        self._opened, self.as_at, self.known_at, self.left_out = opened, as_at, known_at, left_out
        self._counting = counting

    def count(self, names: Collection[str] | None = None, of: Collection[Subject] = EVERY_CASE) -> None:
        """Have these duties of these cases in the view `duties`, or all, beside those in it already, and their facts.

        A query pays for each of them. Where nothing is counted, the first question finds the facts that reports ask for.
        """
        self._counting.count(names, of)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query; for what is small."""
        self._have_facts()
        return self._opened.execute(query).fetchall()

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, some thousands at a time."""
        self._have_facts()
        with self._opened.cursor() as own:
            read_calendar(own)
            own.execute(query)
            while page := own.fetchmany(5_000):
                yield from page

    def put(self, table: str, query: str) -> None:
        """Put a table of something else beside those of the cases."""
        self._opened.execute(f"create or replace table {table} as {query}")

    def _have_facts(self) -> None:
        if not self._counting.begun:
            self._counting.count(())


# Over a log of so many, threads take longer to wake each other than to do the work.
_EVENTS_FOR_ONE_THREAD = 20_000


class Replay:
    """A log that can be looked at from any day and moment; `current` counts plans without an open review.

    `head` is the last position of the log and its hash (hex).
    """

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        log: log_source.LogRead,
        workflow_of: Callable[[str], Workflow],
        current: Workflow,
    ) -> None:
        self._opened, self.head, self._workflow_of, self._current = opened, log.head, workflow_of, current
        self._left_out, self._settled = log.left_out, log.settled
        opened.execute(f"create or replace view log as {log.query}")
        if self.head[0] <= _EVENTS_FOR_ONE_THREAD:
            opened.execute("set threads = 1")

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
        with counting(), log_source.connection() as opened, store_log(opened, engine) as log:
            yield cls(opened, log, workflow_of, current)

    @classmethod
    @contextmanager
    def of_archive(
        cls,
        folder: Path,
        workflow_of: Callable[[str], Workflow],
        current: Workflow,
        left_out: log_source.LeftOut | None = None,
    ) -> Iterator["Replay"]:
        """Replay an archive, once its files are known to be those that were written; ArchiveRefused if not.

        `left_out` are cases that its store says cannot be read.
        """
        with counting(), log_source.connection() as opened:
            yield cls(opened, log_source.read_archive(opened, folder, left_out or {}), workflow_of, current)

    def at(self, as_at: date, known_at: datetime | None = None) -> View:
        """Fold every case as it stood at the end of a day, from what had been recorded by a moment; count every duty."""
        view = self.folded_at(as_at, known_at)
        view.count()
        return view

    def folded_at(self, as_at: date, known_at: datetime | None = None) -> View:
        """The same without the view `duties`: `View.count` says which duties are to be in it."""
        run, day = self._opened.execute, literal(as_at)
        self._know("log", known_at)
        run(plan_sql.KEPT)
        workflows, refused = self._definitions()
        gone = self._standing_under(refused)
        if gone:
            self._know(log_source.readable("log", gone), known_at)
            run(plan_sql.KEPT)
        run(review_sql.CORRECTIONS)
        run(review_sql.DOUBTS)
        run(review_sql.VOIDED)
        workflows = workflows or (self._current,)
        steps = asked_facts.steps_behind(asked_facts.fact_names(workflows), workflows)
        left_out = {**self._left_out, **gone}
        if known_at is None and self._settled and self._settled.is_due():
            self._fold_reviews(review_sql.EVER, steps, left_out, known_at)
            self._settled = self._settled.renewed(self._write_reviews, steps, left_out)
        self._fold_reviews(day, steps, left_out, known_at)
        run(plan_sql.CORRECTIONS)
        run(plan_sql.plan_events(day))
        run(plan_sql.completions(day))
        run(plan_sql.interims(day))
        run(plan_sql.DETENTIONS)
        run(plan_sql.listed(day))
        run(plan_sql.plans(day))
        for table in transfer_sql.TABLES:
            run(table)
        run(fact_sql.PLANS)
        counting = Counting(self._opened, workflows, steps, self._current, day)
        return View(self._opened, as_at, known_at, left_out, counting)

    def settled_amiss(self) -> list[dict[str, Any]]:
        """Each row of a review that was settled otherwise than its events give: as it `is_of` settled, and of folded."""
        settled, run = self._settled, self._opened.execute
        path = settled and settled.path((), self._left_out)
        if not (path and settled and settled.found):
            return []
        self._know(f"(from log where position <= {literal(settled.found.upto)})", None)
        for table in (plan_sql.KEPT, review_sql.CORRECTIONS, review_sql.DOUBTS, review_sql.VOIDED):
            run(table)
        self._acts(review_sql.EVER)
        run(review_sql.reviews(review_sql.EVER, settled.found.steps))
        columns = [name for name, *_ in run("describe folded_reviews").fetchall()]
        kept = f"(from read_parquet({literal(path)}) where plan not in {one_of(self._left_out or ('',))})"
        found = run(settled_sql.amiss(kept, columns)).fetchall()
        return [dict(zip(("is_of", *columns), row, strict=True)) for row in found]

    def _fold_reviews(
        self, day: str, steps: Collection[str], left_out: Collection[str], known_at: datetime | None
    ) -> None:
        """Each review as it stood: those whose settled row says so still, and of the others their events."""
        run = self._opened.execute
        self._acts(day)
        path = self._settled and self._settled.path(steps, left_out)
        if not (path and self._settled and self._settled.found):
            run(review_sql.reviews(day, steps))
            run(settled_sql.FOLDED_ALONE)
            return
        rows, upto = f"read_parquet({literal(path)})", self._settled.found.upto
        run(settled_sql.still_standing(rows, upto, day, left_out, known_at=known_at is not None))
        run(settled_sql.living(rows, upto, day))
        run(settled_sql.LIVING_EVENTS)
        run(review_sql.acts(day, "living_acts", "living_events"))
        run(review_sql.reviews(day, steps, "living_acts", "living_events"))
        columns = [name for name, *_ in run("describe folded_reviews").fetchall()]
        run(settled_sql.both(rows, columns))

    def _acts(self, day: str) -> None:
        """The acts of reviews that had happened by a day, and the meetings that had moved by then."""
        run = self._opened.execute
        run(review_sql.served(day))
        run(review_sql.acts(day, "kept_acts", "kept"))
        run(review_sql.acts(day))
        run(review_sql.POSTPONED)

    def _write_reviews(self, path: Path) -> None:
        self._opened.execute(f"copy reviews to {literal(path)} (format parquet, compression zstd, use_tmp_file false)")

    def _know(self, log: str, known_at: datetime | None) -> None:
        """What had been recorded by a moment: of each case what comes before the first event that was recorded later.

        Where a clock was set back, a later event bears an earlier moment: it is known with the event it follows.
        """
        run = self._opened.execute
        if known_at is None:
            run(f"create or replace view known as from {log}")
            return
        run(
            "create or replace table recorded_later as select plan, min(position) as first_later "
            f"from {log} where recorded_at > {literal(known_at.astimezone(UTC))} group by plan"
        )
        run(
            f"create or replace view known as select log.* from {log} log left join recorded_later later "
            "on later.plan = log.plan where first_later is null or log.position < first_later"
        )

    def _definitions(self) -> tuple[tuple[Workflow, ...], dict[str, NotFound | DefinitionRefused]]:
        """The definitions that reviews went under, and those of them that are not here or have faults."""
        found, refused = list[Workflow](), dict[str, NotFound | DefinitionRefused]()
        for (workflow,) in self._opened.execute(review_sql.WORKFLOWS).fetchall():
            try:
                found.append(self._workflow_of(workflow))
            except (NotFound, DefinitionRefused) as refusal:
                refused[workflow] = refusal
        return tuple(found), refused

    def _standing_under(self, refused: dict[str, NotFound | DefinitionRefused]) -> log_source.LeftOut:
        """The cases with a review that stands under a definition which cannot be used."""
        found = self._opened.execute(review_sql.standing_under(refused)).fetchall() if refused else []
        return {plan: without_definition(plan, review, workflow, refused[workflow]) for plan, review, workflow in found}
