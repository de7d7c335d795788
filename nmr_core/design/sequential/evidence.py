"""What the pool knows about a set of acquisitions: leave-one-out predictions of its materials.

This depends on the pool and on the shots of each setting only, not on the measured material, so it
is computed once for each set and kept with the pool.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from nmr_core.design.attained import fit_design
from nmr_core.design.pool import Pool
from nmr_core.design.regression import Choice, KernelFit
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
_compared: "WeakKeyDictionary[Pool, dict[tuple, np.ndarray]]" = WeakKeyDictionary()


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


def compared(pool: Pool, shots: Shots, choices: tuple[Choice, ...]) -> np.ndarray:
    """Return the residuals from a set of acquisitions with one whitening and length scale.

    These are the most frequent ones of ``choices``, which saves time; the ridges are those with the
    least errors of each set, because more shots need smaller ones.

    Parameters
    ----------
    pool : Pool
        Materials with their scores.
    shots : dict of Setting to int
        Empty: the mean of the prior is the prediction.
    choices : tuple of Choice
        Hyper-parameters of each parameter, the same for all sets that are compared.

    Returns
    -------
    array (n_materials, n)
        Truth less prediction, as fractions of the ranges.
    """
    if not shots:
        return evidence_of(pool, shots).residuals
    kept = _compared.setdefault(pool, {})
    pairs = [(one.power, one.scale) for one in choices]
    power, scale = max(pairs, key=pairs.count)
    key = (tuple(sorted(shots.items())), power, scale)
    if key not in kept:
        _make_room(kept, MOST)
        kept[key] = -fit_design(pool, _design(shots), powers=[power], scales=[scale]).residuals
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
