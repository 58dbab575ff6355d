"""One run of the command line: the store, the day it is, and who records."""

import getpass
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from arflow.cli.output import as_json, progress, table_lines, write_lines
from arflow.cli.pager import on_a_terminal, page
from arflow.cli.terminal import console, say
from arflow.errors import ArflowError, MissingValue, NotPossible

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from arflow.application.arflow import Arflow
    from arflow.case.plan_commands import AnyPlanCommand
    from arflow.events import Channel
    from arflow.figures.rendering.console import Console
    from arflow.figures.report import Asked
    from arflow.figures.viewpoint import Looking
    from arflow.lists.questions import Asking
    from arflow.papers.documents import Documents
    from arflow.post.outgoing.send_now import Post


_MOST_TOLD = 20
_ENOUGH_TO_READ = 1_000


def officer() -> str:
    """Who records where nobody is named: the name the operator is logged in under."""
    return getpass.getuser()


class Session:
    """One run of the command line: the store, the day, who records, and how to print."""

    def __init__(self, *, store: str, today: date | None, as_json: bool, paged: bool = True) -> None:
        self.store, self.today, self.as_json, self.paged = store, today, as_json, paged
        self.limit: int | None = None
        self.by, self.sure = "", True
        self._closing = ExitStack()
        self._told: set[str] = set()

    @cached_property
    def app(self) -> "Arflow":
        """The application on the session's store; stderr says where its rules are not those of this process's files."""
        from arflow.application.other_rules import other_rules

        if said := other_rules(self.app_to_change, os.environ):
            say(said, err=True)
        return self.app_to_change

    @cached_property
    def app_to_change(self) -> "Arflow":
        """The same, for a command that changes the rules."""
        from arflow.application.arflow import Arflow

        return self._closing.enter_context(Arflow(self.store, by=self.by, today=self.today))

    @cached_property
    def documents(self) -> "Documents":
        """The documents of the store, where ARFLOW_DOCUMENTS says or in a folder beside it."""
        from arflow.papers.documents import documents_of

        return documents_of(self.app.engine)

    @cached_property
    def post(self) -> "Post":
        """What sending needs: how mail leaves, the store's documents, and the authority's table of deemed service."""
        from arflow.papers.letters.papers_files import PapersFiles
        from arflow.post.mail.settings import Settings
        from arflow.post.outgoing.send_now import Post

        def read(digest: str) -> bytes:  # a message without files needs no place for documents
            return self.documents.read(digest)

        def keep(connection: "Connection", digests: Collection[str]) -> None:
            self.documents.record_drafted(connection, digests)

        papers = PapersFiles.of(self.app.catalogue, self.app.rules.read()).current()
        return Post(settings=Settings.from_environment(), read=read, keep=keep, serving=papers.served_on)

    def deemed_served(self, channel: "Channel", on: date | None) -> date | None:
        """The later day on which what is sent by a channel is deemed served, by the authority's table; None if the same day."""
        from arflow.application.deemed_service import deemed_served

        return deemed_served(self.app, channel, on or self.app.today)

    def plan_of(self, plan: str | None, review: str | None) -> str:
        """The plan that a paper is for, which must be there, and be that of the review."""
        if review is None and plan is None:
            raise MissingValue("--plan or --review", "say whose case the file belongs to")
        ref = self.app.review(review).plan if review else str(plan)
        if plan is not None and plan != ref:
            raise NotPossible(f"{review} is a review of {ref}, another case than {plan}")
        return self.app.plan(ref).ref

    def close(self) -> None:
        """Close the store, if it was opened."""
        self._closing.close()

    @cached_property
    def asking(self) -> "Asking":
        """The read models, up to date with the log."""
        from arflow.lists.questions import Asking

        asking = Asking(self.app, remaking=lambda why: say(why, err=True))
        with progress("Following the log") as report:
            asking.catch_up(report)
        self.say_left_out(asking.unreadable())
        return asking

    def name_unreadable(self) -> None:
        """Say which cases cannot be read: for a command that looks at every case and asks no list."""
        self.say_left_out(self.asking.unreadable())

    def say_left_out(self, cases: Iterable[object]) -> None:
        """Say on stderr, once for each, which cases cannot be read: every list and figure names what it leaves out."""
        told = [str(case) for case in cases]
        fresh = [line for line in told if line not in self._told]
        for line in fresh[:_MOST_TOLD]:
            say(f"Left out: {line}", err=True)
        if len(fresh) > _MOST_TOLD:
            say(
                f"Left out: {len(fresh) - _MOST_TOLD:,} more cases: see `arflow plan list --state unreadable`", err=True
            )
        self._told.update(fresh)

    @contextmanager
    def looking(self, asked: "Asked", archive: "Path | None" = None) -> "Iterator[Looking]":
        """The log, or an archive of it, looked at as asked; stderr names the cases left out."""
        from arflow.figures.viewpoint import looking

        with looking(self.app, asked, archive) as log:
            if not self.as_json:  # then a refusal may follow, which is to be the one document on stderr
                self.say_left_out(log.left_out)
            yield log
            self.say_left_out(log.left_out)

    def emit(self, document: object, show: Callable[["Console"], None]) -> None:
        """Print a result: one JSON document, or as people like to read it."""
        if self.as_json:
            say(as_json(document))
            return
        show(console())

    @property
    def most(self) -> int | None:
        """How many rows a list shows: as many as --limit says, unasked enough for whoever reads a terminal; None for all."""
        unasked = _ENOUGH_TO_READ if on_a_terminal() and not self.as_json else None
        return unasked if self.limit is None else self.limit or None

    def emit_list(
        self,
        documents: Sequence[object],
        drawn: Callable[[], tuple[Sequence[str], Sequence[Sequence[object]]]],
        *,
        empty: str,
        total: Callable[[], int] | None = None,
        latest: bool = False,
    ) -> None:
        """Print a list: its documents as JSON, or heads and rows as a table, a screen at a time on a terminal.

        It is cut to `most`, with a line that counts the rest: `total` says how many there are where not all are given.
        Of a list whose `latest` count, the earlier ones are left out.
        """
        if self.as_json:
            say(as_json(_cut(documents, self.most, latest=latest)))
            return
        heads, rows = drawn()
        shown, out = _cut(rows, self.most, latest=latest), console()
        lines = table_lines(out, heads, shown, empty=empty)
        if (
            self.most is not None
            and len(rows) >= self.most
            and (rest := (total() if total else len(rows)) - len(shown))
        ):
            lines = chain(lines, [f"and {rest:,} {'earlier' if latest else 'more'}: --limit 0 shows all"])
        (page if self.paged and on_a_terminal() else write_lines)(out, lines)


def _cut(rows: Sequence[object], most: int | None, *, latest: bool) -> Sequence[Any]:
    return rows[-most:] if latest and most else rows[:most]


def emit_changed(session: Session, ref: str, command: "AnyPlanCommand") -> None:
    """Record a fact on a plan, and answer it."""
    emit_done(session, session.app.change_plan(ref, command))


def emit_done(session: Session, done: Any) -> None:
    """Answer an act: what it was, the state it led to, and what it took the place of."""
    document = {"id": done.id, "state": done.state, "event": done.event, "on": done.on}

    def shown(out: Any) -> None:
        act, *after = done_lines(session, done)
        out.print("\n".join((act, *map(str, done.replaced), *after)), soft_wrap=True)

    session.emit(document, shown)


def done_lines(session: Session, done: Any) -> list[str]:
    """An act in lines: what it was, which other reviews it moved, and what is next."""
    from arflow.application.next_act import next_act
    from arflow.events import ReviewEvent

    first, *others = done.events
    moved = [one for one in others if isinstance(one, ReviewEvent) and one.originator_id != first.originator_id]
    lines = [f"{done.id}: {done.event} on {done.on} → {done.state}"]
    lines += [f"{one.originator_id.partition('/')[2]}: {one.name} on {one.on} → {one.state}" for one in moved]
    with suppress(ArflowError):  # the act is recorded, whatever keeps the rest from being counted
        lines += [str(found)] if (found := next_act(session.app, done.id)) else []
    return lines
