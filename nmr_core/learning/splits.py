"""Training and test part: split before anything else; the test part is never trained on."""

import hashlib
from collections.abc import Iterable

import numpy as np

from nmr_core.errors import InputError

MEMBERS = 6
"""Samples that a class needs: one to test, five to train on (models divide these into five)."""


def split_samples(
    n_samples: int,
    test: float | int,
    seed: int,
    classes: np.ndarray | None = None,
    draws: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Split samples at random.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    test : float or int
        Test part: a share in (0, 1), or a number of samples.
    seed : int
        Seed of the random numbers.
    classes : text array (n_samples,), optional
        Every class is split in the same ratio, so it is in both parts.
    draws : int array (n_samples,), optional
        Samples of the same draw stay in the same part; the test part then has about the requested
        size.

    Returns
    -------
    train, test : int array
        Sorted indices.

    Raises
    ------
    InputError
        If a part, or a class in it, would be too small.
    """
    n_test = round(test * n_samples) if 0 < test < 1 else int(test)
    if not 2 <= n_test <= n_samples - 10:
        raise InputError(
            f"A split needs at least 2 test and 10 training curves, got {n_test} and "
            f"{n_samples - n_test} of {n_samples}. Use a larger data set or another test share."
        )
    if classes is not None:
        _refuse_rare(classes)
    rng = np.random.default_rng(seed)
    if draws is not None and len(np.unique(draws)) < n_samples:
        is_test = _split_draws(draws, classes, n_test, rng)
    else:
        order = rng.permutation(n_samples)
        first = slice(n_test) if classes is None else _stratified(classes[order], n_test)
        is_test = np.zeros(n_samples, bool)
        is_test[order[first]] = True
    if classes is not None:
        _refuse_absent(classes, is_test)
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def _refuse_rare(classes: np.ndarray) -> None:
    names, counts = np.unique(classes, return_counts=True)
    rarest = int(np.argmin(counts))
    if counts[rarest] < MEMBERS:
        samples = "1 sample" if counts[rarest] == 1 else f"{counts[rarest]} samples"
        raise InputError(
            f"The class {names[rarest]} has {samples}; at least {MEMBERS} of every class are "
            "needed, to test one and "
            "to train on five. Add samples of it, or leave it out."
        )


def _refuse_absent(classes: np.ndarray, is_test: np.ndarray) -> None:
    """Every class must be tested, and have enough samples to be trained on."""
    for name in np.unique(classes):
        n = int((classes == name).sum())
        n_test = int(is_test[classes == name].sum())
        if not 1 <= n_test <= n - MEMBERS + 1:
            raise InputError(
                f"With {int(is_test.sum())} test curves the class {name} would have {n_test} of "
                f"its {n} samples to test and {n - n_test} to train on; 1 and {MEMBERS - 1} are "
                "needed. Use another test share."
            )


def _stratified(labels: np.ndarray, n_test: int) -> np.ndarray:
    """Positions of ``n_test`` items, of each label in proportion, at least one if possible."""
    names, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    quota = n_test * counts / len(labels)
    chosen = np.floor(quota).astype(int)
    if n_test >= len(names):
        chosen = np.maximum(chosen, 1)
    # Labels that were raised to one are paid for by the largest
    while chosen.sum() > n_test:
        chosen[np.argmax(chosen - quota + 1e6 * (chosen > 1))] -= 1
    # The rest goes to the largest remainders
    n_left = n_test - chosen.sum()
    for k in np.argsort(chosen - quota, kind="stable")[:n_left]:
        chosen[k] += 1
    return np.concatenate([np.flatnonzero(place == k)[:n] for k, n in enumerate(chosen)])


def _split_draws(
    draws: np.ndarray, classes: np.ndarray | None, n_test: int, rng: np.random.Generator
) -> np.ndarray:
    """Whether each sample is in the test part: whole draws, classes in the same ratio."""
    numbers, place, sizes = np.unique(draws, return_inverse=True, return_counts=True)
    # Each draw is labelled by its number of samples, or by its classes
    labels = sizes.astype(str)
    if classes is not None:
        order = np.lexsort([classes, place])
        per_draw = np.split(classes[order], np.cumsum(sizes)[:-1])
        labels = np.array(["|".join(several) for several in per_draw])
    shuffled = rng.permutation(len(numbers))
    n_draws = min(max(1, round(n_test * len(numbers) / len(draws))), len(numbers) - 1)
    is_test = np.zeros(len(numbers), bool)
    is_test[shuffled[_stratified(labels[shuffled], n_draws)]] = True
    return is_test[place]


def refuse_duplicates(
    signals: np.ndarray | Iterable[np.ndarray], train: np.ndarray, test: np.ndarray
) -> None:
    """:class:`InputError` if a test signal is also a training signal, bit for bit.

    Parameters
    ----------
    signals : array (n_samples, n_settings, n_times), or batches of it in order
        Compared by 64-bit hashes: two different ones among a million agree with a probability of
        1e-7.
    train, test : int array
        Indices.
    """
    batches = [signals] if isinstance(signals, np.ndarray) else signals
    hashes = [np.fromiter(map(_hash, batch), np.uint64, len(batch)) for batch in batches]
    keys = np.concatenate(hashes)
    n_shared = np.isin(keys[test], keys[train]).sum()
    if n_shared:
        raise InputError(
            f"{n_shared} of the {len(test)} test curves are also in the training part, bit for "
            "bit. Remove the duplicates from the data set: a score on them means nothing."
        )


def _hash(signal: np.ndarray) -> int:
    digest = hashlib.blake2b(np.ascontiguousarray(signal), digest_size=8).digest()
    return int.from_bytes(digest, "little")
