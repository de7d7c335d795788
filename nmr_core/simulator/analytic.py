"""What can be computed without a simulation: ground truth for tests, and lines to draw beside a simulated echo."""

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.simulator.offsets import quantile


def characteristic_function(
    s: np.ndarray, line_width: float, cutoff: float, n_panels: int = 100
) -> np.ndarray:
    """chi(s) = E[cos(delta s)] of the truncated Lorentzian at reduced times s; float64, the shape of s.

    Substituting the quantile makes the weight flat: the integral over u in (0, 1), by 20 Gauss-Legendre nodes in each panel.
    """
    nodes, weights = np.polynomial.legendre.leggauss(20)
    u = (np.arange(n_panels)[:, None] + (nodes + 1) / 2).ravel() / n_panels
    delta = quantile(u, line_width, cutoff)
    return np.cos(np.multiply.outer(np.asarray(s, dtype=float), delta)) @ np.tile(
        weights / (2 * n_panels), n_panels
    )


def has_uncoupled_solution(experiment: Experiment) -> bool:
    """Whether :func:`uncoupled_magnitude` knows the answer: a pulse at the beginning, and only 180° pulses after it."""
    protocol = experiment.protocol
    return protocol.pulse_times[:1] == (0.0,) and all(
        pulse.angle % 360 == 180 for pulse in protocol.pulses[1:]
    )


def uncoupled_magnitude(experiment: Experiment) -> np.ndarray:
    """|M(t)| for alpha = 0 after a first pulse beta_1 and 180° pulses, for infinitely many spins; float64 (n_times,).

    sin(beta_1)/2 · chi(2π (t - e)) · exp(-R2 2π t), where the last 180° pulse before t refocuses at e: e_0 = 0 and
    e_k = 2 t_k - e_(k-1) for the pulse at t_k.
    """
    protocol, material, time = experiment.protocol, experiment.material, experiment.protocol.time
    echo, refocused = 0.0, np.zeros_like(time)
    for pulse in protocol.pulse_times[1:]:
        echo = 2 * pulse - echo
        refocused = np.where(time <= pulse, refocused, echo)
    chi = characteristic_function(
        2 * np.pi * (time - refocused), experiment.line_width, experiment.cutoff
    )
    R2 = (material.gamma_1 + material.gamma_2 + material.gamma_3) / 2
    return (
        0.5
        * abs(np.sin(np.radians(protocol.pulses[0].angle)))
        * np.abs(chi)
        * np.exp(-R2 * 2 * np.pi * time)
    )
