"""What the pool knows about a set of acquisitions: leave-one-out predictions of its materials.

This depends on the pool and on the shots of each setting only, not on the measured material, so it
is computed once for each set and kept with the pool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from nmr_core.design.attained import fit_design
from nmr_core.design.pool import Pool
from nmr_core.design.regression import KernelFit
from nmr_core.design.settings import MAX_SHOTS, Design, Setting

MOST = 4096
"""Sets of acquisitions whose residuals are kept for one pool."""
MOST_FITS = 400
"""Sets of acquisitions whose regressions are kept."""
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
    fit : KernelFit, optional
        The regression; None where nothing is measured.
    """

    predictions: np.ndarray
    residuals: np.ndarray
    fit: KernelFit | None = None


_kept: "WeakKeyDictionary[Pool, dict[tuple, Evidence]]" = WeakKeyDictionary()
_kept_residuals: "WeakKeyDictionary[Pool, dict[tuple, np.ndarray]]" = WeakKeyDictionary()


def evidence_of(pool: Pool, shots: Shots) -> Evidence:
    """Return the predictions of the pool's materials from a set of acquisitions.

    Parameters
    ----------
    pool : Pool
        Materials with their scores.
    shots : dict of Setting to int
        Measured so far; empty: the mean of the prior is the prediction.
    """
    kept = _kept.setdefault(pool, {})
    key = tuple(sorted(shots.items()))
    if key not in kept:
        _make_room(kept, MOST_FITS)
        kept[key] = _computed(pool, shots)
    return kept[key]


def residuals_of(pool: Pool, shots: Shots, counted: np.ndarray) -> np.ndarray:
    """Return the residuals of the parameters that count, from a set of acquisitions.

    Their regression is the same as in :func:`evidence_of`; leaving out the other parameters, which
    may need other kernels, saves time.

    Parameters
    ----------
    pool : Pool
        Materials with their scores.
    shots : dict of Setting to int
        Empty: the mean of the prior is the prediction.
    counted : bool array (n,)
        Which parameters count.

    Returns
    -------
    array (n_materials, n_counted)
        Truth less prediction, as fractions of the ranges.
    """
    if not shots:
        return evidence_of(pool, shots).residuals[:, counted]
    kept = _kept_residuals.setdefault(pool, {})
    key = (tuple(sorted(shots.items())), counted.tobytes())
    if key not in kept:
        _make_room(kept, MOST)
        names = tuple(name for name, one in zip(pool.names, counted, strict=True) if one)
        some = replace(pool, names=names, theta=pool.theta[:, counted])
        kept[key] = -fit_design(some, _design(shots)).residuals
    return kept[key]


def _make_room(kept: dict, most: int) -> None:
    if len(kept) >= most:
        kept.pop(next(iter(kept)))


def _design(shots: Shots) -> Design:
    return Design.of({setting: min(n, MAX_SHOTS) for setting, n in sorted(shots.items())})


def _computed(pool: Pool, shots: Shots) -> Evidence:
    if not shots:
        predictions = np.broadcast_to(pool.theta.mean(axis=0), pool.theta.shape)
        return Evidence(predictions, pool.theta - predictions)
    fit = fit_design(pool, _design(shots))
    return Evidence(pool.theta + fit.residuals, -fit.residuals, fit)
