"""Re-simulation of an estimate: a measured echo ranked among simulations of its estimate.

errors = estimate_errors(run, preset, values)
result = resimulate(preset, values, signals, errors=errors)
result.p_value, result.mean, result.sd
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.experiment import Unreachable
from nmr_core.learning.run import Run
from nmr_core.measured.signals import Receiver, check_signals
from nmr_core.measured.whitening import real_rows
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import RESIMULATION, sample_seed

N_SEEDS = Parameter("n_seeds", "simulations", "", 8, 10_000, 200, integer=True)
FREEDOM = 0.5
"""Effective degrees of freedom of the leverage, as a fraction of the number of signals."""
BISECTIONS = 60


@dataclass(frozen=True, eq=False)
class Resimulation:
    """A measurement beside simulations of its estimate.

    Attributes
    ----------
    time : array (n_times,)
        µs.
    measured, mean, residual : complex array (n_settings, n_times)
        The measurement, the mean simulation, and their difference.
    sd : array (n_settings, n_times)
        Standard deviation of the simulations, Re and Im together.
    statistic : float
        Leverage of the measurement among the simulations, from 0 (in the middle) to 1.
    p_value : float
        Fraction of the signals, the measurement included, with at least this leverage.
    n_seeds : int
        Number of simulations.
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
    receiver: Receiver | None = None,
    n_seeds: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return the errors of a run's estimates for simulated echoes.

    Parameters
    ----------
    run : Run
        The trained run.
    preset : Preset
        What is simulated.
    values : dict of str to float
        Parameters of the echoes.
    receiver : Receiver, optional
        Noise and effects of the receiver; default: none.
    n_seeds : int
        Number of echoes.
    seed : int
        Of the random streams.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    DataFrame (n_seeds, n_targets)
        Estimate less truth, of each target that can be identified.

    Notes
    -----
    A parametric bootstrap. The measured echo takes no part in it: an unusual echo has wide
    intervals, and within wide errors any simulation would explain it.

    References
    ----------
    Efron, Ann. Appl. Stat. 6, 1971 (2012).
    """
    n_seeds = N_SEEDS.check(n_seeds)
    receiver = receiver or Receiver()
    seeds = [sample_seed(seed, k, RESIMULATION, 1) for k in range(n_seeds)]
    recorded = receiver.simulate(preset, [values] * n_seeds, seeds, seed + 1, progress=progress)
    table = run.predict(recorded.astype(np.complex64), insist=True)
    unidentifiable = run.manifest.unidentifiable
    names = [name for name in run.targets if name in values and name not in unidentifiable]
    return pd.DataFrame({name: table[name].to_numpy(float) - values[name] for name in names})


def resimulate(
    preset: Preset,
    values: dict[str, float],
    signals: np.ndarray,
    *,
    receiver: Receiver | None = None,
    errors: pd.DataFrame | None = None,
    n_seeds: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> Resimulation:
    """Simulate an estimate many times and rank the measurement among the simulations.

    Parameters
    ----------
    preset : Preset
        What is simulated.
    values : dict of str to float
        The estimate.
    signals : complex array (n_settings, n_times)
        The measurement, on the preset's time points.
    receiver : Receiver, optional
        Noise and effects of the receiver, and the points that are compared.
    errors : DataFrame, optional
        Errors of such estimates, see :func:`estimate_errors`. Each simulation subtracts one row
        from the values, clipped to the prior: an estimate with the usual error then counts as
        explaining the echo.
    n_seeds : int
        Number of simulations.
    seed : int
        Of the random streams.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    Resimulation

    Notes
    -----
    The statistic is the leverage h = diag(Y (Y^T Y + m)^-1 Y^T) of the centred signals Y, with the
    measurement among them and m such that sum h is half of their number. All signals are treated
    alike, so p is exact for a measurement that is one of them: P(p <= a) = a.

    References
    ----------
    Posterior predictive check: Gelman, Meng & Stern, Statistica Sinica 6, 733 (1996).
    """
    measured = check_signals(preset, signals)
    n_seeds = N_SEEDS.check(n_seeds)
    receiver = receiver or Receiver()

    # One set of parameters and one seed per simulation
    parameters = _parameter_draws(preset, values, errors, n_seeds)
    seeds = [sample_seed(seed, k, RESIMULATION) for k in range(n_seeds)]
    simulated = receiver.simulate(preset, parameters, seeds, seed, progress=progress)

    # Rank the measurement, the last of all signals
    together = np.concatenate([simulated, measured[None]])
    h = leverage(receiver.compared(together))
    mean = simulated.mean(axis=0)
    return Resimulation(
        time=preset.experiments()[0].protocol.time,
        measured=measured,
        mean=mean,
        sd=simulated.std(axis=0, ddof=1),
        residual=measured - mean,
        statistic=float(h[-1]),
        p_value=float((h >= h[-1]).mean()),
        n_seeds=n_seeds,
    )


def leverage(signals: np.ndarray, freedom: float = FREEDOM) -> np.ndarray:
    """Return the leverage h of each signal, (n,).

    Parameters
    ----------
    signals : complex array (n, n_settings, n_times)
        Simulated or measured signals.
    freedom : float
        Mean leverage, which sets the ridge m.

    Notes
    -----
    With Y Y^T = V diag(lambda) V^T, h_i = sum_k V_ik^2 lambda_k / (lambda_k + m).
    """
    Y = real_rows(signals)
    Y = Y - Y.mean(axis=0)
    values, vectors = np.linalg.eigh(Y @ Y.T)
    values = np.maximum(values, 0)

    # Bisection of log m for sum h = freedom n
    low, high = -60.0, np.log(max(values.max(), 1e-300))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        total = (values / (values + np.exp(middle))).sum()
        if total > freedom * len(Y):
            low = middle
        else:
            high = middle
    return (vectors**2) @ (values / (values + np.exp(low)))


def _parameter_draws(
    preset: Preset, values: dict[str, float], errors: pd.DataFrame | None, n: int
) -> list[dict]:
    """``n`` dictionaries: the values less one row of errors each, where it can be simulated."""
    no_errors = errors is None or not len(errors)
    rows = [{}] if no_errors else errors.to_dict("records")
    draws = []
    for row in rows:
        draw = {
            name: _shifted(preset, name, value, row.get(name, 0.0))
            for name, value in values.items()
        }
        try:
            preset.experiments(**draw)
        except Unreachable:
            if len(rows) == 1:
                raise
            continue
        draws.append(draw)
    if not draws:
        raise InputError(
            "The estimate cannot be simulated: no material has these values. Look at which of "
            "them is out of its range."
        )
    return [draws[k % len(draws)] for k in range(n)]


def _shifted(preset: Preset, name: str, value: float | str, error: float) -> float | str:
    """``value`` less ``error``, clipped to the prior."""
    if isinstance(value, str) or name not in preset.space:
        return value
    spec = preset.space[name]
    low = spec.low
    if spec.open_low:
        low += 1e-3 * spec.width
    return float(np.clip(float(value) - float(error), low, spec.high))


def p_value_sentence(resimulation: Resimulation) -> str:
    """Return the p-value of a re-simulation in a sentence."""
    p = float(resimulation.p_value)
    if p >= 0.01:
        number = f"{100 * p:.0f} of 100"
    elif p >= 5e-4:
        number = f"{max(1, round(1000 * p))} of 1,000"
    else:
        number = "fewer than 1 of 1,000"
    start = (
        f"If the estimate were right, {number} such echoes would fit worse than this one "
        f"(p-value {p:.2g})"
    )
    if p < 0.01:
        return f"{start}: it does not explain the measurement."
    if p < 0.05:
        return f"{start}: it explains the measurement poorly."
    if p >= 0.99:
        return (
            f"{start}: the measurement scatters less than simulated echoes, so the p-value "
            "tells nothing about the parameters."
        )
    return f"{start}: it explains the measurement."
