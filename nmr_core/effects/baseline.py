"""Baseline of the receiver."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class Baseline(Effect):
    """Offset and slow drift of the receiver.

    M(t) + c₀ + c₁ P₁(x) + c₂ P₂(x)

    P₁ = x and P₂ = (3x² - 1)/2 are Legendre polynomials, with x from -1 at the first to 1 at the
    last point. One baseline per sample, for all its acquisitions.

    Parameters
    ----------
    constant : float
        Standard deviation of Re c₀ and of Im c₀, normal about 0, in units of M (at most 1/2).
    drift : float
        The same of c₁ and of c₂.

    References
    ----------
    Hoult, Prog. NMR Spectrosc. 12, 41 (1978).
    """

    name = "baseline"
    label = "Baseline"
    keeps_symmetry = True
    ladder = Ladder("constant", (1e-5, 1e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05))
    random_strength = LogUniform("constant", 5e-4, 0.1)

    constant: float = number(
        "σ₀", "", 0, 1, 0.005, "Standard deviation of the constant, in Re M and in Im M."
    )
    drift: float = number(
        "σ₁", "", 0, 1, 0, "Standard deviation of the linear and of the quadratic part."
    )

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        constant, linear, quadratic = rng.standard_normal(3) + 1j * rng.standard_normal(3)
        x = 2 * context.x - 1
        return self.constant * constant + self.drift * (linear * x + quadratic * (1.5 * x**2 - 0.5))

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        return signals + draws[:, None]
