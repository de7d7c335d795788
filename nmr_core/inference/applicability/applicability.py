"""The domain: inside, doubtful or refuse, with the reason."""

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
"""p-values from which a curve is doubtful or refused: shares of the run's own curves that are."""
LATENT = 3
"""Principal components that stand in for estimates where a run tells classes only."""
FEWEST = 200
"""Curves without which nothing can be learned about what is usual."""


@dataclass(frozen=True)
class Applicability:
    """What a run knows. ``inputs`` are the columns of its estimates that describe a curve, ``targets`` their names for people;
    ``seen``: bool (n_times,), the points that its model looks at."""

    surprise: Surprise
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    seen: np.ndarray
    run: str

    def judge(self, signals: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
        """One row per signal: applicability, reason ("" inside), p_distance, outside (targets whose estimate is outside of the trained
        range, with commas).

        signals : complex (n_samples, n_settings, n_times)
        table   : what the run estimates of them, as :meth:`nmr_core.learning.run.Run.predict` gives it, or with its columns
                  called predicted_<target>
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
    """Learn what is usual from curves like those that the run was trained on, but that it has not seen.

    parameters : of these curves; only their number is looked at, as an unknown curve has none
    """
    if len(signals) < FEWEST:
        raise InputError(
            f"At least {FEWEST} curves are needed to know what is usual for a run, got {len(signals)}. Simulate "
            "more."
        )
    progress(0, 2, "learning what is usual")
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
    progress(2, 2, "learning what is usual")
    return Applicability(surprise, inputs, targets, times_used(run), run.id)


def times_used(run: Run) -> np.ndarray:
    """Which time points the features of a run's model look at, bool (n_times,)."""
    featurizer = run.model[0]
    seen = np.zeros(featurizer.n_times_, bool)
    for first, last in np.unique(featurizer.support(), axis=0):
        seen[first:last] = True
    return seen


def _described(
    run: Run, table: pd.DataFrame
) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray, np.ndarray]:
    """Columns that describe a curve, their names, and their ranges: targets that can be known, or probabilities but one."""
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
    """One sentence."""
    if domain == "in domain":
        return ""
    how = (
        "No curve of its kind" if p <= P_OUT else f"Only {100 * p:.1f} % of the curves of its kind"
    )
    if beyond <= shape and names:
        return f"The estimate of {names} lies outside of the range that the run was trained for."
    return f"{how} {'is' if p <= P_OUT else 'are'} so far from what the run knows of curves with these estimates."
