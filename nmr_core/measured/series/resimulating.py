"""Re-simulations of many estimates, with simulations shared between echoes that are alike.

1. Errors of estimates: at some of the estimates only; an estimate takes those of the nearest
   one within a tenth of every range and a quarter of the noise.
2. Simulations of every estimate within these errors, N_SEEDS each, on several cores.
3. Where the p-value is below DOUBTFUL, again with N_AGAIN simulations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import delayed, effective_n_jobs

from nmr_core.errors import InputError
from nmr_core.learning.run import Run
from nmr_core.machines import machines
from nmr_core.measured.for_run import noise_of, receiver_of, signals_of, values_of
from nmr_core.measured.resimulation import Resimulation, resimulate
from nmr_core.measured.signals import Receiver
from nmr_core.measured.steps import Prepared
from nmr_core.measured.verdict import DOUBTFUL
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.seeds import RESIMULATION, sample_seed

N_SEEDS = 50
"""Simulations of an estimate; p-values from 1/51 on."""
N_AGAIN = 100
"""Simulations of an estimate whose p-value is small."""
NEAR = 0.1
"""Largest distance of estimates with common errors, as a fraction of each range."""
LOUDER = 1.25
"""Largest ratio of the noise of estimates with common errors."""
ALONE = 8.0
"""Processor seconds of simulations before other processes are started."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """What is simulated again: one estimate with its measurement.

    Attributes
    ----------
    preset : Preset
    values : dict of str to float
        Estimated parameters, within the ranges of the prior.
    signals : complex array (n_settings, n_times)
        The measurement, prepared.
    receiver : Receiver
        With the noise of the measurement.
    names : tuple of str
        Parameters that can be identified, and that errors depend on.
    """

    preset: Preset
    values: dict[str, float]
    signals: np.ndarray
    receiver: Receiver
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, run: Run, prepared: Sequence[Prepared], row: pd.Series) -> "Estimate":
        """Return the estimate of a row.

        Raises
        ------
        InputError
            If it cannot be simulated.
        """
        preset, values = values_of(run, row)
        receiver = receiver_of(run, noise_of(prepared))
        names = [name for name in values if name not in run.manifest.unidentifiable]
        return cls(preset, values, signals_of(prepared), receiver, tuple(names))

    def near(self, other: "Estimate") -> bool:
        """Return whether errors of one estimate are those of the other."""
        ratio = max(self.receiver.sigma, 1e-12) / max(other.receiver.sigma, 1e-12)
        if not 1 / LOUDER <= ratio <= LOUDER:
            return False
        return all(
            abs(self.values[name] - other.values[name]) <= NEAR * self.preset.space[name].width
            for name in self.names
        )


@dataclass(frozen=True, eq=False)
class Resimulations:
    """Re-simulations of a series.

    Attributes
    ----------
    results : list of Resimulation or None
        One per estimate; None where it cannot be simulated.
    reasons : list of str
        Why it cannot; "" otherwise.
    n_errors : int
        Estimates at which errors were simulated.
    """

    results: list[Resimulation | None]
    reasons: list[str]
    n_errors: int


def resimulate_all(
    run: Run,
    prepared: Sequence[Sequence[Prepared]],
    table: pd.DataFrame,
    *,
    n_seeds: int = N_SEEDS,
    seed: int = 0,
    progress: Progress = silent,
) -> Resimulations:
    """Simulate the estimates of a table again, beside their measurements.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    prepared : sequence of sequence of Prepared
        One per row, each with one per setting.
    table : DataFrame
        As of :func:`nmr_core.measured.estimating.estimate`.
    n_seeds : int
        Simulations of an estimate.
    seed : int
        Seed of the random numbers.
    progress : callable
        Called with (done, total, text).
    """
    estimates: list[Estimate | None] = []
    reasons = []
    for one, (_, row) in zip(prepared, table.iterrows(), strict=True):
        try:
            estimates.append(Estimate.of(run, one, row))
            reasons.append("")
        except InputError as error:
            estimates.append(None)
            reasons.append(str(error))
    there = [one for one in estimates if one is not None]
    with machines(effective_n_jobs(-1), ALONE) as in_order:
        centres = _centres(there)
        errors = _errors(run, centres, n_seeds, seed, in_order, part_of(progress, 0, 35))
        of = [next(k for k, centre in enumerate(centres) if one.near(centre)) for one in there]
        tasks = [(one, errors[k], n_seeds, seed) for one, k in zip(there, of, strict=True)]
        some = _run(tasks, in_order, part_of(progress, 35, 90))
        again = [k for k, one in enumerate(some) if one.p_value < DOUBTFUL]
        more = [(there[k], errors[of[k]], max(N_AGAIN, n_seeds), seed) for k in again]
        repeated = _run(more, in_order, part_of(progress, 90, 100))
    for k, repetition in zip(again, repeated, strict=True):
        some[k] = repetition
    results = iter(some)
    return Resimulations(
        [None if one is None else next(results) for one in estimates], reasons, len(centres)
    )


def _centres(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Estimates of which each of all is near one."""
    centres: list[Estimate] = []
    for one in estimates:
        if not any(one.near(centre) for centre in centres):
            centres.append(one)
    return centres


def _errors(
    run: Run,
    centres: Sequence[Estimate],
    n_seeds: int,
    seed: int,
    in_order: Callable,
    progress: Progress,
) -> list[pd.DataFrame]:
    """Estimate less truth of ``n_seeds`` echoes simulated at each centre.

    As :func:`~nmr_core.measured.resimulation.estimate_errors`, with the simulations on several
    cores and the estimates of each centre in one batch.
    """
    tasks = [delayed(_recorded)(centre, n_seeds, seed) for centre in centres]
    errors = []
    for k, signals in enumerate(in_order(tasks)):
        table = run.predict(signals, insist=True)
        values = centres[k].values
        hidden = run.manifest.unidentifiable
        names = [name for name in run.targets if name in values and name not in hidden]
        errors.append(
            pd.DataFrame({name: table[name].to_numpy(float) - values[name] for name in names})
        )
        progress(k + 1, len(centres), "simulating the errors of the estimates")
    return errors


def _recorded(centre: Estimate, n_seeds: int, seed: int) -> np.ndarray:
    """Echoes at an estimate as they are recorded, complex64 (n_seeds, n_settings, n_times)."""
    seeds = [sample_seed(seed, k, RESIMULATION, 1) for k in range(n_seeds)]
    parameters = [centre.values] * n_seeds
    recorded = centre.receiver.simulate(centre.preset, parameters, seeds, seed + 1)
    return recorded.astype(np.complex64)


def _run(tasks: Sequence[tuple], in_order: Callable, progress: Progress) -> list[Resimulation]:
    results = []
    for result in in_order([delayed(_resimulated)(*task) for task in tasks]):
        results.append(result)
        progress(len(results), len(tasks), "simulating the estimates")
    return results


def _resimulated(one: Estimate, errors: pd.DataFrame, n_seeds: int, seed: int) -> Resimulation:
    return resimulate(
        one.preset,
        one.values,
        one.signals,
        receiver=one.receiver,
        errors=errors,
        n_seeds=n_seeds,
        seed=seed,
    )
