"""The Gaussian kernel."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import P_SEARCH, XI, XI_SEARCH, P


def gaussian(r: np.ndarray, xi: float, p: float = 2.0) -> np.ndarray:
    """Interaction that decays as a Gaussian, or as a stretched exponential unless p = 2.

    K(r) = exp(-(r/xi)^p)

    Parameters
    ----------
    r : float array
        Distance, in sites.
    xi : float
        Range, in sites.
    p : float
        Exponent; 1 for an exponential, 2 for a Gaussian.

    Returns
    -------
    float array
        K, of the shape of r.

    References
    ----------
    Carr et al., PRB 106, L041119 (2022), for p = 2.
    """
    return np.exp(-((r / xi) ** p))


KERNEL = Kernel(
    "gaussian",
    "Gaussian",
    gaussian,
    (XI, P),
    r"K(r) = e^{-(r/\xi)^p}",
    searches=(XI_SEARCH, P_SEARCH),
)
