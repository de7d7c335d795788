"""A line that is wider or narrower than one thinks."""

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder
from nmr_core.experiment import PHYSICAL

NARROWEST = 0.05
"""Of the line that was meant."""


@effect
class LineWidthError(Effect):
    """The line width Γ (FWHM, MHz) of a sample is Γ (1 + ε), at least Γ/20; the curve is simulated with it.

    One ε a sample, for all its settings: normal about 0 with standard deviation ``sd`` in %. The cut of the line stays; so do
    parameters and derived values (omega_p), which are the nominal ones.
    Source: our own model of a line width that was measured on another sample, or at another temperature.
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
        "Standard deviation of the relative error of the line width, one draw a sample.",
    )

    def prepare(self, experiments, rng):
        factor, spec = (
            max(NARROWEST, 1 + self.sd / 100 * rng.standard_normal()),
            PHYSICAL["line_width"],
        )
        return tuple(
            e.replace(line_width=min(max(e.line_width * factor, spec.low), spec.high))
            for e in experiments
        )
