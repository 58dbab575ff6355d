"""What a reader can work out of a table whose small numbers are not shown, by a linear program: nothing of ours in it."""

from collections.abc import Iterator, Sequence
from typing import Any

import highspy

Shown = Sequence[Sequence[int | None]]
_Place = tuple[int, int]


def range_of(shown: Shown, place: _Place) -> tuple[float, float]:
    """The least and the most that a number can be which is not shown, if none is below zero and all totals are right."""
    program: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    columns: dict[_Place, int] = {}
    program.setOptionValue("output_flag", False)
    for r, row in enumerate(shown):
        for c, value in enumerate(row):
            columns[r, c] = program.getNumCol()
            program.addVar(*((0, highspy.kHighsInf) if value is None else (value, value)))
    for *parts, total in _lines(shown):
        places = [*(columns[one] for one in parts), columns[total]]
        program.addRow(0, 0, len(places), places, [*[1.0] * len(parts), -1.0])
    program.changeColCost(columns[place], 1.0)
    return _best(program, highspy.ObjSense.kMinimize), _best(program, highspy.ObjSense.kMaximize)


def _best(program: Any, sense: highspy.ObjSense) -> float:
    program.changeObjectiveSense(sense)
    program.run()
    is_optimal = program.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(program.getInfo().objective_function_value) if is_optimal else float("inf")


def _lines(shown: Shown) -> Iterator[list[_Place]]:
    rows, columns = range(len(shown)), range(len(shown[0]))
    if len(columns) > 1:
        yield from ([(r, c) for c in columns] for r in rows)
    if len(rows) > 1:
        yield from ([(r, c) for r in rows] for c in columns)
