"""The applicability of a run on disk, beside its calibration: applicability.json and applicability.npz."""

from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from nmr_core.inference.applicability.applicability import Applicability
from nmr_core.storage.results import read_result, write_result

FILE = "applicability.json"
OLD_FILE = "depth.json"
"""Until 0.5.0."""

Result = TypeVar("Result")


def write_applicability(applicability: Applicability, folder: Path) -> None:
    """Write it to a calibration's folder, with large arrays in single precision.

    The distances change by less than their own noise.
    """
    emulator = _small(applicability.surprise.emulator)
    surprise = replace(_small(applicability.surprise), emulator=emulator)
    write_result(replace(applicability, surprise=surprise), folder / FILE)


def _small(result: Result) -> Result:
    """The same with large float64 arrays as float32."""
    arrays = {entry.name: getattr(result, entry.name) for entry in fields(result)}
    large = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if isinstance(array, np.ndarray) and array.dtype == np.float64 and array.size > 1000
    }
    return replace(result, **large)


def read_applicability(folder: Path) -> Applicability:
    """What :func:`write_applicability` wrote; :class:`FailedError` if it is damaged or there is none."""
    old = folder / OLD_FILE
    document = old if old.is_file() and not (folder / FILE).is_file() else folder / FILE
    return read_result(document, Applicability, what="calibration")
