"""Phase, scale, baseline and time zero of a measurement, all at once, beside the unknown physics of
its echo.

On the target's grid a measurement is taken as

    y_s(t) = g e^{iφ} [m_s(t - δ) + sum_k a_k u_{k,s}(t)] + b_s(t) + noise,       a_k normal about 0
    with variance 1,

with the mean m and the modes u_k of curves of its kind: whatever the modes can do is the echo's own
business, and only the
rest tells φ, g, δ and b. Gauss-Newton on all of them, real unknowns and real equations; shapes
(n_settings, n_times).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nmr_core.measured.target import Target

ROUNDS = 2


@dataclass(frozen=True, eq=False)
class Fit:
    """A fit of curves of the kind to a measurement.

    Attributes
    ----------
    phase : float
        Receiver phase in radians.
    amplitude : float
        In the measurement's unit.
    baseline : complex array (n_settings, 2)
        Constant and slope per unit of x (-1 to 1 over the grid).
    shift : float
        µs, still to be added to time zero.
    errors : dict of str to float
        Standard errors by name.
    curve : complex array (n_settings, n_times), optional
        The fitted signal, in units of M.
    chi2, chi2_baseline : float
        chi^2 of the fit, and of a constant baseline without any echo.
    n : int
        Number of real equations.
    """

    phase: float
    amplitude: float
    baseline: np.ndarray
    shift: float = 0.0
    errors: dict[str, float] = field(default_factory=dict)
    curve: np.ndarray | None = None
    chi2: float = np.inf
    chi2_baseline: float = np.inf
    n: int = 0

    @property
    def explained(self) -> float:
        """Share of the measurement's energy (about its baseline) that the fit explains."""
        return 1 - self.chi2 / self.chi2_baseline if self.chi2_baseline > 0 else 0.0

    @property
    def misfit(self) -> float:
        """Root of chi² per equation: about 1 if the measurement is of the kind."""
        return float(np.sqrt(self.chi2 / max(1, self.n)))


def line(target: Target) -> np.ndarray:
    """x from -1 at the first to 1 at the last time of the grid."""
    t = target.time
    return 2 * (t - t[0]) / max(t[-1] - t[0], 1e-12) - 1


def matched(y: np.ndarray, covered: np.ndarray, target: Target, sigma: float) -> complex:
    """g e^{iφ} from the mean alone, points weighted by how little curves of the kind differ
    there.
    """
    spread = (np.abs(target.modes) ** 2).sum(0) / 2 + target.leftover**2 + 1e-8
    peak = max(np.abs(y[covered]).max(initial=0), 1e-300)
    weight = covered / (spread + (sigma / peak / 2) ** 2)
    m = target.reference
    norm = (weight * np.abs(m) ** 2).sum()
    centre = (weight * y).sum() / weight.sum() if weight.any() else 0
    mean = (weight * m).sum() / weight.sum() if weight.any() else 0
    norm -= weight.sum() * abs(mean) ** 2
    return complex((weight * m.conj() * (y - centre)).sum() / norm) if norm > 0 else 0j


def fit(
    y: np.ndarray,
    covered: np.ndarray,
    target: Target,
    sigma: float,
    start: Fit,
    free: frozenset[str],
) -> Fit:
    """All that is ``free`` of phase, amplitude, constant, slope and shift, from ``start``; the rest
    stays.

    Parameters
    ----------
    y, covered : array
        Complex and bool (n_settings, n_times), the measurement on the grid with the time zero of
        ``start``.
    target : Target
        Times, sequence and typical signals that the model needs.
    sigma : float
        Noise of one channel of y.
    start : Fit
        Starting point.
    free : frozenset of str
        Quantities that are fitted.
    """
    now = start
    for _ in range(ROUNDS):
        now = _round(y, covered, target, sigma, now, free)
    return now


def _round(
    y: np.ndarray, covered: np.ndarray, target: Any, sigma: float, now: Fit, free: frozenset[str]
) -> Fit:
    x = np.broadcast_to(line(target), y.shape)
    turn = np.exp(-1j * now.phase) / now.amplitude
    base = now.baseline[:, :1] + now.baseline[:, 1:] * x
    curve = now.curve if now.curve is not None else target.reference
    columns, names = list(target.modes), []
    if "amplitude" in free:
        columns.append(curve)
        names.append("amplitude")
    if "phase" in free:
        columns.append(1j * curve)
        names.append("phase")
    if "shift" in free:
        columns.append(-slopes(curve, target))
        names.append("shift")
    for name, shape in (("constant", np.ones_like(x)), ("slope", x)):
        for s in range(len(y)) if name in free else ():
            for factor in (1, 1j):
                columns.append(factor * shape * (np.arange(len(y)) == s)[:, None])
                names.append(name)
    k, flat = len(target.modes), covered.ravel()
    matrix = (
        np.stack(columns).reshape(len(columns), -1)[:, flat]
        if columns
        else np.empty((0, flat.sum()), complex)
    )
    rest = ((y - base) * turn - target.reference).ravel()[flat]
    a = np.concatenate([matrix.real, matrix.imag], axis=1)
    b = np.concatenate([rest.real, rest.imag])
    variance = (sigma / now.amplitude) ** 2 + target.leftover**2 * target.memory
    prior = np.zeros(len(columns))
    prior[:k] = 1
    normal = a @ a.T / variance + np.diag(prior + 1e-9)
    inverse = np.linalg.inv(normal)
    answer = inverse @ (a @ b) / variance
    sd = np.sqrt(np.clip(np.diag(inverse), 0, None))
    left = b - answer @ a
    curve = target.reference + np.tensordot(answer[:k], target.modes, 1)
    found = dict.fromkeys(("amplitude", "phase", "shift"), 0.0) | {
        name: float(np.clip(value, -0.5, 2)) if name == "amplitude" else float(value)
        for name, value in zip(names, answer[k:], strict=True)
        if name in ("amplitude", "phase", "shift")
    }
    errors = {name: float(value) for name, value in zip(names, sd[k:], strict=True)}
    errors = {
        name: error * (now.amplitude if name in ("amplitude", "constant", "slope") else 1)
        for name, error in errors.items()
    }
    added = np.zeros_like(now.baseline)
    for column, name in enumerate(("constant", "slope")):
        values = [value for own, value in zip(names, answer[k:], strict=True) if own == name]
        for s in range(len(values) // 2):
            added[s, column] = (values[2 * s] + 1j * values[2 * s + 1]) / turn
    whole = (y - base).ravel()[flat]
    level = whole - (whole.mean() if "constant" in free else 0)
    expected = (sigma / now.amplitude) ** 2 + target.leftover**2
    chi2 = float((left**2).sum() / expected)
    chi2_baseline = float((np.abs(level) ** 2).sum() / now.amplitude**2 / expected)
    dof = 2 * int(flat.sum())
    errors = {name: error * max(1.0, np.sqrt(chi2 / max(1, dof))) for name, error in errors.items()}
    return Fit(
        now.phase + found["phase"],
        now.amplitude * (1 + found["amplitude"]),
        now.baseline + added,
        float(np.clip(found["shift"], -3 * target.step, 3 * target.step)),
        errors,
        curve,
        chi2,
        chi2_baseline,
        dof,
    )


def slopes(curves: np.ndarray, target: Target) -> np.ndarray:
    """d curve/dt between pulses, per µs, (n_settings, n_times)."""
    out = np.zeros_like(curves)
    for k in np.unique(target.piece):
        mine = target.piece == k
        if mine.sum() > 2:
            out[:, mine] = np.gradient(curves[:, mine], target.time[mine], axis=1)
    return out
