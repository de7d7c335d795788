"""How much worse the predictions become when some features are taken from other curves."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from nmr_core.evaluation.explain.batches import batches
from nmr_core.evaluation.explain.groups import Group
from nmr_core.progress import Progress, silent

CALL_BYTES = 64e6
"""Features that one call of the model gets."""


def permuted(
    predict: Callable[[np.ndarray], np.ndarray],
    features: np.ndarray,
    loss: Callable[[np.ndarray], np.ndarray],
    groups: Sequence[Group],
    *,
    n_repeats: int = 5,
    seed: int = 0,
    progress: Progress = silent,
) -> np.ndarray:
    """Rise of the loss, (n_groups, n_measures, n_repeats): loss(f(X with the group's columns shuffled)) - loss(f(X)).

    predict  : features (n, n_features) -> outputs (n, n_outputs)
    features : held-out, float32 (n_samples, n_features)
    loss     : outputs -> (n_measures,)
    All groups are shuffled by the same ``n_repeats`` permutations, so that what differs between them is the group.
    """
    rng, n = np.random.default_rng(seed), len(features)
    orders = [rng.permutation(n) for _ in range(n_repeats)]
    base = loss(predict(features))
    values = np.zeros((len(groups), len(base), n_repeats))
    per_call = max(1, int(CALL_BYTES / features.nbytes))
    done = 0
    for work in batches(list(product(range(len(groups)), range(n_repeats))), per_call):
        stack = np.repeat(features[None], len(work), axis=0)
        for shuffled, (group, repeat) in zip(stack, work, strict=True):
            columns = groups[group].columns
            shuffled[:, columns] = features[np.ix_(orders[repeat], columns)]
        outputs = predict(stack.reshape(-1, features.shape[1]))
        for output, (group, repeat) in zip(outputs.reshape(len(work), n, -1), work, strict=True):
            values[group, :, repeat] = loss(output) - base
        done += len(work)
        progress(done, len(groups) * n_repeats, "shuffling features")
    return values
