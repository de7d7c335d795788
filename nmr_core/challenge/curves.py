"""Test curves, the CSV template, and predictions of a run for the test curves."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.metrics import LEVEL
from nmr_core.errors import InputError
from nmr_core.glossary.csv_text import plain_csv
from nmr_core.learning.run import Run
from nmr_core.storage.arrays import DAMAGE, reading

FILE = "public/curves.npz"
SAMPLE = "sample"
"""Column of a submission with the names of the test curves."""


@dataclass(frozen=True, eq=False)
class TestSignals:
    """The test curves of a challenge.

    Parameters
    ----------
    sample : text array, (n_test,)
        Name of each curve.
    time : float64 array, (n_times,)
        In µs.
    signals : complex64 array, (n_test, n_settings, n_times)
        In units of M.
    """

    __test__ = False  # no class of tests

    sample: np.ndarray
    time: np.ndarray
    signals: np.ndarray


def test_signals(challenge: Challenge) -> TestSignals:
    """The test curves, without any parameter.

    Raises
    ------
    FailedError
        They are damaged.
    """
    folder = challenge.folder
    path = folder / FILE
    with reading("test curves of the challenge", folder, "Restore them from a backup.", DAMAGE):
        return _signals(path, path.stat().st_mtime_ns)


test_signals.__test__ = False  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def _signals(path: Path, _: int) -> TestSignals:
    with np.load(path, allow_pickle=False) as arrays:
        return TestSignals(arrays["sample"], arrays["time"], arrays["signals"])


def template_csv(challenge: Challenge) -> bytes:
    """A file that can be submitted: the middle of each prior, or the first class."""
    ranges = {target.name: (target.low, target.high) for target in challenge.targets}
    table = pd.DataFrame({SAMPLE: challenge.samples})
    for column in challenge.columns:
        if challenge.classes:
            table[column] = challenge.classes[0]
            continue
        name, _, end = column.rpartition("_")
        if column in ranges:
            table[column] = sum(ranges[column]) / 2
        else:
            table[column] = ranges[name][end == "high"]
    return plain_csv(table).encode()


def predict_for(challenge: Challenge, run: Run) -> pd.DataFrame:
    """Predictions of a run on the test curves, as they can be submitted.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    run : Run
        A run with its targets; of intervals one that has been calibrated.

    Returns
    -------
    DataFrame
        The columns of the template.

    Raises
    ------
    InputError
        The run predicts something else, or was trained on other curves.
    """
    problem = run_problem(challenge, run)
    if problem:
        raise InputError(problem)
    curves = test_signals(challenge)
    run.check_signals(curves.time, [dict(setting) for setting in challenge.settings])
    if challenge.metric.kind == "intervals":
        table = _intervals(challenge, run, curves.signals)
    else:
        table = run.predict(curves.signals, insist=True)
    table = table[challenge.columns].reset_index(drop=True)
    table.insert(0, SAMPLE, challenge.samples)
    return table


def run_problem(challenge: Challenge, run: Run) -> str:
    """Why a run cannot be submitted, as a sentence; "" if it can."""
    names = [target.name for target in challenge.targets]
    missing = [name for name in names if name not in run.targets]
    if missing:
        return (
            f"The run {run.id} does not predict {', '.join(missing)}, which this challenge asks "
            f"for. Train a run with the targets {', '.join(names)}."
        )
    unknown = sorted(set(run.classes) - set(challenge.classes))
    if unknown:
        return (
            f"The run {run.id} predicts the class {unknown[0]!r}; this challenge has "
            f"{', '.join(challenge.classes)}. Train a run on its training set."
        )
    return ""


def _intervals(challenge: Challenge, run: Run, signals: np.ndarray) -> pd.DataFrame:
    """Calibrated intervals of the targets at :data:`LEVEL`."""
    from nmr_core.inference.intervals import load_calibration

    calibration = load_calibration(run)
    table = calibration.intervals(signals, level=LEVEL)
    columns = {}
    for target in challenge.targets:
        for end in ("low", "high"):
            columns[f"{target.name}_{end}"] = table[f"{end}_{target.name}"]
    return pd.DataFrame(columns)
