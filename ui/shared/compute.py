"""What pages show, computed or read at most once: keys are ids or small texts, never arrays."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.datasets import EchoDataset
from nmr_core.datasets.estimate import estimate, unreachable_fraction
from nmr_core.datasets.unfinished import open_dataset
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.experiment import Experiment
from nmr_core.glossary import Targets, csv_text
from nmr_core.learning import Run
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.presets import Preset
from nmr_core.simulator import Echo, Movie, Sweep, simulate, sweep_settings
from nmr_core.simulator import movie as simulate_movie
from nmr_core.simulator import sweep as sweep_values
from ui.shared import caches, picture_cost
from ui.shared.cores import LONG, turn

__all__ = ["LONG", "turn"]
CURVES_SHOWN = 5000
POINTS_SHOWN = 2_500_000
"""Points of all settings together that one data set keeps in memory."""
N_FRAMES = 40
PATIENCE = picture_cost.PATIENCE
_compiled = False


def echo(experiment: Experiment, seed: int | list[int], setting: int = 0) -> Echo:
    """One echo in the precision of data sets, at most one computation per core at a time; one that
    takes too long or too much memory for a page is refused.
    """
    expected = picture_cost.check(picture_cost.of_echoes([experiment]), "This echo")
    with _first_time():
        return _echo(_key(experiment), seed, setting, experiment, expected)


def movie(experiment: Experiment, seed: int) -> Movie:
    """The lattice while the echo forms."""
    expected = picture_cost.check(picture_cost.of_movie(experiment, N_FRAMES), "This movie")
    return _movie(_key(experiment), seed, experiment, expected)


def sweep(
    preset: Preset, values: dict, seed: int, name: str, steps: tuple[float, ...] = ()
) -> Sweep:
    """Echoes for several values of ``name``, or of the sample's settings if it is empty."""
    experiments = swept(preset, values, name, steps)
    expected = picture_cost.check(picture_cost.of_echoes(experiments), "This sweep")
    key = preset.name, json.dumps(values, sort_keys=True)
    return _sweep(*key, seed, name, steps, preset, values, expected)


def swept(
    preset: Preset, values: dict, name: str, steps: tuple[float, ...]
) -> tuple[Experiment, ...]:
    """The experiments whose echoes a sweep simulates."""
    if not name:
        return tuple(preset.experiments(**values))
    others = {key: value for key, value in values.items() if key != name}
    return tuple(preset.build(**others, **{name: value}) for value in steps)


def seconds(experiment: Experiment, n_echoes: int) -> float:
    """About how long ``n_echoes`` echoes take here on one core, s."""
    return n_echoes * picture_cost.seconds(experiment)


def _key(experiment: Experiment) -> str:
    return json.dumps(experiment.to_dict(), sort_keys=True)


@contextmanager
def _first_time() -> Iterator[None]:
    """Say why the first echo of a server takes longer."""
    global _compiled
    if _compiled:
        yield
        return
    with st.spinner("Compiling the simulator, once per installation …"):
        yield
    _compiled = True


@caches.common_resource(max_entries=300, show_spinner=False)
def _echo(
    key: str, seed: int | list[int], setting: int, _experiment: Experiment, _seconds: float
) -> Echo:
    with turn(_seconds):
        return simulate(_experiment, seed=seed, dtype="float32", setting=setting)


@caches.common_resource(max_entries=6, show_spinner=False)
def _movie(key: str, seed: int, _experiment: Experiment, _seconds: float) -> Movie:
    with turn(_seconds):
        return simulate_movie(_experiment, min(N_FRAMES, len(_experiment.protocol.time)), seed=seed)


@caches.common_resource(max_entries=20, show_spinner=False)
def _sweep(
    preset: str,
    values: str,
    seed: int,
    name: str,
    steps: tuple,
    _preset: Preset,
    _values: dict,
    _seconds: float,
) -> Sweep:
    with turn(_seconds):
        if not name:
            return sweep_settings(_preset, seed=seed, **_values)
        return sweep_values(_preset, name, steps, seed=seed, **_values)


@caches.resource(max_entries=8, show_spinner=False)
def dataset(id: str, created: str) -> EchoDataset:
    """A data set, opened, complete or not; ``created`` makes the key change when an id is used
    again, or when an unfinished one has grown.
    """
    return open_dataset(id)


@caches.resource(max_entries=4, show_spinner=False)
def shown_curves(id: str, created: str) -> np.ndarray:
    """The first curves of a data set (samples are independent draws, so these are a fair part),
    read-only.
    """
    opened = dataset(id, created)
    most = POINTS_SHOWN // (opened.manifest.n_settings * opened.manifest.n_times)
    curves = opened.curves(list(range(min(len(opened), CURVES_SHOWN, max(1, most)))))
    curves.setflags(write=False)
    return curves


@caches.resource(max_entries=128, show_spinner=False)
def run(id: str, created: str) -> Run:
    """A run with its predictions and scores; its model stays on disk."""
    opened = load_run(id)
    opened.scores, opened.weighted_error()
    return opened


@caches.common_data(max_entries=64, show_spinner=False)
def hidden_parameters(name: str, held: tuple, _preset: Preset | None) -> dict[str, str]:
    """Which of a preset's parameters no echo depends on, with the reason; nothing is known without
    a preset.
    """
    return unidentifiable(_preset) if _preset else {}


def key_of(preset: Preset) -> str:
    """What determines a preset's curves, as a text."""
    table = [row.to_dict() for row in preset.table]
    return json.dumps(
        [preset.name, preset.fixed, preset.settings, table, preset.sampling], sort_keys=True
    )


def cost(preset: Preset, n_samples: int) -> tuple[float, float]:
    """(seconds, bytes) that a data set of this preset takes here on all cores."""
    seconds, size = _cost(key_of(preset), preset)
    return seconds * n_samples, size * n_samples


@caches.common_data(max_entries=64, show_spinner=False)
def _cost(key: str, _preset: Preset) -> tuple[float, float]:
    with turn():
        seconds, size = estimate(_preset, 1000, os.cpu_count() or 1)
    return seconds / 1000, size / 1000


def unreachable(preset: Preset) -> float:
    """Share of the prior's draws without a solution, about; :class:`InputError` if all."""
    share = _unreachable(key_of(preset), preset)
    if share == 1:
        raise InputError(
            "None of 100 draws of this prior can be solved: no value of the solved parameter "
            "reaches the wanted "
            "strengths. Lower them, or change the range of the solved parameter."
        )
    return share


@caches.common_data(max_entries=64, show_spinner=False)
def _unreachable(key: str, _preset: Preset) -> float:
    with turn():
        return unreachable_fraction(_preset)


def csv(table: pd.DataFrame, targets: Targets | None = None, kind: str = "") -> bytes:
    """A table as CSV, see :func:`nmr_core.glossary.csv_text`."""
    return csv_text(table, targets, kind).encode()
