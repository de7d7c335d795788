"""A digitiser that saturates."""

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class Clipping(Effect):
    """Re M and Im M, apart, are kept within ± level/2: what is beyond has that value. Nothing is random.

    ``level`` is a fraction of the largest possible signal, |M| = 1/2 (dimensionless); at 1 only noise and gain reach it.
    Source: saturation of an analogue-to-digital converter; Hoult, Prog. NMR Spectrosc. 12, 41 (1978).
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

    def change(self, context, signals, draws):
        limit, clipped = np.float32(self.level / 2), np.empty_like(signals)
        clipped.real, clipped.imag = (
            np.clip(signals.real, -limit, limit),
            np.clip(signals.imag, -limit, limit),
        )
        return clipped
