"""What ships for the example of a measured echo, so that its page opens at once.

    nmr_core/pretrained/measurements/<run>.json    the model it belongs to
                                     <run>.npz     curves of the target, re-simulation

Written by ``python -m nmr_core.pretrained example``; everything else is simulated when needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.learning.run import Run
from nmr_core.measured import Prepared
from nmr_core.measured.resimulation import Resimulation
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import PRETRAINED

FOLDER = PRETRAINED / "measurements"
SAME = 1e-4
"""Largest difference of two preparations of one echo on different machines, in units of M."""


@dataclass(frozen=True, eq=False)
class ShippedExample:
    """Simulations for the example of a measured echo.

    Attributes
    ----------
    model : str
        SHA-256 of the model of the run.
    curves : complex64 array (n_curves, n_settings, n_times)
        Fresh signals without measurement effects, see
        :func:`~nmr_core.measured.for_run.target_for_run`.
    resimulation : Resimulation
        Of the estimate for the example.
    """

    model: str
    curves: np.ndarray
    resimulation: Resimulation


def shipped_example(run: Run) -> ShippedExample | None:
    """Return what ships for a run, None for every run but the shipped one."""
    document = FOLDER / f"{run.id}.json"
    if not document.is_file():
        return None
    example = _read(document)
    return example if example and example.model == run.manifest.model_sha256 else None


def shipped_curves(run: Run, n_curves: int, seed: int) -> np.ndarray | None:
    """Return the curves of a target, None where they do not ship."""
    example = shipped_example(run)
    if example is None or seed != 0 or n_curves != len(example.curves):
        return None
    return example.curves


def shipped_resimulation(run: Run, prepared: Sequence[Prepared]) -> Resimulation | None:
    """Return the re-simulation of an estimate, None unless the echo is the example."""
    example = shipped_example(run)
    if example is None:
        return None
    measured = example.resimulation.measured
    signals = np.stack([one.signal for one in prepared])
    is_example = signals.shape == measured.shape and np.allclose(signals, measured, 0, SAME)
    return example.resimulation if is_example else None


def write_example(example: ShippedExample, run: Run) -> None:
    """Write what ships for the example of a run."""
    write_result(example, FOLDER / f"{run.id}.json")


@lru_cache
def _read(document: Path) -> ShippedExample | None:
    try:
        return read_result(document, ShippedExample, what="example")
    except FailedError:
        return None
