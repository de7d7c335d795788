"""The error of the best run on such data, where it is below the estimate."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from nmr_core.errors import FailedError
from nmr_core.inference.identifiability.identification import Identification, Verdict
from nmr_core.inference.identifiability.noise import data_of
from nmr_core.inference.identifiability.problem import IdentifyProblem, preset_fields
from nmr_core.inference.identifiability.verdicts import ENOUGH
from nmr_core.learning.run import Run
from nmr_core.presets import Preset

SAME = 1e-9
"""Relative tolerance of two levels of noise."""


@dataclass(frozen=True)
class RunError:
    """Error of a run on its held-out samples, for the prior, in % of the range.

    Parameters
    ----------
    run, title : str
        Id and title of the run.
    percent, low, high : float
        Root mean square error and its 95 % interval.
    """

    run: str
    title: str
    percent: float
    low: float
    high: float


def with_best_runs(result: Identification, preset: Preset, runs: Iterable[Run]) -> Identification:
    """Return the identification with the error of the best run where it is the smaller one.

    Parameters
    ----------
    result : Identification
        Over the prior of the preset.
    preset : Preset
        Of the identification.
    runs : iterable of Run
        Those on other data, or with less noise, are passed over.
    """
    best = best_runs(preset, result.noise, runs)
    verdicts = {
        name: _with_run(verdict, result, best[name])
        if name in best and best[name].percent < verdict.error_percent
        else verdict
        for name, verdict in result.verdicts.items()
    }
    return replace(result, verdicts=verdicts)


def best_runs(preset: Preset, noise: float, runs: Iterable[Run]) -> dict[str, RunError]:
    """Return the smallest error of every target that a run predicts on such data or on noisier.

    Parameters
    ----------
    preset : Preset
        The data set of the run has the same, without regard to how its samples were drawn.
    noise : float
        Standard deviation of receiver noise in Re M and in Im M; that of the run is as large or
        larger.
    runs : iterable of Run
        Classifiers and runs of unknown data are passed over.
    """
    best: dict[str, RunError] = {}
    for run in runs:
        if run.task != "regression" or not _is_on(run, preset, noise):
            continue
        try:
            errors = run_errors(run)
        except FailedError:
            continue
        for name, error in errors.items():
            if name not in best or error.percent < best[name].percent:
                best[name] = error
    return best


def run_errors(run: Run) -> dict[str, RunError]:
    """Return the error of every identifiable target of a run."""
    errors = {}
    for name, row in run.scores.iterrows():
        if name in run.manifest.unidentifiable:
            continue
        percent = float(row["rmse_percent"])
        # R2 = 1 - MSE/variance, so the ends of its interval are those of the MSE
        ends = [
            percent * sqrt(max(1 - row[end], 0) / max(1 - row["r2"], 1e-12))
            for end in ("r2_high", "r2_low")
        ]
        errors[str(name)] = RunError(run.id, run.manifest.title, percent, *ends)
    return errors


def _is_on(run: Run, preset: Preset, noise: float) -> bool:
    """Whether the data set of a run has this preset and at least this noise."""
    data = data_of(run)
    if data is None or _text(data[0]) != _text(preset):
        return False
    own, level = data
    if level is None:
        level = IdentifyProblem.of(own).noise
    return level >= noise * (1 - SAME)


def _text(preset: Preset) -> str:
    fields: dict[str, Any] = preset_fields(preset.of_prior())
    return json.dumps(fields, sort_keys=True, default=str)


def _with_run(verdict: Verdict, result: Identification, error: RunError) -> Verdict:
    spec = result.spec(verdict.name)
    size = error.percent / 100
    unit = f" {spec.unit}" if spec.unit else ""
    kind = "identifiable" if size <= ENOUGH else verdict.kind
    return replace(
        verdict,
        kind=kind,
        reason=f"The run {error.title!r} determines {spec.symbol} to "
        f"±{size * spec.width:.2g}{unit} ({error.percent:.2g} % of its range) on such data.",
        error=size * spec.width,
        error_percent=error.percent,
        partners=() if kind == "identifiable" else verdict.partners,
        low_percent=error.low,
        high_percent=error.high,
        run=error.run,
    )
