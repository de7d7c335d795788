"""Measurement effects of a made model, with strengths from what was found in the measurement."""

from math import log10

from nmr_core.measured.found import FoundEcho

SNR_SPREAD = 2.0
"""Factor below and above the signal-to-noise ratio that the model is made for."""
PULSE_ANGLES = 3.0
"""Standard deviation of the pulse angles, %."""
LINE = 3.0
"""Standard deviation of a line width that was given, %."""
BASELINE = 0.3
"""Baseline that is left, in standard deviations of the noise."""
SCALED = 0.5
"""Width of the mean that a signal is divided by, in widths of the echo."""
SHIFT = 0.25
"""Least standard deviation of time zero, in points of the grid."""


def effects_for(
    echo: FoundEcho, *, averaged: float, dwell: float, line_is_given: bool
) -> list[dict]:
    """Return the effects, in the order in which they act.

    Parameters
    ----------
    echo : FoundEcho
        Of the measurement with the lowest signal-to-noise ratio.
    averaged : float
        Measured points per point of the grid.
    dwell : float
        Distance of the points of the grid, µs.
    line_is_given : bool
        Whether the line width was given; otherwise it is a parameter.
    """
    snr = max(1.0, echo.snr * averaged**0.5)
    effects: list[dict] = []
    if line_is_given:
        effects.append({"effect": "line_width_error", "sd": LINE})
    return [
        *effects,
        {"effect": "pulse_angle_error", "sd": PULSE_ANGLES},
        {"effect": "time_shift", "sd": _short(max(SHIFT * dwell, echo.time_error))},
        {"effect": "frequency_offset", "sd": _short(max(echo.offset_error, 1e-6))},
        {"effect": "baseline", "constant": _short(BASELINE * 0.5 / snr), "drift": 0.0},
        {
            "effect": "gaussian_noise",
            "snr": _short(snr / SNR_SPREAD),
            "spread": _short(2 * log10(SNR_SPREAD)),
        },
        {"effect": "echo_scaled", "width": _short(SCALED * echo.width)},
    ]


def _short(value: float) -> float:
    """Four digits: strengths are no more certain, and stand in commands and methods."""
    return float(f"{value:.4g}")
