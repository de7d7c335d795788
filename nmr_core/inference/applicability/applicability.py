"""Applicability of a run to a signal: in domain, borderline or out of domain, with the reason.

On disk it is applicability.json and applicability.npz in the folder of the run's calibration.
"""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.applicability.emulator import numbers
from nmr_core.inference.applicability.surprise import Surprise, fit_surprise
from nmr_core.learning.bounds import MOVED
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent
from nmr_core.storage.results import read_result, write_result

IN_DOMAIN, BORDERLINE, OUT_OF_DOMAIN = DOMAINS = ("in domain", "borderline", "out of domain")
P_BORDERLINE, P_OUT = 0.05, 0.005
"""Largest p-values of borderline and out-of-domain signals: their fractions of the run's own."""
LATENT = 3
"""Principal components that replace the estimates for a classifier."""
FEWEST = 200
"""Fewest signals to fit an :class:`Applicability`."""
FILE = "applicability.json"
OLD_FILE = "depth.json"
"""Until 0.5.0."""
LARGE = 1000
"""Numbers from which an array is stored in single precision."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Applicability:
    """The domain of a run.

    Parameters
    ----------
    surprise : Surprise
        Distances of a signal from the run's own signals, and their p-values.
    inputs : tuple of str
        Columns of the estimates that describe a signal.
    targets : tuple of str
        Their names in sentences.
    used : bool array, (n_times,)
        Time points that the features of the model use.
    run : str
        Id of the run.
    """

    surprise: Surprise
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    used: np.ndarray = field(metadata={"stored": "seen"})
    run: str

    def judge(self, signals: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
        """Return which signals are in the domain.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            Signals M(t).
        table : DataFrame
            Their estimates, from ``Run.predict(signals, insist=True)``, or with columns
            predicted_<target>. A signal without numbers is out of domain.

        Returns
        -------
        DataFrame
            One row per signal: applicability, reason (one sentence, "" in domain), p_distance, and
            outside (targets whose estimate is outside the trained range, separated by commas).

        Raises
        ------
        InputError
            The estimates have been moved to the edge of the trained range, so that their distance
            from it is lost. Most signals of another kernel are recognised by that distance.
        """
        if table.attrs.get(MOVED):
            raise InputError(
                "The estimates must be those of the model as they are, got some that were moved "
                "into the trained range; predict with insist=True."
            )
        estimates = _estimates(table, self.inputs)
        missing = ~np.isfinite(estimates).all(axis=1)
        estimates = np.where(missing[:, None], self.surprise.high, estimates)
        p, p_shape, p_range = self.surprise.p_values(numbers(signals, self.used), estimates)
        p = np.where(missing, 0.0, p)

        # Targets whose estimate is outside the trained range
        outside = (estimates < self.surprise.low) | (estimates > self.surprise.high)
        names = [
            ", ".join(
                name for name, is_outside in zip(self.targets, row, strict=True) if is_outside
            )
            for row in outside
        ]

        # 0 in domain, 1 borderline, 2 out of domain
        domains = np.array(DOMAINS)[(p <= P_BORDERLINE).astype(int) + (p <= P_OUT)]
        reasons = [_reason(*row) for row in zip(domains, p, p_shape, p_range, names, strict=True)]
        return pd.DataFrame(
            {"applicability": domains, "reason": reasons, "p_distance": p, "outside": names}
        )

    def save(self, folder: Path) -> None:
        """Write applicability.json and applicability.npz to a folder.

        Large arrays are stored in single precision, which changes the distances by less than their
        own noise.
        """
        emulator = _in_single_precision(self.surprise.emulator)
        surprise = replace(_in_single_precision(self.surprise), emulator=emulator)
        write_result(replace(self, surprise=surprise), folder / FILE)


def _in_single_precision(result: Result) -> Result:
    """The same with large float64 arrays as float32."""
    arrays = {entry.name: getattr(result, entry.name) for entry in fields(result)}
    large = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if isinstance(array, np.ndarray) and array.dtype == np.float64 and array.size > LARGE
    }
    return replace(result, **large)


def read_applicability(folder: Path) -> Applicability:
    """Read what :meth:`Applicability.save` wrote.

    Raises
    ------
    FailedError
        It is damaged, or there is none.
    """
    old = folder / OLD_FILE
    document = old if old.is_file() and not (folder / FILE).is_file() else folder / FILE
    return read_result(document, Applicability, what="calibration")


def fit_applicability(
    run: Run,
    parameters: pd.DataFrame,
    signals: np.ndarray,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Applicability:
    """Fit the domain of a run.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    parameters : DataFrame
        Of the signals; not used, since an unknown signal has none.
    signals : complex array, (n_samples, n_settings, n_times)
        Like the training data of the run, but not part of them.
    seed : int
        Seed of the random numbers.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        There are fewer than 200 signals.
    """
    if len(signals) < FEWEST:
        raise InputError(
            f"At least {FEWEST} signals are needed to fit the domain of a run, got {len(signals)}. "
            "Simulate more."
        )
    progress(0, 2, "fitting the domain")
    table = run.predict(signals, insist=True)
    inputs, targets, low, high = _described(run, table)
    used = times_used(run)
    surprise = fit_surprise(
        signals,
        _estimates(table, inputs),
        low,
        high,
        used=used,
        seed=seed,
        latent=LATENT if run.task == "classification" else 0,
    )
    progress(2, 2, "fitting the domain")
    return Applicability(surprise, inputs, targets, used, run.id)


def times_used(run: Run) -> np.ndarray:
    """Return which time points the features of the model use, bool (n_times,)."""
    featurizer = run.model[0]
    used = np.zeros(featurizer.n_times_, bool)
    for first, last in np.unique(featurizer.support(), axis=0):
        used[first:last] = True
    return used


def _described(
    run: Run, table: pd.DataFrame
) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray, np.ndarray]:
    """Columns that describe a signal, their names, and their ranges.

    Identifiable targets, or for a classifier all probabilities but one, since they add up to 1.
    """
    if run.task == "classification":
        inputs = tuple(name for name in table if name.startswith("probability_"))[:-1]
        return inputs, inputs, np.zeros(len(inputs)), np.ones(len(inputs))
    names = tuple(name for name in run.targets if name not in run.manifest.unidentifiable)
    specs = [run.manifest.targets[name] for name in names]
    low = np.array([spec["low"] for spec in specs], float)
    high = np.array([spec["high"] for spec in specs], float)
    return names, names, low, high


def _estimates(table: pd.DataFrame, inputs: tuple[str, ...]) -> np.ndarray:
    columns = [f"predicted_{name}" if f"predicted_{name}" in table else name for name in inputs]
    return table[columns].to_numpy(float).reshape(len(table), len(inputs))


def _reason(domain: str, p: float, p_shape: float, p_range: float, names: str) -> str:
    """One sentence; "" in the domain."""
    if domain == IN_DOMAIN:
        return ""
    if p_range <= p_shape and names:
        return f"The estimate of {names} lies outside the range that the run was trained for."
    if p <= P_OUT:
        return (
            "No signal of the training kind with these estimates is so far from its expected shape."
        )
    return (
        f"Only {100 * p:.1f} % of the signals of the training kind with these estimates are so far "
        "from their expected shape."
    )
