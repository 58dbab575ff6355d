"""What every command shares: the session, the types of its options, its refusals and how it prints."""

import getpass
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.terminal import console, say
from arflow.control_characters import escaped, visible
from arflow.errors import ArflowError, CaseMoved, MissingValue, NotPossible, PapersRefused, StoreNotReady

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy import Connection

    from arflow.application.arflow import Arflow
    from arflow.case.review_commands import AnyReviewCommand
    from arflow.events import Channel
    from arflow.lists.questions import Asking
    from arflow.papers.documents import Documents
    from arflow.post.outgoing.send_now import Post

REFUSED, CONFLICT = 1, 3
# Columns that a narrow terminal never cuts: a day or an id is read whole or not at all.
_WHOLE = {
    "Last day",
    "Outer",
    "Done",
    "Days",
    "State",
    "Day",
    "Plan",
    "Review",
    "Review due",
    "Held",
    "Notified",
    "Meeting",
    "Message",
}


class Session:
    """One run of the command line: the store, the day, who records, and how to print."""

    def __init__(self, *, store: str, today: date | None, as_json: bool) -> None:
        self.store, self.today, self.as_json = store, today, as_json
        self.by = ""
        self._closing = ExitStack()

    @cached_property
    def app(self) -> "Arflow":
        """The application on the session's store."""
        from arflow.application.arflow import Arflow

        return self._closing.enter_context(Arflow(self.store, by=self.by, today=self.today))

    @cached_property
    def documents(self) -> "Documents":
        """The documents of the store, where ARFLOW_DOCUMENTS says or in a folder beside it."""
        from arflow.papers.documents import documents_of

        return documents_of(self.app.log_store.engine)

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

        papers = PapersFiles.of(self.app.catalogue).current()
        return Post(settings=Settings.from_environment(), read=read, keep=keep, serving=papers.served_on)

    def deemed_served(self, channel: "Channel", on: date | None) -> date | None:
        """The later day on which what is sent by a channel is deemed served, by the authority's table; None if the same day."""
        from arflow.papers.letters.papers_files import PapersFiles

        sent = on or self.app.today
        try:
            papers = PapersFiles.of(self.app.catalogue).current()
        except PapersRefused as refusal:
            refusal.message += "; mend it, or say with --served-on when it was served"
            raise
        served = papers.served_on(channel, sent)
        return served if served > sent else None

    def close(self) -> None:
        """Close the store, if it was opened."""
        self._closing.close()

    @cached_property
    def asking(self) -> "Asking":
        """The read models, abreast of the log."""
        from arflow.lists.questions import Asking

        asking = Asking(self.app, remaking=lambda why: say(why, err=True))
        with progress("Following the log") as report:
            asking.catch_up(report)
        return asking

    def emit(self, document: object, show: Callable[["Console"], None]) -> None:
        """Print a result: one JSON document, or as people like to read it."""
        if self.as_json:
            say(as_json(document))
            return
        show(console())


def as_json(document: object) -> str:
    """A document as indented JSON, every control character in it escaped; days as ISO text."""
    import msgspec

    encoded = msgspec.json.encode(document, enc_hook=str)
    return escaped(msgspec.json.format(encoded, indent=2)).decode()


def table(
    shown: "Console", columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, title: str = ""
) -> None:
    """A table with a header, or one line where there is nothing to show."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        drawn.add_column(column, no_wrap=column in _WHOLE)
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else str("" if cell is None else cell) for cell in row))
    if drawn.row_count:
        shown.print(drawn)
    else:
        shown.print(empty)


class progress:  # noqa: N801  used as a word: `with progress("…") as report`
    """A progress bar on a terminal's stderr; silent elsewhere and until there is something to wait for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bar: Any = None

    def __enter__(self) -> Callable[[Any], None]:
        return self._report

    def _report(self, come: Any) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            words = TextColumn("{task.description}", style="progress.description", markup=False)
            columns = (words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=console(sys.stderr), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(visible(self._text), total=None)
        self._bar.update(self._task, completed=come.done, total=come.of or None)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


# --- commands and groups ---------------------------------------------------------------------------------------


def _set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and isinstance(context.obj, Session):
        context.obj.as_json = True


class Command(click.Command):
    """A command that understands --json after its name too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_set_json,
                help="Print JSON.",
            )
        )


class Group(click.Group):
    """A group of such commands."""

    command_class = Command


class Root(Group):
    """The root: subcommands loaded when they are used, refusals as one line with their exit code."""

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with _usage_shown():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _usage_shown():
                return super().invoke(ctx)
        except ArflowError as error:
            refusal = error
        except Exception as error:
            trouble = _store_trouble(error) or _not_allowed(error)
            if trouble is None:
                raise
            refusal = trouble
        session = ctx.obj if isinstance(ctx.obj, Session) else None
        refuse(refusal, as_document=bool(session and session.as_json))
        return ctx.exit(CONFLICT if isinstance(refusal, CaseMoved) else REFUSED)


@contextmanager
def _usage_shown() -> Iterator[None]:
    """What click says of a wrong word on the command line, with the control characters of that word shown."""
    try:
        yield
    except click.ClickException as error:
        error.message = visible(error.message)  # type: ignore[misc]  # final, and click prints it where it catches it
        raise


def _store_trouble(error: Exception) -> StoreNotReady | None:
    """A database's error that crossed no border of the store, as a refusal; None for a bug, which shows its traceback."""
    from arflow.store.trouble import translated

    return translated(error, None)


def _not_allowed(error: Exception) -> ArflowError | None:
    """A file or folder that this user may not read or write, as a refusal; None for anything else."""
    if not isinstance(error, PermissionError):
        return None
    return ArflowError(f"{error.filename}: {error.strerror}: let whoever runs arflow read and write it, and try again")


def refuse(refusal: ArflowError, *, as_document: bool) -> None:
    """Say on stderr what was refused, why, and what is possible."""
    if not as_document:
        say(f"arflow: {refusal.message}", err=True)
        return
    error = {"kind": refusal.kind, "message": refusal.message, "possible": list(refusal.possible)}
    say(as_json({"error": error}), err=True)


# --- types and options -----------------------------------------------------------------------------------------


class Day(click.ParamType[Any]):
    """A day written YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:  # fromisoformat takes week dates and bare digits too
            self.fail(f"{value} is not a day: write it as YYYY-MM-DD, such as 2026-03-31", param, ctx)
        return found


class Within(click.ParamType[int]):
    """A period from today, as a number of days: 10d, 26w, or bare days."""

    name = "PERIOD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        number, unit = (value[:-1], value[-1]) if value[-1:] in ("d", "w") else (value, "d")
        if not number.isdigit():
            self.fail(f"{value} is not a period: write 10d or 26w", param, ctx)
        return int(number) * (7 if unit == "w" else 1)


DAY = Day()
WITHIN = Within()


def officer() -> str:
    """Who records where nobody is named: the name the operator is logged in under."""
    return getpass.getuser()


def _take_by(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    context.obj.by = value or officer()


BY = click.option(
    "--by",
    envvar="ARFLOW_BY",
    metavar="NAME",
    expose_value=False,
    callback=_take_by,
    help="Who records this (default: your login name).  [env: ARFLOW_BY]",
)
ON = click.option("--on", type=DAY, help="The day it happened (default: today).")
EVIDENCE = click.option("--evidence", metavar="REF", help="A document id or URL that shows it.")


def _said(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise MissingValue("--reason", "say why")
    return value


REASON = click.option("--reason", required=True, metavar="TEXT", callback=_said, help="Why. Kept outside the log.")
SERVED_ON = click.option(
    "--served-on", type=DAY, help="The day it was served (default: as the table of deemed service says of the channel)."
)
SKIP = click.option("--skip-reason", metavar="TEXT", help="Why expected steps were passed over. Kept outside the log.")


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every recorded fact has: when, by whom, and what shows it."""
    for option in (EVIDENCE, BY, ON):
        command = option(command)
    return command


def plan_of(session: Session, plan: str | None, review: str | None) -> str:
    """The plan that a paper is for, which must be there, and be that of the review."""
    if review is None and plan is None:
        raise MissingValue("--plan or --review", "say whose case the file belongs to")
    ref = session.app.review(review).plan if review else str(plan)
    if plan is not None and plan != ref:
        raise NotPossible(f"{review} is a review of {ref}, another case than {plan}")
    return session.app.plan(ref).ref


def emit_done(session: Session, done: Any) -> None:
    """Answer an act: what it was, and the state it led to."""
    document = {"id": done.id, "state": done.state, "event": done.event, "on": done.on}
    session.emit(document, lambda shown: shown.print(f"{done.id}: {done.event} on {done.on} → {done.state}"))


def act(session: Session, review_id: str, command: "AnyReviewCommand") -> None:
    """Record an act on a review, and answer it."""
    emit_done(session, session.app.act(review_id, command))
