"""What can be computed without a simulation: ground truth for tests, and lines to draw beside a simulated echo."""

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.simulator.offsets import quantile


def characteristic_function(s: np.ndarray, line_width: float, cutoff: float, n_panels: int = 100) -> np.ndarray:
    """chi(s) = E[cos(delta s)] of the truncated Lorentzian at reduced times s; float64, the shape of s.

    Substituting the quantile makes the weight flat: the integral over u in (0, 1), by 20 Gauss-Legendre nodes in each panel.
    """
    nodes, weights = np.polynomial.legendre.leggauss(20)
    u = (np.arange(n_panels)[:, None] + (nodes + 1) / 2).ravel() / n_panels
    delta = quantile(u, line_width, cutoff)
    return np.cos(np.multiply.outer(np.asarray(s, dtype=float), delta)) @ np.tile(weights / (2 * n_panels), n_panels)


def uncoupled_magnitude(experiment: Experiment) -> np.ndarray:
    """|M(t)| for alpha = 0 and ideal 90-180 pulses, for infinitely many spins; float64 (n_times,).

    chi(2π t) before the second pulse at tau and chi(2π (t - 2 tau)) after it, times exp(-R2 2π t)/2.
    """
    protocol, material, time = experiment.protocol, experiment.material, experiment.protocol.time
    since = np.where(time <= protocol.pulse_times[1], time, time - protocol.echo_time)
    chi = characteristic_function(2 * np.pi * since, experiment.line_width, experiment.cutoff)
    R2 = (material.gamma_1 + material.gamma_2 + material.gamma_3) / 2
    return 0.5 * np.abs(chi) * np.exp(-R2 * 2 * np.pi * time)
