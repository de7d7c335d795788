"""How few features suffice: the run's model, trained again on its k best features."""

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.feature_selection import f_classif, f_regression

from nmr_core.evaluation.explain.explanation import TopK
from nmr_core.evaluation.explain.held_out import HeldOut
from nmr_core.evaluation.explain.importance import Group, permuted, tree_importances
from nmr_core.learning.augment import maps_of, repeated, takes_groups, with_copies
from nmr_core.learning.metrics import weighted_mean
from nmr_core.models import pipeline
from nmr_core.progress import Progress, silent

N_TRAIN = 2000
"""Training curves of each of these models, at most (0: all of them)."""
RESAMPLES = 300
"""Bootstrap samples of the test curves."""
MAX_SHUFFLED = 600
"""Most features that are ranked by shuffling each; more are ranked by a test of each alone."""
N_SHUFFLED = 300
"""Training curves on which features are shuffled."""


def sizes(n_features: int) -> list[int]:
    """1, 2, 5, 10, 20, 50 ... below ``n_features``, and ``n_features``."""
    steps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return [k for k in steps if k < n_features] + [n_features]


def top_k(
    held: HeldOut, *, n_train: int = N_TRAIN, seed: int = 0, progress: Progress = silent
) -> TopK:
    """Score of the run's model, trained again on its 1, 2, 5, ... best features.

    Features are ranked and models are trained on the training part only (with the mirrored copies
    that the run had, without the curves that were simulated while it trained); they are scored on
    the test part.

    Parameters
    ----------
    held : HeldOut
        Held-out part of the run.
    n_train : int
        Training curves, at most; 0: all of them.
    seed : int
        Of the choice of curves, of shuffles and of the bootstrap.
    progress : Progress
        Called with (done, total, message).
    """
    train = held.train
    if n_train and len(train) > n_train:
        train = np.sort(np.random.default_rng(seed).choice(train, n_train, replace=False))
    maps = [m for m in maps_of(held.dataset) if m.name in held.run.manifest.symmetries]
    X = held.features(with_copies(held.dataset.curves(train), maps))
    y = repeated(held.truth[train], maps)
    groups = {}
    if maps and takes_groups(held.model):
        groups = {"groups": repeated(np.arange(len(train)), maps)}
    X_test, y_test = held.features(held.dataset.curves(held.test)), held.truth[held.test]
    order, ranked_by = ranked(
        held.model,
        X[: len(train)],
        y[: len(train)],
        held.predict,
        held.loss,
        seed=seed,
        progress=lambda done, total, text: progress(20 * done // total, 100, "ranking features"),
    )
    every, scores, used = sizes(X.shape[1]), [], []
    for number, k in enumerate(every):
        message = f"training on the best {k:,} of {X.shape[1]:,} features"
        progress(20 + 80 * number // len(every), 100, message)
        best = np.sort(order[:k])
        outputs = _outputs(held, X[:, best], y, X_test[:, best], k == every[-1], groups)
        if outputs is not None:
            scores.append(_with_interval(held, outputs, y_test, seed))
            used.append(k)
    return TopK(
        ranked_by,
        order,
        np.array(used),
        _measures(held),
        np.array(scores),
        _baseline(held, y, y_test, repeated(held.weights[train], maps)),
        len(train),
    )


def _outputs(
    held: HeldOut, X: np.ndarray, y: np.ndarray, X_test: np.ndarray, is_last: bool, groups: dict
) -> np.ndarray | None:
    """Test outputs of the run's model, fitted again; None if it does not accept so few features."""
    try:
        return held.predict(X_test, _unfitted(held).fit(X, y, **groups))
    except (ValueError, IndexError):
        if is_last:
            raise
        return None


def _unfitted(held: HeldOut) -> BaseEstimator:
    """The run's model, unfitted."""
    try:
        return clone(held.model)
    except AttributeError:  # saved by a version whose model had other options
        m = held.run.manifest
        return pipeline(
            m.featurizer,
            m.model,
            seed=m.seed,
            task=m.task,
            targets=held.run.targets,
            featurizer_options=m.featurizer_options,
            model_options=m.model_options,
        )[-1]


def _measures(held: HeldOut) -> tuple[str, ...]:
    return held.measures[:1] if held.classifies else held.measures


def _with_interval(held: HeldOut, outputs: np.ndarray, truth: np.ndarray, seed: int) -> np.ndarray:
    """Score and its 95 % interval from a bootstrap over the test curves, (n_measures, 3)."""
    rng, n = np.random.default_rng(seed), len(truth)
    resamples = [np.arange(n)] + [rng.integers(0, n, n) for _ in range(RESAMPLES)]
    w = held.weights[held.test]
    losses = [held.loss(outputs[rows], truth[rows], w[rows]) for rows in resamples]
    scores = np.array([held.score(loss) for loss in losses])
    scores = scores[:, : len(_measures(held))]
    return np.stack([scores[0], *np.nanpercentile(scores[1:], [2.5, 97.5], axis=0)], axis=1)


def _baseline(held: HeldOut, y: np.ndarray, y_test: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Scores of the training mean, or of the most frequent class of the training part."""
    if held.classifies:
        names, counts = np.unique(y, return_counts=True)
        constant = (np.array(held.outputs) == names[counts.argmax()]).astype(float)
    else:
        constant = weighted_mean(y, weights)
    outputs = np.repeat(constant[None], len(y_test), axis=0)
    loss = held.loss(outputs, y_test, held.weights[held.test])
    return held.score(loss)[: len(_measures(held))]


def ranked(
    model: BaseEstimator,
    features: np.ndarray,
    truth: np.ndarray,
    predict: Callable[[np.ndarray], np.ndarray],
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[np.ndarray, str]:
    """Rank features on training curves.

    Parameters
    ----------
    model : estimator
        Fitted.
    features : float array, (n_train, n_features)
        Features of the signals.
    truth : array, (n_train, n_targets) or (n_train,)
        True values.
    predict, loss : callable
        As of :class:`HeldOut`.
    seed : int
        Seed of the random numbers.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    order : int array, (n_features,)
        Columns, best first.
    ranked_by : str
        How, in words: by the impurity of trees; else by shuffling each feature, or, if there are
        more than ``MAX_SHUFFLED``, by an F test of each alone.
    """
    n_targets = truth.shape[1] if truth.ndim == 2 else 1
    trees = tree_importances(model, tuple(map(str, range(n_targets))))
    if trees is not None:
        return _order(trees[1].sum(axis=1)), "impurity importance"
    n_features = features.shape[1]
    if n_features > MAX_SHUFFLED:
        how = "each feature's own relation with the targets (F test)"
        return _order(_f_tests(features, truth)), how
    some = np.sort(np.random.default_rng(seed).permutation(len(features))[:N_SHUFFLED])
    single = [Group("", "", 0, np.array([k]), (0, 0), False) for k in range(n_features)]
    increase = permuted(
        predict,
        features[some],
        lambda outputs: loss(outputs, truth[some]),
        single,
        n_repeats=2,
        seed=seed,
        progress=progress,
    )
    importance = np.nan_to_num(increase.mean(axis=2)).sum(axis=1)
    return _order(importance), "permutation of each feature"


def _order(importance: np.ndarray) -> np.ndarray:
    return np.argsort(-importance, kind="stable")


def _f_tests(features: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Sum over the targets of log(1 + F), (n_features,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if truth.ndim == 1:
            tests = [f_classif(features, truth)]
        else:
            tests = [f_regression(features, column) for column in truth.T]
    return np.sum([np.log1p(np.nan_to_num(F, posinf=1e30)) for F, _ in tests], axis=0)
