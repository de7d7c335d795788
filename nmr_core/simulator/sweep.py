"""Echoes of one material against one parameter: the paper's pulse-angle figure, and any other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.simulator.batch import groups, simulate_batch
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed
from nmr_core.simulator.shape import EchoShape, echo_shape

MAX_VALUES = 200


@dataclass(frozen=True)
class Sweep:
    """Echoes for several values of one parameter, all with the same seed.

    parameter : what is swept
    values    : (n_values,)
    time      : µs, (n_times,); of the longest record where records differ
    signals   : M, complex64 (n_values, n_times); NaN after the end of a shorter record
    shapes    : height, time, width and asymmetry of each first echo, (n_values,)
    """

    parameter: Parameter
    values: np.ndarray
    time: np.ndarray
    signals: np.ndarray
    shapes: EchoShape
    experiments: tuple[Experiment, ...]


def sweep(
    preset: Preset,
    name: str,
    values: Sequence[float] | np.ndarray,
    *,
    seed: Seed = 0,
    **parameters: float,
) -> Sweep:
    """The echo for every value of ``name`` (one of the preset's own parameters, or any number of an experiment), the
    others as in ``preset.build(**parameters)``. Offsets are the same for all values where the lattice is."""
    spec = swept_parameter(preset, name)
    if not 1 <= len(values) <= MAX_VALUES:
        raise InputError(
            f"A sweep has 1 to {MAX_VALUES} values, got {len(values)}. Choose a number in between."
        )
    given = {key: value for key, value in parameters.items() if key != name}
    experiments = [preset.build(**given, **{name: value}) for value in values]
    return _swept(spec, np.asarray(values, dtype=float), experiments, seed)


def sweep_settings(preset: Preset, *, seed: Seed = 0, **parameters: float) -> Sweep:
    """The settings of one sample as a sweep over the first field in which they differ."""
    experiments = preset.experiments(**parameters)
    names = [column[0][0] for column in zip(*preset.settings, strict=True) if len(set(column)) > 1]
    spec = (
        PHYSICAL[names[0]]
        if names and names[0] in PHYSICAL
        else Parameter("setting", "setting", "", 0, 1e6, 0)
    )
    values = [
        getattr(e, spec.name) if spec.name in PHYSICAL else k for k, e in enumerate(experiments)
    ]
    return _swept(spec, np.array(values, dtype=float), experiments, seed)


def swept_parameter(preset: Preset, name: str) -> Parameter:
    """The specification of a number that can be swept."""
    for space in (preset.space, PHYSICAL):
        if name in space:
            return space[name]
    raise InputError(
        f"{str(name)[:40]!r} cannot be swept: it is no number of preset {preset.name}. Choose among "
        f"{', '.join(dict.fromkeys((*preset.space.names, *PHYSICAL.names)))}."
    )


def values_between(spec: Parameter, low: float, high: float, n_values: int) -> np.ndarray:
    """``n_values`` values from ``low`` to ``high``, evenly on the parameter's own scale; whole numbers once each."""
    if not 1 <= n_values <= MAX_VALUES:
        raise InputError(
            f"A sweep has 1 to {MAX_VALUES} values, got {n_values}. Choose a number in between."
        )
    if spec.scale == "log" and low > 0 and high > 0:
        return np.geomspace(low, high, n_values)
    values = np.linspace(low, high, n_values)
    return np.unique(values.round()) if spec.integer else values


def _swept(
    spec: Parameter, values: np.ndarray, experiments: Sequence[Experiment], seed: Seed
) -> Sweep:
    times = [e.protocol.time for e in experiments]
    time = max(times, key=lambda t: (t[-1], len(t)))
    signals = np.full((len(experiments), len(time)), np.nan, np.complex64)
    shapes = []
    for group in groups(experiments):
        curves = simulate_batch([experiments[k] for k in group], [seed] * len(group))
        for k, curve in zip(group, curves, strict=True):
            curve = with_noise(curve, experiments[k].protocol, seed, k)
            shapes.append((k, echo_shape(times[k], curve, *experiments[k].protocol.echo_window)))
            signals[k] = (
                curve
                if times[k] is time or np.array_equal(times[k], time)
                else _onto(time, times[k], curve)
            )
    in_order = [shape for _, shape in sorted(shapes, key=lambda pair: pair[0])]
    columns = {
        name: np.array([getattr(shape, name) for shape in in_order], dtype=float)
        for name in vars(in_order[0])
    }
    return Sweep(spec, values, time, signals, EchoShape(**columns), tuple(experiments))


def _onto(time: np.ndarray, own: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """A curve on another time grid, by linear interpolation; NaN after its end."""
    return np.interp(time, own, curve.real, right=np.nan) + 1j * np.interp(
        time, own, curve.imag, right=np.nan
    )
