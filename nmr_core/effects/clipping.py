"""Saturation of the digitiser."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class Clipping(Effect):
    """Digitiser that saturates.

    Re M and Im M are clipped separately to [-level/2, level/2]

    Parameters
    ----------
    level : float
        Limit as a fraction of the largest possible signal, |M| = 1/2 (dimensionless); at 1 only
        noise and gain reach it.

    References
    ----------
    Hoult, Prog. NMR Spectrosc. 12, 41 (1978).
    """

    name = "clipping"
    label = "Clipping"
    keeps_symmetry = True
    ladder = Ladder("level", (0.8, 0.6, 0.4, 0.3, 0.2, 0.1), falling=True)
    random_strength = LogUniform("level", 0.05, 1)

    level: float = number(
        "c",
        "",
        0,
        100,
        0.5,
        "Largest value of the digitiser, as a fraction of the full signal 1/2.",
    )

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        limit = np.float32(self.level / 2)
        clipped = np.empty_like(signals)
        clipped.real = np.clip(signals.real, -limit, limit)
        clipped.imag = np.clip(signals.imag, -limit, limit)
        return clipped
