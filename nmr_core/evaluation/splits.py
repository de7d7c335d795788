"""Which samples are trained on and which are only ever predicted: decided by sample, before anything else."""

import hashlib
from collections.abc import Iterable

import numpy as np

from nmr_core.errors import InputError


def split_samples(n_samples: int, test: float | int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted indices (train, test): a random permutation cut once. ``test`` is a share in (0, 1) or a number of samples."""
    n_test = round(test * n_samples) if 0 < test < 1 else int(test)
    if not 2 <= n_test <= n_samples - 10:
        raise InputError(f"A split needs at least 2 test and 10 training curves, got {n_test} and {n_samples - n_test} "
                         f"of {n_samples}. Use a larger data set or another test share.")
    order = np.random.default_rng(seed).permutation(n_samples)
    return np.sort(order[n_test:]), np.sort(order[:n_test])


def refuse_duplicates(curves: np.ndarray | Iterable[np.ndarray], train: np.ndarray, test: np.ndarray) -> None:
    """Refuse a split whose test part holds a curve that is also trained on, bit for bit.

    curves : (n_samples, n_settings, n_times), or batches of them in order. Compared are hashes of 64 bits: that two different
             ones among a million agree has a chance of 1e-7.
    """
    batches = [curves] if isinstance(curves, np.ndarray) else curves
    keys = np.concatenate([np.fromiter(map(_key, batch), np.uint64, len(batch)) for batch in batches])
    shared = np.isin(keys[test], keys[train]).sum()
    if shared:
        raise InputError(f"{shared} of the {len(test)} test curves are also in the training part, bit for bit. "
                         "Remove the duplicates from the data set: a score on them means nothing.")


def _key(curve: np.ndarray) -> int:
    return int.from_bytes(hashlib.blake2b(np.ascontiguousarray(curve), digest_size=8).digest(), "little")
