"""Where a run's curves came from, so that more like them can be simulated: curves that no model has ever seen."""

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
from nmr_core.learning.matching import check_curves
from nmr_core.learning.run import Run
from nmr_core.presets import Preset, preset_from_dict
from nmr_core.presets import preset as named_preset
from nmr_core.progress import Progress, part_of, silent

FIRST_SEED = 2**52
"""Fresh curves have seeds from here on; data sets have those that people choose."""


def origin_of(manifest: Manifest) -> list[dict]:
    """What a run remembers of the data set that it is trained on: an entry for each simulated data set behind it, [] if any of
    them was imported."""
    entries = manifest.joined or [{name: getattr(manifest, name) for name in ORIGIN}]
    if any(entry["source"] or not entry["preset"]["name"] for entry in entries):
        return []
    return [
        entry | {"effects": entry["effects"] + (manifest.effects if manifest.joined else [])}
        for entry in entries
    ]


def presets_of(run: Run) -> list[Preset]:
    """The preset behind a run, with its prior, held values and settings; of a joined data set all of them; [] = unknown."""
    return [preset_from_dict(entry["preset"]) for entry in _origin(run.manifest)]


def preset_of(run: Run) -> Preset | None:
    """The one preset behind a run; None if there are several, or nothing is known."""
    found = presets_of(run)
    return found[0] if len(found) == 1 else None


def effects_of(run: Run) -> list[dict]:
    """The measurement effects of the curves that a run was trained on."""
    found = _origin(run.manifest)
    return list(found[0]["effects"]) if found else []


def fresh_curves(
    run: Run,
    n: int,
    *,
    seed: int = 0,
    effects: Effects | None = None,
    n_jobs: int = 1,
    changed: dict | None = None,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Curves like those that a run was trained on, which were never trained on: (parameters, complex64 (n, n_settings, n_times)).

    effects : measurement effects; None: those of the training data
    changed : fields that are held at other values, such as {"line_width": 0.1}: curves that the run does not know
    """
    presets, origins = presets_of(run), _origin(run.manifest)
    if not presets:
        raise InputError(
            f"Nothing is known about how the curves of run {run.id} were made, so no fresh ones can be simulated. "
            "Use its held-out curves, or a run that was trained on simulated ones."
        )
    shares = [n // len(presets) + (k < n % len(presets)) for k in range(len(presets))]
    found = []
    for k, (preset, origin, share) in enumerate(zip(presets, origins, shares, strict=True)):
        if share:
            first = sum(shares[:k])
            found.append(
                generate(
                    preset.fix(**changed) if changed else preset,
                    share,
                    seed=FIRST_SEED + 1000 * seed + k,
                    n_jobs=n_jobs,
                    effects=origin["effects"] if effects is None else effects,
                    effects_seed=FIRST_SEED + 1000 * seed + k,
                    progress=part_of(progress, first, first + share, n),
                )
            )
    together = found[0] if len(found) == 1 else join(found)
    return together.parameters, together.signals


def held_out(run: Run, n: int | None = None) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Curves of a run's data set that it was not trained on: (parameters, curves, their indices); the first ``n`` of them."""
    try:
        dataset = load_dataset(run.manifest.dataset)
    except InputError:
        raise InputError(
            f"The data set {run.manifest.dataset} of the run is not here, so there are no held-out curves. Import "
            "it again, or use another run."
        ) from None
    samples = run.predictions["sample"].to_numpy().astype(int)[:n]
    _check_same(run, dataset, samples)
    return dataset.parameters.iloc[samples].reset_index(drop=True), dataset.curves(samples), samples


def _check_same(run: Run, dataset: EchoDataset, samples: np.ndarray) -> None:
    """The data set must be the one that the run was trained on."""
    run.check_curves(dataset)
    there = samples.max(initial=0) < len(dataset)
    for name in run.targets:
        true = run.true[name].to_numpy()[: len(samples)]
        here = (
            dataset.parameters[name].to_numpy()[samples]
            if there and name in dataset.parameters
            else None
        )
        if here is None or not (
            np.array_equal(here.astype(str), true.astype(str))
            if run.task == "classification"
            else np.allclose(here, true, rtol=1e-6)
        ):
            raise FailedError(
                f"The data set {run.manifest.dataset} is not the one that the run {run.id} was trained on: its "
                f"{name} differs. Train again."
            )


def _origin(manifest: RunManifest) -> Sequence[dict]:
    """What is stored; for runs of earlier versions what their data set says if it is here, else the preset as it is now."""
    if manifest.origin:
        return manifest.origin
    try:
        return origin_of(Manifest.read(find_dataset(manifest.dataset)))
    except (InputError, FailedError):
        pass
    if not manifest.preset:
        return []
    entry = {
        "id": "",
        "preset": {"name": manifest.preset},
        "effects": [],
        "seed": 0,
        "n_samples": 0,
        "source": "",
    }
    try:
        experiments = named_preset(manifest.preset).experiments()
        check_curves(manifest, experiments[0].protocol.time, len(experiments))
    except InputError:
        return []
    return [entry]
