"""What a form that came back holds, whatever program saved it: cells that say something, each with the names it has."""

import msgspec


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell says, its paragraphs on lines of their own, and the names of the controls and bookmarks in it."""

    text: str
    tags: tuple[str, ...] = ()
    bookmarks: tuple[str, ...] = ()


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of a file as rows of cells, and all else that it says; `is_page` is a PDF, read by the names of fields alone."""

    tables: tuple[tuple[tuple[Cell, ...], ...], ...]
    text: str
    is_page: bool = False


def lines_of(text: str) -> str:
    """Words as a reader sees them: single spaces, and no empty line."""
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").split("\n"))
    return "\n".join(line for line in lines if line)
