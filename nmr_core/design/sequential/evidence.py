"""What the pool knows about a set of acquisitions: leave-one-out predictions of its materials.

This depends on the pool and on the shots of each setting only, not on the measured material, so it
is computed once for each set and kept with the pool.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from nmr_core.design.attained import fit_design
from nmr_core.design.pool import Pool
from nmr_core.design.regression import KernelFit
from nmr_core.design.settings import Design, Setting

MOST = 2048
"""Sets of acquisitions that are kept for one pool."""
FIRST_CHOICE = (0.5, 1.0)
"""Whitening and length scale with which candidates are compared before anything is measured."""
Shots = Mapping[Setting, int]
"""Setting -> shots measured so far."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Predictions of the materials of a pool from one set of acquisitions.

    Attributes
    ----------
    predictions : array (n_materials, n)
        Each from all the other materials, as fractions of the ranges.
    residuals : array (n_materials, n)
        Truth less prediction.
    choice : tuple of float
        Whitening and length scale of most parameters.
    fit : KernelFit, optional
        The regression; None where nothing is measured, and for candidates.
    """

    predictions: np.ndarray
    residuals: np.ndarray
    choice: tuple[float, float] = FIRST_CHOICE
    fit: KernelFit | None = None


_kept: "WeakKeyDictionary[Pool, dict[tuple, Evidence]]" = WeakKeyDictionary()


def evidence_of(
    pool: Pool, shots: Shots, choice: tuple[float, float] | None = None
) -> Evidence:
    """Return the predictions of the pool's materials from a set of acquisitions.

    Parameters
    ----------
    pool : Pool
    shots : dict of Setting to int
        Measured so far; empty: the mean of the prior is the prediction.
    choice : tuple of float, optional
        Whitening and length scale, to compare sets quickly and alike; default: those with the least
        errors, and the regression is kept.
    """
    kept = _kept.setdefault(pool, {})
    key = (tuple(sorted(shots.items())), choice)
    if key not in kept:
        if len(kept) >= MOST:
            kept.pop(next(iter(kept)))
        kept[key] = _computed(pool, shots, choice)
    return kept[key]


def _computed(pool: Pool, shots: Shots, choice: tuple[float, float] | None) -> Evidence:
    if not shots:
        predictions = np.broadcast_to(pool.theta.mean(axis=0), pool.theta.shape)
        return Evidence(predictions, pool.theta - predictions)
    design = Design.of(dict(sorted(shots.items())))
    options = {} if choice is None else {"powers": choice[:1], "scales": choice[1:]}
    fit = fit_design(pool, design, **options)
    if choice is not None:
        return Evidence(pool.theta + fit.residuals, -fit.residuals, choice)
    usual, _ = Counter((one.power, one.scale) for one in fit.choices).most_common(1)[0]
    return Evidence(pool.theta + fit.residuals, -fit.residuals, usual, fit)
