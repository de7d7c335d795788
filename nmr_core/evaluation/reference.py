"""Change of a run's error relative to a reference run, on the same test samples where possible."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nmr_core.learning.metrics import resampled_means
from nmr_core.learning.run import Run

NAN = float("nan")


class Change(NamedTuple):
    """A relative change with its 95 % interval; NaN where it is unknown.

    Attributes
    ----------
    value, low, high : float
        -0.12 is 12 % less than the reference.
    """

    value: float = NAN
    low: float = NAN
    high: float = NAN

    @property
    def known(self) -> bool:
        """Whether there is a change."""
        return not math.isnan(self.value)


def error_change(run: Run, reference: Run) -> Change:
    """Relative change of the weighted error, sum of MSE/w^2 over the identifiable targets.

    Parameters
    ----------
    run, reference : Run
        Regressions with the same identifiable targets.

    Returns
    -------
    Change
        NaN for classifiers and for other targets. The interval is that of the paired difference
        (bootstrap over the test samples), so that it needs the same test samples; else it is NaN.
        Errors of different data sets are not comparable: NaN.
    """
    targets = _identifiable(run)
    comparable = (
        run.task == reference.task == "regression"
        and targets
        and set(targets) == set(_identifiable(reference))
        and run.manifest.dataset == reference.manifest.dataset
    )
    if not comparable:
        return Change()
    base = reference.weighted_error(identifiable_only=True)[0]
    if not base > 0:
        return Change()
    value = run.weighted_error(identifiable_only=True)[0] / base - 1
    if not same_samples(run, reference):
        return Change(value)
    differences = _per_sample(run, targets) - _per_sample(reference, targets)
    weights = run.weights[np.argsort(run.predictions["sample"].to_numpy())]
    means = resampled_means(differences[:, None], weights=weights)
    low, high = np.quantile(means, [0.025, 0.975])
    return Change(value, float(low / base), float(high / base))


def rmse_change(run: Run, reference: Run, target: str) -> float:
    """Relative change of the RMSE of one target; NaN if the reference does not predict it."""
    if run.manifest.dataset != reference.manifest.dataset or target not in reference.targets:
        return NAN
    return float(run.scores.loc[target, "rmse"] / reference.scores.loc[target, "rmse"] - 1)


def same_samples(run: Run, reference: Run) -> bool:
    """Whether two runs were tested on the same samples of the same data set."""
    if run.manifest.dataset != reference.manifest.dataset:
        return False
    own, other = (np.sort(one.predictions["sample"].to_numpy()) for one in (run, reference))
    return np.array_equal(own, other)


def _identifiable(run: Run) -> list[str]:
    return [name for name in run.targets if name not in run.manifest.unidentifiable]


def _per_sample(run: Run, targets: Sequence[str]) -> np.ndarray:
    """Squared errors in units of w^2, summed over targets, in the order of the samples."""
    order = np.argsort(run.predictions["sample"].to_numpy())
    total = np.zeros(len(order))
    for name in targets:
        spec = run.manifest.targets[name]
        error = (run.predicted[name] - run.true[name]).to_numpy() / (spec["high"] - spec["low"])
        total += error[order] ** 2
    return total
