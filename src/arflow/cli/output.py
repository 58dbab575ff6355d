"""How results look: a JSON document, a table, and a bar while there is something to wait for."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from arflow.cli.terminal import bar_console, is_read
from arflow.control_characters import escaped, visible

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console

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
    write_lines(shown, table_lines(shown, columns, rows, empty=empty, title=title))


def table_lines(
    shown: "Console", heads: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, title: str = ""
) -> Iterator[str]:
    """The lines of such a table, one by one as they are drawn."""
    from arflow.figures.rendering import cells
    from arflow.figures.rendering.narrow_rows import narrow_lines
    from arflow.figures.rendering.wide_rows import fitted, spare, wide_lines

    found = list(rows)
    if not found:
        yield visible(empty)
        return
    if title:
        yield visible(title)
    heads, columns, paint = cells.column(heads), cells.columns(found), shown.paint
    whole = [at for at, head in enumerate(heads) if head in _WHOLE]
    told = [[head, *column] for head, column in zip(heads, columns, strict=True)]
    least = [cells.least_width(column, whole=at in whole) for at, column in enumerate(told)]
    if (left := spare(least, shown.width)) < 0:
        yield from narrow_lines(heads, columns, whole, shown.width, paint)
    else:
        yield from wide_lines(heads, columns, fitted(least, list(map(cells.widest, told)), left), paint)


def write_lines(shown: "Console", lines: Iterable[str]) -> None:
    """Write lines, whose control characters are shown already, as they come."""
    for line in lines:
        shown.file.write(f"{line}\n")
    shown.file.flush()


class progress:  # noqa: N801  used as a word: `with progress("…") as report`
    """A progress bar on a terminal's stderr; silent elsewhere and until there is something to wait for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bar: Any = None

    def __enter__(self) -> Callable[[Any], None]:
        return self._report

    def _report(self, come: Any) -> None:
        if not is_read(sys.stderr):
            return
        if self._bar is None:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            words = TextColumn("{task.description}", style="progress.description", markup=False)
            columns = (words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=bar_console(), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(visible(self._text), total=None)
        self._bar.update(self._task, completed=come.done, total=come.of or None)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
