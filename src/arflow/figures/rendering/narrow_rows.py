"""Rows that are too wide for a terminal: what names each row on one line, and the rest with its heads on lines below."""

from collections.abc import Collection, Iterator, Sequence

from arflow.figures.rendering.cells import Paint, Styled, broken, padded, widest, words

_GAP, _INDENT = "  ", "    "


def narrow_lines(
    heads: Sequence[str], columns: Sequence[Sequence[str]], whole: Collection[int], room: int, paint: Paint
) -> Iterator[str]:
    """The lines of rows, so that nothing is left out at any width; `whole` are the columns that may name a row."""
    widths = [widest([head, *cells]) for head, cells in zip(heads, columns, strict=True)]
    naming = {*whole, *([0] if widths[0] <= room // 2 else [])}
    first = _first_line(widths, sorted(naming), room)
    rest = [at for at in range(len(heads)) if at not in first]
    yield paint(Styled(_GAP.join(heads[at].ljust(widths[at]) for at in first).rstrip(), "bold"))
    yield "─" * min(room, sum(widths[at] + len(_GAP) for at in first) - len(_GAP))
    for row in zip(*columns, strict=True):
        yield from _named([row[at] for at in first], [widths[at] for at in first], room, paint)
        below = [_with_head(heads[at], row[at]) for at in rest if row[at]]
        told = (word for at, said in enumerate(below) for word in (("·", *said) if at else said))
        for line, _ in broken(told, room - len(_INDENT), paint) if below else ():
            yield (_INDENT + line).rstrip()
    yield ""


def _named(cells: Sequence[str], widths: Sequence[int], room: int, paint: Paint) -> Iterator[str]:
    """The line that names a row; a single cell that is wider than the terminal stands on several."""
    if len(cells) == 1 and widest(cells) > room:
        yield from (line for line, _ in broken(words(cells[0]), room, paint))
    else:
        parts = (padded(cell.replace("\n", " "), width, paint) for cell, width in zip(cells, widths, strict=True))
        yield _GAP.join(parts).rstrip()


def _first_line(widths: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """The columns that stand side by side: as many of the whole ones as fit, and at least one."""
    first: list[int] = []
    for at in whole or [0]:
        if first and sum(widths[one] + len(_GAP) for one in first) + widths[at] > room:
            break
        first.append(at)
    return first


def _with_head(head: str, cell: str) -> list[str]:
    return [*([Styled(word, "dim") for word in f"{head}:".split()] if head else ()), *words(cell)]
