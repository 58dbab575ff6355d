"""Questions to the read models: lists of plans, of reviews, and of what is due, with each state told for a day."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import sqlalchemy as sa

from arflow.errors import DefinitionRefused, NotFound
from arflow.law.states import AWAITING_REPORT, BEFORE_THE_MEETING
from arflow.law.workflow import Workflow
from arflow.lists import list_tables
from arflow.lists.asked_values import known_value, unknown_value
from arflow.lists.due_items import DueItem, by_act, day_of, item_of
from arflow.lists.due_query import DueAsked, count_cases, first_cases, rows_of
from arflow.lists.follower import Follower, Progress
from arflow.lists.rules_stamp import Stamp
from arflow.lists.unreadable import Unreadable, left_out

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


class Asking:
    """The read models of an application's store; `remaking` hears why rows made under other rules are made again."""

    def __init__(self, app: "Arflow", remaking: Callable[[str], None] = lambda _: None) -> None:
        self._app = app
        self._follower = Follower(app.log_store, app.workflow, app.current_workflow, remaking)
        self._reading = self._follower.reading

    def catch_up(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Follow the log to its end, and make the rows again where the rules have changed; how many events that took."""
        return self._follower.catch_up(progress)

    def rebuild(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Drop and refill every row from the log; how many cases there are."""
        return self._follower.rebuild(progress)

    def position(self) -> int:
        """The position the rows stand for."""
        return self._follower.standing().position

    def stamp(self) -> Stamp | None:
        """Under which rules the rows were made; None before there are any."""
        found = self._follower.standing()
        return found.stamp if found.position else None

    def unreadable(self) -> list[Unreadable]:
        """The cases that cannot be read, by plan: every other list leaves them out, or shows what was known elsewhere."""
        with self._reading() as connection:
            return left_out(connection, self._app.workflow)

    def plans_like(self, said: str) -> list[str]:
        """The references of plans that differ from a given one in the case of their letters alone."""
        with self._reading() as connection:
            columns = (list_tables.plans.c.ref, list_tables.unreadable.c.plan)
            alike = (sa.select(one).where(sa.func.lower(one) == said.lower()) for one in columns)
            return sorted(connection.execute(sa.union(*alike)).scalars())

    def count_plans(self) -> int:
        """How many plans there are, those that cannot be read among them."""
        return self._count(list_tables.plans, list_tables.unreadable.c.review == "")

    def count_reviews(self) -> int:
        """How many reviews there are, those that cannot be read among them."""
        return self._count(list_tables.reviews, list_tables.unreadable.c.review != "")

    def _count(self, table: sa.Table, beside: "sa.ColumnElement[bool]") -> int:
        count = sa.select(sa.func.count())
        with self._reading() as connection:
            readable = connection.execute(count.select_from(table)).scalar_one()
            return readable + connection.execute(count.select_from(list_tables.unreadable).where(beside)).scalar_one()

    def plans(
        self,
        *,
        setting: str | None = None,
        coordinator: str | None = None,
        state: str | None = None,
        most: int | None = None,
    ) -> list[dict[str, Any]]:
        """The plans, by reference, at most so many; coordinators by name where the directory still has it.

        InvalidValue for a setting that no plan has, or a coordinator whom nobody knows.
        """
        query = _where(list_tables.plans, **self._whose(setting, coordinator), state=state)
        return self._named(query.order_by(list_tables.plans.c.ref).limit(most))

    def count_plans_beside(
        self,
        refs: Collection[str],
        *,
        setting: str | None = None,
        coordinator: str | None = None,
        state: str | None = None,
    ) -> int:
        """How many plans there are of those asked for, but for some references."""
        query = _where(list_tables.plans, **self._whose(setting, coordinator), state=state)
        return self._count_beside(query, list_tables.plans.c.ref, refs)

    def to_schedule(self, *, setting: str | None = None, coordinator: str | None = None) -> list[str]:
        """The reviews before their meeting for which no day is planned, of the plans of a setting or a coordinator, by id."""
        whose = _where(list_tables.plans, **self._whose(setting, coordinator)).with_only_columns(
            list_tables.plans.c.ref
        )
        reviews = list_tables.reviews.c
        wanted = (reviews.meeting.is_(None), reviews.plan.in_(whose), self._in_state(*BEFORE_THE_MEETING))
        with self._reading() as connection:
            return list(connection.execute(sa.select(reviews.id).where(*wanted).order_by(reviews.id)).scalars())

    def plans_of(self, refs: Collection[str]) -> list[dict[str, Any]]:
        """Some plans, by reference; one whose case cannot be read is not among them."""
        return self._named(_where(list_tables.plans, ref=sorted(refs)).order_by(list_tables.plans.c.ref))

    def reviews(
        self,
        *,
        plan: str | None = None,
        state: str | None = None,
        kind: str | None = None,
        decided_not_told: bool | None = None,
        most: int | None = None,
    ) -> list[dict[str, Any]]:
        """The reviews, by id, at most so many; InvalidValue for a state or a kind that no definition in use has."""
        asked = {"state": self._known("state", state), "kind": self._known("kind", kind)}
        query = _where(list_tables.reviews, plan=plan, **asked, decided_not_told=decided_not_told)
        return self._named(query.order_by(list_tables.reviews.c.id).limit(most))

    def count_reviews_beside(self, ids: Collection[str], *, state: str | None, kind: str | None, **wanted: Any) -> int:
        """How many reviews there are of those asked for, but for some ids."""
        asked = {"state": self._known("state", state), "kind": self._known("kind", kind)}
        return self._count_beside(_where(list_tables.reviews, **asked, **wanted), list_tables.reviews.c.id, ids)

    def _count_beside(self, query: "sa.Select[Any]", key: "sa.ColumnElement[str]", names: Collection[str]) -> int:
        counted = query.where(key.not_in(names)).with_only_columns(sa.func.count())
        with self._reading() as connection:
            return connection.execute(counted).scalar_one()

    def due(self, today: date, *, most: int | None = None, **wanted: Any) -> list[DueItem]:
        """The acts outstanding on a day, most urgent first: of all cases, or of the `most` that come first.

        What is `wanted` is a `within` in days (what is late and what is not counted are always there), a `setting`, a
        `coordinator`, some `states`, a `holder`, `decided_not_told`, a `duty` that the act meets or the act itself, `plans` by
        reference, a `year` of the National Curriculum and a `kind` of review. InvalidValue for a value that nothing has.
        """
        asked, names = self._due_asked(today, **wanted), self._app.directory.officer_names()
        with self._reading() as connection:
            if most is None:
                rows: Iterable[Any] = connection.execute(asked.rows)
            else:
                rows = rows_of(connection, asked, first_cases(connection, asked, most))
            acts = by_act(item_of(row, today, names) for row in rows)
            fitting = (item for item in acts if not asked.states or item.state in asked.states)
            return sorted(fitting, key=lambda item: item.urgency)

    def count_due(self, today: date, **wanted: Any) -> int:
        """How many reviews, and plans without one, have an act outstanding of those `wanted`."""
        asked = self._due_asked(today, **wanted)
        with self._reading() as connection:
            return count_cases(connection, asked)

    def _due_asked(
        self,
        today: date,
        *,
        setting: str | None = None,
        coordinator: str | None = None,
        duty: str | None = None,
        kind: str | None = None,
        **wanted: Any,
    ) -> DueAsked:
        return DueAsked(
            today=today,
            setting=self._setting(setting),
            officers=self._officers(coordinator),
            duty=self._known("duty", duty),
            kind=self._known("kind", kind),
            **wanted,
        )

    def duties(self, today: date, *, within: int) -> list[DueItem]:
        """Each outstanding duty that is late, falls due within so many days, or has no day to count from."""
        last = (today + timedelta(days=within)).isoformat()
        day = list_tables.due.c.due
        query = sa.select(list_tables.due).where(sa.or_(day.is_(None), day <= last))
        return sorted(self._items(query, today), key=lambda item: item.urgency)

    def _items(self, query: "sa.Select[Any]", today: date) -> list[DueItem]:
        names = self._app.directory.officer_names()
        with self._reading() as connection:
            return [item_of(row, today, names) for row in connection.execute(query)]

    def soon_days(self) -> int:
        """How many days before its last day the first duty is shown as due soon."""
        with self._reading() as connection:
            return connection.execute(sa.select(sa.func.max(list_tables.due.c.soon_days))).scalar() or 0

    def unfinished(self, *states: str) -> list[tuple[str, str, date | None]]:
        """The reviews in these statutory states, each with its statutory state and the day of its meeting, by id."""
        reviews = list_tables.reviews.c
        query = sa.select(reviews.id, reviews.state, reviews.workflow, reviews.meeting).where(self._in_state(*states))
        with self._reading() as connection:
            found = connection.execute(query.order_by(reviews.id)).all()
        return [(row.id, self._app.workflow(row.workflow).core(row.state), day_of(row.meeting)) for row in found]

    def awaiting_report(self) -> list[dict[str, Any]]:
        """The reviews whose meeting was held and whose report is not sent, by id."""
        query = sa.select(list_tables.reviews).where(self._in_state(AWAITING_REPORT))
        return self._named(query.order_by(list_tables.reviews.c.id))

    def meetings_passed(self, today: date) -> list[dict[str, Any]]:
        """The reviews whose planned day of meeting has passed, with no meeting recorded, by id."""
        reviews = list_tables.reviews.c
        passed = (reviews.meeting < today.isoformat(), self._in_state(*BEFORE_THE_MEETING))
        return self._named(sa.select(list_tables.reviews).where(*passed).order_by(reviews.id))

    def plans_to_open(self, today: date, within: int) -> list[str]:
        """The plans without an open review whose 12 months end within so many days."""
        last = date.fromordinal(today.toordinal() + within).isoformat()
        plans = list_tables.plans.c
        query = (
            sa.select(plans.ref)
            .where(plans.open_review.is_(None), plans.state == "maintained", plans.review_due <= last)
            .order_by(plans.review_due, plans.ref)
        )
        with self._reading() as connection:
            unreadable = {one.plan for one in left_out(connection, self._app.workflow)}
            return [ref for ref in connection.execute(query).scalars() if ref not in unreadable]

    def coordinators_of(self, refs: Collection[str]) -> dict[str, str | None]:
        """Who holds each of these plans, by name; None where nobody does."""
        names = self._app.directory.officer_names()
        query = sa.select(list_tables.plans.c.ref, list_tables.plans.c.coordinator).where(
            list_tables.plans.c.ref.in_(refs)
        )
        with self._reading() as connection:
            found = connection.execute(query).all()
        return {row.ref: names.get(row.coordinator, row.coordinator) for row in found}

    def digest(self) -> str:
        """The SHA-256, in hex, of every row: the same for the same log on either store."""
        digest = hashlib.sha256()
        for row in self._all_rows():
            digest.update(msgspec.json.encode(row))
        return digest.hexdigest()

    def _all_rows(self) -> Iterator[list[Any]]:
        with self._reading() as connection:
            for table in (list_tables.plans, list_tables.reviews, list_tables.due, list_tables.unreadable):
                streamed = connection.execution_options(yield_per=2_000).execute(sa.select(table))
                yield from sorted((list(row) for row in streamed), key=lambda row: [str(cell) for cell in row])

    def _in_state(self, *states: str) -> "sa.ColumnElement[bool]":
        """Whether a review that can be read is in one of these statutory states, or in a local state that refines one."""
        reviews = list_tables.reviews.c
        with self._reading() as connection:
            unreadable = [one.plan for one in left_out(connection, self._app.workflow)]
            query = sa.select(reviews.workflow).distinct().where(reviews.plan.not_in(unreadable))
            used = connection.execute(query).scalars().all()
        like = ((reviews.workflow == one, self._app.workflow(one).states_like(*states)) for one in used)
        in_state = sa.or_(sa.false(), *(under & reviews.state.in_(names) for under, names in like))
        return in_state & reviews.plan.not_in(unreadable)

    def _whose(self, setting: str | None, coordinator: str | None) -> dict[str, object]:
        """A setting and a coordinator as rows have them, who must be there."""
        return {"setting": self._setting(setting), "coordinator": self._officers(coordinator)}

    def _setting(self, said: str | None) -> str | None:
        if said is None:
            return None
        return known_value("setting", said, self._distinct(list_tables.plans.c.setting), "a setting of a plan here")

    def _officers(self, said: str | None) -> list[str] | None:
        """The ids of an officer by name, whatever the case of its letters, or by the id itself."""
        if said is None:
            return None
        holding, names = self._distinct(list_tables.plans.c.coordinator), self._app.directory.officer_names()
        if found := self._app.directory.officers_named(said) or ([said] if said in holding or said in names else []):
            return found
        raise unknown_value("coordinator", said, {names.get(one, one) for one in holding}, "a coordinator here")

    def _known(self, what: Literal["state", "kind", "duty"], said: str | None) -> str | None:
        """A state or a kind of reviews, or a duty or an act that meets one, as the definitions in use and the lists know them."""
        if said is None or said == "unreadable":
            return said
        rows, wanted = {
            "state": ((list_tables.reviews.c.state,), "a state of review"),
            "kind": ((list_tables.reviews.c.kind,), "a kind of review"),
            "duty": ((list_tables.due.c.duty, list_tables.due.c.act), "a duty, nor an act that meets one"),
        }[what]
        known = set[str]().union(*map(self._distinct, rows))
        for one in {self._app.current_workflow().id, *self._distinct(list_tables.reviews.c.workflow)}:
            with suppress(NotFound, DefinitionRefused):
                known |= _names(self._app.workflow(one), what)
        return known_value(what, said, known, wanted)

    def _distinct(self, column: "sa.ColumnElement[Any]") -> set[str]:
        with self._reading() as connection:
            return set(connection.execute(sa.select(column).distinct().where(column.is_not(None))).scalars())

    def _named(self, query: "sa.Select[Any]") -> list[dict[str, Any]]:
        names = self._app.directory.officer_names()
        with self._reading() as connection:
            found = [dict(row) for row in connection.execute(query).mappings()]
        for row in found:
            if row.get("coordinator"):
                row["coordinator"] = names.get(row["coordinator"], row["coordinator"])
        return found


def _where(table: sa.Table, **wanted: object) -> "sa.Select[Any]":
    """Rows whose named columns have the wanted value, or one of a list; None wants nothing in particular."""
    query = sa.select(table)
    for column, value in wanted.items():
        if value is not None:
            same = table.c[column].in_(value) if isinstance(value, list) else table.c[column] == value
            query = query.where(same)
    return query


def _names(workflow: Workflow, what: Literal["state", "kind", "duty"]) -> set[str]:
    """What a definition calls its states or kinds, or its duties and steps."""
    match what:
        case "state":
            return set(workflow.state_by_id)
        case "kind":
            return set(workflow.kinds)
        case _:
            return {*workflow.duty_by_id, *workflow.step_by_id}
