"""The run that a series is read with, where none is named."""

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import acquired
from nmr_core.measured.choice import fitting_run
from nmr_core.measured.found import find_echo
from nmr_core.measured.making import find_made, made_models
from nmr_core.measured.series.series import Series

TRIED = 3
"""Echoes of a group that are tried, spread over the series."""
SPREAD = 12
"""Echoes of a group that a model is made for."""


def spread(series: Series, *, group: int = 1, most: int = SPREAD) -> list[Measurement]:
    """Return some measurements of a group, from all over the series.

    Parameters
    ----------
    series : Series
        With groups of one protocol.
    group : int
        The group.
    most : int
        How many at most.
    """
    measurements = [
        item.measurement for item in series.group(group) if item.measurement is not None
    ]
    step = max(1, -(-len(measurements) // most))
    return measurements[::step]


def run_for_series(series: Series, *, group: int = 1) -> tuple[Run, str]:
    """Return (run, why it): a model made for this protocol, else the shipped one that fits.

    Parameters
    ----------
    series : Series
        With groups of one protocol.
    group : int
        The group that is read.

    Raises
    ------
    InputError
        If no run fits any of some echoes of the group: the reason of the first.
    """
    problems = []
    some = spread(series, group=group, most=TRIED)
    for measurement in some:
        try:
            made = _made(measurement)
            if made is not None:
                return made, f"{made.id} was made for this protocol: {made.manifest.title}."
            choice = fitting_run([measurement])
        except InputError as error:
            problems.append(error)
            continue
        return choice.run, choice.sentence
    raise problems[0]


def _made(measurement: Measurement) -> Run | None:
    """The model that was made for a protocol; None without, and for an unknown tau."""
    if not made_models():
        return None
    echo = find_echo(measurement)
    protocol = acquired(measurement, echo)
    return None if protocol.missing else find_made([measurement], protocol, [echo])


def made_runs() -> list[Run]:
    """Return the models that were made for a measurement, newest first."""
    return [run for run, _ in made_models()]
