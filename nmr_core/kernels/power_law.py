"""Power-law interaction."""

import numpy as np

from nmr_core.kernels._kernel import Kernel


def power_law(r: np.ndarray, xi: float, p: float) -> np.ndarray:
    """K(r) = (r/xi)^-p, with r and xi in sites.

    xi is only a factor xi^p: with normalisation "sum" it cancels. Source: ML4SCI spin-echo challenge, 2020.
    """
    return (r / xi) ** -p


KERNEL = Kernel("power_law", "Power law", power_law, ("xi", "p"), r"K(r) = (r/\xi)^{-p}")
