"""Features -> parameters, as scikit-learn regressors; a new model is one entry below (and a file if it needs code).

``pipeline(featurizer, model)`` joins a featurizer and a model into one scikit-learn Pipeline that takes complex curves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from nmr_core.errors import InputError
from nmr_core.features import FEATURIZERS
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.random_forest import ReportingForest
from nmr_core.parameters import Parameter, ParameterSpace

NO_OPTIONS = ParameterSpace(())


@dataclass(frozen=True)
class ModelEntry:
    """A registered model: ``entry(seed=0, **options)`` builds it; ``parameters`` are the options worth a widget."""

    name: str
    label: str
    description: str
    build: Callable[..., BaseEstimator]
    parameters: ParameterSpace = NO_OPTIONS

    def __call__(self, *, seed: int = 0, **options) -> BaseEstimator:
        """A fresh, unfitted regressor; unknown or impossible options are refused."""
        return self.build(seed, **{name: self.parameters[name].check(value) for name, value in options.items()})


def _mean(seed: int) -> BaseEstimator:
    return DummyRegressor(strategy="mean")


def _ridge(seed: int) -> BaseEstimator:
    return make_pipeline(StandardScaler(), RidgeCV(alphas=np.logspace(-4, 4, 17), alpha_per_target=True))


def _random_forest(seed: int, n_estimators: int = 100, min_samples_leaf: int = 2) -> BaseEstimator:
    return ReportingForest(n_estimators=n_estimators, min_samples_leaf=min_samples_leaf, max_features="sqrt",
                           n_jobs=-1, random_state=seed)


def _mlp(seed: int, width_1: int = 512, width_2: int = 256, max_epochs: int = 100) -> BaseEstimator:
    return EarlyStoppingMLP(hidden=(width_1, width_2), max_epochs=max_epochs, random_state=seed)


MODELS: dict[str, ModelEntry] = {entry.name: entry for entry in (
    ModelEntry("mean", "Mean (null)", "Predicts the training mean, whatever the curve: what any score must beat.",
               _mean),
    ModelEntry("ridge", "Ridge", "Linear regression, with the penalty chosen per target by leave-one-out.", _ridge),
    ModelEntry("random_forest", "Random forest", "Averages decision trees; robust, needs no tuning.", _random_forest,
               ParameterSpace((
                   Parameter("n_estimators", "trees", "", 10, 1000, 100, integer=True, description="Number of trees."),
                   Parameter("min_samples_leaf", "leaf", "curves", 1, 100, 2, integer=True,
                             description="Fewest training curves in a leaf.")))),
    ModelEntry("mlp", "Neural network", "Two hidden layers; stops when a validation part no longer improves.", _mlp,
               ParameterSpace((
                   Parameter("width_1", "width 1", "units", 8, 2048, 512, integer=True, description="First hidden layer."),
                   Parameter("width_2", "width 2", "units", 8, 2048, 256, integer=True, description="Second hidden layer."),
                   Parameter("max_epochs", "epochs", "", 1, 1000, 100, integer=True,
                             description="Most passes over the data.")))),
)}


def pipeline(featurizer: str, model: str, *, seed: int = 0, featurizer_options: dict | None = None,
             model_options: dict | None = None) -> Pipeline:
    """Complex curves (n_samples, n_settings, n_times) -> parameters, as an unfitted scikit-learn pipeline."""
    if featurizer not in FEATURIZERS:
        raise InputError(f"There is no featurizer {str(featurizer)[:60]!r}; there are {', '.join(FEATURIZERS)}.")
    if model not in MODELS:
        raise InputError(f"There is no model {str(model)[:60]!r}; there are {', '.join(MODELS)}.")
    for name in model_options or {}:
        MODELS[model].parameters[name]  # refuses what is no option, "seed" too, before it can be taken for an argument
    return Pipeline([("features", FEATURIZERS[featurizer](**featurizer_options or {})),
                     ("model", MODELS[model](seed=seed, **model_options or {}))])


__all__ = ["MODELS", "EarlyStoppingMLP", "ModelEntry", "ReportingForest", "pipeline"]
