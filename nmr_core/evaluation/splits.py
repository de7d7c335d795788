"""Which samples are trained on and which are only ever predicted: decided by sample, before anything else."""

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


def refuse_duplicates(signals: np.ndarray, train: np.ndarray, test: np.ndarray) -> None:
    """Refuse a split whose test part holds a curve that is also trained on, bit for bit."""
    keys = {index: signals[index].tobytes() for index in train}
    known = set(keys.values())
    shared = sum(signals[index].tobytes() in known for index in test)
    if shared:
        raise InputError(f"{shared} of the {len(test)} test curves are also in the training part, bit for bit. "
                         "Remove the duplicates from the data set: a score on them means nothing.")
