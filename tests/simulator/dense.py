"""A whole echo by the reference algorithm: pair sums, then a 4 × 4 matrix exponential for every
spin and step.
"""

import numpy as np
from scipy.linalg import expm

from nmr_core import Experiment
from nmr_core.pulses import Pulse
from nmr_core.simulator.reference import IX, IY, IZ, dense_step


def dense_echo(
    experiment: Experiment, offsets: np.ndarray, K: np.ndarray | None = None
) -> np.ndarray:
    """M(t), complex128 (n_times,), by :func:`dense_step`; ``K`` replaces the interaction."""
    K = experiment.interaction if K is None else K
    rho = np.tile(np.eye(2) / 2 + IZ, (*offsets.shape, 1, 1)).astype(complex)
    signal = []
    for event in experiment.protocol.events:
        if isinstance(event, Pulse):
            f = np.radians(event.phase)
            U = expm(1j * event.sense * np.radians(event.angle) * (np.cos(f) * IX + np.sin(f) * IY))
            rho = U @ rho @ U.conj().T
            continue
        states = [rho]
        for _ in range(event.n_steps):
            states.append(dense_step(states[-1], K, offsets, experiment))
        rho = states[-1]
        signal += [
            np.einsum("xyab,ba->", states[k], IX + 1j * IY) / offsets.size
            for k in experiment.protocol.recorded(event.n_steps)
        ]
    return np.array(signal)
