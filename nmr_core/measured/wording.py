"""Sentences on a preparation: one per stage, and the reasons why there is none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.inspecting import flat_tops
from nmr_core.measured.steps import OFF, Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.alignment import Alignment
    from nmr_core.measured.found import FoundEcho
    from nmr_core.measured.prepare import Echo

METHODS = {
    "average": "the points around each time were averaged (a parabola through those within one "
    "step)",
    "spline": "values between the points come from a cubic spline",
    "nearest": "its points lie on the model's times",
}
WELL = 0.8
"""Explained share of the energy below which the echo needs a check."""


def not_covered(measurement: Measurement, target: Target, zero: float, missing: np.ndarray) -> str:
    """Return a sentence on the times that a measurement lacks, with both ranges."""
    first, last = target.needed_range
    lost = target.time[missing]
    return (
        f"{measurement.name} covers {measurement.time[0] - zero:.4g} to "
        f"{measurement.time[-1] - zero:.4g} µs of the protocol (its own time less {zero:.4g} µs), "
        f"the model looks at {first:.4g} to {last:.4g} µs: {missing.sum()} of its points are "
        f"missing, from {lost[0]:.4g} to {lost[-1]:.4g} µs. Measure them, give another time zero, "
        "or choose a run that does without."
    )


def no_echo(measurement: Measurement, target: Target, echo: "Echo", explained: float) -> str:
    """Return a sentence on why there is no echo of the protocol."""
    if echo.stands_out < 3 and target.echo_time is not None:
        return (
            f"There is no echo in {measurement.name}: around {target.echo_time:.4g} µs nothing "
            f"stands out of the noise ({echo.stands_out:.1f} times the noise). Check the pulses, "
            "give the time of the echo, or average more scans."
        )
    return (
        f"There is no echo of this protocol in {measurement.name}: curves of its kind explain "
        f"{100 * explained:.0f} % of it at best. Check the columns and the unit of time, or give "
        "the time of the echo."
    )


def missing_at(measurement: Measurement, target: Target, zero: float) -> np.ndarray:
    """Return the times that a model looks at and a measurement lacks, µs of the protocol."""
    slack = 1.01 * max(target.step, measurement.step)
    at = target.time + zero
    is_there = (at >= measurement.time[0] - slack) & (at <= measurement.time[-1] + slack)
    return target.time[target.needed & ~is_there]


def highest_peak(
    measurement: Measurement, target: Target, peak: "FoundEcho", missing: np.ndarray
) -> str:
    """Return a sentence on the highest peak of a measurement that fits no model.

    Parameters
    ----------
    measurement : Measurement
        As read.
    target : Target
        Time points of the model.
    peak : FoundEcho
        Its highest peak.
    missing : array (n,)
        Times of :func:`missing_at`, with that peak as the echo.
    """
    first, last = target.needed_range
    sentence = (
        f"{measurement.name} does not fit the protocol of this model. Its highest peak is at "
        f"{peak.time:.4g} µs (signal-to-noise ratio {peak.snr:.3g}, {peak.width:.3g} µs wide); if "
        "that is the echo, "
    )
    if len(missing):
        return (
            f"{sentence}the record lacks {missing[0]:.4g} to {missing[-1]:.4g} µs of the protocol; "
            f"the model looks at {first:.4g} to {last:.4g} µs. Choose a run that does without, or "
            "make a model for this measurement."
        )
    return (
        f"{sentence}it has another shape than the echoes of this model. Check the columns and the "
        "unit of time, give the time of the echo, or make a model for this measurement."
    )


def losses(measurement: Measurement) -> list[str]:
    """Return a sentence on what a single channel or a magnitude loses."""
    if measurement.magnitude:
        return [
            "Only the magnitude was recorded: phase and sign are lost, and noise adds to it; the "
            "mean curve's phase is used instead, so that what turns out of it is lost. Acquire "
            "both channels."
        ]
    if measurement.real_only:
        return [
            "Only one channel was recorded: what lies at right angles to it is lost and taken as "
            "0, and the sense of rotation cannot be told. Acquire both channels."
        ]
    return []


@dataclass(frozen=True, eq=False)
class Preparation:
    """Data of the sentences about one prepared measurement.

    Attributes
    ----------
    measurement : Measurement
    target : Target
    steps : Steps
    alignment : Alignment
        Of all settings.
    setting : int
        Index of this measurement among them.
    echo : Echo
    sigma : float
        Noise of one channel on the time points of the model, in units of M.
    snr : float
    explained : float
        Share of the energy that signals of the protocol explain.
    on_line : bool
        Whether all such signals lie on one line of the complex plane.
    """

    measurement: Measurement
    target: Target
    steps: Steps
    alignment: "Alignment"
    setting: int
    echo: "Echo"
    sigma: float
    snr: float
    explained: float
    on_line: bool


def stages(p: Preparation) -> list[Stage]:
    """Return all stages of one measurement, in order."""
    return [
        measurement_stage(p.measurement),
        saturation_stage(p.measurement),
        _echo(p.measurement, p.target, p.alignment, p.echo, p.explained),
        _zero(p.steps, p.alignment, p.target),
        _sense(p.measurement, p.steps, p.alignment, p.on_line),
        _offset(p.measurement, p.steps, p.alignment),
        _phase(p.measurement, p.steps, p.alignment),
        _baseline(p.steps, p.alignment, p.setting),
        _amplitude(p.steps, p.alignment),
        _dead(p.steps, p.alignment, p.target, p.setting),
        _grid(p.measurement, p.target, p.steps, p.alignment, p.setting),
        noise_stage(p.sigma, p.snr),
    ]


def measurement_stage(measurement: Measurement) -> Stage:
    """Return the stage on the points of a measurement."""
    steps = np.diff(measurement.time)
    spacing = f"every {measurement.step:.4g} µs"
    if not measurement.uniform:
        spacing = f"with steps from {steps.min():.3g} to {steps.max():.3g} µs, used as they are"
    return Stage(
        name="measurement",
        label="Measurement",
        estimate=measurement.step,
        used=measurement.step,
        unit="µs",
        sentence=f"{len(measurement):,} points from {measurement.time[0]:.5g} to "
        f"{measurement.time[-1]:.5g} "
        f"µs, {spacing}.",
        warning=not measurement.uniform,
    )


def saturation_stage(measurement: Measurement) -> Stage:
    """Return the stage on flat tops."""
    tops = flat_tops(measurement)
    if not tops:
        return Stage(
            name="saturation",
            label="Receiver",
            estimate=0.0,
            used=0.0,
            unit="points",
            sentence="No flat tops: the receiver was not saturated.",
        )
    n = sum(top.n_points for top in tops)
    where = "; ".join(
        f"{top.channel} at {top.level:.4g}, {top.start:.4g} to {top.stop:.4g} µs"
        for top in tops[:2]
    )
    return Stage(
        name="saturation",
        label="Receiver",
        estimate=float(n),
        used=float(n),
        unit="points",
        sentence=f"The receiver was saturated: {n:,} points are cut off at the same value "
        f"({where}). Their "
        "true height is lost; measure again with less gain.",
        warning=True,
    )


def _echo(
    measurement: Measurement, target: Target, alignment: "Alignment", echo: "Echo", explained: float
) -> Stage:
    sentence = f"The echo is at {echo.time + alignment.time_zero:.5g} µs of the measurement"
    if target.echo_time is not None:
        sentence += (
            f", {echo.time:.5g} µs after zero; the protocol has it at {target.echo_time:.5g} µs"
        )
    sentence += f". Curves of this kind explain {100 * explained:.3g} % of the measurement."
    others, doubt = _others(measurement, target, alignment), explained < WELL
    if others:
        sentence += (
            f" There are more echoes, at {', '.join(f'{t:.4g}' for t in others[:4])} µs of the "
            "measurement; they are not used."
        )
    if np.isfinite(alignment.rival_zero) and alignment.rival_score > 0.8:
        other = alignment.rival_zero + (target.echo_time or 0)
        sentence += (
            f" Another place explains nearly as much (echo at {other:.5g} µs): give the time of "
            "the echo if this one is wrong."
        )
        doubt = True
    return Stage(
        name="echo",
        label="Echo",
        estimate=echo.time + alignment.time_zero,
        used=echo.time + alignment.time_zero,
        unit="µs",
        sentence=sentence,
        warning=doubt or bool(others),
    )


def _others(measurement: Measurement, target: Target, alignment: "Alignment") -> list[float]:
    """Times of other echoes beyond the grid, at least a third as high as the one that is used."""
    from scipy.signal import find_peaks

    size = np.abs(
        measurement.signal
        - np.median(measurement.signal.real)
        - 1j * np.median(measurement.signal.imag)
    )
    width = max(1, round(2 / measurement.step))
    smooth = np.convolve(size, np.full(width, 1 / width), "same")
    at = measurement.time - alignment.time_zero
    inside = (at >= max((target.echo_time or 0) * 0.8, target.time[0])) & (at <= target.time[-1])
    height = smooth[inside].max(initial=0)
    peaks, _ = find_peaks(
        smooth,
        height=0.33 * height,
        prominence=0.25 * height,
        distance=max(1, round(10 / measurement.step)),
    )
    first = min([0.0, *target.pulse_times, target.time[0]])
    if not height:
        return []
    beyond = [k for k in peaks if at[k] > target.time[-1] + 2 or at[k] < first - 5]
    return [float(measurement.time[k]) for k in beyond]


def _zero(steps: Steps, alignment: "Alignment", target: Target) -> Stage:
    fixed = steps.echo_time is not None or steps.time_zero is not None
    error = f" ± {alignment.zero_error:.2g}" if np.isfinite(alignment.zero_error) else ""
    if fixed:
        sentence = (
            f"Time zero is {alignment.time_zero:.5g} µs of the measurement, as chosen; "
            f"{alignment.estimated_zero:.5g} µs was found."
        )
    elif alignment.time_zero == 0:
        sentence = (
            "The times of the file are those of the protocol: a shift of "
            f"{alignment.estimated_zero:+.2g}{error} µs is not significant."
        )
    else:
        sentence = (
            f"Time zero of the protocol is found at {alignment.estimated_zero:.5g}{error} µs of "
            "the measurement; its times are counted from there."
        )
    return Stage(
        name="time_zero",
        label="Time zero",
        estimate=alignment.estimated_zero,
        used=alignment.time_zero,
        unit="µs",
        sentence=sentence,
        warning=fixed
        and abs(alignment.time_zero - alignment.estimated_zero)
        > max(2 * target.step, 3 * np.nan_to_num(alignment.zero_error)),
        error=alignment.zero_error,
    )


def _sense(measurement: Measurement, steps: Steps, alignment: "Alignment", on_line: bool) -> Stage:
    is_reversed = alignment.estimated_conjugated
    number = float("nan") if is_reversed is None else float(is_reversed)
    if measurement.real_only or measurement.magnitude:
        return Stage(
            name="conjugate",
            label="Sign of Im",
            estimate=float("nan"),
            used=0.0,
            unit="",
            sentence="There is no second channel, so its sign does not matter.",
        )
    if steps.conjugate is not None:
        sentence = f"Im is {'reversed' if alignment.conjugated else 'left as it is'}, as chosen."
    elif is_reversed is None:
        sentence = (
            "The sign of Im cannot be told: "
            + (
                "curves of this protocol lie on one line, where reversing Im is a change of phase. "
                if on_line
                else "both signs fit equally well. "
            )
            + "It is left as it is."
        )
    elif is_reversed:
        sentence = "Im has the other sign than in this protocol: it is reversed."
    else:
        sentence = "Im has the sign that this protocol has."
    return Stage(
        name="conjugate",
        label="Sign of Im",
        estimate=number,
        used=float(alignment.conjugated),
        unit="",
        sentence=sentence,
        warning=bool(is_reversed) and steps.conjugate is None,
    )


def _offset(measurement: Measurement, steps: Steps, alignment: "Alignment") -> Stage:
    sign = -1 if alignment.conjugated else 1
    fit = alignment.estimated_fit
    if measurement.real_only or measurement.magnitude:
        return Stage(
            name="offset",
            label="Offset",
            estimate=float("nan"),
            used=0.0,
            unit="kHz",
            sentence="With one channel an offset from the carrier cannot be told.",
        )
    used = sign * alignment.fit.offset
    estimate = sign * fit.offset if "offset" in fit.errors else used
    return offset_stage(estimate, fit.errors.get("offset", float("nan")), used, steps)


def offset_stage(estimate: float, error: float, used: float, steps: Steps) -> Stage:
    """Return the stage on the offset of the line from the carrier.

    Parameters
    ----------
    estimate, error, used : float
        MHz; the error is NaN where none was estimated.
    steps : Steps
        Steps that are fixed.
    """
    estimate, error, used = 1e3 * estimate, 1e3 * error, 1e3 * used
    value = f"{estimate:+.3g}"
    if np.isfinite(error):
        value += f" ± {error:.1g}"
    if steps.offset == OFF:
        sentence = "The offset from the carrier is left as it is, as chosen."
    elif steps.offset is not None:
        sentence = f"The signal is turned back by {used:+.4g} kHz, as chosen."
    elif not used:
        sentence = "The signal does not turn against such curves: the line is on the carrier."
    else:
        sentence = f"The signal turns by {value} kHz against such curves; it is turned back."
    return Stage(
        name="offset",
        label="Offset",
        estimate=estimate,
        used=used,
        unit="kHz",
        sentence=sentence,
        warning=False,
        error=error,
    )


def _degrees(angle: float) -> float:
    return float((np.degrees(angle) + 180) % 360 - 180)


def _phase(measurement: Measurement, steps: Steps, alignment: "Alignment") -> Stage:
    free, used = _degrees(alignment.estimated_fit.phase), _degrees(alignment.fit.phase)
    error = float(np.degrees(alignment.estimated_fit.errors.get("phase", np.nan)))
    if measurement.magnitude:
        return Stage(
            name="phase",
            label="Phase",
            estimate=float("nan"),
            used=0.0,
            unit="°",
            sentence="A magnitude has no phase; the mean curve's is used.",
            warning=True,
        )
    if steps.phase == OFF:
        sentence = "The phase is left as it is, as chosen."
    elif steps.phase is not None:
        sentence = f"The signal is turned back by {used:.4g}°, as chosen."
    elif used == 0:
        sentence = f"The phase is right: {free:+.2g} ± {error:.1g}° is within its error."
    else:
        sentence = (
            f"The signal is turned by {used:.4g} ± {error:.1g}° against the mean of such curves; "
            "it is turned back."
        )
    return Stage(
        name="phase",
        label="Phase",
        estimate=free,
        used=used,
        unit="°",
        sentence=sentence,
        warning=False,
        error=error,
    )


def _baseline(steps: Steps, alignment: "Alignment", s: int) -> Stage:
    free, used = alignment.estimated_fit.baseline[s], alignment.fit.baseline[s]
    error = alignment.estimated_fit.errors.get("constant", float("nan"))
    number = f"{used[0].real:.3g} {'+' if used[0].imag >= 0 else '-'} {abs(used[0].imag):.3g}i"
    sloped = bool(used[1])
    if steps.baseline == OFF:
        sentence = "The baseline is left as it is, as chosen."
    elif steps.baseline is not None and not isinstance(steps.baseline, str):
        sentence = f"{number} is subtracted, as chosen."
    elif not used.any():
        sentence = f"The baseline is 0 within its error ({error:.2g})."
    else:
        drift = (
            f", with a drift of {2 * abs(used[1]):.2g} from the first to the last time"
            if sloped
            else ""
        )
        sentence = f"Baseline offset {number} ± {error:.1g}{drift} was subtracted."
    if alignment.conjugated:
        free, used = free.conj(), used.conj()
    return Stage(
        name="baseline",
        label="Baseline",
        estimate=complex(free[0]),
        used=complex(used[0]),
        unit="of the measurement",
        sentence=sentence,
        warning=sloped and steps.baseline is None,
        error=error,
    )


def _amplitude(steps: Steps, alignment: "Alignment") -> Stage:
    free, used = alignment.estimated_fit.amplitude, alignment.fit.amplitude
    error = alignment.estimated_fit.errors.get("amplitude", float("nan"))
    share = error / free if free else float("nan")
    if steps.amplitude == OFF:
        sentence = (
            "The scale is left as it is, as chosen: the measurement is taken in units of M (1/2 "
            "at most)."
        )
    elif steps.amplitude is not None:
        sentence = (
            f"The measurement is divided by {used:.4g}, as chosen, to be in units of M (1/2 at "
            "most)."
        )
    elif used == 1:
        sentence = (
            f"The measurement is in units of M already: its scale is {free:.4g} ± {error:.1g}."
        )
    else:
        sentence = (
            f"M = 1 is {used:.4g} ± {error:.1g} in the unit of the file; the signal is divided by "
            "that."
        )
    wide = steps.amplitude is None and share > 0.1
    if wide:
        sentence += (
            f" Its uncertainty is {100 * share:.0f} %, because the decay after the first pulse is "
            "missing or weak."
        )
    return Stage(
        name="amplitude",
        label="Scale",
        estimate=free,
        used=used,
        unit="for M = 1",
        sentence=sentence,
        warning=wide,
        error=error,
    )


def _dead(steps: Steps, alignment: "Alignment", target: Target, s: int) -> Stage:
    n = int((alignment.dead[s] & target.needed).sum())
    if steps.dead_time == OFF:
        sentence = "Points after the pulses are used as measured, as chosen."
    elif not alignment.dead_time:
        sentence = "No blind time after the pulses."
    else:
        begin = "The receiver is blind" if steps.dead_time is None else "The signal is left out"
        sentence = (
            f"{begin} for {alignment.dead_time:.3g} µs after a pulse: {n} points that the model "
            "looks at are 0. Choose a run that was trained with such a dead time."
        )
    return Stage(
        name="dead_time",
        label="Dead time",
        estimate=alignment.estimated_dead_time,
        used=alignment.dead_time,
        unit="µs",
        sentence=sentence,
        warning=n > 0,
    )


def _grid(
    measurement: Measurement, target: Target, steps: Steps, alignment: "Alignment", s: int
) -> Stage:
    grid = alignment.grids[s]
    first = (
        f"{len(measurement):,} points were brought to the model's {len(target.time):,}, every "
        f"{target.step:.3g} µs: {METHODS[grid.method]}"
    )
    empty = int((~grid.covered & ~alignment.dead[s]).sum())
    coarse = measurement.step > 1.2 * target.step
    sentence = first + (
        f"; {empty} points that the measurement does not cover are 0, the model does not look at "
        "them."
        if empty
        else "."
    )
    n_needed = np.count_nonzero(np.asarray(target.needed))
    if n_needed < len(target.time):
        used_from, used_to = target.needed_range
        sentence += (
            f" The model looks at {n_needed} of them, {used_from:.4g} to {used_to:.4g} µs after "
            "time zero."
        )
    if coarse:
        sentence += (
            f" The measurement is coarser ({measurement.step:.3g} µs): what changes faster than "
            "that is lost."
        )
    return Stage(
        name="resample",
        label="Times",
        estimate=measurement.step,
        used=target.step,
        unit="µs",
        sentence=sentence,
        warning=coarse,
    )


def noise_stage(fine: float, snr: float) -> Stage:
    """Return the stage on noise; ``fine`` is that on the times of the model, in units of M."""
    low = snr < 10
    sentence = (
        f"Signal to noise is {snr:.3g} (highest point of the echo over the noise of one channel in "
        f"the measurement's tail); on the model's times the noise is {fine:.2g} in units of M."
    )
    return Stage(
        name="noise",
        label="Noise",
        estimate=snr,
        used=snr,
        unit="",
        sentence=sentence + (" That is low: average more scans." if low else ""),
        warning=low,
        error=float("nan"),
    )
