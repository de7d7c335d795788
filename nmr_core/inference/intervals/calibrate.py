"""Calibration of a run: fresh signals, the error model of the method, conformal scores."""

import time as clock
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.applicability import fit_applicability
from nmr_core.inference.intervals.calibration import Calibration, save_calibration
from nmr_core.inference.intervals.curves import (
    CurveOptions,
    Curves,
    checked_options,
    curves_for,
    degraded,
)
from nmr_core.inference.intervals.ensemble import trained_members
from nmr_core.inference.intervals.inputs import Inputs, Reader, joined
from nmr_core.inference.intervals.methods import Method, checked_method
from nmr_core.inference.intervals.reading import Reading, identifiable_targets
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, reporting, silent
from nmr_core.storage.workspace import checked_id
from nmr_core.weights import unequal, weights_of

CRITICAL = 0.7
"""Fraction of the score signals to which critical values are fitted; the others give scores."""
COPY = 0.3
"""Weight of a degraded copy: enough for wider intervals, and little for those of good signals."""
N_MEMBERS = Parameter(
    "members", "members", "", 2, 50, 4, integer=True, description="Models of an ensemble."
)


def calibrate(
    run: Run,
    *,
    method: str = "",
    members: int = N_MEMBERS.default,
    graceful: bool = True,
    curves: Curves | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
    **options: Unpack[CurveOptions],
) -> Calibration:
    """Calibrate a run: fit intervals to signals that it was not trained on.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    method : str
        A name in ``METHODS`` for the task of the run. Default: "uniform", for classes "lac".
    members : int
        Models of the method "ensemble".
    graceful : bool
        Fit the method to degraded copies of its signals, too, so that intervals grow for bad data.
        The scores come from undegraded signals, so that their coverage stays exact.
    curves : Curves, optional
        The result of :func:`curves_for`, if it is computed already.
    n : int
        Fresh signals, 12,000 by default, half to fit the method and half for the scores (of the
        method "uniform" 70 % of these for its critical values). The coverage of a calibration
        scatters by sqrt(.09/n_scores), .7 % for 1,800 scores and a level of 90 %. If the origin of
        the training data is unknown, the held-out part is used instead.
    n_check : int
        Further signals, 4,000 by default, for :func:`coverage`.
    seed : int
        Of the signals and of the method; 0 by default.
    n_jobs : int
        Processes; -1: one per core.
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
    start = clock.perf_counter()
    n, n_check, seed = checked_options(**options)
    members = N_MEMBERS.check(members)
    chosen = checked_method(method, run.task)
    if not identifiable_targets(run.targets, run.manifest.unidentifiable):
        raise InputError(
            f"No target of the run {run.id} is identifiable from an echo, so no intervals can be "
            "calibrated. Choose another run."
        )
    if curves is None:
        curves = curves_for(
            run, n, n_check, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 0, 60)
        )
    calibration = _unfitted(run, chosen, curves, graceful and chosen.learns, seed)
    if run.task == "classification":
        calibration = _with_sets(calibration, curves)
    else:
        models: list[Pipeline] = []
        if chosen.members:
            models = trained_members(
                run, members, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 60, 80)
            )
        with reporting(part_of(progress, 80, 98)):
            calibration = _with_intervals(calibration, chosen, curves, models)
    progress(100, 100, "calibrated")
    return replace(calibration, seconds=clock.perf_counter() - start)


def _unfitted(run: Run, method: Method, curves: Curves, graceful: bool, seed: int) -> Calibration:
    """A calibration without reader, scores and estimates."""
    manifest = run.manifest
    parameters = curves.part(2)[0]
    return Calibration(
        run=run.id,
        run_created=manifest.created,
        method=method.name,
        task=run.task,
        targets=dict(manifest.targets),
        unidentifiable=dict(manifest.unidentifiable),
        classes=run.classes,
        source=curves.source,
        n_fit=0,
        graceful=graceful,
        seed=seed,
        seconds=0.0,
        created=clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()),
        versions=versions(),
        scores=np.empty((0, 1)),
        parameters=parameters,
        predicted=parameters,
        check=None,
        reader=None,
        model=method.build(seed),
        loaded_run=run,
    )


def _with_intervals(
    calibration: Calibration, method: Method, curves: Curves, members: list[Pipeline]
) -> Calibration:
    """Fit the family of intervals, score it, and read the check signals."""
    run, family = calibration.trained_run, calibration.model
    reader = _unfitted_reader(calibration)

    # Features of the signals, from the fit part
    parameters, signals = curves.part(0)
    reader.fit(signals, members)
    fit = _Part(reader.read(run, signals)[1], reader.fractions(parameters), weights_of(parameters))

    # Inputs and true values of the signals that give the scores
    parameters, score_signals = curves.part(1)
    score = _Part(
        reader.read(run, score_signals)[1], reader.fractions(parameters), weights_of(parameters)
    )

    if not method.learns:
        # Nothing is fitted, so the fit part gives scores as well
        score = fit.with_part(score)
    else:
        whole = fit
        if calibration.graceful:
            copies = degraded(signals, curves.context, calibration.seed)
            inputs = reader.read(run, copies)[1]
            whole = fit.with_part(replace(fit, inputs=inputs, weights=COPY * fit.weights))
        score = _fitted(family, method, whole, score)
    if method.members:
        family.set_reference(score.inputs)
    predicted, check = reader.read(run, curves.part(2)[1])
    return replace(
        calibration,
        scores=family.score(score.inputs, score.y),
        weights=unequal(score.weights),
        predicted=predicted,
        check=check,
        reader=reader,
        n_fit=curves.parts[1].stop - len(score.y),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """Inputs, true values (n, n_known) as fractions of the range, and weights of n signals."""

    inputs: Inputs
    y: np.ndarray
    weights: np.ndarray

    def with_part(self, other: "_Part") -> "_Part":
        """The signals of both."""
        return _Part(
            joined(self.inputs, other.inputs),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.weights, other.weights]),
        )

    def rows(self, rows: slice) -> "_Part":
        """Some of the signals."""
        return _Part(self.inputs.part(rows), self.y[rows], self.weights[rows])


def _fitted(family: Any, method: Method, fit: _Part, score: _Part) -> _Part:
    """Fit a family of intervals; returns the signals that are left for the scores."""
    if not method.local:
        family.fit(fit.inputs, fit.y)
        return score
    family.fit(fit.inputs, fit.y, fit.weights)
    n_critical = round(CRITICAL * len(score.y))
    first = score.rows(slice(0, n_critical))
    family.fit_critical(first.inputs, first.y, first.weights)
    return score.rows(slice(n_critical, len(score.y)))


def _unfitted_reader(calibration: Calibration) -> Reader:
    targets, known = calibration.targets, calibration.known
    low = tuple(float(targets[name]["low"]) for name in known)
    high = tuple(float(targets[name]["high"]) for name in known)
    return Reader(tuple(calibration.trained_run.targets), known, low, high)


def _with_sets(calibration: Calibration, curves: Curves) -> Calibration:
    """Score the classes; nothing is fitted, so both parts give scores."""
    run = calibration.trained_run
    target = run.targets[0]
    scores, weights = [], []
    for part in (0, 1):
        parameters, signals = curves.part(part)
        if target not in parameters:
            raise InputError(
                f"Sets of classes need the true {target} of the fresh signals, and these have "
                "none. Calibrate another run."
            )
        scores.append(Reading(calibration, run.predict(signals, insist=True)).scores(parameters))
        weights.append(weights_of(parameters))
    predicted = run.predict(curves.part(2)[1], insist=True)
    return replace(
        calibration,
        scores=np.concatenate(scores),
        weights=unequal(np.concatenate(weights)),
        predicted=predicted,
    )


def calibrate_run(
    run: Run,
    *,
    path: Path | None = None,
    method: str = "",
    members: int = N_MEMBERS.default,
    graceful: bool = True,
    n_jobs: int = 1,
    owner: str = "",
    progress: Progress = silent,
    **options: Unpack[CurveOptions],
) -> tuple[Calibration, Path]:
    """Calibrate a run, fit its applicability to the same signals, and store both.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    path : Path, optional
        Folder; default: that of the run under ``NMR_DATA/calibrations``.
    method, members, graceful, **options
        As of :func:`calibrate`.
    progress : callable
        Called with (done, total, message).
    n_jobs : int
        Processes; -1: one per core.
    owner : str
        Who calibrates it.

    Returns
    -------
    calibration : Calibration
    folder : Path
    """
    n, n_check, seed = checked_options(**options)
    curves = curves_for(
        run, n, n_check, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 0, 60)
    )
    calibration = calibrate(
        run,
        method=method,
        members=members,
        graceful=graceful,
        curves=curves,
        n_jobs=n_jobs,
        progress=part_of(progress, 60, 90),
        **options,
    )
    calibration = replace(calibration, owner=owner)
    folder = save_with_applicability(
        calibration, run, curves, path, seed=seed, progress=part_of(progress, 90, 100)
    )
    progress(100, 100, "calibrated")
    return calibration, folder


def save_with_applicability(
    calibration: Calibration,
    run: Run,
    curves: Curves,
    path: Path | None = None,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Path:
    """Write a calibration and the applicability of its run, fitted to the same signals.

    Parameters
    ----------
    calibration : Calibration
        Fitted to the curves.
    run : Run
        The run.
    curves : Curves
        Signals with true values.
    path : Path, optional
        Folder; default: that of the run under ``NMR_DATA/calibrations``.
    seed : int
        Of the applicability.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Path
        The folder.
    """
    folder = save_calibration(calibration, path)
    used = slice(0, curves.parts[1].stop)
    with suppress(InputError):  # too few held-out signals: intervals without applicability
        applicability = fit_applicability(
            run,
            curves.parameters.iloc[used].reset_index(drop=True),
            curves.signals[used],
            seed=seed,
            progress=part_of(progress, 0, 90),
        )
        applicability.save(folder)
    return folder


def calibrate_job(params: dict[str, Any], progress: Progress) -> dict[str, str]:
    """Run the job "calibrate".

    Parameters
    ----------
    params : dict
        "run", an id, "owner", and arguments of :func:`calibrate`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        "run" and "method" of the stored calibration.
    """
    options = {
        name: params[name]
        for name in ("method", "n", "n_check", "seed", "members", "graceful")
        if name in params
    }
    run = load_run(checked_id(params["run"]))
    owner = params.get("owner", "")
    calibration, _ = calibrate_run(run, n_jobs=-1, progress=progress, owner=owner, **options)
    return {
        "run": calibration.run,
        "method": calibration.method,
        "summary": f"Intervals from {len(calibration.scores):,} signals",
    }
