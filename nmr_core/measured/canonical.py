"""Prepare measured echoes for a model that was made for them.

    prepared = prepare_made(measurements, run, target=target)

Such a model has learned echoes in arbitrary units, see :mod:`nmr_core.effects.echo_scaled`: each
divided by the mean over its echo. The steps: the echo is found, it is put at its time in the
protocol, baseline and offset are removed, the signal goes onto the model's times, and then through
the very function that the training signals went through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmr_core.effects.echo_scaled import EchoScaled, echo_mean, echo_scaled
from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.learning.origin import effects_of
from nmr_core.learning.run import Run
from nmr_core.measured import shortcomings
from nmr_core.measured.acquired import FURTHEST
from nmr_core.measured.fitting import ReceiverFit, fit_receiver
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.resampling import Resampled, onto_grid
from nmr_core.measured.stages import made
from nmr_core.measured.steps import OFF, OutOfRangeError, Prepared, Steps
from nmr_core.measured.target import Target

EDGE = 2
"""Points at either end of the model's times that a measurement may lack."""
LEAST_ECHO = 5.0
"""Mean over the echo, over its noise, from which it can be divided by it."""
FITS = 1.5
"""Misfit up to which the place of the echo is not doubted."""
FIXABLE = ("time_zero", "echo_time", "offset", "baseline", "conjugate", "resample")
"""Steps that may be fixed; phase and scale are always those of the echo."""
N_MOVES = 31
"""Other places of the echo that are tried, up to :data:`FURTHEST` of its width away."""
N_TURNS, FASTEST = 9, 0.2
"""Other offsets that are tried, and the largest in turns over the width of the echo."""
BETTER = 0.7
"""Share of the misfit below which another place is taken."""


def scaled_echo_width(run: Run) -> float | None:
    """Return the width of the mean that the training signals were divided by, µs.

    None for a run whose training signals were not scaled by their echo: it needs the ordinary
    preparation.
    """
    effects = effects_of(run)
    if not effects or effects[-1].get("effect") != EchoScaled.name:
        return None
    return float(effects[-1].get("width", EchoScaled().width)) or None


@dataclass(frozen=True, eq=False)
class Canonical:
    """What the preparation of one sample found and used.

    Attributes
    ----------
    echoes : list of FoundEcho
        One per setting.
    main : FoundEcho
        The one with the highest signal-to-noise ratio: it sets time zero and offset.
    time_zero : float
        On the clock of the measurements, µs.
    found_zero : float
        The same from the place of the echo alone.
    zero_error : float
        µs.
    offset, offset_error : float
        Removed frequency and its standard error, MHz.
    baselines : list of complex
        Removed, in the unit of the file; one per setting.
    grids : list of Resampled
        On the model's times.
    mean : complex
        Over the echo of the first setting, in the unit of the file.
    misfit : float
        Rms residual of a fit of the target's signals, over the expected one.
    """

    echoes: list[FoundEcho]
    main: FoundEcho
    time_zero: float
    found_zero: float
    zero_error: float
    offset: float
    offset_error: float
    baselines: list[complex]
    grids: list[Resampled]
    mean: complex
    misfit: float


def prepare_made(
    measurements: Sequence[Measurement],
    run: Run,
    *,
    target: Target,
    steps: Steps | None = None,
) -> list[Prepared]:
    """Bring the echoes of one sample to the times of a model that was made for them.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting of the run, in their order.
    run : Run
        Its training signals were scaled by their echo.
    target : Target
        Of :func:`nmr_core.measured.for_run.target_for_run`.
    steps : Steps, optional
        Steps that are fixed; phase and scale are always those of the echo.

    Returns
    -------
    list of Prepared
        Signals whose mean over the echo of the first setting is 1/2.

    Raises
    ------
    InputError
        If a measurement has no echo.
    OutOfRangeError
        If it does not cover the times that the model looks at.
    """
    width = scaled_echo_width(run)
    if width is None or target.echo_time is None:
        raise InputError(
            f"The run {run.id} was not trained on echoes of a fixed size. Use prepare_for_run."
        )
    steps = steps or Steps()
    state = _prepare(list(measurements), target, steps, width)
    signals = np.stack([_values(grid, target) for grid in state.grids])
    scaled = echo_scaled(signals[None], target.time, echo_time=target.echo_time, width=width)[0]
    return [
        _prepared(measurement, target, steps, state, number, scaled[number])
        for number, measurement in enumerate(measurements)
    ]


def _prepare(
    measurements: list[Measurement], target: Target, steps: Steps, width: float
) -> Canonical:
    """Find the echo, and bring all measurements onto the grid."""
    echo_time = float(target.echo_time or 0.0)
    echoes = [find_echo(one, near=steps.echo_time) for one in measurements]
    main = max(echoes, key=lambda echo: echo.snr)
    _check_kind(main, measurements, steps)
    found_zero = main.time - echo_time
    offset = _offset(main, measurements, steps)
    baselines = [_baseline(echo, steps) for echo in echoes]

    zero = _fixed_zero(steps, echo_time)
    zero_is_free = zero is None
    zero = found_zero if zero is None else zero
    state = Canonical(
        echoes,
        main,
        zero,
        found_zero,
        main.time_error,
        offset,
        main.offset_error,
        baselines,
        [],
        1j,
        np.nan,
    )
    state = _on_grid(state, measurements, target, steps, width)
    return _moved(state, measurements, target, steps, width, zero_is_free)


def _check_kind(main: FoundEcho, measurements: list[Measurement], steps: Steps) -> None:
    """:class:`InputError` for a record that is highest at its start."""
    if main.kind == "echo" or steps.echo_time is not None or steps.time_zero is not None:
        return
    raise InputError(
        f"There is no echo in {measurements[0].name}: the signal is highest at the start of the "
        f"record ({main.time:.5g} µs) and decays from there. Record from before the echo, or give "
        "the time of the echo if it is at the start."
    )


def _fixed_zero(steps: Steps, echo_time: float) -> float | None:
    """Time zero that the steps fix, µs."""
    if steps.echo_time is not None:
        return steps.echo_time - echo_time
    if steps.time_zero is None:
        return None
    return 0.0 if steps.time_zero == OFF else float(steps.time_zero)


def _offset(main: FoundEcho, measurements: list[Measurement], steps: Steps) -> float:
    """Frequency to remove, MHz."""
    if steps.offset == OFF or any(one.real_only or one.magnitude for one in measurements):
        return 0.0
    return main.offset if steps.offset is None else 1e-3 * float(steps.offset)


def _baseline(echo: FoundEcho, steps: Steps) -> complex:
    """Baseline to remove, in the unit of the file."""
    if steps.baseline == OFF:
        return 0j
    if steps.baseline is None or isinstance(steps.baseline, str):
        return echo.baseline
    return complex(steps.baseline)


def turn_of(measurement: Measurement, echo: FoundEcho, offset: float) -> np.ndarray:
    """Return the factor that removes an offset about the echo, complex (n_points,).

    Parameters
    ----------
    measurement : Measurement
        As read.
    echo : FoundEcho
        At whose time nothing is turned.
    offset : float
        MHz.
    """
    return np.exp(-2j * np.pi * offset * (measurement.time - echo.time))


def _on_grid(
    state: Canonical,
    measurements: list[Measurement],
    target: Target,
    steps: Steps,
    width: float,
) -> Canonical:
    """The state with all measurements on the grid, and the mean over the echo."""
    grids = []
    for measurement, baseline in zip(measurements, state.baselines, strict=True):
        turn = turn_of(measurement, state.main, state.offset)
        signal = (measurement.signal - baseline) * turn
        if steps.conjugate is True:
            signal = signal.conj()
        steady = replace(measurement, signal=signal)
        grids.append(onto_grid(steady, target, state.time_zero, False, steps.resample))
    mean = complex(
        echo_mean(
            _values(grids[0], target), target.time, echo_time=target.echo_time or 0.0, width=width
        )
    )
    return replace(state, grids=grids, mean=mean)


def _values(grid: Resampled, target: Target) -> np.ndarray:
    """Signal on the grid; the last measured value beyond the ends of the record."""
    covered = np.flatnonzero(grid.covered)
    if not len(covered):
        return grid.signal
    return grid.signal[np.clip(np.arange(len(target.time)), covered[0], covered[-1])]


def _moved(
    state: Canonical,
    measurements: list[Measurement],
    target: Target,
    steps: Steps,
    width: float,
    zero_is_free: bool,
) -> Canonical:
    """The state with time zero and offset where signals of the model fit much better, if any.

    Strong coupling moves the top of the echo and turns it.
    """
    state = replace(state, misfit=_misfit(state, target))
    if not state.misfit > FITS:
        return state

    def at(one: Canonical, **changes: float) -> Canonical:
        moved = _on_grid(replace(one, **changes), measurements, target, steps, width)
        return replace(moved, misfit=_misfit(moved, target))

    best = state
    if zero_is_free:
        moves = state.main.width * np.linspace(-FURTHEST, FURTHEST, N_MOVES)
        zeros = [at(state, time_zero=state.found_zero + move) for move in moves]
        best = min([best, *zeros], key=lambda one: one.misfit)
    if steps.offset is None:
        turns = np.linspace(-FASTEST, FASTEST, N_TURNS) / state.main.width
        turned = [at(best, offset=state.offset + turn) for turn in turns]
        best = min([best, *turned], key=lambda one: one.misfit)
    return best if best.misfit < BETTER * state.misfit else state


def _misfit(state: Canonical, target: Target) -> float:
    """Misfit of signals of the model; inf where there is nothing that the signal is scaled by."""
    largest = max(float(np.abs(grid.signal).max(initial=0)) for grid in state.grids)
    if not abs(state.mean) > 1e-6 * largest:
        return np.inf
    return _fit(state, target).misfit


def _fit(state: Canonical, target: Target) -> ReceiverFit:
    """Fit of signals of the model, whose size, phase, baseline and place are free."""
    scale = 2 * abs(state.mean)
    turn = np.exp(-1j * np.angle(state.mean)) / scale if scale else 1.0
    y = np.stack([grid.signal for grid in state.grids]) * turn
    covered = np.stack([grid.covered & target.needed for grid in state.grids])
    gain = float(np.median(np.concatenate([grid.gain for grid in state.grids])))
    sigma = max(echo.noise for echo in state.echoes) * gain / max(scale, 1e-300)
    start = ReceiverFit(0.0, 1.0, np.zeros((len(y), 2), complex))
    free = frozenset({"phase", "amplitude", "constant", "offset"})
    return fit_receiver(y, covered, target, sigma, start, free)


def _prepared(
    measurement: Measurement,
    target: Target,
    steps: Steps,
    state: Canonical,
    number: int,
    signal: np.ndarray,
) -> Prepared:
    """One setting."""
    grid, echo = state.grids[number], state.echoes[number]
    missing = target.needed & ~grid.covered
    inner = missing.copy()
    inner[:EDGE] = inner[-EDGE:] = False
    if inner.any():
        raise OutOfRangeError(
            shortcomings.not_covered(measurement, target, state.time_zero, missing)
        )
    amplitude = 2 * abs(state.mean)
    gain = float(np.median(grid.gain[grid.covered]))
    sigma = echo.noise * gain / amplitude if amplitude else np.inf
    near = np.abs(target.time - (target.echo_time or 0.0)) <= max(echo.width, 2 * target.step)
    if amplitude < LEAST_ECHO * echo.noise:
        raise InputError(
            f"There is no echo in {measurement.name} at {echo.time:.5g} µs that the signal could "
            f"be divided by: the mean over it is {amplitude / echo.noise / 2:.2g} times the noise. "
            "Give the time of the echo, or average more scans."
        )
    top = int(np.where(near, np.abs(signal), 0).argmax())
    stages = made.stages(measurement, target, steps, state, number, sigma)
    return Prepared(
        time=target.time,
        signal=signal.astype(np.complex64),
        measurement=measurement,
        stages=stages,
        snr=float(echo.snr),
        sigma=float(sigma),
        echo_time=float(target.time[top]),
        time_zero=float(state.time_zero),
        phase=float(np.degrees(np.angle(state.mean))),
        amplitude=float(amplitude),
        baseline=np.full(len(measurement), state.baselines[number]),
        conjugated=steps.conjugate is True,
        misfit=float(state.misfit),
        notes=shortcomings.losses(measurement),
        offset=1e3 * state.offset,
        turn=turn_of(measurement, state.main, state.offset) if state.offset else None,
        fixed=tuple(name for name in FIXABLE if getattr(steps, name) is not None),
    )
