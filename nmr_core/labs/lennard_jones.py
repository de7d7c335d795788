"""The data of the labs: points of the Lennard-Jones potential in reduced units, and descriptors.

V(r) = 4 (r^-12 - r^-6), with V in units of the well depth epsilon and r in units of sigma.
"""

from dataclasses import dataclass

import numpy as np

START, END = 1.0, 3.0
"""Range of r of the training points, in sigma."""
LOW, HIGH = 0.9, 3.0
"""Range of r of the figures."""
N_GAUSSIANS = 10


def potential(r: np.ndarray) -> np.ndarray:
    """V(r) in units of epsilon."""
    return 4 * (r**-12 - r**-6)


@dataclass(frozen=True)
class Points:
    """Points of the potential.

    Attributes
    ----------
    r, v : array, (n,)
        Distance (sigma) and energy (epsilon) with noise.
    """

    r: np.ndarray
    v: np.ndarray


def points(n: int, draw: int, noise: float = 0.0, start: float = START, end: float = END) -> Points:
    """Random points, uniform in r.

    Parameters
    ----------
    n : int
        Number of points; fewer points of the same draw are the first of more points.
    draw : int
        Seed of the distances and of the noise.
    noise : float
        Standard deviation of the noise of the energies, in epsilon.
    start, end : float
        Range of r, in sigma.
    """
    r = np.random.default_rng(draw).uniform(start, end, n)
    errors = np.random.default_rng([draw, 1]).standard_normal(n)
    return Points(r, potential(r) + noise * errors)


def gaussians(
    r: np.ndarray, n: int = N_GAUSSIANS, width: float = 1.0, start: float = START, end: float = END
) -> np.ndarray:
    """Descriptors phi_k(r) = exp(-(r - c_k)^2 / (2 w^2)) on evenly spaced centres.

    Parameters
    ----------
    r : array, (n_points,)
        Distances in sigma.
    n : int
        Number of Gaussians, at least 2.
    width : float
        w in units of the spacing of the centres.
    start, end : float
        First and last centre.

    Returns
    -------
    array, (n_points, n)
    """
    centres = np.linspace(start, end, n)
    w = width * (centres[1] - centres[0])
    return np.exp(-0.5 * ((np.asarray(r)[:, None] - centres) / w) ** 2)


def grid() -> np.ndarray:
    """Distances at which a fit is drawn, every 0.005 sigma, in and beyond the training range."""
    return np.linspace(LOW, HIGH, 421)


def test_grid() -> np.ndarray:
    """Distances at which the test error is measured, every 0.01 sigma of the training range."""
    return np.linspace(START, END, 201)


def rmse(errors: np.ndarray) -> float:
    """Root of the mean square; NaN for no errors."""
    if not np.size(errors):
        return float("nan")
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(errors, dtype=np.float64))))


def errors_of(fit: np.ndarray, r: np.ndarray, points: Points) -> tuple[float, float]:
    """Root mean square errors of a fit between its points and beyond them, in epsilon.

    Parameters
    ----------
    fit, r : array, (n_grid,)
        Energies of the fit (epsilon) at distances (sigma).
    points : Points
        Training points.
    """
    errors = fit - potential(r)
    between = (r >= points.r.min()) & (r <= points.r.max())
    return rmse(errors[between]), rmse(errors[~between])
