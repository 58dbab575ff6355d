"""A linear program, built row by row and solved by HiGHS: the one place that loads the solver."""

from collections.abc import Iterable, Sequence

from arflow.errors import NotPossible

_WHOLE = 1e-6
_GAP, _SECONDS = 0.005, 240.0


class LinearProgram:
    """Minimise costs over columns between zero and an upper bound, with rows between bounds."""

    def __init__(self, *, gap: float = _GAP, seconds: float = _SECONDS) -> None:
        """Where the solver branches it stops within a `gap` (a share) of the best, or after so many seconds."""
        self._gap, self._seconds = gap, seconds
        self._costs: list[float] = []
        self._uppers: list[float] = []
        self._least: list[float] = []
        self._most: list[float] = []
        self._entries: tuple[list[int], list[int], list[float]] = ([], [], [])

    def column(self, cost: float, upper: float) -> int:
        """A new column; its number."""
        self._costs.append(cost)
        self._uppers.append(upper)
        return len(self._costs) - 1

    def row(self, least: float, most: float, columns: Iterable[int] = (), value: float = 1.0) -> int:
        """A new row with some columns, each with one value; its number."""
        self._least.append(least)
        self._most.append(most)
        number = len(self._least) - 1
        for column in columns:
            self.entry(number, column, value)
        return number

    def entry(self, row: int, column: int, value: float = 1.0) -> None:
        """Put a column into a row."""
        rows, columns, values = self._entries
        rows.append(row)
        columns.append(column)
        values.append(value)

    def solve(self, whole: Sequence[int]) -> list[float]:
        """The value of each column at the least cost; those of `whole` are whole numbers.

        They mostly are so at a corner of the linear program; where they are not, HiGHS branches. NotPossible where nothing fits.
        """
        if not self._costs:
            return []
        found = self._run(())
        if any(abs(found[column] - round(found[column])) > _WHOLE for column in whole):
            found = self._run(whole)
        return found

    def cost(self, values: Sequence[float]) -> float:
        """What the values of all columns cost together."""
        return sum(cost * value for cost, value in zip(self._costs, values, strict=True))

    def _run(self, whole: Sequence[int]) -> list[float]:
        try:
            import highspy
            import numpy as np
        except ImportError as error:
            raise NotPossible(
                "planning needs the solver HiGHS: install arflow with its extra, arflow[planning]"
            ) from error

        rows, columns, values = (np.asarray(part) for part in self._entries)
        order = np.lexsort((rows, columns))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self._costs), len(self._least)
        program.col_cost_ = np.asarray(self._costs)
        program.col_lower_, program.col_upper_ = np.zeros(len(self._costs)), np.asarray(self._uppers)
        program.row_lower_, program.row_upper_ = np.asarray(self._least), np.asarray(self._most)
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(len(self._costs) + 1))
        program.a_matrix_.index_, program.a_matrix_.value_ = rows[order], values[order]
        if whole:
            kinds = np.full(len(self._costs), highspy.HighsVarType.kContinuous)
            kinds[list(whole)] = highspy.HighsVarType.kInteger
            program.integrality_ = list(kinds)

        class Quiet(highspy.Highs):
            """Without callbacks: turning them on prints a banner, whatever the options say."""

            def enableCallbacks(self) -> None:  # noqa: N802  the library's own name
                pass

        solver = Quiet()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 2)
        solver.setOptionValue("mip_rel_gap", self._gap)
        solver.setOptionValue("time_limit", self._seconds)
        solver.passModel(program)
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid:
            raise NotPossible(f"no plan was found: {solver.modelStatusToString(solver.getModelStatus())}")
        return list(solution.col_value)
