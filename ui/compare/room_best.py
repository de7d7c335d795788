"""The training curve of the best run that was submitted in the visitor's room, or in the room of
which the visitor is the organiser.
"""

from collections.abc import Container

from nmr_core.challenge import load
from nmr_core.errors import FailedError, InputError
from nmr_core.learning.curves import TrainingCurve
from nmr_core.workshop.best_curve import best_curve
from ui.labs.room import here
from ui.shared import caches, room_news, spaces

FRESH = 5
"""Seconds for which it is remembered."""


def curves(task: str, without: Container[str]) -> list[TrainingCurve]:
    """The curve, or none: outside of a room, before a submission, while the board is hidden.

    Parameters
    ----------
    task : str
        "regression" or "classification".
    without : container of str
        Ids of runs that have a curve of their own.
    """
    room = here() if spaces.are_used() else None
    if room is None or not room.challenge:
        return []
    curve = _best(room.id)
    is_shown = curve is not None and curve.task == task and curve.id not in without
    return [curve] if curve is not None and is_shown else []


@caches.common_data(ttl=FRESH, max_entries=100, show_spinner=False)
def _best(room_id: str) -> TrainingCurve | None:
    rooms = room_news.rooms()
    room = rooms.get(room_id)
    folders = {one.id: folder for one, folder in rooms.people(room)}
    try:
        return best_curve(load(room.challenge), folders)
    except (InputError, FailedError):  # the challenge was removed
        return None
