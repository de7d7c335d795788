"""Whether a measured echo is like the simulated ones of its setting.

    misfit = rms of what no combination of simulated echoes explains / (noise / sqrt(shots))

It is about 1 for an echo of the prior. One that is larger than the scatter of the noise gets a
note. A gross one is refused: the file is of another setting, or in other units. The basis leaves
out of all points together what is below :data:`NEGLIGIBLE` times the noise of one shot, so after
many shots the limit is above that:

    limit = GROSS sqrt(1 + NEGLIGIBLE^2 shots / points)
"""

import numpy as np

from nmr_core.design.compressing import NEGLIGIBLE, Basis, as_numbers
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError

STRANGE = 1.3
"""Misfit from which an echo is not like the simulated ones."""
SCATTER = 6.0
"""Standard errors by which the misfit of noise alone may differ from 1."""
GROSS = 10.0
"""Misfit from which an echo is refused, for few shots."""
RECEIVER = "phase and scale of the receiver"


def basis_of(book: LabBook, acquisition: Acquisition) -> Basis:
    """Return the basis of the simulated echoes of a setting."""
    pool = book.materials
    return pool.bases[pool.index(acquisition.setting)]


def compared(
    book: LabBook, signal: np.ndarray, scores: np.ndarray, acquisition: Acquisition
) -> tuple[float, str]:
    """Return (misfit, note); the note is "" for an echo like the simulated ones.

    Parameters
    ----------
    book : LabBook
        With its pool.
    signal : complex array (n_times,)
        The echo in units of M.
    scores : array (k,)
        The same on the basis of its setting.
    acquisition : Acquisition
        Its setting and shots.
    """
    basis = basis_of(book, acquisition)
    numbers = as_numbers(signal[None])[0]
    rest = numbers - basis.mean - scores @ basis.components
    n_free = max(1, len(rest) - len(scores))
    noise = book.problem.noise / np.sqrt(acquisition.shots)
    misfit = float(np.sqrt((rest**2).sum() / n_free) / noise)
    if misfit <= max(STRANGE, 1 + SCATTER / np.sqrt(2 * n_free)):
        return misfit, ""
    return misfit, f"{_sentence(misfit)} Check the setting, the noise of one shot, and {RECEIVER}."


def check_misfit(misfit: float, acquisition: Acquisition, basis: Basis) -> None:
    """Raise :class:`InputError` for a gross misfit."""
    left_out = NEGLIGIBLE * np.sqrt(acquisition.shots / len(basis.mean))
    if misfit > GROSS * np.hypot(1, left_out):
        raise InputError(
            f"{_sentence(misfit)} Check that it was measured at {acquisition.setting.label}, and "
            f"{RECEIVER}; or accept the misfit."
        )


def _sentence(misfit: float) -> str:
    return (
        f"This echo is not like the simulated ones: what they do not explain is {misfit:.3g} times "
        "the noise."
    )
