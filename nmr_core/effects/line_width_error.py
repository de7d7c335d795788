"""Error of the line width."""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder
from nmr_core.experiment import PHYSICAL, Experiment

NARROWEST = 0.05
"""Smallest line width, as a fraction of the nominal one."""


@effect
class LineWidthError(Effect):
    """Line width that differs from the nominal one.

    Γ (1 + ε), at least Γ/20, in place of Γ (FWHM, MHz)

    The echoes are simulated with the changed line. One ε per sample, for all its acquisitions. The
    cutoff of the line stays; parameters and derived values (omega_p) are the nominal ones.

    Parameters
    ----------
    sd : float
        Standard deviation of ε, which is normal about 0, in %.

    Notes
    -----
    A model of a line width that was measured on another sample or at another temperature.
    """

    name = "line_width_error"
    label = "Line width error"
    simulated = True
    keeps_symmetry = True
    ladder = Ladder("sd", (1, 2, 5, 10, 20), by_default=False)
    random_strength = None

    sd: float = number(
        "σΓ",
        "%",
        0,
        50,
        5,
        "Standard deviation of the relative error of the line width, one draw per sample.",
    )

    def prepare(self, experiments: Sequence[Experiment], rng: np.random.Generator):
        factor = max(NARROWEST, 1 + self.sd / 100 * rng.standard_normal())
        spec = PHYSICAL["line_width"]
        return tuple(
            e.replace(line_width=min(max(e.line_width * factor, spec.low), spec.high))
            for e in experiments
        )
