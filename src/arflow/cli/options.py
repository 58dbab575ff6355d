"""The options that many commands take, and the types of their values."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from arflow.cli.session import officer
from arflow.errors import MissingValue
from arflow.pasted_text import as_typed
from arflow.written_days import other_weekday, weekday_named, why_no_day, written_day


class Day(click.ParamType[Any]):
    """A day as people write it, or today, yesterday, tomorrow, or a weekday: the last one, or the next where it lies `ahead`."""

    name = "DAY"

    def __init__(self, *, ahead: bool = False) -> None:
        self._ahead = ahead

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = " ".join(as_typed(value).split())
        found = written_day(text) if other_weekday(text) is None else None
        found = found or self._from_today(text, param, ctx)
        if found is None:
            self.fail(f"{value} is not a day: {why_no_day(text)}", param, ctx)
        return found

    def _from_today(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> date | None:
        """The day that a word means, counted from the day it is; None for any other word."""
        apart, weekday = _DAYS_APART.get(text.lower()), weekday_named(text)
        if apart is None and weekday is None:
            return None
        today = day_it_is(ctx)
        if weekday is None:
            return today + timedelta(days=apart or 0)
        away = (weekday - today.weekday()) % 7 if self._ahead else -((today.weekday() - weekday) % 7)
        if away == 0:
            self.fail(f"{text} is today, or a week from it: say today, or write the day with its date", param, ctx)
        return today + timedelta(days=away)


def day_it_is(context: click.Context | None) -> date:
    """The day of --today, or the day in London."""
    given = getattr(context.find_root().obj, "today", None) if context else None
    if given is not None:
        return given  # type: ignore[no-any-return]
    from arflow.law.london import day_in_london

    return day_in_london(datetime.now(UTC))


_LONGEST = 36500  # days: beyond that everything falls due that ever will
_DIGITS = 7


class Within(click.ParamType[int]):
    """A period from today, as a number of days: 10d, 26w, or bare days."""

    name = "PERIOD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        given = as_typed(value).strip()
        number, unit = (given[:-1], given[-1]) if given[-1:] in ("d", "w") else (given, "d")
        if not (number.isascii() and number.isdigit()):
            self.fail(f"{value} is not a period: write 10d or 26w", param, ctx)
        days = int(number[:_DIGITS]) * (7 if unit == "w" else 1)
        if len(number) >= _DIGITS or days > _LONGEST:
            self.fail(f"{value} is longer than {_LONGEST // 365} years: leave it out to see everything", param, ctx)
        return days


_DAYS_APART = {"yesterday": -1, "today": 0, "tomorrow": 1}
DAY = Day()
DAY_AHEAD = Day(ahead=True)
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


def _take_sure(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.obj.sure = value


SURE = click.option(
    "--yes",
    is_flag=True,
    expose_value=False,
    callback=_take_sure,
    help="Take a day that looks wrong, years back or before the review was opened, without asking.",
)


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every recorded fact has: when, by whom, and what shows it."""
    for option in (SURE, EVIDENCE, BY, ON):
        command = option(command)
    return command


def _take_limit(context: click.Context, _parameter: click.Parameter, value: int | None) -> None:
    context.obj.limit = value


def _take_no_pager(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.obj.paged = context.obj.paged and not value


_LIMIT = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    expose_value=False,
    callback=_take_limit,
    help="At most so many rows, 0 for all (default: all, but 1,000 on a terminal).",
)
_NO_PAGER = click.option(
    "--no-pager", is_flag=True, expose_value=False, callback=_take_no_pager, help="Print a long list without a pager."
)


def listed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every list has: how many rows, and whether a terminal shows them a screen at a time."""
    return _LIMIT(_NO_PAGER(command))
