"""A challenge, as far as everyone may know it."""

import logging
import sqlite3
import time
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nmr_core.challenge import database
from nmr_core.challenge.metrics import METRICS, Metric
from nmr_core.errors import FailedError, InputError
from nmr_core.people.remembered import Remembered
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, write_json
from nmr_core.storage.workspace import checked_id, server_folder

_LOG = logging.getLogger(__name__)
FOLDER = "challenges"
DOCUMENT = "challenge.json"
BEFORE, OPEN, FROZEN, ENDED, CLOSED = ("before", "open", "frozen", "ended", "closed")
"""States of a challenge."""


@dataclass(frozen=True)
class Target:
    """A parameter that is predicted.

    Parameters
    ----------
    name, symbol, unit : str
        Column of a submission, and its text.
    low, high : float
        Range of the prior; 0 and 0 of a class.
    """

    name: str
    symbol: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Challenge:
    """A challenge.

    Parameters
    ----------
    id, title, template : str
        Id, display text, and name of the template.
    metric_name : str
        Name of :data:`nmr_core.challenge.metrics.METRICS`.
    targets : tuple of Target
        What is predicted.
    classes : tuple of str
        Classes of a classification.
    presets : tuple of dict
        Recipes of the priors; the seed of the test curves is secret.
    settings : tuple of dict
        Protocol of each acquisition.
    n_train, n_public, n_private : int
        Curves with truth; test curves of the public board, and of the private result.
    linear : tuple of float
        Score that follows from the linear estimate of the errors on clean curves, and its standard
        error; (0, 0) where there is none.
    training, workspace : str
        Id of the training set, and of the workspace that has it.
    team_size : int
        People of a team, at most.
    room : str
        Id of the room whose people take part, "" for everyone.
    owner : str
        Id of the organiser.
    created, starts, ends : float
        s since 1970.
    tries : int
        Submissions per team.
    pause : float
        Seconds between two submissions of a team.
    hide : float
        Seconds before the end in which the board is not shown.
    is_frozen, is_hidden, is_closed, is_revealed : bool
        Whether submissions wait; the board is hidden; it is over; the private result is shown.
    version : int
        Larger after every change.
    """

    id: str
    title: str
    template: str
    metric_name: str
    targets: tuple[Target, ...]
    n_train: int
    n_public: int
    n_private: int
    classes: tuple[str, ...] = ()
    presets: tuple[dict, ...] = ()
    settings: tuple[dict, ...] = ()
    linear: tuple[float, float] = (0.0, 0.0)
    training: str = ""
    workspace: str = ""
    team_size: int = 4
    room: str = ""
    owner: str = ""
    created: float = 0.0
    starts: float = 0.0
    ends: float = 0.0
    tries: int = 20
    pause: float = 60.0
    hide: float = 0.0
    is_frozen: bool = False
    is_hidden: bool = False
    is_closed: bool = False
    is_revealed: bool = False
    version: int = 0

    @property
    def metric(self) -> Metric:
        """How answers are scored."""
        return METRICS[self.metric_name]

    @property
    def n_test(self) -> int:
        """Number of test curves."""
        return self.n_public + self.n_private

    @property
    def state(self) -> str:
        """One of "before", "open", "frozen", "ended" and "closed", by the server's clock."""
        now = time.time()
        if self.is_closed:
            return CLOSED
        if now >= self.ends:
            return ENDED
        if now < self.starts:
            return BEFORE
        return FROZEN if self.is_frozen else OPEN

    @property
    def seconds_left(self) -> float:
        """Until the end, or before the start until it; 0 afterwards."""
        now = time.time()
        if self.is_closed:
            return 0.0
        return max(0.0, (self.starts if now < self.starts else self.ends) - now)

    @property
    def is_board_hidden(self) -> bool:
        """Whether participants do not see the board now."""
        if self.is_revealed:
            return False
        return self.is_hidden or (self.hide > 0 and time.time() >= self.ends - self.hide)

    @property
    def tag(self) -> str:
        """Beginning of the names of its test curves, which tells challenges apart."""
        return self.id[-4:]

    @property
    def samples(self) -> list[str]:
        """Names of the test curves, as in the column ``sample`` of a submission."""
        return [f"{self.tag}-{k:05d}" for k in range(self.n_test)]

    @property
    def columns(self) -> list[str]:
        """Columns of a submission after ``sample``."""
        names = [target.name for target in self.targets]
        if self.metric.kind != "intervals":
            return names
        return [f"{name}_{end}" for name in names for end in ("low", "high")]

    @property
    def folder(self) -> Path:
        """Its folder."""
        return folder_of(self.id)


CHANGEABLE = ("title", "starts", "ends", "tries", "pause", "hide")
FLAGS = ("is_frozen", "is_hidden", "is_closed", "is_revealed")


def folder_of(id: str) -> Path:
    """The folder of the challenge with an id."""
    return server_folder() / FOLDER / checked_id(id)


def write(challenge: Challenge, folder: Path) -> None:
    """Write what does not change to ``challenge.json``, and the rest to the table."""
    stored = asdict(challenge)
    own = {name: value for name, value in stored.items() if name not in _changing()}
    write_json(folder / DOCUMENT, own)
    database.begin(folder, {name: stored[name] for name in _changing()})


def _changing() -> tuple[str, ...]:
    return (*CHANGEABLE, *FLAGS, "version")


def load(id: str) -> Challenge:
    """The challenge with an id.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    folder = folder_of(id)
    if not (folder / DOCUMENT).is_file():
        raise InputError(f"There is no challenge {str(id)[:60]!r} here. Choose one of the list.")
    return replace(read_once(folder, DOCUMENT, _read), **_state(folder))


def now(challenge: Challenge) -> Challenge:
    """A challenge as it is now."""
    return load(challenge.id)


def within(db: sqlite3.Connection, challenge: Challenge) -> Challenge:
    """A challenge as it is for the statements of a connection."""
    return replace(challenge, **_values(database.state_of(db)))


def list_challenges() -> list[Challenge]:
    """All challenges of the server that can be read, the newest first."""
    root = server_folder() / FOLDER
    challenges = []
    for path in root.glob("[!.]*"):
        if not (path / DOCUMENT).is_file():
            continue
        try:
            challenges.append(load(path.name))
        except (FailedError, InputError) as error:
            _LOG.warning("%s", error)
    return sorted(challenges, key=lambda challenge: challenge.created, reverse=True)


def _read(folder: Path) -> Challenge:
    stored = read_json(folder / DOCUMENT, "challenge")
    try:
        names = {field.name for field in fields(Challenge)}
        values: dict[str, Any] = {name: stored[name] for name in stored if name in names}
        values["targets"] = tuple(Target(**target) for target in stored["targets"])
        for name in ("classes", "presets", "settings", "linear"):
            values[name] = tuple(stored[name])
        challenge = Challenge(title="", **values)
        if challenge.metric_name not in METRICS or challenge.id != folder.name:
            raise ValueError("its metric or id is not what it should be")
        return challenge
    except (KeyError, TypeError, ValueError) as error:
        raise FailedError(
            f"The challenge at {folder} cannot be read ({error}). Restore it from a backup."
        ) from None


def _state(folder: Path) -> dict[str, Any]:
    cache = remembered(folder)
    state, version = cache.get("state")
    if state is None:
        state = _values(database.state(folder))
        cache.put("state", state, version)
    return state


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a challenge in a row of its table."""
    state = {name: row[name] for name in _changing()}
    return state | {name: bool(row[name]) for name in FLAGS}


def remembered(folder: Path) -> Remembered:
    """What was read of the table of a challenge, until it changes."""
    return _remembered(database.file_of(folder))


@lru_cache(maxsize=64)
def _remembered(path: Path) -> Remembered:
    return Remembered(path)
