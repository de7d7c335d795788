"""Shift of the time axis."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class TimeShift(Effect):
    """Time axis that starts early or late.

    M(t - δ)

    Linear interpolation between points that no pulse separates; beyond the first and the last of
    them the signal is constant. One δ per sample, for all its acquisitions.

    Parameters
    ----------
    sd : float
        Standard deviation of δ, which is normal about 0, in µs.

    Notes
    -----
    Trigger jitter between pulse programmer and digitiser. Linear interpolation lowers a component
    of frequency f by at most 1 - cos(π f dt): 0.5 % at 0.1 MHz and dt = 0.318 µs.
    """

    name = "time_shift"
    label = "Time shift"
    keeps_symmetry = True
    ladder = Ladder("sd", (0.001, 0.01, 0.03, 0.1, 0.3, 1))
    random_strength = LogUniform("sd", 2e-4, 0.03, of_record=True)

    sd: float = number(
        "σt", "µs", 0, 1000, 0.1, "Standard deviation of the shift, one draw per sample."
    )

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        return np.array(self.sd * rng.standard_normal())

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        pairs = zip(signals, draws, strict=True)
        return np.stack([_shifted(context, sample, shift) for sample, shift in pairs])


def _shifted(context: Context, signals: np.ndarray, shift: float) -> np.ndarray:
    """One shifted sample, (n_settings, n_times)."""
    shifted = signals.copy()
    for piece in context.pieces:
        t = context.time[piece]
        if len(t) < 2:
            continue
        # Shifted times and the points before them
        at = np.clip(t - shift, t[0], t[-1])
        before = np.clip(np.searchsorted(t, at, "right") - 1, 0, len(t) - 2)
        # Linear interpolation
        fraction = (at - t[before]) / (t[before + 1] - t[before])
        M = signals[:, piece]
        shifted[:, piece] = M[:, before] * (1 - fraction) + M[:, before + 1] * fraction
    return shifted
