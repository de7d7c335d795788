"""Phase error of the receiver."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class PhaseError(Effect):
    """Receiver phase that differs from that of the pulses, and drifts.

    M(t) exp(i (φ + ψ x))

    x runs from 0 at the first to 1 at the last point. One φ and one ψ per sample, for all its
    acquisitions.

    Parameters
    ----------
    sd : float
        Standard deviation of φ, which is normal about 0, in degrees.
    drift : float
        The same of ψ, the phase gained from the first to the last point.

    Notes
    -----
    φ is the phase of the receiver, ψ a drift of the reference frequency.

    References
    ----------
    Ernst, Bodenhausen & Wokaun, Principles of Nuclear Magnetic Resonance (1987), chapter 4.
    """

    name = "phase_error"
    label = "Phase error"
    keeps_symmetry = True
    ladder = Ladder("sd", (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 45))
    random_strength = LogUniform("sd", 0.5, 90)

    sd: float = number(
        "σφ", "°", 0, 360, 5, "Standard deviation of the phase, one draw per sample."
    )
    drift: float = number(
        "σψ",
        "°",
        0,
        3600,
        0,
        "Standard deviation of the phase gained from the first to the last point.",
    )

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        phase, gained = rng.standard_normal(2)
        return np.exp(1j * np.radians(self.sd * phase + self.drift * gained * context.x))

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        return signals * draws[:, None]
