"""Points that were not recorded."""

from typing import ClassVar

import numpy as np

from nmr_core.effects._effect import Effect, effect, number


@effect
class MissingPoints(Effect):
    """M(t) = 0 at points that are lost: each point of each setting with probability ``fraction``, independently.

    ``fraction`` is dimensionless, from 0 (none) to 1 (all). Lost points are 0, not NaN, so that every model can read them.
    Source: our own model of dropped packets and overwritten buffers.
    """

    name = "missing_points"
    label = "Missing points"
    old_names: ClassVar[dict[str, str]] = {"share": "fraction"}

    fraction: float = number("q", "", 0, 1, 0.02, "Fraction of the points that are lost.")

    def draw(self, context, n_settings, rng):
        return rng.random((n_settings, len(context.time))) < self.fraction

    def change(self, context, signals, draws):
        return np.where(draws, np.complex64(0), signals)
