"""The periodic square lattice: distances between spins, and the interaction K(d) laid out for a circular correlation."""

from functools import lru_cache

import numpy as np

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS


def displacements(n_x: int, n_y: int) -> tuple[np.ndarray, np.ndarray]:
    """Shortest periodic displacement d = (d_x, d_y), in sites, for every offset: arrays (n_x, 1) and (1, n_y).

    Index 0 is the spin itself; indices past half the lattice are negative displacements (the order of an FFT).
    """
    d_x = np.fft.fftfreq(n_x, 1 / n_x)[:, None]
    d_y = np.fft.fftfreq(n_y, 1 / n_y)[None, :]
    return d_x, d_y


@lru_cache(maxsize=4)
def interaction(kernel: str, xi: float, p: float, normalisation: str, n_x: int, n_y: int) -> np.ndarray:
    """K(d) for every lattice offset, float64 (n_x, n_y), read-only; K(0) = 0, and with "sum" divided by its sum W."""
    d_x, d_y = displacements(n_x, n_y)
    r = np.hypot(d_x, d_y)
    r[0, 0] = 1.0
    with np.errstate(all="ignore"):
        K = KERNELS[kernel](r, xi=xi, p=p)
        K[0, 0] = 0.0
        if normalisation == "sum":
            K = K / K.sum()
    if not np.isfinite(K).all():
        raise InputError(f"The {kernel} kernel with xi = {xi:g} sites and p = {p:g} has no finite values on a "
                         f"{n_x} × {n_y} lattice. Choose a larger xi or a smaller p.")
    K.setflags(write=False)
    return K
