"""Points of a scrambled Sobol sequence, which fill the unit cube more evenly than random ones."""

import warnings

import numpy as np


def sobol_points(
    rng: np.random.Generator, n_parameters: int, stop: int, *, start: int = 0
) -> np.ndarray:
    """Return points start..stop-1 of a scrambled Sobol sequence.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the scrambling.
    n_parameters : int
        Dimensions of the cube.
    start, stop : int
        First point, and the one after the last; powers of two fill the cube best.

    Returns
    -------
    float64 array, (stop - start, n_parameters)
        Coordinates in [0, 1).
    """
    from scipy.stats import qmc

    sequence = qmc.Sobol(n_parameters, scramble=True, rng=rng)
    with warnings.catch_warnings():  # the number need not be a power of two
        warnings.simplefilter("ignore", UserWarning)
        return (sequence.fast_forward(start) if start else sequence).random(stop - start)
