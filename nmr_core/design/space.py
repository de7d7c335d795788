"""All designs of a problem as rows of shots, and the times that they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting

SLACK = 1 + 1e-9
"""Rounding errors of the times of shots must not cost a shot."""


@dataclass(frozen=True, eq=False)
class DesignSpace:
    """Designs as rows of shots, (n_designs, n_settings), 0 for what is not measured.

    Parameters
    ----------
    problem : DesignProblem
        Costs and budget.
    settings : tuple of Setting
        Columns, in a cheap order of measurement: every design is measured in this order.
    """

    problem: DesignProblem
    settings: tuple[Setting, ...]

    @classmethod
    def of(cls, problem: DesignProblem, settings: Sequence[Setting] | None = None) -> "DesignSpace":
        """Make the space of all settings of a problem, or of some."""
        some = problem.all_settings if settings is None else settings
        return cls(problem, problem.design(dict.fromkeys(some, 1)).settings)

    @cached_property
    def seconds_of_shot(self) -> np.ndarray:
        """Seconds of one shot, (n_settings,)."""
        return np.array([self.problem.seconds_of_shot(one) for one in self.settings])

    @cached_property
    def seconds_of_change(self) -> np.ndarray:
        """Seconds of the change from one setting to another, (n_settings, n_settings)."""
        costs, base = self.problem.costs, self.problem.base
        n = len(self.settings)
        if not costs.change:
            return np.zeros((n, n))
        return np.array(
            [
                [costs.changes((one, other), base) for other in self.settings]
                for one in self.settings
            ]
        )

    def changes(self, used: np.ndarray) -> np.ndarray:
        """Return the seconds of all changes of designs, (n_designs,).

        Parameters
        ----------
        used : bool array, (n_designs, n_settings)
            Which settings are measured.
        """
        total = np.zeros(len(used))
        if not self.problem.costs.change:
            return total
        for row, chosen in enumerate(used):
            order = np.flatnonzero(chosen)
            total[row] = self.seconds_of_change[order[:-1], order[1:]].sum()
        return total

    def seconds(self, shots: np.ndarray) -> np.ndarray:
        """Return the time of designs, s, (n_designs,).

        Parameters
        ----------
        shots : int array, (n_designs, n_settings)
            Of every setting.
        """
        return shots @ self.seconds_of_shot + self.changes(shots > 0)

    def fill(self, shares: np.ndarray, budget: float | None = None) -> np.ndarray:
        """Return the shots that fill the budget in given proportions.

        Parameters
        ----------
        shares : float array, (n_designs, n_settings)
            Proportions of the shots; a setting with a share above 0 has at least one shot.
        budget : float, optional
            Seconds; default: the budget of the problem.

        Returns
        -------
        int array, (n_designs, n_settings)
            All 0 where the budget does not hold one shot of each.
        """
        used = shares > 0
        shot = self.seconds_of_shot
        total = (self.problem.budget if budget is None else budget) * SLACK
        left = total - self.changes(used)

        # Shots in proportion, rounded down, but at least one
        ideal = shares * (left / (shares @ shot))[:, None]
        shots = np.where(used, np.maximum(1, np.floor(ideal + 1e-9)), 0).astype(np.int64)
        shots[used @ shot > left] = 0
        while True:
            over = np.flatnonzero((shots @ shot > left) & (shots.max(1) > 1))
            if not len(over):
                break
            surplus = np.where(shots > 1, shots / np.maximum(ideal, 1e-12), -1.0)
            shots[over, surplus[over].argmax(1)] -= 1

        # What is left goes to the settings furthest below their proportion
        alive = np.any(shots > 0, axis=1)
        while True:
            fits = used & alive[:, None] & ((shots @ shot)[:, None] + shot <= left[:, None])
            some = np.flatnonzero(fits.sum(1))
            if not len(some):
                return shots
            missing = np.where(fits, (ideal - shots) / np.maximum(ideal, 1e-12), -np.inf)
            shots[some, missing[some].argmax(1)] += 1

    def row(self, design: Design) -> np.ndarray:
        """Return the shots of a design, int (n_settings,)."""
        shots = dict(zip(design.settings, design.shots, strict=True))
        return np.array([shots.get(one, 0) for one in self.settings])

    def design(self, shots: np.ndarray) -> Design:
        """Return the design of a row of shots, (n_settings,)."""
        return Design.of(
            {one: int(n) for one, n in zip(self.settings, shots, strict=True) if n > 0}
        )
