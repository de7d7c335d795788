"""Search for the best designs: all subsets if there are few, otherwise greedy with exchange."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

import numpy as np

from nmr_core.design.space import DesignSpace

Objective = Callable[[np.ndarray], np.ndarray]
"""Shots, int (n_designs, n_settings) -> the error to be minimised, (n_designs,)."""
N_EXHAUSTIVE = 3000
"""Largest number of subsets that are all valued."""
BEAM = 4
"""Partial designs that the greedy search keeps."""
BLOCK = 2000
"""Designs that are valued together."""


def best_designs(
    space: DesignSpace,
    objective: Objective,
    *,
    among: Sequence[int] | None = None,
    n_best: int = 1,
    budget: float | None = None,
) -> np.ndarray:
    """Return the best designs within the budget, the best first.

    Parameters
    ----------
    space : DesignSpace
        Settings and times.
    objective : callable
        Shots, int (n_designs, n_settings) -> error, (n_designs,).
    among : sequence of int, optional
        Columns that may be used; default: all.
    n_best : int
        How many designs with different settings are returned.
    budget : float, optional
        Seconds; default: the budget of the problem.

    Returns
    -------
    int array, (at most n_best, n_settings)
        Shots.
    """
    columns = list(range(len(space.settings)) if among is None else among)
    most = min(space.problem.most, len(columns))
    n_subsets = sum(comb(len(columns), k) for k in range(1, most + 1))
    if n_subsets <= N_EXHAUSTIVE:
        subsets = [one for k in range(1, most + 1) for one in combinations(columns, k)]
    else:
        subsets = _exchange(space, objective, columns, most, budget)
    shots, values = _valued(space, objective, subsets, budget)
    order = np.argsort(values, kind="stable")[: max(2 * n_best, BEAM)]
    refined = [_shift(space, objective, shots[k], values[k], budget) for k in order]
    return np.array([one for one, _ in sorted(refined, key=lambda pair: pair[1])[:n_best]])


def _valued(
    space: DesignSpace,
    objective: Objective,
    subsets: Sequence[tuple[int, ...]],
    budget: float | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Shots of the subsets that fit the budget, equally often each, and their errors."""
    shares = np.zeros((len(subsets), len(space.settings)))
    for row, subset in enumerate(subsets):
        shares[row, list(subset)] = 1.0
    shots = space.fill(shares, budget)
    shots = shots[shots.any(1)]
    blocks = [objective(shots[k : k + BLOCK]) for k in range(0, len(shots), BLOCK)]
    return shots, np.concatenate(blocks) if blocks else np.empty(0)


def _exchange(
    space: DesignSpace,
    objective: Objective,
    columns: Sequence[int],
    most: int,
    budget: float | None,
) -> list[tuple[int, ...]]:
    """Subsets visited by adding the best setting, then exchanging one for another."""
    visited: dict[tuple[int, ...], float] = {}

    def value_new(subsets: set[tuple[int, ...]]) -> None:
        new = sorted(subsets - set(visited))
        if not new:
            return
        shots, values = _valued(space, objective, new, budget)
        fitting = [tuple(np.flatnonzero(row).tolist()) for row in shots]
        visited.update(dict.fromkeys(new, np.inf) | dict(zip(fitting, values, strict=True)))

    beam: list[tuple[int, ...]] = [()]
    for size in range(1, most + 1):
        # Add one setting to each of the best partial designs
        value_new({_with(one, j) for one in beam for j in columns if j not in one})
        beam = _best(visited, size)
        # Exchange one setting for another until nothing improves
        while True:
            value_new(
                {
                    _with(tuple(k for k in one if k != i), j)
                    for one in beam
                    for i in one
                    for j in columns
                    if j not in one
                }
            )
            better = _best(visited, size)
            if better == beam:
                break
            beam = better
    return [one for one, value in visited.items() if np.isfinite(value)]


def _with(subset: tuple[int, ...], column: int) -> tuple[int, ...]:
    return tuple(sorted((*subset, column)))


def _best(visited: dict[tuple[int, ...], float], size: int) -> list[tuple[int, ...]]:
    """The best subsets of one size."""
    some = sorted((value, one) for one, value in visited.items() if len(one) == size)
    return [one for value, one in some[:BEAM] if np.isfinite(value)]


def _shift(
    space: DesignSpace,
    objective: Objective,
    shots: np.ndarray,
    value: float,
    budget: float | None,
) -> tuple[np.ndarray, float]:
    """Move shots from one setting to another, in halving portions, while the error falls."""
    used = np.flatnonzero(shots).tolist()
    portion = int(shots.max()) // 3
    while portion and len(used) > 1:
        moved = [
            _moved(space, shots, i, j, portion)
            for i in used
            for j in used
            if i != j and shots[i] > portion
        ]
        rows = np.array([one for one in moved if one is not None])
        if len(rows):
            values = objective(rows)
            best = int(values.argmin())
            if values[best] < value * (1 - 1e-6):
                shots, value = rows[best], float(values[best])
                continue
        portion //= 2
    return shots, float(value)


def _moved(
    space: DesignSpace, shots: np.ndarray, i: int, j: int, portion: int
) -> np.ndarray | None:
    """Shots with a portion of i spent on j instead; None if that is not even one shot."""
    seconds = space.seconds_of_shot
    gained = int(portion * seconds[i] / seconds[j] + 1e-9)
    if not gained:
        return None
    moved = shots.copy()
    moved[i] -= portion
    moved[j] += gained
    return moved
