"""Live data of a job, e.g. a learning curve or rows of a table, in a small file beside its log.

    <data folder>/jobs/<job id>.live.json
    {"curve": [[0.93, 0.91], ...], "rows": [...], "_lengths": {"curve": 1200}}

The file stays when the job has ended. It is for display only: long values are thinned, a full disk
does not stop the job, and a damaged file reads as empty.
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
"""Entries of a list; of a longer one evenly spaced entries are kept, with both ends."""
SIZE = 300_000
"""Characters of the file."""
LENGTHS = "_lengths"
"""Name of the lengths of thinned values, name -> n."""
_FEWER = (MOST, 100, 20)
_TEXT = 500
_DEEP = 6


class LiveFile:
    """Receiver of published values that writes them at most once per second (thread-safe)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._values: dict[str, object] = {}
        self._lengths: dict[str, int] = {}
        self._new = False
        self._written = float("-inf")

    def __call__(self, name: str, value: Any) -> None:
        """Keep a thinned copy of the newest value of ``name``, whatever it is."""
        copy: Any = thinned(value, MOST)
        with self._lock:
            self._values[str(name)[:_TEXT]] = copy
            self._lengths.pop(str(name)[:_TEXT], None)
            if isinstance(copy, list) and len(value) > len(copy):
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
        except FailedError as error:  # the job itself is not affected
            print(f"Live data was not written: {error}", file=sys.stderr)


def read_live(path: Path) -> dict:
    """Name -> newest value; empty if the file is missing or damaged."""
    try:
        if path.stat().st_size > 4 * SIZE:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def thinned(value: Any, most: int, depth: int = 0) -> Any:
    """``value`` as JSON: numbers (None if not finite), texts, dicts, lists of at most ``most``."""
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
        return [thinned(value[k], most, depth + 1) for k in evenly_spaced(len(value), most)]
    return str(value)[:_TEXT]


def evenly_spaced(n: int, most: int) -> list[int]:
    """Indices of ``n`` entries: all, or ``most`` evenly spaced ones with both ends."""
    if n <= most:
        return list(range(n))
    return [round(k * (n - 1) / (most - 1)) for k in range(most)]


def _short_text(values: dict, lengths: dict) -> str:
    """Text of the file: lists are thinned, then the largest values left out, until it fits."""
    for most in _FEWER:
        short = {name: thinned(value, most) for name, value in values.items()}
        longer = lengths | {
            name: lengths.get(name, len(values[name]))
            for name, value in short.items()
            if isinstance(value, list) and len(value) < len(values[name])
        }
        text = json.dumps(short | ({LENGTHS: longer} if longer else {}))
        if len(text) <= SIZE:
            return text
    for name in sorted(short, key=lambda name: -len(json.dumps(short[name]))):
        del short[name]
        text = json.dumps(short)
        if len(text) <= SIZE:
            break
    return text
