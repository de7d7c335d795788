"""Refine an estimate: bounded least squares of the simulator on a measured echo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import OptimizeResult, least_squares

from nmr_core.effects import effects_from
from nmr_core.errors import InputError
from nmr_core.experiment import Unreachable
from nmr_core.measured.signals import Receiver, check_signals, simulate_at
from nmr_core.measured.whitening import Whitening, fit_whitening, real_rows
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import RESIMULATION, sample_seed

N_SEEDS = Parameter("n_seeds", "simulations per step", "", 1, 1000, 8, integer=True)
MAX_EVALUATIONS = Parameter("max_evaluations", "evaluations", "", 1, 10_000, 60, integer=True)
N_DISORDER = 400
"""Simulations at the start, for the covariance of the disorder."""
N_SPREAD = 100
"""Simulations at the fit, for standard deviations and p-value."""
STEP = 1e-3
"""Step of finite differences, as a fraction of a parameter's range."""
FAR = 1e3
"""Residual at parameters that cannot be simulated."""


@dataclass(frozen=True)
class RefineOptions:
    """Options of a refinement.

    Attributes
    ----------
    n_seeds : int
        Offset placements that the model averages over.
    max_evaluations : int
        Evaluations of the model.
    scale, phase : bool
        Whether to fit scale and phase of the measurement too.
    seed : int
    """

    n_seeds: int = N_SEEDS.default
    max_evaluations: int = MAX_EVALUATIONS.default
    scale: bool = False
    phase: bool = False
    seed: int = 0

    @property
    def receiver_names(self) -> list[str]:
        """Fitted quantities of the receiver."""
        return ["scale"] * self.scale + ["phase"] * self.phase


@dataclass(frozen=True, eq=False)
class Refinement:
    """The best fit of the simulator to a measured echo.

    Attributes
    ----------
    values : dict of str to float
        Fitted parameters.
    sd : dict of str to float
        Their standard deviations, from disorder and noise.
    chi2 : float
        Mean squared whitened residual: about 1 where the disorder fills all directions, else less.
    p_value : float
        Fraction of simulated echoes that fit as badly, the measured one included.
    n_evaluations : int
    history : DataFrame
        Parameters and chi2, one row per evaluation.
    curve : complex array (n_settings, n_times)
        Mean simulation at the fit, in the scale and phase of the measurement.
    scale : complex
        Factor that the measurement was multiplied by; 1 unless scale or phase are fitted.
    """

    values: dict[str, float]
    sd: dict[str, float]
    chi2: float
    p_value: float
    n_evaluations: int
    history: pd.DataFrame
    curve: np.ndarray
    scale: complex = 1.0


def refine(
    preset: Preset,
    signals: np.ndarray,
    start: dict[str, float],
    *,
    receiver: Receiver | None = None,
    free: Sequence[str] | None = None,
    options: RefineOptions | None = None,
    progress: Progress = silent,
) -> Refinement:
    """Fit the simulator to the signals of one sample by bounded least squares.

    Parameters
    ----------
    preset : Preset
        What is simulated.
    signals : complex array (n_settings, n_times)
        The measurement, on the preset's time points.
    start : dict of str to float
        The estimate to start from.
    receiver : Receiver, optional
        Noise and effects of the receiver, which count as disorder, and the points that are fitted.
    free : sequence of str, optional
        Parameters to fit; default: all that the preset draws and that ``start`` has.
    options : RefineOptions, optional
        Numbers of simulations and evaluations, seed, and fitted receiver.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    Refinement

    Notes
    -----
    Minimises |C^(-1/2) (M - M(theta))|^2 in the ranges of the prior. M(theta) is the mean over
    ``n_seeds`` offset placements, the same at every step; C is the covariance of the disorder at
    the start (:mod:`.whitening`). The standard deviations are the scatter of one linear step for
    ``N_SPREAD`` echoes simulated at the fit, the "sandwich" covariance.

    References
    ----------
    Huber, Proc. 5th Berkeley Symp. 1, 221 (1967).
    """
    problem = _Problem(
        preset,
        check_signals(preset, signals),
        start,
        _free_names(preset, start, free),
        receiver or Receiver(),
        options or RefineOptions(),
        progress,
    )
    solution = least_squares(
        problem.residuals,
        problem.u_start,
        bounds=(0.0, 1.0),
        diff_step=STEP,
        max_nfev=problem.max_steps,
        xtol=1e-5,
        ftol=1e-6,
    )
    return problem.refinement(solution)


def _free_names(preset: Preset, start: dict[str, float], names: Sequence[str] | None) -> list[str]:
    """Parameters to fit, each drawn by the preset and in ``start``."""
    drawn = [spec.name for spec in preset.drawn if not spec.values]
    if names is None:
        names = [name for name in drawn if name in start]
    wrong = [name for name in names if name not in drawn or name not in start]
    if wrong or not names:
        raise InputError(
            "A refinement moves parameters that the preset draws and the estimate has, got "
            f"{', '.join(map(repr, wrong)) or 'none'}. Choose among {', '.join(drawn)}."
        )
    return list(names)


class _Problem:
    """Residuals as a function of u: the free parameters, then those of the receiver.

    Each element of u is a fraction of a range, from 0 to 1.
    """

    def __init__(
        self,
        preset: Preset,
        measured: np.ndarray,
        start: dict[str, float],
        free: list[str],
        receiver: Receiver,
        options: RefineOptions,
        progress: Progress,
    ) -> None:
        self.preset = preset
        self.start = start
        self.specs = [preset.space[name] for name in free]
        self.receiver = receiver
        self.fitted_receiver = options.receiver_names
        self.seed = options.seed
        self.progress = progress
        self.max_evaluations = MAX_EVALUATIONS.check(options.max_evaluations)
        self.history: list[dict[str, float]] = []

        # Model seeds: the same at every step, so that chi^2 is a smooth function of u
        self.seeds = self._seeds(N_SEEDS.check(options.n_seeds))

        # Start, away from the bounds by the steps of finite differences
        fractions = [(start[spec.name] - spec.low) / spec.width for spec in self.specs]
        inside = np.clip(np.array(fractions, float), 2 * STEP, 1 - 2 * STEP)
        self.u_start = np.append(inside, np.full(len(self.fitted_receiver), 0.5))
        self.max_steps = max(1, self.max_evaluations // (len(self.u_start) + 1))

        # Bring the measurement near the model, then whiten by the disorder there
        simulated = self.simulate(self.values(self.u_start), self.seeds)
        self.first_factor = self._first_factor(measured, simulated.mean(axis=0))
        self.measured = self.first_factor * measured
        self.whiten = self._fit_whitening()

    def _seeds(self, n: int, *purpose: int) -> list:
        return [sample_seed(self.seed, k, RESIMULATION, *purpose) for k in range(n)]

    def _first_factor(self, measured: np.ndarray, model: np.ndarray) -> complex:
        """Least-squares factor from measurement to model, as far as it may be fitted."""
        m = self.receiver.compared(model)
        s = self.receiver.compared(measured)
        best = (m * s.conj()).sum() / max((np.abs(s) ** 2).sum(), 1e-300)
        size = abs(best) if "scale" in self.fitted_receiver else 1.0
        direction = 1.0
        if "phase" in self.fitted_receiver:
            direction = best / max(abs(best), 1e-300)
        return size * direction

    def _fit_whitening(self) -> Whitening:
        """Whitening by the disorder at the start."""
        self.progress(0, self.max_evaluations, "simulating the disorder")
        parameters = [self.values(self.u_start)] * N_DISORDER
        quiet = Receiver(0.0, self.receiver.effects)
        seeds = self._seeds(N_DISORDER, 1)
        simulated = quiet.simulate(self.preset, parameters, seeds, self.seed)
        recorded = self.receiver.compared(simulated)

        # Central differences of the model, one column per element of u
        columns = []
        for step in STEP * np.eye(len(self.u_start)):
            above = self.receiver.compared(self.model(self.u_start + step))
            below = self.receiver.compared(self.model(self.u_start - step))
            columns.append(real_rows((above - below)[None])[0] / (2 * STEP))
        jacobian = np.stack(columns, axis=1)
        return fit_whitening(real_rows(recorded), jacobian, self.receiver.sigma)

    def values(self, u: np.ndarray) -> dict[str, float]:
        """All parameters at u; a range that is open below begins a thousandth above its end."""
        free = {}
        for spec, fraction in zip(self.specs, u, strict=False):
            lowest = 1e-3 if spec.open_low else 0.0
            free[spec.name] = float(spec.low + spec.width * max(fraction, lowest))
        return self.start | free

    def factor(self, u: np.ndarray) -> complex:
        """Factor of the receiver at u: modulus from 1/2 to 2, phase from -90 to 90 degrees."""
        fractions = dict(zip(self.fitted_receiver, u[len(self.specs) :], strict=True))
        modulus = 4.0 ** (fractions.get("scale", 0.5) - 0.5)
        return modulus * np.exp(1j * np.pi * (fractions.get("phase", 0.5) - 0.5))

    def simulate(self, values: dict[str, float], seeds: list) -> np.ndarray:
        """One simulation per seed, in the double precision that finite differences need."""
        signals = simulate_at(self.preset, [values] * len(seeds), seeds, dtype="float64")
        return self.receiver.scaled(self.preset, signals)

    def model(self, u: np.ndarray) -> np.ndarray:
        """Expected measurement at u, complex (n_settings, n_times)."""
        return self.factor(u) * self.simulate(self.values(u), self.seeds).mean(axis=0)

    def whitened(self, difference: np.ndarray) -> np.ndarray:
        """Whitened residuals (n, n_residuals) of complex (n, n_settings, n_times)."""
        return self.whiten(real_rows(self.receiver.compared(difference)))

    def residuals(self, u: np.ndarray) -> np.ndarray:
        """Whitened residuals at u; large and constant where nothing can be simulated."""
        try:
            residuals = self.whitened((self.measured - self.model(u))[None])[0]
        except (Unreachable, InputError):
            if not self.history:
                raise
            residuals = np.full(2 * self.receiver.compared(self.measured).size, FAR)
        values = self.values(u)
        chi2 = float((residuals**2).mean())
        self.history.append({spec.name: values[spec.name] for spec in self.specs} | {"chi2": chi2})
        done = min(len(self.history), self.max_evaluations)
        self.progress(done, self.max_evaluations, f"fitting, χ² {chi2:.3g}")
        return residuals

    def refinement(self, solution: OptimizeResult) -> Refinement:
        """Standard deviations and p-value, from echoes that are simulated at the solution."""
        jacobian = solution.jac
        values = self.values(solution.x)
        factor = self.factor(solution.x)
        model = self.model(solution.x)

        # Echoes with the fitted parameters, recorded as the measurement was
        seed = self.seed + 1
        simulated = simulate_at(
            self.preset,
            [values] * N_SPREAD,
            self._seeds(N_SPREAD, 2),
            dtype="float64",
            effects=effects_from(self.receiver.effects),
            effects_seed=seed,
        )
        recorded = self.receiver.record(self.preset, factor * simulated, seed)
        simulated_residuals = self.whitened(recorded - model)
        residuals = self.whitened((self.measured - model)[None])[0]

        # One linear step to the minimum of each, and the chi^2 that remains
        step = np.linalg.pinv(jacobian)
        moves = simulated_residuals @ step.T
        remaining = ((simulated_residuals - moves @ jacobian.T) ** 2).sum(axis=1)
        own_remaining = ((residuals - jacobian @ (step @ residuals)) ** 2).sum()
        n_worse = int((remaining >= own_remaining).sum())

        # The model is a mean of few simulations, which adds to the scatter
        widths = [spec.width for spec in self.specs]
        sd = moves.std(axis=0, ddof=1)[: len(widths)]
        sd = sd * np.sqrt(1 + 1 / len(self.seeds)) * widths
        names = [spec.name for spec in self.specs]
        return Refinement(
            values={name: values[name] for name in names},
            sd=dict(zip(names, sd.tolist(), strict=True)),
            chi2=float((residuals**2).mean()),
            p_value=(1 + n_worse) / (N_SPREAD + 1),
            n_evaluations=len(self.history),
            history=pd.DataFrame(self.history),
            curve=model / factor,
            scale=complex(self.first_factor / factor),
        )
