"""The heading row of a table: No. / Outcome / By when."""

import re
from collections.abc import Collection, Mapping, Sequence

from arflow.papers.plan_text.headings import heading_of

_LONGEST = 60  # characters of a heading over a column
_NUMBERS = re.compile(r"(?:no|nr|ref|reference|number|item|id|#)\W*(?:no|number)?\W*", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:outcomes?|provision|needs?|frequency|how|who|whom|whose|when|where|what|why|which|review(?:ed)?|dates?|duration|steps?|"
    r"support|delivered|providers?|responsib\w+|monitor\w+|success|criteria|progress|time\s?scales?|type|hours|costs?|aims?|"
    r"targets?|evidence|actions?|sources?|author|title|name|role|strengths?|description|staff\w*|ratio|advice|written|by)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\W*(?:H[12]\.|[A-K])?\d{1,3}\b.*", re.IGNORECASE | re.DOTALL)


def is_heading_row(cells: Sequence[str], *, said: bool, first: bool, known: Collection[str]) -> bool:
    """Whether the filled cells of a row are the headings of columns; `said`: the file says or shows it, in bold.

    `first`: no row of the table came before; `known`: the headings the table has already, which may come again.
    """
    texts = [" ".join(cell.split()) for cell in cells]
    if any(len(text) > _LONGEST or (text.endswith(".") and not _NUMBERS.fullmatch(text)) for text in texts):
        return False
    if any(_NUMBERED.fullmatch(text) for text in texts) or heading_of(texts, styled=False, bold=False):
        return False
    if set(texts) <= {*known} and known:
        return True
    usual = [bool(_USUAL.search(text) or _NUMBERS.fullmatch(text)) for text in texts]
    return first and (all(usual) or (said and any(usual)) or bool(_NUMBERS.fullmatch(texts[0])))


def heads_of(columns: Mapping[int, str]) -> tuple[str, ...]:
    """The headings by column."""
    return tuple(" ".join(columns.get(at, "").split()) for at in range(max(columns) + 1))


def labels_of(heads: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    """What stands over each cell; nothing over numbers, nor over the first column of words, which needs no label."""
    if not heads:
        return ()
    plain = next((at for at, head in enumerate(heads) if head and not _NUMBERS.fullmatch(head)), 0)
    plain = next((at for at in range(plain, len(heads)) if not _is_of_outcome(heads, at)), plain)
    labels = (
        heads[at] if at < len(heads) and at != plain and not _NUMBERS.fullmatch(heads[at]) else "" for at in columns
    )
    return tuple(label.rstrip(" :") for label in labels)


def is_label(head: str) -> bool:
    """Whether what stands over a column can be the label of its cells: it names no number, and no outcome that is served."""
    return not _NUMBERS.fullmatch(head) and "outcome" not in head.lower()


def _is_of_outcome(heads: Sequence[str], at: int) -> bool:
    """Whether the column names the outcome that a provision serves, beside one that says what is provided."""
    return "outcome" in heads[at].lower() and any("provision" in head.lower() for head in heads)
