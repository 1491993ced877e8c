"""A mixed-integer program: columns, rows, and HiGHS that solves it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_EXACTLY = 0.5
_OPTIONS: Mapping[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
}

Terms = Mapping[int, float]


class UnsettledError(Exception):
    """The solver found no solution, and cannot say that there is none."""


class Row(msgspec.Struct, frozen=True):
    """A sum of columns, each times its factor, between two bounds."""

    terms: Terms
    least: float = -math.inf
    most: float = math.inf


class Solution(msgspec.Struct, frozen=True):
    """The value of every column, and whether none is better as far as the solver can tell."""

    values: list[float]
    is_best: bool

    def is_set(self, column: int) -> bool:
        """Tell whether a column that is either zero or one is one."""
        return self.values[column] > _EXACTLY


class Program:
    """Columns and rows in the making. Columns are whole numbers unless said otherwise."""

    def __init__(self) -> None:
        self._most: list[float] = []
        self._is_whole: list[bool] = []
        self._rows: list[Row] = []

    def column(self, most: float = 1, *, is_whole: bool = True) -> int:
        """Add a column that runs from zero on; return its number."""
        self._most.append(most)
        self._is_whole.append(is_whole)
        return len(self._most) - 1

    def row(self, terms: Terms, *, least: float = -math.inf, most: float = math.inf) -> None:
        """Add a row."""
        self.add(Row(terms, least, most))

    def add(self, row: Row) -> None:
        """Add a row that was made elsewhere."""
        self._rows.append(row)

    def solve(
        self, objective: Terms, rows: Iterable[Row], *, most_nodes: int, is_maximised: bool = False
    ) -> Solution | None:
        """Return the best solution that keeps these rows too, or None if there is none.

        The search ends after so many nodes, and never by the clock: a question that is asked
        twice is answered twice alike.

        Raises:
            UnsettledError: The solver cannot say.
        """
        # Heavy (it brings numpy along), and needed only where somebody asks for swaps.
        import highspy  # noqa: PLC0415

        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # Its constructor has none.
        for name, value in _OPTIONS.items():
            solver.setOptionValue(name, value)
        solver.setOptionValue("mip_max_nodes", most_nodes)
        try:
            solver.passModel(self._model(highspy, objective, [*self._rows, *rows]))
            if is_maximised:
                solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
            solver.run()
        except ValueError as error:  # It lost its way, as solvers do once in a while.
            raise UnsettledError from error
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if solver.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            raise UnsettledError
        return Solution(
            list(solver.getSolution().col_value),
            is_best=status == highspy.HighsModelStatus.kOptimal,
        )

    def _model(self, highspy: Any, objective: Terms, rows: list[Row]) -> Any:  # noqa: ANN401
        """Return the program as HiGHS takes it; its module has no types to name here."""
        kind = highspy.HighsVarType
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._most), len(rows)
        lp.col_cost_ = [objective.get(column, 0.0) for column in range(lp.num_col_)]
        lp.col_lower_ = [0.0] * lp.num_col_
        lp.col_upper_ = self._most
        lp.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in self._is_whole]
        lp.row_lower_ = [row.least for row in rows]
        lp.row_upper_ = [row.most for row in rows]
        starts = [0]
        index: list[int] = []
        value: list[float] = []
        for row in rows:
            index += row.terms.keys()
            value += row.terms.values()
            starts.append(len(index))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
        return lp
