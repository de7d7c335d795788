"""Designs drawn at random: what a proposal must beat.

A network often does better with fewer inputs, whichever they are, so a design is compared to
random designs of as many acquisitions within the same time, not only to the default.
"""

from collections.abc import Callable

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design
from nmr_core.design.shots import fill
from nmr_core.errors import InputError

TRIES = 50
"""Draws per design before fewer acquisitions are tried."""


def random_designs(
    problem: DesignProblem, n_acquisitions: int, n_designs: int, rng: np.random.Generator
) -> tuple[Design, ...]:
    """Draw different designs of as many acquisitions that fill the budget.

    Parameters
    ----------
    problem : DesignProblem
        Its candidates are drawn with equal probability; shots are shared evenly.
    n_acquisitions : int
        Settings of each design; fewer where the budget does not hold so many.
    n_designs : int
        Fewer are returned if there are not so many.
    rng : Generator
        Source of the draws.

    Returns
    -------
    tuple of Design

    Raises
    ------
    InputError
        If the budget does not hold one shot of any candidate.
    """
    candidates = problem.settings
    n = min(n_acquisitions, len(candidates))
    designs: dict[frozenset, Design] = {}
    for _ in range(TRIES * n_designs):
        if len(designs) == n_designs:
            break
        chosen = [candidates[k] for k in rng.choice(len(candidates), n, replace=False)]
        design = _affordable(lambda some: fill(problem, some), chosen)
        if design is not None:
            designs.setdefault(frozenset(design.settings), design)
    if not designs:
        raise InputError(
            f"No candidate fits into the budget of {problem.budget:g} s. Give a larger budget."
        )
    return tuple(designs.values())


def _affordable(fill: Callable[[list], Design | None], settings: list) -> Design | None:
    """The design of as many of these settings, from the first on, as the budget holds."""
    for n in range(len(settings), 0, -1):
        design = fill(settings[:n])
        if design is not None:
            return design
    return None
