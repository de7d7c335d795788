"""What a job shows while it works (a learning curve, rows of a table), in a small file beside its log.

    <data folder>/jobs/<job id>.live.json      {"curve": [[0.93, 0.91], ...], "rows": [...], "_lengths": {"curve": 1200}}

The file stays when the job has ended. It is a picture, not a result: a value that is too long is thinned, a disk that is
full is no reason to stop, and a file that makes no sense reads as empty.
"""

import json
import math
import sys
import threading
import time
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError
from nmr_core.storage.files import write_file

PAUSE = 1.0
"""Seconds between two writes."""
MOST = 500
"""Entries of a list; a longer one keeps its first, its last and evenly spaced ones between."""
SIZE = 300_000
"""Characters of the file."""
LENGTHS = "_lengths"
"""Name under which the file holds how long the thinned values were: name -> n."""
_FEWER = (MOST, 100, 20)
_TEXT = 500
_DEEP = 6


class LiveFile:
    """Collects what is published, a name at a time, and writes it at most once per second (thread-safe)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._values: dict[str, object] = {}
        self._lengths: dict[str, int] = {}
        self._new = False
        self._written = float("-inf")

    def __call__(self, name: str, value: Any) -> None:
        """Keep the newest value of ``name`` (a copy, thinned); never raises for what the value is."""
        kept: Any = thinned(value, MOST)
        with self._lock:
            self._values[str(name)[:_TEXT]] = kept
            self._lengths.pop(str(name)[:_TEXT], None)
            if isinstance(kept, list) and len(value) > len(kept):
                self._lengths[str(name)[:_TEXT]] = len(value)
            self._new = True
            if time.monotonic() - self._written >= PAUSE:
                self._write()

    def flush(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            if self._new:
                self._write()

    def _write(self) -> None:
        self._new, self._written = False, time.monotonic()
        try:
            text = _short_text(self._values, self._lengths)
            write_file(self.path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        except FailedError as error:  # only a picture is missing
            print(f"Live data was not written: {error}", file=sys.stderr)


def read_live(path: Path) -> dict:
    """Name -> newest value; empty if there is none, or none that makes sense."""
    try:
        if path.stat().st_size > 4 * SIZE:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def thinned(value: Any, most: int, depth: int = 0) -> Any:
    """``value`` as JSON can hold it: numbers (None for NaN and infinity), texts, dicts, and lists of at most ``most``."""
    if value is None or isinstance(value, bool | str):
        return value[:_TEXT] if isinstance(value, str) else value
    if hasattr(value, "tolist"):  # NumPy's arrays and numbers
        return thinned(list(value) if getattr(value, "ndim", 0) else value.tolist(), most, depth)
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth < _DEEP and isinstance(value, dict):
        return {
            str(key)[:_TEXT]: thinned(item, most, depth + 1)
            for key, item in list(value.items())[:MOST]
        }
    if depth < _DEEP and isinstance(value, list | tuple):
        return [thinned(value[place], most, depth + 1) for place in places(len(value), most)]
    return str(value)[:_TEXT]


def places(n: int, most: int) -> list[int]:
    """Which of ``n`` entries are kept: all, or ``most`` evenly spaced ones with both ends."""
    return list(range(n)) if n <= most else [round(k * (n - 1) / (most - 1)) for k in range(most)]


def _short_text(values: dict, lengths: dict) -> str:
    """The file's text: lists are made shorter, then the largest values left out, until it is short enough."""
    for most in _FEWER:
        kept = {name: thinned(value, most) for name, value in values.items()}
        longer = lengths | {
            name: lengths.get(name, len(values[name]))
            for name, value in kept.items()
            if isinstance(value, list) and len(value) < len(values[name])
        }
        text = json.dumps(kept | ({LENGTHS: longer} if longer else {}))
        if len(text) <= SIZE:
            return text
    for name in sorted(kept, key=lambda name: -len(json.dumps(kept[name]))):
        del kept[name]
        text = json.dumps(kept)
        if len(text) <= SIZE:
            break
    return text
