"""Echoes of one material as a function of one parameter, such as the pulse angle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed
from nmr_core.simulator.several import simulate_grids
from nmr_core.simulator.shape import EchoShape, echo_shape

MAX_VALUES = 200


@dataclass(frozen=True)
class Sweep:
    """Echoes for several values of one parameter, all with the same seed.

    Attributes
    ----------
    parameter : Parameter
        The swept parameter.
    values : float array, (n_values,)
    time : float array, (n_times,)
        µs; of the longest record if records differ.
    signals : complex64 array, (n_values, n_times)
        M; NaN after the end of a shorter record.
    shapes : EchoShape
        Height, time, width and asymmetry of each first echo, arrays (n_values,).
    experiments : tuple of Experiment
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
    """Simulate an echo for every value of one parameter.

    Parameters
    ----------
    preset : Preset
        Experiment with its prior.
    name : str
        A parameter of the preset, or any number of an experiment.
    values : sequence of float
        At most 200.
    seed : int or list of int
        Offsets are the same for all values if the lattice is.
    **parameters : float
        The other parameters, as of :meth:`Preset.build`.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        For an unknown name, a value out of range or too many values.
    """
    spec = swept_parameter(preset, name)
    if not 1 <= len(values) <= MAX_VALUES:
        raise InputError(
            f"A sweep has 1 to {MAX_VALUES} values, got {len(values)}. Choose a number in between."
        )
    others = {key: value for key, value in parameters.items() if key != name}
    experiments = [preset.build(**others, **{name: value}) for value in values]
    return _swept(spec, np.asarray(values, dtype=float), experiments, seed)


def sweep_settings(preset: Preset, *, seed: Seed = 0, **parameters: float) -> Sweep:
    """Simulate all acquisitions of one sample, as a sweep of the first field that differs."""
    experiments = preset.experiments(**parameters)
    names = [column[0][0] for column in zip(*preset.settings, strict=True) if len(set(column)) > 1]
    if names and names[0] in PHYSICAL:
        spec = PHYSICAL[names[0]]
        values = [getattr(experiment, spec.name) for experiment in experiments]
    else:
        spec = Parameter("setting", "setting", "", 0, 1e6, 0)
        values = list(range(len(experiments)))
    return _swept(spec, np.array(values, dtype=float), experiments, seed)


def swept_parameter(preset: Preset, name: str) -> Parameter:
    """Specification of a parameter that can be swept, of the preset or of an experiment."""
    for space in (preset.space, PHYSICAL):
        if name in space:
            return space[name]
    raise InputError(
        f"{str(name)[:40]!r} cannot be swept: it is no number of preset {preset.name}. Choose "
        f"among {', '.join(dict.fromkeys((*preset.space.names, *PHYSICAL.names)))}."
    )


def values_between(spec: Parameter, low: float, high: float, n_values: int) -> np.ndarray:
    """Evenly spaced values of a parameter.

    Parameters
    ----------
    spec : Parameter
        Parameter of the axis, with symbol and unit.
    low, high : float
        First and last value.
    n_values : int
        At most 200.

    Returns
    -------
    float array, (n_values,)
        On the scale of the parameter, linear or logarithmic; fewer if whole numbers coincide.
    """
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
    for k, curve in enumerate(simulate_grids(experiments, [seed] * len(experiments))):
        curve = with_noise(curve, experiments[k].protocol, seed, k)
        shapes.append(echo_shape(times[k], curve, *experiments[k].protocol.echo_window))
        if times[k] is time or np.array_equal(times[k], time):
            signals[k] = curve
        else:
            is_late = experiments[k].protocol.record_from > 0
            signals[k] = _onto(time, times[k], curve, np.nan if is_late else None)
    columns = {
        name: np.array([getattr(shape, name) for shape in shapes], dtype=float)
        for name in vars(shapes[0])
    }
    return Sweep(spec, values, time, signals, EchoShape(**columns), tuple(experiments))


def _onto(time: np.ndarray, own: np.ndarray, curve: np.ndarray, left: float | None) -> np.ndarray:
    """A curve on another time grid, by linear interpolation; NaN after its end.

    ``left`` stands before its beginning; None: its first point.
    """
    re = np.interp(time, own, curve.real, left=left, right=np.nan)
    im = np.interp(time, own, curve.imag, left=left, right=np.nan)
    return re + 1j * im
