"""Carrier off the centre of the line."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder


@effect
class FrequencyOffset(Effect):
    """Carrier that misses the centre of the line.

    M(t) exp(2πi f (t - e))

    e is the time at which all offsets refocus: after the last pulse that of the echo, whose top
    therefore stays, and before the second pulse that of the first one. One f per sample, for all
    its acquisitions.

    Parameters
    ----------
    sd : float
        Standard deviation of f, which is normal about 0, in MHz.

    Notes
    -----
    Exact for any line off the carrier and couplings αx = αy, after a 90° and 180° pulses. Where
    the times of the pulses are unknown, e is the middle of the record.

    References
    ----------
    Hahn, Phys. Rev. 80, 580 (1950).
    """

    name = "frequency_offset"
    label = "Frequency offset"
    keeps_symmetry = True
    needs_pulses = True
    ladder = Ladder("sd", (1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.02, 0.1), by_default=False)
    random_strength = None

    sd: float = number(
        "σf", "MHz", 0, 10, 0.002, "Standard deviation of the frequency, one draw per sample."
    )

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        return np.array(self.sd * rng.standard_normal())

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        if context.refocused is None:
            refocused = np.full(len(context.time), np.mean(context.time[[0, -1]]))
        else:
            refocused = context.refocused
        turns = np.multiply.outer(draws, context.time - refocused)
        return signals * np.exp(2j * np.pi * turns)[:, None]
