"""A data set: signals, parameters and manifest."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
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
from nmr_core.weights import WEIGHT, mean_one


class EchoDataset(Arrays):
    """Signals and parameters of many samples, read from disk on first access.

    :class:`Arrays` documents batches, features and conversions.

    Parameters
    ----------
    manifest : Manifest
    path : Path, optional
        Folder; None for a data set in memory.
    signals : complex64 array, (n_samples, n_settings, n_times), optional
        Of a data set in memory.
    parameters : DataFrame, optional
        Of a data set in memory; one row per sample, drawn columns first, then derived ones such
        as W and omega_p, and the weight of samples that were not drawn from the prior.
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
        shape = f"{m.n_samples} x {m.n_settings} x {m.n_times}"
        return f"EchoDataset({m.title!r}, {shape}, preset={m.preset_name!r}, seed={m.seed})"

    @property
    def time(self) -> np.ndarray:
        """Sampling times, µs, float64 (n_times,)."""
        return np.asarray(self.manifest.time)

    @cached_property
    def preset(self) -> Preset | None:
        """The preset with its prior, settings and fixed values; None if it is unknown."""
        return self.manifest.experiment_preset()

    @cached_property
    def signals(self) -> np.ndarray:
        """Signals of all samples, complex64 (n_samples, n_settings, n_times)."""
        return self._read(np.arange(len(self)))

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per sample: drawn parameters, then derived ones."""
        return self._table(None)

    @cached_property
    def weights(self) -> np.ndarray:
        """Prior density / sampling density of every sample, float64 (n_samples,) with mean 1.

        Ones where the samples are from the prior. Weighted means of a subset are sums of w f
        divided by sums of w (:mod:`nmr_core.weights`).
        """
        if WEIGHT not in self.columns:
            return np.ones(len(self))
        return mean_one(self.table([WEIGHT])[WEIGHT])

    @property
    def columns(self) -> Collection[str]:
        """Names of the columns of ``parameters``; reads no values."""
        if "parameters" in self.__dict__ or self.path is None:
            return list(self.parameters)
        return column_names(self.part_file(0))

    def table(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read some columns of ``parameters``, and no signals.

        Parameters
        ----------
        columns : sequence of str, optional
            In this order; default: all.

        Returns
        -------
        DataFrame
            One row per sample.

        Raises
        ------
        InputError
            For an unknown column.
        """
        if columns is None or "parameters" in self.__dict__ or self.path is None:
            table = self.parameters
            return table if columns is None else table[self._columns(columns, table)]
        available = self.columns if columns else []
        return self._table(self._columns(columns, available))

    def _columns(self, columns: Sequence[str], available: Collection[str]) -> list[str]:
        """Check that columns exist."""
        for name in columns:
            if name not in available:
                raise InputError(
                    f"This data set has no column {name!r}; it has {', '.join(available)}."
                )
        return list(columns)

    @property
    def _folder(self) -> Path:
        """The folder of the parts; a data set in memory has none."""
        if self.path is None:
            raise FailedError("The data set is in memory only. Save it first.")
        return self.path

    def part_file(self, index: int) -> Path:
        """Path of the file with part ``index``."""
        return part_path(self._folder, index)

    def _table(self, columns: list[str] | None) -> pd.DataFrame:
        if columns == []:
            return pd.DataFrame(index=range(len(self)))
        parts = [
            read_parameters(self.part_file(index), self.manifest.fingerprint(index), columns)
            for index in range(self.manifest.n_parts)
        ]
        # A part of an earlier version may have fewer derived columns
        return pd.concat(parts, join="inner", ignore_index=True)

    def curves(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read the signals of some samples, and only the parts that hold them.

        Parameters
        ----------
        indices : sequence of int
            Indices of the samples.

        Returns
        -------
        complex64 array, (len(indices), n_settings, n_times)
        """
        indices = np.asarray(indices, dtype=int)
        return self.signals[indices] if "signals" in self.__dict__ else self._read(indices)

    def _read(self, indices: np.ndarray) -> np.ndarray:
        m = self.manifest
        curves = np.empty((len(indices), m.n_settings, m.n_times), np.complex64)
        parts = indices // m.part_size
        for part in np.unique(parts).tolist():
            path, (start, stop) = self.part_file(part), m.part(part)
            signals = read_signals(path, m.n_settings, m.n_times, m.fingerprint(part))
            if len(signals) != stop - start:
                raise FailedError(
                    f"{path} has {len(signals)} samples instead of {stop - start}. Delete that "
                    "file and generate the data set again with the same id."
                )
            positions = np.flatnonzero(parts == part)
            rows = indices[positions] - start
            if len(rows) == len(indices) == len(signals) and (np.diff(rows) == 1).all():
                return signals
            curves[positions] = signals[rows]
        return curves

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Names of the numeric columns that vary, which a model can learn."""
        numbers = self.parameters.select_dtypes("number")
        low, high = numbers.min(), numbers.max()
        return tuple(
            name
            for name in numbers
            if name not in (N_REDRAWN, WEIGHT)
            and high[name] - low[name] > 1e-11 * max(abs(low[name]), abs(high[name]))
        )

    def spec(self, name: str) -> Parameter:
        """Specification of a column.

        Returns
        -------
        Parameter
            With the range of the prior, or the range in the data for a derived column.

        Raises
        ------
        InputError
            For an unknown column.
        """
        if self.preset is not None and name in self.preset.space:
            return self.preset.space[name]
        if name not in self.parameters:
            raise InputError(
                f"This data set has no column {name!r}; it has {', '.join(self.parameters)}."
            )
        spec = next(
            (space[name] for space in (PHYSICAL, DERIVED) if name in space),
            Parameter(name, name, "", 0, 0, 0),
        )
        values = self.parameters[name]
        if not is_numeric_dtype(values):
            return replace(spec, distribution="choice", values=tuple(sorted(set(values))))
        return spec.within(float(values.min()), float(values.max()), float(values.median()))

    def experiment(
        self, index: int, setting: int = 0, values: Mapping[str, float | str] | None = None
    ) -> Experiment:
        """Experiment of one sample.

        ``simulate(experiment, seed=[seed, index, 1], setting=setting)`` repeats its signal.

        Parameters
        ----------
        index : int
            Index of the sample.
        setting : int
            Number of the acquisition.
        values : mapping, optional
            Parameters of the preset that differ from those of the sample, such as estimates.

        Raises
        ------
        InputError
            If the preset is unknown.
        """
        if self.preset is None:
            raise InputError(
                "These curves were imported without a preset, so their experiments are unknown. "
                "Import them with a preset."
            )
        row = self.parameters.iloc[index]
        # Of imported samples any field may be a column
        names = [*self.preset.space.names, *(FIELDS if self.manifest.source else ())]
        own = {
            name: row[name] if isinstance(row[name], str) else float(row[name])
            for name in names
            if name in row
        }
        return self.preset.experiments(**(own | dict(values or {})))[setting]

    def with_effects(
        self, effects: Effects, seed: int | None = None, title: str = ""
    ) -> "EchoDataset":
        """The same samples with measurement effects, applied whenever signals are read.

        Parameters
        ----------
        effects : str, Effect, dict or sequence of these
            Such as "gaussian_noise:snr=30,phase_error:sd=5"; applied after those of the data set.
        seed : int, optional
            Seed of the effects; default: that of the present effects, or 0.
        title : str
            Default: the present title and the names of the effects.

        Returns
        -------
        EchoDataset
            With the same parameters.
        """
        from nmr_core.datasets.measured import MeasuredDataset

        several = effects_from(effects)
        return MeasuredDataset(self, several, seed, title) if several else self

    def digest(self) -> str:
        """SHA-256 of all signals and parameters, independent of the size of the parts."""
        content = hashlib.sha256()
        for _, signals in self.batches(columns=[]):
            content.update(np.ascontiguousarray(signals).tobytes())
        for name, values in self.parameters.items():
            if is_numeric_dtype(values):
                content.update(np.ascontiguousarray(values.to_numpy(float)).tobytes())
            else:
                content.update(f"{name}{list(values)}".encode())
        return content.hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write parts and manifest to a folder.

        Parameters
        ----------
        path : str or Path
            A folder that is empty or does not exist.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        InputError
            If the folder is not empty.
        """
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
    """Load a data set.

    Parameters
    ----------
    path : str or Path
        A folder, or an id of the data folder or of the examples.

    Returns
    -------
    EchoDataset

    Raises
    ------
    FailedError
        If it is not complete, or cannot be read.
    """
    from nmr_core.datasets.catalogue import find_dataset

    folder = find_dataset(path)
    manifest = Manifest.read(folder)
    if not manifest.complete:
        raise FailedError(
            f"The data set {manifest.id} is not complete. Resume it: python -m nmr_core generate "
            f"--resume {manifest.id}"
        )
    return EchoDataset(manifest, folder)
