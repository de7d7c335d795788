"""What one person has done in the labs: ``labs/progress.json`` in the data folder."""

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.workspace import data_folder

FOLDER = "labs"
"""In the data folder."""
DOCUMENT = "progress.json"
ENOUGH = 3
"""Moves after a guess with which a lab is done."""


@dataclass(frozen=True)
class Progress:
    """Progress in one lab.

    Attributes
    ----------
    guess : float or None
        First guess; None before it, and where the number was shown without one.
    is_open : bool
        Whether the number is shown: after a guess, or without one.
    moves : int
        Pictures that were drawn, the first one left out.
    at : float
        Time of the last change, seconds since 1970.
    """

    guess: float | None = None
    is_open: bool = False
    moves: int = 0
    at: float = 0.0

    @property
    def done(self) -> bool:
        """Whether the number was seen and the controls were used."""
        return self.is_open and self.moves >= ENOUGH

    def joined(self, later: "Progress") -> "Progress":
        """This and later progress: the first guess and the largest number of moves stay."""
        return Progress(
            guess=later.guess if self.guess is None else self.guess,
            is_open=self.is_open or later.is_open,
            moves=max(self.moves, later.moves),
            at=max(self.at, later.at),
        )


def read(folder: Path | None = None) -> Mapping[str, Progress]:
    """Progress by the slug of the lab; a damaged document counts as none.

    Parameters
    ----------
    folder : Path, optional
        Data folder; default: the present one.
    """
    try:
        return read_once((folder or data_folder()) / FOLDER, DOCUMENT, _read)
    except FailedError:
        return {}


def write(slug: str, progress: Progress, folder: Path | None = None) -> Progress:
    """Store the progress in one lab beside that in the others.

    Parameters
    ----------
    slug : str
        Name of the lab.
    progress : Progress
        What to store; see :meth:`Progress.joined`.
    folder : Path, optional
        Data folder; default: the present one.

    Returns
    -------
    Progress
        As stored.

    Raises
    ------
    FailedError
        It cannot be written.
    """
    folder = folder or data_folder()
    before = read(folder)
    stored = replace(before.get(slug, Progress()).joined(progress), at=time.time())
    content = {name: _entry(one) for name, one in {**before, slug: stored}.items()}
    write_json(folder / FOLDER / DOCUMENT, content)
    return stored


def guesses(folders: Iterable[Path], slug: str) -> list[float]:
    """Guesses in one lab, one per data folder that has one.

    Parameters
    ----------
    folders : iterable of Path
        Data folders, e.g. of the people of a room.
    slug : str
        Name of the lab.
    """
    entries = [read(folder).get(slug, Progress()) for folder in folders]
    return [entry.guess for entry in entries if entry.guess is not None]


def _entry(progress: Progress) -> dict[str, Any]:
    """Progress as it is stored; ``done`` is for readers of the file."""
    return asdict(progress) | {"done": progress.done}


def _read(folder: Path) -> dict[str, Progress]:
    content = read_json(folder / DOCUMENT, "progress in the labs")
    return {slug: _parsed(entry) for slug, entry in content.items() if isinstance(entry, dict)}


def _parsed(entry: dict[str, Any]) -> Progress:
    """The values of an entry that have the right type."""
    return Progress(
        guess=_number(entry.get("guess")),
        is_open=entry.get("is_open") is True,
        moves=int(_number(entry.get("moves")) or 0),
        at=_number(entry.get("at")) or 0.0,
    )


def _number(value: Any) -> float | None:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_real and math.isfinite(value) else None
