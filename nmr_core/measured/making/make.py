"""Make the model of a plan: simulate, train, calibrate, applicability, keep.

    runs/<id>/            an ordinary run, with made_for.json
    calibrations/<id>/    its intervals and its applicability

Both are written under temporary names and renamed at the end, so that a job that is cancelled or
killed leaves nothing behind.
"""

import shutil
import time as clock
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.generate import generate
from nmr_core.datasets.joined import join
from nmr_core.effects import effects_from
from nmr_core.features.polynomial import fitting_splits
from nmr_core.inference.intervals.calibrate import calibrate, save_with_applicability
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.learning.origin import FIRST_SEED
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.measured.for_run import target_for_run
from nmr_core.measured.made_for import MadeFor, write_made_for
from nmr_core.measured.making.curves import PreparedCurves, prepared_curves
from nmr_core.measured.making.plan import ModelPlan
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.files import write_folder
from nmr_core.storage.kinds import CALIBRATION, RUN
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import owner_now
from nmr_core.storage.workspace import checked_id, new_id, runs_folder

COPIES = 3
"""Receivers of every simulated echo of the training."""
TREES = {"quick": 100, "standard": 120, "tiny": 10}
"""Trees of the model, by size."""
TEST = 0.1
WIDTHS = (1.0, 99.0)
"""Percentiles of the widths of simulated echoes between which a measurement is of the same kind."""
ROOM = 60e6
"""Bytes that a made model needs."""
SHARES = {
    "simulating": (0, 55),
    "training": (55, 65),
    "preparing": (65, 82),
    "calibrating": (82, 97),
}
"""Stage -> its part of the progress, %."""


@dataclass
class Stages:
    """Seconds of each stage.

    Attributes
    ----------
    seconds : dict of str to float
    """

    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, work: Callable):
        """Do some work and note its time."""
        start = clock.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + clock.perf_counter() - start
        return result


def make_model(
    plan: ModelPlan,
    *,
    n_jobs: int = 1,
    id: str = "",
    owner: str = "",
    stages: Stages | None = None,
    progress: Progress = silent,
) -> Run:
    """Make and keep the model of a plan.

    Parameters
    ----------
    plan : ModelPlan
        Of :func:`~.plan.plan_model`.
    n_jobs : int
        Processes; -1: one per core.
    id : str
        Of the run; default: a new one.
    owner : str
        Who makes it.
    stages : Stages, optional
        Filled with the seconds of each stage.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run
        Stored, with calibration and applicability.

    Raises
    ------
    FailedError
        If the disk is full.
    """
    stages = Stages() if stages is None else stages
    id = checked_id(id) if id else new_id("run")
    rights.check("create", None, f"the run {id}", kind="run", id=id)
    check_room(runs_folder(), ROOM)
    preset = plan.preset

    # Simulate once: the receiver comes afterwards
    simulated, received = _split_effects(plan.effects)
    clean = stages.timed(
        "simulating",
        lambda: generate(
            preset,
            plan.n_curves,
            seed=FIRST_SEED + 10_000_000 + plan.seed,
            n_jobs=n_jobs,
            effects=simulated,
            effects_seed=FIRST_SEED + 10_000_000 + plan.seed,
            title=plan.title,
            progress=_stage(progress, "simulating"),
        ),
    )
    training, calibration_part = _parted(clean, plan.n_train)

    # Train on several receivers per echo
    run = stages.timed(
        "training",
        lambda: _trained(plan, training, received, id, owner, _stage(progress, "training")),
    )

    # Calibrate on echoes that are found and prepared like the measurement
    target = stages.timed("target", lambda: target_for_run(run))
    prepared = stages.timed(
        "preparing",
        lambda: prepared_curves(
            run,
            target,
            plan.made_for,
            calibration_part,
            seed=plan.seed,
            n_jobs=n_jobs,
            progress=_stage(progress, "preparing"),
        ),
    )
    calibration = stages.timed(
        "calibrating",
        lambda: calibrate(
            run,
            curves=prepared.curves,
            graceful=False,
            seed=plan.seed,
            progress=_stage(progress, "calibrating"),
        ),
    )
    calibration = replace(calibration, owner=owner_now(owner))
    stages.timed(
        "storing", lambda: _keep(run, calibration, prepared, _completed(plan.made_for, prepared))
    )
    progress(100, 100, "made")
    return run


def _stage(progress: Progress, name: str) -> Progress:
    first, last = SHARES[name]
    return part_of(progress, first, last, 100)


def _split_effects(effects: list[dict]) -> tuple[list[dict], list[dict]]:
    """(effects of the simulation, effects of the receiver)."""
    kinds = effects_from(effects)
    simulated = [one for one, kind in zip(effects, kinds, strict=True) if kind.simulated]
    received = [one for one, kind in zip(effects, kinds, strict=True) if not kind.simulated]
    return simulated, received


def _parted(clean: EchoDataset, n_train: int) -> tuple[EchoDataset, EchoDataset]:
    """The first samples and the others, in memory."""
    parts = []
    for rows in (slice(0, n_train), slice(n_train, len(clean))):
        table = clean.parameters.iloc[rows].reset_index(drop=True)
        # The whole list of effects is that of the plan, and stands in the run
        manifest = replace(
            clean.manifest, n_samples=len(table), id=new_id("ds"), effects=[], effects_seed=0
        )
        parts.append(EchoDataset(manifest, None, clean.signals[rows], table))
    return parts[0], parts[1]


def _trained(
    plan: ModelPlan,
    training: EchoDataset,
    received: list[dict],
    id: str,
    owner: str,
    progress: Progress,
) -> Run:
    """The run, whose provenance is the one preset with its effects."""
    preset = plan.preset
    copies = [training.with_effects(received, seed=plan.seed + k) for k in range(COPIES)]
    for k, copy in enumerate(copies):
        copy.manifest = replace(copy.manifest, id=f"{training.manifest.id}-{k}")
    run = train(
        join(copies, title=plan.title),
        targets=list(preset.drawn.names),
        featurizer="polynomial",
        featurizer_options={"n_splits": fitting_splits(training.signals.shape[-1])},
        model="extra_trees",
        model_options={"n_estimators": TREES[plan.size]},
        split=TEST,
        seed=plan.seed,
        stream=False,
        symmetries=False,
        title=plan.title,
        id=id,
        owner=owner,
        progress=progress,
    )
    manifest = run.manifest
    targets = {
        name: dict(entry) | {"low": preset.drawn[name].low, "high": preset.drawn[name].high}
        for name, entry in manifest.targets.items()
    }
    origin = [
        manifest.origin[0]
        | {"effects": plan.effects, "n_samples": len(training), "preset": preset.to_dict()}
    ]
    run.manifest = replace(
        manifest,
        preset=preset.name,
        targets=targets,
        origin=origin,
        dataset=training.manifest.id,
        dataset_title=plan.title,
    )
    return run


def _completed(made_for: MadeFor, prepared: PreparedCurves) -> MadeFor:
    """What the model was made for, with the widths of its echoes."""
    low, high = np.percentile(prepared.widths, WIDTHS)
    return replace(
        made_for,
        width_low=float(min(low, made_for.width)),
        width_high=float(max(high, made_for.width)),
    )


def remove_orphan(calibrated: Path, place: Path) -> None:
    """Remove a calibration without its run, left by a making that was killed between the two.

    Parameters
    ----------
    calibrated, place : Path
        Folders of the calibration and of the run.
    """
    if calibrated.exists() and not place.exists():
        shutil.rmtree(calibrated)


def _keep(run: Run, calibration: Calibration, prepared: PreparedCurves, made_for: MadeFor) -> None:
    """Write calibration and run, each complete or not at all; the run comes last."""
    calibrated = own_folder(CALIBRATION) / run.id
    place = own_folder(RUN) / run.id

    def write_calibration(folder: Path) -> None:
        save_with_applicability(calibration, run, prepared.curves, folder)

    def write_run(folder: Path) -> None:
        run.save(folder)
        write_made_for(made_for, folder)

    remove_orphan(calibrated, place)
    write_folder(calibrated, write_calibration, calibrated.with_name(f".new-{run.id}"))
    try:
        write_folder(place, write_run, place.with_name(f".new-{run.id}"))
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(calibrated)
        raise
    run.path = place
