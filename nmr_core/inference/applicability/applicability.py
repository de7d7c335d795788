"""Applicability of a run to a signal: in domain, borderline or out of domain, with the reason."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.applicability.surprise import Surprise, fit_surprise
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent

IN_DOMAIN, BORDERLINE, OUT_OF_DOMAIN = DOMAINS = ("in domain", "borderline", "out of domain")
P_BORDERLINE, P_OUT = 0.05, 0.005
"""Largest p-values of borderline and of out-of-domain signals: their fractions among the run's own."""
LATENT = 3
"""Principal components that replace the estimates for a classifier."""
FEWEST = 200
"""Fewest signals to fit an :class:`Applicability`."""


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
    seen : bool array, (n_times,)
        Time points that the features of the model use.
    run : str
        Id of the run.
    """

    surprise: Surprise
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    seen: np.ndarray
    run: str

    def judge(self, signals: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
        """Tell which signals are in the domain.

        Parameters
        ----------
        signals : complex array, (n_samples, n_settings, n_times)
            Signals M(t).
        table : DataFrame
            Their estimates, from :meth:`nmr_core.learning.run.Run.predict`, or with columns
            predicted_<target>.

        Returns
        -------
        DataFrame
            One row per signal: applicability, reason (one sentence, "" in domain), p_distance, and
            outside (targets whose estimate is outside the trained range, separated by commas).
        """
        from nmr_core.inference.applicability.emulator import numbers

        estimates = _estimates(table, self.inputs)
        p, shape, beyond = self.surprise.p_values(numbers(signals, self.seen), estimates)
        outside = (estimates < self.surprise.low) | (estimates > self.surprise.high)
        names = [
            ", ".join(name for name, out in zip(self.targets, row, strict=True) if out)
            for row in outside
        ]
        domains = np.array(DOMAINS)[(p <= P_BORDERLINE).astype(int) + (p <= P_OUT)]
        reasons = [_reason(*row) for row in zip(domains, p, shape, beyond, names, strict=True)]
        return pd.DataFrame(
            {"applicability": domains, "reason": reasons, "p_distance": p, "outside": names}
        )

    def save(self, folder: Path) -> None:
        """Write applicability.json and applicability.npz to a folder."""
        from nmr_core.inference.applicability.store import write_applicability

        write_applicability(self, folder)


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
    table = run.predict(signals)
    inputs, targets, low, high = _described(run, table)
    surprise = fit_surprise(
        signals,
        _estimates(table, inputs),
        low,
        high,
        times_used(run),
        seed,
        LATENT if run.task == "classification" else 0,
    )
    progress(2, 2, "fitting the domain")
    return Applicability(surprise, inputs, targets, times_used(run), run.id)


def times_used(run: Run) -> np.ndarray:
    """Return which time points the features of the model use, bool (n_times,)."""
    featurizer = run.model[0]
    seen = np.zeros(featurizer.n_times_, bool)
    for first, last in np.unique(featurizer.support(), axis=0):
        seen[first:last] = True
    return seen


def _described(
    run: Run, table: pd.DataFrame
) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray, np.ndarray]:
    """Columns that describe a signal, their names and ranges: identifiable targets, or probabilities.

    One probability is left out, since they add up to 1.
    """
    if run.task == "classification":
        inputs = tuple(name for name in table if name.startswith("probability_"))[:-1]
        return inputs, inputs, np.zeros(len(inputs)), np.ones(len(inputs))
    names = tuple(name for name in run.targets if name not in run.manifest.unidentifiable)
    specs = [run.manifest.targets[name] for name in names]
    return (
        names,
        names,
        np.array([s["low"] for s in specs], float),
        np.array([s["high"] for s in specs], float),
    )


def _estimates(table: pd.DataFrame, inputs: tuple[str, ...]) -> np.ndarray:
    columns = [f"predicted_{name}" if f"predicted_{name}" in table else name for name in inputs]
    return table[columns].to_numpy(float).reshape(len(table), len(inputs))


def _reason(domain: str, p: float, shape: float, beyond: float, names: str) -> str:
    """One sentence; p of both distances together, of the shape and of the range."""
    if domain == IN_DOMAIN:
        return ""
    if beyond <= shape and names:
        return f"The estimate of {names} lies outside the range that the run was trained for."
    if p <= P_OUT:
        return (
            "No signal of the training kind with these estimates is so far from its expected shape."
        )
    return (
        f"Only {100 * p:.1f} % of the signals of the training kind with these estimates are so far "
        "from their expected shape."
    )
