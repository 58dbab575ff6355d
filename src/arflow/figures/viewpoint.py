"""A log looked at from one point of view: what every report asks its questions of."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.application.store_rules import RulesOnDay
from arflow.errors import CaseUnreadable, InvalidValue, field_name
from arflow.figures.report import Asked, Report
from arflow.history import Replay, View
from arflow.history.counting import EVERY_CASE
from arflow.history.sql import literal
from arflow.law.workflow import Subject, Workflow
from arflow.lists.unreadable import listed_as_unreadable


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """Every case as it stood for what is asked; `log` is the last position and the head (hex) of the log looked at.

    It is counted under the rules that counted on the day, as known at the moment: `readings` says what was chosen.
    `store` is where the log was read, or None for an archive: it has what may be erased and so is not in the log.
    Beside the tables of the view there is `officers` (id, name). The view `duties` has what `count` was asked for.
    """

    view: View
    asked: Asked
    log: tuple[int, str]
    store: sa.Engine | None
    today: date
    workflow_of: Callable[[str], Workflow]
    current: Workflow
    readings: str = ""

    def count(self, *duties: str, of: Collection[Subject] = EVERY_CASE) -> None:
        """Have these duties of these cases in the view `duties`, or all if none is named.

        A report names those that its queries ask for.
        """
        self.view.count(duties or None, of)

    def define(self, relation: str, query: str) -> None:
        """Name a query, so that figures and the cases behind them come from the same rows."""
        self.view.rows(f"create or replace view {relation} as {query}")

    def keep(self, relation: str, query: str) -> None:
        """Work a query out once and keep its rows beside the log, for several later queries."""
        self.view.rows(f"create or replace table {relation} as {query}")

    def rows(self, query: str) -> tuple[tuple[Any, ...], ...]:
        """All rows of a query; for what is small."""
        return tuple(self.view.rows(query))

    def streaming(self, query: str) -> Callable[[], Iterator[tuple[Any, ...]]]:
        """The rows of a query each time they are called for."""
        return lambda: self.view.stream(query)

    def within(self, day: str) -> str:
        """The condition that a day lies in the period asked about."""
        start, end = self.asked.start, self.asked.end
        bounds = [f"{day} {sign} {literal(at)}" for sign, at in ((">=", start), ("<=", end)) if at]
        return f"({' and '.join(bounds)})" if bounds else "true"

    def leave_out(self, refusal: CaseUnreadable) -> None:
        """Note a case that cannot be read, and of which nothing is counted."""
        self.view.left_out.setdefault(refusal.plan, refusal)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The cases that cannot be read, each with why, by plan."""
        return tuple(refusal.message for _, refusal in sorted(self.view.left_out.items()))

    @property
    def caveats(self) -> str:
        """What a reader must know of the day: that it lies ahead of today, and which readings of the law were chosen."""
        if self.asked.as_at <= self.today:
            return self.readings
        return f" The day lies ahead: this is how things would stand on it if nothing more happened.{self.readings}"


def naming_left_out(report: Report, log: Looking) -> Report:
    """A report made of a log, with the cases that it does not count."""
    return msgspec.structs.replace(report, left_out=log.left_out)


@contextmanager
def looking(app: Arflow, asked: Asked, archive: Path | None = None) -> Iterator[Looking]:
    """Look at the store's log, or at an archive of it; the officers' names always come from the store."""
    _check(asked)
    rules = app.rules.as_known(asked.as_at, asked.known_at)
    with _replay(app, rules, archive) as replay:
        view = replay.folded_at(asked.as_at, asked.known_at)
        names = app.directory.officer_names().items()
        rows = (
            ", ".join(f"({literal(id_)}, {literal(name)})" for id_, name in names) or "(null::VARCHAR, null::VARCHAR)"
        )
        view.put("officers", f"from (values {rows}) as o(id, name) where id is not null")
        yield Looking(
            view=view,
            asked=asked,
            log=replay.head,
            store=app.engine if archive is None else None,
            today=app.today,
            workflow_of=rules.workflow,
            current=rules.of_plans(),
            readings=rules.rules.said(asked.as_at),
        )


def _replay(app: Arflow, rules: RulesOnDay, archive: Path | None) -> AbstractContextManager[Replay]:
    if archive is not None:
        with app.engine.connect() as connection:
            left_out = listed_as_unreadable(connection)
        return Replay.of_archive(archive, rules.workflow, rules.of_plans(), left_out)
    return Replay.of_store(app.engine, rules.workflow, rules.of_plans())


def _check(asked: Asked) -> None:
    if asked.start and asked.end and asked.start > asked.end:
        raise InvalidValue(field_name("from"), asked.start, f"on or before --to {asked.end}: give an earlier day")
