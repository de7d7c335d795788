"""Sentences about a preparation: one per stage, and the refusals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.inspecting import flat_tops
from nmr_core.measured.steps import OFF, Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.finding import Found
    from nmr_core.measured.prepare import Echo

METHODS = {
    "average": "the points around each time were averaged (a parabola through those within one "
    "step)",
    "spline": "values between the points come from a cubic spline",
    "nearest": "its points lie on the model's times",
}
WELL = 0.8
"""Share of the energy that curves of the kind explain in a measurement that is one of them."""


def not_covered(measurement: Measurement, target: Target, zero: float, missing: np.ndarray) -> str:
    """Say which times a measurement lacks, with both ranges."""
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
    """Say that no echo of the protocol was found, and why."""
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


def losses(measurement: Measurement) -> list[str]:
    """Say what a single channel or a magnitude loses."""
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
    """Everything that the sentences of one prepared measurement are made of.

    Attributes
    ----------
    measurement, target, steps
        What was prepared, for which model, and what a person chose.
    found : Found
        Results of the search, for all settings.
    setting : int
        Index of this measurement among them.
    echo : Echo
    sigma : float
        Noise of one channel, in the file's unit.
    fine : float
        Noise on the time points of the model, in units of M.
    snr : float
    explained : float
        Share of the energy that curves of the protocol explain.
    on_line : bool
        Whether all such curves lie on one line of the complex plane.
    """

    measurement: Measurement
    target: Target
    steps: Steps
    found: "Found"
    setting: int
    echo: "Echo"
    sigma: float
    fine: float
    snr: float
    explained: float
    on_line: bool


def stages(p: Preparation) -> list[Stage]:
    """Return all stages of one measurement, in order."""
    return [
        _measurement(p.measurement),
        _saturation(p.measurement),
        _echo(p.measurement, p.target, p.found, p.echo, p.explained),
        _zero(p.steps, p.found, p.target),
        _sense(p.measurement, p.steps, p.found, p.on_line),
        _phase(p.measurement, p.steps, p.found),
        _baseline(p.steps, p.found, p.setting),
        _amplitude(p.steps, p.found),
        _dead(p.steps, p.found, p.target, p.setting),
        _grid(p.measurement, p.target, p.steps, p.found, p.setting),
        _noise(p.fine, p.snr),
    ]


def _measurement(measurement: Measurement) -> Stage:
    steps = np.diff(measurement.time)
    spacing = f"every {measurement.step:.4g} µs"
    if not measurement.uniform:
        spacing = f"with steps from {steps.min():.3g} to {steps.max():.3g} µs, used as they are"
    return Stage(
        "measurement",
        "Measurement",
        measurement.step,
        measurement.step,
        "µs",
        f"{len(measurement):,} points from {measurement.time[0]:.5g} to {measurement.time[-1]:.5g} "
        f"µs, {spacing}.",
        not measurement.uniform,
    )


def _saturation(measurement: Measurement) -> Stage:
    tops = flat_tops(measurement)
    if not tops:
        return Stage(
            "saturation",
            "Receiver",
            0.0,
            0.0,
            "points",
            "No flat tops: the receiver was not saturated.",
        )
    n = sum(top.n_points for top in tops)
    where = "; ".join(
        f"{top.channel} at {top.level:.4g}, {top.start:.4g} to {top.stop:.4g} µs"
        for top in tops[:2]
    )
    return Stage(
        "saturation",
        "Receiver",
        float(n),
        float(n),
        "points",
        f"The receiver was saturated: {n:,} points are cut off at the same value ({where}). Their "
        "true height is lost; measure again with less gain.",
        True,
    )


def _echo(
    measurement: Measurement, target: Target, found: "Found", echo: "Echo", explained: float
) -> Stage:
    sentence = f"The echo is at {echo.time + found.time_zero:.5g} µs of the measurement"
    if target.echo_time is not None:
        sentence += (
            f", {echo.time:.5g} µs after zero; the protocol has it at {target.echo_time:.5g} µs"
        )
    sentence += f". Curves of this kind explain {100 * explained:.3g} % of the measurement."
    others, doubt = _others(measurement, target, found), explained < WELL
    if others:
        sentence += (
            f" There are more echoes, at {', '.join(f'{t:.4g}' for t in others[:4])} µs of the "
            "measurement; they are not used."
        )
    if np.isfinite(found.rival) and found.rival_share > 0.8:
        other = found.rival + (target.echo_time or 0)
        sentence += (
            f" Another place explains nearly as much (echo at {other:.5g} µs): give the time of "
            "the echo if this one is wrong."
        )
        doubt = True
    return Stage(
        "echo",
        "Echo",
        echo.time + found.time_zero,
        echo.time + found.time_zero,
        "µs",
        sentence,
        doubt or bool(others),
    )


def _others(measurement: Measurement, target: Target, found: "Found") -> list[float]:
    """Times of other echoes beyond the grid, at least a third as high as the one that is used."""
    from scipy.signal import find_peaks

    size = np.abs(
        measurement.signal
        - np.median(measurement.signal.real)
        - 1j * np.median(measurement.signal.imag)
    )
    width = max(1, round(2 / measurement.step))
    smooth = np.convolve(size, np.full(width, 1 / width), "same")
    at = measurement.time - found.time_zero
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


def _zero(steps: Steps, found: "Found", target: Target) -> Stage:
    wish = steps.echo_time is not None or steps.time_zero is not None
    error = f" ± {found.zero_error:.2g}" if np.isfinite(found.zero_error) else ""
    if wish:
        sentence = (
            f"Time zero is {found.time_zero:.5g} µs of the measurement, as chosen; "
            f"{found.found_zero:.5g} µs was found."
        )
    elif found.time_zero == 0:
        sentence = (
            "The times of the file are those of the protocol: a shift of "
            f"{found.found_zero:+.2g}{error} µs is not significant."
        )
    else:
        sentence = (
            f"Time zero of the protocol is found at {found.found_zero:.5g}{error} µs of the "
            "measurement; its times are counted from there."
        )
    return Stage(
        "time_zero",
        "Time zero",
        found.found_zero,
        found.time_zero,
        "µs",
        sentence,
        wish
        and abs(found.time_zero - found.found_zero)
        > max(2 * target.step, 3 * np.nan_to_num(found.zero_error)),
        found.zero_error,
    )


def _sense(measurement: Measurement, steps: Steps, found: "Found", on_line: bool) -> Stage:
    told = found.found_conjugated
    number = float("nan") if told is None else float(told)
    if measurement.real_only or measurement.magnitude:
        return Stage(
            "conjugate",
            "Sign of Im",
            float("nan"),
            0.0,
            "",
            "There is no second channel, so its sign does not matter.",
        )
    if steps.conjugate is not None:
        sentence = f"Im is {'reversed' if found.conjugated else 'left as it is'}, as chosen."
    elif told is None:
        sentence = (
            "The sign of Im cannot be told: "
            + (
                "curves of this protocol lie on one line, where reversing Im is a change of phase. "
                if on_line
                else "both signs fit equally well. "
            )
            + "It is left as it is."
        )
    elif told:
        sentence = "Im has the other sign than in this protocol: it is reversed."
    else:
        sentence = "Im has the sign that this protocol has."
    return Stage(
        "conjugate",
        "Sign of Im",
        number,
        float(found.conjugated),
        "",
        sentence,
        bool(told) and steps.conjugate is None,
    )


def _degrees(angle: float) -> float:
    return float((np.degrees(angle) + 180) % 360 - 180)


def _phase(measurement: Measurement, steps: Steps, found: "Found") -> Stage:
    free, used = _degrees(found.free_fit.phase), _degrees(found.fit.phase)
    error = float(np.degrees(found.free_fit.errors.get("phase", np.nan)))
    if measurement.magnitude:
        return Stage(
            "phase",
            "Phase",
            float("nan"),
            0.0,
            "°",
            "A magnitude has no phase; the mean curve's is used.",
            True,
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
    return Stage("phase", "Phase", free, used, "°", sentence, False, error)


def _baseline(steps: Steps, found: "Found", s: int) -> Stage:
    free, used = found.free_fit.baseline[s], found.fit.baseline[s]
    error = found.free_fit.errors.get("constant", float("nan"))
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
    if found.conjugated:
        free, used = free.conj(), used.conj()
    return Stage(
        "baseline",
        "Baseline",
        complex(free[0]),
        complex(used[0]),
        "of the measurement",
        sentence,
        sloped and steps.baseline is None,
        error,
    )


def _amplitude(steps: Steps, found: "Found") -> Stage:
    free, used = found.free_fit.amplitude, found.fit.amplitude
    error = found.free_fit.errors.get("amplitude", float("nan"))
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
    return Stage("amplitude", "Scale", free, used, "for M = 1", sentence, wide, error)


def _dead(steps: Steps, found: "Found", target: Target, s: int) -> Stage:
    n = int((found.dead[s] & target.needed).sum())
    if steps.dead_time == OFF:
        sentence = "Points after the pulses are used as measured, as chosen."
    elif not found.dead_time:
        sentence = "No blind time after the pulses."
    else:
        begin = "The receiver is blind" if steps.dead_time is None else "The signal is left out"
        sentence = (
            f"{begin} for {found.dead_time:.3g} µs after a pulse: {n} points that the model looks "
            "at are 0. Choose a run that was trained with such a dead time."
        )
    return Stage("dead_time", "Dead time", found.found_dead, found.dead_time, "µs", sentence, n > 0)


def _grid(measurement: Measurement, target: Target, steps: Steps, found: "Found", s: int) -> Stage:
    grid = found.grids[s]
    first = (
        f"{len(measurement):,} points were brought to the model's {len(target.time):,}, every "
        f"{target.step:.3g} µs: {METHODS[grid.method]}"
    )
    empty = int((~grid.covered & ~found.dead[s]).sum())
    coarse = measurement.step > 1.2 * target.step
    sentence = first + (
        f"; {empty} points that the measurement does not cover are 0, the model does not look at "
        "them."
        if empty
        else "."
    )
    if coarse:
        sentence += (
            f" The measurement is coarser ({measurement.step:.3g} µs): what changes faster than "
            "that is lost."
        )
    return Stage("resample", "Times", measurement.step, target.step, "µs", sentence, coarse)


def _noise(fine: float, snr: float) -> Stage:
    low = snr < 10
    sentence = (
        f"Signal to noise is {snr:.3g} (highest point of the echo over the noise of one channel in "
        f"the measurement's tail); on the model's times the noise is {fine:.2g} in units of M."
    )
    return Stage(
        "noise",
        "Noise",
        snr,
        snr,
        "",
        sentence + (" That is low: average more scans." if low else ""),
        low,
        float("nan"),
    )
