"""Least-squares fit of phase, scale, baseline and time zero of a measurement.

On the grid of a :class:`.target.Target` a measurement is modelled as

    y_s(t) = A exp(i phi + 2 pi i f t') [m_s(t - delta) + sum_k a_k u_ks(t)]
             + b_s + c_s x(t) + noise

with the mean signal m, the modes u_k of signals of its kind, their coefficients a_k of prior
variance 1, x from -1 to 1 over the grid, and t' of :func:`turning_time`. What the modes describe is
left to the unknown parameters of the sample; only the rest determines A, phi, f, delta, b and c.
"""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.measured.target import Target

ROUNDS = 2
"""Gauss-Newton steps of a fit."""
RIDGE = 1e-9
"""Added to the diagonal of the normal equations, which keeps them solvable."""
RELATIVE = ("amplitude", "constant", "slope")
"""Unknowns that are fitted in units of the amplitude."""
SHARED = ("amplitude", "phase", "shift", "offset")
"""Unknowns that all settings share; each has a baseline of its own."""


@dataclass(frozen=True, eq=False)
class ReceiverFit:
    """Fitted settings of the receiver.

    Attributes
    ----------
    phase : float
        Radians.
    amplitude : float
        Signal for M = 1, in the unit of the measurement.
    baseline : complex array (n_settings, 2)
        Constant, and slope per unit of x, in the unit of the measurement.
    shift : float
        Still to be added to time zero, µs.
    offset : float
        Frequency of the signal against such curves, MHz.
    refocused : bool
        Whether the pulses refocus its phase, as that of a line off the carrier; otherwise it runs
        on through the pulses, as that of another receiver frequency.
    errors : dict of str to float
        Standard error of each fitted quantity.
    curve : complex array (n_settings, n_times), optional
        Fitted signal, in units of M.
    chi2, baseline_chi2 : float
        chi^2 of the fit, and of a baseline alone.
    n : int
        Number of real residuals.
    explained : float
        Energy that the fit explains beyond a constant, in the unit of the measurement squared.
    """

    phase: float
    amplitude: float
    baseline: np.ndarray
    shift: float = 0.0
    errors: dict[str, float] = field(default_factory=dict)
    curve: np.ndarray | None = None
    chi2: float = np.inf
    baseline_chi2: float = np.inf
    n: int = 0
    offset: float = 0.0
    refocused: bool = False
    explained: float = 0.0

    def spin(self, target: Target) -> np.ndarray:
        """Factor of modulus 1 that removes the offset, complex (n_times,)."""
        return np.exp(-2j * np.pi * self.offset * turning_time(target, self.refocused))

    @property
    def misfit(self) -> float:
        """Square root of chi^2 per residual: about 1 for a measurement of the protocol."""
        return float(np.sqrt(self.chi2 / max(1, self.n)))


def baseline_axis(target: Target, time: np.ndarray | None = None) -> np.ndarray:
    """Return x of the baseline at ``time`` (µs): -1 at the first, 1 at the last grid point."""
    grid = target.time
    time = grid if time is None else time
    return 2 * (time - grid[0]) / max(grid[-1] - grid[0], 1e-12) - 1


def turning_time(target: Target, refocused: bool, time: np.ndarray | None = None) -> np.ndarray:
    """Return the time over which an offset has turned the signal, µs (n_times,).

    Parameters
    ----------
    target : Target
        With the times of echo and pulses.
    refocused : bool
        Whether the pulses refocus it: then the time since the first pulse before the second one,
        and later that since the echo. Otherwise always the time since the echo.
    time : array (n_times,), optional
        µs; default: the grid.
    """
    grid = target.time
    time = grid if time is None else time
    middle = float(np.mean(grid[[0, -1]]) if target.echo_time is None else target.echo_time)
    pulses = target.pulse_times
    if not refocused or len(pulses) < 2:
        return time - middle
    is_grid = time is grid
    mirror, since = pulses[0], time - pulses[0]
    for number, pulse in enumerate(pulses[1:], 1):
        mirror = 2 * pulse - mirror
        edges_before = sum(edge <= target.time[0] for edge in pulses[: number + 1])
        later = target.piece >= number + 1 - edges_before if is_grid else time > pulse
        since = np.where(later, time - mirror, since)
    return since


def matched_amplitude(y: np.ndarray, covered: np.ndarray, target: Target, sigma: float) -> complex:
    """Return A exp(i phi) from the mean signal alone, by a matched filter.

    Parameters
    ----------
    y, covered : complex and bool array (n_settings, n_times)
        The measurement on the grid, and which points of it are used.
    target : Target
        Time points and typical signals of the model.
    sigma : float
        Noise of one channel of ``y``.

    Notes
    -----
    Each point has the weight 1 / (variance of the signals of the protocol + noise).
    """
    spread = (np.abs(target.modes) ** 2).sum(0) / 2 + target.leftover**2 + 1e-8
    peak = max(np.abs(y[covered]).max(initial=0), 1e-300)
    weight = covered / (spread + (sigma / peak / 2) ** 2)
    if not weight.any():
        return 0j
    m = target.reference

    # Weighted means, so that a constant baseline does not matter
    y_mean = (weight * y).sum() / weight.sum()
    m_mean = (weight * m).sum() / weight.sum()

    norm = (weight * np.abs(m) ** 2).sum()
    norm -= weight.sum() * abs(m_mean) ** 2
    if norm <= 0:
        return 0j
    return complex((weight * m.conj() * (y - y_mean)).sum() / norm)


def fit_receiver(
    y: np.ndarray,
    covered: np.ndarray,
    target: Target,
    sigma: float,
    start: ReceiverFit,
    free: frozenset[str],
) -> ReceiverFit:
    """Fit the settings of the receiver by Gauss-Newton steps.

    Parameters
    ----------
    y, covered : complex and bool array (n_settings, n_times)
        The measurement on the grid with the time zero of ``start``, and which points are used.
    target : Target
        Time points and typical signals of the model.
    sigma : float
        Noise of one channel of ``y``.
    start : ReceiverFit
        Where the fit starts; what is not free stays there.
    free : frozenset of str
        Of "phase", "amplitude", "constant", "slope", "shift" and "offset".

    Returns
    -------
    ReceiverFit
    """
    current = start
    for _ in range(ROUNDS):
        current = _gauss_newton_step(y, covered, target, sigma, current, free)
    return current


def _gauss_newton_step(
    y: np.ndarray,
    covered: np.ndarray,
    target: Target,
    sigma: float,
    current: ReceiverFit,
    free: frozenset[str],
) -> ReceiverFit:
    used = covered.ravel()
    x = np.broadcast_to(baseline_axis(target), y.shape)
    turn = np.exp(-1j * current.phase) / current.amplitude
    spin = current.spin(target)
    baseline = current.baseline[:, :1] + current.baseline[:, 1:] * x

    # Residual of the mean signal, in units of M, as real numbers
    residual = ((y - baseline) * turn * spin - target.reference).ravel()[used]
    b = np.concatenate([residual.real, residual.imag])
    names, jacobian = _jacobian(current, target, x, free)
    matrix = jacobian.reshape(len(jacobian), y.size)[:, used]
    a = np.concatenate([matrix.real, matrix.imag], axis=1)

    # Normal equations with the prior of the modes
    noise = (sigma / current.amplitude) ** 2
    variance = noise + target.leftover**2 * target.memory
    n_modes = len(target.modes)
    prior = np.zeros(len(a))
    prior[:n_modes] = 1
    normal = a @ a.T / variance + np.diag(prior + RIDGE)
    inverse = np.linalg.inv(normal)
    solution = inverse @ (a @ b) / variance
    coefficients = solution[:n_modes]
    steps = solution[n_modes:]
    standard_errors = np.sqrt(np.clip(np.diag(inverse), 0, None))[n_modes:]

    # chi^2 of the fit, and of the baseline alone
    expected = noise + target.leftover**2
    remaining = b - solution @ a
    chi2 = float((remaining**2).sum() / expected)
    level = (y - baseline).ravel()[used]
    if "constant" in free:
        level = level - level.mean()
    baseline_chi2 = float((np.abs(level) ** 2).sum() / current.amplitude**2 / expected)
    n = 2 * int(used.sum())
    measured = y.ravel()[used]
    power = (np.abs(measured - measured.mean()) ** 2).sum()
    explained = float(power - current.amplitude**2 * (remaining**2).sum())

    # A poor fit widens the errors
    widened = max(1.0, np.sqrt(chi2 / max(1, n)))
    errors = {}
    for name, error in zip(names, standard_errors, strict=True):
        unit = current.amplitude if name in RELATIVE else 1
        errors[name] = float(error) * unit * widened

    shared = dict.fromkeys(SHARED, 0.0)
    shared |= {name: float(step) for name, step in zip(names, steps, strict=True) if name in SHARED}
    growth = float(np.clip(shared["amplitude"], -0.5, 2))
    furthest = 3 * target.step
    return ReceiverFit(
        phase=current.phase + shared["phase"],
        amplitude=current.amplitude * (1 + growth),
        baseline=current.baseline + _baseline_steps(names, steps, len(y)) / turn,
        shift=float(np.clip(shared["shift"], -furthest, furthest)),
        offset=current.offset + shared["offset"],
        refocused=current.refocused,
        explained=explained,
        errors=errors,
        curve=target.reference + np.tensordot(coefficients, target.modes, 1),
        chi2=chi2,
        baseline_chi2=baseline_chi2,
        n=n,
    )


def _jacobian(
    current: ReceiverFit, target: Target, x: np.ndarray, free: frozenset[str]
) -> tuple[list[str], np.ndarray]:
    """Names of the free unknowns, and derivatives of the signal by modes and unknowns.

    The derivatives have the shape (n_modes + n_unknowns, n_settings, n_times).
    """
    signal = target.reference if current.curve is None else current.curve
    spin = current.spin(target)
    names: list[str] = []
    columns: list[np.ndarray] = list(target.modes)
    if "amplitude" in free:
        names.append("amplitude")
        columns.append(signal)
    if "phase" in free:
        names.append("phase")
        columns.append(1j * signal)
    if "shift" in free:
        names.append("shift")
        columns.append(-time_derivative(signal, target))
    if "offset" in free:
        names.append("offset")
        columns.append(2j * np.pi * turning_time(target, current.refocused) * signal)
    for name, shape in (("constant", np.ones_like(x)), ("slope", x)):
        if name not in free:
            continue
        for setting in range(len(x)):
            only_here = spin * shape * (np.arange(len(x)) == setting)[:, None]
            names += [name, name]
            columns += [only_here, 1j * only_here]
    if not columns:
        return names, np.empty((0, *x.shape), complex)
    return names, np.stack(columns)


def _baseline_steps(names: list[str], steps: np.ndarray, n_settings: int) -> np.ndarray:
    """Steps of constant and slope, complex (n_settings, 2), in units of M."""
    result = np.zeros((n_settings, 2), complex)
    for column, name in enumerate(("constant", "slope")):
        values = [step for own, step in zip(names, steps, strict=True) if own == name]
        for setting in range(len(values) // 2):
            result[setting, column] = values[2 * setting] + 1j * values[2 * setting + 1]
    return result


def time_derivative(signals: np.ndarray, target: Target) -> np.ndarray:
    """Return d signal/dt between pulses, per µs, (n_settings, n_times)."""
    derivative = np.zeros_like(signals)
    for number in np.unique(target.piece):
        piece = target.piece == number
        if piece.sum() > 2:
            derivative[:, piece] = np.gradient(signals[:, piece], target.time[piece], axis=1)
    return derivative
