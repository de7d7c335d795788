"""Designs that fill the budget: how often each setting is measured."""

from collections.abc import Sequence

import numpy as np

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.space import DesignSpace


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

    Settings at the end are left out where the budget does not hold one shot of each.
    """
    for n in range(len(design.acquisitions), 0, -1):
        part = fill(problem, design.settings[:n], design.shots[:n], budget=budget)
        if part is not None:
            return part
    return Design.of({design.settings[0]: 1})


def baseline(problem: DesignProblem) -> Design:
    """Return the default design, measured for the whole budget: what a proposal is compared to."""
    return fill_with(problem, problem.default)
