"""Designs that fill the budget: how often each setting is measured."""

from collections.abc import Sequence

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting


def fill(
    problem: DesignProblem,
    settings: Sequence[Setting],
    shares: Sequence[float] | None = None,
    *,
    budget: float | None = None,
) -> Design | None:
    """Return the design of these settings that fills the budget.

    Parameters
    ----------
    problem : DesignProblem
        Costs and budget.
    settings : sequence of Setting
        Each is measured at least once.
    shares : sequence of float, optional
        Proportions of the shots; default: as many of each.
    budget : float, optional
        Seconds; default: those of the problem.

    Returns
    -------
    Design or None
        In a cheap order; None if one shot of each takes longer than the budget.
    """
    order = problem.costs.ordered(Design.of(settings), problem.base).settings
    position = [list(settings).index(one) for one in order]
    ratio = np.ones(len(order)) if shares is None else np.array(shares, dtype=float)[position]
    shot = np.array([problem.seconds_of_shot(one) for one in order])
    total = problem.budget if budget is None else budget
    # Rounding errors of the times of shots must not cost a shot
    left = (total - problem.costs.changes(order, problem.base)) * (1 + 1e-9)
    if left < shot.sum():
        return None

    # Shots in proportion, rounded down, but at least one
    ideal = ratio * left / (ratio @ shot)
    shots = np.maximum(1, np.floor(ideal + 1e-9)).astype(int)
    while shots @ shot > left:
        surplus = np.where(shots > 1, shots / np.maximum(ideal, 1e-12), -1.0)
        shots[surplus.argmax()] -= 1
    # What is left goes to those furthest below their proportion
    while True:
        fits = shots @ shot + shot <= left
        if not fits.any():
            break
        missing = np.where(fits, (ideal - shots) / np.maximum(ideal, 1e-12), -np.inf)
        shots[missing.argmax()] += 1
    return problem.design({one: int(n) for one, n in zip(order, shots, strict=True)})


def fill_with(problem: DesignProblem, design: Design, *, budget: float | None = None) -> Design:
    """Return a design with its shots scaled to the budget: measured longer, or shorter.

    Settings at the end are left out where the budget does not hold one shot of each.
    """
    for n in range(len(design.acquisitions), 0, -1):
        part = fill(problem, design.settings[:n], design.shots[:n], budget=budget)
        if part is not None:
            return part
    return problem.design({design.settings[0]: 1})


def baseline(problem: DesignProblem) -> Design:
    """Return the default design, measured for the whole budget: what a proposal is compared to."""
    return fill_with(problem, problem.default)
