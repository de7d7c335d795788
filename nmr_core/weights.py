"""Weights of samples that were not drawn from their prior.

Samples theta_k of a sampling density s(theta) stand for a prior p(theta) with the weights

    w_k = p(theta_k) / s(theta_k),    mean of w = 1.

Then sum(w f) / sum(w) estimates the mean of f over the prior. Tables of parameters and of
predictions hold the weights in the column :data:`WEIGHT`; without it every weight is 1.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from nmr_core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

WEIGHT = "weight"
"""Column: prior density / sampling density of a sample."""
LEAST_SHARE = 0.25
"""Below this effective share of the samples, the weights are reported as very unequal."""


def mean_one(weights: ArrayLike) -> np.ndarray:
    """Check weights and divide them by their mean.

    Parameters
    ----------
    weights : float array, (n_samples,)
        Any positive multiple of prior density / sampling density.

    Returns
    -------
    float64 array, (n_samples,)
        With mean 1.

    Raises
    ------
    InputError
        For a weight that is negative, NaN or infinite, or if all are 0.
    """
    try:
        values = np.asarray(weights, dtype=float)
    except (TypeError, ValueError):
        raise InputError("Weights must be numbers, got text. Repair the column weight.") from None
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(bad):
        raise InputError(
            f"Weights must be numbers >= 0, got {values[bad[0]]:g} in sample {bad[0]}. Repair the "
            "column weight, or remove it."
        )
    mean = values.mean() if len(values) else 1.0
    if not mean > 0:
        raise InputError(
            "The weights are all 0, so they cannot be normalised. Repair the column weight, or "
            "remove it."
        )
    return values / mean


def weights_of(table: "pd.DataFrame") -> np.ndarray:
    """Weights of the rows of a table, float64 (n_rows,) with mean 1; ones without a column."""
    return mean_one(table[WEIGHT]) if WEIGHT in table else np.ones(len(table))


def without_weights(table: "pd.DataFrame") -> "pd.DataFrame":
    """A table of parameters without its column of weights."""
    return table.drop(columns=WEIGHT, errors="ignore")


def unequal(weights: np.ndarray | None) -> np.ndarray | None:
    """The weights, or None where they change nothing: None, or all the same."""
    return None if weights is None or not len(weights) or np.ptp(weights) == 0 else weights


def effective_size(weights: ArrayLike) -> float:
    """Number of equally weighted samples with the same error of a mean, (sum w)^2 / sum w^2.

    Parameters
    ----------
    weights : float array, (n_samples,)
        Weights, with any mean.

    Returns
    -------
    float
        Between 1 and n_samples; 0 of no samples.

    References
    ----------
    Kish, Survey Sampling, Wiley (1965).
    """
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if w.any() else 0.0


def effective_note(weights: np.ndarray) -> str:
    """The effective number of samples for a text, such as " (150 effective)"; "" if all count."""
    w = unequal(weights)
    return "" if w is None else f" ({effective_size(w):,.0f} effective)"


def repeats(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How often to take each sample so that the samples follow the prior.

    Parameters
    ----------
    weights : float array, (n_samples,)
        Prior density / sampling density.
    rng : Generator
        Rounds up or down at random.

    Returns
    -------
    int array, (n_samples,)
        With the weights as expected values.
    """
    return np.floor(weights + rng.random(len(weights))).astype(int)


def share_text(share: float) -> str:
    """An effective share of the samples in words, with advice where it is small."""
    text = f"Weights keep the prior: effective sample size {100 * share:.0f} %."
    if share >= LEAST_SHARE:
        return text
    return f"{text} They are very unequal: take a weaker density, or one with prior=0.2."


def weighted_quantile(
    values: ArrayLike, q: float | Sequence[float] | np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Quantiles of weighted values.

    Parameters
    ----------
    values : float array, (n_samples,)
        In any order.
    q : float or float array, (n_quantiles,)
        Probabilities in [0, 1].
    weights : float array, (n_samples,), optional
        Default: equal.

    Returns
    -------
    float64, or float64 array (n_quantiles,)

    Notes
    -----
    Sorted values are placed at the probabilities at which half of the weights between them and
    the first one lie below, and joined by straight lines; with equal weights that is
    ``numpy.quantile``. Values of weight 0 are left out.
    """
    values = np.asarray(values, dtype=float)
    q = np.asarray(q, dtype=float)
    w = unequal(weights)
    if w is None:
        return np.quantile(values, q)
    order = np.argsort(values, kind="stable")
    order = order[w[order] > 0]
    values, w = values[order], w[order]
    place = np.concatenate([[0.0], np.cumsum(w[1:] + w[:-1])])
    return np.asarray(np.interp(q, place / max(place[-1], 1e-300), values))
