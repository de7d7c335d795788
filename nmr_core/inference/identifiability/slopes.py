"""Sensitivities dM/dtheta by finite differences with common random numbers, and how far they can be trusted."""

from collections.abc import Sequence
from math import inf

import numpy as np

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.curves import curves
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

STEP = 0.01
"""First step, as a share of the range. Measured on ml4sci_2020: single precision then changes slopes by 1e-5 of their size (in
double precision they cost four times as much), the step itself by 1e-3, and the choice of seeds by 1e-1."""
GOOD = 0.02
"""Relative error of a slope below which the step is not made smaller."""
N_STEPS = 3
STENCILS = {
    "central": ((1, 0.5), (-1, -0.5)),
    "forward": ((1, 4.0), (2, -1.0), (0, -3.0)),
    "backward": ((-1, -4.0), (-2, 1.0), (0, 3.0)),
}
"""Name -> (place in steps, weight): f' = sum weight · f(theta + place · h)/h (one-sided: /(2 h)), error of order h²."""


def slope(
    preset: Preset, place: dict, spec: Parameter, seeds: Sequence[list[int]], dtype: str = "float32"
) -> tuple[np.ndarray, float]:
    """dM/dtheta for every seed, complex128 (n_seeds, n_settings, n_times), per unit of theta, and its relative error.

    Differences with the steps h and h/2, joined as (4 D(h/2) - D(h))/3 (Richardson); the error is |D(h/2) - that|/|that|, rms.
    Where it is above ``GOOD``, h is made four times smaller, twice at most. At the edge of what the simulator can do the
    difference is one-sided. :class:`InputError` if no side can be simulated.
    """
    best, least, h = None, inf, STEP * spec.width
    for _ in range(N_STEPS):
        coarse, fine = (
            _difference(preset, place, spec.name, step, seeds, dtype) for step in (h, h / 2)
        )
        joined = (4 * fine - coarse) / 3
        size = _rms(joined.mean(0))
        error = _rms((fine - joined).mean(0)) / size if size > 1e-9 / spec.width else 0.0
        if error < least:
            best, least = joined, error
        if error <= GOOD:
            break
        h /= 4
    return best, least


def _difference(
    preset: Preset, place: dict, name: str, h: float, seeds: Sequence[list[int]], dtype: str
) -> np.ndarray:
    for kind, stencil in STENCILS.items():
        values = [place | {name: place[name] + at * h} for at, _ in stencil]
        try:
            found = curves(preset, values, seeds, dtype)
        except InputError as error:
            refused = error
            continue
        weights = np.array([weight for _, weight in stencil]) / (h if kind == "central" else 2 * h)
        return np.tensordot(weights, found.astype(complex), 1)
    raise InputError(
        f"No slope in {name} can be simulated at {name} = {place[name]:.4g}: {refused}"
    )


def check_grid(preset: Preset, place: dict, specs: Sequence[Parameter]) -> None:
    """A parameter that changes the time grid has no slope."""
    here = preset.experiments(**place)[0].protocol.grid
    for spec in specs:
        try:
            moved = preset.experiments(**place | {spec.name: place[spec.name] + 0.2 * spec.width})[
                0
            ].protocol.grid
        except InputError:
            continue
        if moved != here:
            raise InputError(
                f"{spec.name} changes the time grid, so two echoes cannot be subtracted. Look at the bounds of the "
                f"others against it instead: --against {spec.name}=..."
            )


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt((np.abs(x) ** 2).mean()))
