"""The ML4SCI spin-echo challenge of 2020: as published, and with the secular coupling alone.

The published code couples the y components in the laboratory and keeps the counter-rotating half of
that coupling in the rotating frame, with the phase of the end of each step. The phase advances by
2 nu0 dt = 40 rad per step, which aliases to 2.3 rad, so that the half does not average out: M
changes by .02 rms above alpha = .15 MHz, and M -> -M* is no symmetry any more.
"""

from nmr_core.experiment import PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset

ALPHA = Parameter(
    "alpha",
    "α",
    "MHz",
    0,
    0.2,
    0.1,
    description="Strength of the transverse coupling (αx = αy = α/2).",
)
D = Parameter(
    "d", "d", "", 3, 6, 4.0, description="Dissipation power: the dephasing rate is 10^-d MHz."
)


def translate(_: Experiment, own: dict[str, float]) -> dict[str, float]:
    """alpha_x = alpha_y = alpha/2, the secular half of the coupling alpha; gamma_3 = 10^-d."""
    return {
        "alpha_x": own["alpha"] / 2,
        "alpha_y": own["alpha"] / 2,
        "xi": own["xi"],
        "p": own["p"],
        "gamma_3": 10.0 ** -own["d"],
    }


FEWEST = 100
"""Signals whose mean of Re M shows which of the two presets they follow; fewer cannot tell."""
SPACE = ParameterSpace(
    (
        ALPHA,
        PHYSICAL["xi"].within(0, 20, 10.0, hint="", open_low=True),
        PHYSICAL["p"].within(2, 4, 3.0, description="Exponent of the power law."),
        D,
    )
)
SECULAR = Experiment(
    Material("power_law", normalisation="sum"),
    Protocol(tau=50.0, dt=2 * REDUCED, phase_1=0, phase_2=90, sense=-1, record="after"),
    Sample(50, 50, "grid"),
)
PUBLISHED = SECULAR.replace(carrier=10.0, carrier_axis=90.0, carrier_phase="step_end")

PRESETS = (
    Preset(
        "ml4sci_2020_secular",
        "ML4SCI challenge 2020, secular",
        "Power-law coupling divided by its own sum on 50 × 50 spins; 471 points, echo at 100 µs. "
        "Without counter-rotating terms: better physics than the published data, and what most "
        "shipped models have learned.",
        "ML4SCI hackathon 2020, spin-echo challenge: ranges and conventions as published, the "
        "coupling reduced to its secular half (ml4sci_2020 up to version 0.7).",
        SPACE,
        SECULAR,
        translate,
    ),
    Preset(
        "ml4sci_2020",
        "ML4SCI challenge 2020, as published",
        "The echoes of the published files: as the secular preset, with the counter-rotating terms "
        "of their code, held at the phase of each step's end.",
        "ML4SCI hackathon 2020, spin-echo challenge (mat_info.txt, echos_r.txt, echos_i.txt); "
        "equal to the published code for the same offsets, 1e-14 rms.",
        SPACE,
        PUBLISHED,
        translate,
    ),
)
PRESET_NAMES = tuple(preset.name for preset in PRESETS)
"""Of both presets of the challenge, whose parameters are the same."""
