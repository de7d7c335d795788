"""Receiver noise of the protocol."""

import numpy as np

from nmr_core.experiment import Protocol
from nmr_core.simulator.offsets import Seed


def with_noise(signal: np.ndarray, protocol: Protocol, seed: Seed, setting: int = 0) -> np.ndarray:
    """Add Gaussian noise of standard deviation ``protocol.noise`` to Re and Im of a signal.

    Parameters
    ----------
    signal : complex array, (n_times,)
        M(t) without noise.
    protocol : Protocol
        Pulses, delays and time step.
    seed : int or list of int
        Seed of the sample.
    setting : int
        Acquisition of the sample; each has its own stream, (seed, 1 + setting).

    Returns
    -------
    complex array, (n_times,)
        Of the type of ``signal``.
    """
    if not protocol.noise:
        return signal
    entropy = [*seed] if isinstance(seed, list | tuple) else [seed]
    rng = np.random.default_rng([*entropy, 1 + setting])
    re, im = rng.normal(scale=protocol.noise, size=(2, len(signal)))
    return (signal + (re + 1j * im)).astype(signal.dtype)
