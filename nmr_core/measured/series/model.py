"""The run that a series is read with, where none is named."""

from nmr_core.errors import InputError
from nmr_core.learning.run import Run
from nmr_core.measured.choice import fitting_run
from nmr_core.measured.series.series import Series

TRIED = 3
"""Echoes of a group that are tried, spread over the series."""


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
    items = series.group(group)
    step = max(1, len(items) // TRIED)
    some = [item.measurement for item in items[::step][:TRIED] if item.measurement is not None]
    problems = []
    for measurement in some:
        try:
            choice = fitting_run([measurement])
        except InputError as error:
            problems.append(error)
            continue
        return choice.run, choice.sentence
    raise problems[0]


def made_runs() -> list[Run]:
    """Return the models that were made for a measurement, newest first."""
    return []
