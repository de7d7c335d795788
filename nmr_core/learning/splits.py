"""Which samples are trained on and which are only ever predicted: decided by sample, before anything else."""

import hashlib
from collections.abc import Iterable

import numpy as np

from nmr_core.errors import InputError

MEMBERS = 6
"""Samples that a class needs: one to test, and five to train on, as models divide them into five once more."""


def split_samples(
    n_samples: int,
    test: float | int,
    seed: int,
    classes: np.ndarray | None = None,
    draws: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Sorted indices (train, test): a random permutation cut once. ``test`` is a share in (0, 1) or a number of samples.

    classes : text (n_samples,): every class is cut in the same ratio, so that it is in both parts
    draws   : int (n_samples,): samples with the same number stay on one side (the test part is then about that large)
    """
    n_test = round(test * n_samples) if 0 < test < 1 else int(test)
    if not 2 <= n_test <= n_samples - 10:
        raise InputError(
            f"A split needs at least 2 test and 10 training curves, got {n_test} and {n_samples - n_test} "
            f"of {n_samples}. Use a larger data set or another test share."
        )
    if classes is not None:
        _refuse_rare(classes)
    rng = np.random.default_rng(seed)
    if draws is not None and len(np.unique(draws)) < n_samples:
        is_test = _together(draws, classes, n_test, rng)
    else:
        is_test, order = np.zeros(n_samples, bool), rng.permutation(n_samples)
        is_test[order[:n_test] if classes is None else order[_shares(classes[order], n_test)]] = (
            True
        )
    _refuse_absent(classes, is_test)
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def _refuse_rare(classes: np.ndarray) -> None:
    names, counts = np.unique(classes, return_counts=True)
    rare = int(np.argmin(counts))
    if counts[rare] < MEMBERS:
        samples = "1 sample" if counts[rare] == 1 else f"{counts[rare]} samples"
        raise InputError(
            f"The class {names[rare]} has {samples}; at least {MEMBERS} of every class are needed, to test one and "
            "to train on five. Add samples of it, or leave it out."
        )


def _refuse_absent(classes: np.ndarray | None, is_test: np.ndarray) -> None:
    """Every class must be tested, and have enough to be trained on."""
    for name in () if classes is None else np.unique(classes):
        n, n_test = int((classes == name).sum()), int(is_test[classes == name].sum())
        if not 1 <= n_test <= n - MEMBERS + 1:
            raise InputError(
                f"With {int(is_test.sum())} test curves the class {name} would have {n_test} of its {n} samples to "
                f"test and {n - n_test} to train on; 1 and {MEMBERS - 1} are needed. Use another test share."
            )


def _shares(labels: np.ndarray, n_test: int) -> np.ndarray:
    """Positions of ``n_test`` items, from every label its share, by largest remainders, those that stand first; at least one of
    each if there is room."""
    names, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    wanted = n_test * counts / len(labels)
    taken = np.floor(wanted).astype(int)
    if n_test >= len(names):
        taken = np.maximum(taken, 1)
    while taken.sum() > n_test:  # those that were raised to one are paid by the largest
        taken[np.argmax(taken - wanted + 1e6 * (taken > 1))] -= 1
    for k in np.argsort(taken - wanted, kind="stable")[: n_test - taken.sum()]:
        taken[k] += 1
    return np.concatenate([np.flatnonzero(place == k)[:n] for k, n in enumerate(taken)])


def _together(
    draws: np.ndarray, classes: np.ndarray | None, n_test: int, rng: np.random.Generator
) -> np.ndarray:
    """Whether each sample is in the test part: whole draws, among them every combination of classes in the same ratio."""
    numbers, place, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    kinds = sizes.astype(str)
    if classes is not None:
        order = np.lexsort([classes, place])
        kinds = np.array(
            ["|".join(several) for several in np.split(classes[order], np.cumsum(sizes)[:-1])]
        )
    shuffled = rng.permutation(len(numbers))
    n_draws = min(max(1, round(n_test * len(numbers) / len(draws))), len(numbers) - 1)
    is_test = np.zeros(len(numbers), bool)
    is_test[shuffled[_shares(kinds[shuffled], n_draws)]] = True
    return is_test[place]


def refuse_duplicates(
    curves: np.ndarray | Iterable[np.ndarray], train: np.ndarray, test: np.ndarray
) -> None:
    """Refuse a split whose test part holds a curve that is also trained on, bit for bit.

    curves : (n_samples, n_settings, n_times), or batches of them in order. Compared are hashes of 64 bits: that two different
             ones among a million agree has a chance of 1e-7.
    """
    batches = [curves] if isinstance(curves, np.ndarray) else curves
    keys = np.concatenate(
        [np.fromiter(map(_key, batch), np.uint64, len(batch)) for batch in batches]
    )
    shared = np.isin(keys[test], keys[train]).sum()
    if shared:
        raise InputError(
            f"{shared} of the {len(test)} test curves are also in the training part, bit for bit. "
            "Remove the duplicates from the data set: a score on them means nothing."
        )


def _key(curve: np.ndarray) -> int:
    return int.from_bytes(
        hashlib.blake2b(np.ascontiguousarray(curve), digest_size=8).digest(), "little"
    )
