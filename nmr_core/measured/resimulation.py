"""Does the estimate explain the echo? The estimate is simulated again, many times, and the
measurement stands among these.

errors = estimate_errors(run, preset, values)                   how far estimates of such echoes are
off
found  = resimulate(preset, values, signals, errors=errors)     p-value, mean, band
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.effects import Effects
from nmr_core.errors import InputError
from nmr_core.experiment import Unreachable
from nmr_core.learning.run import Run
from nmr_core.measured.curves import checked_signals, curves_at, received
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import RESIMULATION, sample_seed

N_SEEDS = Parameter("n_seeds", "simulations", "", 8, 10_000, 200, integer=True)
FREEDOM = 0.5
"""Effective degrees of freedom of the curves' covariance, as a share of their number."""


@dataclass(frozen=True, eq=False)
class Resimulation:
    """The measurement beside simulations of its estimate.

    Attributes
    ----------
    time : array
        µs, (n_times,).
    measured, mean, residual : array
        Complex (n_settings, n_times); residual = measured - mean.
    sd : array
        Of the simulations, Re and Im together, (n_settings, n_times).
    statistic : float
        Of the measurement, its leverage among all curves, 0 (in the middle) to 1.
    p_value : float
        Share of the curves, itself included, that are as far out.
    """

    time: np.ndarray
    measured: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    residual: np.ndarray
    statistic: float
    p_value: float
    n_seeds: int

    @property
    def rms(self) -> float:
        """Root mean square of the residual, in units of M."""
        return float(np.sqrt((np.abs(self.residual) ** 2).mean()))


def estimate_errors(
    run: Run,
    preset: Preset,
    values: dict[str, float],
    *,
    n_seeds: int = 200,
    sigma: float | None = None,
    effects: Effects = (),
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return how far the run's estimates of simulated echoes are off.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    preset : Preset
        Experiment with its prior.
    values : dict of str to float
        Parameters of the echoes.
    n_seeds : int
        Echoes.
    sigma : float, optional
        Noise in Re and in Im.
    effects : list of dict
        What else the receiver does.
    seed : int
        Seed of the random numbers.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    DataFrame (n_seeds, n_targets)
        Estimate less truth, for each target that can be identified.

    Notes
    -----
    A parametric bootstrap. The measured echo takes no part in it: an odd one has wide intervals,
    and
    within wide errors anything explains it.

    References
    ----------
    Efron, Ann. Appl. Stat. 6, 1971 (2012).
    """
    n_seeds = N_SEEDS.check(n_seeds)
    curves = curves_at(
        preset,
        [values] * n_seeds,
        [sample_seed(seed, k, RESIMULATION, 1) for k in range(n_seeds)],
        progress=progress,
    )
    table = run.predict(
        received(preset, curves, effects, sigma or 0.0, seed + 1).astype(np.complex64)
    )
    names = [
        name for name in run.targets if name in values and name not in run.manifest.unidentifiable
    ]
    return pd.DataFrame({name: table[name].to_numpy(float) - values[name] for name in names})


def resimulate(
    preset: Preset,
    values: dict[str, float],
    signals: np.ndarray,
    *,
    errors: pd.DataFrame | None = None,
    n_seeds: int = 200,
    sigma: float | None = None,
    effects: Effects = (),
    seed: int = 0,
    seen: np.ndarray | None = None,
    progress: Progress = silent,
) -> Resimulation:
    """Simulate an estimate many times and rank the measurement among the simulations.

    Parameters
    ----------
    preset : Preset
        Experiment with its prior.
    values : dict of str to float
        The estimate.
    signals : complex (n_settings, n_times)
        The measurement, on the preset's time points.
    errors : DataFrame, optional
        Of such an estimate, a column per parameter (:func:`estimate_errors`). Every simulation
        takes
        a row off the values, cut at the prior, so that an estimate that is as wrong as usual is no
        reason to doubt.
    n_seeds : int
        Simulations.
    sigma : float, optional
        Noise of the measurement in Re and in Im, beyond that of the preset.
    effects : list of dict
        What else the receiver does.
    seed : int
        Seed of the random numbers.
    seen : bool (n_times,), optional
        Points that are compared; default: all.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Resimulation

    Notes
    -----
    The statistic is the leverage h = diag(Y (Y'Y + m)^-1 Y') of the centred curves Y, the
    measurement
    among them, with m so that sum h is half of their number. All are treated alike, so p is exact
    if
    the measurement is one of them: p <= a has the probability a.

    References
    ----------
    Posterior predictive check: Gelman, Meng & Stern, Statistica Sinica 6, 733 (1996).
    """
    measured, n_seeds = checked_signals(preset, signals), N_SEEDS.check(n_seeds)
    drawn = _draws(preset, values, errors, n_seeds)
    simulated = curves_at(
        preset,
        drawn,
        [sample_seed(seed, k, RESIMULATION) for k in range(n_seeds)],
        progress=progress,
    )
    simulated = received(preset, simulated, effects, sigma or 0.0, seed)
    seen = np.ones(measured.shape[1], bool) if seen is None else seen
    h = leverage(np.concatenate([simulated, measured[None]])[:, :, seen])
    mean = simulated.mean(axis=0)
    return Resimulation(
        preset.experiments()[0].protocol.time,
        measured,
        mean,
        simulated.std(axis=0, ddof=1),
        measured - mean,
        float(h[-1]),
        float((h >= h[-1]).mean()),
        n_seeds,
    )


def leverage(curves: np.ndarray, freedom: float = FREEDOM) -> np.ndarray:
    """h of each of the curves, complex (n, n_settings, n_times) -> (n,); their sum is ``freedom``
    times n.
    """
    flat = curves.reshape(len(curves), -1)
    Y = np.concatenate([flat.real, flat.imag], axis=1)
    Y = Y - Y.mean(axis=0)
    values, vectors = np.linalg.eigh(Y @ Y.T)
    values = np.maximum(values, 0)
    low, high = -60.0, np.log(max(values.max(), 1e-300))
    for _ in range(60):  # bisection of log m
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if (values / (values + np.exp(middle))).sum() > freedom * len(Y)
            else (low, middle)
        )
    return (vectors**2) @ (values / (values + np.exp(low)))


def _draws(
    preset: Preset, values: dict[str, float], errors: pd.DataFrame | None, n: int
) -> list[dict]:
    """``n`` parameters: the values less an error each, in turn; those that cannot be simulated are
    left out.
    """
    rows = [{}] if errors is None or not len(errors) else errors.to_dict("records")
    found = []
    for row in rows:
        drawn = {
            name: _inside(preset, name, value, row.get(name, 0.0)) for name, value in values.items()
        }
        try:
            preset.experiments(**drawn)
        except Unreachable:
            if len(rows) == 1:
                raise
            continue
        found.append(drawn)
    if not found:
        raise InputError(
            "The estimate cannot be simulated: no material has these values. Look at which of "
            "them is out of its range."
        )
    return [found[k % len(found)] for k in range(n)]


def _inside(preset: Preset, name: str, value: float, error: float) -> float:
    if isinstance(value, str) or name not in preset.space:
        return value
    spec = preset.space[name]
    low = spec.low + (1e-3 * spec.width if spec.open_low else 0)
    return float(np.clip(float(value) - float(error), low, spec.high))
