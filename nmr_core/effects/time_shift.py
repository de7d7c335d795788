"""A clock that starts a little early or late."""

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class TimeShift(Effect):
    """M(t - δ), by linear interpolation between the points that no pulse separates; the first and the last of them are held.

    One δ a sample, for all its settings: µs, normal about 0 with standard deviation ``sd``; it need not be whole points.
    Linear interpolation lowers a component of frequency f by at most 1 - cos(π f dt): .5 % at .1 MHz and dt = .318 µs.
    Source: trigger jitter between pulse programmer and digitiser; our own model.
    """

    name = "time_shift"
    label = "Time shift"
    keeps_symmetry = True
    ladder = Ladder("sd", (0.001, 0.01, 0.03, 0.1, 0.3, 1))
    random_strength = LogUniform("sd", 2e-4, 0.03, of_record=True)

    sd: float = number(
        "σt", "µs", 0, 1000, 0.1, "Standard deviation of the shift, one draw a sample."
    )

    def draw(self, context, n_settings, rng):
        return np.array(self.sd * rng.standard_normal())

    def change(self, context, signals, draws):
        return np.stack(
            [_shifted(context, curves, shift) for curves, shift in zip(signals, draws, strict=True)]
        )


def _shifted(context, curves: np.ndarray, shift: float) -> np.ndarray:
    """One sample, (n_settings, n_times)."""
    shifted = curves.copy()
    for piece in context.pieces:
        t = context.time[piece]
        if len(t) > 1:
            at = np.clip(t - shift, t[0], t[-1])
            before = np.clip(np.searchsorted(t, at, "right") - 1, 0, len(t) - 2)
            fraction = (at - t[before]) / (t[before + 1] - t[before])
            known = curves[:, piece]
            shifted[:, piece] = known[:, before] * (1 - fraction) + known[:, before + 1] * fraction
    return shifted
