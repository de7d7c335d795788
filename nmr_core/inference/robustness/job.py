"""The job "robustness": train a run with effects if requested, compute the robustness, store it."""

from nmr_core.evaluation import load_run
from nmr_core.inference.error_model import find_error_model
from nmr_core.inference.robustness.measure import robustness
from nmr_core.inference.robustness.retraining import train_with_effects
from nmr_core.inference.robustness.store import save_robustness
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, part_of
from nmr_core.storage.workspace import checked_id


def intervals_of(run: Run) -> tuple:
    """Return the stored calibration and applicability of a run; None where there is none."""
    error_model = find_error_model(run)
    return error_model.calibration, error_model.applicability


def robustness_job(params: dict, progress: Progress) -> dict:
    """The job "robustness": ``params`` are the arguments of :func:`robustness` as JSON, with ``run`` and ``other`` ids; with
    ``train_with_effects`` = {"effects": ..., "n_curves": ...} such a run is trained first, as the run ``other``."""
    options = {
        name: value
        for name, value in params.items()
        if name not in ("run", "other", "train_with_effects")
    }
    options.setdefault("n_jobs", -1)
    run, other = load_run(checked_id(params["run"])), params.get("other")
    first = 0
    if wanted := params.get("train_with_effects"):
        train_with_effects(
            run,
            wanted["effects"],
            n_curves=wanted.get("n_curves", 4000),
            id=checked_id(other),
            n_jobs=options["n_jobs"],
            progress=part_of(progress, 0, 60),
        )
        first = 60
    other = load_run(checked_id(other)) if other else None
    calibration, applicability = intervals_of(run)
    other_calibration, _ = intervals_of(other) if other else (None, None)
    found = robustness(
        run,
        other=other,
        calibration=calibration,
        other_calibration=other_calibration,
        applicability=applicability,
        progress=part_of(progress, first, 100),
        **options,
    )
    save_robustness(found)
    progress(100, 100, "saved")
    return {"run": run.id}
