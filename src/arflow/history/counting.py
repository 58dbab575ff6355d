"""The duties of every case at one point of view: a query for each duty that is asked for, over the facts of the cases."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from arflow.history import asked_facts, duty_sql, fact_sql, proceeding_sql, transfer_sql
from arflow.history.formula_sql import with_calendar
from arflow.history.sql import ORIGIN_DAY, literal
from arflow.law.workflow import Subject, Workflow

if TYPE_CHECKING:
    import duckdb

# For few rows DuckDB looks for common expressions in the long queries longer than it then saves.
OF_FEW, OF_MANY = "common_subexpressions", ""


# Up to so many, all duties are worked out once; of more than that, keeping them takes longer than working them out again.
_REVIEWS_COUNTED_AT_ONCE = 20_000
EVERY_CASE: tuple[Subject, ...] = ("review", "plan")
REVIEWS: tuple[Subject, ...] = ("review",)


class Counting:
    """Makes the tables of facts and the view `duties` over them, from what was folded by a day.

    `workflows` are those that reviews went under, and `steps` those that the table of reviews has a day for.
    """

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        workflows: tuple[Workflow, ...],
        steps: Collection[str],
        current: Workflow,
        day: str,
    ) -> None:
        self._opened, self._workflows, self._steps, self._current, self._day = opened, workflows, steps, current, day
        self._of_id = {workflow.id: workflow for workflow in workflows}
        self._counted = dict[Subject, set[str]]()
        run = opened.execute
        ((number,),) = run("select count(*) from reviews").fetchall()
        self._at_once = number <= _REVIEWS_COUNTED_AT_ONCE
        self._standing = run(_STANDING).fetchall()
        self._absent: Collection[str] | None = None

    @property
    def begun(self) -> bool:
        """Whether there are any facts yet."""
        return bool(self._counted)

    def count(self, names: Collection[str] | None = None, of: Collection[Subject] = EVERY_CASE) -> None:
        """Have these duties of these cases in the view, or all, beside those that are in it already."""
        wanted = self._all() if names is None else set(names)
        if all(subject in self._counted and wanted <= self._counted[subject] for subject in of):
            return
        for subject in of:
            self._counted.setdefault(subject, set()).update(wanted)
        self._opened.execute(f"set disabled_optimizers = '{OF_FEW if self._at_once else OF_MANY}'")
        self._make_facts()
        self._make_duties(" union all ".join(self._queries()) or duty_sql.NONE)
        self._opened.execute(f"set disabled_optimizers = '{OF_MANY}'")

    def _make_facts(self) -> None:
        """The facts that the duties ask for, of the cases whose duties are asked for; those of reviews in any case."""
        run, sources = self._opened.execute, fact_sql.COUNTED_FROM
        of_reviews, of_plans = (self._counted.get(subject, set[str]()) for subject in EVERY_CASE)
        names = asked_facts.fact_names(self._workflows, of_reviews)
        if "plan" in self._counted or asked_facts.need_what_is_beside(names):
            self._have_what_is_beside()
            sources = sources | fact_sql.COUNTED_FROM_BESIDE
        run(fact_sql.review_facts(self._workflows, self._steps, names))
        if "plan" in self._counted:
            names = asked_facts.fact_names((self._current,), of_plans)
            run(fact_sql.plan_facts(self._current, names))
            run(proceeding_sql.each(names))
        self._have_calendar(sources)

    def _have_what_is_beside(self) -> None:
        """Consultations and proceedings: few questions about reviews need them."""
        if self._absent is not None:
            return
        self._have_calendar(fact_sql.KNOWN_FIRST)
        for table in (*transfer_sql.OF_CONSULTING, *proceeding_sql.TABLES):
            self._opened.execute(table)
        begun = self._opened.execute(proceeding_sql.KINDS_BEGUN).fetchall()
        self._absent = proceeding_sql.absent([kind for (kind,) in begun])

    def _have_calendar(self, sources: Mapping[str, str]) -> None:
        with_calendar(self._opened, *_days_of(self._opened, sources), self._current.policy.bank_holidays)

    def _queries(self) -> Iterator[str]:
        for subject, counted in self._counted.items():
            columns = [name for name, *_ in self._opened.execute(f"describe {subject}_facts").fetchall()]
            facts = duty_sql.FactsOf(subject, f"{subject}_facts", columns, (subject == "plan" and self._absent) or ())
            if subject == "plan":
                yield from duty_sql.of_cases(self._current, ["annual"], facts, self._day, counted)
                continue
            for workflow, kinds in self._standing:
                yield from duty_sql.of_cases(self._of_id[workflow], kinds, facts, self._day, counted)

    def _make_duties(self, counted: str) -> None:
        if self._at_once:
            self._opened.execute(f"create or replace table duties_counted as {counted}")
            counted = "from duties_counted"
        self._opened.execute(f"create or replace view duties as {counted}")

    def _all(self) -> set[str]:
        return {rule.id for workflow in (self._current, *self._workflows) for rule in workflow.duties}


_STANDING = """select workflow, list(distinct kind order by kind) from reviews
    where plan in (select plan from plans) group by all order by all"""


def _days_of(opened: "duckdb.DuckDBPyConnection", tables: Mapping[str, str]) -> tuple[date, date]:
    """The first and the last of the days in some columns of tables."""
    ends = [
        day
        for table, name in tables.items()
        for columns in (f"columns({literal(name)})",)
        for day in opened.execute(f"select min({columns}), max({columns}) from {table}").fetchone() or ()
        if day is not None
    ]
    return min(ends, default=ORIGIN_DAY), max(ends, default=ORIGIN_DAY)
