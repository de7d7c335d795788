"""The shipped files under the oldest and the newest versions that the requirements allow.

    python .ci/both_ends.py write FILE        with one set of versions
    python .ci/both_ends.py compare FILE      with another: exit code 1 where a number differs

Every shipped run predicts the same signals, with intervals and applicability; every other shipped
result is loaded, and all its numbers are compared.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from nmr_core.datasets import load_dataset
from nmr_core.datasets.manifest import versions
from nmr_core.evaluation.compare import load_run
from nmr_core.evaluation.explain import load_explanation
from nmr_core.inference.error_model import find_error_model
from nmr_core.inference.identifiability import load_identification
from nmr_core.inference.intervals import find_calibration
from nmr_core.inference.robustness import load_robustness
from nmr_core.learning.run import Run
from nmr_core.storage.workspace import SHIPPED
from nmr_core.studies import load_study

N_SIGNALS = 40
ROUND_OFF = 1e-5
"""Largest difference of two numbers, relative to the larger one or to 1."""
SIGNALS = "signals of "
"""Beginning of the name of the signals that both versions predict from."""
LOADERS = {
    "explanations": load_explanation,
    "identifications": load_identification,
    "robustness": load_robustness,
    "studies": load_study,
}
"""Folder of shipped results -> what loads one of them by its id."""


def main(command: str, file: str) -> int:
    """Write the numbers of these versions, or compare them with written ones."""
    stored = dict(np.load(file)) if command == "compare" else {}
    numbers = dict(_numbers(stored))
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    if command == "write":
        np.savez(file, **numbers)
        print(f"{len(numbers)} arrays written with {packages}")
        return 0
    names = sorted({*stored, *numbers})
    problems = [text for name in names if (text := _difference(name, stored, numbers))]
    print("\n".join(problems) or f"{len(numbers)} arrays are equal under {packages}")
    return int(bool(problems))


def _difference(name: str, stored: dict, numbers: dict) -> str:
    """A sentence, "" for equal arrays."""
    if name not in stored or name not in numbers:
        return f"{name} exists under one set of versions only"
    old, new = stored[name], numbers[name]
    if old.shape != new.shape:
        return f"{name}: shape {old.shape} and {new.shape}"
    if old.dtype.kind not in "fc":
        equal = np.array_equal(old, new)
        return "" if equal else f"{name}: {old.ravel()[:3]} and {new.ravel()[:3]}"
    with np.errstate(invalid="ignore"):
        off = np.abs(old - new) / np.maximum(1.0, np.abs(old))
    equal = np.isclose(old, new, rtol=0, atol=0, equal_nan=True) | (off <= ROUND_OFF)
    return "" if equal.all() else f"{name}: differs by up to {np.nanmax(off):.2g}"


def _numbers(stored: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Name and array of everything that ships."""
    for root in SHIPPED:
        for folder in sorted(path for path in root.glob("*/*") if path.is_dir()):
            kind, id = folder.parent.name, folder.name
            if kind == "runs":
                yield from _of_run(load_run(id), stored.get(f"{SIGNALS}{id}"))
            elif kind == "datasets":
                dataset = load_dataset(id)
                yield f"{id}: signals", dataset.signals
                yield from _flat(dataset.parameters, f"{id}: parameters")
            elif kind in LOADERS:
                yield from _flat(LOADERS[kind](id), f"{kind} {id}")


def _of_run(run: Run, signals: np.ndarray | None) -> Iterator[tuple[str, np.ndarray]]:
    """Predictions, intervals and applicability of a run, and the signals that it has read."""
    signals = _signals(run) if signals is None else signals
    yield f"{SIGNALS}{run.id}", signals
    yield from _flat(run.predictions, f"{run.id}: test part")
    yield from _flat(run.scores, f"{run.id}: scores")
    predicted = run.predict(signals, insist=True)
    yield from _flat(predicted, f"{run.id}: predictions")
    model = find_error_model(run)
    if find_calibration(run) is not None:
        yield f"{run.id}: note", np.asarray(model.note)
    if model.calibration is not None:
        for level in (0.5, 0.9):
            yield from _flat(model.calibration.intervals(signals, level), f"{run.id}: {level:.0%}")
    if model.applicability is not None:
        judged = model.applicability.judge(signals, predicted)
        yield from _flat(judged, f"{run.id}: applicability")


def _signals(run: Run) -> np.ndarray:
    """Echoes of many shapes on the time points of a run, complex64."""
    n_settings = max(1, len(run.manifest.settings))
    x = np.linspace(0, 1, int(run.manifest.time["n"]))
    signals = np.empty((N_SIGNALS, n_settings, len(x)), np.complex64)
    rng = np.random.default_rng(0)
    for signal in signals.reshape(-1, len(x)):
        width, height, decay, turn = rng.uniform((0.02, 0.1, 0.02, -0.5), (0.1, 0.5, 0.2, 0.5))
        echo = height * np.exp(-((x - 2 / 3) ** 2) / width**2)
        signal[:] = (echo + 0.5 * np.exp(-x / decay)) * np.exp(1j * (turn - np.pi / 2))
    return signals


def _flat(value: object, path: str) -> Iterator[tuple[str, np.ndarray]]:
    """Every number and text in a result."""
    if isinstance(value, pd.DataFrame):
        value = {str(name): value[name].to_numpy() for name in value}
    elif is_dataclass(value):
        value = {entry.name: getattr(value, entry.name) for entry in fields(value)}
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{path} {key}")
    elif isinstance(value, list | tuple):
        for k, item in enumerate(value):
            yield from _flat(item, f"{path} {k}")
    elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
        yield path, value
    elif isinstance(value, np.ndarray):
        yield path, value.astype(str)
    elif isinstance(value, bool | int | float | complex | str | np.generic):
        yield path, np.asarray(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
