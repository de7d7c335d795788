"""Augmentation: symmetries that turn a signal into another one of the same parameters."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.joined import origins
from nmr_core.errors import InputError
from nmr_core.storage.seeds import Purpose, side_stream
from nmr_core.symmetries import Symmetry, symmetries_of
from nmr_core.weights import repeats


def maps_of(
    dataset: EchoDataset, requested: bool | None = None, default: bool | None = None
) -> tuple[Symmetry, ...]:
    """The symmetries to train with.

    Parameters
    ----------
    dataset : EchoDataset
        Signals with their parameters.
    requested : bool or None
        True: all of the data set, refused where it has none; False: none; None: as ``default``.
    default : bool or None
        Of the recipe. False: none; otherwise all that the data set has.
    """
    use = default if requested is None else requested
    if use is False:
        return ()
    maps = _symmetries(dataset)
    if requested and not maps:
        raise InputError(
            "No map is known that turns these curves into others of the same parameters: the "
            "preset has none, or it is unknown, or a measurement effect breaks it. Train without "
            "symmetries."
        )
    return maps


def _symmetries(dataset: EchoDataset) -> tuple[Symmetry, ...]:
    """The symmetries of a data set; of a joined one those that all its parts have."""
    if not dataset.manifest.joined:
        return symmetries_of(dataset)
    each = [
        symmetries_of(
            SimpleNamespace(
                preset=origin.preset,
                manifest=SimpleNamespace(
                    effects=origin.stored["effects"] + dataset.manifest.effects
                ),
            )
        )
        for origin in origins(dataset.manifest)
    ]
    return tuple(symmetry for symmetry in each[0] if all(symmetry in others for others in each[1:]))


def with_copies(signals: np.ndarray, maps: Sequence[Symmetry]) -> np.ndarray:
    """Signals, then their images: complex64 ((1 + n_maps) n_samples, n_settings, n_times)."""
    if not maps:
        return signals
    n_bad = int((~np.isfinite(signals)).any(axis=(1, 2)).sum())
    # Refused here, before the images would be counted too
    if n_bad:
        raise InputError(
            f"{n_bad} of {len(signals)} curves hold NaN or infinity. Remove them first."
        )
    images = [m.apply(signals).astype(signals.dtype, copy=False) for m in maps]
    return np.concatenate([signals, *images])


def repeated(values: np.ndarray, maps: Sequence[Symmetry]) -> np.ndarray:
    """Values per sample (targets, or groups) for every row of :func:`with_copies`."""
    return np.concatenate([values] * (1 + len(maps)))


def drawn_by_weight(weights: np.ndarray, seed: int) -> np.ndarray:
    """Positions of samples, each about as often as its weight says, int (n_rows,), rising."""
    times = repeats(weights, side_stream(seed, Purpose.REPEATED_SAMPLES))
    return np.repeat(np.arange(len(weights)), times)


def fit_with_copies(
    pipe: Pipeline,
    signals: np.ndarray,
    y: np.ndarray,
    maps: Sequence[Symmetry],
    samples: np.ndarray | None = None,
    numbers: pd.DataFrame | None = None,
) -> None:
    """Fit a pipeline on signals and their images.

    A model that divides its rows (``fit(..., groups=...)``) gets the sample of each row, so that a
    signal and its images stay together. ``samples`` : int (n_rows,), where rows are repeated.
    ``numbers`` : (n_rows, n_numbers), for a model that learns them beside the class.
    """
    further = {}
    if (maps or samples is not None) and takes_groups(pipe[-1]):
        own = np.arange(len(signals)) if samples is None else samples
        further["model__groups"] = repeated(own, maps)
    if numbers is not None and numbers.size and has_fit_parameter(pipe[-1], "numbers"):
        further["model__numbers"] = repeated(numbers.to_numpy(float), maps)
    pipe.fit(with_copies(signals, maps), repeated(y, maps), **further)


def takes_groups(model: BaseEstimator) -> bool:
    """Whether ``fit`` has an argument ``groups``: which rows come from the same sample."""
    return has_fit_parameter(model, "groups")
