"""A data set as batches, as features and as arrays of other libraries; only what is asked for is in memory."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nmr_core.parameters import Parameter

if TYPE_CHECKING:
    from nmr_core.datasets.manifest import Manifest

BATCH_SIZE = Parameter("batch_size", "batch size", "curves", 1, 10_000_000, 1000, integer=True)


class Arrays:
    """What :class:`EchoDataset` can be read as. A data set has ``manifest``, ``time``, ``targets``, ``table`` and ``curves``.

    Nothing here keeps curves: memory is that of what is returned, of a batch and of a part (``part_size`` curves).
    """

    if TYPE_CHECKING:
        manifest: Manifest

        @property
        def time(self) -> np.ndarray: ...
        @property
        def signals(self) -> np.ndarray: ...
        @property
        def targets(self) -> Sequence[str]: ...
        def __len__(self) -> int: ...
        def curves(self, indices: Sequence[int] | np.ndarray) -> np.ndarray: ...
        def table(self, columns: Sequence[str] | None = None) -> pd.DataFrame: ...
        def spec(self, name: str) -> Parameter: ...

    def batches(
        self, batch_size: int | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
        """``for parameters, signals in dataset.batches(500)``: all samples in order, each part read once.

        batch_size : curves; None: as many as a part holds, which needs the least memory
        parameters : DataFrame indexed by sample, with ``columns`` only (None: all)
        signals    : complex64 (batch_size or what is left, n_settings, n_times)
        """
        batch_size = self.manifest.part_size if batch_size is None else BATCH_SIZE.check(batch_size)
        table = self.table(columns)
        return self._batches(batch_size, table)

    def _batches(
        self, batch_size: int, table: pd.DataFrame
    ) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
        m = self.manifest
        start, n_held = 0, 0
        held: list[np.ndarray] = []
        for index in range(m.n_parts):
            rest = self.curves(range(*m.part(index)))
            while len(rest):
                held.append(rest[: batch_size - n_held])
                rest, n_held = rest[len(held[-1]) :], n_held + len(held[-1])
                if n_held == min(batch_size, m.n_samples - start):
                    yield (
                        table.iloc[start : start + n_held],
                        held[0] if len(held) == 1 else np.concatenate(held),
                    )
                    start, held, n_held = start + n_held, [], 0

    def features(self, featurizer: Any, batch_size: int | None = None) -> np.ndarray:
        """float32 (n_samples, n_features): ``featurizer.transform`` of all curves, a batch at a time, as
        ``dataset.features(nmr.FEATURIZERS["polynomial"]())``; it is fitted on the first batch, which needs the shape of a
        curve only. One that learns from the curves (``featurizer.learns``) and is fitted already is used as it is."""
        ready = getattr(featurizer, "learns", False) and hasattr(featurizer, "n_times_")
        features = np.empty((0, 0), np.float32)
        start = 0
        for _, signals in self.batches(batch_size, []):
            if start == 0:
                block = (featurizer if ready else featurizer.fit(signals)).transform(signals)
                features = np.empty((len(self), block.shape[1]), np.float32)
            else:
                block = featurizer.transform(signals)
            features[start : start + len(block)] = block
            start += len(block)
        return features

    def to_numpy(self, columns: Sequence[str] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(X, y): complex64 (n_samples, n_settings, n_times) and float64 (n_samples, n_targets), the ``columns`` (None:
        ``dataset.targets``)."""
        return self.signals, self.table(self.targets if columns is None else columns).to_numpy(
            float
        )

    def to_pandas(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One row per sample: parameters (``columns``, None: all), then the points ``re_k@t`` and ``im_k@t`` of setting k at t µs."""
        labels = [repr(float(t)) for t in self.time]
        names = [
            f"{part}_{k}@{label}"
            for k in range(self.manifest.n_settings)
            for part in ("re", "im")
            for label in labels
        ]
        points = np.stack([self.signals.real, self.signals.imag], axis=2).reshape(len(self), -1)
        return pd.concat([self.table(columns), pd.DataFrame(points, columns=names)], axis=1)

    def to_dict_of_arrays(self, columns: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
        """What ``xarray.Dataset(**dataset.to_dict_of_arrays())`` takes (xarray is not needed here):

        data_vars : signal (sample, setting, time), complex64; each parameter (sample,)
        coords    : sample 0, 1, ...; time in µs; setting 0, 1, ...; and (setting,) what the settings differ in: angle_2, ...
        attrs     : title, preset, seed, id
        """
        m = self.manifest
        table = self.table(columns)
        fields = {
            name: ("setting", np.array([setting[name] for setting in m.settings]))
            for name in m.settings[0]
        }
        units = {name: {"units": unit} for name in table if (unit := self.spec(name).unit)}
        own = {name: ("sample", table[name].to_numpy(), units.get(name, {})) for name in table}
        return {
            "data_vars": own | {"signal": (("sample", "setting", "time"), self.signals)},
            "coords": fields
            | {
                "sample": np.arange(len(self)),
                "setting": np.arange(m.n_settings),
                "time": ("time", self.time, {"units": "µs"}),
            },
            "attrs": {"title": m.title, "preset": m.preset_name, "seed": m.seed, "id": m.id},
        }
