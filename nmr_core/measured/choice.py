"""The shipped run that fits a measured echo, by the points that were measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.learning.manifest import RunManifest
from nmr_core.learning.run import Run, read_run
from nmr_core.measured.for_run import prepare_for_run, target_for_run
from nmr_core.measured.steps import Prepared, Steps
from nmr_core.measured.target import Target
from nmr_core.storage.workspace import PRETRAINED

AUTO = "auto"
"""Stands for the run that fits, where a run is named."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A run that fits a measurement, and what was prepared for it.

    Attributes
    ----------
    run : Run
    target : Target
    prepared : list of Prepared
        One per setting.
    sentence : str
        Which run, which points it looks at, and why not one that looks at more.
    """

    run: Run
    target: Target
    prepared: list[Prepared]
    sentence: str


def points_used(manifest: RunManifest) -> int:
    """Return how many points of each signal the features of a run use, by its options."""
    n_times = int(manifest.time.get("n", 0))
    first, last = manifest.featurizer_options.get("window") or (0, n_times)
    return int(last) - int(first)


def runs_for_measurements() -> list[Run]:
    """Return the shipped runs on signals with measurement effects, most points first."""
    runs = [read_run(folder) for folder in sorted((PRETRAINED / "runs").iterdir())]
    fitting = [run for run in runs if is_for_measurements(run.manifest)]
    return sorted(fitting, key=lambda run: -points_used(run.manifest))


def is_for_measurements(manifest: RunManifest) -> bool:
    """Return whether a run estimates numbers and was trained with measurement effects."""
    has_effects = any(entry["effects"] for entry in manifest.origin)
    return has_effects and manifest.task == "regression"


def fitting_run(
    measurements: Sequence[Measurement],
    *,
    steps: Steps | None = None,
    runs: Sequence[Run] | None = None,
) -> Choice:
    """Return the run that looks at most of the protocol and that a measurement covers.

    Parameters
    ----------
    measurements : sequence of Measurement
        Measured echoes of one sample, one per setting.
    steps : Steps, optional
        Steps of the preparation that are fixed; default: all are estimated.
    runs : sequence of Run, optional
        In the order in which they are tried; default: :func:`runs_for_measurements`.

    Returns
    -------
    Choice

    Raises
    ------
    InputError
        If no run fits: the reason of the first one.
    """
    runs = runs_for_measurements() if runs is None else runs
    if not runs:
        raise InputError("No run for measured echoes ships with this copy. Name a run.")
    problems = []
    for run in runs:
        target = target_for_run(run)
        try:
            prepared = prepare_for_run(run, measurements, steps=steps, target=target)
        except InputError as error:
            problems.append(error)
            continue
        sentence = f"{run.id} reads this measurement: {points_sentence(target)}"
        return Choice(run, target, prepared, sentence)
    raise problems[0]


def points_sentence(target: Target) -> str:
    """Return a sentence on the points of the protocol that a model looks at."""
    n, (first, last) = np.count_nonzero(np.asarray(target.needed)), target.needed_range
    if n == len(target.time):
        return f"it looks at all {n} points of the protocol, {first:.4g} to {last:.4g} µs."
    return (
        f"it looks at {n} of the {len(target.time)} points of the protocol, {first:.4g} to "
        f"{last:.4g} µs."
    )
