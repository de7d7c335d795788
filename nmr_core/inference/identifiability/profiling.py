"""Profile likelihood: hold one parameter, fit the others, see how much worse the fit becomes. Flat = not identifiable."""

import time as clock
from collections.abc import Sequence

import numpy as np
from scipy.optimize import least_squares

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.inference.identifiability.curves import curves, seeds_of
from nmr_core.inference.identifiability.directions import conditional, cramer_rao
from nmr_core.inference.identifiability.identification import Profile, index_of
from nmr_core.inference.identifiability.information import (
    covariance,
    noise_variance,
    vectors,
    weights,
)
from nmr_core.inference.identifiability.make import Asked
from nmr_core.inference.identifiability.measure import Measured, measured
from nmr_core.inference.identifiability.store import find, save
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, reporting, silent

N_POINTS = Parameter(
    "n_points",
    "points",
    "",
    5,
    101,
    13,
    integer=True,
    description="Values at which the parameter is held.",
)
N_FIT = 16
"""Seeds of the curves that are fitted, those of the slopes at most; the same for every point, so that disorder cancels."""
MAX_EVALUATIONS = 10
STEP = 0.3
"""Of the differences in the fit, in conditional bounds."""
THRESHOLD = 1.96**2
WORSE = 1e4
"""A residual where the simulator refuses: the fit turns back."""


def profile(
    preset: Preset | str,
    name: str,
    *,
    place: dict | None = None,
    n_points: int = 13,
    span: float | None = None,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
    again: bool = False,
    progress: Progress = silent,
) -> Profile:
    """min over the others of chi²(theta), against ``name``, for the mean curve of ``place`` as the measurement.

    span : how far to both sides, in units of the parameter; None: four bounds, at most the whole range

    chi² = r^T T^-1 r with r = W^T (M(theta) - M(place)), common random numbers: W holds the weights (V + C_A)^-1 of the slopes
    and of the changes along the profile, from half of the seeds, T its covariance from the other half, as in information.py.
    The others are fitted by Gauss-Newton (bounded least squares inside their ranges), starting from the neighbouring point.
    """
    asked = Asked.of(preset, place or {}, sigma, disorder, n_seeds, SEED.check(seed), targets)
    k, n_points = index_of(asked.names, name), N_POINTS.check(n_points)
    key = asked.key("profile", of=name, n_points=n_points, span=span)
    stored = None if again else find(key)
    if stored is not None:
        return stored
    begin = clock.perf_counter()
    found = measured(
        asked.preset,
        asked.place,
        asked.specs,
        asked.n_seeds,
        asked.seed,
        0,
        part_of(progress, 0, 30),
    )
    bound = float(cramer_rao(asked.fisher(found))[k] * asked.specs[k].width)
    values = _values(asked.specs[k], asked.place[name], bound, span, n_points)
    fit = _Fit(asked, found, k, values)
    chi2, others = fit.run(part_of(progress, 30, 100))
    chi2 = chi2 - min(0.0, chi2.min())
    low, high = _interval(values, chi2, fit.middle)
    made = Profile(
        key,
        asked.preset.name,
        asked.specs[k],
        asked.place[name],
        values,
        chi2,
        asked.names,
        others,
        low,
        high,
        bool(max(chi2[0], chi2[-1]) < THRESHOLD),
        bound,
        asked.place,
        asked.sigma,
        clock.perf_counter() - begin,
    )
    save(made)
    return made


def _values(
    spec: Parameter, true: float, bound: float, span: float | None, n_points: int
) -> np.ndarray:
    """Points around the true value, which is one of them, inside the range."""
    if span is not None and not (np.isfinite(span) and span > 0):
        raise InputError(
            f"span must be > 0 {spec.unit}, got {span}. Leave it out for four bounds.".replace(
                "  ", " "
            )
        )
    span = min(4 * bound, spec.width) if span is None else span
    low, high = max(spec.low, true - span), min(spec.high, true + span)
    if spec.open_low and low <= spec.low:
        low = spec.low + 0.02 * spec.width
    low, high = min(low, true), max(high, true)
    n_low = round((n_points - 1) * (true - low) / (high - low))
    n_low = min(max(n_low, true > low), n_points - 1 - (high > true))
    return np.concatenate(
        [np.linspace(low, true, n_low + 1)[:-1], np.linspace(true, high, n_points - n_low)]
    )


class _Fit:
    """The whitened residual of one place, and the walk along the profile. The others are counted in conditional bounds from the
    place, so that a step of ``STEP`` in any of them is seen and is small."""

    def __init__(self, asked: Asked, found: Measured, k: int, values: np.ndarray):
        self.asked, self.k, self.values = asked, k, values
        self.name = asked.names[k]
        self.middle = int(np.argmin(np.abs(values - asked.place[self.name])))
        F = asked.fisher(found)
        alone = conditional(F)
        self.free = [j for j in range(len(F)) if j != k and np.isfinite(alone[j])]
        specs = [asked.specs[j] for j in self.free]
        self.unit = np.array([alone[j] * asked.specs[j].width for j in self.free])
        self.here = np.array([asked.place[spec.name] for spec in specs], dtype=float)
        low = [spec.low + (1e-3 * spec.width if spec.open_low else 0.0) for spec in specs]
        high = [spec.high for spec in specs]
        self.limits = (
            np.minimum((low - self.here) / self.unit, -1e-6),
            np.maximum((high - self.here) / self.unit, 1e-6),
        )
        self.seeds = seeds_of(asked.seed, 0, min(N_FIT, found.slopes.shape[1]))
        self.true = self._means([asked.place])[0]
        self._whiten(found)

    def _means(self, places: Sequence[dict]) -> np.ndarray:
        """(n_places, n_points): mean over the seeds."""
        return vectors(
            curves(self.asked.preset, places, self.seeds, "float32").astype(complex).mean(1)
        )

    def _whiten(self, found: Measured) -> None:
        """Weights of slopes and of the changes along the profile, and the root of their inverse covariance."""
        variance, along = noise_variance(np.array(self.asked.sigmas), len(found.time)), []
        for value in self.values:
            try:
                along.append(self._means([self.asked.place | {self.name: value}])[0] - self.true)
            except InputError:
                continue
        widths = np.array([spec.width for spec in self.asked.specs])
        J = np.concatenate([vectors(found.slopes.mean(1)) * widths[:, None], along])
        size = np.linalg.norm(J, axis=1)
        J = J[size > 1e-9 * size.max()]
        if self.asked.disorder:
            around = vectors(found.curves)
            self.W = weights(around[::2], J.T, variance)
            inverse, scale = covariance(around[1::2], self.W, variance)
            self.factor = _root(inverse * scale)
        else:
            self.W = (J / variance).T
            self.factor = _root(
                np.linalg.pinv(self.W.T @ (variance[:, None] * self.W), rcond=1e-12, hermitian=True)
            )

    def _place(self, at: np.ndarray, value: float) -> dict:
        moved = {
            self.asked.names[j]: float(v)
            for j, v in zip(self.free, self.here + at * self.unit, strict=True)
        }
        return self.asked.place | {self.name: float(value)} | moved

    def residual(self, at: np.ndarray, value: float) -> np.ndarray:
        """z with |z|² = chi²."""
        try:
            return self.factor @ (self.W.T @ (self._means([self._place(at, value)])[0] - self.true))
        except InputError:
            return np.full(len(self.factor), WORSE)

    def slopes(self, at: np.ndarray, value: float) -> np.ndarray:
        """dz/d(others), (n_statistics, n_free), by one-sided differences away from the nearer limit."""
        steps = np.where(at + STEP < self.limits[1], STEP, -STEP)
        try:
            several = self._means(
                [self._place(at, value)]
                + [
                    self._place(at + step * row, value)
                    for step, row in zip(steps, np.eye(len(at)), strict=True)
                ]
            )
        except InputError:
            return np.zeros((len(self.factor), len(at)))
        return self.factor @ (self.W.T @ ((several[1:] - several[0]) / steps[:, None]).T)

    def run(self, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        """(chi² (n_points,), all parameters in units (n_points, n)), outwards from the true value."""
        chi2, at, m, done = (
            np.zeros(len(self.values)),
            np.zeros((len(self.values), len(self.free))),
            self.middle,
            0,
        )
        for order, step in ((range(m + 1, len(self.values)), 1), (range(m - 1, -1, -1), -1)):
            for number in order:
                start = at[number - step]
                if number - step != m:  # on along the line through the last two
                    v = self.values[[number, number - step, number - 2 * step]]
                    start = start + (start - at[number - 2 * step]) * (v[0] - v[1]) / (v[1] - v[2])
                with reporting(
                    lambda *_, done=done: progress(done, len(self.values), "fitting the others")
                ):
                    chi2[number], at[number] = self._fitted(self.values[number], start)
                done += 1
        everything = np.tile(
            [float(self.asked.place[name]) for name in self.asked.names], (len(self.values), 1)
        )
        everything[:, self.free], everything[:, self.k] = self.here + at * self.unit, self.values
        return chi2, everything

    def _fitted(self, value: float, start: np.ndarray) -> tuple[float, np.ndarray]:
        if not self.free:
            return float((self.residual(start, value) ** 2).sum()), start
        low, high = self.limits
        best = least_squares(
            self.residual,
            np.clip(start, low + 1e-9, high - 1e-9),
            jac=self.slopes,
            bounds=self.limits,
            args=(value,),
            max_nfev=MAX_EVALUATIONS,
            xtol=1e-4,
            ftol=1e-3,
        )
        return 2 * best.cost, best.x


def _root(P: np.ndarray) -> np.ndarray:
    """R with R^T R = P, (rank, n)."""
    values, vectors_ = np.linalg.eigh((P + P.T) / 2)
    there = values > 1e-13 * values.max()
    return np.sqrt(values[there])[:, None] * vectors_[:, there].T


def _interval(values: np.ndarray, chi2: np.ndarray, middle: int) -> tuple[float, float]:
    """Where the profile crosses 1.96² on either side of the true value, linear in chi; the ends where it does not."""

    def side(v: np.ndarray, c: np.ndarray) -> float:
        above = np.flatnonzero(c >= THRESHOLD)
        if not len(above):
            return float(v[-1])
        b = int(above[0])
        if not b:
            return float(v[0])
        chi = np.sqrt(np.maximum(c[[b - 1, b]], 0))
        return float(v[b - 1] + (v[b] - v[b - 1]) * (1.96 - chi[0]) / (chi[1] - chi[0]))

    return side(values[middle::-1], chi2[middle::-1]), side(values[middle:], chi2[middle:])
