"""Time grids of files that hold no times."""

import numpy as np

from nmr_core.presets import REDUCED, preset


def grid(name: str) -> np.ndarray:
    """Return the sampling times of a preset, µs."""
    return preset(name).build().protocol.time


def assumed_times(name: str, n_times: int) -> tuple[np.ndarray, str, list[str]]:
    """Return the times of files that hold none.

    Parameters
    ----------
    name : str
        Preset whose conventions the files follow.
    n_times : int
        Points of a curve.

    Returns
    -------
    time : array (n_times,)
        The grid of the preset if it has as many points, else its step from zero, µs.
    preset : str
        ``name``, or "" if the grid has another number of points.
    notes : list of str
    """
    time = grid(name)
    if len(time) == n_times:
        return time, name, []
    note = (
        f"The files hold no times. {n_times:,} points are not the {len(time):,} of {name}: a "
        "step of 0.318 µs is assumed, and no preset."
    )
    return 2 * REDUCED * np.arange(1, n_times + 1), "", [note]


def notes_on_times(time: np.ndarray, name: str) -> list[str]:
    """Return a note where a data set is written without times that its readers cannot know."""
    expected = grid(name)
    if len(time) == len(expected) and np.allclose(time, expected, rtol=1e-5, atol=1e-5):
        return []
    return [
        f"This format holds no times. Its readers expect {len(expected):,} points up to "
        f"{expected[-1]:.1f} µs, these are {len(time):,} up to {time[-1]:.1f} µs."
    ]
