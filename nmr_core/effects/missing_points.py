"""Missing points."""

from typing import ClassVar

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class MissingPoints(Effect):
    """Points that were not recorded.

    M(t) = 0 at each point of each acquisition with probability ``fraction``, independently

    Lost points are 0, not NaN, so that every model can read them.

    Parameters
    ----------
    fraction : float
        Probability that a point is lost (dimensionless), 0 to 1.

    Notes
    -----
    A model of dropped packets and overwritten buffers.
    """

    name = "missing_points"
    label = "Missing points"
    keeps_symmetry = True
    ladder = Ladder("fraction", (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5))
    random_strength = LogUniform("fraction", 2e-3, 0.5)
    old_names: ClassVar[dict[str, str]] = {"share": "fraction"}

    fraction: float = number("q", "", 0, 1, 0.02, "Fraction of the points that are lost.")

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        return rng.random((n_settings, len(context.time))) < self.fraction

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        return np.where(draws, np.complex64(0), signals)
