"""From a model's estimate to the parameters that explain the echo best: bounded least squares on
the simulator itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from nmr_core.effects import Effects
from nmr_core.errors import InputError
from nmr_core.experiment import Unreachable
from nmr_core.measured.curves import checked_signals, curves_at, received
from nmr_core.measured.whitening import flat, whitening
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import RESIMULATION, sample_seed

N_SEEDS = Parameter("n_seeds", "simulations of a step", "", 1, 1000, 8, integer=True)
MAX_EVALUATIONS = Parameter("max_evaluations", "steps", "", 1, 10_000, 60, integer=True)
N_DISORDER = 400
"""Simulations of the start, from which the covariance of the disorder comes."""
N_SPREAD = 100
"""Simulations of the fit, from which errors and p-value come."""
STEP = 1e-3
"""Of finite differences, in ranges of the prior."""
FAR = 1e3
"""Residual at parameters that cannot be simulated."""


@dataclass(frozen=True, eq=False)
class Refinement:
    """The best fit.

    Attributes
    ----------
    values, sd : dict[str, float]
        Parameter -> fitted value and standard deviation (disorder and noise, by how far fits of
        simulated echoes go).
    chi2 : float
        Squared residuals, whitened, over their number; about 1 where the disorder fills all
        directions, else less.
    p_value : float
        Share of simulated echoes that fit as badly, the measured one included.
    history : pd.DataFrame
        One row per step, the values and chi2.
    curve : array
        Complex (n_settings, n_times), the mean simulated curve of the fit.
    scale : complex
        Complex factor that the measurement was multiplied by (1 unless asked for).
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
    free: Sequence[str] | None = None,
    sigma: float | None = None,
    effects: Effects = (),
    n_seeds: int = 8,
    max_evaluations: int = 60,
    scale: bool = False,
    phase: bool = False,
    seed: int = 0,
    seen: np.ndarray | None = None,
    progress: Progress = silent,
) -> Refinement:
    """Fit the simulator to the signals of one sample by bounded least squares.

    Parameters
    ----------
    preset : Preset
        Experiment with its prior.
    signals : complex (n_settings, n_times)
        On the preset's time points.
    start : dict of str to float
        The estimate.
    free : sequence of str, optional
        Parameters that move; default: all that the preset draws and that ``start`` has.
    sigma : float, optional
        Noise of the measurement in Re and in Im.
    effects : list of dict
        What else a receiver does, which counts as disorder.
    n_seeds : int
        Placements of the offsets that the model averages over.
    max_evaluations : int
        Evaluations of the model.
    scale, phase : bool
        Whether to fit those of the measurement too.
    seed : int
        Seed of the random numbers.
    seen : bool (n_times,), optional
        Points that are fitted; default: all.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Refinement

    Notes
    -----
    Minimises |C^(-1/2) (M - M(theta))|^2 over the prior's box. M(theta) is a mean over ``n_seeds``
    placements of the offsets that are the same at every step, C the covariance that other
    placements
    cause at the start (:mod:`nmr_core.measured.whitening`). The standard deviations are those of
    the
    same linear step for ``N_SPREAD`` echoes simulated at the fit, the "sandwich" covariance.

    References
    ----------
    Huber, Proc. 5th Berkeley Symp. 1, 221 (1967).
    """
    receiver = ["scale"] * scale + ["phase"] * phase
    fit = _Fit(
        preset,
        checked_signals(preset, signals),
        start,
        _free(preset, start, free),
        sigma or 0.0,
        effects,
        N_SEEDS.check(n_seeds),
        receiver,
        seed,
        seen,
        MAX_EVALUATIONS.check(max_evaluations),
        progress,
    )
    found = least_squares(
        fit.residuals,
        fit.u0,
        bounds=(0.0, 1.0),
        diff_step=STEP,
        max_nfev=fit.steps,
        xtol=1e-5,
        ftol=1e-6,
    )
    return fit.finished(found)


def _free(preset: Preset, start: dict[str, float], names: Sequence[str] | None) -> list[str]:
    drawn = [spec.name for spec in preset.drawn if not spec.values]
    names = [name for name in drawn if name in start] if names is None else list(names)
    wrong = [name for name in names if name not in drawn or name not in start]
    if wrong or not names:
        raise InputError(
            "A refinement moves parameters that the preset draws and the estimate has, got "
            f"{', '.join(map(repr, wrong)) or 'none'}. Choose among {', '.join(drawn)}."
        )
    return names


class _Fit:
    """The residuals as a function of u: the free parameters, then those of the receiver, each in
    [0, 1] of its range.
    """

    def __init__(
        self,
        preset: Preset,
        measured: np.ndarray,
        start: dict,
        free: list[str],
        sigma: float,
        effects: Effects,
        n_seeds: int,
        receiver: list[str],
        seed: int,
        seen: np.ndarray | None,
        max_evaluations: int,
        progress: Progress,
    ):
        self.preset, self.start, self.free, self.receiver = preset, start, free, receiver
        self.sigma, self.effects, self.seed, self.progress = sigma, effects, seed, progress
        self.seen = np.ones(measured.shape[1], bool) if seen is None else seen
        self.limit, self.rows = max_evaluations, []
        self.steps = max(1, max_evaluations // (len(free) + len(receiver) + 1))
        self.seeds = [sample_seed(seed, k, RESIMULATION) for k in range(n_seeds)]
        self.u0 = np.append(
            np.clip(self.scaled(start), 2 * STEP, 1 - 2 * STEP), np.full(len(receiver), 0.5)
        )
        here = self.simulated(self.values(self.u0), self.seeds)
        self.first = self._first_factor(measured, here.mean(axis=0))
        self.measured = self.first * measured
        self.white = self._whitening()

    def _first_factor(self, measured: np.ndarray, model: np.ndarray) -> complex:
        """What brings the measurement near the model, of what may be fitted."""
        m, s = model[:, self.seen], measured[:, self.seen]
        best = (m * s.conj()).sum() / max((np.abs(s) ** 2).sum(), 1e-300)
        size = abs(best) if "scale" in self.receiver else 1.0
        return size * (best / max(abs(best), 1e-300) if "phase" in self.receiver else 1.0)

    def _whitening(self):
        self.progress(0, self.limit, "simulating the disorder")
        here = [self.values(self.u0)] * N_DISORDER
        many = curves_at(
            self.preset,
            here,
            [sample_seed(self.seed, k, RESIMULATION, 1) for k in range(N_DISORDER)],
        )
        many = received(self.preset, many, self.effects, 0.0, self.seed)[:, :, self.seen]
        sides = [
            [self.model(self.u0 + side * own)[None, :, self.seen] for side in (1, -1)]
            for own in STEP * np.eye(len(self.u0))
        ]
        slopes = np.stack([flat(up - down)[0] / (2 * STEP) for up, down in sides], axis=1)
        return whitening(flat(many), slopes, self.sigma)

    def scaled(self, values: dict[str, float]) -> np.ndarray:
        """Values of the free parameters as shares of their ranges."""
        specs = [self.preset.space[name] for name in self.free]
        return np.array([(values[spec.name] - spec.low) / spec.width for spec in specs], float)

    def values(self, u: np.ndarray) -> dict[str, float]:
        """All parameters at u; a range that is open below begins a thousandth above."""
        specs = [self.preset.space[name] for name in self.free]
        return self.start | {
            spec.name: float(spec.low + spec.width * max(share, 1e-3 if spec.open_low else 0.0))
            for spec, share in zip(specs, u, strict=False)
        }

    def factor(self, u: np.ndarray) -> complex:
        """What the receiver makes of the model at u: from 1/2 to 2 times, from -90° to 90°."""
        of = dict(zip(self.receiver, u[len(self.free) :], strict=True))
        return 4.0 ** (of.get("scale", 0.5) - 0.5) * np.exp(
            1j * np.pi * (of.get("phase", 0.5) - 0.5)
        )

    def simulated(self, values: dict, seeds: list) -> np.ndarray:
        """Curves of the same parameters, one a seed, in double precision (finite differences need
        it).
        """
        return curves_at(self.preset, [values] * len(seeds), seeds, dtype="float64")

    def model(self, u: np.ndarray) -> np.ndarray:
        """What the receiver should show at u, complex (n_settings, n_times)."""
        return self.factor(u) * self.simulated(self.values(u), self.seeds).mean(axis=0)

    def weighted(self, difference: np.ndarray) -> np.ndarray:
        """Whitened residuals of complex differences (n, n_settings, n_times), (n, n_residuals)."""
        return self.white(flat(difference[..., self.seen]))

    def residuals(self, u: np.ndarray) -> np.ndarray:
        """Residuals of the measurement at u; constant and large where nothing can be simulated."""
        try:
            r = self.weighted((self.measured - self.model(u))[None])[0]
        except (Unreachable, InputError):
            if not self.rows:
                raise
            r = np.full(2 * self.seen.sum() * len(self.measured), FAR)
        values = self.values(u)
        self.rows.append(
            {name: values[name] for name in self.free} | {"chi2": float((r**2).mean())}
        )
        self.progress(
            min(len(self.rows), self.limit), self.limit, f"fitting, χ² {self.rows[-1]['chi2']:.3g}"
        )
        return r

    def finished(self, found: Any) -> Refinement:
        """Errors and p-value, from echoes that are simulated at the fit and treated as the
        measurement was.
        """
        values, factor, model = self.values(found.x), self.factor(found.x), self.model(found.x)
        others = factor * self.simulated(
            values, [sample_seed(self.seed, k, RESIMULATION, 2) for k in range(N_SPREAD)]
        )
        of_others = self.weighted(
            received(self.preset, others, self.effects, self.sigma, self.seed + 1) - model
        )
        own = self.weighted((self.measured - model)[None])[0]
        step = np.linalg.pinv(found.jac)  # of a linear step to the minimum, (n_u, n_residuals)
        moved = of_others @ step.T
        badly = ((of_others - moved @ found.jac.T) ** 2).sum(axis=1)
        p = (1 + int((badly >= ((own - found.jac @ (step @ own)) ** 2).sum()).sum())) / (
            N_SPREAD + 1
        )
        widths = [self.preset.space[name].width for name in self.free]
        sd = (
            moved.std(axis=0, ddof=1)[: len(self.free)] * np.sqrt(1 + 1 / len(self.seeds)) * widths
        )  # the model is a mean of few
        return Refinement(
            {name: values[name] for name in self.free},
            dict(zip(self.free, sd.tolist(), strict=True)),
            float((own**2).mean()),
            p,
            len(self.rows),
            pd.DataFrame(self.rows),
            model / factor,
            complex(self.first / factor),
        )
