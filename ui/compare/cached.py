"""What the Compare page reads and draws, cached: every key is an id or a small text."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.datasets import EchoDataset
from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.regimes import error_by, error_map
from nmr_core.learning import Run
from nmr_core.plots import Panel, parity_figure
from ui.shared import caches, compute, once, state, things
from ui.shared.figure import palette

Version = tuple[str, str]
"""Id of a run and its time of creation: the key of caches, since an id may be used again."""
Versions = tuple[Version, ...]


def version(run: Run) -> Version:
    """Return the key of a run."""
    return run.id, run.manifest.created


def titles(runs: Iterable[Run]) -> dict[str, str]:
    """Return names by id for a choice among runs."""
    return things.labels({run.id: run.manifest.title for run in runs})


def versions(runs: Sequence[Run]) -> Versions:
    """Return the keys of several runs."""
    return tuple(map(version, runs))


def opened(run: Run) -> EchoDataset | None:
    """Return the data set of a run, None if it is gone or another one has its id."""
    entry = state.dataset(run.manifest.dataset)
    if entry is None:
        return None
    try:
        dataset = compute.dataset(entry.id, entry.manifest.created)
    except (InputError, FailedError):
        return None
    return dataset if len(dataset) > _last_sample(run) else None


def _last_sample(run: Run) -> int:
    return int(run.predictions["sample"].max())


@caches.resource(max_entries=200, show_spinner=False)
def signals(id: str, created: str, sample: int) -> np.ndarray:
    """Return the signals of one sample, complex (n_settings, n_times)."""
    signals = compute.dataset(id, created).curves([sample])[0]
    signals.setflags(write=False)
    return signals


@caches.resource(max_entries=64, show_spinner=False)
def _column(id: str, created: str, name: str) -> np.ndarray:
    return compute.dataset(id, created).table([name])[name].to_numpy()


@caches.resource(max_entries=32, show_spinner=False)
def _labels(id: str, created: str) -> dict[str, str]:
    dataset = compute.dataset(id, created)
    return {name: dataset.spec(name).label for name in dataset.targets}


def parameters(run: Run) -> dict[str, str]:
    """Return name -> label of all numbers of the test echoes: targets, W, omega_p and the rest."""
    labels = {
        name: target["label"]
        for name, target in run.manifest.targets.items()
        if run.task == "regression"
    }
    dataset = opened(run)
    return labels | (_labels(dataset.manifest.id, dataset.manifest.created) if dataset else {})


def values(run: Run, name: str) -> np.ndarray:
    """Return a parameter of each test echo, (n_test,)."""
    if run.task == "regression" and name in run.targets:
        return run.true[name].to_numpy(float)
    dataset = opened(run)
    return _column(dataset.manifest.id, dataset.manifest.created, name)[
        run.predictions["sample"].to_numpy()
    ].astype(float)


def residual(run: Run, target: str) -> np.ndarray:
    """Return predicted minus true of each test echo, (n_test,)."""
    return (run.predicted[target] - run.true[target]).to_numpy()


def parity(run: Run, name: str, colour: str, marked: int | None = None) -> go.Figure:
    """Return predicted against true of one run and target; shared by all visitors."""

    def draw() -> go.Figure:
        target = run.manifest.targets[name]
        panel = Panel.of(run, name, colour, target["symbol"])
        return parity_figure(panel, target, palette(), marked=marked)

    return once.figure(draw, "parity", version(run), name, colour, marked)


def by(run: Run, target: str, across: str) -> pd.DataFrame:
    """Return the RMSE of a target by ranges of a parameter."""
    baseline = run.manifest.train_mean[target] - run.true[target].to_numpy()
    return error_by(values(run, across), residual(run, target), baseline, weights=run.weights)


def over(run: Run, target: str, x: str, y: str) -> tuple:
    """Return the RMSE of a target over ranges of two parameters."""
    return error_map(values(run, x), values(run, y), residual(run, target), weights=run.weights)
