"""Decision trees: single, averaged (forests), or boosted."""

from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.tree import DecisionTreeClassifier

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import log, whole
from nmr_core.models.composite import PerTarget
from nmr_core.models.grouped import scaled
from nmr_core.models.random_forest import (
    EqualTargetsTree,
    ReportingExtraTrees,
    ReportingExtraTreesClassifier,
    ReportingForest,
    ReportingForestClassifier,
)
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.progress import report

FEATURES = {"sqrt": "sqrt", "third": 1 / 3, "all": 1.0}
"""Option ``max_features`` -> argument of scikit-learn."""
ROUNDS_PER_STEP = 25


class _Boosted:
    """Progress every 25 rounds, by warm starts; the trees are the same as without."""

    def fit(self, X, y):
        """Grow ``max_iter`` trees; for classes, that many per class."""
        n_rounds = self.max_iter
        try:
            for done in [*range(ROUNDS_PER_STEP, n_rounds, ROUNDS_PER_STEP), n_rounds]:
                self.set_params(max_iter=done, warm_start=done > ROUNDS_PER_STEP)
                super().fit(X, y)
                report(done, n_rounds, f"{done} rounds")
        finally:
            self.set_params(max_iter=n_rounds, warm_start=False)
        return self


class ReportingBoosting(_Boosted, HistGradientBoostingRegressor):
    """scikit-learn's HistGradientBoostingRegressor with progress, for one target."""


class ReportingBoostingClassifier(_Boosted, HistGradientBoostingClassifier):
    """scikit-learn's HistGradientBoostingClassifier with progress."""


def _tree(seed: int, min_samples_leaf: int = 5) -> BaseEstimator:
    tree = EqualTargetsTree(min_samples_leaf=min_samples_leaf, random_state=seed)
    return scaled(tree, single=True)


def _tree_classifier(seed: int, min_samples_leaf: int = 5) -> BaseEstimator:
    tree = DecisionTreeClassifier(min_samples_leaf=min_samples_leaf, random_state=seed)
    return scaled(tree, single=True)


def _averaged(kind: type, leaf: int, features: str):
    """Builder of a forest with these defaults."""

    def build(
        seed: int,
        n_estimators: int = 100,
        min_samples_leaf: int = leaf,
        max_features: str = features,
    ) -> BaseEstimator:
        forest = kind(
            n_estimators=n_estimators,
            min_samples_leaf=min_samples_leaf,
            max_features=FEATURES[max_features],
            n_jobs=-1,
            random_state=seed,
        )
        return scaled(forest, single=True)

    return build


def _boosting(
    seed: int, max_iter: int = 100, learning_rate: float = 0.1, max_leaf_nodes: int = 31
) -> BaseEstimator:
    boosting = ReportingBoosting(
        max_iter=max_iter,
        learning_rate=learning_rate,
        max_leaf_nodes=max_leaf_nodes,
        early_stopping=False,
        random_state=seed,
    )
    return scaled(PerTarget(boosting))


def _boosting_classifier(
    seed: int, max_iter: int = 100, learning_rate: float = 0.1, max_leaf_nodes: int = 31
) -> BaseEstimator:
    boosting = ReportingBoostingClassifier(
        max_iter=max_iter,
        learning_rate=learning_rate,
        max_leaf_nodes=max_leaf_nodes,
        early_stopping=False,
        random_state=seed,
    )
    return scaled(boosting)


def _leaf(default: int) -> Parameter:
    return whole(
        "min_samples_leaf",
        "leaf",
        1,
        100,
        default,
        "Minimum number of training curves in a leaf.",
        "curves",
    )


def _forest(leaf: int, features: str) -> ParameterSpace:
    return ParameterSpace(
        (
            whole("n_estimators", "trees", 10, 1000, 100, "Number of trees."),
            _leaf(leaf),
            Parameter(
                "max_features",
                "features",
                "",
                0,
                1,
                features,
                values=tuple(FEATURES),
                description="Features that each split may choose from: the square root of their "
                "number, a third, or all.",
            ),
        )
    )


ENTRIES = (
    ModelEntry(
        "decision_tree",
        "Decision tree",
        "One tree of thresholds on single features.",
        _tree,
        ParameterSpace((_leaf(5),)),
        family="trees",
        classify=_tree_classifier,
    ),
    ModelEntry(
        "random_forest",
        "Random forest",
        "Averages decision trees; robust, needs no tuning.",
        _averaged(ReportingForest, 2, "sqrt"),
        _forest(2, "sqrt"),
        family="trees",
        classify=_averaged(ReportingForestClassifier, 2, "sqrt"),
    ),
    ModelEntry(
        "extra_trees",
        "Extra trees",
        "Averages trees whose thresholds are drawn at random; often better than a forest, "
        "and faster.",
        _averaged(ReportingExtraTrees, 1, "third"),
        _forest(1, "third"),
        family="trees",
        classify=_averaged(ReportingExtraTreesClassifier, 1, "third"),
    ),
    ModelEntry(
        "hist_gradient_boosting",
        "Gradient boosting",
        "Trees that correct each other, one after the other, on binned "
        "features; one sequence per target.",
        _boosting,
        ParameterSpace(
            (
                whole("max_iter", "rounds", 1, 5000, 100, "Trees, one after the other."),
                log(
                    "learning_rate",
                    "learning rate",
                    1e-3,
                    1,
                    0.1,
                    "Fraction of each tree's correction that is added.",
                ),
                whole("max_leaf_nodes", "leaves", 2, 500, 31, "Maximum number of leaves per tree."),
            )
        ),
        family="trees",
        classify=_boosting_classifier,
    ),
)
