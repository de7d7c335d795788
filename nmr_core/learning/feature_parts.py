"""Features of training samples in parts: in memory, or in files that are mapped into it.

    part-00000.npy    features, float32 (n_rows, n_features)
    part-00000.npz    targets, weights and samples of these rows, and the checksum of the features

The second file is written last, so a part without it does not exist.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nmr_core.storage.arrays import DAMAGE
from nmr_core.storage.files import write_file


@dataclass(frozen=True)
class Part:
    """Some rows: signals, then their images under each symmetry.

    Attributes
    ----------
    X : float32 array (n_rows, n_features)
    y : array (n_rows, n_targets) or text (n_rows,)
    weights : float64 array (n_rows,)
        Prior density / sampling density.
    samples : int64 array (n_rows,)
        Sample k of the data set is k, sample k of the fresh ones -1 - k.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    samples: np.ndarray


class PartsInMemory:
    """Parts that end with this process."""

    def __init__(self) -> None:
        self.parts: dict[int, Part] = {}

    def has(self, index: int, n_rows: int) -> bool:
        """Whether a part exists and has at least ``n_rows`` rows."""
        return index in self.parts

    def write(self, index: int, part: Part) -> None:
        """Store a part."""
        self.parts[index] = part

    def read(self, index: int) -> Part:
        """Return a part."""
        return self.parts[index]


class PartFiles:
    """Parts in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def _paths(self, index: int) -> tuple[Path, Path]:
        stem = self.folder / f"part-{index:05d}"
        return stem.with_suffix(".npy"), stem.with_suffix(".npz")

    def has(self, index: int, n_rows: int) -> bool:
        """Whether a part is complete and undamaged, and has at least ``n_rows`` rows."""
        features, rest = self._paths(index)
        try:
            # Reading an entry compares its own checksum
            with np.load(rest, allow_pickle=False) as stored:
                lengths = {len(stored[name]) for name in ("y", "weights", "samples")}
                sha256 = str(stored["sha256"])
            return min(lengths) >= n_rows and _checksum(features) == sha256
        except DAMAGE:
            return False

    def write(self, index: int, part: Part) -> None:
        """Store a part.

        Raises
        ------
        FailedError
            The disk is full; nothing half written counts.
        """
        features, rest = self._paths(index)
        rest.unlink(missing_ok=True)
        write_safely(features, lambda file: np.save(file, part.X))
        others = {
            "y": part.y,
            "weights": part.weights,
            "samples": part.samples,
            "sha256": np.array(_checksum(features)),
        }
        write_safely(rest, lambda file: savez(file, others))

    def read(self, index: int) -> Part:
        """Return a part; its features are mapped into memory."""
        features, rest = self._paths(index)
        with np.load(rest, allow_pickle=False) as stored:
            y, weights, samples = (stored[name] for name in ("y", "weights", "samples"))
        return Part(np.load(features, mmap_mode="r"), y, weights, samples)


def write_safely(path: Path, write: Callable) -> None:
    """Write a file whole or not at all, also when the power fails: ``write(open file)``."""

    def to(temporary: Path) -> None:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())

    write_file(path, to)


def savez(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as .npz, not compressed."""
    np.savez(file, **dict[str, Any](arrays))


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
