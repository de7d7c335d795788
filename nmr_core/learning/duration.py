"""Nominal duration of a training: features, then the model.

All numbers are processor times of one core, which do not depend on what else runs:

    OMP_NUM_THREADS=1 python benchmarks/durations.py units       (the tables)
    OMP_NUM_THREADS=1 python benchmarks/durations.py recipes 3000 10000       (nominal and measured)
"""

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.models import MODELS
from nmr_core.models.ensembles import MEMBER_SETS, MEMBERS

if TYPE_CHECKING:
    from nmr_core.learning.plan import Plan

OVERHEAD = 0.6
"""Seconds to read the data, to score and to store the run."""
UNIT = 2000
"""Training curves, images under symmetries included, to which the times below refer."""
FEATURES = {
    "raw": 0.02,
    "window": 0.01,
    "magnitude": 0.01,
    "polynomial": 0.02,
    "fft": 0.12,
    "polynomial_fft": 0.05,
    "echo_shape": 0.02,
    "pca": 0.45,
    "refocused": 0.6,
}
"""Featurizer -> seconds for UNIT curves."""
OTHER_FEATURES = 1.0
"""The same for every other one."""
TIMES = {
    "mean": (0.1, 1.0),
    "linear": (0.3, 1.0),
    "ridge": (1.9, 0.9),
    "bayesian_ridge": (1.9, 1.0),
    "elastic_net": (14.0, 1.0),
    "select_linear": (0.1, 1.0),
    "pls": (0.2, 1.4),
    "knn": (0.1, 1.0),
    "svr": (2.7, 2.0),
    "kernel_ridge": (1.2, 2.0),
    "gaussian_process": (6.3, 2.0),
    "decision_tree": (0.8, 1.1),
    "random_forest": (2.0, 1.1),
    "extra_trees": (8.6, 1.1),
    "hist_gradient_boosting": (25.0, 0.7),
}
"""Model -> (seconds on one core for UNIT curves, growth with their number as a power).

With default options on the raw curve of the 2020 challenge; in proportion to the number of
features, and of trees.
"""
OTHER = (30.0, 1.0)
"""The same for every other model."""
ROW_SECONDS, ROW_WEIGHT_SECONDS, UPDATE_WEIGHT_SECONDS = 2e-6, 4.6e-11, 2.8e-9
"""Of a network in one epoch: per row, per row and weight, and per update and weight (Adam)."""
N_FEATURES = {"raw": 942, "pca": 50, "refocused": 60}
"""Featurizer -> features of an echo of 471 points, unless options say otherwise."""
OTHER_N_FEATURES = 100
N_OUTPUTS = 4
N_FOLDS = 5


def nominal_seconds(plan: "Plan", n_curves: int) -> float:
    """Time of a training on a machine like the one of the tables.

    Parameters
    ----------
    plan : Plan
        Features and model.
    n_curves : int
        Training curves: images under symmetries and fresh curves included.

    Returns
    -------
    float
        Processor seconds. What trainings took on this machine corrects it
        (:mod:`nmr_core.jobs.expected`).
    """
    names = features.members(plan.featurizer)
    of_features = sum(FEATURES.get(name, OTHER_FEATURES) for name in names)
    n_features = sum(_n_features(name, plan.featurizer_options) for name in names)
    of_model = _model_seconds(plan.model, plan.model_options, n_features, n_curves)
    return OVERHEAD + of_features * n_curves / UNIT + of_model


def _n_features(name: str, options: dict) -> int:
    """Number of features of one member of a stack."""
    usual = N_FEATURES.get(name, OTHER_N_FEATURES)
    return options.get(f"{name}.n_components", options.get("n_components", usual))


def _model_seconds(name: str, options: dict, n_features: int, n_rows: int) -> float:
    if name in ("average", "stacking"):
        members = MEMBER_SETS[options.get("members", MEMBERS.default)]["regression"]
        seconds = sum(_model_seconds(member, {}, n_features, n_rows) for member in members)
        return seconds * (1 + options.get("n_folds", N_FOLDS) if name == "stacking" else 1)
    if MODELS[name].family == "networks" or name in ("ensemble", "guided"):
        with suppress(InputError):
            return network_seconds(MODELS[name](**options), n_features, n_rows)
    seconds, power = TIMES.get(name, OTHER)
    share = n_features / N_FEATURES["raw"]
    for option in set(options) & {"n_estimators"}:
        share *= options[option] / MODELS[name].parameters[option].default
    return seconds * share * (n_rows / UNIT) ** power


def network_seconds(model: Any, n_features: int, n_rows: int) -> float:
    """Processor time of the training of a network, or of all members of an ensemble.

    Parameters
    ----------
    model : estimator
        With ``hidden``, ``epochs(n)`` and ``samples_per_update(n)``, or with such a ``member``.
    n_features, n_rows : int
        Of the table that it is fitted to.
    """
    one = getattr(model, "member", model)
    sizes = (n_features, *one.hidden, N_OUTPUTS)
    n_weights = sum(n * m for n, m in pairwise(sizes))
    per_weight = ROW_WEIGHT_SECONDS + UPDATE_WEIGHT_SECONDS / one.samples_per_update(n_rows)
    per_row = ROW_SECONDS + per_weight * n_weights
    return per_row * model.epochs(n_rows) * n_rows
