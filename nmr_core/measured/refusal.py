"""The verdict on a measurement that could not be brought to a model: the reason, and what to do."""

from collections.abc import Sequence

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.actions import Action, average_scans, identify, make_model, window
from nmr_core.measured.found import find_echo
from nmr_core.measured.inspecting import peak_time
from nmr_core.measured.quiet import quiet_parts
from nmr_core.measured.steps import OutOfRangeError
from nmr_core.measured.target import Target
from nmr_core.measured.verdict import Verdict, one_of_a_kind

LEAST_SNR = 8.0
"""Highest point over the noise of one channel from which an echo is sure to be found."""
TOO_LONG = 3.0
"""Length of a record over what the model looks at from which a window is offered."""


def refusal(error: InputError, measurements: Sequence[Measurement], target: Target) -> Verdict:
    """Return the verdict "no" with the reason of ``error``, and what to do about it.

    Parameters
    ----------
    error : InputError
        Of :func:`nmr_core.measured.for_run.prepare_for_run`.
    measurements : sequence of Measurement
        One per setting.
    target : Target
        What they were to be brought to.

    Returns
    -------
    Verdict
        Its ``out_of_range`` names SNR and length of the record beside what the model needs.
    """
    numbers, actions = [], []
    for measurement in measurements:
        sentences, buttons = _signal(measurement)
        numbers += sentences
        actions += buttons
    if isinstance(error, OutOfRangeError):
        for measurement in measurements:
            actions += _length(measurement, target)
    if not any(action.kind == "average_scans" for action in actions):
        actions.append(make_model())
    actions.append(identify())
    return Verdict(
        "no",
        f"This model cannot read the measurement. {error}",
        list(dict.fromkeys(numbers)),
        [],
        one_of_a_kind(actions),
    )


def _signal(measurement: Measurement) -> tuple[list[str], list[Action]]:
    """The highest point over the noise, where no echo stands out of it."""
    try:
        find_echo(measurement)
        return [], []
    except InputError:
        parts = quiet_parts(measurement)
    height = float(np.abs(measurement.signal - parts.baseline).max())
    snr = height / parts.noise if parts.noise else 0.0
    if not 0 < snr < LEAST_SNR:
        return [], []
    scans = measurement.about.get("scans", 0)
    action = average_scans(LEAST_SNR / snr, float(scans) if isinstance(scans, int | float) else 0.0)
    sentence = (
        f"The highest point of {measurement.name} is {snr:.1f} times the noise of one channel; an "
        f"echo needs about {LEAST_SNR:g}. {action.sentence}"
    )
    return [sentence], [action]


def _length(measurement: Measurement, target: Target) -> list[Action]:
    """The window around the highest peak, of a record that is far longer than the model's."""
    first, last = target.needed_range
    span = float(measurement.time[-1] - measurement.time[0])
    needed = last - first
    if span <= TOO_LONG * needed:
        return []
    centre = peak_time(measurement)
    start = max(float(measurement.time[0]), centre - needed)
    return [window(start, min(float(measurement.time[-1]), start + 2 * needed))]
