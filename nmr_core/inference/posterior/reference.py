"""Importance sampling on the simulator: the posterior of one echo, without any network behind it.

The disorder of the line is a million unseen numbers per echo, so the likelihood of a signal is an
integral that cannot be computed. What can be sampled is the posterior given the summary c = t(M)
of :mod:`~.context`, the one that the amortised posterior is conditional on (for signals of equal
noise its u is a function of t).

With parameters theta_i from a proposal r(theta) and one simulated signal M_i for each,

.. math:: p(\\theta | c_0) \\approx \\sum_i w_i \\delta(\\theta - \\theta_i^*), \\quad
          w_i \\propto K\\Big(\\frac{d(c(M_i), c_0)}{h}\\Big) \\frac{\\pi(\\theta_i)}{r(\\theta_i)}

with the prior pi, the Epanechnikov kernel K(x) = 1 - x^2, and the distance d in units of the
standard deviations of c among the proposals that are left. h lets a fixed fraction of the
proposals in. What the width of the kernel adds is removed by local regression on the probit scale z
of the parameters:

.. math:: z_i^* = m(c_0) + \\frac{s(c_0)}{s(c_i)} (z_i - m(c_i))

m is linear in c, log s^2 as well. The effective number of samples is (sum w)^2 / sum w^2.

r is a normal density in z: mean of the amortised posterior, and 1.5^2 times its covariance. It only
says where to look: a wrong amortised posterior shows as a difference, as long as r is wide enough.

References
----------
Beaumont, Zhang and Balding, Genetics 162, 2025 (2002): local linear regression.
Blum and François, Stat. Comput. 20, 63 (2010): the heteroscedastic correction.
Kish, Survey Sampling, Wiley (1965): effective number of samples.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

WIDER = 1.5
"""Standard deviations of the proposal over those of the amortised posterior."""
ACCEPTED = 0.25
"""Fraction of the proposals inside the kernel."""
EDGE = 1e-6
"""Fractions are cut to [EDGE, 1 - EDGE], where the probit is finite."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Weighted samples of the posterior of one echo.

    Parameters
    ----------
    y : float64 array, (n, n_parameters)
        Samples as fractions of the ranges.
    weights : float64 array, (n,)
        With the sum 1.
    n_simulated : int
        Signals that were simulated.
    """

    y: np.ndarray
    weights: np.ndarray
    n_simulated: int

    @property
    def n_effective(self) -> float:
        """Effective number of samples."""
        return float(1 / (self.weights**2).sum())

    @property
    def mean(self) -> np.ndarray:
        """Mean, (n_parameters,)."""
        return self.weights @ self.y

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation, (n_parameters,)."""
        return np.sqrt(self.weights @ (self.y - self.mean) ** 2)

    @property
    def correlation(self) -> np.ndarray:
        """Correlation of the parameters, (n_parameters, n_parameters)."""
        z = (self.y - self.mean) / self.sd
        return (z * self.weights[:, None]).T @ z


@dataclass(frozen=True, eq=False)
class Proposal:
    """A normal density of the probits z = Phi^-1(y).

    Parameters
    ----------
    mean : float64 array, (n_parameters,)
    root : float64 array, (n_parameters, n_parameters)
        Lower triangular, root root^T the covariance.
    """

    mean: np.ndarray
    root: np.ndarray

    @classmethod
    def around(cls, y: np.ndarray, wider: float = WIDER) -> "Proposal":
        """Return the proposal around samples of the amortised posterior, (n, n_parameters)."""
        z = ndtri(np.clip(y, EDGE, 1 - EDGE))
        covariance = np.cov(z.T).reshape(z.shape[1], z.shape[1])
        return cls(z.mean(axis=0), wider * np.linalg.cholesky(covariance))

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return probits, (n, n_parameters)."""
        return self.mean + rng.standard_normal((n, len(self.mean))) @ self.root.T

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Return log r up to a constant, (n,)."""
        return -0.5 * (np.linalg.solve(self.root, (z - self.mean).T) ** 2).sum(axis=0)


def importance_sample(
    proposal: Proposal, z: np.ndarray, summaries: np.ndarray, context: np.ndarray
) -> Reference:
    """Sample the posterior of one echo with a uniform prior.

    Parameters
    ----------
    proposal : Proposal
        r.
    z : float64 array, (n, n_parameters)
        Probits of the simulated parameters, from the proposal.
    summaries : float64 array, (n, n_context)
        c of one simulated signal for each.
    context : float64 array, (n_context,)
        Summary c_0 of the echo.
    """
    n = len(z)
    c = summaries - context

    # A uniform density of y is the standard normal one of z
    log_ratio = -0.5 * (z**2).sum(axis=1) - proposal.log_density(z)
    ratio = np.exp(log_ratio - log_ratio.max())

    # Kernel: distances in units of the spread of the nearer half
    scale = _spread(c)
    distance = np.sqrt(((c / scale) ** 2).sum(axis=1))
    near = distance <= np.quantile(distance, 0.5)
    distance = np.sqrt(((c / _spread(c[near])) ** 2).sum(axis=1))
    h = np.quantile(distance, ACCEPTED)
    weights = np.maximum(1 - (distance / h) ** 2, 0) * ratio

    # Regression to c = c_0
    inside = weights > 0
    z, c, weights = z[inside], c[inside] / scale, weights[inside] / weights.sum()
    return Reference(ndtr(_adjusted(z, c, weights)), weights, n)


def _spread(c: np.ndarray) -> np.ndarray:
    return np.maximum(c.std(axis=0), 1e-12)


def _adjusted(z: np.ndarray, c: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Samples moved from their summaries, c relative to c_0, to c_0."""
    X = np.concatenate([np.ones((len(c), 1)), c], axis=1)
    root = np.sqrt(weights)[:, None]
    m = np.linalg.lstsq(root * X, root * z, rcond=None)[0]
    residual = z - X @ m
    log_square = np.log(residual**2 + 1e-12)
    s = np.linalg.lstsq(root * X, root * log_square, rcond=None)[0]
    factor = np.exp(np.clip(-0.5 * c @ s[1:], -1, 1))
    return m[0] + factor * residual
