"""One material at 37 pulse strengths, as in Carr et al., PRB 106, L041119 (2022)."""

from nmr_core.experiment import DERIVED, PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset

ANGLES = tuple(range(18, 163, 4))
"""First pulse in degrees, 0.2 to 1.8 times 90°; the second pulse is twice as long."""
ANISOTROPY = Parameter(
    "anisotropy",
    "αz/αx",
    "",
    -2,
    4,
    0.0,
    description="Coupling of the z components over that of x and y.",
)


def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """alpha_x = alpha_y = omega_p · line_width/(2 W), alpha_z = anisotropy · alpha_x.

    Couplings among ``own`` have precedence.
    """
    experiment = base.replace(xi=own["xi"])
    alpha_x = own.get("alpha_x", own["omega_p"] * experiment.line_width / (2 * abs(experiment.W)))
    return {
        "xi": own["xi"],
        "alpha_x": alpha_x,
        "alpha_y": own.get("alpha_y", alpha_x),
        "alpha_z": own.get("alpha_z", own["anisotropy"] * alpha_x),
    }


_ONE = Preset(
    "pulse_angle_sweep",
    "Pulse-angle sweep, 37 angles",
    "One material, 37 pulse strengths (β, then 2β): range and anisotropy determine how the echo "
    "changes with them.",
    "Carr et al., PRB 106, L041119 (2022): angles from 0.2 to 1.8 times 90° in 37 steps, the "
    "second pulse twice the first, 40 × 40 spins; the strengths and ranges are ours.",
    ParameterSpace(
        (DERIVED["omega_p"].within(0.3, 6, 3.0), PHYSICAL["xi"].within(1, 20, 8.0), ANISOTROPY)
    ),
    Experiment(
        Material("gaussian"),
        Protocol(tau=50.0, dt=2 * REDUCED, phase_1=0, phase_2=90, sense=-1),
        Sample(40, 40),
    ),
    translate,
)

PRESETS = (_ONE.measure(angle_1=ANGLES, angle_2=[2 * angle for angle in ANGLES]),)
