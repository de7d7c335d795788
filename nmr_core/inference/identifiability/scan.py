"""Linear estimates against a setting, a parameter, or the SNR; and over two of these."""

import time as clock
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability.identification import ErrorMap, Scan, index_of
from nmr_core.inference.identifiability.information import (
    errors_with_prior,
    fisher,
    standard_errors,
)
from nmr_core.inference.identifiability.problem import IdentifyProblem, ProblemOptions
from nmr_core.inference.identifiability.sensitivities import (
    PointSimulation,
    seeds_of,
    simulate_point,
)
from nmr_core.inference.identifiability.store import find, save
from nmr_core.parameters import Parameter
from nmr_core.presets import VERSION, Preset
from nmr_core.progress import Progress, part_of, silent

SNR = Parameter(
    "snr",
    "SNR",
    "",
    0.5,
    1e8,
    500.0,
    scale="log",
    description="Largest possible signal, 1/2, over the noise in Re M and in Im M.",
)
MAX_VALUES = 60
MAX_MAP = 400


def scannable(preset: Preset) -> tuple[Parameter, ...]:
    """Return what can be varied: SNR, settings of the protocol, the preset's own and other fields.

    Parameters whose values are texts are left out.
    """
    own = [
        spec for spec in preset.space if not any(isinstance(value, str) for value in spec.values)
    ]
    used = {*(spec.name for spec in own), *(name for name, _ in preset.settings[0]), "noise"}
    others = [spec for spec in PHYSICAL if spec.name in FIELDS and spec.name not in used]
    protocol = [spec for spec in others if FIELDS[spec.name] == "protocol"]
    return (SNR, *protocol, *own, *(spec for spec in others if spec not in protocol))


def scan(
    preset: Preset | str,
    name: str,
    values: Sequence[float],
    *,
    again: bool = False,
    progress: Progress = silent,
    **options: Unpack[ProblemOptions],
) -> Scan:
    """Compute the linear estimate of the error of every target for several values of one quantity.

    Parameters
    ----------
    preset : Preset or str
        Experiment with its prior, or its name.
    name : str
        A field (tau, angle_2, ...), a parameter, or "snr" = 0.5/noise.
    values : sequence of float
        At most 60. Where a value cannot be simulated, the errors are NaN.
    again : bool
        Compute even if the result is stored.
    point, noise, disorder, n_seeds, seed, targets
        As of :func:`identify`; ``point`` defaults to the defaults of all parameters.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Scan

    Raises
    ------
    InputError
        None of the values can be simulated, or an argument is wrong.
    """
    problem = _at_one_point(preset, options)
    if name != "snr":
        problem.check_noise()
    spec, numbers = _checked_values(problem.preset, name, values, MAX_VALUES)
    key = problem.key("scan", along=name, values=numbers)
    stored = None if again else find(key)
    if isinstance(stored, Scan):
        return stored
    begin = clock.perf_counter()
    errors, percent, refused = _errors(problem, [{name: value} for value in numbers], progress)
    result = Scan(
        key=key,
        preset=problem.preset.name,
        along=spec,
        values=numbers,
        names=problem.names,
        specs=problem.specs,
        errors=errors,
        percent=percent,
        point=problem.fixed_point,
        noise=problem.noise,
        refused=refused,
        seconds=clock.perf_counter() - begin,
        recipe_version=VERSION,
        n_seeds=problem.n_seeds,
    )
    save(result)
    return result


def error_map(
    preset: Preset | str,
    x: str,
    y: str,
    x_values: Sequence[float],
    y_values: Sequence[float],
    *,
    of: str,
    again: bool = False,
    progress: Progress = silent,
    **options: Unpack[ProblemOptions],
) -> ErrorMap:
    """Compute the linear estimate of the error of one target over two quantities, others free.

    Parameters
    ----------
    preset : Preset or str
        Experiment with its prior, or its name.
    x, y : str
        What is varied, as of :func:`scan`.
    x_values, y_values : sequence of float
        At most 400 points in all.
    of : str
        The target.
    again : bool
        Compute even if the result is stored.
    point, noise, disorder, n_seeds, seed, targets
        As of :func:`identify`; ``point`` defaults to the defaults of all parameters.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    ErrorMap
        With arrays (n_y, n_x).

    Raises
    ------
    InputError
        None of the points can be simulated, or an argument is wrong.
    """
    problem = _at_one_point(preset, options)
    if x == y:
        raise InputError(
            f"A map needs two different quantities, got {x} twice. Use a scan for one."
        )
    if "snr" not in (x, y):
        problem.check_noise()
    k = index_of(problem.names, of)
    x_spec, x_numbers = _checked_values(problem.preset, x, x_values, MAX_MAP)
    y_spec, y_numbers = _checked_values(problem.preset, y, y_values, MAX_MAP)
    shape = len(y_numbers), len(x_numbers)
    if shape[0] * shape[1] > MAX_MAP:
        raise InputError(
            f"A map has at most {MAX_MAP} points, got {shape[1]} × {shape[0]}. Choose fewer."
        )
    key = problem.key("map", x=x, y=y, x_values=x_numbers, y_values=y_numbers, of=of)
    stored = None if again else find(key)
    if isinstance(stored, ErrorMap):
        return stored
    begin = clock.perf_counter()
    grid = [{x: one, y: other} for other in y_numbers for one in x_numbers]
    errors, percent, refused = _errors(problem, grid, progress)
    result = ErrorMap(
        key=key,
        preset=problem.preset.name,
        x=x_spec,
        y=y_spec,
        x_values=x_numbers,
        y_values=y_numbers,
        of=problem.specs[k],
        errors=errors[:, k].reshape(shape),
        percent=percent[:, k].reshape(shape),
        point=problem.fixed_point,
        noise=problem.noise,
        refused=refused,
        seconds=clock.perf_counter() - begin,
        recipe_version=VERSION,
        n_seeds=problem.n_seeds,
    )
    save(result)
    return result


def _at_one_point(preset: Preset | str, options: ProblemOptions) -> IdentifyProblem:
    """The problem; a point that is left out is that of all defaults."""
    options["point"] = options.get("point") or {}
    return IdentifyProblem.of(preset, **options)


def _checked_values(
    preset: Preset, name: str, values: Sequence[float], most: int
) -> tuple[Parameter, np.ndarray]:
    specs = {spec.name: spec for spec in scannable(preset)}
    if name not in specs:
        raise InputError(f"{str(name)[:40]!r} cannot be varied. Choose one of {', '.join(specs)}.")
    try:
        numbers = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        raise InputError(f"The values of {name} must be numbers, got {str(values)[:60]}.") from None
    if not 1 <= len(numbers) <= most:
        raise InputError(f"Give 1 to {most} values of {name}, got {len(numbers)}.")
    if name == "snr":
        numbers = np.array([SNR.check(value) for value in numbers])
    if not np.isfinite(numbers).all():
        raise InputError(f"The values of {name} must be finite, got {numbers}.")
    return specs[name], numbers


def _errors(
    problem: IdentifyProblem, variations: Sequence[dict[str, float]], progress: Progress
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Errors in units and, with priors, in %, each (n_variations, n); why some are missing."""
    shape = len(variations), len(problem.specs)
    errors, percent = np.full(shape, np.nan), np.full(shape, np.nan)
    refused: list[str] = []
    simulations: dict[tuple, PointSimulation | str] = {}
    for number, variation in enumerate(variations):
        part = part_of(
            progress,
            100 * number / len(variations),
            100 * (number + 1) / len(variations),
            before=f"point {number + 1} of {len(variations)}: ",
        )
        # The SNR does not change the simulation, so points that differ in it share one
        changed = {
            name: _as_number(problem.preset, name, value)
            for name, value in variation.items()
            if name != "snr"
        }
        group = tuple(changed.items())
        if group not in simulations:
            simulations[group] = _simulated(problem, changed, part)
        simulation = simulations[group]
        if isinstance(simulation, str):
            refused.append(simulation)
            continue
        noise = 0.5 / variation["snr"] if "snr" in variation else None
        F = fisher(problem, simulation, noise)
        errors[number] = standard_errors(F) * problem.widths
        percent[number] = 100 * errors_with_prior(F)
    if len(refused) == len(variations):
        raise InputError(refused[0])
    return errors, percent, tuple(dict.fromkeys(refused))


def _simulated(
    problem: IdentifyProblem, changed: dict[str, Any], progress: Progress
) -> PointSimulation | str:
    """The simulation of the point with some values changed, or why it cannot be simulated."""
    seeds = seeds_of(problem.seed, 0, problem.n_seeds)
    point = problem.fixed_point | changed
    try:
        return simulate_point(problem.preset, point, problem.specs, seeds, progress)
    except InputError as error:
        return str(error)


def _as_number(preset: Preset, name: str, value: float) -> float | int:
    spec = preset.space[name] if name in preset.space else PHYSICAL[name]
    return int(value) if spec.integer and float(value).is_integer() else float(value)
