"""How results look: a JSON document, a table, and a bar while there is something to wait for."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from arflow.cli.terminal import console
from arflow.control_characters import escaped, visible

if TYPE_CHECKING:
    from rich.console import Console

# Columns that a narrow terminal never cuts: a day or an id is read whole or not at all.
_WHOLE = {
    "Recorded",
    "Case",
    "Duty id",
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


def as_json(document: object) -> str:
    """A document as indented JSON, every control character in it escaped; days as ISO text."""
    import msgspec

    encoded = msgspec.json.encode(document, enc_hook=str)
    return escaped(msgspec.json.format(encoded, indent=2)).decode()


def table(
    shown: "Console", columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, title: str = ""
) -> None:
    """A table with a header, or one line where there is nothing to show; rows that are too wide stand on several lines."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from arflow.figures.rendering.narrow_rows import least_width, say_narrow, spare

    cells = [[cell if isinstance(cell, Text) else str("" if cell is None else cell) for cell in row] for row in rows]
    if not cells:
        shown.print(empty)
        return
    whole = [at for at, column in enumerate(columns) if column in _WHOLE]
    least = [least_width([column, *(row[at] for row in cells)], whole=at in whole) for at, column in enumerate(columns)]
    if spare(least, shown) < 0:
        if title:
            shown.print(title, soft_wrap=True)
        say_narrow(shown, columns, cells, whole)
        return
    drawn = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        drawn.add_column(column, no_wrap=column in _WHOLE, overflow="fold")
    for row in cells:
        drawn.add_row(*row)
    shown.print(drawn)


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
