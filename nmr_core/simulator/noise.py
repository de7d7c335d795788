"""The receiver's noise."""

import numpy as np

from nmr_core.experiment import Protocol
from nmr_core.simulator.offsets import Seed


def with_noise(signal: np.ndarray, protocol: Protocol, seed: Seed, setting: int = 0) -> np.ndarray:
    """``signal`` (n_times,) plus independent Gaussian noise of standard deviation ``protocol.noise`` in Re and in Im.

    Its stream is (seed, 1 + setting): apart from the stream of the offsets, and from those of the other settings.
    """
    if not protocol.noise:
        return signal
    entropy = [*seed] if isinstance(seed, list | tuple) else [seed]
    re, im = np.random.default_rng([*entropy, 1 + setting]).normal(
        scale=protocol.noise, size=(2, len(signal))
    )
    return (signal + (re + 1j * im)).astype(signal.dtype)
