"""Features -> parameters or classes, as scikit-learn estimators.

    linear.py, neighbours.py, kernels.py, trees.py, networks.py   a family each: builders, and their entries beside them
    composite.py, ensembles.py, deep/                             one model per target; several models together; PyTorch (an extra)
    recipes.py                                                    featurizer and model that go together, with what was published

``MODELS[name](seed=0, task="regression", **options)`` is an unfitted estimator; ``pipeline(featurizer, model)`` joins it to a
featurizer and takes complex curves. A new model is a builder and an entry in its family's file.
"""

from collections.abc import Sequence

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.models import composite, deep, ensembles, kernels, linear, neighbours, networks, trees
from nmr_core.models._entry import FAMILIES, NO_OPTIONS, TASKS, ModelEntry
from nmr_core.models.grouped import GroupedPipeline, fit_grouped
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.random_forest import ReportingForest
from nmr_core.models.recipes import RECIPES, Recipe
from nmr_core.models.trusted import trusted_types

MODELS: dict[str, ModelEntry] = {
    entry.name: entry
    for room in (linear, neighbours, kernels, trees, networks, composite, ensembles, deep)
    for entry in room.ENTRIES
}
"""Name -> entry, in the order of menus."""


def pipeline(
    featurizer: str,
    model: str,
    *,
    seed: int = 0,
    task: str = "regression",
    targets: Sequence[str] = (),
    featurizer_options: dict | None = None,
    model_options: dict | None = None,
) -> GroupedPipeline:
    """Complex curves (n_samples, n_settings, n_times) -> parameters or classes, as an unfitted scikit-learn pipeline.

    task    : "regression", y float (n_samples, n_targets); or "classification", y (n_samples,) labels
    targets : names of what is predicted, for models that treat each in its own way

    ``fit(X, y, groups=None)``: rows of one group (a curve and its mirror images) stay together wherever the model divides
    its rows.
    """
    if model not in MODELS:
        raise InputError(f"There is no model {str(model)[:60]!r}; there are {', '.join(MODELS)}.")
    for name in model_options or {}:
        MODELS[model].parameters[
            name
        ]  # refuses what is no option, "seed" too, before it can be taken for an argument
    return GroupedPipeline(
        [
            ("features", features.build(featurizer, featurizer_options)),
            ("model", MODELS[model](seed=seed, task=task, targets=targets, **model_options or {})),
        ]
    )


__all__ = [
    "FAMILIES",
    "MODELS",
    "NO_OPTIONS",
    "RECIPES",
    "TASKS",
    "EarlyStoppingMLP",
    "GroupedPipeline",
    "ModelEntry",
    "Recipe",
    "ReportingForest",
    "fit_grouped",
    "pipeline",
    "trusted_types",
]
