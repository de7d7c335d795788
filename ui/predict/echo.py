"""One echo whose joint posterior is shown."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Echo:
    """One echo whose posterior is shown.

    Parameters
    ----------
    read : callable
        Returns the times, µs (n_times,), and the signals, complex (n_settings, n_times).
    key : tuple
        What identifies it.
    name : str
        For the names of files.
    truth : dict
        Name -> true value, where known.
    out_of_domain : bool
        Whether the echo is out of the domain of the run.
    insists : bool
        Whether the visitor wants numbers for such an echo.
    python : tuple of str
        Statements that make ``result``, a JointPosterior of this echo alone.
    command : str
        Options of ``posterior RUN`` for this echo.
    prepared : bool
        Whether it is a measurement that was prepared for the run.
    """

    read: Callable[[], tuple[np.ndarray, np.ndarray]]
    key: tuple
    name: str
    truth: dict[str, float]
    out_of_domain: bool
    insists: bool
    python: tuple[str, ...]
    command: str
    prepared: bool = False
