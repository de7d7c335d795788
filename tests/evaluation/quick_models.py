"""The registered models with options for quick training, for tests that run over all."""

from nmr_core.models import MODELS

QUICK = {"width_1": 16, "width_2": 8, "max_epochs": 5, "n_estimators": 10}
SLOW = (
    "hist_gradient_boosting",
    "gaussian_process",
    "mlp_512_256",
    "mlp_tapered",
    "stacking",
    "elastic_net",
)
"""Tested with the models; here they would say nothing new."""
NAMES = tuple(name for name, entry in MODELS.items() if entry.family != "deep" and name not in SLOW)
REGRESSORS, CLASSIFIERS = (
    tuple(name for name in NAMES if task in MODELS[name].tasks)
    for task in ("regression", "classification")
)


def quick(name: str, task: str = "regression") -> dict:
    """Options of a model."""
    return {
        option: value for option, value in QUICK.items() if option in MODELS[name].options(task)
    }
