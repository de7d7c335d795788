"""Stored identifications, read from disk once."""

from collections.abc import Sequence

from nmr_core.inference.identifiability import (
    ErrorMap,
    Identification,
    IdentifyProblem,
    Profile,
    Scan,
)
from nmr_core.inference.identifiability.best_run import with_best_runs
from nmr_core.inference.identifiability.identify import N_POINTS
from nmr_core.inference.identifiability.noise import whole_data_of
from nmr_core.inference.identifiability.store import find, identifications_folder
from nmr_core.learning import Run
from nmr_core.presets import Preset
from nmr_core.storage.files import changed_at
from ui.shared import caches, compute, once, state


def verdicts_of(
    preset: Preset, *, noise: float | None = None, disorder: bool = True
) -> Identification | None:
    """Return what :func:`nmr_core.identify` returns, if it is stored or shipped with the app."""
    return _with_runs(_verdicts_key(compute.key_of(preset), noise, disorder, preset), preset)


def of_run(run: Run, runs: Sequence[Run] | None = None) -> Identification | None:
    """Return the identification of a run's data set at its noise, as :func:`verdicts_of`.

    Parameters
    ----------
    run : Run
        None is returned for a run on a part of each signal.
    runs : sequence of Run, optional
        All runs, where the page has read their list already.
    """
    if run.manifest.origin:
        data = once.table(lambda: _data(run), "data of a run", run.manifest)
    else:  # the data set is looked at, which may be deleted or come back
        data = _data(run)
    return _with_runs(*data, runs) if data else None


def _data(run: Run) -> tuple[str, Preset] | None:
    """Key of the identification of a run's data set, and its preset; None if it is unknown."""
    data = whole_data_of(run)
    if data is None:
        return None
    preset, noise = data
    return _verdicts_key(compute.key_of(preset), noise, True, preset), preset


def _with_runs(
    key: str, preset: Preset, runs: Sequence[Run] | None = None
) -> Identification | None:
    """The stored identification with this key, with the errors of the best runs."""
    stored = read(key)
    if not isinstance(stored, Identification):
        return None
    if runs is None:
        runs = [entry.run for entry in state.runs().values() if entry.run is not None]
    manifests = tuple(run.manifest for run in runs)
    return once.table(
        lambda: with_best_runs(stored, preset, runs), "with best runs", stored, manifests
    )


@caches.common_data(max_entries=256, show_spinner=False)
def _verdicts_key(key: str, noise: float | None, disorder: bool, _preset: Preset) -> str:
    problem = IdentifyProblem.of(_preset, noise=noise, disorder=disorder)
    return problem.key("verdicts", n_places=N_POINTS.default)


def read(key: str) -> Identification | Scan | ErrorMap | Profile | None:
    """Return the stored result with this key; None if there is none, or only a damaged one."""
    file = identifications_folder() / key / "result.json"
    return _read(key, changed_at(file), str(file))


@caches.resource(max_entries=64, show_spinner=False)
def _read(key: str, stamp: int, file: str) -> Identification | Scan | ErrorMap | Profile | None:
    return find(key)
