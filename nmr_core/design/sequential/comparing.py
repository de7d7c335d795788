"""Leave-one-out residuals with given hyper-parameters: how sets of acquisitions are compared.

    r = A^-1 (theta - mean) / diag A^-1,    A = K + l 1

One Cholesky factor for each set of acquisitions, in place of the search of
:func:`nmr_core.design.regression.fit_kernel`.
"""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import lapack

from nmr_core.design.pool import Pool
from nmr_core.design.regression import Choice, Whitening, kernel, squared_distances
from nmr_core.design.settings import Design


def simplified(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices with one whitening and length scale, the most frequent ones.

    The ridges are rounded to powers of ten, so that few factors are needed.
    """
    pairs = [(one.power, one.scale) for one in choices]
    power, scale = max(pairs, key=pairs.count)
    ridges = [10.0 ** round(np.log10(one.ridge)) for one in choices]
    return tuple(Choice(power, scale, ridge) for ridge in ridges)


def left_out(pool: Pool, design: Design, choices: tuple[Choice, ...]) -> np.ndarray:
    """Return the residuals of every material by a fit without it.

    Parameters
    ----------
    pool : Pool
        Materials with their scores.
    design : Design
        Of settings of the pool.
    choices : tuple of Choice
        One per parameter, of :func:`simplified`.

    Returns
    -------
    array (n_materials, n)
        Truth less prediction, as fractions of the ranges.
    """
    noise = design.noise_of(pool.noise)
    power, scale = choices[0].power, choices[0].scale
    columns = np.concatenate(
        [
            Whitening.of(scores, s).columns(scores, power)
            for scores, s in zip(pool.measure(design), noise, strict=True)
        ],
        axis=1,
    )
    D = squared_distances(columns, columns)
    K = kernel(D, (float(np.median(D)) or 1.0) * scale**2)
    Y = pool.theta - pool.theta.mean(axis=0)
    residuals = np.empty_like(Y)
    for ridge in {one.ridge for one in choices}:
        at = [j for j, one in enumerate(choices) if one.ridge == ridge]
        inverse = _inverse(K, ridge)
        residuals[:, at] = inverse @ Y[:, at] / np.diag(inverse)[:, None]
    return residuals


def _inverse(K: np.ndarray, ridge: float) -> np.ndarray:
    """(K + l 1)^-1 by its Cholesky factor; l is raised until there is one."""
    A = K.copy(order="F")
    np.fill_diagonal(A, K.diagonal() + ridge)
    factor, failed = lapack.dpotrf(A, lower=1)
    if failed:
        return _inverse(K, 10 * ridge)
    inverse, _ = lapack.dpotri(factor, lower=1)
    lower = np.tril(inverse)
    return lower + np.tril(inverse, -1).T
