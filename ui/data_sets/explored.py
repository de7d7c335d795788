"""What the views of a data set show, computed at most once: every key is an id or a small text."""

import numpy as np
import pandas as pd

from nmr_core.datasets import EchoDataset, NoiseFloor, noise_floor
from nmr_core.datasets.audit import Audit, audit_curves, has_plain_signals
from nmr_core.datasets.exploring import correlations, nearest
from nmr_core.parameters import Parameter
from nmr_core.plots import COMPONENTS
from nmr_core.presets import Preset
from ui.shared import caches, compute

N_SAMPLES, N_SEEDS = 24, 3
"""Samples and placements of the offsets from which the noise floor is measured."""


@caches.resource(max_entries=32, show_spinner=False)
def correlation(
    id: str, created: str, channel: str, setting: int, names: tuple[str, ...]
) -> np.ndarray:
    """Pearson's r of parameters with a channel of one setting, (n_parameters, n_times)."""
    curves = compute.shown_curves(id, created)[:, setting]
    return correlations(
        compute.dataset(id, created).parameters[list(names)].iloc[: len(curves)],
        COMPONENTS[channel][0](curves),
    )


@caches.resource(max_entries=64, show_spinner=False)
def nearest_curves(id: str, created: str, index: int) -> tuple[np.ndarray, np.ndarray]:
    """(indices, distances) of the curves nearest to one, among those that are shown."""
    return nearest(compute.shown_curves(id, created), index)


@caches.resource(max_entries=16, show_spinner=False)
def audited(id: str, created: str) -> Audit:
    """What may be wrong with a data set."""
    opened = compute.dataset(id, created)
    return audit_curves(
        compute.shown_curves(id, created),
        opened.parameters,
        tuple(opened.preset.drawn) if opened.preset else (),
        plain=has_plain_signals(opened),
    )


def beside(
    opened: EchoDataset, indices: list[int], distances: list[float], specs: dict[str, Parameter]
) -> pd.DataFrame:
    """Parameters of some samples, one a row, with the distance of their curves."""
    rows = opened.parameters.iloc[indices]
    return pd.DataFrame(
        {"curve": indices, "distance": distances} | {name: rows[name].to_numpy() for name in specs}
    )


def noise_floor_seconds(preset: Preset) -> float:
    """About how long :func:`floor` takes, s."""
    return compute.seconds(preset.experiments()[0], N_SAMPLES * N_SEEDS * len(preset.settings))


def floor(preset: Preset) -> NoiseFloor:
    """How much of the curves is disorder."""
    return _floor(compute.key_of(preset), preset)


@caches.resource(max_entries=16, show_spinner=False)
def _floor(key: str, _preset: Preset) -> NoiseFloor:
    with compute.turn():
        return noise_floor(_preset, N_SAMPLES, N_SEEDS)
