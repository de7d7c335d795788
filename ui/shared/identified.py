"""Stored identifications, read from disk once."""

from pathlib import Path

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
from ui.shared import caches, compute, state


def verdicts_of(
    preset: Preset, *, noise: float | None = None, disorder: bool = True
) -> Identification | None:
    """Return what :func:`nmr_core.identify` returns, if it is stored or shipped with the app."""
    stored = read(_verdicts_key(compute.key_of(preset), noise, disorder, preset))
    if not isinstance(stored, Identification):
        return None
    runs = [entry.run for entry in state.runs().values() if entry.run is not None]
    versions = tuple((run.id, run.manifest.created) for run in runs)
    return _with_runs(stored.key, stored.seconds, versions, stored, preset, runs)


def of_run(run: Run) -> Identification | None:
    """Return the identification of a run's data set at its noise, as :func:`verdicts_of`.

    None for a run on a part of each signal.
    """
    data = whole_data_of(run)
    return data and verdicts_of(data[0], noise=data[1])


@caches.resource(max_entries=64, show_spinner=False)
def _with_runs(
    key: str,
    seconds: float,
    versions: tuple,
    _stored: Identification,
    _preset: Preset,
    _runs: list[Run],
) -> Identification:
    return with_best_runs(_stored, _preset, _runs)


@caches.common_data(max_entries=256, show_spinner=False)
def _verdicts_key(key: str, noise: float | None, disorder: bool, _preset: Preset) -> str:
    problem = IdentifyProblem.of(_preset, noise=noise, disorder=disorder)
    return problem.key("verdicts", n_places=N_POINTS.default)


def read(key: str) -> Identification | Scan | ErrorMap | Profile | None:
    """Return the stored result with this key; None if there is none, or only a damaged one."""
    file = identifications_folder() / key / "result.json"
    return _read(key, _stamp(file), str(file))


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


@caches.resource(max_entries=64, show_spinner=False)
def _read(key: str, stamp: int, file: str) -> Identification | Scan | ErrorMap | Profile | None:
    return find(key)
