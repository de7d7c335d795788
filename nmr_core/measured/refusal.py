"""The verdict on a measurement that could not be brought to a model: the reason, and what to do."""

from collections.abc import Sequence

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.actions import Action, average_scans, identify, make_model, window
from nmr_core.measured.inspecting import noise, peak_time, smoothed_peak
from nmr_core.measured.steps import OutOfRangeError
from nmr_core.measured.target import Target
from nmr_core.measured.verdict import Verdict, one_of_a_kind

LEAST_SNR = 5.0
"""Highest average over the noise of a point from which an echo can be found and judged."""
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
        sentences, buttons = _signal(measurement, target)
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


def _signal(measurement: Measurement, target: Target) -> tuple[list[str], list[Action]]:
    """The height of the highest peak over the noise, where it is too low."""
    sigma = noise(measurement, target.step)
    if not sigma:
        return [], []
    snr = smoothed_peak(measurement) / sigma
    if snr >= LEAST_SNR:
        return [], []
    scans = measurement.about.get("scans", 0)
    scans = float(scans) if isinstance(scans, int | float) else 0.0
    action = average_scans(LEAST_SNR / max(snr, 0.1), scans)
    sentence = (
        f"The highest peak of {measurement.name}, at {peak_time(measurement):.4g} µs, is {snr:.1f} "
        f"times the noise; {LEAST_SNR:g} are needed. {action.sentence}"
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
