"""Bounds against a setting of the protocol, a parameter, or the signal-to-noise ratio; and over two of them."""

import time as clock
from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.inference.identifiability.directions import cramer_rao, with_prior
from nmr_core.inference.identifiability.identification import BoundMap, Scan, index_of
from nmr_core.inference.identifiability.make import Asked
from nmr_core.inference.identifiability.measure import Measured, measured
from nmr_core.inference.identifiability.store import find, save
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, silent

SNR = Parameter(
    "snr",
    "SNR",
    "",
    0.5,
    1e8,
    500.0,
    scale="log",
    description="The largest possible signal, 1/2, over sigma.",
)
MAX_VALUES = 60
MAX_MAP = 400


def scannable(preset: Preset) -> tuple[Parameter, ...]:
    """What bounds can be seen against: SNR, settings of the protocol, the preset's own numbers, and other numbers."""
    own = [
        spec for spec in preset.space if not any(isinstance(value, str) for value in spec.values)
    ]
    taken = {*(spec.name for spec in own), *(name for name, _ in preset.settings[0]), "noise"}
    others = [spec for spec in PHYSICAL if spec.name in FIELDS and spec.name not in taken]
    protocol = [spec for spec in others if FIELDS[spec.name] == "protocol"]
    return (SNR, *protocol, *own, *(spec for spec in others if spec not in protocol))


def scan(
    preset: Preset | str,
    name: str,
    values: Sequence[float],
    *,
    place: dict | None = None,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
    again: bool = False,
    progress: Progress = silent,
) -> Scan:
    """The bound of every parameter for every value of ``name``: a field (tau, angle_2, ...), a parameter, or "snr" = 0.5/sigma.

    place : the parameters, those left out at their defaults; the rest as in :func:`identify`. What the simulator refuses is NaN.
    """
    asked = Asked.of(preset, place or {}, sigma, disorder, n_seeds, seed, targets)
    spec, values = _checked(asked.preset, name, values, MAX_VALUES)
    key = asked.key("scan", along=name, values=values)
    stored = None if again else find(key)
    if stored is not None:
        return stored
    begin = clock.perf_counter()
    found, refused = _bounds(asked, [{name: value} for value in values], progress)
    made = Scan(
        key,
        asked.preset.name,
        spec,
        values,
        asked.names,
        asked.specs,
        found[:, 0],
        found[:, 1],
        asked.place,
        asked.sigma,
        refused,
        clock.perf_counter() - begin,
    )
    save(made)
    return made


def bound_map(
    preset: Preset | str,
    x: str,
    y: str,
    x_values: Sequence[float],
    y_values: Sequence[float],
    *,
    of: str,
    place: dict | None = None,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
    again: bool = False,
    progress: Progress = silent,
) -> BoundMap:
    """The bound of the parameter ``of`` over two of what :func:`scan` varies, the others free; (n_y, n_x)."""
    asked = Asked.of(preset, place or {}, sigma, disorder, n_seeds, seed, targets)
    if x == y:
        raise InputError(
            f"A map needs two different quantities, got {x} twice. Use a scan for one."
        )
    k = index_of(asked.names, of)
    (x_spec, x_values), (y_spec, y_values) = (
        _checked(asked.preset, name, some, MAX_MAP) for name, some in ((x, x_values), (y, y_values))
    )
    if len(x_values) * len(y_values) > MAX_MAP:
        raise InputError(
            f"A map has at most {MAX_MAP} points, got {len(x_values)} × {len(y_values)}. Choose fewer."
        )
    key = asked.key("map", x=x, y=y, x_values=x_values, y_values=y_values, of=of)
    stored = None if again else find(key)
    if stored is not None:
        return stored
    begin = clock.perf_counter()
    found, refused = _bounds(
        asked, [{x: one, y: other} for other in y_values for one in x_values], progress
    )
    found = found[:, :, k].reshape(len(y_values), len(x_values), 2)
    made = BoundMap(
        key,
        asked.preset.name,
        x_spec,
        y_spec,
        x_values,
        y_values,
        asked.specs[k],
        found[..., 0].copy(),
        found[..., 1].copy(),
        asked.place,
        asked.sigma,
        refused,
        clock.perf_counter() - begin,
    )
    save(made)
    return made


def _checked(
    preset: Preset, name: str, values: Sequence[float], most: int
) -> tuple[Parameter, np.ndarray]:
    known = {spec.name: spec for spec in scannable(preset)}
    if name not in known:
        raise InputError(f"{str(name)[:40]!r} cannot be varied. Choose among {', '.join(known)}.")
    try:
        values = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        raise InputError(f"The values of {name} must be numbers, got {str(values)[:60]}.") from None
    if not 1 <= len(values) <= most:
        raise InputError(f"Give 1 to {most} values of {name}, got {len(values)}.")
    if name == "snr":
        values = np.array([SNR.check(value) for value in values])
    if not np.isfinite(values).all():
        raise InputError(f"The values of {name} must be finite, got {values}.")
    return known[name], values


def _bounds(
    asked: Asked, points: Sequence[dict], progress: Progress
) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n_points, 2, n): Cramér-Rao in units, and with priors in %; and the sentences of the points that were refused."""
    widths, simulated = np.array([spec.width for spec in asked.specs]), {}
    found, refused = np.full((len(points), 2, len(asked.specs)), np.nan), []
    for number, point in enumerate(points):
        told = part_of(
            progress,
            100 * number / len(points),
            100 * (number + 1) / len(points),
            before=f"point {number + 1} of {len(points)}: ",
        )
        changed = {
            name: _plain(asked.preset, name, value)
            for name, value in point.items()
            if name != "snr"
        }
        sigmas = (0.5 / point["snr"],) * len(asked.sigmas) if "snr" in point else None
        at = tuple(changed.items())
        if at not in simulated:
            simulated[at] = _simulated(asked, changed, told)
        if isinstance(simulated[at], str):
            refused.append(simulated[at])
            continue
        F = asked.fisher(simulated[at], sigmas)
        found[number] = cramer_rao(F) * widths, 100 * with_prior(F)
    if len(refused) == len(points):
        raise InputError(refused[0])
    return found, tuple(dict.fromkeys(refused))


def _simulated(asked: Asked, changed: dict, progress: Progress) -> Measured | str:
    """The place with some values changed, or why the simulator refuses it."""
    try:
        return measured(
            asked.preset, asked.place | changed, asked.specs, asked.n_seeds, asked.seed, 0, progress
        )
    except InputError as error:
        return str(error)


def _plain(preset: Preset, name: str, value: float) -> float | int:
    integer = (preset.space[name] if name in preset.space else PHYSICAL[name]).integer
    return int(value) if integer and float(value).is_integer() else float(value)
