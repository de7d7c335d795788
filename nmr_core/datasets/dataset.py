"""A data set in memory: curves, the parameters behind them, and where they come from."""

import hashlib
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.parts import part_path, read_parameters, read_signals, write_part
from nmr_core.errors import FailedError, InputError
from nmr_core.experiment import DERIVED, PHYSICAL, Experiment
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.simulator.samples import N_REDRAWN


class EchoDataset:
    """Curves and parameters, read from ``path`` when they are first asked for.

    manifest   : :class:`Manifest`
    path       : folder, or None for a data set that only exists in memory
    time       : µs, float64 (n_times,)
    signals    : complex64 (n_samples, n_settings, n_times)
    parameters : DataFrame, one row a sample; drawn columns first, then derived ones (W, omega_p)
    """

    def __init__(self, manifest: Manifest, path: Path | None = None,
                 signals: np.ndarray | None = None, parameters: pd.DataFrame | None = None):
        self.manifest, self.path = manifest, path
        if signals is not None:
            self.signals, self.parameters = signals, parameters

    def __len__(self) -> int:
        return self.manifest.n_samples

    def __repr__(self) -> str:
        m = self.manifest
        return f"EchoDataset({m.title!r}, {m.n_samples} x {m.n_settings} x {m.n_times}, preset={m.preset!r}, seed={m.seed})"

    @property
    def time(self) -> np.ndarray:
        """Sampling times, µs, (n_times,)."""
        return np.asarray(self.manifest.time)

    @cached_property
    def _preset(self) -> Preset:
        """Building it solves for a strength in some presets, which is slow for one call a column."""
        return self.manifest.experiment_preset()

    @cached_property
    def signals(self) -> np.ndarray:
        """complex64 (n_samples, n_settings, n_times)."""
        m = self.manifest
        signals = np.empty((m.n_samples, m.n_settings, m.n_times), np.complex64)
        for index in range(m.n_parts):
            start, stop = m.part(index)
            path = part_path(self.path, index)
            part = read_signals(path, m.n_settings, m.n_times, m.fingerprint(index))
            if len(part) != stop - start:
                raise FailedError(f"{path} has {len(part)} samples instead of {stop - start}. Delete that file and "
                                  "generate the data set again with the same id.")
            signals[start:stop] = part
        return signals

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a sample: drawn parameters, then derived values."""
        parts = [read_parameters(part_path(self.path, index), self.manifest.fingerprint(index))
                 for index in range(self.manifest.n_parts)]
        return pd.concat(parts, join="inner", ignore_index=True)  # a part of an earlier version may have fewer derived columns

    def curves(self, indices: list[int]) -> np.ndarray:
        """Some curves only, complex64 (len(indices), n_settings, n_times), without reading parts that hold none."""
        m = self.manifest
        if "signals" in self.__dict__:
            return self.signals[indices]
        curves = np.empty((len(indices), m.n_settings, m.n_times), np.complex64)
        by_part: dict[int, list[int]] = {}
        for position, index in enumerate(indices):
            by_part.setdefault(index // m.part_size, []).append(position)
        for part, positions in by_part.items():
            signals = read_signals(part_path(self.path, part), m.n_settings, m.n_times, m.fingerprint(part))
            curves[positions] = signals[[indices[position] - part * m.part_size for position in positions]]
        return curves

    @property
    def targets(self) -> tuple[str, ...]:
        """Names that vary from sample to sample, so that they can be learned."""
        low, high = self.parameters.min(), self.parameters.max()
        return tuple(name for name in self.parameters if name != N_REDRAWN
                     and high[name] - low[name] > 1e-11 * max(abs(low[name]), abs(high[name])))

    def spec(self, name: str) -> Parameter:
        """Symbol, unit and prior range of a column; a derived value has the range that it takes in the data."""
        space = self._preset.space
        if name in space:
            return space[name]
        if name not in self.parameters:
            raise InputError(f"This data set has no column {name!r}; it has {', '.join(self.parameters)}.")
        values = self.parameters[name]
        spec = DERIVED[name] if name in DERIVED else PHYSICAL[name]
        return spec.within(float(values.min()), float(values.max()), float(values.median()))

    def experiment(self, index: int, setting: int = 0) -> Experiment:
        """The experiment of sample ``index``; simulated with ``seed=[seed, index, 1]`` and its ``setting`` it gives its
        curve again."""
        row = self.parameters.iloc[index]
        return self._preset.experiments(**{name: float(row[name]) for name in self._preset.space.names})[setting]

    def digest(self) -> str:
        """SHA-256 of all curves and drawn parameters, whatever the parts are: equal digests, equal data."""
        content = hashlib.sha256(np.ascontiguousarray(self.signals).tobytes())
        content.update(np.ascontiguousarray(self.parameters.to_numpy()).tobytes())
        return content.hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write manifest and parts to a folder that is empty or does not exist yet."""
        folder = Path(path)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} exists already and is not empty. Choose another folder.")
        for index in range(self.manifest.n_parts):
            start, stop = self.manifest.part(index)
            write_part(part_path(folder, index), self.parameters.iloc[start:stop], self.signals[start:stop])
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
        raise FailedError(f"The data set {manifest.id} is not complete. Resume it: python -m nmr_core generate "
                          f"--resume {manifest.id}")
    return EchoDataset(manifest, folder)
