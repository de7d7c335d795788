"""The power-law kernel."""

import numpy as np

from nmr_core.kernels._kernel import Kernel
from nmr_core.kernels.lengths import P_SEARCH, XI, XI_SEARCH, P


def power_law(r: np.ndarray, xi: float, p: float) -> np.ndarray:
    """Interaction that decays algebraically.

    K(r) = (r/xi)^-p

    xi is a constant factor xi^p: with normalisation "sum" it cancels.

    Parameters
    ----------
    r : float array
        Distance, in sites.
    xi : float
        Distance at which K = 1, in sites.
    p : float
        Exponent.

    Returns
    -------
    float array
        K, of the shape of r.

    References
    ----------
    ML4SCI hackathon, spin-echo challenge (2020).
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
