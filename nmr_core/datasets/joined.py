"""Several data sets as one, for example of three kernels, for a classifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, Manifest
from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS
from nmr_core.presets import Preset, preset_from_dict, recipe
from nmr_core.presets.versions import ADDED
from nmr_core.samples import N_REDRAWN
from nmr_core.storage.workspace import new_id
from nmr_core.weights import WEIGHT

KERNEL = "kernel"
ORIGIN = ("id", "preset", "effects", "seed", "n_samples", "source")
"""Entries of each source that the manifest of a joined data set holds."""
SAME_PULSES = (
    "sequence",
    "sense",
    "tau",
    "angle_1",
    "phase_1",
    "angle_2",
    "phase_2",
    "carrier",
    "carrier_axis",
    "carrier_phase",
    "orientation",
    "record_from",
    "record_every",
)
ADDED_PULSES = {name: value for part, name, value in ADDED if part == "protocol"}
"""Fields that settings stored by earlier versions lack, with their meaning then."""


class JoinedDataset(EchoDataset):
    """The samples of several data sets, evenly mixed, so that every batch holds some of each.

    Signals are read from the sources on access.

    Parameters
    ----------
    sources : sequence of EchoDataset
    title : str
        Default: the titles of the sources.
    owner : str, optional
        Default: that of the sources if all have the same.

    Raises
    ------
    InputError
        If the sources differ in time points, pulses or settings, or one appears twice.
    """

    def __init__(self, sources: Sequence[EchoDataset], title: str = "", owner: str | None = None):
        _check(sources)
        self.sources = tuple(sources)
        sizes = [len(source) for source in sources]
        self._source, self._row = _mixed(sizes)
        first = sources[0].manifest
        titles = " + ".join(source.manifest.title for source in sources)
        if len(titles) > 200:
            titles = f"{len(sizes)} data sets, joined"
        if owner is None:
            owners = {source.manifest.owner for source in sources}
            owner = owners.pop() if len(owners) == 1 else ""
        super().__init__(
            Manifest(
                id=new_id("ds"),
                title=title or titles,
                preset=recipe(settings=first.settings),
                seed=0,
                n_samples=N_SAMPLES.check(sum(sizes)),
                part_size=PART_SIZE.default,
                time=list(first.time),
                complete=True,
                source=f"Joined from {', '.join(source.manifest.id for source in sources)}.",
                joined=[
                    {name: getattr(source.manifest, name) for name in ORIGIN} for source in sources
                ],
                owner=owner,
            )
        )

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per sample: common columns, physical ones from the presets, and the kernel."""
        columns = _columns_of(self.sources)
        tables = [_table(source, columns) for source in self.sources]
        if any(WEIGHT in source.columns for source in self.sources):
            # Of mean 1 in each source: the sources keep their fractions of the whole
            pairs = zip(tables, self.sources, strict=True)
            tables = [table.assign(**{WEIGHT: source.weights}) for table, source in pairs]
        starts = np.cumsum([0, *map(len, tables)])[:-1]
        rows = starts[self._source] + self._row
        return pd.concat(tables, ignore_index=True).iloc[rows].reset_index(drop=True)

    @cached_property
    def signals(self) -> np.ndarray:
        """Signals of all samples, complex64 (n_samples, n_settings, n_times)."""
        return self._read(np.arange(len(self)))

    def _read(self, indices: np.ndarray) -> np.ndarray:
        m = self.manifest
        curves = np.empty((len(indices), m.n_settings, m.n_times), np.complex64)
        for k, source in enumerate(self.sources):
            positions = np.flatnonzero(self._source[indices] == k)
            if len(positions):
                curves[positions] = source.curves(self._row[indices[positions]])
        return curves


def join(
    datasets: Sequence[EchoDataset], title: str = "", owner: str | None = None
) -> JoinedDataset:
    """Join data sets with the same time points and pulses.

    Parameters
    ----------
    datasets : sequence of EchoDataset
        At least two.
    title : str
        Default: the titles of the data sets.
    owner : str, optional
        Default: that of the data sets if all have the same.

    Returns
    -------
    JoinedDataset
        Without preset. Its parameters are the common columns, physical parameters that some sources
        have as columns and the presets of the others determine, and ``kernel``, which a classifier
        can learn. ``store_dataset`` writes it.

    Raises
    ------
    InputError
        If the data sets differ in time points, pulses or settings, or one appears twice.
    """
    return JoinedDataset(datasets, title, owner)


@dataclass(frozen=True)
class Origin:
    """A source of a joined data set.

    Attributes
    ----------
    preset : Preset or None
        None if unknown.
    stored : dict
        Entries of its manifest.
    """

    preset: Preset | None
    stored: dict


def origins(manifest: Manifest) -> list[Origin]:
    """Sources of a joined data set; [] for any other."""
    return [
        Origin(
            preset_from_dict(stored["preset"]) if stored["preset"]["name"] else None,
            stored,
        )
        for stored in manifest.joined
    ]


def draws(manifest: Manifest) -> np.ndarray:
    """Number of the random draw of every sample.

    Returns
    -------
    int array, (n_samples,)
        Samples with equal numbers must be on the same side of a split.

    Notes
    -----
    Sources with the same seed have the same draws of parameters and the same offsets for their k-th
    samples.
    """
    if not manifest.joined:
        return np.arange(manifest.n_samples)
    source, row = _mixed([stored["n_samples"] for stored in manifest.joined])
    seeds = [
        (number, "imported") if stored["source"] else stored["seed"]
        for number, stored in enumerate(manifest.joined)
    ]
    own = np.array([seeds.index(seed) for seed in seeds])
    return np.unique(np.stack([own[source], row]), axis=1, return_inverse=True)[1].ravel()


def _mixed(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Source and row there of every sample, evenly mixed, int (n_samples,) each."""
    # Samples in the order of their relative position in their source
    position = np.concatenate([(np.arange(n) + 0.5) / n for n in sizes])
    order = np.argsort(position, kind="stable")
    source = np.repeat(np.arange(len(sizes)), sizes)
    row = np.concatenate([np.arange(n) for n in sizes])
    return source[order], row[order]


def _check(sources: Sequence[EchoDataset]) -> None:
    """Check that data sets can be joined."""
    if len(sources) < 2:
        raise InputError(f"Joining takes at least two data sets, got {len(sources)}.")
    ids = [source.manifest.id for source in sources]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"The data set {twice} is there twice: its curves would be on both sides of a split. "
            "Name it once."
        )
    again = next((source.manifest.id for source in sources if source.manifest.joined), None)
    if again is not None:
        raise InputError(
            f"The data set {again} was joined from others already. Join those with the new ones "
            "instead."
        )
    first = sources[0]
    for other in sources[1:]:
        if not _same_time(first, other):
            raise InputError(
                f"{_grid(first)}, {_grid(other)}. Only data sets on the same time points can be "
                "joined."
            )
        if _settings(first) != _settings(other):
            both = f"{first.manifest.id} and {other.manifest.id}"
            raise InputError(
                f"{both} differ in their settings: {_difference(first, other)}. "
                "Only data sets with the same pulses and settings can be joined."
            )


def _same_time(a: EchoDataset, b: EchoDataset) -> bool:
    return a.time.shape == b.time.shape and np.allclose(a.time, b.time, rtol=1e-6, atol=1e-6)


def _grid(dataset: EchoDataset) -> str:
    time = dataset.time
    return f"{dataset.manifest.id} has {len(time)} points from {time[0]:.5g} to {time[-1]:.5g} µs"


def _settings(dataset: EchoDataset) -> list[dict]:
    """Pulses of each acquisition; the settings of the manifest if the preset is unknown."""
    if dataset.preset is None:
        return [ADDED_PULSES | setting for setting in dataset.manifest.settings]
    protocols = [experiment.protocol for experiment in dataset.preset.experiments()]
    return [{name: getattr(protocol, name) for name in SAME_PULSES} for protocol in protocols]


def _difference(a: EchoDataset, b: EchoDataset) -> str:
    """The first difference between the acquisitions of two data sets, in words."""
    of_a, of_b = _settings(a), _settings(b)
    if len(of_a) != len(of_b):
        return f"{len(of_a)} and {len(of_b)} echoes per sample"
    for one, other in zip(of_a, of_b, strict=True):
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                return f"{name} = {one.get(name, 'unknown')} and {other.get(name, 'unknown')}"
    return "unknown"


def _available(dataset: EchoDataset, name: str) -> bool:
    """Whether a column exists or follows from the preset."""
    return name in dataset.parameters or (dataset.preset is not None and name in FIELDS)


def _columns_of(sources: Sequence[EchoDataset]) -> list[str]:
    """Columns that exist in all sources or follow from their presets."""
    every = dict.fromkeys(
        name for source in sources for name in source.parameters if name not in (N_REDRAWN, WEIGHT)
    )
    columns = [name for name in every if all(_available(source, name) for source in sources)]
    if KERNEL not in columns and all(_available(source, KERNEL) for source in sources):
        columns.append(KERNEL)
    return columns


def _table(dataset: EchoDataset, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of a data set; missing ones are read from the experiment of each sample."""
    own = dataset.parameters
    missing = [name for name in columns if name not in own]
    if not missing:
        return own[list(columns)]
    inputs = {name: own[name] for name in own if name in dataset.preset.space or name in FIELDS}
    rows = []
    for k in range(len(own)):
        values = {
            name: column.iat[k] if not is_numeric_dtype(column) else float(column.iat[k])
            for name, column in inputs.items()
        }
        experiment = dataset.preset.experiments(**values)[0]
        rows.append([getattr(experiment, name) for name in missing])
    return pd.concat([own, pd.DataFrame(rows, columns=missing)], axis=1)[list(columns)]
