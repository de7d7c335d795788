"""Design problems on tiny lattices."""

import nmr_core as nmr
from nmr_core.design.problem import DesignProblem

SIDES = {"n_x": 8, "n_y": 8, "tau": 10.0, "integrator": "exponential_euler"}


def small_preset(**fixed):
    """The lab preset on 8 x 8 spins with tau = 10 µs."""
    return nmr.preset("lab").fix(**SIDES, **fixed)


def small_problem(preset=None, **options) -> DesignProblem:
    """A problem of that preset; six angles of the second pulse."""
    if not {"vary", "candidates", "sequences"} & set(options):
        options["vary"] = {"angle_2": [30, 60, 90, 120, 150, 180]}
    return DesignProblem.of(preset or small_preset(), **options)


def uncoupled(**options) -> DesignProblem:
    """Spins without coupling: only the dephasing rate 10^-d is unknown."""
    preset = small_preset(alpha_x=0, omega_p=3, xi=5, ratio_y=0, ratio_z=0)
    return DesignProblem.of(preset.fix(angle_1=90), **options)
