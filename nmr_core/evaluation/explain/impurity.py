"""What the splits of decision trees used: quick, but from training curves, and split up among features that say the same."""

import numpy as np
from sklearn.base import BaseEstimator


def tree_importances(
    model: BaseEstimator, targets: tuple[str, ...]
) -> tuple[tuple[str, ...], np.ndarray] | None:
    """(names of the columns, (n_features, n_columns)), or None for a model without trees.

    A forest for all targets has one column; one forest per target (a composite with ``estimators_``) has a column each.
    """
    model = getattr(model, "steps", [(None, model)])[-1][1]
    if hasattr(model, "feature_importances_"):
        return ("all targets",), np.asarray(model.feature_importances_, dtype=float)[:, None]
    several = getattr(model, "estimators_", ())
    if len(several) == len(targets) and all(
        hasattr(one, "feature_importances_") for one in several
    ):
        return tuple(targets), np.stack(
            [one.feature_importances_ for one in several], axis=1
        ).astype(float)
    return None
