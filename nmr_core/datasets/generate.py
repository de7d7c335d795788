"""Generate data sets: processes simulate chunks, which are gathered into parts and written."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout
from joblib import delayed

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import N_SAMPLES, PART_SIZE, SEED, Manifest, versions
from nmr_core.datasets.parts import is_sound, part_path, write_part
from nmr_core.effects import Effects, effects_from
from nmr_core.errors import FailedError, InputError
from nmr_core.machines import InOrder, machines
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset, preset_from_dict, recipe_in
from nmr_core.presets import preset as named_preset
from nmr_core.progress import Progress, silent
from nmr_core.samples import sample_arrays
from nmr_core.simulator.batch import batch_size
from nmr_core.simulator.device.choice import checked_device, device_version
from nmr_core.storage.files import check_space, failure
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import checked_id, datasets_folder, new_id

N_JOBS = Parameter("n_jobs", "processes", "", -1, 1024, 1, integer=True, hint="-1 uses every core.")
ALONE = 1.0
"""Processor seconds of simulating before ``n_jobs=-1`` starts processes: as long as they load."""
EFFECTS_SEED = replace(SEED, name="effects_seed", symbol="Seed of the effects")
BATCHES_PER_CHUNK = 8


def _chunks(ranges: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Ranges of samples cut to at most ``size``."""
    for start, stop in ranges:
        for begin in range(start, stop, size):
            yield begin, min(begin + size, stop)


def chunk_size(preset: Preset, device: str = "") -> int:
    """Number of samples that a process simulates at a time."""
    sample = preset.build().sample
    if device:
        return batch_size(sample, device=device)
    return max(1, BATCHES_PER_CHUNK // len(preset.settings)) * batch_size(sample)


def _parts(
    preset: Preset,
    manifest: Manifest,
    ranges: list[tuple[int, int]],
    in_order: InOrder,
    progress: Progress,
    done: int,
    total: int,
    device: str = "",
) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Parameters and curves of each range of samples, in order; one part in memory at a time."""
    effects = effects_from(manifest.effects)
    tasks = (
        delayed(sample_arrays)(
            preset, manifest.seed, *chunk, effects, manifest.effects_seed, device
        )
        for chunk in _chunks(ranges, chunk_size(preset, device))
    )
    progress(done, total, "simulating")
    results = in_order(tasks)
    try:
        for start, stop in ranges:
            tables: list[pd.DataFrame] = []
            filled = 0
            signals = np.empty((0, 0, 0), np.complex64)
            while filled < stop - start:
                columns, curves = next(results)
                if not tables:
                    signals = np.empty((stop - start, *curves.shape[1:]), curves.dtype)
                signals[filled : filled + len(curves)] = curves
                tables.append(pd.DataFrame(columns))
                filled += len(curves)
                done += len(curves)
                progress(done, total, "simulating")
            yield pd.concat(tables, ignore_index=True), signals
    finally:
        results.close()


def generate(
    preset: Preset | str,
    n_samples: int,
    *,
    seed: int = 0,
    n_jobs: int = 1,
    part_size: int = 1000,
    effects: Effects = (),
    effects_seed: int = 0,
    path: str | Path | None = None,
    title: str = "",
    owner: str = "",
    device: str = "",
    progress: Progress = silent,
) -> EchoDataset:
    """Simulate a data set.

    Parameters
    ----------
    preset : Preset or str
        Prior and conventions.
    n_samples : int
        Number of samples.
    seed : int
        Seed of parameters, offsets and receiver noise.
    n_jobs : int
        Processes; -1 uses every core.
    part_size : int
        Samples per file.
    effects : str, Effect, dict or sequence of these
        Measurement effects in order, such as "gaussian_noise:snr=30,phase_error:sd=5".
    effects_seed : int
        Seed of the effects.
    path : str or Path, optional
        Folder to write to, part by part, in bounded memory; the beginning of the same data set in
        it is continued. By default the data set is in memory.
    title : str
        Display text.
    owner : str
        Name of the owner, "" for none.
    device : str
        "cuda" or "cpu" for PyTorch in this process, "" for the compiled simulator in ``n_jobs``
        processes.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    EchoDataset

    Raises
    ------
    InputError
        For a value out of range, a device that cannot be used, or a folder that holds something
        else.
    FailedError
        If the disk is full, or another process writes to the folder.

    Notes
    -----
    The bytes do not depend on ``n_jobs``, ``part_size`` or the number of interruptions. Curves of
    a device of PyTorch agree with those of the compiled simulator to float32 round-off.
    """
    preset = named_preset(preset) if isinstance(preset, str) else preset
    folder = None if path is None else Path(path)
    n_samples, seed = N_SAMPLES.check(n_samples), SEED.check(seed)
    n_jobs, part_size = N_JOBS.check(n_jobs), PART_SIZE.check(part_size)
    if checked_device(device):
        n_jobs = 1
    alone = 0.0 if n_jobs > 0 else ALONE
    n_jobs = n_jobs if n_jobs > 0 else os.cpu_count() or 1
    effects, effects_seed = effects_from(effects), EFFECTS_SEED.check(effects_seed)
    manifest = Manifest(
        id=folder.name if folder else new_id("ds"),
        title=title or f"{preset.label}, {n_samples:,} curves",
        preset=preset.to_dict(),
        seed=seed,
        n_samples=n_samples,
        part_size=part_size,
        time=preset.experiments()[0].protocol.time.tolist(),
        effects=[effect.to_dict() for effect in effects],
        effects_seed=effects_seed,
        owner=owner_now(owner),
        versions=versions() | device_version(device),
    )
    with machines(n_jobs, alone) as in_order:
        if folder is not None:
            return _generate_on_disk(preset, manifest, folder, in_order, progress, device)
        ((parameters, signals),) = _parts(
            preset, manifest, [(0, n_samples)], in_order, progress, 0, n_samples, device
        )
    return EchoDataset(replace(manifest, complete=True), None, signals, parameters)


def _generate_on_disk(
    preset: Preset,
    manifest: Manifest,
    folder: Path,
    in_order: InOrder,
    progress: Progress,
    device: str,
) -> EchoDataset:
    if not (folder / "manifest.json").exists():
        check_room(folder, 1.1 * manifest.size)  # before anything is created
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder)
        with FileLock(folder / ".lock", timeout=0):
            for left in folder.glob(".*.tmp"):  # of a process that was killed while it wrote
                left.unlink()
            manifest = _adopt(manifest, folder)
            missing = _missing(manifest, folder)
            n_missing = sum(stop - start for start, stop in missing)
            if missing:
                check_room(folder, 1.1 * n_missing / manifest.n_samples * manifest.size)
            done = manifest.n_samples - n_missing
            total = manifest.n_samples
            parts = _parts(preset, manifest, missing, in_order, progress, done, total, device)
            for (start, _), (parameters, signals) in zip(missing, parts, strict=True):
                check_space(folder, signals.nbytes)
                write_part(part_path(folder, start // manifest.part_size), parameters, signals)
            manifest = manifest.completed(folder)
            manifest.write(folder)
    except Timeout:
        raise FailedError(
            f"Another process is writing the data set {manifest.id}. Wait until it has finished, "
            "or generate into another folder."
        ) from None
    except OSError as error:
        raise failure(error, folder) from error
    return EchoDataset(manifest, folder)


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but a data set."""
    foreign = [
        item.name
        for item in folder.iterdir()
        if item.name != ".lock" and not item.name.endswith(".tmp")
    ]
    if foreign and "manifest.json" not in foreign:
        raise InputError(
            f"{folder} is not empty (it holds {foreign[0]!r}) and is no data set. Choose another "
            "folder."
        )


def _adopt(manifest: Manifest, folder: Path) -> Manifest:
    """The manifest in the folder, which must have the same recipe; written if there is none."""
    if (folder / "manifest.json").exists():
        stored = Manifest.read(folder)
        if stored.recipe != manifest.recipe:
            raise InputError(
                f"{folder} holds another data set ({stored.preset_name}, {stored.n_samples:,} "
                f"curves, seed {stored.seed}, parts of {stored.part_size:,}). "
                "Choose another folder."
            )
        return stored
    manifest.write(folder)
    return manifest


def _missing(manifest: Manifest, folder: Path) -> list[tuple[int, int]]:
    """Sample ranges of the parts that do not exist or cannot be read in full."""
    ranges = [manifest.part(index) for index in range(manifest.n_parts)]
    return [
        (start, stop)
        for index, (start, stop) in enumerate(ranges)
        if not is_sound(
            part_path(folder, index),
            stop - start,
            manifest.n_settings,
            manifest.n_times,
            manifest.fingerprint(index),
        )
    ]


def resume(
    folder: Path, *, n_jobs: int = 1, device: str = "", progress: Progress = silent
) -> EchoDataset:
    """Complete or repair the data set in a folder; only missing and damaged parts are simulated.

    Raises
    ------
    InputError
        If it was imported.
    FailedError
        If its manifest cannot be read.
    """
    m = Manifest.read(folder)
    if m.source:
        raise InputError(
            f"{m.id} was imported, so its curves cannot be simulated. Import them again: {m.source}"
        )
    return generate(
        m.experiment_preset(),
        m.n_samples,
        seed=m.seed,
        n_jobs=n_jobs,
        part_size=m.part_size,
        effects=m.effects,
        effects_seed=m.effects_seed,
        path=folder,
        title=m.title,
        device=device,
        progress=progress,
    )


def generate_job(params: dict, progress: Progress) -> dict:
    """Run the job "generate".

    Parameters
    ----------
    params : dict
        Arguments of :func:`generate` as JSON, with ``dataset`` the id to write to and ``preset`` a
        recipe (:mod:`nmr_core.presets.recipe`).
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    dict
        "dataset": its id.
    """
    folder = datasets_folder() / checked_id(params["dataset"])
    generate(
        preset_from_dict(recipe_in(params)["preset"]),
        params["n_samples"],
        seed=params["seed"],
        n_jobs=params.get("n_jobs", -1),
        path=folder,
        part_size=params.get("part_size", 1000),
        effects=params.get("effects", ()),
        effects_seed=params.get("effects_seed", 0),
        title=params.get("title", ""),
        owner=params.get("owner", ""),
        device=params.get("device", ""),
        progress=progress,
    )
    return {"dataset": folder.name, "summary": Manifest.read(folder).summary}
