"""Power-law interaction."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import P_SEARCH, XI, XI_SEARCH, P


def power_law(r: np.ndarray, xi: float, p: float) -> np.ndarray:
    """K(r) = (r/xi)^-p, with r and xi in sites.

    xi is only a factor xi^p: with normalisation "sum" it cancels. Source: ML4SCI spin-echo challenge, 2020.
    """
    return (r / xi) ** -p


KERNEL = Kernel(
    "power_law",
    "Power law",
    power_law,
    (XI, P),
    r"K(r) = (r/\xi)^{-p}",
    searches=(XI_SEARCH, P_SEARCH),
)
