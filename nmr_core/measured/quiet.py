"""Noise and baseline of a measurement from its quiet parts."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import chi2

from nmr_core.io.measurement import Measurement

BLOCK, DEGREE = 16, 3
"""Points of a block, and degree of the polynomial that is removed from it."""
SHORT, SHORT_BLOCK, SHORT_DEGREE = 160, 8, 2
"""Points below which a record is short; blocks of short records, which overlap by half."""
QUIET = 0.25
"""Quantile of the blocks' variances that counts as noise."""
FEW = 8
"""Blocks up to which the quietest one counts."""
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
    values = signal[~blank] if (~blank).sum() >= 2 * SHORT_BLOCK else signal
    size, degree = (SHORT_BLOCK, SHORT_DEGREE) if len(values) < SHORT else (BLOCK, DEGREE)
    stride = size // 2 if len(values) < SHORT else size
    blocks = sliding_window_view(values[::-1], size)[::stride]

    # Residual of a polynomial in each block
    axis = np.linspace(-1, 1, size)
    basis, _ = np.linalg.qr(np.vander(axis, degree + 1))
    residual = blocks - (blocks @ basis) @ basis.T
    one_channel = measurement.real_only or measurement.magnitude
    freedom = (1 if one_channel else 2) * (size - degree - 1)
    variance = (np.abs(residual) ** 2).sum(1) / freedom
    level = QUIET
    if len(variance) <= FEW:
        # Few blocks: the lowest; blocks that overlap by half count half
        level = 1 / (1 + max(1, len(variance) * stride / size))
        low = float(variance.min())
    else:
        low = float(np.quantile(variance, QUIET))
    noise = np.sqrt(low / (chi2.ppf(level, freedom) / freedom))

    # Baseline: median of the blocks that differ least from the median of all
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
