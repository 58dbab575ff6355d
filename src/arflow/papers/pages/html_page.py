"""Fills a template: every page extends base.html, carries its own style, and asks the network for nothing."""

from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.words import in_words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What a page was made from: the moment, and the last position and the head (hex) of the log, if from one.

    `checkpoint` is the line that says when the newest one outside was taken.
    """

    at: datetime
    log: tuple[int, str] | None
    checkpoint: str = ""


def render(template: str, **context: Any) -> str:
    """A page as text; `title` and `made` are needed by all, and a value that a template misses is a fault."""
    return _templates().get_template(template).render(version=version("arflow"), **context)


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("arflow.papers.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": _day, "moment": _moment, "number": _number, "words": in_words}
    return made


def _day(day: date) -> "Markup":
    return _time(day.isoformat(), f"{day.day} {day:%b %Y}")


def _moment(moment: datetime) -> "Markup":
    """A moment as it was given: with its zone, never moved to another."""
    return _time(moment.isoformat(), f"{moment.day} {moment:%b %Y, %H:%M %Z}".strip())


def _time(machine: str, shown: str) -> "Markup":
    from markupsafe import Markup

    # A day that breaks over two lines is misread.
    return Markup('<time datetime="{}" class="whole">{}</time>').format(machine, shown)


def _number(number: float) -> str:
    return f"{number:,}"
