"""What only the server knows of a challenge: truth, split and seed of its test curves."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from nmr_core.challenge.metrics import bootstrap_counts
from nmr_core.storage.arrays import DAMAGE, reading, write_arrays

FILE = "secret/truth.npz"
BITS = 128
"""Random bits of a seed."""
_SPLIT, _RESAMPLES, _EFFECTS = 1, 2, 3
"""Purposes of random streams."""


def new_seed() -> int:
    """A seed that can neither be guessed nor tried."""
    return secrets.randbits(BITS)


def stream(seed: int, purpose: int) -> np.random.Generator:
    """The random stream of a seed for one purpose."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose,)))


@dataclass(frozen=True, eq=False)
class Truth:
    """The truth of the test curves.

    Parameters
    ----------
    values : float64 array, (n_test, n_targets)
        Parameters; of a classification the number of the class.
    is_public : bool array, (n_test,)
        Whether a curve counts for the public board.
    is_corrupted : bool array, (n_test,)
        Whether it has measurement effects.
    counts : float64 array, (n_resamples, n_public)
        Bootstrap samples of the public part.
    private_counts : float64 array, (n_resamples, n_private)
        Bootstrap samples of the private part.
    """

    values: np.ndarray
    is_public: np.ndarray
    is_corrupted: np.ndarray
    counts: np.ndarray
    private_counts: np.ndarray


def split(
    values: np.ndarray, is_corrupted: np.ndarray, n_public: int, rng: np.random.Generator
) -> np.ndarray:
    """Choose the public part, stratified by corruption, class and first target.

    Parameters
    ----------
    values : float array, (n_test, n_targets)
        Truth.
    is_corrupted : bool array, (n_test,)
        Whether a curve has measurement effects.
    n_public : int
        Curves of the public part.
    rng : Generator
        From the secret seed.

    Returns
    -------
    bool array, (n_test,)
    """
    n = len(values)
    order = np.lexsort((rng.random(n), values[:, 0], is_corrupted))
    # Steps of a line with a random offset: as many as there are public curves, evenly spaced
    line = np.floor(np.arange(n + 1) * n_public / n + rng.random())
    is_public = np.zeros(n, bool)
    is_public[order] = np.diff(line) > 0
    missing = n_public - int(is_public.sum())
    if missing:
        others = np.flatnonzero(is_public == (missing < 0))
        is_public[rng.choice(others, abs(missing), replace=False)] = missing > 0
    return is_public


def store(
    folder: Path, seed: int, values: np.ndarray, is_corrupted: np.ndarray, n_public: int
) -> None:
    """Write the truth below the folder of a challenge, readable by its user alone."""
    path = folder / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrays = {
        "values": values,
        "is_corrupted": is_corrupted,
        "is_public": split(values, is_corrupted, n_public, stream(seed, _SPLIT)),
        "seed": np.frombuffer(seed.to_bytes(BITS // 8, "little"), np.uint8),
    }
    write_arrays(path, arrays)
    path.chmod(0o600)


def truth_of(folder: Path) -> Truth:
    """The truth of a challenge.

    Raises
    ------
    FailedError
        It is damaged.
    """
    path = folder / FILE
    with reading("truth of the challenge", folder, "Restore it from a backup.", DAMAGE):
        return _truth(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _truth(path: Path, _: int) -> Truth:
    with np.load(path, allow_pickle=False) as arrays:
        stored = {name: arrays[name] for name in arrays.files}
    seed = int.from_bytes(stored["seed"].tobytes(), "little")
    rng = stream(seed, _RESAMPLES)
    is_public = stored["is_public"]
    n_public = int(is_public.sum())
    counts = bootstrap_counts(n_public, rng)
    private_counts = bootstrap_counts(len(is_public) - n_public, rng)
    return Truth(stored["values"], is_public, stored["is_corrupted"], counts, private_counts)


def effects_stream(seed: int) -> np.random.Generator:
    """The random stream that chooses the effects of the test curves."""
    return stream(seed, _EFFECTS)
