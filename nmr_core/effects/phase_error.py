"""A receiver phase that is not the pulses'."""

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class PhaseError(Effect):
    """M(t) exp(i (φ + ψ x)), x from 0 at the first to 1 at the last point; one φ and one ψ a sample, for all its settings.

    φ and ψ in degrees, normal about 0 with standard deviations ``sd`` and ``drift``.
    Source: Ernst, Bodenhausen & Wokaun, Principles of NMR (1987), chapter 4, for φ; ψ is the drift of a reference frequency.
    """

    name = "phase_error"
    label = "Phase error"
    keeps_symmetry = True
    ladder = Ladder("sd", (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 45))
    random_strength = LogUniform("sd", 0.5, 90)

    sd: float = number("σφ", "°", 0, 360, 5, "Standard deviation of the phase, one draw a sample.")
    drift: float = number(
        "σψ",
        "°",
        0,
        3600,
        0,
        "Standard deviation of the phase gained from the first to the last point.",
    )

    def draw(self, context, n_settings, rng):
        phase, gained = rng.standard_normal(2)
        return np.exp(1j * np.radians(self.sd * phase + self.drift * gained * context.x))

    def change(self, context, signals, draws):
        return signals * draws[:, None]
