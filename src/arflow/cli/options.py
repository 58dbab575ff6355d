"""The options that many commands take, and the types of their values."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from arflow.cli.session import officer
from arflow.errors import MissingValue


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
YES = click.option("--yes", is_flag=True, help="Do it without asking.")
SERVED_ON = click.option(
    "--served-on", type=DAY, help="The day it was served (default: by the table of deemed service for the channel)."
)
SKIP = click.option("--skip-reason", metavar="TEXT", help="Why expected steps were passed over. Kept outside the log.")


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every recorded fact has: when, by whom, and what shows it."""
    for option in (EVIDENCE, BY, ON):
        command = option(command)
    return command
