"""Several data sets as one: three kernels, say, so that a model can learn to tell them apart."""

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
from nmr_core.samples import N_REDRAWN
from nmr_core.storage.workspace import new_id

KERNEL = "kernel"
ORIGIN = ("id", "preset", "effects", "seed", "n_samples", "source")
"""What a joined data set remembers of each that it was made of."""
SAME_PULSES = ("sequence", "sense", "tau", "angle_1", "phase_1", "angle_2", "phase_2", "carrier")


class JoinedDataset(EchoDataset):
    """The samples of several data sets, in proportion along the whole: every part holds some of each, so that whoever reads it
    in batches gets mixed ones. Curves are read when they are asked for, a part at a time; saving it writes them."""

    def __init__(self, sources: Sequence[EchoDataset], title: str = "", owner: str | None = None):
        _check(sources)
        self.sources, sizes = tuple(sources), [len(source) for source in sources]
        self._source, self._row = _places(sizes)
        first, owners = sources[0].manifest, {source.manifest.owner for source in sources}
        titles = " + ".join(source.manifest.title for source in sources)
        super().__init__(
            Manifest(
                id=new_id("ds"),
                title=title
                or (titles if len(titles) <= 200 else f"{len(sizes)} data sets, joined"),
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
                owner=owner if owner is not None else owners.pop() if len(owners) == 1 else "",
            )
        )

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per sample: the columns that all have, then physical ones that the others' presets say, and the kernel."""
        columns = _columns_of(self.sources)
        tables = [_table(source, columns) for source in self.sources]
        starts = np.cumsum([0, *map(len, tables)])[:-1]
        return (
            pd.concat(tables, ignore_index=True)
            .iloc[starts[self._source] + self._row]
            .reset_index(drop=True)
        )

    @cached_property
    def signals(self) -> np.ndarray:
        """complex64 (n_samples, n_settings, n_times)."""
        return self._read(np.arange(len(self)))

    def _read(self, indices: np.ndarray) -> np.ndarray:
        m = self.manifest
        curves = np.empty((len(indices), m.n_settings, m.n_times), np.complex64)
        for k, source in enumerate(self.sources):
            mine = np.flatnonzero(self._source[indices] == k)
            if len(mine):
                curves[mine] = source.curves(self._row[indices[mine]])
        return curves


def join(
    datasets: Sequence[EchoDataset], title: str = "", owner: str | None = None
) -> JoinedDataset:
    """Several data sets on the same time points and with the same pulses as one, without preset.

    Its columns: those that all have; physical parameters, such as xi or p, that only some have (from the presets of the others);
    and ``kernel``, the name of each sample's interaction, which a classifier can learn. ``store_dataset`` writes it.
    """
    return JoinedDataset(datasets, title, owner)


@dataclass(frozen=True)
class Origin:
    """One of the data sets that a joined one was made of: its preset (None = unknown) and its manifest's entries."""

    preset: Preset | None
    stored: dict


def origins(manifest: Manifest) -> list[Origin]:
    """What a joined data set was made of; [] of any other."""
    return [
        Origin(
            preset_from_dict(stored["preset"]) if stored["preset"]["name"] else None,
            stored,
        )
        for stored in manifest.joined
    ]


def draws(manifest: Manifest) -> np.ndarray:
    """Which samples share a draw, int (n_samples,): equal numbers, the same draw. Data sets that were simulated with the same
    seed draw the same numbers and place the same offsets for their k-th samples, so these must be on one side of a split."""
    if not manifest.joined:
        return np.arange(manifest.n_samples)
    source, row = _places([stored["n_samples"] for stored in manifest.joined])
    seeds = [
        (number, "imported") if stored["source"] else stored["seed"]
        for number, stored in enumerate(manifest.joined)
    ]
    own = np.array([seeds.index(seed) for seed in seeds])
    return np.unique(np.stack([own[source], row]), axis=1, return_inverse=True)[1].ravel()


def _places(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Of each sample its data set and its row there, int (n_samples,) each."""
    order = np.argsort(np.concatenate([(np.arange(n) + 0.5) / n for n in sizes]), kind="stable")
    return np.repeat(np.arange(len(sizes)), sizes)[order], np.concatenate(
        [np.arange(n) for n in sizes]
    )[order]


def _check(sources: Sequence[EchoDataset]) -> None:
    if len(sources) < 2:
        raise InputError(f"Joining takes at least two data sets, got {len(sources)}.")
    ids = [source.manifest.id for source in sources]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"The data set {twice} is there twice: its curves would be on both sides of a split. Name it once."
        )
    again = next((source.manifest.id for source in sources if source.manifest.joined), None)
    if again is not None:
        raise InputError(
            f"The data set {again} was joined from others already. Join those with the new ones instead."
        )
    first = sources[0]
    for other in sources[1:]:
        if not _same_time(first, other):
            raise InputError(
                f"{_grid(first)}, {_grid(other)}. Only data sets on the same time points can be joined."
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
    """The pulses of each setting where they are known, else what the data set says of its settings."""
    if dataset.preset is None:
        return dataset.manifest.settings
    protocols = [experiment.protocol for experiment in dataset.preset.experiments()]
    return [{name: getattr(protocol, name) for name in SAME_PULSES} for protocol in protocols]


def _difference(a: EchoDataset, b: EchoDataset) -> str:
    ours, others = _settings(a), _settings(b)
    if len(ours) != len(others):
        return f"{len(ours)} and {len(others)} echoes per sample"
    for one, other in zip(ours, others, strict=True):
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                return f"{name} = {one.get(name, 'unknown')} and {other.get(name, 'unknown')}"
    return "unknown"


def _known(dataset: EchoDataset, name: str) -> bool:
    """Whether a column is there, or follows from the preset."""
    return name in dataset.parameters or (dataset.preset is not None and name in FIELDS)


def _columns_of(sources: Sequence[EchoDataset]) -> list[str]:
    every = dict.fromkeys(
        name for source in sources for name in source.parameters if name != N_REDRAWN
    )
    columns = [name for name in every if all(_known(source, name) for source in sources)]
    if KERNEL not in columns and all(_known(source, KERNEL) for source in sources):
        columns.append(KERNEL)
    return columns


def _table(dataset: EchoDataset, columns: Sequence[str]) -> pd.DataFrame:
    """``columns`` of a data set; what is none of its own is read from the experiment of each sample."""
    own, missing = dataset.parameters, [name for name in columns if name not in dataset.parameters]
    if not missing:
        return own[list(columns)]
    known = {name: own[name] for name in own if name in dataset.preset.space or name in FIELDS}
    rows = []
    for k in range(len(own)):
        values = {
            name: column.iat[k] if not is_numeric_dtype(column) else float(column.iat[k])
            for name, column in known.items()
        }
        experiment = dataset.preset.experiments(**values)[0]
        rows.append([getattr(experiment, name) for name in missing])
    return pd.concat([own, pd.DataFrame(rows, columns=missing)], axis=1)[list(columns)]
