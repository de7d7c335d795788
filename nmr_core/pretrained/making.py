"""From simulated signals to the files that ship: train, calibrate, put in place; posteriors."""

import shutil
from pathlib import Path

import nmr_core as nmr
from nmr_core.errors import FailedError, InputError
from nmr_core.inference.intervals.calibrate import calibrate_run
from nmr_core.inference.posterior import load_posterior, make_posterior
from nmr_core.learning.origin import fresh_signals
from nmr_core.measured.calibrating import calibrate_prepared
from nmr_core.measured.estimating import estimate
from nmr_core.measured.example import example_echo
from nmr_core.measured.for_run import N_CURVES, prepare_for_run, resimulated, target_for_run
from nmr_core.measured.shipped import FOLDER, ShippedExample, write_example
from nmr_core.pretrained.kernels import AngleClassifier, KernelClassifier
from nmr_core.pretrained.regressions import REGRESSIONS, Regression
from nmr_core.progress import Progress
from nmr_core.storage.workspace import data_folder

MAKERS: dict[str, Regression | KernelClassifier | AngleClassifier] = {
    maker.id: maker for maker in (*REGRESSIONS, KernelClassifier(), AngleClassifier())
}
"""Id -> how the run is trained, in the order in which they are made."""
PARTS = ("runs", "calibrations")
POSTERIORS = "posteriors"
"""Part of the regressions, made from the runs that are in place."""
CHECK = 4000
"""Further curves that show the coverage, at most."""
RANKS = 1500
"""Further curves whose ranks in a posterior are tested, at most."""


def make(
    id: str,
    *,
    n_curves: int = 0,
    n_jobs: int = -1,
    n_calibration: int = 12_000,
    progress: Progress,
) -> Path:
    """Train and calibrate a run in the data folder; what is there already is not made again.

    Parameters
    ----------
    id : str
        A key of :data:`MAKERS`.
    n_curves : int
        Curves to train on; 0: as many as for the run that ships.
    n_jobs : int
        Processes.
    n_calibration : int
        Curves of the calibration.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Path
        Folder with the folders "runs" and "calibrations".
    """
    maker = MAKERS[id]
    n_curves = n_curves or maker.curves
    folder = data_folder() / f"pretraining-{id}-{n_curves}"
    trained = folder / "runs" / id
    if not trained.exists():
        maker.train(n_curves, n_jobs, progress).save(trained)
    calibrated = folder / "calibrations" / id
    if not calibrated.exists():
        run, n_check = nmr.load_run(trained), min(CHECK, n_calibration)
        prepared = isinstance(maker, Regression) and maker.prepared
        (calibrate_prepared if prepared else calibrate_run)(
            run,
            path=calibrated,
            n=n_calibration,
            n_check=n_check,
            n_jobs=n_jobs,
            progress=progress,
        )
    return folder


def put_in_place(id: str, folder: Path, out: Path) -> None:
    """Replace the files of a run under ``out`` by those of :func:`make`."""
    for part in PARTS:
        target = out / part / id
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder / part / id, target)


def write_posteriors(
    out: Path, *, n: int = 50_000, n_jobs: int = -1, progress: Progress
) -> list[str]:
    """Learn the joint posteriors of the regressions under ``out``; current ones are kept.

    Runs that are calibrated on prepared echoes are left out: the ranks of such a posterior are not
    uniform (p = 5e-8 on 1,500 echoes, learned from 10,000).

    Parameters
    ----------
    out : Path
        Folder with the folder "runs"; the folder "posteriors" is written.
    n : int
        Curves per posterior.
    n_jobs : int
        Processes.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    list of str
        One line per posterior that was learned: the run and the test of the ranks.
    """
    lines = []
    for maker in REGRESSIONS:
        if maker.prepared or not (out / "runs" / maker.id).is_dir():
            continue
        run, folder = nmr.load_run(out / "runs" / maker.id), out / POSTERIORS / maker.id
        if _is_current(folder, run):
            continue
        posterior, _ = make_posterior(
            run,
            folder,
            n=n,
            n_check=min(RANKS, n),
            family="binned",
            n_jobs=n_jobs,
            progress=progress,
        )
        lines.append(f"{run.id}: {posterior.ranks.sentence}")
    return lines


def _is_current(folder: Path, run: nmr.Run) -> bool:
    """Whether a folder holds the posterior of this run, and of no earlier training."""
    try:
        load_posterior(folder).check_run(run)
    except (InputError, FailedError):
        return False
    return True


def write_measured_example() -> None:
    """Simulate what ships for the example of a measured echo, from the shipped run."""
    run = nmr.load_run("pretrained-measured")
    FOLDER.mkdir(exist_ok=True)
    _, curves = fresh_signals(run, N_CURVES, effects=())
    target = target_for_run(run)
    prepared = prepare_for_run(run, example_echo(run, target).read(), target=target)
    row = estimate(run, prepared, insist=True).iloc[0]
    write_example(
        ShippedExample(run.manifest.model_sha256, curves, resimulated(run, prepared, row)), run
    )


def summary(run: nmr.Run) -> str:
    """Size of the training and the scores, as text."""
    manifest = run.manifest
    head = f"{run.id}: {manifest.n_training:,} curves, {manifest.seconds:.0f} s"
    if run.task == "classification":
        return f"{head}, weighted F1 {run.f1_weighted()[0]:.3f}"
    return f"{head}, error without what no echo holds {run.weighted_error(True)[0]:.4f}"
