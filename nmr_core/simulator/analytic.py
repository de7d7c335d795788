"""Echoes without interaction, in closed form."""

import numpy as np

from nmr_core.experiment import Experiment, Sample
from nmr_core.simulator.line import density, lorentzian_fraction, quantile


def characteristic_function(
    s: np.ndarray,
    line_width: float,
    cutoff: float,
    n_panels: int = 100,
    *,
    line: str = "lorentzian",
    line_fraction: float = 0.5,
) -> np.ndarray:
    """Characteristic function of a truncated line about its centre, chi(s) = E[cos(delta s)].

    Parameters
    ----------
    s : float array
        Reduced times, s = 2π t.
    line_width, cutoff : float
        FWHM and half length of the line, MHz.
    n_panels : int
        Panels of the quadrature.
    line, line_fraction
        Shape of the line, as of :class:`~nmr_core.experiment.Sample`.

    Returns
    -------
    float64 array
        Of the shape of s.

    Notes
    -----
    With delta = quantile(u) of the Lorentzian the integral runs over u in (0, 1), with constant
    weight or that of the line over the Lorentzian; 20 Gauss-Legendre nodes per panel.
    """
    nodes, weights = np.polynomial.legendre.leggauss(20)
    # Nodes and weights of all panels
    u = (np.arange(n_panels)[:, None] + (nodes + 1) / 2).ravel() / n_panels
    w = np.tile(weights / (2 * n_panels), n_panels)
    delta = quantile(u, line_width, cutoff)
    if line != "lorentzian":
        fraction = lorentzian_fraction(Sample(line=line, line_fraction=line_fraction))
        w = w * density(delta, line_width, fraction) / density(delta, line_width, 1.0)
        w = w / w.sum()
    phase = np.multiply.outer(np.asarray(s, dtype=float), delta)
    return np.cos(phase) @ w


def has_uncoupled_solution(experiment: Experiment) -> bool:
    """Whether :func:`uncoupled_magnitude` applies: one pulse at t = 0, then only 180° pulses."""
    protocol = experiment.protocol
    return protocol.pulse_times[:1] == (0.0,) and all(
        pulse.angle % 360 == 180 for pulse in protocol.pulses[1:]
    )


def uncoupled_magnitude(experiment: Experiment) -> np.ndarray:
    """Signal magnitude |M(t)| of infinitely many spins without interaction (alpha = 0).

    Returns
    -------
    float64 array, (n_times,)

    Notes
    -----
    |M(t)| = sin(beta_1)/2 · chi(2π (t - e)) · exp(-R2 2π t) after a first pulse beta_1 and 180°
    pulses. The last 180° pulse before t refocuses at e: e_0 = 0 and e_k = 2 t_k - e_(k-1) for the
    pulse at t_k.
    """
    protocol, material, time = experiment.protocol, experiment.material, experiment.protocol.time
    # Time of refocusing for every point
    echo = 0.0
    refocused = np.zeros_like(time)
    for pulse in protocol.pulse_times[1:]:
        echo = 2 * pulse - echo
        refocused = np.where(time <= pulse, refocused, echo)
    chi = characteristic_function(
        2 * np.pi * (time - refocused),
        experiment.line_width,
        experiment.cutoff,
        line=experiment.line,
        line_fraction=experiment.line_fraction,
    )
    R2 = (material.gamma_1 + material.gamma_2 + material.gamma_3) / 2
    excited = 0.5 * abs(np.sin(np.radians(protocol.pulses[0].angle)))
    return excited * np.abs(chi) * np.exp(-R2 * 2 * np.pi * time)
