"""The ML4SCI spin-echo challenge of 2020."""

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
    """alpha_x = alpha_y = alpha/2, the secular half of the transverse coupling; gamma_3 = 10^-d."""
    return {
        "alpha_x": own["alpha"] / 2,
        "alpha_y": own["alpha"] / 2,
        "xi": own["xi"],
        "p": own["p"],
        "gamma_3": 10.0 ** -own["d"],
    }


PRESETS = (
    Preset(
        "ml4sci_2020",
        "ML4SCI challenge 2020",
        "Power-law coupling divided by its own sum on 50 × 50 spins; 471 points, echo at 100 µs.",
        "ML4SCI hackathon 2020, spin-echo challenge (mat_info.txt, echos_r.txt, echos_i.txt); "
        "ranges as published.",
        ParameterSpace(
            (
                ALPHA,
                PHYSICAL["xi"].within(0, 20, 10.0, hint="", open_low=True),
                PHYSICAL["p"].within(2, 4, 3.0, description="Exponent of the power law."),
                D,
            )
        ),
        Experiment(
            Material("power_law", normalisation="sum"),
            Protocol(tau=50.0, dt=2 * REDUCED, phase_1=0, phase_2=90, sense=-1, record="after"),
            Sample(50, 50, "grid"),
        ),
        translate,
    ),
)
