"""A report as data: sections of figures, the definition of each, and the cases behind them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Literal, get_args

import msgspec

By = Literal["all", "setting", "phase", "nc_year", "coordinator", "kind", "month", "quarter", "academic_year"]
EVERY: tuple[By, ...] = get_args(By)
TIMES: tuple[By, ...] = ("month", "quarter", "academic_year")

Unit = Literal["text", "count", "percent", "days", "day", "moment"]
Cell = str | int | float | date | datetime | None
Row = tuple[Cell, ...]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its name for programs, its title for people, its unit, and what it counts where that is not plain."""

    name: str
    title: str
    unit: Unit = "text"
    definition: str = ""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """How a section is best looked at: `series` are columns drawn over the values of column `x`.

    `says` is its alternative text: what the picture shows, in a sentence. `provisional` is a column that names the series whose
    value of x is not complete yet, each with its bounds ("Decision: 40.0 to 90.0; …"): their points are hollow. `height` is that
    of lines, in pixels of a picture 880 wide.
    """

    kind: Literal["stacked_bar", "bar", "line"]
    x: str
    series: tuple[str, ...]
    title: str
    says: str
    provisional: str = ""
    height: int = 320


class Cases(msgspec.Struct, frozen=True, kw_only=True):
    """The cases that a section counts, one row for each time a case is counted; `rows` streams them.

    Columns that a section's figures are grouped by have the same names here, so that a figure can be opened.
    """

    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a report, with its picture and its cases."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    chart: Chart | None = None
    cases: Cases | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: what had happened by `as_at`, as recorded by `known_at`, of the period from `start` to `end`."""

    as_at: date
    known_at: datetime | None = None
    start: date | None = None
    end: date | None = None
    by: By = "all"


class OutsideCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The newest checkpoint that stands outside the store: when it was made, of how many events, and that as a line."""

    made_at: str | None
    events: int | None
    said: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report; `log` is the last position and the head (hex) of the log it was made from, if it was made from one.

    `left_out` names each case that cannot be read, and why: no figure counts it. `checkpoint` is how far somebody outside can
    vouch for that log, where that was looked up.
    """

    name: str
    title: str
    about: str
    asked: Asked
    log: tuple[int, str] | None
    sections: tuple[Section, ...]
    definitions: dict[str, str] = {}
    left_out: tuple[str, ...] = ()
    checkpoint: OutsideCheckpoint | None = None
