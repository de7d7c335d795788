"""Features -> parameters or classes, as scikit-learn estimators.

    linear.py, neighbours.py, kernels.py,    a family each: builders, and their entries beside them
    trees.py, networks.py
    composite.py                             one model per target
    ensembles.py, network_ensemble.py,       several models together
    guided.py
    deep/                                    PyTorch (an extra)
    recipes.py                               featurizer and model that go together, with what was
                                             published

``MODELS[name](seed=0, task="regression", **options)`` is an unfitted estimator;
``pipeline(featurizer, model)`` joins it to a featurizer and takes complex curves. A new model is a
builder and an entry in its family's file.
"""

from collections.abc import Sequence

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.models import (
    composite,
    deep,
    ensembles,
    guided,
    kernels,
    linear,
    neighbours,
    network_ensemble,
    networks,
    trees,
)
from nmr_core.models._entry import FAMILIES, NO_OPTIONS, TASKS, ModelEntry
from nmr_core.models.grouped import GroupedPipeline, fit_grouped
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.random_forest import ReportingForest
from nmr_core.models.recipes import RECIPES, Recipe
from nmr_core.models.trusted import trusted_types

ROOMS = (
    linear,
    neighbours,
    kernels,
    trees,
    networks,
    composite,
    ensembles,
    network_ensemble,
    guided,
    deep,
)
MODELS: dict[str, ModelEntry] = {entry.name: entry for room in ROOMS for entry in room.ENTRIES}
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
    """Return an unfitted pipeline: complex curves -> features -> parameters or classes.

    Parameters
    ----------
    featurizer, model : str
        Names in :data:`nmr_core.features.FEATURIZERS` (or a stack of them) and :data:`MODELS`.
    seed : int
        Of the model.
    task : {"regression", "classification"}
        y is float (n_samples, n_targets), or labels (n_samples,).
    targets : sequence of str
        Names of what is predicted, for models that treat each in its own way.
    featurizer_options, model_options : dict, optional
        Options that differ from their defaults.

    Returns
    -------
    GroupedPipeline
        It takes curves (n_samples, n_settings, n_times). In ``fit(X, y, groups=None)`` rows of one
        group (a curve and its mirror images) stay together wherever the model divides its rows.

    Raises
    ------
    InputError
        If a name or an option does not exist.
    """
    if model not in MODELS:
        raise InputError(f"There is no model {str(model)[:60]!r}; there are {', '.join(MODELS)}.")
    # Refuse what is no option, "seed" too, before it can be taken for an argument
    for name in model_options or {}:
        MODELS[model].parameters[name]
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
