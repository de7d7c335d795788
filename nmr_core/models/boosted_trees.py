"""Fitted gradient boosting as plain arrays, which every version of scikit-learn can read."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor

BLOCK = 2000
"""Samples that are predicted together."""


class BoostedTrees(BaseEstimator):
    r"""Sum of regression trees, :math:`f(x) = b + \sum_k v_k(x)`.

    Node j of tree k sends x to the left if ``x[feature] <= threshold``; a leaf is its own child.

    Attributes
    ----------
    baseline_ : float
    feature_, left_, right_ : int32 array, (n_trees, n_nodes)
    threshold_, value_ : float64 array, (n_trees, n_nodes)
    depth_ : int
        Of the deepest tree.
    """

    @classmethod
    def of(cls, model: HistGradientBoostingRegressor) -> "BoostedTrees":
        """Return the trees of a fitted model on numbers without missing values."""
        nodes = [predictor.nodes for (predictor,) in model._predictors]
        n_nodes = max(map(len, nodes))
        trees = cls()
        shape = (len(nodes), n_nodes)
        trees.baseline_ = float(np.ravel(model._baseline_prediction)[0])
        trees.depth_ = int(max(tree["depth"].max() for tree in nodes))
        trees.feature_ = np.zeros(shape, np.int32)
        trees.left_, trees.right_ = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        trees.threshold_, trees.value_ = np.zeros(shape), np.zeros(shape)
        for k, tree in enumerate(nodes):
            own, leaf = np.arange(len(tree)), tree["is_leaf"].astype(bool)
            trees.feature_[k, own] = np.where(leaf, 0, tree["feature_idx"])
            trees.threshold_[k, own] = np.where(leaf, 0.0, tree["num_threshold"])
            trees.left_[k, own] = np.where(leaf, own, tree["left"])
            trees.right_[k, own] = np.where(leaf, own, tree["right"])
            trees.value_[k, own] = tree["value"]
        return trees

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return f(x) of each sample, (n,), for X of shape (n, n_features)."""
        X = np.asarray(X, float)
        blocks = [self._block(X[k : k + BLOCK]) for k in range(0, len(X), BLOCK)]
        return np.concatenate(blocks) if blocks else np.empty(0)

    def _block(self, X: np.ndarray) -> np.ndarray:
        tree = np.arange(len(self.feature_))
        sample = np.arange(len(X))[:, None]
        node = np.zeros((len(X), len(tree)), np.int32)
        for _ in range(self.depth_):
            goes_left = X[sample, self.feature_[tree, node]] <= self.threshold_[tree, node]
            node = np.where(goes_left, self.left_[tree, node], self.right_[tree, node])
        return self.baseline_ + self.value_[tree, node].sum(axis=1)
