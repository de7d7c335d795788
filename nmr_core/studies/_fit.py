"""Fit a recipe on these samples, predict those: the one place where studies touch estimators."""

from dataclasses import replace

import numpy as np
from sklearn.pipeline import Pipeline

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.learning.augment import fit_with_copies
from nmr_core.learning.plan import Plan
from nmr_core.learning.targets import TargetSpec
from nmr_core.models import pipeline


def build(plan: Plan, targets: TargetSpec, seed: int) -> Pipeline:
    """The unfitted pipeline of a plan; what it refuses is an :class:`nmr_core.errors.InputError`."""
    return pipeline(
        plan.featurizer,
        plan.model,
        seed=seed,
        task=targets.task,
        targets=targets.names,
        featurizer_options=plan.featurizer_options,
        model_options=plan.model_options,
    )


def fit_predict(
    pipe: Pipeline,
    dataset: EchoDataset,
    train: np.ndarray,
    labels: np.ndarray,
    test: np.ndarray,
    maps: tuple = (),
    copies: int = 1,
) -> np.ndarray:
    """Predictions of the samples ``test`` by ``pipe`` fitted on the samples ``train``.

    labels : (len(train), n_targets) floats, or (len(train),) classes
    maps   : symmetries under which copies of the training curves are learned, too; never of the others
    copies : how often each training curve is shown
    """
    curves = dataset.curves(train)
    fit_with_copies(
        pipe, np.concatenate([curves] * copies), np.concatenate([labels] * copies), maps
    )
    return np.asarray(pipe.predict(dataset.curves(test)))


def with_options(plan: Plan, values: dict) -> Plan:
    """The plan with options set by their full names: "model.width_1", "featurizer.order"."""
    new = {kind: dict(getattr(plan, f"{kind}_options")) for kind in ("model", "featurizer")}
    for full, value in values.items():
        kind, _, name = full.partition(".")
        new[kind][name] = value
    return replace(plan, model_options=new["model"], featurizer_options=new["featurizer"])
