"""The 2024 deep-learning challenge: mean field divided by N, xi solved from the strength."""

from math import exp

from nmr_core.experiment import DERIVED, Experiment, Material, Protocol, Sample, solve_for
from nmr_core.kernels import KERNELS
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset

LONGEST = 70.0
"""Longest range, sites; draws that need a longer one are redrawn."""
ALPHA = Parameter(
    "alpha", "α", "MHz", 0, 24, 12.0, description="Coupling times N: αx = αy = α/N.", open_low=True
)
D = Parameter(
    "d", "d", "", 5, 12, 8.0, description="Dissipation power: the dephasing rate is e^-d MHz."
)


def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """alpha_x = alpha_y = alpha/N, gamma_3 = e^-d, and xi from the strength.

    xi solves 2 alpha_x abs(W) = omega_p line_width. A value of xi among ``own`` has precedence.
    """
    alpha = own["alpha"] / base.sample.n_sites
    fields = {"alpha_x": alpha, "alpha_y": alpha, "alpha_z": 0.0, "gamma_3": exp(-own["d"])}
    if "xi" not in own:
        W = own["omega_p"] * base.sample.line_width / (2 * alpha)
        fields["xi"] = solve_for(base, "xi", W=W, high=LONGEST).xi
    return fields


def _preset(kernel: str) -> Preset:
    return Preset(
        f"deeplearn_2024_{kernel}",
        f"Deep-learning challenge 2024, {KERNELS[kernel].label}",
        f"{KERNELS[kernel].label} coupling divided by N on 50 × 50 spins, its range from the "
        "strength; 471 points, echo at 100 µs.",
        "Challenge of 2024: alpha, strength and d as published (its text says 10^-d, its numbers "
        "fit e^-d); conventions as the CUDA code, recorded after every step, which gives its 471 "
        "points.",
        ParameterSpace((ALPHA, DERIVED["omega_p"].within(0.3, 6, 3.0), D)),
        Experiment(
            Material(kernel), Protocol(tau=50.0, dt=2 * REDUCED, sense=1), Sample(50, 50, "iid")
        ),
        translate,
        solved=("xi",),
    )


PRESETS = tuple(map(_preset, ("gaussian", "rkky")))
