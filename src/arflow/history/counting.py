"""The duties of every case at one point of view: a query for each duty that is asked for, over the facts of the cases."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from arflow.history import duty_sql, fact_sql, proceeding_sql
from arflow.history.formula_sql import with_calendar
from arflow.history.sql import ORIGIN_DAY, literal
from arflow.law.workflow import Subject, Workflow

if TYPE_CHECKING:
    import duckdb

# For few rows DuckDB looks for common expressions in the long queries longer than it then saves.
OF_FEW, OF_MANY = "common_subexpressions", ""


class Counting:
    """Makes the view `duties` from the facts in the tables; `at_once` works its rows out once and keeps them."""

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        workflow_of: Callable[[str], Workflow],
        current: Workflow,
        day: str,
        *,
        at_once: bool,
    ) -> None:
        self._opened, self._current, self._day, self._at_once = opened, current, day, at_once
        self._counted = set[str]()
        run = opened.execute
        with_calendar(opened, *days_of(opened, fact_sql.COUNTED_FROM), current.policy.bank_holidays)
        kinds = "select workflow, list(distinct kind order by kind) from review_facts group by all order by all"
        self._standing = [(workflow_of(workflow), kinds) for workflow, kinds in run(kinds).fetchall()]
        begun = [kind for (kind,) in run(proceeding_sql.KINDS_BEGUN).fetchall()]
        self._reviews = self._facts_of("review")
        self._plans = self._facts_of("plan")._replace(absent=proceeding_sql.absent(begun))

    def count(self, names: Collection[str] | None = None) -> None:
        """Have these duties in the view, or all, beside those that are in it already."""
        wanted = self._all() if names is None else set(names)
        if self._counted and wanted <= self._counted:
            return
        self._counted |= wanted
        queries = [
            query
            for workflow, kinds in self._standing
            for query in duty_sql.of_cases(workflow, kinds, self._reviews, self._day, self._counted)
        ]
        queries += duty_sql.of_cases(self._current, ["annual"], self._plans, self._day, self._counted)
        self._make(" union all ".join(queries) or duty_sql.NONE)

    def _make(self, counted: str) -> None:
        run = self._opened.execute
        if self._at_once:
            run(f"set disabled_optimizers = '{OF_FEW}'")
            run(f"create or replace table duties_counted as {counted}")
            run(f"set disabled_optimizers = '{OF_MANY}'")
            counted = "from duties_counted"
        run(f"create or replace view duties as {counted}")

    def _all(self) -> set[str]:
        workflows = (self._current, *(workflow for workflow, _ in self._standing))
        return {rule.id for workflow in workflows for rule in workflow.duties}

    def _facts_of(self, subject: Subject) -> duty_sql.FactsOf:
        columns = self._opened.execute(f"describe {subject}_facts").fetchall()
        return duty_sql.FactsOf(subject, f"{subject}_facts", [name for name, *_ in columns])


def days_of(opened: "duckdb.DuckDBPyConnection", tables: Mapping[str, str]) -> tuple[date, date]:
    """The first and the last of the days in some columns of tables."""
    ends = [
        day
        for table, columns in tables.items()
        for end in ("min", "max")
        for day in opened.execute(f"select {end}(columns({literal(columns)})) from {table}").fetchone() or ()
        if day is not None
    ]
    return min(ends, default=ORIGIN_DAY), max(ends, default=ORIGIN_DAY)
