"""The proposal: the best designs of the selection, valued on other materials."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nmr_core.design.attained import ratio_interval
from nmr_core.design.growing import growing, steps_to
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.selecting import Selection
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import baseline
from nmr_core.design.simulating import simulate_pool
from nmr_core.design.valuing import Valuation
from nmr_core.progress import Progress

N_BEST = 8
"""Designs of the selection that are valued."""
STEPS = (256, 512, 1024)
"""Materials of the valuation: as many as its interval needs."""
NARROW = 0.04
"""Half width of the interval of the ratio at which no more materials are added."""


@dataclass(frozen=True, eq=False)
class Choice:
    """The proposal.

    Parameters
    ----------
    valuation : Valuation
        Of materials that the selection has not seen.
    proposed : Design
    ratio : Ratio
        Of its weighted error to that of the default at equal time, by the regression.
    """

    valuation: Valuation
    proposed: Design
    ratio: Ratio


def choose(
    problem: DesignProblem,
    selection: Selection,
    settings: Sequence[Setting],
    *,
    n_most: int = STEPS[-1],
    n_jobs: int = 1,
    progress: Progress,
) -> Choice:
    """Value the best designs on other materials, until its ratio to the default is narrow.

    Parameters
    ----------
    problem : DesignProblem
        Costs, budget and weights.
    selection : Selection
        Designs that were found, and the bases of the settings.
    settings : sequence of Setting
        Further settings that are valued.
    n_most : int
        Largest number of materials.
    n_jobs, progress
        As of :func:`nmr_core.design.selecting.select`.

    Notes
    -----
    Among the designs the best on one half of the materials is judged on the other half, and the
    other way round, so that the ratio is not the best of several noisy values.
    """
    present = baseline(problem)
    designs = list(dict.fromkeys([present, *selection.designs[:N_BEST]]))
    needed = dict.fromkeys([*(s for one in designs for s in one.settings), *settings])
    bases = [_basis(selection, one) for one in needed]
    first = partial(simulate_pool, problem, tuple(needed), part="valuation", bases=bases)
    steps = steps_to(n_most, STEPS)
    for pool, _ in growing(problem, steps, first, n_jobs=n_jobs, progress=progress):
        valuation = Valuation(problem, pool, selection.first.criterion)
        valuation.known = selection.known
        proposed, ratio = _best(valuation, designs, present)
        if ratio.high - ratio.low <= 2 * NARROW:
            break
        designs = _left(valuation, designs, present)
    return Choice(valuation, proposed, ratio)


def _basis(selection: Selection, setting: Setting):
    pool = selection.first.pool
    return pool.bases[pool.index(setting)]


def _best(valuation: Valuation, designs: Sequence[Design], present: Design) -> tuple[Design, Ratio]:
    """The best design, and the ratio of its error without the bias of the choice."""
    objective = {one: valuation.objective(one) for one in designs}
    best = min(designs, key=lambda one: objective[one])
    n = len(valuation.pool)
    squares = np.empty_like(valuation.squares(present))
    for half in (0, 1):
        rows = np.arange(n) % 2 == half
        chosen = min(designs, key=lambda one: valuation.objective(one, rows=~rows))
        squares[rows] = valuation.squares(chosen)[rows]
    ratio = ratio_interval(
        squares, valuation.squares(present), valuation.weights, valuation.problem.seed
    )
    return best, Ratio(*ratio)


def _left(valuation: Valuation, designs: Sequence[Design], present: Design) -> list[Design]:
    """The better half of the designs, and the default."""
    ranked = sorted(designs, key=valuation.objective)
    return list(dict.fromkeys([present, *ranked[: max(2, len(ranked) // 2)]]))
