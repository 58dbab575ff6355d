"""Numbers that could point at a child are not shown: small ones, and others that they could be worked out from. Pure."""

from collections.abc import Iterator, Sequence

THRESHOLD = 5
MARK = "c"
Grid = list[list[int | None]]
_Place = tuple[int, int]


def rule(threshold: int) -> str:
    """The rule in words, as it stands on the page."""
    return (
        f"Numbers from 1 to {threshold - 1} are not shown ({MARK}). So that none of them can be worked out from a total, "
        f"others of the same row or column are not shown either: at least two, which together are {threshold} or more."
    )


def with_totals(counts: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Grid:
    """Counts with a total of each row and of each column, None where a number is not shown.

    A table of one column has no totals of its rows, and one of one row none of its columns.
    """
    rows = [[*row, sum(row)] if len(row) > 1 else list(row) for row in counts]
    if len(rows) > 1:
        rows.append([sum(column) for column in zip(*rows, strict=True)])
    hidden = {(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if 0 < value < threshold}
    lines = list(_lines(rows))
    while more := next((one for line in lines if (one := _also(line, rows, hidden, threshold)) is not None), None):
        hidden.add(more)
    return [[None if (r, c) in hidden else value for c, value in enumerate(row)] for r, row in enumerate(rows)]


def _lines(rows: Sequence[Sequence[int]]) -> Iterator[list[_Place]]:
    """The places of each row and each column that adds up, its total last."""
    if len(rows[0]) > 1:
        yield from ([(r, c) for c in range(len(row))] for r, row in enumerate(rows))
    if len(rows) > 1:
        yield from ([(r, c) for r in range(len(rows))] for c in range(len(rows[0])))


def _also(line: list[_Place], rows: Sequence[Sequence[int]], hidden: set[_Place], threshold: int) -> _Place | None:
    """Another place of a line that must not be shown; None where what is not shown there cannot be worked out."""
    own = [place for place in line if place in hidden]
    together = sum(rows[r][c] for r, c in own)
    total_shown = line[-1] not in hidden
    if not own or (len(own) > 1 and (together >= threshold or not total_shown)):
        return None
    left = [place for place in line if place not in hidden]
    # The smallest number does least harm; a zero hides little, and the total takes most away.
    return min(left, key=lambda at: (at == line[-1], rows[at[0]][at[1]] == 0, rows[at[0]][at[1]]), default=None)
