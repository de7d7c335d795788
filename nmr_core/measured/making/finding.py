"""Models that were made before, and the one that was made for a protocol."""

from collections.abc import Sequence

from nmr_core.evaluation.compare import list_runs
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.measured.made_for import MadeFor, made_for_of
from nmr_core.measured.same_protocol import differences


def made_models() -> list[tuple[Run, MadeFor]]:
    """Return the models that were made for measurements, the newest first."""
    models = []
    for entry in list_runs():
        made_for = made_for_of(entry.run) if entry.run is not None else None
        if entry.run is not None and made_for is not None:
            models.append((entry.run, made_for))
    return models


def find_made(
    measurements: Sequence[Measurement],
    acquired: Acquired | Sequence[Acquired],
    echoes: Sequence[FoundEcho] | None = None,
) -> Run | None:
    """Return the newest model that was made for the protocol of measurements.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting.
    acquired : Acquired or sequence of Acquired
        What was measured.
    echoes : sequence of FoundEcho, optional
        Default: they are found.

    Returns
    -------
    Run or None
    """
    models = made_models()
    if not models:
        return None
    found = [find_echo(one) for one in measurements] if echoes is None else list(echoes)
    several = [acquired] * len(found) if isinstance(acquired, Acquired) else list(acquired)
    for run, made_for in models:
        if not differences(made_for, several, found):
            return run
    return None
