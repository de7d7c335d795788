"""The CUDA simulator of 2023."""

from math import pi

from nmr_core.experiment import DERIVED, PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset


def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """Couplings from the strength: alpha_x = alpha_y = omega_p · line_width/(2 W).

    Values of alpha_x and alpha_y among ``own`` have precedence.
    """
    experiment = base.replace(xi=own["xi"])
    alpha_x = own.get("alpha_x", own["omega_p"] * experiment.line_width / (2 * abs(experiment.W)))
    return {"xi": own["xi"], "alpha_x": alpha_x, "alpha_y": own.get("alpha_y", alpha_x)}


PRESETS = (
    Preset(
        "cuda_2023",
        "CUDA simulator 2023",
        "Gaussian coupling without normalisation on 100 × 100 spins; 500 points, echo at 99.6 µs.",
        "Conventions of the CUDA spin-echo simulator (2023). It publishes no prior: 0.3-6 line "
        "widths and 2-25 sites span its published echoes (2.7, 3.5 and 4.6 line widths; 5, 11.2 "
        "and 25 sites).",
        ParameterSpace((DERIVED["omega_p"].within(0.3, 6, 3.0), PHYSICAL["xi"].within(2, 25, 8.0))),
        Experiment(
            Material("gaussian", normalisation="none"),
            Protocol(tau=50.0, dt=0.6 * pi * REDUCED, phase_1=0, phase_2=0, sense=1, record="all"),
            Sample(100, 100, "iid"),
        ),
        translate,
    ),
)
