"""Noise and baseline of a measurement from its quiet parts."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from nmr_core.io.measurement import Measurement

BLOCK = 16
"""Points of a block."""
DEGREE = 3
"""Of the polynomial that is removed from a block."""
QUIET = 0.25
"""Quantile of the blocks' variances that counts as noise."""
BLANK_RUN = 4
"""Neighbouring points of exactly the same value that were not measured."""
LEAST = 1e-6
"""Least noise, over the highest point: a record without any has that of its rounding."""


@dataclass(frozen=True, eq=False)
class QuietParts:
    """Noise of one channel, baseline, and the points that were not measured.

    Attributes
    ----------
    noise : float
        Standard deviation, in the unit of the file; > 0.
    baseline : complex
        Median of the quiet half of the blocks.
    blank : bool array (n,)
        Points in runs of exactly the same value, such as zeros at the end.
    """

    noise: float
    baseline: complex
    blank: np.ndarray


def quiet_parts(measurement: Measurement) -> QuietParts:
    """Return noise and baseline of a measurement.

    Notes
    -----
    From blocks of 16 points a cubic is removed, so that neither the baseline nor a slow signal
    counts. The lower quartile of the variances is that of the blocks without echo; its expected
    value for Gaussian noise is known.
    """
    signal = measurement.signal
    blank = _blank(signal)
    values = signal[~blank] if (~blank).sum() >= BLOCK else signal
    n_blocks = len(values) // BLOCK
    blocks = values[len(values) - n_blocks * BLOCK :].reshape(n_blocks, BLOCK)

    # Residual of a cubic in each block
    axis = np.linspace(-1, 1, BLOCK)
    basis, _ = np.linalg.qr(np.vander(axis, DEGREE + 1))
    residual = blocks - (blocks @ basis) @ basis.T
    one_channel = measurement.real_only or measurement.magnitude
    channels = 1 if one_channel else 2
    freedom = channels * (BLOCK - DEGREE - 1)
    variance = (np.abs(residual) ** 2).sum(1) / freedom
    low = float(np.quantile(variance, QUIET))
    noise = np.sqrt(low / (chi2.ppf(QUIET, freedom) / freedom))

    energy = (np.abs(blocks - np.median(blocks.real) - 1j * np.median(blocks.imag)) ** 2).mean(1)
    calm = blocks[energy <= np.median(energy)]
    baseline = complex(np.median(calm.real) + 1j * np.median(calm.imag))
    highest = float(np.abs(signal - baseline).max())
    return QuietParts(float(max(noise, LEAST * highest, 1e-300)), baseline, blank)


def _blank(signal: np.ndarray) -> np.ndarray:
    """Points in runs of exactly the same value, bool (n,)."""
    same = np.r_[False, signal[1:] == signal[:-1], False]
    blank = np.zeros(len(signal), bool)
    starts = np.flatnonzero(same[1:] & ~same[:-1])
    stops = np.flatnonzero(~same[1:] & same[:-1])
    for start, stop in zip(starts, stops, strict=True):
        if stop - start + 1 >= BLANK_RUN:
            blank[start : stop + 1] = True
    return blank
