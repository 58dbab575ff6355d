"""Numbers that could point at a child are not shown: small ones, and others that they could be worked out from. Pure."""

from collections.abc import Iterator, Sequence

THRESHOLD = 5
MARK = "c"
Grid = list[list[int | None]]
_Place = tuple[int, int]
_Rows = Sequence[Sequence[int]]


def rule(threshold: int) -> str:
    """The rule in words, as it stands on the page."""
    return (
        f"Numbers from 1 to {threshold - 1} are not shown ({MARK}). So that none of them can be worked out from a total, "
        f"others are not shown either: of a row or column at least two, which together are {threshold} or more."
    )


def with_totals(counts: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Grid:
    """Counts with a total of each row and of each column, None where a number is not shown.

    A table of one column has no totals of its rows, and one of one row none of its columns.
    """
    rows = [[*row, sum(row)] if len(row) > 1 else list(row) for row in counts]
    if len(rows) > 1:
        rows.append([sum(column) for column in zip(*rows, strict=True)])
    small = {(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if 0 < value < threshold}
    hidden = set(small)
    while more := next(_more(rows, small, hidden, threshold), None):
        hidden.add(more)
    return [[None if (r, c) in hidden else value for c, value in enumerate(row)] for r, row in enumerate(rows)]


def _more(rows: _Rows, small: set[_Place], hidden: set[_Place], threshold: int) -> Iterator[_Place]:
    """Other places that must not be shown: by each line on its own, then by all lines together."""
    for line in _lines(rows):
        if (place := _of_line(line, rows, hidden, threshold)) is not None:
            yield place
    for place in sorted(small):
        if _follows(place, rows, hidden):
            every = [(r, c) for r, row in enumerate(rows) for c in range(len(row)) if (r, c) not in hidden]
            enough = [other for other in every if not _follows(place, rows, hidden | {other})]
            if every:
                yield min(enough or every, key=lambda at: _harm(at, rows))


def _harm(place: _Place, rows: _Rows) -> tuple[int, bool, int]:
    """What it costs not to show a number: the smallest costs least; a zero hides little, and a total takes most away."""
    r, c = place
    return (sum(_is_total(place, rows)), rows[r][c] == 0, rows[r][c])


def _is_total(place: _Place, rows: _Rows) -> tuple[bool, bool]:
    """Whether a place is in the row of totals, and in the column of totals."""
    r, c = place
    return len(rows) > 1 and r == len(rows) - 1, len(rows[0]) > 1 and c == len(rows[0]) - 1


def _lines(rows: _Rows) -> Iterator[list[_Place]]:
    """The places of each row and each column that adds up, its total last."""
    if len(rows[0]) > 1:
        yield from ([(r, c) for c in range(len(row))] for r, row in enumerate(rows))
    if len(rows) > 1:
        yield from ([(r, c) for r in range(len(rows))] for c in range(len(rows[0])))


def _of_line(line: list[_Place], rows: _Rows, hidden: set[_Place], threshold: int) -> _Place | None:
    """Another place of a line that must not be shown; None where what is not shown there cannot be worked out from it."""
    own = [place for place in line if place in hidden]
    together = sum(rows[r][c] for r, c in own)
    total_shown = line[-1] not in hidden
    if not own or (len(own) > 1 and (together >= threshold or not total_shown)):
        return None
    left = [place for place in line if place not in hidden]
    return min(left, key=lambda at: _harm(at, rows), default=None)


# A table that adds up is a flow: each number runs from its row to its column, and the totals run back. What is shown is fixed.
# A number that is not shown can be another one just if something can run round a circle through it, nothing below zero.


def _follows(place: _Place, rows: _Rows, hidden: set[_Place]) -> bool:
    """Whether a number that is not shown follows from all that are shown, since no number is below zero."""
    start, end = _ends(place, rows)
    others = hidden - {place}
    more = _reaches(end, start, rows, others)
    fewer = rows[place[0]][place[1]] > 0 and _reaches(start, end, rows, others)
    return not (more or fewer)


def _ends(place: _Place, rows: _Rows) -> tuple[str, str]:
    """Where a number runs from and to; where a table has no totals of its rows or columns, these are free."""
    in_row, in_column = _is_total(place, rows)
    row = "free" if len(rows[0]) == 1 else "row of totals" if in_row else f"row {place[0]}"
    column = "free" if len(rows) == 1 else "column of totals" if in_column else f"column {place[1]}"
    return (row, column) if in_row == in_column else (column, row)


def _reaches(start: str, end: str, rows: _Rows, hidden: set[_Place]) -> bool:
    """Whether more can run from one end to another: along what is not shown, or back where it is above zero."""
    steps = [ends for place in hidden for ends in _steps(place, rows)]
    seen, waiting = {start}, [start]
    while waiting:
        at = waiting.pop()
        fresh = {after for before, after in steps if before == at} - seen
        seen |= fresh
        waiting += fresh
    return end in seen


def _steps(place: _Place, rows: _Rows) -> Iterator[tuple[str, str]]:
    start, end = _ends(place, rows)
    yield start, end
    if rows[place[0]][place[1]] > 0:
        yield end, start
