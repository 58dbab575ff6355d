"""The cells of a table as text: safe for a terminal, measured, broken into lines, and in their styles."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby

from arflow.control_characters import cuts, visible

LONGEST_WORD = 30  # longer ones are folded

Paint = Callable[[str], str]


class Styled(str):
    """A text with the style that a terminal shows it in, such as bold red."""

    __slots__ = ("style",)
    style: str

    def __new__(cls, text: str, style: str) -> "Styled":
        made = super().__new__(cls, text)
        made.style = style
        return made


def like(cell: str, text: str) -> str:
    """Another text in the style of a cell."""
    return Styled(text, cell.style) if isinstance(cell, Styled) else text


def column(cells: Iterable[object]) -> list[str]:
    """Cells as text, None as nothing; their control characters shown, and their tabs as spaces."""
    found = [cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in cells]
    together = "\n".join(found)
    if cuts(together) or "\t" in together:
        return [like(cell, visible(cell).expandtabs()) for cell in found]
    return found


def columns(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """The cells of rows, which are all of one length, column by column."""
    return [column(cells) for cells in zip(*rows, strict=True)]


def width(text: str) -> int:
    """How many places a text without ends of lines takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def widest(texts: Sequence[str]) -> int:
    """The most places that a line of some texts takes."""
    together = "\n".join(texts)
    lines = together.split("\n") if together.count("\n") >= len(texts) else texts
    return max(map(len if together.isascii() else width, lines), default=0)


def least_width(texts: Sequence[str], *, whole: bool) -> int:
    """The least room that a column takes: one that is whole is never broken, another only between its words."""
    if whole:
        return widest(texts)
    return widest([word[:LONGEST_WORD] for word in set(" ".join(texts).split())])


def padded(text: str, room: int, paint: Paint, *, right: bool = False) -> str:
    """A text with spaces after it, or before one that stands to the right."""
    spaces = " " * (room - width(text))
    return spaces + paint(text) if right else paint(text) + spaces


def words(cell: str) -> Iterator[str]:
    """The words of a cell, each in its style; an end of line stands for itself."""
    for at, line in enumerate(cell.split("\n")):
        if at:
            yield "\n"
        for word in line.split(" "):
            yield like(cell, word)


def broken(told: Iterable[str], room: int, paint: Paint) -> Iterator[tuple[str, int]]:
    """Words in lines of at most so many places, each with the places it takes; what is longer than a line is folded."""
    line: list[str] = []
    taken = 0
    for word in chain.from_iterable(_folded(one, room) for one in told):
        wide = width(word)
        if word == "\n" or (line and taken + 1 + wide > room):
            yield _painted(line, paint), taken
            line, taken = [], 0
            if word == "\n":
                continue
        taken += wide + (1 if line else 0)
        line.append(word)
    yield _painted(line, paint), taken


def _painted(line: Sequence[str], paint: Paint) -> str:
    """Words beside each other; those of one style are painted together."""
    runs = (list(same) for _, same in groupby(line, key=lambda word: getattr(word, "style", "")))
    return " ".join(paint(like(run[0], " ".join(run))) for run in runs)


def _folded(word: str, room: int) -> Sequence[str]:
    if width(word) <= room:
        return (word,)
    from rich.cells import chop_cells

    return [like(word, part) for part in chop_cells(str(word), room)]
