"""Reference models on the board: baseline, quick, standard, and the linear estimate."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from nmr_core.challenge.challenge import Challenge, Target
from nmr_core.challenge.curves import predict_for, test_signals
from nmr_core.challenge.metrics import LEVEL, METRICS, PENALTY
from nmr_core.challenge.reading import read_answer
from nmr_core.challenge.submitting import add_reference
from nmr_core.challenge.teams import reference_names
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.inference.identifiability import identify
from nmr_core.inference.identifiability.identify import find_stored
from nmr_core.learning.run import Run
from nmr_core.learning.train import train
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of

RECIPES = ("quick", "standard")
N_POINTS = 8
"""Points of the prior for a linear estimate that is not stored."""


def add_references(challenge: Challenge, training: EchoDataset, progress: Progress) -> None:
    """Train the reference models on the training set, and put those on the board that are missing.

    Parameters
    ----------
    challenge : Challenge
        The challenge, whose folder exists.
    training : EchoDataset
        Its training set.
    progress : callable
        Called as progress(done, total, text).
    """
    there = reference_names(challenge)
    if "baseline" not in there:
        add_reference(challenge, "baseline", _baseline(challenge, training))
    names = [target.name for target in challenge.targets]
    for k, recipe in enumerate(RECIPES):
        if recipe in there:
            continue
        part = part_of(progress, 50 * k, 50 * (k + 1), before=f"{recipe}: ")
        run = train(training, targets=names, recipe=recipe, split=0.1, progress=part)
        add_reference(challenge, recipe, _of_run(challenge, training, run))


def _baseline(challenge: Challenge, training: EchoDataset) -> np.ndarray:
    """The answer that looks at no curve: mean, most frequent class, or central interval."""
    true = training.parameters[[target.name for target in challenge.targets]]
    if challenge.classes:
        counts = true.iloc[:, 0].value_counts()
        row = [float(challenge.classes.index(counts.idxmax()))]
    elif challenge.metric.kind == "intervals":
        ends = true.quantile([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        row = ends.to_numpy().T.ravel().tolist()
    else:
        row = true.mean().tolist()
    return np.tile(row, (challenge.n_test, 1))


def _of_run(challenge: Challenge, training: EchoDataset, run: Run) -> np.ndarray:
    if challenge.metric.kind != "intervals":
        return read_answer(challenge, predict_for(challenge, run)).values
    return _with_residuals(challenge, run)


def _with_residuals(challenge: Challenge, run: Run) -> np.ndarray:
    """Predictions of a run, plus and minus the quantile of its errors on its test part."""
    predicted = run.predict(test_signals(challenge).signals, insist=True)
    columns = {}
    for target in challenge.targets:
        misses = np.abs(run.predicted[target.name] - run.true[target.name])
        half = float(misses.quantile(LEVEL))
        columns[f"{target.name}_low"] = predicted[target.name] - half
        columns[f"{target.name}_high"] = predicted[target.name] + half
    table = pd.DataFrame(columns)
    table.insert(0, "sample", challenge.samples)
    return read_answer(challenge, table).values


def linear_estimate(
    preset: Preset, targets: Sequence[Target], metric: str, progress: Progress
) -> tuple[float, float]:
    """The score that follows from the linear estimate of the errors.

    Parameters
    ----------
    preset : Preset
        Prior of the curves.
    targets : sequence of Target
        What is predicted; their ranges are the widths of the metric.
    metric : str
        A name of :data:`nmr_core.challenge.metrics.METRICS`.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    tuple of float
        Score and its standard error over the points of the prior; (0, 0) where there is none.

    Notes
    -----
    A sum of squared errors is sum (sigma/w)^2; the interval score of Gaussian errors is the mean of
    sigma/w (2 z + 2 b (phi(z) - z (1 - Phi(z)))), z the quantile of the level and b the penalty.
    """
    if METRICS[metric].kind == "class":
        return 0.0, 0.0
    try:
        result = find_stored(preset) or identify(preset, n_points=N_POINTS, progress=progress)
    except InputError:  # no linear estimate exists for this prior
        return 0.0, 0.0
    columns = [result.names.index(target.name) for target in targets]
    widths = np.array([target.high - target.low for target in targets])
    units = np.array([spec.width for spec in result.specs]) / 100
    errors = (result.percents() * units)[:, columns] / widths
    if METRICS[metric].kind == "numbers":
        scores = (errors**2).sum(axis=1)
    else:
        z = norm.ppf((1 + LEVEL) / 2)
        missed = norm.pdf(z) - z * norm.sf(z)
        scores = errors.mean(axis=1) * (2 * z + 2 * PENALTY * missed)
    return float(scores.mean()), float(scores.std(ddof=1) / len(scores) ** 0.5)
