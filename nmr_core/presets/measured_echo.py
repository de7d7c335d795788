"""An echo as a spectrometer records it: without the free induction decay, in natural units."""

from nmr_core.experiment import DERIVED, PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import Preset

RATIO_Z = Parameter(
    "ratio_z", "αz/αx", "", -1, 1, 0.0, description="Anisotropy along the field: αz over αx."
)
D = Parameter(
    "d", "d", "", 2, 6, 4.0, description="Dissipation power: the dephasing rate is 10^-d MHz."
)

CUTOFF = {"lorentzian": 5.0, "pseudo_voigt": 5.0, "gaussian": 1.5}
"""Shape of the line -> its end, in full widths: the shape is the same for all line widths."""


def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """Couplings from strength and anisotropy, gamma_3 = 10^-d, and the end of the line.

    alpha_x = alpha_y = omega_p · line_width/(2 abs(W)), alpha_z = ratio_z alpha_x; the cutoff is 5
    line widths, 1.5 of a Gaussian line.
    """
    experiment = base.replace(xi=own["xi"])
    alpha_x = own.get("alpha_x", own["omega_p"] * experiment.line_width / (2 * abs(experiment.W)))
    return {
        "xi": own["xi"],
        "alpha_x": alpha_x,
        "alpha_y": alpha_x,
        "alpha_z": own["ratio_z"] * alpha_x,
        "gamma_3": 10.0 ** -own["d"],
        "cutoff": CUTOFF[experiment.line] * experiment.line_width,
    }


PRESETS = (
    Preset(
        "measured_echo",
        "Measured echo, any protocol",
        "Gaussian coupling on 50 × 50 spins in line widths, from none that could be seen to six; "
        "the record begins after the second pulse. Fix kernel, line, tau, time step and record at "
        "those of a measurement.",
        "Spin Echo Lab. Strength in line widths, so that one prior fits any line; fix ratio_z at 0 "
        "for a coupling across the field alone. Offsets are stratified, second order in time.",
        ParameterSpace(
            (
                DERIVED["omega_p"].within(0.05, 6, 1.0, scale="log"),
                PHYSICAL["xi"].within(1, 15, 5.0),
                RATIO_Z,
                D,
            )
        ),
        Experiment(
            Material("gaussian"),
            Protocol(
                tau=50.0,
                dt=0.25,
                phase_1=0,
                phase_2=90,
                sense=-1,
                integrator="exponential_midpoint",
                record_from=5.0,
                record_every=2,
            ),
            Sample(50, 50),
        ),
        translate,
    ),
)
