"""How the signals of a run were simulated, so that more like them can be made.

Simulated data sets are drawn anew with seeds that no data set has; of imported ones only the
held-out test part is left.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.catalogue import find_dataset
from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.generate import generate
from nmr_core.datasets.joined import ORIGIN, join
from nmr_core.datasets.manifest import Manifest
from nmr_core.effects import Effects
from nmr_core.errors import FailedError, InputError
from nmr_core.learning.manifest import RunManifest
from nmr_core.learning.matching import check_signals
from nmr_core.learning.run import Run
from nmr_core.presets import VERSION, Preset, current_recipe, preset_from_dict
from nmr_core.progress import Progress, part_of, silent

FIRST_SEED = 2**52
"""Fresh signals have seeds from here on; data sets have those that people choose."""


def origin_of(manifest: Manifest) -> list[dict]:
    """Provenance of a data set, as a run stores it.

    Parameters
    ----------
    manifest : Manifest
        Of the data set that the run is trained on.

    Returns
    -------
    list of dict
        One entry per simulated data set behind it (preset, effects, seed, ...); empty if any of
        them was imported.
    """
    entries = manifest.joined or [{name: getattr(manifest, name) for name in ORIGIN}]
    if any(entry["source"] or not entry["preset"]["name"] for entry in entries):
        return []
    later = manifest.effects if manifest.joined else []
    return [entry | {"effects": entry["effects"] + later} for entry in entries]


def presets_of(run: Run) -> list[Preset]:
    """Presets behind a run, with prior, fixed values and settings; of a joined data set several.

    Empty where the provenance is unknown.
    """
    return [preset_from_dict(entry["preset"]) for entry in _origin(run.manifest)]


def preset_of(run: Run) -> Preset | None:
    """The one preset behind a run; None if there are several, or if it is unknown."""
    presets = presets_of(run)
    return presets[0] if len(presets) == 1 else None


def effects_of(run: Run) -> list[dict]:
    """Measurement effects of the signals that a run was trained on."""
    entries = _origin(run.manifest)
    return list(entries[0]["effects"]) if entries else []


def fresh_signals(
    run: Run,
    n: int,
    *,
    seed: int = 0,
    effects: Effects | None = None,
    n_jobs: int = 1,
    changed: dict | None = None,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Simulate samples like those that a run was trained on, none of which is among them.

    They are drawn from the stated prior, whatever the sampling density of the training data.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n : int
        Number of samples; of several presets each gets an equal part.
    seed : int
        Other seeds give other samples.
    effects : Effects, optional
        Measurement effects; default: those of the training data.
    n_jobs : int
        Processes that simulate; -1: one per core.
    changed : dict, optional
        Fields that are fixed at other values, such as ``{"line_width": 0.1}``: signals that the
        run was not trained for.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    parameters : DataFrame
        One row per sample.
    signals : complex64 array (n, n_settings, n_times)

    Raises
    ------
    InputError
        If it is unknown how the training data were simulated.
    """
    presets = presets_of(run)
    entries = _origin(run.manifest)
    if not presets:
        raise InputError(
            f"It is unknown how the curves of run {run.id} were simulated, so no fresh ones can be "
            "simulated. Use its held-out curves, or a run that was trained on simulated ones."
        )
    counts = [n // len(presets) + (k < n % len(presets)) for k in range(len(presets))]
    parts = []
    for k, (preset, entry, count) in enumerate(zip(presets, entries, counts, strict=True)):
        if not count:
            continue
        first = sum(counts[:k])
        part_seed = FIRST_SEED + 1000 * seed + k
        part = generate(
            preset.of_prior().fix(**changed) if changed else preset.of_prior(),
            count,
            seed=part_seed,
            n_jobs=n_jobs,
            effects=entry["effects"] if effects is None else effects,
            effects_seed=part_seed,
            progress=part_of(progress, first, first + count, n),
        )
        parts.append(part)
    dataset = parts[0] if len(parts) == 1 else join(parts)
    return dataset.parameters, dataset.signals


def held_out(run: Run, n: int | None = None) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Test part of a run's data set, which it was not trained on.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n : int, optional
        The first ``n`` samples; default: all.

    Returns
    -------
    parameters : DataFrame
        One row per sample.
    signals : complex64 array (n, n_settings, n_times)
    samples : int array (n,)
        Indices in the data set.

    Raises
    ------
    InputError
        If the data set is not in the data folder.
    FailedError
        If the data set of that id is another one than the run was trained on.
    """
    try:
        dataset = load_dataset(run.manifest.dataset)
    except InputError:
        raise InputError(
            f"The data set {run.manifest.dataset} of the run is not here, so there are no held-out "
            "curves. Import it again, or use another run."
        ) from None
    samples = run.predictions["sample"].to_numpy().astype(int)[:n]
    _check_same(run, dataset, samples)
    parameters = dataset.parameters.iloc[samples].reset_index(drop=True)
    return parameters, dataset.curves(samples), samples


def _check_same(run: Run, dataset: EchoDataset, samples: np.ndarray) -> None:
    """The data set must be the one that the run was trained on."""
    run.check_signals(dataset)
    for name in run.targets:
        if not _has_same_target(run, name, dataset, samples):
            raise FailedError(
                f"The data set {run.manifest.dataset} is not the one that the run {run.id} was "
                f"trained on: its {name} differs. Train again."
            )


def _has_same_target(run: Run, name: str, dataset: EchoDataset, samples: np.ndarray) -> bool:
    if samples.max(initial=0) >= len(dataset) or name not in dataset.parameters:
        return False
    true = run.true[name].to_numpy()[: len(samples)]
    stored = dataset.parameters[name].to_numpy()[samples]
    if run.task == "classification":
        return np.array_equal(stored.astype(str), true.astype(str))
    return np.allclose(stored, true, rtol=1e-6)


def _origin(manifest: RunManifest) -> Sequence[dict]:
    """Stored provenance; of runs of earlier versions that of their data set, else of the preset."""
    if manifest.origin:
        return manifest.origin
    try:
        return origin_of(Manifest.read(find_dataset(manifest.dataset)))
    except (InputError, FailedError):
        return _origin_of_preset(manifest)


def _origin_of_preset(manifest: RunManifest) -> list[dict]:
    """The preset of a run; empty if its signals would be others."""
    if not manifest.preset:
        return []
    version = {} if manifest.format == 1 else {"version": VERSION}
    recipe = current_recipe({"name": manifest.preset} | version)
    try:
        experiments = preset_from_dict(recipe).experiments()
        check_signals(manifest, experiments[0].protocol.time, len(experiments))
    except InputError:
        return []
    entry = {
        "id": "",
        "preset": recipe,
        "effects": [],
        "seed": 0,
        "n_samples": 0,
        "source": "",
    }
    return [entry]
