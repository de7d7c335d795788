"""Signals of spins 1/2 have |M| <= 1/2: curves beyond that are in another unit."""

import numpy as np

LARGEST = 0.5
"""|M| of spins that are all aligned."""
TOLERANCE = 1.02
SIGMAS = 6.0
"""Standard deviations of the noise of one channel by which a point may lie above."""


def noise_of(signals: np.ndarray) -> np.ndarray:
    """Return the standard deviation of the noise in one channel of each sample, (n_samples,).

    Parameters
    ----------
    signals : complex array (n_samples, n_settings, n_times)
        Curves that are smooth but for their noise.

    Notes
    -----
    The second difference M[k-1] - 2 M[k] + M[k+1] of white noise has six times its variance; its
    median over the points is not changed by the few points where the curve itself bends.
    """
    if signals.shape[-1] < 3:
        return np.zeros(len(signals))
    medians = []
    for curves in signals:  # one by one: in double precision all of them may not fit into memory
        bends = np.abs(np.diff(curves.astype(np.complex128), 2, axis=-1)) ** 2
        medians.append(np.median(bends))
    # The median of |z|^2 is 2 ln 2 times the variance of one channel
    return np.sqrt(np.array(medians) / (2 * np.log(2) * 6))


def limit_of(signals: np.ndarray) -> np.ndarray:
    """Return the largest |M| that each sample may have, (n_samples,); see :func:`noise_of`."""
    return TOLERANCE * LARGEST + SIGMAS * np.minimum(noise_of(signals), LARGEST)


def too_large(signals: np.ndarray) -> np.ndarray:
    """Return the samples with |M| above 1/2 and their noise.

    Parameters
    ----------
    signals : complex array (n_samples, n_settings, n_times)
        Curves that claim to be M.
    """
    if not signals.size:
        return np.empty(0, int)
    largest = np.abs(signals).max(axis=(1, 2))
    return np.flatnonzero(largest > limit_of(signals))
