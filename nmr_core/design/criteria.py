"""What a good design is: D-, A-, minimax and weighted criterion, all as an error in ranges."""

import numpy as np

from nmr_core.errors import InputError

CRITERIA = {
    "weighted": "mean square error, every parameter with its weight",
    "minimax": "largest error of a parameter that can be known, times its weight",
    "a": "mean square error of the parameters that matter",
    "d": "volume of the joint error of the parameters that matter",
}
"""Name -> what is made small."""


def check_criterion(name: str) -> str:
    """Return the name of a criterion; raises :class:`InputError` for another."""
    if name not in CRITERIA:
        raise InputError(f"criterion must be one of {', '.join(CRITERIA)}; got {str(name)[:40]!r}.")
    return name


def counted(squares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return sum_j w_j e_j^2 / sum_j w_j over the last axis, that of the parameters.

    Parameters
    ----------
    squares : (..., n)
        Squared errors e^2.
    weights : (n,)
        0 for parameters that are not counted.
    """
    return squares @ weights / weights.sum()


def criterion_error(
    covariances: np.ndarray, weights: np.ndarray, known: np.ndarray, criterion: str
) -> np.ndarray:
    """Return the error of designs by one criterion, in ranges, (n_designs,).

    Parameters
    ----------
    covariances : array, (n_designs, n_points, n, n)
        Of the estimates, for parameters in units of their ranges.
    weights : (n,)
        0 for parameters that do not matter.
    known : bool array, (n,)
        Parameters that some design can determine; minimax leaves out the others.
    criterion : str
        A name in :data:`CRITERIA`.

    Notes
    -----
    With C the covariance at a point, <> the mean over the points, m parameters that matter:

    - weighted: sqrt(sum_j w_j <C_jj> / sum_j w_j)
    - minimax: max_j w_j sqrt(<C_jj>) over known parameters, w scaled to a largest weight of 1
    - a: sqrt(mean_j <C_jj>)
    - d: exp(<log det C> / (2 m))
    """
    check_criterion(criterion)
    matters = weights > 0
    variances = np.diagonal(covariances, axis1=-2, axis2=-1).mean(1)
    if criterion == "weighted":
        return np.sqrt(counted(variances, weights))
    if criterion == "a":
        return np.sqrt(variances[:, matters].mean(1))
    if criterion == "minimax":
        judged = matters & known
        scaled = weights / weights.max()
        return (np.sqrt(variances) * scaled)[:, judged].max(1)
    rows = np.flatnonzero(matters)
    block = covariances[..., rows[:, None], rows]
    return np.exp(np.linalg.slogdet(block)[1].mean(1) / (2 * len(rows)))
