"""The constant kernel."""

import numpy as np

from nmr_core.kernels._kernel import Kernel


def constant(r: np.ndarray) -> np.ndarray:
    """Interaction of infinite range.

    K(r) = 1

    With normalisation "sum" every spin feels the mean of all others: the all-to-all model.

    Parameters
    ----------
    r : float array
        Distance, in sites.

    Returns
    -------
    float array
        Ones, of the shape of r.

    References
    ----------
    Kac, in Statistical Physics, Phase Transitions and Superfluidity, vol. 1 (Gordon and Breach,
    1968), p. 241.
    """
    return np.ones_like(r)


KERNEL = Kernel("constant", "Constant (all-to-all)", constant, (), "K(r) = 1")
