"""A smooth function of a few estimates, fitted by linear algebra: no network, no early stopping."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy.interpolate import BSpline

DEGREES, MOST_PRODUCTS = 8, 200
"""Highest total degree of the polynomials, and how many of them there are at most."""
KNOTS, TWIST = 40, 2
"""Intervals of the splines, of equally many signals, and degree in which they vary along the other
estimates. The errors of a network have structure much finer than the range of a parameter."""
PENALTY = 30.0
"""On the squares of coefficients, for outputs of size 1."""
BLOCK = 5000
"""Rows whose features are in memory together."""


@dataclass(frozen=True, eq=False)
class Smooth:
    """Ridge regression on polynomials of all estimates and splines of each.

    .. math:: f(t) = \\sum_{|a| \\le D} A_a P_a(x) + \\sum_k \\sum_{j, |b| \\le 2} B_{kjb}
              S_j(r_k) P_b(x)

    x is t scaled to [-1, 1], r_k the rank of t_k among the fitted ones, P_a products of Legendre
    polynomials, S_j cubic B-splines.

    Parameters
    ----------
    low, high : float64 array, (n_parameters,)
        Ends of the fitted estimates.
    ranks : float64 array, (n_levels, n_parameters)
        Their quantiles.
    coefficients : float64 array, (n_features, n_outputs)
        A and B.
    """

    low: np.ndarray
    high: np.ndarray
    ranks: np.ndarray
    coefficients: np.ndarray

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """Return f, float64 (n, n_outputs), for estimates (n, n_parameters)."""
        blocks = [
            self.features(t[k : k + BLOCK]) @ self.coefficients for k in range(0, len(t), BLOCK)
        ]
        return np.concatenate(blocks)

    def only(self, chosen: np.ndarray) -> "Smooth":
        """Return the function whose outputs are 0 but for the chosen ones, bool (n_outputs,)."""
        return Smooth(self.low, self.high, self.ranks, self.coefficients * chosen)

    def features(self, t: np.ndarray) -> np.ndarray:
        """Return polynomials and splines, float64 (n, n_features)."""
        n = t.shape[1]
        x = np.clip(2 * (t - self.low) / (self.high - self.low) - 1, -1, 1)
        degree = DEGREES
        while len(_powers(n, degree)) > MOST_PRODUCTS:
            degree -= 1
        blocks = [_products(x, degree)]
        levels = np.linspace(0, 1, len(self.ranks))
        for k in range(n):
            rank = np.interp(t[:, k], self.ranks[:, k], levels)
            twist = _products(np.delete(x, k, axis=1), TWIST)
            blocks.append((_splines(rank)[:, :, None] * twist[:, None]).reshape(len(t), -1))
        return np.concatenate(blocks, axis=1)


def _powers(n: int, degree: int) -> list[tuple[int, ...]]:
    """Degrees of products of n polynomials, of a total degree of at most ``degree``."""
    return [a for a in product(range(degree + 1), repeat=n) if sum(a) <= degree]


def _products(x: np.ndarray, degree: int) -> np.ndarray:
    single = [legvander(column, degree) for column in x.T]
    columns = [
        np.prod([single[k][:, a] for k, a in enumerate(powers)], axis=0) * np.ones(len(x))
        for powers in _powers(x.shape[1], degree)
    ]
    return np.stack(columns, axis=1)


def _splines(rank: np.ndarray) -> np.ndarray:
    knots = np.concatenate([[0.0] * 3, np.linspace(0, 1, KNOTS + 1), [1.0] * 3])
    return BSpline.design_matrix(rank, knots, 3).toarray()


def fit_smooth(t: np.ndarray, outputs: np.ndarray, n_folds: int) -> tuple[Smooth, np.ndarray]:
    """Return the function, and its values where each was fitted without its own row.

    Parameters
    ----------
    t : float64 array, (n, n_parameters)
        Estimates.
    outputs : float64 array, (n, n_outputs)
        What is fitted, of size 1.
    n_folds : int
        Parts of the rows for the values.

    Returns
    -------
    function : Smooth
    values : float64 array, (n, n_outputs)
    """
    ranks = np.quantile(t, np.linspace(0, 1, 201), axis=0)
    low, high = ranks[0], np.maximum(ranks[-1], ranks[0] + 1e-9)
    empty = Smooth(low, high, ranks, np.empty((0, 0)))

    # Normal equations of every fold, so that those of the others are differences
    sums = []
    for fold in range(n_folds):
        X, y = empty.features(t[fold::n_folds]), outputs[fold::n_folds]
        sums.append((X.T @ X, X.T @ y))
    total = sum(A for A, _ in sums), sum(b for _, b in sums)
    values = np.empty_like(outputs, dtype=float)
    for fold, (A, b) in enumerate(sums):
        coefficients = _solved(total[0] - A, total[1] - b)
        values[fold::n_folds] = Smooth(low, high, ranks, coefficients)(t[fold::n_folds])
    return Smooth(low, high, ranks, _solved(*total)), values


def _solved(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.solve(A + PENALTY * np.eye(len(A)), b)
