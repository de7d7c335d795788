"""Run -> Calibration: fresh signals, the error model of the method, conformal scores."""

import time as clock
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.curves import Curves, curves_for
from nmr_core.inference.intervals.degrading import degraded
from nmr_core.inference.intervals.inputs import Reader, joined
from nmr_core.inference.intervals.members import trained_members
from nmr_core.inference.intervals.methods import Method, checked_method
from nmr_core.inference.intervals.reading import Reading, known_targets
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, reporting, silent
from nmr_core.storage.workspace import checked_id

N_CURVES = Parameter(
    "n",
    "curves",
    "",
    40,
    1_000_000,
    4000,
    integer=True,
    description="Fresh curves: half fit the size of the errors, half give the scores.",
)
N_CHECK = Parameter(
    "n_check",
    "check curves",
    "",
    20,
    100_000,
    1000,
    integer=True,
    description="Further fresh curves, on which the coverage is shown.",
)
N_MEMBERS = Parameter(
    "members", "members", "", 2, 50, 4, integer=True, description="Models of an ensemble."
)


def calibrate(
    run: Run,
    *,
    method: str = "",
    n: int = N_CURVES.default,
    seed: int = 0,
    members: int = N_MEMBERS.default,
    graceful: bool = True,
    n_check: int = N_CHECK.default,
    n_jobs: int = 1,
    curves: Curves | None = None,
    progress: Progress = silent,
) -> Calibration:
    """Calibrate a run: fit intervals to signals that it was not trained on.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    method : str
        A name in ``METHODS`` for the task of the run. Default: "scaled", for classes "lac".
    n : int
        Fresh signals, half to fit the method and half for the scores. The coverage of a calibration
        scatters by sqrt(.09/(n/2)), .7 % at n = 4,000 and a level of 90 %. If the origin of the
        training data is unknown, the held-out part is used instead.
    seed : int
        Seed of the random numbers.
    members : int
        Models of the method "ensemble".
    graceful : bool
        Fit the method to degraded copies of its signals, too, so that intervals grow for bad data.
        The scores come from undegraded signals, so that their coverage stays exact.
    n_check : int
        Further signals, for :func:`coverage`.
    n_jobs : int
        Processes; -1: one per core.
    curves : Curves, optional
        The result of :func:`curves_for`, if it is computed already.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        No target of the run is identifiable, or there are too few held-out signals.

    References
    ----------
    Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018): split conformal prediction.
    """
    n, n_check, members = N_CURVES.check(n), N_CHECK.check(n_check), N_MEMBERS.check(members)
    chosen, begin = checked_method(method, run.task), clock.perf_counter()
    known = known_targets(run.targets, run.manifest.unidentifiable)
    if not known:
        raise InputError(
            f"No echo depends on what the run {run.id} predicts, so there is nothing to calibrate. Choose another "
            "run."
        )
    if curves is None:
        curves = curves_for(
            run, n, n_check, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 0, 60)
        )
    made = _empty(run, chosen, curves, graceful, seed)
    if run.task == "classification":
        made = _sets(made, chosen, curves)
    else:
        trained = (
            trained_members(
                run, members, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 60, 80)
            )
            if chosen.members
            else []
        )
        with reporting(part_of(progress, 80, 98)):
            made = _intervals(made, chosen, curves, trained)
    progress(100, 100, "calibrated")
    return replace(made, seconds=clock.perf_counter() - begin)


def _empty(run: Run, method: Method, curves: Curves, graceful: bool, seed: int) -> Calibration:
    """All but what is learned."""
    m = run.manifest
    made = clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime())
    truth = curves.part(2)[0]
    return Calibration(
        run.id,
        m.created,
        method.name,
        run.task,
        dict(m.targets),
        dict(m.unidentifiable),
        run.classes,
        curves.source,
        0,
        graceful and method.learns,
        seed,
        0.0,
        made,
        versions(),
        np.empty((0, 1)),
        truth,
        truth,
        None,
        None,
        method.build(seed),
        run,
    )


def _intervals(made: Calibration, method: Method, curves: Curves, members: list) -> Calibration:
    """Fit the family, score, and read the check curves."""
    known, specs, run = made.known, made.targets, made.the_run
    reader = Reader(
        tuple(run.targets),
        known,
        tuple(float(specs[t]["low"]) for t in known),
        tuple(float(specs[t]["high"]) for t in known),
    )
    family, (parameters, signals) = made.model, curves.part(0)
    reader.fit(signals, members)
    fitted, y = reader.read(run, signals)[1], reader.shares(parameters)
    parameters, scored_on = curves.part(1)
    scored, truth = reader.read(run, scored_on)[1], reader.shares(parameters)
    if not method.learns:
        scored, truth = joined(fitted, scored), np.concatenate([y, truth])
    elif made.graceful:
        worse = reader.read(run, degraded(signals, curves.context, made.seed))[1]
        family.fit(joined(fitted, worse), np.concatenate([y, y]))
    else:
        family.fit(fitted, y)
    if method.members:
        family.know(scored)
    predicted, check = reader.read(run, curves.part(2)[1])
    return replace(
        made,
        scores=family.score(scored, truth),
        predicted=predicted,
        check=check,
        reader=reader,
        n_fit=len(y) if method.learns else 0,
    )


def _sets(made: Calibration, method: Method, curves: Curves) -> Calibration:
    """Scores of classes; nothing is fitted, so both halves give scores."""
    run = made.the_run
    target = run.targets[0]
    scores = []
    for part in (0, 1):
        parameters, signals = curves.part(part)
        if target not in parameters:
            raise InputError(
                f"The fresh curves do not say their {target}, so sets cannot be calibrated on them. Use another "
                "run."
            )
        scores.append(Reading(made, run.predict(signals)).scores(parameters))
    return replace(made, scores=np.concatenate(scores), predicted=run.predict(curves.part(2)[1]))


def calibrate_run(
    run: Run,
    *,
    n: int = N_CURVES.default,
    n_check: int = N_CHECK.default,
    seed: int = 0,
    n_jobs: int = 1,
    path: Path | None = None,
    progress: Progress = silent,
    **options,
) -> tuple[Calibration, Path]:
    """Calibrate a run, fit its applicability to the same signals, and store both.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n : int
        Fresh signals.
    n_check : int
        Further signals, for the coverage.
    seed : int
        Seed of the random numbers.
    n_jobs : int
        Processes; -1: one per core.
    path : Path, optional
        Folder; default: that of the run under ``NMR_DATA/calibrations``.
    **options
        As of :func:`calibrate`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    calibration : Calibration
    folder : Path
    """
    from nmr_core.inference.applicability import fit_applicability
    from nmr_core.inference.intervals.store import save_calibration

    n, n_check = N_CURVES.check(n), N_CHECK.check(n_check)
    curves = curves_for(
        run, n, n_check, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 0, 60)
    )
    found = calibrate(
        run,
        n=n,
        n_check=n_check,
        seed=seed,
        n_jobs=n_jobs,
        curves=curves,
        progress=part_of(progress, 60, 90),
        **options,
    )
    folder = save_calibration(found, path)
    known = slice(0, curves.parts[1].stop)
    with suppress(InputError):  # too few held-out curves: intervals without applicability
        fit_applicability(
            run,
            curves.parameters.iloc[known].reset_index(drop=True),
            curves.signals[known],
            seed=seed,
            progress=part_of(progress, 90, 99),
        ).save(folder)
    progress(100, 100, "calibrated")
    return found, folder


def calibrate_job(params: dict, progress: Progress) -> dict:
    """Run the job "calibrate".

    Parameters
    ----------
    params : dict
        "run", an id, and arguments of :func:`calibrate`.
    progress : callable
        Called with (done, total, message).
    """
    options = {
        name: params[name]
        for name in ("method", "n", "n_check", "seed", "members", "graceful")
        if name in params
    }
    found, _ = calibrate_run(load_run(checked_id(params["run"])), progress=progress, **options)
    return {"run": found.run, "method": found.method}
