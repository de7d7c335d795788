"""What the app runs: train the twin if one is asked for, try the run, save what was found."""

from nmr_core.evaluation import load_run
from nmr_core.inference.known import known_errors
from nmr_core.inference.robustness.measure import robustness
from nmr_core.inference.robustness.store import save_robustness
from nmr_core.inference.robustness.twin import train_twin
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, part_of
from nmr_core.storage.workspace import checked_id


def intervals_of(run: Run) -> tuple:
    """(calibration, depth) of a run, as far as somebody made them and they are of this very run."""
    known = known_errors(run)
    return known.calibration, known.depth


def robustness_job(params: dict, progress: Progress) -> dict:
    """The job "robustness": ``params`` are the arguments of :func:`robustness` as JSON, with ``run`` and ``with_twin`` ids; with
    ``train_twin`` = {"effects": ..., "n_curves": ...} a twin is trained first, as the run ``with_twin``."""
    options = {
        name: value
        for name, value in params.items()
        if name not in ("run", "with_twin", "train_twin")
    }
    options.setdefault("n_jobs", -1)
    run, twin = load_run(checked_id(params["run"])), params.get("with_twin")
    first = 0
    if wanted := params.get("train_twin"):
        train_twin(
            run,
            wanted["effects"],
            n_curves=wanted.get("n_curves", 4000),
            id=checked_id(twin),
            n_jobs=options["n_jobs"],
            progress=part_of(progress, 0, 60),
        )
        first = 60
    twin = load_run(checked_id(twin)) if twin else None
    calibration, depth = intervals_of(run)
    twin_calibration, _ = intervals_of(twin) if twin else (None, None)
    found = robustness(
        run,
        with_twin=twin,
        calibration=calibration,
        twin_calibration=twin_calibration,
        depth=depth,
        progress=part_of(progress, first, 100),
        **options,
    )
    save_robustness(found)
    progress(100, 100, "saved")
    return {"run": run.id}
