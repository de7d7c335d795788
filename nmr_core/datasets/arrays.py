"""A data set as batches, as features and as arrays of other libraries."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nmr_core.parameters import Parameter

if TYPE_CHECKING:
    from nmr_core.datasets.manifest import Manifest

BATCH_SIZE = Parameter("batch_size", "batch size", "curves", 1, 10_000_000, 1000, integer=True)


class Arrays:
    """Conversions of :class:`EchoDataset`.

    No method caches curves: memory is that of the result, of a batch and of a part.
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
        """Iterate over all samples in order, ``for parameters, signals in dataset.batches(500)``.

        Parameters
        ----------
        batch_size : int, optional
            Samples per batch; default: the size of a part, which needs the least memory.
        columns : sequence of str, optional
            Columns of the parameters; default: all.

        Yields
        ------
        parameters : DataFrame
            Indexed by sample.
        signals : complex64 array, (batch_size, n_settings, n_times)
            The last batch may be smaller.
        """
        batch_size = self.manifest.part_size if batch_size is None else BATCH_SIZE.check(batch_size)
        table = self.table(columns)
        return self._batches(batch_size, table)

    def _batches(
        self, batch_size: int, table: pd.DataFrame
    ) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
        """Cut the parts into pieces and yield them as batches; each part is read once."""
        m = self.manifest
        start, size = 0, 0  # first sample and present size of the batch
        pieces: list[np.ndarray] = []
        for index in range(m.n_parts):
            rest = self.curves(range(*m.part(index)))
            while len(rest):
                piece = rest[: batch_size - size]
                pieces.append(piece)
                rest = rest[len(piece) :]
                size += len(piece)
                if size == min(batch_size, m.n_samples - start):
                    signals = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
                    yield table.iloc[start : start + size], signals
                    start += size
                    size = 0
                    pieces = []

    def features(self, featurizer: Any, batch_size: int | None = None) -> np.ndarray:
        """Features of all samples, computed in batches.

        Parameters
        ----------
        featurizer : object
            With ``fit`` and ``transform``, such as ``nmr.FEATURIZERS["polynomial"]()``. It is
            fitted on the first batch, unless it learns from curves and is fitted already.
        batch_size : int, optional
            As of :meth:`batches`.

        Returns
        -------
        float32 array, (n_samples, n_features)
        """
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
        """Signals and targets as arrays.

        Parameters
        ----------
        columns : sequence of str, optional
            Targets; default: ``dataset.targets``.

        Returns
        -------
        X : complex64 array, (n_samples, n_settings, n_times)
        y : float64 array, (n_samples, n_targets)
        """
        columns = self.targets if columns is None else columns
        return self.signals, self.table(columns).to_numpy(float)

    def to_pandas(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Parameters and signals as one table.

        Parameters
        ----------
        columns : sequence of str, optional
            Parameters; default: all.

        Returns
        -------
        DataFrame
            One row per sample; after the parameters the columns ``re_k@t`` and ``im_k@t`` of
            acquisition k at t µs.
        """
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
        """Arguments of ``xarray.Dataset(**dataset.to_dict_of_arrays())``.

        Parameters
        ----------
        columns : sequence of str, optional
            Parameters; default: all.

        Returns
        -------
        dict
            "data_vars": signal (sample, setting, time), complex64, and each parameter (sample,);
            "coords": sample, setting, time in µs, and (setting,) every field in which acquisitions
            differ, such as angle_2; "attrs": title, preset, seed and id.
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
