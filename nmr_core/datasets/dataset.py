"""A data set in memory: curves, the parameters behind them, and where they come from."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.arrays import Arrays
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import (
    column_names,
    part_path,
    read_parameters,
    read_signals,
    write_part,
)
from nmr_core.effects import Effects, effects_from
from nmr_core.errors import FailedError, InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Experiment
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.samples import N_REDRAWN


class EchoDataset(Arrays):
    """Curves and parameters, read from ``path`` when they are first asked for; in batches, or otherwise: :class:`Arrays`.

    manifest   : :class:`Manifest`
    path       : folder, or None for a data set that only exists in memory
    time       : µs, float64 (n_times,)
    signals    : complex64 (n_samples, n_settings, n_times)
    parameters : DataFrame, one row per sample; drawn columns first, then derived ones (W, omega_p)
    """

    def __init__(
        self,
        manifest: Manifest,
        path: Path | None = None,
        signals: np.ndarray | None = None,
        parameters: pd.DataFrame | None = None,
    ):
        self.manifest, self.path = manifest, path
        if signals is not None:
            self.signals, self.parameters = signals, parameters

    def __len__(self) -> int:
        return self.manifest.n_samples

    def __repr__(self) -> str:
        m = self.manifest
        return f"EchoDataset({m.title!r}, {m.n_samples} x {m.n_settings} x {m.n_times}, preset={m.preset_name!r}, seed={m.seed})"

    @property
    def time(self) -> np.ndarray:
        """Sampling times, µs, (n_times,)."""
        return np.asarray(self.manifest.time)

    @cached_property
    def preset(self) -> Preset | None:
        """The preset with its prior, settings and held values; None for curves that were imported without one. Made once:
        some presets solve for a strength."""
        return self.manifest.experiment_preset()

    @cached_property
    def signals(self) -> np.ndarray:
        """complex64 (n_samples, n_settings, n_times)."""
        return self._read(np.arange(len(self)))

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per sample: drawn parameters, then derived values."""
        return self._table(None)

    def table(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Some columns of ``parameters`` (None: all), in this order; reads these only, and no curves."""
        if columns is None or "parameters" in self.__dict__ or self.path is None:
            found = self.parameters
            return found if columns is None else found[self._columns(columns, found)]
        available = column_names(part_path(self.path, 0)) if columns else []
        return self._table(self._columns(columns, available))

    def _columns(self, wanted: Sequence[str], available: Collection[str]) -> list[str]:
        for name in wanted:
            if name not in available:
                raise InputError(
                    f"This data set has no column {name!r}; it has {', '.join(available)}."
                )
        return list(wanted)

    @property
    def _folder(self) -> Path:
        """The folder of the parts; a data set in memory has none and is never read."""
        if self.path is None:
            raise FailedError("The data set is in memory only. Save it first.")
        return self.path

    def _table(self, columns: list[str] | None) -> pd.DataFrame:
        if columns == []:
            return pd.DataFrame(index=range(len(self)))
        parts = [
            read_parameters(
                part_path(self._folder, index), self.manifest.fingerprint(index), columns
            )
            for index in range(self.manifest.n_parts)
        ]
        return pd.concat(
            parts, join="inner", ignore_index=True
        )  # a part of an earlier version may have fewer derived columns

    def curves(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Some curves only, complex64 (len(indices), n_settings, n_times), without reading parts that hold none."""
        indices = np.asarray(indices, dtype=int)
        return self.signals[indices] if "signals" in self.__dict__ else self._read(indices)

    def _read(self, indices: np.ndarray) -> np.ndarray:
        m = self.manifest
        curves = np.empty((len(indices), m.n_settings, m.n_times), np.complex64)
        parts = indices // m.part_size
        for part in np.unique(parts).tolist():
            path, (start, stop) = part_path(self._folder, part), m.part(part)
            signals = read_signals(path, m.n_settings, m.n_times, m.fingerprint(part))
            if len(signals) != stop - start:
                raise FailedError(
                    f"{path} has {len(signals)} samples instead of {stop - start}. Delete that file and "
                    "generate the data set again with the same id."
                )
            positions = np.flatnonzero(parts == part)
            rows = indices[positions] - start
            if len(rows) == len(indices) == len(signals) and (np.diff(rows) == 1).all():
                return signals
            curves[positions] = signals[rows]
        return curves

    @property
    def targets(self) -> tuple[str, ...]:
        """Names that vary from sample to sample, so that they can be learned."""
        numbers = self.parameters.select_dtypes("number")
        low, high = numbers.min(), numbers.max()
        return tuple(
            name
            for name in numbers
            if name != N_REDRAWN
            and high[name] - low[name] > 1e-11 * max(abs(low[name]), abs(high[name]))
        )

    def spec(self, name: str) -> Parameter:
        """Symbol, unit and prior range of a column; a derived value has the range that it takes in the data."""
        if self.preset is not None and name in self.preset.space:
            return self.preset.space[name]
        if name not in self.parameters:
            raise InputError(
                f"This data set has no column {name!r}; it has {', '.join(self.parameters)}."
            )
        known = next(
            (space[name] for space in (PHYSICAL, DERIVED) if name in space),
            Parameter(name, name, "", 0, 0, 0),
        )
        values = self.parameters[name]
        if not is_numeric_dtype(values):
            return replace(known, distribution="choice", values=tuple(sorted(set(values))))
        return known.within(float(values.min()), float(values.max()), float(values.median()))

    def experiment(self, index: int, setting: int = 0) -> Experiment:
        """The experiment of sample ``index``; simulated with ``seed=[seed, index, 1]`` and its ``setting`` it gives its
        curve again."""
        if self.preset is None:
            raise InputError(
                "Nothing is known about how these curves were made: they were imported without a preset."
            )
        row = self.parameters.iloc[index]
        names = [
            *self.preset.space.names,
            *(FIELDS if self.manifest.source else ()),
        ]  # imported: whatever it says
        own = {
            name: row[name] if isinstance(row[name], str) else float(row[name])
            for name in names
            if name in row
        }
        return self.preset.experiments(**own)[setting]

    def with_effects(
        self, effects: Effects, seed: int | None = None, title: str = ""
    ) -> "EchoDataset":
        """The same samples as another measurement would show them, computed whenever curves are read; parameters stay.

        effects : "gaussian_noise:snr=30,phase_error:sd=5", or objects; they follow those that the data set has already
        seed    : of the effects; None = 0, or that of the effects that are there
        """
        from nmr_core.datasets.measured import MeasuredDataset

        several = effects_from(effects)
        return MeasuredDataset(self, several, seed, title) if several else self

    def digest(self) -> str:
        """SHA-256 of all curves and drawn parameters, whatever the parts are: equal digests, equal data."""
        content = hashlib.sha256()
        for _, signals in self.batches(columns=[]):
            content.update(np.ascontiguousarray(signals).tobytes())
        for name, values in self.parameters.items():
            content.update(
                np.ascontiguousarray(values.to_numpy(float)).tobytes()
                if is_numeric_dtype(values)
                else f"{name}{list(values)}".encode()
            )
        return content.hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write manifest and parts to a folder that is empty or does not exist yet."""
        folder = Path(path)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} exists already and is not empty. Choose another folder.")
        for index in range(self.manifest.n_parts):
            start, stop = self.manifest.part(index)
            write_part(
                part_path(folder, index),
                self.parameters.iloc[start:stop],
                self.curves(range(start, stop)),
            )
        self.manifest = self.manifest.completed(folder)
        self.manifest.write(folder)
        self.path = folder
        return folder


def load_dataset(path: str | Path) -> EchoDataset:
    """The data set in a folder, or with an id of this data folder; an unfinished one is refused with how to finish it."""
    from nmr_core.datasets.catalogue import find_dataset

    folder = find_dataset(path)
    manifest = Manifest.read(folder)
    if not manifest.complete:
        raise FailedError(
            f"The data set {manifest.id} is not complete. Resume it: python -m nmr_core generate "
            f"--resume {manifest.id}"
        )
    return EchoDataset(manifest, folder)
