"""What the text of a plan is read from: paragraphs and rows, whatever file they stand in."""

import msgspec

from arflow.papers.plan_text.plan_text import tidy

NO_ITEMS = "(No items in this section.)"
NOTHING_SET_OUT = "(The plan sets out nothing in this section.)"
NO_ITEMS_SAID = (NO_ITEMS, NOTHING_SET_OUT)
GUARD = "\N{WORD JOINER}"  # unseen, before words in a Word file that only look like the start of something
BULLET = "• "


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph, or the cells of a row of a table, with its place in the file.

    `heading`: whether the file says so (None: it does not say); `continued`: certainly part of the item above;
    `counted`: numbered by the word processor, which writes no number but shows `label`; `sources`: the paragraphs of
    the file it is made of, the first of which it is known by where the file has changes in it; `labels`: what stands
    over each cell; `heads`: the row that says so; `aside`: what stands beside the text; `unfilled`: an empty control.
    """

    place: str
    cells: tuple[str, ...]
    heading: bool | None = None
    bold: bool = False
    continued: bool = False
    counted: bool = False
    label: str = ""
    labels: tuple[str, ...] = ()
    heads: bool = False
    aside: bool = False
    unfilled: bool = False
    sources: tuple[str, ...] = ()


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the file that are not in the plan: where they stand, and why they are left out."""

    place: str
    why: str
    words: str

    def __str__(self) -> str:
        return f"not in the plan ({self.why}), {self.place}: {' / '.join(self.words.splitlines())}"


def words_of(line: Line) -> str:
    """The words of a line; those of a row in one line, or each with what stands over it."""
    if len(line.cells) == 1:
        return tidy(line.cells[0])
    if any(line.labels):
        return tidy("\n".join(map(labelled, line.cells, line.labels)))
    return " | ".join(cell.replace("\n", " ") for cell in map(tidy, line.cells) if cell)


def labelled(cell: str, label: str) -> str:
    """What a cell says, with what stands over it; the cell that is the text of the item has no label."""
    return f"{tidy(label)}: {tidy(cell)}" if label and tidy(cell) else cell
