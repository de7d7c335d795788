"""Critical values that depend on where an estimate lies and on the value that is tested.

They are a quantile regression on piecewise linear functions, whose optimum covers the same fraction
in every range of every function.
"""

import numpy as np
from scipy.special import ndtr
from sklearn.base import BaseEstimator

KNOTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Quantiles of a variable at the knots of its functions."""
COARSE = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The same, of the variable whose interaction with the tested value counts."""
BANDWIDTH = 0.1
"""Width over which the kink of the pinball loss is smoothed."""
RIDGE = 2.0
"""Penalty of a coefficient, in samples."""
N_STEPS = 60
TOLERANCE = 1e-8
"""Of the mean loss, at which the steps end."""
LEAST_DAMPING = 1e-3


class CriticalValue(BaseEstimator):
    """c(u, y), a quantile of a statistic as an additive function.

    .. math:: \\log c(u, y) = \\beta_0 + \\sum_j g_j(u_j) + g(y) + g'(u_1, y)

    u are variables that are known for a signal (u_1 is the first), y is the value that is tested.
    All g are piecewise linear between quantiles of their variable. Minimising the pinball loss of
    level tau makes the fraction of statistics below c equal to tau within every g, that is in every
    range of the estimates and of the true value.

    Parameters
    ----------
    level : float
        tau.

    Attributes
    ----------
    knots_ : list of array
        Of the variables u, and of y.
    coarse_ : array
        Knots of u_1 in its common function with y.
    coefficients_ : array, (n_functions,)

    References
    ----------
    Gibbs, Cherian & Candès, J. R. Stat. Soc. B 87, 1100 (2025), conformal prediction with
    conditional guarantees, here with functions of the tested value as well; smoothed loss: He, Pan,
    Tan & Zhou, J. Econometrics 232, 367 (2023).
    """

    def __init__(self, level: float = 0.9):
        self.level = level

    def fit(
        self, u: np.ndarray, y: np.ndarray, statistic: np.ndarray, weights: np.ndarray
    ) -> "CriticalValue":
        """Fit the functions.

        Parameters
        ----------
        u : float array, (n, n_variables)
            Variables of the signals.
        y : float array, (n,)
            True values.
        statistic : float array, (n,)
            Positive.
        weights : float array, (n,)
            Of the signals.
        """
        self.knots_ = [_knots(column, KNOTS) for column in (*u.T, y)]
        self.coarse_ = _knots(u[:, 0], COARSE)
        logs = np.log(statistic)
        basis = self._basis(u, y)
        penalty = np.full(basis.shape[1], RIDGE)
        penalty[0] = 0.0
        start = np.zeros(basis.shape[1])
        start[0] = np.quantile(logs, self.level)
        self.coefficients_ = smooth_quantile(
            basis, logs, self.level, weights=weights, penalty=penalty, start=start
        )
        return self

    def _basis(self, u: np.ndarray, y: np.ndarray) -> np.ndarray:
        columns = [np.ones((len(y), 1))]
        columns += [
            hats(column, knots) for column, knots in zip((*u.T, y), self.knots_, strict=True)
        ]
        first, second = hats(u[:, 0], self.coarse_), columns[-1]
        columns.append((first[:, :, None] * second[:, None, :]).reshape(len(y), -1))
        return np.concatenate(columns, axis=1)

    def values(self, u: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return c for variables (n, n_variables) and tested values (n, n_y): (n, n_y)."""
        logs, own = self._own(u)
        knots = self.knots_[-1]
        place = np.clip(np.searchsorted(knots, y, "right") - 1, 0, len(knots) - 2)
        share = np.clip((y - knots[place]) / (knots[place + 1] - knots[place]), 0.0, 1.0)
        left = np.take_along_axis(own, place, 1)
        right = np.take_along_axis(own, place + 1, 1)
        return np.exp(logs + (1 - share) * left + share * right)

    def largest(self, u: np.ndarray) -> np.ndarray:
        """Return the largest c over all y, (n,)."""
        logs, own = self._own(u)
        return np.exp(logs[:, 0] + own.max(axis=1))

    def _own(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log c of each signal without y, (n, 1), and what y adds at its knots, (n, n_knots)."""
        sizes = [len(knots) for knots in self.knots_]
        parts = np.split(self.coefficients_[1:], np.cumsum(sizes))
        logs = np.full((len(u), 1), self.coefficients_[0])
        for column, knots, part in zip(u.T, self.knots_[:-1], parts, strict=False):
            logs += np.interp(column, knots, part)[:, None]
        common = parts[-1].reshape(len(self.coarse_), -1)
        return logs, parts[-2] + hats(u[:, 0], self.coarse_) @ common


def _knots(values: np.ndarray, quantiles: tuple[float, ...]) -> np.ndarray:
    """Quantiles of a variable, strictly rising; at least two."""
    knots = np.unique(np.quantile(values, quantiles))
    if len(knots) < 2:
        return knots[0] + np.array([0.0, 1e-9])
    return knots[np.concatenate([[True], np.diff(knots) > 1e-9])]


def hats(values: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return piecewise linear functions, each 1 at one knot and 0 at the others, (n, n_knots)."""
    place = np.clip(np.searchsorted(knots, values, "right") - 1, 0, len(knots) - 2)
    share = np.clip((values - knots[place]) / (knots[place + 1] - knots[place]), 0.0, 1.0)
    rows = np.arange(len(values))
    functions = np.zeros((len(values), len(knots)))
    functions[rows, place] = 1 - share
    functions[rows, place + 1] += share
    return functions


def smooth_quantile(
    basis: np.ndarray,
    y: np.ndarray,
    level: float,
    *,
    weights: np.ndarray,
    penalty: np.ndarray,
    start: np.ndarray,
) -> np.ndarray:
    """Return the coefficients of a quantile regression, by Newton's method on a smoothed loss.

    Parameters
    ----------
    basis : float array, (n, n_functions)
        Values of the functions.
    y : float array, (n,)
        What has the quantile.
    level : float
        Quantile, in (0, 1).
    weights : float array, (n,)
        Of the samples.
    penalty : float array, (n_functions,)
        Ridge penalty of each coefficient.
    start : float array, (n_functions,)
        Coefficients to begin with.

    Returns
    -------
    float array, (n_functions,)

    Notes
    -----
    With e = y - basis b, the pinball loss convolved with a normal density of width delta has the
    derivative Phi(e/delta) - 1 + level by e and the second derivative phi(e/delta)/delta.
    """
    b, damping = start, 1.0
    loss, gradient, hessian = _smooth_loss(basis, y, level, weights, penalty, b)
    for _ in range(N_STEPS):
        hessian[np.diag_indices_from(hessian)] += damping
        trial = b - np.linalg.solve(hessian, gradient)
        hessian[np.diag_indices_from(hessian)] -= damping
        result = _smooth_loss(basis, y, level, weights, penalty, trial)
        if result[0] > loss:
            damping *= 10
            continue
        is_converged = loss - result[0] < TOLERANCE * len(y)
        b, damping = trial, max(damping / 5, LEAST_DAMPING)
        loss, gradient, hessian = result
        if is_converged:
            break
    return b


def _smooth_loss(
    basis: np.ndarray,
    y: np.ndarray,
    level: float,
    weights: np.ndarray,
    penalty: np.ndarray,
    b: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss, gradient and Hessian."""
    e = (y - basis @ b) / BANDWIDTH
    below = ndtr(-e)
    density = np.exp(-e * e / 2) / np.sqrt(2 * np.pi)
    pinball = BANDWIDTH * (e * (level - below) + density)
    loss = float(weights @ pinball + penalty @ b**2 / 2)
    gradient = basis.T @ (weights * (below - level)) + penalty * b
    hessian = (basis * (weights * density / BANDWIDTH)[:, None]).T @ basis
    hessian[np.diag_indices_from(hessian)] += penalty
    return loss, gradient, hessian
