"""What the Fisher matrix says: bounds, and which combinations of parameters are known and which are not."""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.identifiability.identification import PRIOR_SD

LEAST = 1e-3
"""Information (of a parameter in units of its range) below which there is none: its bound is 30 times the range."""
NONE = 10.0
"""Ranges; a larger bound is no bound."""


@dataclass(frozen=True, eq=False)
class Directions:
    """Eigen-directions at one place, best known first.

    bounds     : standard error along each, in ranges, (n,); inf where there is no information
    components : (n, n), a direction a row, of length 1; columns are the parameters in units of their ranges
    """

    names: tuple[str, ...]
    bounds: np.ndarray
    components: np.ndarray


def cramer_rao(F: np.ndarray) -> np.ndarray:
    """sqrt of the diagonal of F^-1, (n,), in ranges; inf where it is above ``NONE``. A direction without information counts with
    ``LEAST``, so that what it hardly touches stays known."""
    values, vectors = np.linalg.eigh(F)
    bounds = np.sqrt((vectors**2 / np.maximum(values, LEAST)).sum(1))
    return np.where(bounds > NONE, np.inf, bounds)


def with_prior(F: np.ndarray) -> np.ndarray:
    """sqrt of the diagonal of (F + 12)^-1: with what uniform priors know, at most 0.289 ranges."""
    return np.sqrt(np.diag(np.linalg.inv(F + np.eye(len(F)) / PRIOR_SD**2)))


def conditional(F: np.ndarray) -> np.ndarray:
    """1/sqrt(F_ii): all others known; inf without information."""
    d = np.diag(F)
    return np.where(d > LEAST, 1 / np.sqrt(np.where(d > LEAST, d, 1)), np.inf)


def directions(names: tuple[str, ...], F: np.ndarray) -> Directions:
    """The eigenvectors of a scaled F; the largest component of each is positive."""
    values, vectors = np.linalg.eigh(F)
    values, vectors = values[::-1], vectors[:, ::-1].T
    largest = np.abs(vectors).argmax(1)
    vectors = vectors * np.sign(vectors[np.arange(len(F)), largest])[:, None]
    return Directions(
        names, np.where(values > LEAST, 1 / np.sqrt(np.maximum(values, LEAST)), np.inf), vectors
    )


def exponent(F: np.ndarray, scaled: np.ndarray, i: int, j: int) -> tuple[float, float]:
    """(q, how well): the pair's best known combination is theta_i · theta_j^q, from the null direction in log-parameters.

    scaled : theta/w, (n,). The others are free. ``how well`` is the ratio of the pair's two eigenvalues: 0 = one direction only.
    """
    logarithmic = F * np.outer(scaled, scaled)
    pair, rest = [i, j], [k for k in range(len(F)) if k not in (i, j)]
    S = logarithmic[np.ix_(pair, pair)]
    if rest:
        cross = logarithmic[np.ix_(pair, rest)]
        S = (
            S
            - cross
            @ np.linalg.pinv(logarithmic[np.ix_(rest, rest)], rcond=1e-12, hermitian=True)
            @ cross.T
        )
    values, vectors = np.linalg.eigh((S + S.T) / 2)
    null = vectors[:, 0]
    if not values[1] > 0 or abs(null[1]) < 1e-9:
        return np.nan, 1.0
    return float(-null[0] / null[1]), float(max(values[0], 0) / values[1])
