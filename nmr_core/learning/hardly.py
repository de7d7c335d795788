"""Targets of a run that its signals hardly determine, judged by the scores of its test part."""

from math import sqrt

from nmr_core.errors import FailedError
from nmr_core.learning.run import Run

LEAST_SKILL = 0.2
"""Skill 1 - MSE/MSE of the baseline below which a target counts as hardly determined."""


def hardly_determined(run: Run) -> dict[str, str]:
    """Return the identifiable targets whose estimates are little better than the baseline.

    Parameters
    ----------
    run : Run
        A trained run; of a classifier, or if its test part is damaged, there are none.

    Returns
    -------
    dict
        Name -> one sentence with the error of the run and of the baseline.
    """
    if run.task == "classification":
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
            f"{symbol} is hardly determined: the error of its estimates is "
            f"{row['rmse_percent']:.3g} % of the range, that of the baseline {baseline:.3g} %."
        )
    return sentences
