"""Ruderman-Kittel-Kasuya-Yosida interaction: conduction electrons carry the coupling, so that it oscillates."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import XI, XI_SEARCH


def rkky(r: np.ndarray, xi: float) -> np.ndarray:
    """K(r) = x^-4 (x cos x - sin x) with x = 2 r/xi; r and xi in sites.

    Near x = 0 it goes like -1/(3 x): negative, and so is its sum W. Below x = 0.05 the difference of two nearly
    equal numbers is replaced by its series, -1/(3x) + x/30 - x^3/840. Source: Ruderman & Kittel, PR 96, 99 (1954).
    """
    x = 2.0 * r / xi
    near = np.abs(x) < 0.05
    far = np.where(near, 1.0, x)
    return np.where(
        near, -1 / (3 * x) + x / 30 - x**3 / 840, (far * np.cos(far) - np.sin(far)) / far**4
    )


KERNEL = Kernel(
    "rkky",
    "RKKY",
    rkky,
    (XI,),
    r"K(r) = \frac{x\cos x - \sin x}{x^4},\; x = 2r/\xi",
    searches=(XI_SEARCH,),
)
