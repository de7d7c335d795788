"""Targets that a run estimates hardly better than the baseline, by the scores of its test part."""

from math import sqrt

from nmr_core.errors import FailedError
from nmr_core.learning.run import Run

BASELINE = "mean"
LEAST_SKILL = 0.2
"""Skill 1 - MSE/MSE of the baseline below which estimates count as hardly better."""


def hardly_estimated(run: Run) -> dict[str, str]:
    """Return the identifiable targets whose estimates are hardly better than the baseline.

    Parameters
    ----------
    run : Run
        A trained run. There are none of a classifier, of the baseline itself, and if the test part
        is damaged.

    Returns
    -------
    dict
        Name -> one sentence with the error of the run and of the baseline.
    """
    if run.task == "classification" or run.manifest.model == BASELINE:
        return {}
    try:
        scores = run.scores
    except FailedError:
        return {}
    sentences = {}
    for name, row in scores.iterrows():
        if name in run.manifest.unidentifiable or not row["skill"] < LEAST_SKILL:
            continue
        symbol = run.manifest.targets[name]["symbol"]
        baseline = 100 * sqrt(row["baseline_mse_w2"])
        sentences[str(name)] = (
            f"Estimates of {symbol} are hardly better than the baseline: error "
            f"{row['rmse_percent']:.3g} % of the range, baseline {baseline:.3g} %."
        )
    return sentences
