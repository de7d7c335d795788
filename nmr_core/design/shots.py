"""Designs that fill the budget: how often each setting is measured."""

from collections.abc import Sequence

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.space import DesignSpace
from nmr_core.errors import InputError


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
    space = DesignSpace.of(problem, settings)
    share = dict(zip(settings, [1.0] * len(settings) if shares is None else shares, strict=True))
    shots = space.fill(np.array([[float(share[one]) for one in space.settings]]), budget)[0]
    return space.design(shots) if shots.any() else None


def fill_with(problem: DesignProblem, design: Design, *, budget: float | None = None) -> Design:
    """Return a design with its shots scaled to the budget: measured longer, or shorter.

    Parameters
    ----------
    problem : DesignProblem
        Costs and budget.
    design : Design
        Its shots are the proportions.
    budget : float, optional
        Seconds; default: those of the problem.

    Raises
    ------
    InputError
        If one shot of each setting takes longer than the budget: without some of its settings it
        would be another design.
    """
    filled = fill(problem, design.settings, design.shots, budget=budget)
    if filled is None:
        least = problem.seconds(problem.design(dict.fromkeys(design.settings, 1)))
        seconds = problem.budget if budget is None else budget
        raise InputError(
            f"The design takes {least:.4g} s with one shot of each of its {len(design.settings)} "
            f"settings, which {seconds:.4g} s do not hold. Give more time, or fewer settings."
        )
    return filled


def baseline(problem: DesignProblem) -> Design:
    """Return the default design, measured for the whole budget: what a proposal is compared to."""
    return fill_with(problem, problem.default)
