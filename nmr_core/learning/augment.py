"""More training curves for nothing: maps that turn every echo of an ensemble into another echo of the same parameters."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.joined import origins
from nmr_core.errors import InputError
from nmr_core.symmetries import Symmetry, symmetries_of


def maps_of(
    dataset: EchoDataset, asked: bool | None = None, otherwise: bool | None = None
) -> tuple[Symmetry, ...]:
    """The maps to train with: those of the data set, unless they are not ``asked`` for (None: as ``otherwise``, what a recipe
    says). Asking for them (True) where there are none is refused; a recipe does without."""
    if (asked if asked is not None else otherwise) is False:
        return ()
    found = _found(dataset)
    if asked and not found:
        raise InputError(
            "No map is known that turns these curves into others of the same parameters: the preset has none, or it "
            "is unknown, or a measurement effect breaks it. Train without symmetries."
        )
    return found


def _found(dataset: EchoDataset) -> tuple[Symmetry, ...]:
    """The symmetries of a data set; of a joined one those that all have that it was made of."""
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


def with_copies(curves: np.ndarray, maps: Sequence[Symmetry]) -> np.ndarray:
    """[curves; curves under the first map; ...], complex64 ((1 + n_maps) n_samples, n_settings, n_times)."""
    bad = int((~np.isfinite(curves)).any(axis=(1, 2)).sum()) if maps else 0
    if bad:  # said here, before their copies are counted too
        raise InputError(f"{bad} of {len(curves)} curves hold NaN or infinity. Remove them first.")
    return (
        np.concatenate([curves, *(m.apply(curves).astype(curves.dtype, copy=False) for m in maps)])
        if maps
        else curves
    )


def repeated(values: np.ndarray, maps: Sequence[Symmetry]) -> np.ndarray:
    """Values of the samples (targets, or their numbers as groups) for every row of :func:`with_copies`."""
    return np.concatenate([values] * (1 + len(maps)))


def fit_with_copies(
    pipe: Pipeline, curves: np.ndarray, y: np.ndarray, maps: Sequence[Symmetry]
) -> None:
    """Fit a pipeline on curves and their copies; a model that divides its rows is told which belong together."""
    grouped = (
        {"model__groups": repeated(np.arange(len(curves)), maps)}
        if maps and takes_groups(pipe[-1])
        else {}
    )
    pipe.fit(with_copies(curves, maps), repeated(y, maps), **grouped)


def takes_groups(model: BaseEstimator) -> bool:
    """Whether ``fit`` wants to know which rows come from the same sample."""
    return has_fit_parameter(model, "groups")
