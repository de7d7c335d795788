"""What a run knows, on disk: depth.npz (arrays) and depth.json (names, and the checksum of the arrays; written last)."""

from dataclasses import fields
from pathlib import Path

import numpy as np

from nmr_core.inference.applicability.applicability import Applicability
from nmr_core.inference.applicability.emulator import Emulator
from nmr_core.inference.applicability.surprise import Surprise
from nmr_core.storage.arrays import FORMAT, check_format, read_arrays, reading, write_arrays
from nmr_core.storage.files import read_json, write_json


def write_applicability(applicability: Applicability, folder: Path) -> None:
    """Write depth.npz and depth.json; read them again with :func:`read_applicability`."""
    parts = {"emulator": applicability.surprise.emulator, "surprise": applicability.surprise}
    arrays = {
        f"{part}.{entry.name}": _small(getattr(whole, entry.name))
        for part, whole in parts.items()
        for entry in fields(whole)
        if entry.name != "emulator"
    }
    arrays["seen"] = applicability.seen
    sha256 = write_arrays(folder / "depth.npz", arrays)
    write_json(
        folder / "depth.json",
        {
            "format": FORMAT,
            "run": applicability.run,
            "inputs": list(applicability.inputs),
            "targets": list(applicability.targets),
            "sha256": sha256,
        },
    )


def _small(array: np.ndarray) -> np.ndarray:
    """Large arrays in single precision: the distances change by less than their own noise."""
    return array.astype(np.float32) if array.dtype == np.float64 and array.size > 1000 else array


def read_applicability(folder: Path) -> Applicability:
    """What :func:`write_applicability` wrote; nothing in it is unpickled."""
    stored = read_json(folder / "depth.json", "calibration")
    with reading("calibration", folder):
        check_format(stored)
        arrays = read_arrays(folder / "depth.npz", stored["sha256"])
        emulator = _together(Emulator, "emulator", arrays)
        surprise = _together(Surprise, "surprise", arrays, emulator=emulator)
        return Applicability(
            surprise,
            tuple(stored["inputs"]),
            tuple(stored["targets"]),
            arrays["seen"],
            stored["run"],
        )


def _together(kind, part: str, arrays: dict[str, np.ndarray], **more):
    own = {
        entry.name: arrays[f"{part}.{entry.name}"]
        for entry in fields(kind)
        if entry.name not in more
    }
    return kind(**own, **more)
