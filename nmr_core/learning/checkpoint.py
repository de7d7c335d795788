"""The state of a training on disk: two files in turn, so that one of them is always whole."""

import hashlib
import io
import time as clock
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.learning.feature_parts import savez, write_safely
from nmr_core.models.blocks import State
from nmr_core.storage.arrays import DAMAGE

EVERY = 20.0
"""Seconds between two stored states."""
NAMES = ("state-0", "state-1")
DIGEST = 32
"""Bytes of the checksum that a file begins with."""


class Checkpoint:
    """Keeper of a training's state in a folder.

    Parameters
    ----------
    folder : Path
    name : str
        Of the training, for errors.
    """

    def __init__(self, folder: Path, name: str):
        self.folder = folder
        self.name = name
        self.number = 0
        self.seconds = 0.0
        self.started = self.saved = clock.monotonic()

    def load(self) -> State:
        """Return the newest state that is whole; {} if none was stored.

        Raises
        ------
        FailedError
            If states were stored, and all of them are damaged.
        """
        paths = [self.folder / name for name in NAMES]
        stored = [path for path in paths if path.exists()]
        read = map(_read, stored)
        states = [content for content in read if content]
        if stored and not states:
            raise FailedError(
                f"{self.name} cannot be continued: its stored state is damaged. Start it anew "
                "(--restart)."
            )
        state: State = max(states, key=lambda s: int(s["number"]), default={})
        if state:
            self.number = int(state.pop("number")) + 1
            self.seconds = float(state.pop("seconds"))
        return state

    def save(self, state: Callable[[], State], at_once: bool = False) -> None:
        """Store a state, if the last one is old enough or ``at_once``.

        Raises
        ------
        FailedError
            The disk is full; the state before is still there.
        """
        now = clock.monotonic()
        if now - self.saved < EVERY and not at_once:
            return
        own = {"number": np.array(self.number), "seconds": np.array(self.spent)}
        buffer = io.BytesIO()
        savez(buffer, state() | own)
        content = buffer.getvalue()
        digest = hashlib.sha256(content).digest()
        path = self.folder / NAMES[self.number % len(NAMES)]
        write_safely(path, lambda file: file.write(digest + content))
        self.number += 1
        self.saved = clock.monotonic()

    @property
    def spent(self) -> float:
        """Seconds of all sittings until now."""
        return self.seconds + clock.monotonic() - self.started

    def clear(self) -> None:
        """Forget all states."""
        for name in NAMES:
            (self.folder / name).unlink(missing_ok=True)
        self.number = 0


def _read(path: Path) -> State:
    """A stored state; {} if the file is damaged."""
    try:
        stored = path.read_bytes()
        content = stored[DIGEST:]
        if hashlib.sha256(content).digest() != stored[:DIGEST]:
            return {}
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except DAMAGE:
        return {}
