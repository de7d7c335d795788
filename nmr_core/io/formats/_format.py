"""What passes between a foreign file and a data set, and what every format offers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.errors import InputError
from nmr_core.io.source import Source


@dataclass(frozen=True)
class Foreign:
    """Curves as a file holds them, in our names and units.

    Attributes
    ----------
    parameters : pd.DataFrame
        DataFrame, one row per sample, numbers (and names of kernels); may have no columns.
    signals : array
        Complex64 (n_samples, n_settings, n_times).
    time : array
        µs, float64 (n_times,).
    preset : str
        The preset whose conventions they follow, "" if unknown.
    settings : list[dict[str, float]]
        The echoes of a sample, each as fields of the protocol.
    mz : array, optional
        Float32 like ``signals``, or None.
    notes : list[str]
        Sentences to read before the curves are accepted.
    """

    parameters: pd.DataFrame
    signals: np.ndarray
    time: np.ndarray
    preset: str = ""
    settings: list[dict[str, float]] = field(default_factory=lambda: [{}])
    mz: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self):
        for name, kind in (("signals", np.complex64), ("time", np.float64), ("mz", np.float32)):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else np.asarray(given, dtype=kind))
        object.__setattr__(self, "parameters", self.parameters.reset_index(drop=True))
        self._check_shapes()
        self._check_numbers()

    def _check_shapes(self) -> None:
        n, wanted = len(self.parameters), (len(self.settings), len(self.time))
        if (
            self.signals.ndim != 3
            or self.signals.shape[1:] != wanted
            or len(self.signals) != n
            or self.signals.size == 0
        ):
            raise InputError(
                f"The curves should be {n} samples × {wanted[0]} settings × {wanted[1]} points, "
                f"got {' × '.join(map(str, self.signals.shape))}. Make rows, settings and times "
                "agree."
            )
        if self.mz is not None and self.mz.shape != self.signals.shape:
            raise InputError(
                f"Mz should have the shape of the curves, {self.signals.shape}, got "
                f"{self.mz.shape}. Leave it out, or give all of it."
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
        if not np.isfinite(self.signals).all() or (
            self.mz is not None and not np.isfinite(self.mz).all()
        ):
            sample = (
                int(np.argwhere(~np.isfinite(self.signals))[0][0])
                if not np.isfinite(self.signals).all()
                else 0
            )
            raise InputError(
                f"The curves hold NaN or infinity, first in sample {sample + 1}. Remove or repair "
                "those samples."
            )
        for name in self.parameters:
            column = self.parameters[name]
            if is_numeric_dtype(column) and not np.isfinite(column.to_numpy(float)).all():
                row = int(np.flatnonzero(~np.isfinite(column.to_numpy(float)))[0])
                raise InputError(
                    f"{name} is NaN or infinite, first in sample {row + 1}. Remove or repair those "
                    "samples."
                )

    def __len__(self) -> int:
        return len(self.signals)


@dataclass(frozen=True)
class Format:
    """A way to write echoes down.

    Attributes
    ----------
    name, label, description : str
        Texts; ``name`` is the key in ``FORMATS``.
    files : str
        What it is made of.
    sniff : Callable[[Source], tuple[float, str]]
        Files -> (confidence 0..1, reason); looks at the content, reads little.
    read : Callable[[Source], Foreign]
        Files -> Foreign.
    write : Callable[[Foreign, Path], None]
        (Foreign, path) makes the file, or fills the (existing, empty) folder.
    check : Callable[[Foreign], list[str]]
        Foreign -> what this format cannot hold of it, a sentence each; an :class:`InputError` if it
        cannot hold the rest.
    folder : bool
        Whether it is a folder of files, else one file.
    ending : str
        Of the one file.
    columns : tuple[str, ...]
        Physical columns that it must have; those that a data set lacks are taken from its
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
