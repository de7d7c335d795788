"""How few features are enough: the run's model again, on the k best of them."""

import numpy as np
from sklearn.base import BaseEstimator, clone

from nmr_core.evaluation.explain.explanation import TopK
from nmr_core.evaluation.explain.held import Held
from nmr_core.evaluation.explain.ranking import ranked
from nmr_core.learning.augment import maps_of, repeated, takes_groups, with_copies
from nmr_core.models import pipeline
from nmr_core.progress import Progress, silent

N_TRAIN = 2000
"""Training curves that the models of the curve learn from, at most (0: all of them)."""
RESAMPLES = 300


def sizes(n_features: int) -> list[int]:
    """1, 2, 5, 10, 20, 50 ... below ``n_features``, and ``n_features``."""
    steps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return [k for k in steps if k < n_features] + [n_features]


def top_k(
    held: Held, *, n_train: int = N_TRAIN, seed: int = 0, progress: Progress = silent
) -> TopK:
    """Rank on the training part, fit on it again (with the mirrored copies that the run had, without its fresh curves), score
    on the test part."""
    train = held.train
    if n_train and len(train) > n_train:
        train = np.sort(np.random.default_rng(seed).choice(train, n_train, replace=False))
    maps = [m for m in maps_of(held.dataset) if m.name in held.run.manifest.symmetries]
    X, y = (
        held.features(with_copies(held.dataset.curves(train), maps)),
        repeated(held.truth[train], maps),
    )
    groups = (
        {"groups": repeated(np.arange(len(train)), maps)}
        if maps and takes_groups(held.model)
        else {}
    )
    X_test, y_test = held.features(held.dataset.curves(held.test)), held.truth[held.test]
    order, how = ranked(
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
        progress(
            20 + 80 * number // len(every),
            100,
            f"training on the best {k:,} of {X.shape[1]:,} features",
        )
        best = np.sort(order[:k])
        outputs = _answers(held, X[:, best], y, X_test[:, best], k == every[-1], groups)
        if outputs is not None:
            scores.append(_with_interval(held, outputs, y_test, seed))
            used.append(k)
    return TopK(
        how,
        order,
        np.array(used),
        _measures(held),
        np.array(scores),
        _baseline(held, y, y_test),
        len(train),
    )


def _answers(
    held: Held, X: np.ndarray, y: np.ndarray, X_test: np.ndarray, all_of_them: bool, groups: dict
) -> np.ndarray | None:
    """Test outputs of the run's model, fitted anew; None if it cannot take so few features."""
    try:
        return held.predict(X_test, _fresh(held).fit(X, y, **groups))
    except (ValueError, IndexError):
        if all_of_them:
            raise
        return None


def _fresh(held: Held) -> BaseEstimator:
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


def _measures(held: Held) -> tuple[str, ...]:
    return held.measures[:1] if held.classifies else held.measures


def _with_interval(held: Held, outputs: np.ndarray, truth: np.ndarray, seed: int) -> np.ndarray:
    """(n_measures, 3): score, and its 95 % interval from a bootstrap over test curves."""
    rng, n = np.random.default_rng(seed), len(truth)
    rows = [np.arange(n)] + [rng.integers(0, n, n) for _ in range(RESAMPLES)]
    found = np.array([held.score(held.loss(outputs[row], truth[row])) for row in rows])[
        :, : len(_measures(held))
    ]
    return np.stack([found[0], *np.nanpercentile(found[1:], [2.5, 97.5], axis=0)], axis=1)


def _baseline(held: Held, y: np.ndarray, y_test: np.ndarray) -> np.ndarray:
    """Scores of the training mean, or of the most frequent class of the training part."""
    if held.classifies:
        names, counts = np.unique(y, return_counts=True)
        outputs = np.repeat(
            (np.array(held.outputs) == names[counts.argmax()])[None].astype(float),
            len(y_test),
            axis=0,
        )
    else:
        outputs = np.repeat(y.mean(axis=0, keepdims=True), len(y_test), axis=0)
    return held.score(held.loss(outputs, y_test))[: len(_measures(held))]
