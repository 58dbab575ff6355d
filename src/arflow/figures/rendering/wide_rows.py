"""Rows whose columns stand side by side: a line at a time, so that the first stands there at once."""

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from arflow.figures.rendering.cells import Paint, Styled, broken, padded, widest, words

BETWEEN = "   "
_EDGE = " "


def spare(widths: Sequence[int], room: int) -> int:
    """The room left beside columns of some widths and the space between them; less than 0 where they do not fit."""
    return room - sum(widths) - len(BETWEEN) * (len(widths) - 1) - 2 * len(_EDGE)


def fitted(fewest: Sequence[int], most: Sequence[int], spare: int) -> list[int]:
    """Widths that share out the room that is left: no column is cut while a wider one has more than it needs at least."""

    def cut(widest: int) -> list[int]:
        return [max(least, min(wanted, widest)) for least, wanted in zip(fewest, most, strict=True)]

    room = sum(fewest) + max(0, spare)
    widest = next(cap for cap in range(min(max(most, default=0), room), -1, -1) if sum(cut(cap)) <= room)
    widths = cut(widest)
    for at in [at for at, width in enumerate(widths) if width < most[at]][: room - sum(widths)]:
        widths[at] += 1
    return widths


def wide_lines(
    heads: Sequence[str],
    columns: Sequence[Sequence[str]],
    widths: Sequence[int],
    paint: Paint,
    *,
    right: Collection[int] = (),
) -> Iterator[str]:
    """The lines of a table with its heads; cells that are longer than their column stand on several."""
    yield ""
    yield from row_lines([[Styled(head, "bold")] for head in heads], widths, paint, right=right)
    yield _EDGE + "─" * (sum(widths) + len(BETWEEN) * (len(widths) - 1))
    yield from row_lines(columns, widths, paint, right=right)
    yield ""


def row_lines(
    columns: Sequence[Sequence[str]], widths: Sequence[int], paint: Paint, *, right: Collection[int] = ()
) -> Iterator[str]:
    """The lines of rows alone."""
    apart = [_is_apart(cells, room) for cells, room in zip(columns, widths, strict=True)]
    places = [(room, at in right) for at, room in enumerate(widths)]
    for row in zip(*columns, strict=True):
        if not any(apart):
            yield _line(
                padded(cell, room, paint, right=to_right) for cell, (room, to_right) in zip(row, places, strict=True)
            )
            continue
        parts = [_cell(*one, paint) for one in zip(row, places, apart, strict=True)]
        for line in zip_longest(*parts):
            yield _line(" " * widths[at] if part is None else part for at, part in enumerate(line))


def _is_apart(cells: Sequence[str], room: int) -> bool:
    """Whether a cell of a column stands on several lines."""
    return "\n" in "".join(cells) or widest(cells) > room


def _line(cells: Iterator[str]) -> str:
    return (_EDGE + BETWEEN.join(cells)).rstrip(" ")


def _cell(cell: str, place: tuple[int, bool], apart: bool, paint: Paint) -> list[str]:
    """The lines of one cell, each filled up with spaces."""
    room, to_right = place
    if not apart:
        return [padded(cell, room, paint, right=to_right)]
    made = []
    for line, taken in broken(words(cell), room, paint):
        spaces = " " * (room - taken)
        made.append(spaces + line if to_right else line + spaces)
    return made
