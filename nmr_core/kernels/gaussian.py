"""Gaussian interaction, stretched when p differs from 2."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import P_SEARCH, XI, XI_SEARCH, P


def gaussian(r: np.ndarray, xi: float, p: float = 2.0) -> np.ndarray:
    """K(r) = exp(-(r/xi)^p), with r and xi in sites. Source: Carr et al., PRB 106, L041119 (2022), for p = 2."""
    return np.exp(-((r / xi) ** p))


KERNEL = Kernel(
    "gaussian",
    "Gaussian",
    gaussian,
    (XI, P),
    r"K(r) = e^{-(r/\xi)^p}",
    searches=(XI_SEARCH, P_SEARCH),
)
