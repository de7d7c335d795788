"""Bring measured echoes to the time points of a model, in units of M."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured import shortcomings
from nmr_core.measured.alignment import Aligner, Alignment, Start, align, signals_on_line
from nmr_core.measured.fitting import ReceiverFit, baseline_axis, turning_time
from nmr_core.measured.found import find_echo
from nmr_core.measured.inspecting import centred, noise, scatter
from nmr_core.measured.locating import check_span
from nmr_core.measured.offset import align_turned
from nmr_core.measured.resampling import resample
from nmr_core.measured.stages import preparation
from nmr_core.measured.steps import OutOfRangeError, Prepared, Steps
from nmr_core.measured.target import Target

AVERAGED = 5
"""Points of the grid that are averaged where an echo is looked for."""
STANDS_OUT = 3.0
"""Height of such an average, over the noise of a grid point, that makes an echo."""
FURTHER = 10
"""Grid steps from the highest peak within which a place that covers the model is right."""
WAVE = 0.8
"""Share of the record that a signal without beginning and end fills."""
LEAST_EXPLAINED = 0.3
"""Explained share of the energy below which a measurement has no echo of the protocol."""


def prepare(measurement: Measurement, target: Target, *, steps: Steps | None = None) -> Prepared:
    """Bring one measurement to the time points of a model, in units of M.

    Parameters
    ----------
    measurement : Measurement
        As read.
    target : Target
        Time points and typical signals of the model.
    steps : Steps, optional
        Steps that are fixed; default: all are estimated from the measurement.

    Returns
    -------
    Prepared

    Raises
    ------
    InputError
        If the measurement has no echo of the protocol.
    OutOfRangeError
        If it does not cover the times that the model looks at.
    """
    return prepare_settings([measurement], target, steps=steps)[0]


def prepare_settings(
    measurements: Sequence[Measurement], target: Target, *, steps: Steps | None = None
) -> list[Prepared]:
    """Bring the echoes of one sample, one per setting, to the time points of a model.

    They were measured in one session: they share time zero, phase and scale, and each has a
    baseline of its own. Parameters and errors are those of :func:`prepare`.
    """
    steps = steps or Steps()
    measurements = list(measurements)
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
    aligned_to = _magnitude_target(target) if magnitude else target
    try:
        for measurement in measurements:
            _check_signal(measurement, target, sigma)
        alignment = align_turned(measurements, aligned_to, sigma, steps)
        return _prepared_all(measurements, target, steps, alignment, sigma)
    except InputError as error:
        return _at_the_peak(measurements, target, aligned_to, steps, sigma, error)


def _prepared_all(
    measurements: list[Measurement],
    target: Target,
    steps: Steps,
    alignment: Alignment,
    sigma: float,
) -> list[Prepared]:
    return [
        _prepared(measurement, target, steps, alignment, setting, sigma)
        for setting, measurement in enumerate(measurements)
    ]


def _at_the_peak(
    measurements: list[Measurement],
    target: Target,
    aligned_to: Target,
    steps: Steps,
    sigma: float,
    reason: InputError,
) -> list[Prepared]:
    """Try again with the highest peak as the echo; the error says where that is."""
    first = measurements[0]
    fixed = steps.time_zero is not None or steps.echo_time is not None
    try:
        peak = find_echo(first)
    except InputError:
        raise reason from None
    span = first.time[-1] - first.time[0]
    is_wave = peak.at_edge and peak.width >= WAVE * span
    if fixed or is_wave or target.echo_time is None or peak.kind != "echo":
        raise reason

    # Nearby, a time zero at which the measurements cover the model is more likely
    zero = peak.time - target.echo_time
    low, high = Aligner(measurements, target, sigma, steps).covering_range
    covering = float(np.clip(zero, low, high)) if low <= high else zero
    if abs(covering - zero) <= min(peak.width / 2, FURTHER * target.step):
        zero = covering
    placed = getattr(reason, "time_zero", None)
    missing = shortcomings.missing_at(first, target, zero)
    if placed is not None and abs(placed - zero) <= peak.width and not len(missing):
        raise reason
    try:
        alignment = align(measurements, aligned_to, sigma, steps, Start(zero=zero))
        return _prepared_all(measurements, target, steps, alignment, sigma)
    except InputError:
        kind = OutOfRangeError if len(missing) else InputError
        raise kind(shortcomings.highest_peak(first, target, peak, missing)) from None


def _magnitude_target(target: Target) -> Target:
    """The target of |M|."""
    if target.curves is None:
        return replace(target, reference=np.abs(target.reference))
    curves = np.abs(target.curves)
    return replace(target, reference=curves.mean(0), curves=curves)


def _check_signal(measurement: Measurement, target: Target, sigma: float) -> None:
    """:class:`InputError` for a measurement of noise alone."""
    start = measurement.time[0]
    stop = min(measurement.time[-1], start + 1e5 * target.step)
    grid = np.arange(start, stop, target.step)
    values = resample(measurement.time, measurement.signal, grid, step=target.step)
    smooth = _moving_average(centred(values.signal))
    peak = float(np.abs(smooth).max(initial=0))
    floor = sigma * float(np.median(values.gain))
    if peak < STANDS_OUT * floor or peak <= 1e-12 * np.abs(measurement.signal).max():
        raise InputError(
            f"There is no echo in {measurement.name}: nothing stands out of the noise (the largest "
            f"average over {AVERAGED * target.step:.2g} µs is {peak / max(floor, 1e-300):.1f} "
            "times the noise). Check the trigger, choose another column, or average more scans."
        )


def _moving_average(values: np.ndarray) -> np.ndarray:
    if len(values) < AVERAGED:
        return values
    return np.convolve(values, np.full(AVERAGED, 1 / AVERAGED), "valid")


@dataclass(frozen=True)
class Echo:
    """The echo of a prepared signal.

    Attributes
    ----------
    time : float
        After time zero of the protocol, µs.
    height : float
        In units of M.
    stands_out : float
        Height above the median, over the noise of a grid point.
    """

    time: float
    height: float
    stands_out: float


def _prepared(
    measurement: Measurement,
    target: Target,
    steps: Steps,
    alignment: Alignment,
    setting: int,
    sigma: float,
) -> Prepared:
    """One setting, corrected as its alignment found; ``sigma`` is in the unit of the file."""
    fit = alignment.fit
    grid = alignment.grids[setting]
    dead = alignment.dead[setting]
    constant, slope = fit.baseline[setting]

    missing = target.needed & ~grid.covered & ~dead
    if missing.any():
        error = OutOfRangeError(
            shortcomings.not_covered(measurement, target, alignment.time_zero, missing)
        )
        error.time_zero = alignment.time_zero
        raise error

    # Remove baseline, phase and scale
    turn = np.exp(-1j * fit.phase) / fit.amplitude * fit.spin(target)
    baseline = constant + slope * baseline_axis(target)
    signal = np.where(grid.covered & ~dead, (grid.signal - baseline) * turn, 0)
    if measurement.magnitude:
        signal = signal * _mean_directions(target, setting)

    fine_sigma = _noise_of_grid(signal, grid.gain[grid.covered], measurement, fit, sigma)
    echo = _find_echo(signal, target, fine_sigma)
    snr = echo.height * fit.amplitude / sigma if sigma else float("inf")
    explained = _explained(fit, fine_sigma * fit.amplitude, target)
    if echo.stands_out < STANDS_OUT or explained < LEAST_EXPLAINED:
        raise InputError(shortcomings.no_echo(measurement, target, echo, explained))

    stages = preparation.stages(
        preparation.Preparation(
            measurement=measurement,
            target=target,
            steps=steps,
            alignment=alignment,
            setting=setting,
            echo=echo,
            sigma=fine_sigma,
            snr=snr,
            explained=explained,
            on_line=signals_on_line(target),
        )
    )
    offset = -fit.offset if alignment.conjugated else fit.offset
    own_baseline = constant + slope * baseline_axis(target, measurement.time - alignment.time_zero)
    return Prepared(
        time=target.time,
        signal=signal.astype(np.complex64),
        measurement=measurement,
        stages=stages,
        snr=float(snr),
        sigma=float(fine_sigma),
        echo_time=echo.time,
        time_zero=alignment.time_zero,
        phase=float(np.degrees(fit.phase)),
        amplitude=float(fit.amplitude),
        baseline=own_baseline.conj() if alignment.conjugated else own_baseline,
        conjugated=alignment.conjugated,
        misfit=fit.misfit,
        notes=shortcomings.losses(measurement),
        offset=1e3 * offset,
        turn=_turn(measurement, target, alignment, offset) if offset else None,
    )


def _turn(
    measurement: Measurement, target: Target, alignment: Alignment, offset: float
) -> np.ndarray:
    """Factor that removes an offset, MHz, at the times of the measurement."""
    at = measurement.time - alignment.time_zero
    since = turning_time(target, alignment.fit.refocused, at)
    return np.exp(-2j * np.pi * offset * since)


def _noise_of_grid(
    signal: np.ndarray, gain: np.ndarray, measurement: Measurement, fit: ReceiverFit, sigma: float
) -> float:
    """Noise of one channel of a prepared signal, in units of M.

    The larger of the expected noise and that of the signal's tail, at most that of the measurement.
    """
    tail = signal[-max(12, len(signal) // 5) :]
    one_channel = measurement.real_only or measurement.magnitude
    in_tail = scatter(tail, 2, one_channel) * fit.amplitude
    expected = sigma * float(np.median(gain))
    return min(sigma, max(expected, in_tail)) / fit.amplitude


def _mean_directions(target: Target, setting: int) -> np.ndarray:
    """Direction of the mean signal in each piece, complex (n_times,) of modulus 1."""
    directions = np.ones(len(target.time), complex)
    for number in np.unique(target.piece):
        piece = target.piece == number
        signal = target.reference[setting, piece]
        total = (signal * np.abs(signal)).sum()
        if abs(total) > 0:
            directions[piece] = total / abs(total)
    return directions


def _find_echo(signal: np.ndarray, target: Target, sigma: float) -> Echo:
    """The highest average near the expected echo; of all times if none is expected."""
    time = target.time
    window = np.ones(len(time), bool)
    if target.echo_time is not None:
        earlier = [pulse for pulse in target.pulse_times if pulse < target.echo_time]
        before = max(earlier, default=time[0])
        reach = max(AVERAGED * target.step, 0.4 * (target.echo_time - before))
        near = np.abs(time - target.echo_time) <= reach
        if near.sum() >= AVERAGED:
            window = near
    smooth = _moving_average(signal[window])
    k = int(np.abs(smooth).argmax())
    above = float(np.abs(centred(smooth)).max())
    return Echo(
        time=float(_moving_average(time[window])[k]),
        height=float(np.abs(smooth[k])),
        stands_out=above / sigma if sigma else np.inf,
    )


def _explained(fit: ReceiverFit, sigma: float, target: Target) -> float:
    """Share of the energy above the noise that signals of the protocol explain."""
    noise_variance = (sigma / fit.amplitude) ** 2
    noise_chi2 = fit.n * noise_variance / (noise_variance + target.leftover**2)
    unexplained = max(0.0, fit.chi2 - noise_chi2)
    total = max(fit.baseline_chi2 - noise_chi2, 1e-12)
    return float(np.clip(1 - unexplained / total, 0, 1))
