"""Explain a run: permutation and impurity importance, sensitivity, and the k best features."""

import time as clock
from collections.abc import Sequence
from typing import Any

import numpy as np

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.evaluation.explain import sensitivity as slopes_of
from nmr_core.evaluation.explain.explanation import (
    Explanation,
    Importance,
    Impurity,
    Sensitivity,
    importance_of,
)
from nmr_core.evaluation.explain.held_out import HeldOut
from nmr_core.evaluation.explain.importance import groups_of, permuted, tree_importances
from nmr_core.evaluation.explain.top_k import N_SHUFFLED, N_TRAIN, sizes, top_k
from nmr_core.learning.run import Run, RunManifest
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent

PARTS = ("importance", "impurity", "sensitivity", "top_k")
N_REPEATS = Parameter(
    "n_repeats",
    "repeats",
    "",
    1,
    100,
    5,
    integer=True,
    description="Shuffles of each group of features.",
)
N_CURVES = Parameter(
    "n_curves",
    "curves",
    "",
    2,
    100_000,
    500,
    integer=True,
    description="Held-out curves that are shuffled.",
)
START = 0.3
"""Seconds before the first part."""
FROM_FEATURES = 3e-6
"""Seconds that a prediction takes from the features of a curve, at most, in large batches."""
N_FEATURES = 200
"""Features of a curve, about."""
PER_FIT = 0.7
"""Processor time of a fit on the best features over that of the run, mean over their numbers."""
N_MOVED = 36
"""Curves whose sensitivity is measured."""


def explain(
    run: Run,
    dataset: EchoDataset | None = None,
    *,
    parts: Sequence[str] = PARTS,
    n_repeats: int = 5,
    n_curves: int = 500,
    n_blocks: int = slopes_of.N_BLOCKS,
    n_train: int = N_TRAIN,
    seed: int = 0,
    progress: Progress = silent,
) -> Explanation:
    """Explain a run on held-out curves of its data set.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    dataset : EchoDataset, optional
        The data set that the run was tested on; default: found by its id.
    parts : sequence of str
        Of ``PARTS``; a part that the model does not have (impurity without trees) stays None.
    n_repeats : int
        Shuffles of each group of features.
    n_curves : int
        Held-out curves that are shuffled, at most.
    n_blocks : int
        Blocks of the time axis for the sensitivity.
    n_train : int
        Training curves of the models on the k best features; 0: all of the training part.
    seed : int
        Of shuffles and choices.
    progress : Progress
        Called with (done, total, message).

    Raises
    ------
    InputError
        An unknown part, or another data set than the run's.
    """
    parts = _checked(parts)
    n_repeats, n_curves = N_REPEATS.check(n_repeats), N_CURVES.check(n_curves)
    begin = clock.perf_counter()
    progress(0, 100, "reading held-out curves")
    held = HeldOut(run, dataset)
    some = held.some(n_curves, seed)
    curves = held.dataset.curves(some)
    results: dict[str, Any] = {}
    for number, part in enumerate(parts):
        report = part_of(progress, 100 * number / len(parts), 100 * (number + 1) / len(parts))
        if part == "importance":
            results[part] = _importance(held, curves, some, n_repeats, seed, report)
        elif part == "impurity":
            trees = tree_importances(held.model, run.targets)
            results[part] = None if trees is None else Impurity(*trees)
        elif part == "sensitivity":
            results[part] = _sensitivity(held, n_blocks, seed, report)
        else:
            results[part] = top_k(held, n_train=n_train, seed=seed, progress=report)
    magnitude = np.abs(curves)
    low, high = np.percentile(magnitude, [5, 95], axis=0)
    echo = np.stack([magnitude.mean(axis=0), low, high]).astype(np.float32)
    progress(100, 100, "explained")
    return Explanation(
        run.id,
        run.manifest.created,
        run.manifest.dataset,
        run.task,
        held.dataset.time,
        echo,
        tuple(map(str, held.featurizer.get_feature_names_out())),
        np.asarray(held.featurizer.support(), dtype=int),
        seed,
        clock.perf_counter() - begin,
        versions=versions(),
        **results,
    )


def _checked(parts: Sequence[str]) -> list[str]:
    for part in parts:
        if part not in PARTS:
            raise InputError(
                f"A part of an explanation is one of {', '.join(PARTS)}, got {str(part)[:60]!r}."
            )
    if not parts:
        raise InputError(f"An explanation needs at least one part of {', '.join(PARTS)}.")
    return list(dict.fromkeys(parts))


def _importance(
    held: HeldOut,
    curves: np.ndarray,
    samples: np.ndarray,
    n_repeats: int,
    seed: int,
    progress: Progress,
) -> Importance:
    features, truth, weights = held.features(curves), held.truth[samples], held.weights[samples]
    groups = groups_of(held.featurizer.support(), held.featurizer.get_feature_names_out())
    values = permuted(
        held.predict,
        features,
        lambda outputs: held.loss(outputs, truth, weights),
        groups,
        n_repeats=n_repeats,
        seed=seed,
        progress=progress,
    )
    base = held.score(held.loss(held.predict(features), truth, weights))
    return importance_of(
        groups, held.measures, np.nan_to_num(values).astype(np.float32), base, len(samples)
    )


def _sensitivity(held: HeldOut, n_blocks: int, seed: int, progress: Progress) -> Sensitivity:
    samples = held.some(N_MOVED, seed)
    curves, m = held.dataset.curves(samples), held.run.manifest
    edges = slopes_of.edges_of(curves.shape[-1], max(8, n_blocks // curves.shape[1]))
    step, noise, change = slopes_of.chosen_step(held.answer, curves, edges)
    slopes = slopes_of.slopes(held.answer, curves, edges, step, progress)
    scale = np.ones(len(held.outputs))
    if not held.classifies:
        specs = [m.targets[name] for name in held.outputs]
        scale = np.array([spec["high"] - spec["low"] for spec in specs])
    return Sensitivity(
        held.outputs,
        samples,
        edges,
        slopes.astype(np.float32),
        scale,
        step,
        noise,
        change,
        change < slopes_of.LITTLE,
    )


def estimate(
    manifest: RunManifest, parts: Sequence[str] = PARTS, n_repeats: int = 5, n_curves: int = 500
) -> float:
    """Expected duration of :func:`explain` in seconds.

    It follows from the processor time that training and predicting took.
    """
    # Large batches of features that are computed already take 0.15 of the time from the curve, and
    # little where most of that is the time of the features
    per_curve = 0.15 * (manifest.predict_seconds or 0.2) / 1000
    if manifest.featurizer != "raw":
        per_curve = min(per_curve, FROM_FEATURES)
    curves = min(n_curves, manifest.n_test)
    per_fit = PER_FIT * (manifest.cpu_seconds or manifest.seconds)
    per_fit *= min(1.0, N_TRAIN / max(manifest.n_train, 1))
    seconds = {
        "importance": 150 * n_repeats * curves * per_curve,
        "impurity": 0.1,
        "sensitivity": 300 * min(N_MOVED, curves) * per_curve,
        "top_k": 2 * N_FEATURES * N_SHUFFLED * per_curve + len(sizes(N_FEATURES)) * per_fit,
    }
    return START + sum(seconds[part] for part in parts)
