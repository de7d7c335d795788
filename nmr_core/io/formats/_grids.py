"""Time grids of files that hold no times."""

import numpy as np

from nmr_core.presets import REDUCED, preset


def grid(name: str) -> np.ndarray:
    """The sampling times of a preset, µs."""
    return preset(name).build().protocol.time


def known_or_assumed(name: str, n_times: int) -> tuple[np.ndarray, str, list[str]]:
    """(time, preset name, notes): the preset's grid if it has that many points, else its step and
    no preset.
    """
    time = grid(name)
    if len(time) == n_times:
        return time, name, []
    return (
        2 * REDUCED * np.arange(1, n_times + 1),
        "",
        [
            f"The files hold no times. {n_times:,} points are not the {len(time):,} of {name}: a "
            "step of 0.318 µs is assumed, and no preset."
        ],
    )


def notes_on_times(time: np.ndarray, name: str) -> list[str]:
    """What is lost when a data set is written without its times."""
    expected = grid(name)
    if len(time) == len(expected) and np.allclose(time, expected, rtol=1e-5, atol=1e-5):
        return []
    return [
        f"This format holds no times. Its readers expect {len(expected):,} points up to "
        f"{expected[-1]:.1f} µs, these are {len(time):,} up to {time[-1]:.1f} µs."
    ]
