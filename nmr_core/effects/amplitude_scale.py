"""Receiver gain."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder


@effect
class AmplitudeScale(Effect):
    """Receiver gain that differs from sample to sample.

    g M(t), g = max(0, 1 + ε)

    One gain per sample, for all its acquisitions.

    Parameters
    ----------
    sd : float
        Standard deviation of ε, which is normal about 0, in %.

    Notes
    -----
    A model of filling factor, coil coupling and receiver gain, which change between measurements.
    """

    name = "amplitude_scale"
    label = "Amplitude scale"
    keeps_symmetry = True
    ladder = Ladder("sd", (1, 2, 5, 10, 20), by_default=False)
    random_strength = None

    sd: float = number("σg", "%", 0, 100, 5, "Standard deviation of the gain, one draw per sample.")

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        return np.array(max(0.0, 1 + self.sd / 100 * rng.standard_normal()))

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        return signals * draws[:, None, None]
