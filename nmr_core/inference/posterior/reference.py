"""Importance sampling on the simulator: the posterior of one echo, without any network behind it.

The disorder of the line is a million unseen numbers per echo, so the likelihood of a signal is an
integral that cannot be computed. What can be sampled is the posterior given the summary c = t(M)
of :mod:`~.context`, the one that the amortised posterior is conditional on. For signals of equal
noise its u is a function of t. The prior is uniform in each parameter.

With parameters theta_i from a proposal r(theta) and one simulated signal M_i for each,

.. math:: p(\\theta | c_0) \\approx \\sum_i w_i \\delta(\\theta - \\theta_i^*), \\quad
          w_i \\propto K\\Big(\\frac{d(c(M_i), c_0)}{h}\\Big) \\frac{\\pi(\\theta_i)}{r(\\theta_i)}

with the prior pi, the Epanechnikov kernel K(x) = 1 - x^2, and the distance d in units of the
standard deviations of c among the proposals that are left. h lets a fixed fraction of the
proposals in. What the width of the kernel adds is removed by local regression on the probit scale z
of the parameters:

.. math:: z_i^* = m(c_0) + \\frac{s(c_0)}{s(c_i)} (z_i - m(c_i))

m is linear in c, log s^2 as well. The effective number of samples is (sum w)^2 / sum w^2.

r is made of normal densities in z with the mean of the amortised posterior and a multiple of its
covariance, and of the prior, which keeps the weights bounded. It only says where to look: a wrong
amortised posterior shows as a difference, as long as r is wide enough.

References
----------
Beaumont, Zhang and Balding, Genetics 162, 2025 (2002): local linear regression.
Blum and François, Stat. Comput. 20, 63 (2010): the heteroscedastic correction.
Kish, Survey Sampling, Wiley (1965): effective number of samples.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri

from nmr_core.errors import InputError

ACCEPTED = 0.25
"""Fraction of the proposals inside the kernel."""
ROUNDING = 1e-9
"""Shares of a proposal whose sum is this near 1 leave nothing to the prior."""
EDGE = 1e-6
"""Fractions are cut to [EDGE, 1 - EDGE], where the probit is finite."""
TINY = 1e-12
"""Smallest spread of a summary, and smallest width of the kernel."""


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

    def check_effective(self, least: float) -> None:
        """Raise :class:`InputError` where fewer samples than ``least`` are effective."""
        _check_effective(self.n_effective, least)


@dataclass(frozen=True, eq=False)
class Proposal:
    """A mixture of normal densities of the probits z = Phi^-1(y) with one mean, and of the prior.

    Parameters
    ----------
    mean : float64 array, (n_parameters,)
    root : float64 array, (n_parameters, n_parameters)
        Lower triangular, root root^T the covariance.
    widths : tuple of float
        Factor of root of each normal density.
    shares : tuple of float
        Fraction of the samples of each of them; the others are from the prior, whose density is
        standard normal. With a part from the prior, prior / proposal is at most 1 over that part.
    """

    mean: np.ndarray
    root: np.ndarray
    widths: tuple[float, ...]
    shares: tuple[float, ...]

    @classmethod
    def around(
        cls, y: np.ndarray, widths: tuple[float, ...], shares: tuple[float, ...]
    ) -> "Proposal":
        """Return the proposal around samples of a posterior, (n, n_parameters)."""
        z = ndtri(np.clip(y, EDGE, 1 - EDGE))
        covariance = np.cov(z.T).reshape(z.shape[1], z.shape[1])
        return cls(z.mean(axis=0), np.linalg.cholesky(covariance), widths, shares)

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return probits, (n, n_parameters)."""
        z = rng.standard_normal((n, len(self.mean)))
        component = np.searchsorted(np.cumsum(self.shares), rng.random(n), side="right")
        for k, width in enumerate(self.widths):
            chosen = component == k
            z[chosen] = self.mean + width * z[chosen] @ self.root.T
        return z

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Return log r up to a constant, (n,)."""
        n = len(self.mean)
        square = (np.linalg.solve(self.root, (z - self.mean).T) ** 2).sum(axis=0)
        log_volume = np.log(np.abs(np.diag(self.root))).sum()
        terms = [
            np.log(share) - 0.5 * square / width**2 - n * np.log(width) - log_volume
            for width, share in zip(self.widths, self.shares, strict=True)
        ]
        rest = 1 - sum(self.shares)
        if rest > ROUNDING:
            terms.append(np.log(rest) - 0.5 * (z**2).sum(axis=1))
        return logsumexp(terms, axis=0)


@dataclass(frozen=True, eq=False)
class Proposals:
    """Several proposals, whose samples are weighted as those of one mixture.

    Parameters
    ----------
    parts : tuple of Proposal
    counts : tuple of int
        Samples from each.
    """

    parts: tuple[Proposal, ...]
    counts: tuple[int, ...]

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Return log r up to a constant, (n,)."""
        terms = [
            np.log(count) + part.log_density(z)
            for part, count in zip(self.parts, self.counts, strict=True)
        ]
        return logsumexp(terms, axis=0)


def importance_sample(
    proposal: Proposal | Proposals,
    z: np.ndarray,
    summaries: np.ndarray,
    context: np.ndarray,
    *,
    accepted: float = ACCEPTED,
) -> Reference:
    """Sample the posterior of one echo with a uniform prior.

    Parameters
    ----------
    proposal : Proposal or Proposals
        r.
    z : float64 array, (n, n_parameters)
        Probits of the simulated parameters, from the proposal.
    summaries : float64 array, (n, n_context)
        c of one simulated signal for each.
    context : float64 array, (n_context,)
        Summary c_0 of the echo.
    accepted : float
        Fraction of the proposals inside the kernel.

    Raises
    ------
    InputError
        Fewer samples are effective than two per coefficient of the regression, or all are at an
        end of a range.
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
    h = max(np.quantile(distance, accepted), TINY)
    weights = np.maximum(1 - (distance / h) ** 2, 0) * ratio
    square = (weights**2).sum()
    n_effective = weights.sum() ** 2 / square if square else 0.0
    _check_effective(n_effective, 2 * (c.shape[1] + 1))

    # Regression to c = c_0
    inside = weights > 0
    z, c, weights = z[inside], c[inside] / scale, weights[inside] / weights.sum()
    y = np.clip(ndtr(_adjusted(z, c, weights)), EDGE, 1 - EDGE)
    if not np.ptp(y, axis=0).all():
        raise InputError(
            "The simulations around this echo do not reproduce it: its samples must be inside of "
            "the ranges, got all at an end of one; check that the echo is in the domain of the run."
        )
    return Reference(y, weights, n)


def _check_effective(n_effective: float, least: float) -> None:
    if n_effective < least:
        raise InputError(
            "The simulations around this echo do not reproduce it: at least "
            f"{least:.0f} must be effective, got {n_effective:.1f}; check that the echo is in the "
            "domain of the run, or take more simulations."
        )


def _spread(c: np.ndarray) -> np.ndarray:
    return np.maximum(c.std(axis=0), TINY)


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
