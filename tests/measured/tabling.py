"""One echo as text in many ways of writing."""

import numpy as np

N = 120
TIME = 0.25 * np.arange(1, N + 1)
_SHAPE = np.exp(-(((TIME - 12) / 4) ** 2)) + 0.4 * np.exp(-TIME / 3)
SIGNAL = np.round(0.5 * _SHAPE * np.exp(0.7j + 0.2j * TIME) - 0.003 + 0.002j, 6)
"""Complex (120,), of both signs, from 0.7 down to 0.002, in steps of a quarter µs."""


def table(head, row, *, end="\n", time=TIME, signal=SIGNAL):
    """Lines of ``row(t, z)`` below ``head``."""
    return end.join([head, *(row(t, z) for t, z in zip(time, signal, strict=True))]) + end


def comma(text):
    """A decimal point as a comma."""
    return text.replace(".", ",")


def german(value, digits=4):
    """1.234,5"""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def reads_as(measurement, *, scale=1.0, time=TIME, signal=SIGNAL, rounding=1e-6, within=1e-6):
    """The measurement has these numbers, ``scale`` times, to the rounding of the text."""
    assert len(measurement.time) == len(time)
    assert np.abs(measurement.time - time).max() <= within
    assert not measurement.real_only
    assert np.abs(measurement.signal - scale * signal).max() <= rounding * abs(scale)
