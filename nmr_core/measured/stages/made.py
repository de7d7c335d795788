"""Sentences on a preparation for a model that was made for a measurement, one per stage."""

from typing import TYPE_CHECKING

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.stages.record import (
    brought,
    measurement_stage,
    noise_stage,
    saturation_stage,
)
from nmr_core.measured.stages.signal import chosen_baseline, complex_text, offset_stage
from nmr_core.measured.steps import Stage, Steps
from nmr_core.measured.target import Target

if TYPE_CHECKING:
    from nmr_core.measured.canonical import Canonical


def stages(
    measurement: Measurement,
    target: Target,
    steps: Steps,
    state: "Canonical",
    number: int,
    sigma: float,
) -> list[Stage]:
    """Return all stages of one measurement, in order.

    Parameters
    ----------
    measurement : Measurement
        As read.
    target : Target
        Time points of the model.
    steps : Steps
        Steps that are fixed.
    state : Canonical
        What was found and used.
    number : int
        Index of this measurement among the settings.
    sigma : float
        Noise of one channel on the times of the model, in units of M.
    """
    return [
        measurement_stage(measurement),
        saturation_stage(measurement),
        _echo(state, number),
        _zero(target, steps, state),
        offset_stage(_found_offset(state, steps), state.offset_error, state.offset, steps),
        _baseline(steps, state, number),
        _scale(target, state),
        _grid(measurement, target, state, number),
        noise_stage(sigma, state.echoes[number].snr),
    ]


def _found_offset(state: "Canonical", steps: Steps) -> float:
    """Offset that was found, MHz: that of the fit, or of the echo where the step is fixed."""
    return state.offset if steps.offset is None else state.main.offset


def _echo(state: "Canonical", number: int) -> Stage:
    echo = state.echoes[number]
    return Stage(
        name="echo",
        label="Echo",
        estimate=echo.time,
        used=echo.time,
        unit="µs",
        sentence=echo.sentence,
        warning=echo.at_edge or echo.kind != "echo",
        error=echo.time_error,
    )


def _zero(target: Target, steps: Steps, state: "Canonical") -> Stage:
    fixed = steps.time_zero is not None or steps.echo_time is not None
    moved = state.time_zero - state.found_zero
    echo_time = float(target.echo_time or 0.0)
    place = (
        f"the echo, which the protocol has at {echo_time:.5g} µs, stands at "
        f"{state.time_zero + echo_time:.5g} µs of the measurement"
    )
    if fixed:
        sentence = (
            f"Time zero is {state.time_zero:.5g} µs of the measurement, as chosen; from its echo "
            f"it is {state.found_zero:.5g} µs."
        )
    elif moved:
        sentence = (
            f"Time zero is {state.time_zero:.5g} ± {state.zero_error:.1g} µs of the measurement: "
            f"{place}, {moved:+.2g} µs from its top, where echoes of this model fit best."
        )
    else:
        sentence = (
            f"Time zero is {state.time_zero:.5g} ± {state.zero_error:.1g} µs of the measurement: "
            f"{place}."
        )
    return Stage(
        name="time_zero",
        label="Time zero",
        estimate=state.found_zero,
        used=state.time_zero,
        unit="µs",
        sentence=sentence,
        warning=fixed and abs(moved) > max(2 * target.step, 3 * state.main.time_error),
        error=state.zero_error,
    )


def _baseline(steps: Steps, state: "Canonical", number: int) -> Stage:
    found, used = state.echoes[number].baseline, state.baselines[number]
    sentence = chosen_baseline(steps, used) or (
        f"Baseline offset {complex_text(used)}, from the parts without echo, was subtracted."
    )
    return Stage(
        name="baseline",
        label="Baseline",
        estimate=found,
        used=used,
        unit="of the measurement",
        sentence=sentence,
    )


def _scale(target: Target, state: "Canonical") -> Stage:
    size = 2 * abs(state.mean)
    phase = float(np.degrees(np.angle(state.mean)))
    return Stage(
        name="amplitude",
        label="Scale and phase",
        estimate=size,
        used=size,
        unit="for M = 1",
        sentence=f"The signal is divided by {size:.4g} and turned back by {phase:.4g}°, so that "
        "the mean over its echo is 1/2, as in the training data of this model.",
    )


def _grid(measurement: Measurement, target: Target, state: "Canonical", number: int) -> Stage:
    grid = state.grids[number]
    empty = int((~grid.covered).sum())
    sentence = f"{brought(measurement, target, grid.method)}."
    if empty:
        sentence += f" {empty} at the ends were not measured and repeat the last value."
    return Stage(
        name="resample",
        label="Times",
        estimate=measurement.step,
        used=target.step,
        unit="µs",
        sentence=sentence,
        warning=bool(empty),
    )
