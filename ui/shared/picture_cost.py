"""What a simulation costs, estimated before a page begins it: a link can ask for anything."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.integrators import INTEGRATORS
from ui.shared.text import duration

PATIENCE = 8.0
"""Longest time for a picture, s; what takes longer is for the command line."""
MEGABYTES = 200.0
"""Largest memory for a picture."""
SECONDS_PER_SPIN_STEP = 1.2e-8
"""On a core of 2020; only decides what is too long to wait for on a page."""
BYTES_PER_SPIN = 100
"""State, field and workspace of one spin in single precision."""
BYTES_PER_POINT = 120
"""One point of an echo: time, M, Mz and the lines of its figure."""
BYTES_PER_FRAME = 12
"""m and m_z of one spin in one frame of a movie."""


@dataclass(frozen=True)
class Cost:
    """Time on one core and memory.

    Attributes
    ----------
    seconds, megabytes : float
    """

    seconds: float
    megabytes: float

    @property
    def fits(self) -> bool:
        """Whether a page may begin it."""
        return self.seconds <= PATIENCE and self.megabytes <= MEGABYTES

    @property
    def text(self) -> str:
        """The cost in words, such as "about 20 s and 400 MB"."""
        return f"about {duration(self.seconds)} and {max(1.0, self.megabytes):.0f} MB of memory"


def of_echoes(experiments: Iterable[Experiment]) -> Cost:
    """Return the cost of one echo of each experiment."""
    several = list(experiments)
    spins = max((experiment.sample.n_sites for experiment in several), default=0)
    points = sum(len(experiment.protocol.time) for experiment in several)
    n_bytes = spins * BYTES_PER_SPIN + points * BYTES_PER_POINT
    return Cost(sum(map(seconds, several)), n_bytes / 1e6)


def of_movie(experiment: Experiment, n_frames: int) -> Cost:
    """Return the cost of an echo with all spins at ``n_frames`` times."""
    bytes_per_spin = BYTES_PER_SPIN + n_frames * BYTES_PER_FRAME
    n_bytes = experiment.sample.n_sites * bytes_per_spin
    n_bytes += len(experiment.protocol.time) * BYTES_PER_POINT
    return Cost(seconds(experiment), n_bytes / 1e6)


def seconds(experiment: Experiment) -> float:
    """Return about how long one echo takes here on one core, s."""
    n_fields = INTEGRATORS[experiment.integrator].order * (1.6 if experiment.alpha_z else 1)
    n_steps = len(experiment.protocol.time)
    return SECONDS_PER_SPIN_STEP * experiment.sample.n_sites * n_steps * n_fields


def check(cost: Cost, what: str) -> float:
    """Refuse a simulation that is too much for a page.

    Parameters
    ----------
    cost : Cost
        Of the simulation, with the values that it will have.
    what : str
        Subject of the sentence, such as "This sweep".

    Returns
    -------
    float
        The expected seconds.

    Raises
    ------
    InputError
        It takes too long or too much memory.
    """
    if not cost.fits:
        raise InputError(
            f"{what} takes {cost.text}, too much for a page. Take a smaller lattice or fewer "
            "steps, or simulate it on the command line: python -m nmr_core simulate."
        )
    return cost.seconds


def refused(cost: Cost, what: str, advice: str, code: str, language: str = "bash") -> bool:
    """Show why a page does not begin a simulation, and how it is done without the app.

    Parameters
    ----------
    cost : Cost
        Of the simulation.
    what : str
        Subject of the sentence, such as "This sweep".
    advice : str
        What to change, in the imperative.
    code : str
        Does the same without the app.
    language : str
        "bash" or "python".

    Returns
    -------
    bool
        False if it fits, and nothing is shown.
    """
    if cost.fits:
        return False
    st.info(f"{what} takes {cost.text}, too much for a page. {advice}, or run this:")
    st.code(code, language=language, wrap_lines=True)
    return True
