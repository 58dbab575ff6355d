"""Rows that are too wide for a terminal: what names each row on one line, and the rest with its heads on lines below."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from arflow.control_characters import visible

if TYPE_CHECKING:
    from rich.console import Console

Cell = str | Text
LONGEST_WORD = 30  # longer ones are folded
_BETWEEN, _EDGES = 3, 2  # what the box of a table takes between columns and at both edges
_GAP, _INDENT = "  ", "    "


def least_width(texts: Sequence[Cell], *, whole: bool) -> int:
    """The least room that a column takes: one that is whole is never broken, another only between its words."""
    plain = [text if isinstance(text, str) else text.plain for text in texts]
    words = plain if whole else [word[:LONGEST_WORD] for text in plain for word in text.split()]
    return max(map(cell_len, words), default=1)


def spare(widths: Sequence[int], out: "Console") -> int:
    """The room left beside columns of some widths and the space between them; less than 0 where they do not fit."""
    return out.width - sum(widths) - _BETWEEN * (len(widths) - 1) - _EDGES


def say_narrow(out: "Console", heads: Sequence[str], rows: Sequence[Sequence[Cell]], whole: Collection[int]) -> None:
    """Print rows so that nothing is left out at any width; `whole` are the columns that may name a row."""
    shown = [[visible(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = {at: least_width([heads[at], *(row[at] for row in shown)], whole=True) for at in range(len(heads))}
    naming = {*whole, *([0] if widths[0] <= out.width // 2 else [])}
    first = _first_line(widths, sorted(naming), out.width)
    out.print(_GAP.join(heads[at].ljust(widths[at]) for at in first).rstrip(), style="bold", soft_wrap=True)
    out.print("─" * min(out.width, sum(widths[at] + len(_GAP) for at in first) - len(_GAP)), soft_wrap=True)
    for row in shown:
        for line in Text(_GAP).join(_padded(row[at], widths[at]) for at in first).wrap(out, out.width, overflow="fold"):
            line.rstrip()
            out.print(line, soft_wrap=True)
        rest = [_with_head(heads[at], row[at]) for at in range(len(heads)) if at not in first and row[at]]
        for line in Text(" · ").join(rest).wrap(out, out.width - len(_INDENT), overflow="fold") if rest else ():
            line.rstrip()
            out.print(Text(_INDENT).append_text(line), soft_wrap=True)
    out.print()


def _first_line(widths: dict[int, int], whole: Sequence[int], width: int) -> list[int]:
    """The columns that stand side by side: as many of the whole ones as fit, and at least one."""
    first: list[int] = []
    for at in whole or [0]:
        if first and sum(widths[one] + len(_GAP) for one in first) + widths[at] > width:
            break
        first.append(at)
    return first


def _padded(cell: Cell, width: int) -> Text:
    text = cell.copy() if isinstance(cell, Text) else Text(cell)
    text.pad_right(width - text.cell_len)
    return text


def _with_head(head: str, cell: Cell) -> Text:
    return Text.assemble((f"{head}: ", "dim") if head else "", cell)
