"""Simulations of one point of the prior: mean signals, disorder, and the slopes dM/dtheta.

All of them use common random numbers: the offsets of seed j are the same for every value of every
parameter, so that differences of signals come from the parameter only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, reporting
from nmr_core.pulses import Steps
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import IDENTIFIABILITY, sample_seed

WORK = 1.3e9
"""Spin-steps for the disorder of one point: about 4 s on one core. Too few seeds make errors too
large, the more so the longer the echo: with tau = 200 us the error on d (alpha = .009 MHz, d = 4.9)
is 1.45 with 94 seeds, .19 with 384 and .09 with 1,000; with tau = 50 us .37, .22 and .22."""

STEP = 0.01
"""First step of the differences, as a fraction of the range. Measured on ml4sci_2020_secular:
single precision changes the slopes by 1e-5 of their size (double precision takes four times as
long), the step itself by 1e-3, the choice of seeds by 1e-1."""

GOOD = 0.02
"""Relative error of a slope below which the step is not made smaller."""

SIGNALS_PER_SLOPE = 4
"""Signals of a central difference with two steps, for each seed."""
N_STEPS = 3
STENCILS = {
    "central": ((1, 0.5), (-1, -0.5)),
    "forward": ((1, 4.0), (2, -1.0), (0, -3.0)),
    "backward": ((-1, -4.0), (-2, 1.0), (0, 3.0)),
}
"""Name -> (offset in steps, weight): f' = sum_k w_k f(theta + o_k h)/h, one-sided: /(2 h); the
error is of order h^2."""


@dataclass(frozen=True, eq=False)
class PointSimulation:
    """All simulations of one point.

    Parameters
    ----------
    time : (n_times,)
        In µs.
    signals : complex64 array, (n_seeds, n_settings, n_times)
        M without receiver noise.
    slopes : complex array, (n, n_slopes, n_settings, n_times)
        dM/dtheta per unit of theta, for the first ``n_slopes`` seeds.
    step_error : (n,)
        Relative error of each slope, estimated from half the step.
    """

    time: np.ndarray
    signals: np.ndarray
    slopes: np.ndarray
    step_error: np.ndarray


def simulate_point(
    preset: Preset,
    point: dict[str, Any],
    specs: Sequence[Parameter],
    seeds: Sequence[list[int]],
    progress: Progress,
    dtype: str = "float32",
) -> PointSimulation:
    """Simulate the signals of all seeds, and the slopes of the first few.

    Raises
    ------
    InputError
        The point cannot be simulated, or a parameter changes the time grid.
    """
    check_grid(preset, point, specs)
    for_slopes = seeds[: n_slope_seeds(len(seeds))]
    per_slope = SIGNALS_PER_SLOPE * len(for_slopes)
    total = n_signals(len(specs), len(seeds))
    slopes, errors = [], []
    for k, spec in enumerate(specs):
        done, message = k * per_slope, f"slope in {spec.symbol}"
        with reporting(lambda *_, done=done, message=message: progress(done, total, message)):
            one, error = slope(preset, point, spec, for_slopes, dtype)
        slopes.append(one)
        errors.append(error)
    with reporting(lambda *_: progress(total - len(seeds), total, "disorder")):
        signals = simulate_signals(preset, [point], seeds, "float32")[0]
    progress(total, total, "")
    time = preset.experiments(**point)[0].protocol.time
    return PointSimulation(time, signals, np.stack(slopes), np.array(errors))


def seeds_of(seed: int, point: int, n_seeds: int) -> list[list[int]]:
    """Return the seeds of one point, the same for all values of its parameters."""
    return [sample_seed(seed, point, IDENTIFIABILITY, j) for j in range(n_seeds)]


def usual_n_seeds(preset: Preset, *, several: bool = False) -> int:
    """Return as many seeds as ``WORK`` allows: 48 to 384 at one point, 16 to 64 at several.

    Frozen offsets are the same for every seed: 8 are enough.
    """
    if preset.build().sample.offsets == "frozen":
        return 8
    low, high = (16, 64) if several else (48, 384)
    work = WORK / 16 if several else WORK
    return int(np.clip(work / spin_steps(preset), low, high)) // 2 * 2


def usual_n_curves(preset: Preset) -> int:
    """Return how many curves a local regression has: 64 to 200, about 1 s on one core."""
    return int(np.clip(WORK / 5.4 / spin_steps(preset), 64, 200))


def n_slope_seeds(n_seeds: int) -> int:
    """Return for how many seeds slopes are computed; they vary little, so a few are enough."""
    return min(n_seeds, int(np.clip(n_seeds / 24, 4, 16)) // 2 * 2)


def n_signals(n_specs: int, n_seeds: int) -> int:
    """Return how many samples are simulated at a point, if no slope needs a smaller step."""
    return n_specs * SIGNALS_PER_SLOPE * n_slope_seeds(n_seeds) + n_seeds


def spin_steps(preset: Preset) -> float:
    """Return the cost of one sample, as number of spins times time steps."""
    experiments = preset.experiments()
    first = experiments[0]
    steps = sum(event.n_steps for event in first.protocol.events if isinstance(event, Steps))
    stages = 2 if first.integrator == "exponential_midpoint" else 1
    return len(experiments) * steps * first.sample.n_sites * stages


def simulate_signals(
    preset: Preset,
    points: Sequence[dict[str, Any]],
    seeds: Sequence[list[int]],
    dtype: str = "float64",
) -> np.ndarray:
    """Simulate M without receiver noise at several points, each with all seeds.

    Returns
    -------
    complex array, (n_points, n_seeds, n_settings, n_times)

    Raises
    ------
    InputError
        A point cannot be simulated.
    """
    at_points = [preset.experiments(**point) for point in points]
    experiments = [experiment for experiment in at_points for _ in seeds]
    signals = simulate_several(experiments, list(seeds) * len(points), dtype)
    return signals.reshape(len(points), len(seeds), len(preset.settings), -1)


def slope(
    preset: Preset,
    point: dict[str, Any],
    spec: Parameter,
    seeds: Sequence[list[int]],
    dtype: str = "float32",
) -> tuple[np.ndarray, float]:
    """Compute dM/dtheta by finite differences.

    Returns
    -------
    slope : complex128 array, (n_seeds, n_settings, n_times)
        Per unit of theta.
    error : float
        Its relative error (rms).

    Raises
    ------
    InputError
        The signal cannot be simulated on either side of the point.

    Notes
    -----
    Richardson: the differences D with the steps h and h/2 give (4 D(h/2) - D(h))/3; the error is
    |D(h/2) - that|/|that|. Where it is above ``GOOD``, h is divided by four, at most twice. At the
    edge of what can be simulated the differences are one-sided.
    """
    best, least = np.empty(0), inf
    h = STEP * spec.width
    for _ in range(N_STEPS):
        coarse = _difference(preset, point, spec.name, h, seeds, dtype)
        fine = _difference(preset, point, spec.name, h / 2, seeds, dtype)
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
    preset: Preset,
    point: dict[str, Any],
    name: str,
    h: float,
    seeds: Sequence[list[int]],
    dtype: str,
) -> np.ndarray:
    """The difference quotient with the first stencil that can be simulated."""
    for kind, stencil in STENCILS.items():
        points = [point | {name: point[name] + offset * h} for offset, _ in stencil]
        try:
            signals = simulate_signals(preset, points, seeds, dtype)
        except InputError as error:
            reason = error
            continue
        step = h if kind == "central" else 2 * h
        weights = np.array([weight for _, weight in stencil]) / step
        return np.tensordot(weights, signals.astype(complex), 1)
    raise InputError(f"No slope in {name} can be simulated at {name} = {point[name]:.4g}: {reason}")


def check_grid(preset: Preset, point: dict[str, Any], specs: Sequence[Parameter]) -> None:
    """Raise :class:`InputError` if a parameter changes the time grid: it has no slope then."""
    grid = preset.experiments(**point)[0].protocol.grid
    for spec in specs:
        moved = point | {spec.name: point[spec.name] + 0.2 * spec.width}
        try:
            moved_grid = preset.experiments(**moved)[0].protocol.grid
        except InputError:
            continue
        if moved_grid != grid:
            raise InputError(
                f"{spec.name} changes the time grid, so two echoes cannot be subtracted. "
                f"Compute the errors of the others against it instead: --against {spec.name}=..."
            )


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt((np.abs(x) ** 2).mean()))
