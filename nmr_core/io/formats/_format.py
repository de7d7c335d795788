"""Data between a foreign file and a data set, and the attributes of every format."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.errors import InputError, printable
from nmr_core.io.source import Source


def shape_words(array: np.ndarray) -> str:
    """Return the shape of an array for a sentence: 12 × 1 × 471."""
    return " × ".join(map(str, array.shape)) or "one number"


@dataclass(frozen=True)
class Foreign:
    """Curves as a file holds them, in our names and units.

    Attributes
    ----------
    parameters : DataFrame
        One row per sample, of numbers and names of kernels; may have no columns.
    signals : complex64 array (n_samples, n_settings, n_times)
    time : float64 array (n_times,)
        µs.
    preset : str
        The preset whose conventions they follow, "" if unknown.
    settings : list of dict of str to float
        Fields of the protocol of each echo of a sample.
    mz : float32 array like ``signals``, optional
    notes : list of str
        Sentences to read before the curves are accepted.
    is_assumed : bool
        Whether the preset follows from the shape of the curves, as the file does not name it.
    """

    parameters: pd.DataFrame
    signals: np.ndarray
    time: np.ndarray
    preset: str = ""
    settings: list[dict[str, float]] = field(default_factory=lambda: [{}])
    mz: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)
    is_assumed: bool = False

    def __post_init__(self):
        for name, kind in (("signals", np.complex64), ("time", np.float64), ("mz", np.float32)):
            values = getattr(self, name)
            if values is not None:
                with np.errstate(over="ignore", invalid="ignore"):  # refused below
                    converted = np.asarray(values, dtype=kind)
                object.__setattr__(self, name, converted)
        object.__setattr__(self, "parameters", self.parameters.reset_index(drop=True))
        object.__setattr__(self, "notes", list(map(printable, self.notes)))
        self._check_shapes()
        self._check_numbers()

    def _check_shapes(self) -> None:
        n = len(self.parameters)
        expected = len(self.settings), len(self.time)
        if (
            self.signals.ndim != 3
            or self.signals.shape[1:] != expected
            or len(self.signals) != n
            or self.signals.size == 0
        ):
            raise InputError(
                f"The curves should be {n} samples × {expected[0]} settings × {expected[1]} "
                f"points, got {' × '.join(map(str, self.signals.shape))}. Make rows, settings and "
                "times agree."
            )
        if self.mz is not None and self.mz.shape != self.signals.shape:
            raise InputError(
                f"Mz should have the shape of the curves, {shape_words(self.signals)}, got "
                f"{shape_words(self.mz)}. Leave it out, or give all of it."
            )
        if (
            self.time.ndim != 1
            or not np.isfinite(self.time).all()
            or (np.diff(self.time) < 0).any()
        ):
            raise InputError(
                "The times must be numbers in µs that do not decrease. Sort the points of every "
                "curve by time."
            )

    def _check_numbers(self) -> None:
        for values in (self.signals, self.mz):
            if values is None or np.isfinite(values).all():
                continue
            sample = int(np.argwhere(~np.isfinite(values))[0][0])
            raise InputError(
                f"The curves hold NaN or infinity, first in sample {sample + 1}. Remove or repair "
                "those samples."
            )
        for name in self.parameters:
            column = self.parameters[name]
            if not is_numeric_dtype(column):
                continue
            finite = np.isfinite(column.to_numpy(float))
            if not finite.all():
                row = int(np.flatnonzero(~finite)[0])
                raise InputError(
                    f"{name} is NaN or infinite, first in sample {row + 1}. Remove or repair those "
                    "samples."
                )

    def __len__(self) -> int:
        return len(self.signals)


@dataclass(frozen=True)
class Format:
    """A file format of data sets.

    Attributes
    ----------
    name, label, description : str
        Texts; ``name`` is the key in ``FORMATS``.
    files : str
        The files it consists of, for the user.
    sniff : callable
        Source -> (confidence from 0 to 1, reason); reads little of the content.
    read : callable
        Source -> Foreign.
    write : callable
        (Foreign, path) writes the file, or fills the existing empty folder.
    check : callable
        Foreign -> sentences on what the format cannot hold; :class:`InputError` if it cannot hold
        the data set at all.
    folder : bool
        Whether the format is a folder of files; else it is one file.
    ending : str
        Of the one file.
    columns : tuple of str
        Physical columns that the format needs; those that a data set lacks are taken from its
        experiments.
    """

    name: str
    label: str
    description: str
    files: str
    sniff: Callable[[Source], tuple[float, str]]
    read: Callable[[Source], Foreign]
    write: Callable[[Foreign, Path], None]
    check: Callable[[Foreign], list[str]] = lambda foreign: []
    folder: bool = False
    ending: str = ""
    columns: tuple[str, ...] = ()
