"""Gradient boosting as plain arrays: the numbers of scikit-learn, without its classes."""

import numpy as np
import skops.io
from sklearn.ensemble import HistGradientBoostingRegressor

from nmr_core.models.boosted_trees import BoostedTrees


def test_the_arrays_predict_what_the_model_predicts(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 5)).astype(np.float32)
    y = X[:, 0] + np.abs(X[:, 1]) * rng.normal(size=400)
    model = HistGradientBoostingRegressor(loss="quantile", quantile=0.7, max_iter=20).fit(X, y)
    trees = BoostedTrees.of(model)
    np.testing.assert_allclose(trees.predict(X), model.predict(X), rtol=0, atol=1e-12)
    assert trees.predict(X[:0]).shape == (0,)
    skops.io.dump(trees, tmp_path / "trees.skops")
    types = skops.io.get_untrusted_types(file=tmp_path / "trees.skops")
    assert types == ["nmr_core.models.boosted_trees.BoostedTrees"]
