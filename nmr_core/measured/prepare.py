"""A measurement made into what a model reads: its times, phase, baseline and scale, on the model's
grid, with a sentence a stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured import wording
from nmr_core.measured.finding import Found, find, line_like
from nmr_core.measured.inspecting import noise, scatter
from nmr_core.measured.locating import check_span
from nmr_core.measured.resampling import resample
from nmr_core.measured.steps import OutOfRangeError, Prepared, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.fitting import Fit

AVERAGED = 5
"""Points of the grid that are averaged where an echo is looked for."""
STANDS_OUT = 3.0
"""Times the noise of a point of the grid: what such an average must reach to be an echo."""
LEAST_EXPLAINED = 0.3
"""Share of a measurement's energy; below it is no echo of this protocol."""


def prepare(measurement: Measurement, target: Target, *, steps: Steps | None = None) -> Prepared:
    """Bring one measurement to the time points of a model, in units of M.

    Parameters
    ----------
    measurement : Measurement
        Measured echo.
    target : Target
        Times, sequence and typical signals that the model needs.
    steps : Steps, optional
        What to do otherwise than found; default: everything as found.

    Returns
    -------
    Prepared

    Raises
    ------
    InputError
        If there is no echo of the protocol in it.
    OutOfRangeError
        If it does not cover what the model looks at; with both ranges.
    """
    return prepare_settings([measurement], target, steps=steps)[0]


def prepare_settings(
    measurements: Sequence[Measurement], target: Target, *, steps: Steps | None = None
) -> list[Prepared]:
    """Bring the echoes of one sample, one per setting, to the time points of a model.

    They were measured in one session: they share time zero, phase and scale, and each has a
                                       baseline
    of its own. Parameters and errors as of :func:`prepare`.
    """
    steps, measurements = steps or Steps(), list(measurements)
    if len(measurements) != target.n_settings:
        raise InputError(
            f"The model takes {target.n_settings} echo{'es' * (target.n_settings > 1)} of a "
            f"sample, got {len(measurements)}. Give one per setting, in the order of the settings."
        )
    if len({measurement.magnitude for measurement in measurements}) > 1:
        raise InputError(
            "Some of the measurements are magnitudes and others are not. Give all of them in the "
            "same way."
        )
    magnitude = measurements[0].magnitude
    if magnitude:
        steps = replace(steps, phase=0.0, conjugate=False)
    check_span(measurements, target)
    sigma = max(noise(measurement, target.step) for measurement in measurements)
    for measurement in measurements:
        _check_alive(measurement, target, sigma)
    found = find(measurements, _magnitudes(target) if magnitude else target, sigma, steps)
    return [
        _prepared(measurement, target, steps, found, s, sigma)
        for s, measurement in enumerate(measurements)
    ]


def _magnitudes(target: Target) -> Target:
    """What |M| of such curves looks like."""
    curves = None if target.curves is None else np.abs(target.curves)
    reference = np.abs(target.reference) if curves is None else curves.mean(0)
    return replace(target, reference=reference, curves=curves)


def _check_alive(measurement: Measurement, target: Target, sigma: float) -> None:
    """:class:`InputError` for noise and nothing else."""
    grid = np.arange(
        measurement.time[0],
        min(measurement.time[-1], measurement.time[0] + 1e5 * target.step),
        target.step,
    )
    values = resample(measurement.time, measurement.signal, grid, step=target.step)
    smooth = _smooth(
        values.signal - np.median(values.signal.real) - 1j * np.median(values.signal.imag)
    )
    peak, floor = float(np.abs(smooth).max(initial=0)), sigma * float(np.median(values.gain))
    if peak < STANDS_OUT * floor or peak <= 1e-12 * np.abs(measurement.signal).max():
        raise InputError(
            f"There is no echo in {measurement.name}: nothing stands out of the noise (the largest "
            f"average over {AVERAGED * target.step:.2g} µs is {peak / max(floor, 1e-300):.1f} "
            "times the noise). Check the trigger, choose another column, or average more scans."
        )


def _smooth(values: np.ndarray) -> np.ndarray:
    return (
        np.convolve(values, np.full(AVERAGED, 1 / AVERAGED), "valid")
        if len(values) >= AVERAGED
        else values
    )


@dataclass(frozen=True)
class Echo:
    """time in µs on the target's clock, height in units of M, and over the noise of a point of the
    grid.
    """

    time: float
    height: float
    stands_out: float


def _prepared(
    measurement: Measurement, target: Target, steps: Steps, found: Found, s: int, sigma: float
) -> Prepared:
    fit, grid = found.fit, found.grids[s]
    turn = np.exp(-1j * fit.phase) / fit.amplitude
    x = _line(target, target.time)
    base = fit.baseline[s, 0] + fit.baseline[s, 1] * x
    signal = np.where(grid.covered & ~found.dead[s], (grid.signal - base) * turn, 0)
    if measurement.magnitude:
        signal = signal * _phases(target, s)
    tail = signal[-max(12, len(signal) // 5) :]
    measured = scatter(tail, 2, measurement.real_only or measurement.magnitude) * fit.amplitude
    fine = (
        min(sigma, max(sigma * float(np.median(grid.gain[grid.covered])), measured)) / fit.amplitude
    )
    missing = target.needed & ~grid.covered & ~found.dead[s]
    if missing.any():
        raise OutOfRangeError(wording.not_covered(measurement, target, found.time_zero, missing))
    echo = _echo(signal, target, fine)
    snr = echo.height * fit.amplitude / sigma if sigma else float("inf")
    explained = _explained(fit, fine * fit.amplitude, target)
    if echo.stands_out < STANDS_OUT or explained < LEAST_EXPLAINED:
        raise InputError(wording.no_echo(measurement, target, echo, explained))
    own = fit.baseline[s, 0] + fit.baseline[s, 1] * _line(
        target, measurement.time - found.time_zero
    )
    stages = wording.stages(
        wording.Preparation(
            measurement,
            target,
            steps,
            found,
            s,
            echo,
            sigma,
            fine,
            snr,
            explained,
            line_like(target),
        )
    )
    return Prepared(
        target.time,
        signal.astype(np.complex64),
        measurement,
        stages,
        float(snr),
        float(fine),
        echo.time,
        found.time_zero,
        float(np.degrees(fit.phase)),
        float(fit.amplitude),
        own.conj() if found.conjugated else own,
        found.conjugated,
        fit.misfit,
        wording.losses(measurement),
    )


def _line(target: Target, time: np.ndarray) -> np.ndarray:
    t = target.time
    return 2 * (time - t[0]) / max(t[-1] - t[0], 1e-12) - 1


def _phases(target: Target, s: int) -> np.ndarray:
    """The mean curve's direction between pulses, complex of length 1, (n_times,)."""
    out = np.ones(len(target.time), complex)
    for k in np.unique(target.piece):
        mine = target.piece == k
        total = (target.reference[s, mine] * np.abs(target.reference[s, mine])).sum()
        out[mine] = total / abs(total) if abs(total) > 0 else 1
    return out


def _echo(signal: np.ndarray, target: Target, fine: float) -> Echo:
    """The largest average near where the echo is expected; over the whole grid if none is."""
    time = target.time
    if target.echo_time is None:
        window = np.ones(len(time), bool)
    else:
        before = max((t for t in target.pulse_times if t < target.echo_time), default=time[0])
        window = np.abs(time - target.echo_time) <= max(
            AVERAGED * target.step, 0.4 * (target.echo_time - before)
        )
        window = window if window.sum() >= AVERAGED else np.ones(len(time), bool)
    smooth = _smooth(signal[window])
    k = int(np.abs(smooth).argmax())
    above = float(np.abs(smooth - np.median(smooth.real) - 1j * np.median(smooth.imag)).max())
    return Echo(
        float(_smooth(time[window])[k]), float(np.abs(smooth[k])), above / fine if fine else np.inf
    )


def _explained(fit: "Fit", sigma: float, target: Target) -> float:
    """Share of the measurement's energy above its noise that curves of the kind explain."""
    own = (sigma / fit.amplitude) ** 2
    noise_energy = fit.n * own / (own + target.leftover**2)
    left = max(0.0, fit.chi2 - noise_energy)
    whole = max(fit.chi2_baseline - noise_energy, 1e-12)
    return float(np.clip(1 - left / whole, 0, 1))
