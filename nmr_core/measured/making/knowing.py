"""What a record can tell: linear errors of the parameters with the nuisances of a measurement.

At a few points of the prior, with J the slopes of the mean signal in the parameters (as fractions
of their ranges) and N those in what the receiver adds (amplitude, phase, frequency, time zero,
baseline),

    F = J^T V^-1 J - J^T V^-1 N (N^T V^-1 N + P)^-1 N^T V^-1 J,   error = sqrt diag (F + 12)^-1

V: noise of a point and the variance of the signal with the placement of the offsets; P: information
that is known of the nuisances; 12: a uniform prior of width 1. It answers within seconds, before
anything is made. Errors of the finished model are those of its calibration.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nmr_core.inference.identifiability.sensitivities import seeds_of, simulate_signals
from nmr_core.measured.making.plan import ModelPlan
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent

POINTS = ((0.15, 0.5), (0.35, 0.3), (0.35, 0.7), (0.55, 0.5))
"""Fractions of the ranges of omega_p and of all other parameters."""
SIDE = 24
"""Sites along each side of the lattice."""
N_SEEDS = 6
STEP = 0.03
"""Step of the differences, as a fraction of the range."""
KNOWN, HARDLY = 0.10, 0.20
"""Error as a fraction of the range up to which a parameter is known, and hardly known; a uniform
prior alone gives .29."""
ANGLES = (60.0, 90.0, 120.0, 180.0)
"""Refocusing angles that would tell more."""
STRENGTH = "strength"


@dataclass(frozen=True)
class Knowledge:
    """What a record can tell.

    Attributes
    ----------
    errors : dict of str to float
        Name of a parameter -> standard error, as a fraction of its range (rms over the points).
    strength : float
        Relative standard error of omega_p times line width, the coupling in MHz.
    with_angles : dict of str to float
        ``errors`` with four refocusing angles; {} where it was not computed.
    known, hardly, unknown : tuple of str
        Names by the size of their errors.
    sentences : tuple of str
    """

    errors: dict[str, float]
    strength: float
    with_angles: dict[str, float] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    hardly: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def what_can_be_known(
    plan: ModelPlan, *, more_angles: bool = True, progress: Progress = silent
) -> Knowledge:
    """Return which parameters a record like that of a plan can tell.

    Parameters
    ----------
    plan : ModelPlan
        Of :func:`plan_model`.
    more_angles : bool
        Whether to compute what four refocusing angles would tell, where something is not known.
    progress : callable
        Called with (done, total, message).
    """
    preset = plan.preset.fix(n_x=SIDE, n_y=SIDE)
    specs = tuple(preset.drawn)
    progress(0, 2, "what the record determines")
    errors, strength = _errors(preset, specs, plan)
    groups = _grouped(errors)
    with_angles: dict[str, float] = {}
    progress(1, 2, "what four angles would tell")
    if more_angles and groups[2] and len(preset.settings) == 1:
        free = _without_angles(preset).measure(angle_2=list(ANGLES))
        with_angles = _errors(free, specs, plan)[0]
    progress(2, 2, "what the record determines")
    sentences = _sentences(specs, errors, strength, groups, with_angles)
    known, hardly, unknown = groups
    return Knowledge(errors, strength, with_angles, known, hardly, unknown, sentences)


def _without_angles(preset: Preset) -> Preset:
    """The preset without the fixed angle of the second pulse."""
    from dataclasses import replace

    kept = tuple((name, value) for name, value in preset.fixed if name != "angle_2")
    return replace(preset, fixed=kept)


def _errors(
    preset: Preset, specs: Sequence[Parameter], plan: ModelPlan
) -> tuple[dict[str, float], float]:
    """(errors as fractions of the ranges, median relative error of the strength)."""
    squares, strengths = [], []
    for number, (first, others) in enumerate(POINTS):
        cells = {spec.name: first if spec.name == "omega_p" else others for spec in specs}
        covariance, values = _covariance(preset, specs, cells, plan, number)
        squares.append(np.diag(covariance))
        strengths.append(_strength_error(specs, covariance, values))
    error = np.sqrt(np.mean(squares, axis=0))
    named = {spec.name: float(value) for spec, value in zip(specs, error, strict=True)}
    return named, float(np.median(strengths))


def _covariance(
    preset: Preset,
    specs: Sequence[Parameter],
    cells: dict[str, float],
    plan: ModelPlan,
    number: int,
) -> tuple[np.ndarray, dict[str, float]]:
    """(posterior covariance of the fractions, values of the parameters) at one point."""
    values = {spec.name: float(spec.quantile(cells[spec.name])) for spec in specs}
    points = [values]
    steps = [_step(spec, values[spec.name]) for spec in specs]
    for spec, step in zip(specs, steps, strict=True):
        for sign in (1, -1):
            points.append(values | {spec.name: values[spec.name] + sign * step})
    seeds = seeds_of(plan.seed, number, N_SEEDS)
    signals = simulate_signals(preset, points, seeds, "float32").astype(complex)

    # Mean over the placements, (n_points, n_settings, n_times), and slopes per range
    mean = signals.mean(1)
    J = [
        (mean[1 + 2 * k] - mean[2 + 2 * k]) * (spec.width / (2 * steps[k]))
        for k, spec in enumerate(specs)
    ]
    peak = float(np.abs(mean[0]).max())
    noise = _noise(plan, peak)
    disorder = signals[0].var(0, ddof=1) / 2
    V = (noise**2 + disorder).ravel()
    N, P = _nuisances(preset, mean[0], plan, noise)

    J_rows = _real(np.stack([one.ravel() for one in J]))
    N_rows = _real(np.stack([one.ravel() for one in N]))
    weight = 1 / np.concatenate([V, V])
    JJ = (J_rows * weight) @ J_rows.T
    JN = (J_rows * weight) @ N_rows.T
    NN = (N_rows * weight) @ N_rows.T + np.diag(P)
    F = JJ - JN @ np.linalg.solve(NN, JN.T)
    return np.linalg.inv(F + 12 * np.eye(len(specs))), values


def _step(spec: Parameter, value: float) -> float:
    """Step of the difference: small for small values, which stay positive."""
    step = STEP * spec.width
    return min(step, 0.25 * abs(value)) if spec.low >= 0 and value else step


def _real(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows.real, rows.imag], axis=1)


def _noise(plan: ModelPlan, peak: float) -> float:
    """Noise of a point of the grid for an echo of some height."""
    made_for = plan.made_for
    snr = np.sqrt(made_for.snr_low * made_for.snr_high) * np.sqrt(made_for.averaged)
    return float(peak / snr)


def _nuisances(
    preset: Preset, mean: np.ndarray, plan: ModelPlan, noise: float
) -> tuple[list[np.ndarray], np.ndarray]:
    """(slopes in the nuisances, their prior information)."""
    protocol = preset.experiments()[0].protocol
    t = protocol.time - protocol.echo_time
    strengths = {effect["effect"]: effect for effect in plan.effects}
    frequency = strengths.get("frequency_offset", {}).get("sd", 1e-4)
    shift = strengths.get("time_shift", {}).get("sd", 0.1)
    size = float(np.abs(mean).max())
    slopes = [
        mean,
        1j * mean,
        2j * np.pi * t * mean,
        np.gradient(mean, t, axis=-1),
        np.full_like(mean, 1),
        np.full_like(mean, 1j),
    ]
    free = 1e-6 / size**2
    information = np.array(
        [free, free, 1 / frequency**2, 1 / shift**2, 1 / (0.3 * noise) ** 2, 1 / (0.3 * noise) ** 2]
    )
    return slopes, information


def _strength_error(
    specs: Sequence[Parameter], covariance: np.ndarray, values: dict[str, float]
) -> float:
    """Relative error of omega_p times line width."""
    direction = np.zeros(len(specs))
    for k, spec in enumerate(specs):
        if spec.name in ("omega_p", "line_width"):
            direction[k] = spec.width / values[spec.name]
    return float(np.sqrt(direction @ covariance @ direction))


def _grouped(errors: dict[str, float]) -> tuple[tuple[str, ...], ...]:
    """Names that are known, hardly known and not known."""
    known = tuple(name for name, error in errors.items() if error <= KNOWN)
    hardly = tuple(name for name, error in errors.items() if KNOWN < error <= HARDLY)
    unknown = tuple(name for name, error in errors.items() if error > HARDLY)
    return known, hardly, unknown


def _sentences(
    specs: Sequence[Parameter],
    errors: dict[str, float],
    strength: float,
    groups: tuple[tuple[str, ...], ...],
    with_angles: dict[str, float],
) -> tuple[str, ...]:
    symbols = {spec.name: spec.symbol for spec in specs}
    known, hardly, unknown = (
        ", ".join(f"{symbols[name]} (± {100 * errors[name]:.2g} % of its range)" for name in group)
        for group in groups
    )
    sentences = []
    if strength < 0.5:
        sentences.append(
            "With this record you can know the strength of the coupling, 2α|W|, to about "
            f"{100 * strength:.2g} %."
        )
    if known:
        sentences.append(f"It determines {known}.")
    if hardly:
        sentences.append(f"It hardly determines {hardly}.")
    if unknown:
        sentences.append(f"It cannot tell {unknown}: intervals will be about as wide as the range.")
    told = [name for name in groups[2] if with_angles.get(name, 1.0) <= KNOWN]
    better = [name for name in groups[2] if KNOWN < with_angles.get(name, 1.0) <= HARDLY]
    angles = "Four refocusing angles (60°, 90°, 120°, 180°)"
    if told:
        sentences.append(f"{angles} would tell {', '.join(symbols[name] for name in told)}.")
    if better:
        names = ", ".join(symbols[name] for name in better)
        sentences.append(f"{angles} would hardly tell {names}.")
    return tuple(sentences)
