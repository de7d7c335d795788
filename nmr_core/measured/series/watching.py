"""Watch a folder: new files are given out when they are complete.

    for paths in watch("today/"):
        series = collect(sorted(paths)) ...

A file is complete when neither its size nor its time changed for ``settle`` seconds, and it is not
empty. A file that changes later is given out again.
"""

import time as clock
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.measured.series.paths import MAX_FILES, Found, listed

EVERY = 2.0
"""Seconds between two looks."""
SETTLE = 3.0
"""Seconds without a change after which a file is complete."""
Stamp = tuple[int, int]
"""Size in bytes and time of the last change in ns."""


@dataclass
class FolderWatch:
    """What is known of the files of a folder between two looks.

    Parameters
    ----------
    folder : Path
        Folder that is watched.
    settle : float
        Seconds without a change after which a file is complete.
    most : int
        Largest number of files.
    """

    folder: Path
    settle: float = SETTLE
    most: int = MAX_FILES
    _seen: dict[str, tuple[Stamp, float]] = field(default_factory=dict)
    _done: dict[str, Stamp] = field(default_factory=dict)

    def look(self, now: float | None = None) -> list[Path]:
        """Return the files that have become complete since the last look.

        Parameters
        ----------
        now : float, optional
            Clock in s; default: ``time.monotonic()``.

        Raises
        ------
        InputError
            The folder is gone, or holds too many files.
        FailedError
            It cannot be read.
        """
        now = clock.monotonic() if now is None else now
        if not Path(self.folder).is_dir():
            raise InputError(
                f"There is no folder {str(self.folder)[:200]!r} to watch. Check the spelling."
            )
        complete = []
        there = set()
        with listed([self.folder], most=self.most) as listing:
            for found in listing.files:
                stamp = _stamp(found)
                if stamp is None:
                    continue
                there.add(found.name)
                if self._done.get(found.name) == stamp:
                    continue
                before = self._seen.get(found.name)
                if before is None or before[0] != stamp:
                    self._seen[found.name] = (stamp, now)
                    if self.settle > 0:
                        continue
                elif now - before[1] < self.settle:
                    continue
                self._done[found.name] = stamp
                complete.append(found.path)
        for name in set(self._seen) - there:
            self._seen.pop(name)
            self._done.pop(name, None)
        return complete

    @property
    def complete(self) -> int:
        """Number of files that have been given out and are still there."""
        return len(self._done)

    @property
    def waiting(self) -> list[str]:
        """Names of files that are still being written."""
        return sorted(name for name in self._seen if name not in self._done)


def _stamp(found: Found) -> Stamp | None:
    """Size and last change of a file, or of all files of a folder; None if it is empty or gone."""
    try:
        paths = [found.path]
        if found.path.is_dir():
            paths = [path for path in sorted(found.path.rglob("*")) if path.is_file()]
        stats = [path.stat() for path in paths]
    except OSError:
        return None
    size = sum(one.st_size for one in stats)
    return (size, max(one.st_mtime_ns for one in stats)) if size else None


def watch(
    folder: str | Path,
    *,
    every: float = EVERY,
    settle: float = SETTLE,
    stop: Callable[[], bool] = lambda: False,
    waiting: Callable[[FolderWatch], None] = lambda watched: None,
) -> Iterator[list[Path]]:
    """Yield the new complete files of a folder until ``stop()`` is true.

    Parameters
    ----------
    folder : path
        Folder that is watched; files in it at the beginning count as new.
    every : float
        Seconds between two looks.
    settle : float
        Seconds without a change after which a file is complete.
    stop : callable
        Asked before every look.
    waiting : callable
        Called with the :class:`FolderWatch` after every look.

    Raises
    ------
    InputError
        The folder is gone, or holds too many files.
    FailedError
        It cannot be read.
    """
    watched = FolderWatch(Path(folder), settle)
    while not stop():
        try:
            paths = watched.look()
        except FailedError:
            # A folder on the network may be away for a moment
            if not Path(folder).is_dir():
                raise
            paths = []
        if paths:
            yield paths
        waiting(watched)
        clock.sleep(every)
