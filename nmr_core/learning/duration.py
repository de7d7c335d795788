"""Nominal duration of a training, from its model and the number of curves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nmr_core.learning.plan import Plan

OVERHEAD = 0.6
"""Seconds to read the data, to score and to store the run."""
UNIT = 2000
"""Training curves, images under symmetries included, to which the times below refer."""
TIMES = {
    "mean": (0.1, 1.0),
    "linear": (0.3, 1.0),
    "ridge": (1.2, 0.9),
    "bayesian_ridge": (2.0, 1.0),
    "elastic_net": (15.0, 1.0),
    "select_linear": (0.1, 1.0),
    "pls": (0.2, 1.4),
    "knn": (0.1, 1.0),
    "svr": (2.4, 2.0),
    "kernel_ridge": (0.3, 2.0),
    "gaussian_process": (6.0, 2.0),
    "decision_tree": (0.6, 1.1),
    "random_forest": (1.7, 1.1),
    "extra_trees": (4.7, 1.1),
    "hist_gradient_boosting": (25.0, 0.7),
    "mlp": (23.0, 1.0),
    "mlp_32_32": (2.8, 1.0),
}
"""Model -> (seconds on one core for UNIT curves, growth with their number as a power).

Measured with default options on the raw curve of the 2020 challenge.
"""
OTHER = (30.0, 1.0)
"""The same for every other model: networks and averages of several."""


def nominal_seconds(plan: "Plan", n_curves: int) -> float:
    """Time of a training on a machine like the one of the table.

    Parameters
    ----------
    plan : Plan
        Features and model.
    n_curves : int
        Training curves: images under symmetries and fresh curves included.

    Returns
    -------
    float
        Seconds. What trainings took on this machine corrects it
        (:mod:`nmr_core.jobs.expected`).
    """
    seconds, power = TIMES.get(plan.model, OTHER)
    return OVERHEAD + seconds * (n_curves / UNIT) ** power
