"""Curves of a challenge: the training set, and test curves from a secret seed."""

import secrets
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.challenge.secret import effects_stream
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.generate import chunk_size, generate
from nmr_core.datasets.joined import KERNEL, join
from nmr_core.datasets.store import store_dataset
from nmr_core.effects import Context, apply_effects, effects_from
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of
from nmr_core.samples import sample_arrays
from nmr_core.storage.workspace import datasets_folder, new_id

SEED_BITS = 52


@dataclass(frozen=True, eq=False)
class Simulated:
    """Test curves with their truth.

    Parameters
    ----------
    parameters : DataFrame, (n_test, n_parameters)
        Truth.
    signals : complex64 array, (n_test, n_settings, n_times)
        In units of M.
    is_corrupted : bool array, (n_test,)
        Whether a curve has a measurement effect.
    """

    parameters: pd.DataFrame
    signals: np.ndarray
    is_corrupted: np.ndarray


def training_set(
    presets: tuple[Preset, ...], n_train: int, title: str, owner: str, progress: Progress
) -> EchoDataset:
    """A data set with truth in the present workspace; its seed is its own."""
    sizes = shares(n_train, len(presets))
    if len(presets) == 1:
        seed = secrets.randbits(SEED_BITS)
        return generate(
            presets[0],
            n_train,
            seed=seed,
            n_jobs=-1,
            path=datasets_folder() / new_id("ds"),
            title=title,
            owner=owner,
            progress=progress,
        )
    sources = []
    for k, (preset, size) in enumerate(zip(presets, sizes, strict=True)):
        seed = secrets.randbits(SEED_BITS)
        part = part_of(progress, 100 * k / len(presets), 100 * (k + 1) / len(presets))
        sources.append(generate(preset, size, seed=seed, n_jobs=-1, progress=part))
    joined = join(sources, title)
    store_dataset(joined, new_id("ds"), owner)
    return joined


def simulated(
    presets: tuple[Preset, ...],
    n_test: int,
    seed: int,
    effects: tuple[str, ...],
    progress: Progress,
) -> Simulated:
    """Test curves from a secret seed, in this process: the seed is passed to no other.

    Parameters
    ----------
    presets : tuple of Preset
        Priors, in equal parts, mixed at random.
    n_test : int
        Number of curves.
    seed : int
        Secret.
    effects : tuple of str
        Each curve of one half has one of them.
    progress : callable
        Called as progress(done, total, text).
    """
    tables, curves, done = [], [], 0
    for preset, size in zip(presets, shares(n_test, len(presets)), strict=True):
        step = chunk_size(preset)
        for start in range(done, done + size, step):
            stop = min(start + step, done + size)
            columns, signals = sample_arrays(preset, seed, start, stop)
            kernel = {} if len(presets) == 1 else {KERNEL: preset.base.material.kernel}
            tables.append(pd.DataFrame(columns).assign(**kernel))
            curves.append(signals)
            progress(stop, n_test, "simulating test curves")
        done += size
    signals = np.concatenate(curves)
    rng = effects_stream(seed)
    choice = rng.permutation(n_test) % (2 * len(effects)) if effects else np.full(n_test, -1)
    context = Context.of(presets[0].experiments()[0].protocol)
    effects_seed = int(rng.integers(2**62))
    for number, effect in enumerate(effects):
        rows = np.flatnonzero(choice == number)
        several = effects_from(effect)
        signals[rows] = apply_effects(several, context, signals[rows], effects_seed, rows)
    is_corrupted = (choice >= 0) & (choice < len(effects))
    order = rng.permutation(n_test)
    table = pd.concat(tables, ignore_index=True).iloc[order].reset_index(drop=True)
    return Simulated(table, signals[order], is_corrupted[order])


def shares(n: int, parts: int) -> list[int]:
    """A number as the sum of nearly equal ones."""
    return [n // parts + (k < n % parts) for k in range(parts)]
