"""Gradient descent with momentum, and Adam, for several runs at once."""

from dataclasses import dataclass

import numpy as np

from nmr_core.labs.landscapes import N_SAMPLES, Landscape

STEPS = 1000
BETA_2, EPSILON = 0.999, 1e-8
FAR = 1e4
"""A run that is farther out has diverged."""


@dataclass(frozen=True)
class Method:
    """How to walk down.

    Parameters
    ----------
    adam : bool
        Adam; else gradient descent.
    rate : float
        Learning rate.
    momentum : float
        Part of the last step that is kept; beta_1 of Adam.
    batch : int
        Samples per step; N_SAMPLES for the slope of all.
    """

    adam: bool
    rate: float
    momentum: float
    batch: int


def descend(landscape: Landscape, method: Method, seed: int, n_runs: int = 1) -> np.ndarray:
    """Paths of several runs.

    Parameters
    ----------
    landscape : Landscape
        Loss.
    method : Method
        Optimiser.
    seed : int
        Seed; run k starts where ``default_rng([seed, k])`` says, whatever the method.
    n_runs : int
        Number of runs.

    Returns
    -------
    array, (STEPS + 1, n_runs, n_dimensions)
        NaN after a run has diverged.
    """
    generators = [np.random.default_rng([seed, run]) for run in range(n_runs)]
    x = np.stack([landscape.start(rng) for rng in generators])
    rows = _rows(generators, method.batch)
    path = np.full((STEPS + 1, *x.shape), np.nan)
    path[0] = x
    first, second = np.zeros_like(x), np.zeros_like(x)
    with np.errstate(all="ignore"):
        for step in range(STEPS):
            slope = landscape.gradient(x, rows[step])
            if method.adam:
                first = method.momentum * first + (1 - method.momentum) * slope
                second = BETA_2 * second + (1 - BETA_2) * slope**2
                size = method.rate / (1 - method.momentum ** (step + 1))
                x = x - size * first / (np.sqrt(second / (1 - BETA_2 ** (step + 1))) + EPSILON)
            else:
                first = method.momentum * first + slope
                x = x - method.rate * first
            x = np.where(np.abs(x).max(axis=1, keepdims=True) < FAR, x, np.nan)
            path[step + 1] = x
    return path


def _rows(generators: list[np.random.Generator], batch: int) -> np.ndarray:
    """Samples of each step of each run, (STEPS, n_runs, batch)."""
    if batch == N_SAMPLES:
        every = np.arange(N_SAMPLES)
        return np.broadcast_to(every, (STEPS, len(generators), N_SAMPLES))
    drawn = [rng.integers(N_SAMPLES, size=(STEPS, batch)) for rng in generators]
    return np.stack(drawn, axis=1)
