"""The commands' own classes: --json on each, subcommands loaded when they are used, refusals as one line."""

import errno
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from arflow.cli.case_names import say_names_as_they_stand
from arflow.cli.output import as_json
from arflow.cli.session import Session
from arflow.cli.signals import Stopped
from arflow.cli.terminal import say, set_stdout_aside
from arflow.control_characters import visible
from arflow.errors import ArflowError, CaseMoved, StoreNotReady, option_name

REFUSED, CONFLICT = 1, 3


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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            say_names_as_they_stand(self, ctx)
            if ctx.params.get("on") and not ctx.obj.sure:
                from arflow.cli.doubtful_days import ask_about_day

                ask_about_day(ctx)
            return super().invoke(ctx)
        except ArflowError as refusal:
            refusal.message = refusal.in_options(self._option_of)
            raise

    def _option_of(self, field: str) -> str:
        """How this command takes a field: its own option or argument, where one has the field's name."""
        own = next((param for param in self.params if param.name == field), None)
        if isinstance(own, click.Argument):
            return own.human_readable_name
        return own.opts[0] if own else option_name(field)


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named; the refusal of one that is not there names the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as refusal:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx))
            if not near:
                raise
            raise click.UsageError(f"{refusal.message.rstrip('.')}; nearest: {', '.join(near)}", ctx) from None


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
        except BrokenPipeError:
            set_stdout_aside()
            raise Stopped(128 + signal.SIGPIPE) from None
        except Exception as error:
            trouble = _store_trouble(error) or _not_allowed(error) or _not_written(error)
            if trouble is None:
                raise
            refusal = trouble
        session = ctx.obj if isinstance(ctx.obj, Session) else None
        refuse(refusal, as_document=bool(session and session.as_json))
        return ctx.exit(CONFLICT if isinstance(refusal, CaseMoved) else REFUSED)


@contextmanager
def _usage_shown() -> Iterator[None]:
    """Show click's message about a wrong word on the command line, with the control characters of that word escaped."""
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


def _not_written(error: Exception) -> ArflowError | None:
    """A full disk, or one that fails, as a refusal; None for anything else."""
    if not (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)):
        return None
    set_stdout_aside()
    return ArflowError(f"what was asked for cannot be written: {error.strerror}")


def refuse(refusal: ArflowError, *, as_document: bool) -> None:
    """Say on stderr what was refused, why, and what is possible."""
    if not as_document:
        say(f"arflow: {refusal.in_options()}", err=True)
        return
    error = {"kind": refusal.kind, "message": refusal.in_options(), "possible": list(refusal.possible)}
    say(as_json({"error": error}), err=True)
