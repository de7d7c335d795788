"""Anisotropic coupling measured at four pulse angles with receiver noise, as in a laboratory."""

from nmr_core.experiment import DERIVED, PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset
from nmr_core.presets.ml4sci_2020 import D

ANGLES = (60.0, 90.0, 120.0, 180.0)
RATIO_Y = Parameter(
    "ratio_y", "αy/αx", "", 0, 1, 0.6, description="Anisotropy in the plane: αy over αx."
)
RATIO_Z = Parameter(
    "ratio_z", "αz/αx", "", -1, 1, 0.3, description="Anisotropy along the field: αz over αx."
)


def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """Couplings from strength and ratios, and gamma_3 = 10^-d.

    alpha_x = omega_p · line_width/(2 abs(W)), alpha_y = ratio_y alpha_x, alpha_z = ratio_z alpha_x.
    """
    experiment = base.replace(xi=own["xi"])
    alpha_x = own.get("alpha_x", own["omega_p"] * experiment.line_width / (2 * abs(experiment.W)))
    return {
        "xi": own["xi"],
        "alpha_x": alpha_x,
        "alpha_y": own["ratio_y"] * alpha_x,
        "alpha_z": own["ratio_z"] * alpha_x,
        "gamma_3": 10.0 ** -own["d"],
    }


PRESETS = (
    Preset(
        "lab",
        "Laboratory, four pulse angles",
        "Anisotropic Gaussian coupling on 50 × 50 spins, four refocusing angles of the same "
        "material, receiver noise.",
        "Spin Echo Lab. Offsets are stratified; the noise is 1 % of the largest possible signal "
        "(1/2) in Re M and in Im M; second order in time, because the first order's error (up to "
        "0.012) would be larger than that noise.",
        ParameterSpace(
            (
                DERIVED["omega_p"].within(0.3, 6, 3.0),
                PHYSICAL["xi"].within(1, 15, 5.0),
                RATIO_Y,
                RATIO_Z,
                D,
            )
        ),
        Experiment(
            Material("gaussian"),
            Protocol(
                tau=50.0,
                dt=2 * REDUCED,
                phase_1=0,
                phase_2=90,
                sense=-1,
                noise=0.005,
                integrator="exponential_midpoint",
            ),
            Sample(50, 50),
        ),
        translate,
    ).measure(angle_2=ANGLES),
)
