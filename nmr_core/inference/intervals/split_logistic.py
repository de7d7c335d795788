"""Split logistic density on [0, 1]: one width below its location, another one above.

With f(z) = e^-z/(1 + e^-z)^2, the logistic density, sigma = sigma_- for y < mu and sigma_+ else,

    p(y) = 2/(sigma_- + sigma_+) f((y - mu)/sigma) / mass,      0 <= y <= 1,

and the mass makes its integral over [0, 1] equal to 1. The location may lie outside [0, 1]; the
mode is then at the bound. The tails are exponential, so a large error costs no more than its size.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

SMALLEST = 1e-12
"""Least mass inside [0, 1], and least density."""
LARGEST = 1200.0
"""Largest statistic, so that exp does not overflow."""


@dataclass(frozen=True, eq=False)
class SplitLogistic:
    """Densities of n signals and n_known targets.

    Parameters
    ----------
    location, below, above : float64 array, (n, n_known)
        mu, sigma_- and sigma_+, as fractions of the range of the prior.
    """

    location: np.ndarray
    below: np.ndarray
    above: np.ndarray

    @property
    def mode(self) -> np.ndarray:
        """The most probable value inside [0, 1], (n, n_known)."""
        return np.clip(self.location, 0.0, 1.0)

    def z(self, y: np.ndarray) -> np.ndarray:
        """Return (y - mu)/sigma with the sigma of the side of y."""
        side = np.where(y < self.location, self.below, self.above)
        return (y - self.location) / side

    def statistic(self, y: np.ndarray) -> np.ndarray:
        """Return lambda = log p(mode) - log p(y) >= 0, (n, n_known)."""
        return log_logistic(self.z(self.mode)) - log_logistic(self.z(y))

    def reach(self, statistic: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the two ends of {y : lambda <= statistic}, not cut to [0, 1].

        Parameters
        ----------
        statistic : float array
            Not negative; its shape broadcasts with (n, n_known).
        """
        level = log_logistic(self.z(self.mode)) - np.minimum(statistic, LARGEST)
        # f(z) = e^level has the solutions cosh(z/2) = e^(-level/2)/2
        z = 2 * np.arccosh(np.maximum(np.exp(-level / 2) / 2, 1.0))
        return self.location - self.below * z, self.location + self.above * z

    def cumulative(self, y: np.ndarray) -> np.ndarray:
        """Return the distribution function before it is cut to [0, 1]."""
        z, total = self.z(y), self.below + self.above
        lower = 2 * self.below * expit(z) / total
        upper = 1 - 2 * self.above * expit(-z) / total
        return np.where(z < 0, lower, upper)

    def loss(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return -log p(y) and its derivatives by mu, sigma_- and sigma_+, each (n, n_known)."""
        total = self.below + self.above
        z = self.z(y)
        is_below = z < 0
        slope = np.tanh(z / 2)

        # Mass inside [0, 1] and its derivatives
        ends = [self._end(np.full_like(self.location, end)) for end in (0.0, 1.0)]
        mass, by_location, by_below, by_above = (
            upper - lower for lower, upper in zip(*ends, strict=True)
        )
        mass = np.maximum(mass, SMALLEST)

        # -log p = log(total/2) - log f(z) + log(mass)
        loss = np.log(total / 2) - log_logistic(z) + np.log(mass)
        side = np.where(is_below, self.below, self.above)
        d_location = -slope / side + by_location / mass
        d_side = -slope * z / side
        d_below = 1 / total + np.where(is_below, d_side, 0.0) + by_below / mass
        d_above = 1 / total + np.where(is_below, 0.0, d_side) + by_above / mass
        return loss, d_location, d_below, d_above

    def _end(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The distribution function at one end and its derivatives by mu, sigma_-, sigma_+."""
        z, total = self.z(y), self.below + self.above
        density = 2 / total * np.exp(log_logistic(z))
        is_below = z < 0
        tail = 2 * expit(-np.abs(z)) / total**2
        d_below = np.where(is_below, tail * self.above - density * z, tail * self.above)
        d_above = np.where(is_below, -tail * self.below, -tail * self.below - density * z)
        return self.cumulative(y), -density, d_below, d_above


def log_logistic(z: np.ndarray) -> np.ndarray:
    """Return log f(z) of the logistic density."""
    size = np.abs(z)
    return -size - 2 * np.log1p(np.exp(-size))
