"""The Ruderman-Kittel-Kasuya-Yosida kernel."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import XI, XI_SEARCH

NEAR = 0.05
"""Below this x the closed form loses digits to cancellation and the series is used."""


def rkky(r: np.ndarray, xi: float) -> np.ndarray:
    """Oscillating interaction, mediated by conduction electrons.

    K(r) = x^-4 (x cos x - sin x), x = 2 r/xi

    At short distance K is near -1/(3 x): negative, and so is its sum W.

    Parameters
    ----------
    r : float array
        Distance, in sites.
    xi : float
        Length of the oscillation (1/k_F), in sites.

    Returns
    -------
    float array
        K, of the shape of r.

    Notes
    -----
    For x < 0.05 the series -1/(3x) + x/30 - x^3/840 replaces the difference of two nearly equal
    numbers.

    References
    ----------
    Ruderman & Kittel, Phys. Rev. 96, 99 (1954).
    """
    x = 2.0 * r / xi
    near = np.abs(x) < NEAR
    far = np.where(near, 1.0, x)
    series = -1 / (3 * x) + x / 30 - x**3 / 840
    closed = (far * np.cos(far) - np.sin(far)) / far**4
    return np.where(near, series, closed)


KERNEL = Kernel(
    "rkky",
    "RKKY",
    rkky,
    (XI,),
    r"K(r) = \frac{x\cos x - \sin x}{x^4},\; x = 2r/\xi",
    searches=(XI_SEARCH,),
)
