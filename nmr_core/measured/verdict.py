"""What may be quoted of an estimate: applicability, re-simulation, refinement; one sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nmr_core.effects import Context, effects_from
from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.inference.applicability import DOMAINS
from nmr_core.learning.origin import effects_of, presets_of
from nmr_core.learning.run import Run
from nmr_core.measured.refine import Refinement
from nmr_core.measured.resimulation import Resimulation
from nmr_core.measured.steps import Prepared
from nmr_core.measured.target import Target

IN_DOMAIN, BORDERLINE, OUT_OF_DOMAIN = DOMAINS
REJECTED = 0.05
"""p-value of a re-simulation below which the estimate does not explain the measurement."""
TOO_GOOD = 0.99
"""p-value from which a re-simulation tells nothing: nearly every simulated echo fits worse."""
SMALL_CHI2 = 0.5
LOUDER = 1.25
"""Noise over the noise of the training data from which it counts as out of range."""
COARSER = 1.2
"""Point spacing over that of the model from which it counts as out of range."""
MISPLACED = 0.05
"""An echo off its place in the protocol by this share of its time is out of range."""
MOVED = 2.0
"""Standard errors between estimate and refined value that count as a difference."""


@dataclass(frozen=True)
class Verdict:
    """What may be quoted.

    Attributes
    ----------
    quotable : str
        "yes", "with caution" or "no".
    sentence : str
        The verdict with its reasons.
    out_of_range : list of str
        Numbers of the measurement that the model was not trained for, and what to do about each.
    comments : list of str
        How to read a p-value or a chi^2 that looks odd.
    """

    quotable: str
    sentence: str
    out_of_range: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def verdict(
    run: Run,
    prepared: Sequence[Prepared],
    target: Target,
    row: pd.Series,
    *,
    level: float = 0.9,
    resimulation: Resimulation | None = None,
    refinement: Refinement | None = None,
) -> Verdict:
    """Return what may be quoted of the estimate of one sample.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    prepared : sequence of Prepared
        One per setting.
    target : Target
        What the measurement was brought to.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.
    level : float
        Of the intervals.
    resimulation, refinement : optional
        As far as they were made.
    """
    quotable, sentence = _joint(row.get("applicability", ""), resimulation, level)
    if refinement is not None:
        sentence += " " + _refined(run, row, refinement)
    out_of_range = []
    if row.get("applicability", "") != IN_DOMAIN:
        out_of_range = [text for one in prepared for text in numbers_out_of_range(run, one, target)]
    return Verdict(
        quotable,
        sentence,
        list(dict.fromkeys(out_of_range)),
        _comments(resimulation, refinement),
    )


def _joint(word: str, resimulation: Resimulation | None, level: float) -> tuple[str, str]:
    """(quotable, sentence) of applicability and re-simulation."""
    p = None if resimulation is None else resimulation.p_value
    shown = "" if p is None else f"p-value {p:.2g}"
    rejected = p is not None and p < REJECTED
    if word == OUT_OF_DOMAIN:
        sentence = (
            "Do not quote these estimates: the echo is out of the domain of the model, so values "
            "and intervals may be wrong by any amount"
        )
        if rejected:
            return "no", f"{sentence}; nor does their simulation explain the echo ({shown})."
        if p is not None:
            return (
                "no",
                f"{sentence}. That their simulation fits the echo ({shown}) does not change this: "
                "other parameters may fit as well.",
            )
        return "no", f"{sentence}."
    if rejected:
        return (
            "no",
            "Do not quote these estimates: simulated echoes with these parameters differ from the "
            f"measurement ({shown}).",
        )
    agrees = f", and their simulation explains the echo ({shown})" if p is not None else ""
    if word == BORDERLINE:
        return (
            "with caution",
            "Quote these estimates with caution, and say so: the echo lies at the border of the "
            f"domain of the model, where intervals may be too narrow{agrees}.",
        )
    if word == IN_DOMAIN:
        return (
            "yes",
            f"The estimates may be quoted with their {level:.0%} intervals: the echo is in the "
            f"domain of the model{agrees}.",
        )
    return (
        "with caution",
        "Quote these estimates without uncertainties only: the run is not calibrated, so neither "
        f"intervals nor applicability are known{agrees}.",
    )


def _refined(run: Run, row: pd.Series, refinement: Refinement) -> str:
    """What the refinement adds."""
    if refinement.p_value < REJECTED:
        return (
            "The refined parameters do not explain the echo either (p-value "
            f"{refinement.p_value:.2g}); do not quote them."
        )
    moved = []
    for name, value in refinement.values.items():
        estimate = row.get(f"predicted_{name}", np.nan)
        error = math.hypot(refinement.sd.get(name, 0.0), _standard_error(row, name))
        if np.isfinite(estimate) and abs(value - estimate) > MOVED * error > 0:
            symbol = run.manifest.targets.get(name, {"symbol": name})["symbol"]
            moved.append(
                f"{symbol} from {estimate:.4g} to {value:.4g} ± "
                f"{refinement.sd.get(name, np.nan):.2g}"
            )
    if moved:
        return (
            f"The refinement moves {', '.join(moved)}, more than the errors allow: quote the "
            "refined values, and name the difference."
        )
    return "The refined values agree with the estimates within their errors."


def _standard_error(row: pd.Series, name: str) -> float:
    """About the standard error of an estimate from its 90 % interval; 0 where there is none."""
    low, high = row.get(f"low_{name}", np.nan), row.get(f"high_{name}", np.nan)
    return (high - low) / (2 * 1.645) if np.isfinite(low) and np.isfinite(high) else 0.0


def _comments(resimulation: Resimulation | None, refinement: Refinement | None) -> list[str]:
    comments = []
    p_values = [one.p_value for one in (resimulation, refinement) if one is not None]
    if p_values and max(p_values) >= TOO_GOOD:
        comments.append(
            f"A p-value of {max(p_values):.2g} is no proof of the parameters: the measurement "
            "scatters less about the mean simulation than nearly all simulated echoes. A sample "
            "with many more spins than the simulated lattice, or a smoothed signal, does the same."
        )
    if refinement is not None and refinement.chi2 < SMALL_CHI2:
        comments.append(
            f"χ² = {refinement.chi2:.2g} below 1 is expected where the disorder of the lattice "
            "does not fill all directions of the residual. Judge the fit by the p-value."
        )
    return comments


def numbers_out_of_range(run: Run, prepared: Prepared, target: Target) -> list[str]:
    """Return a sentence for each number of a measurement that the model was not trained for.

    Noise, point spacing, time of the echo and misfit are compared; each sentence ends with what to
    do.
    """
    sentences = []
    noise = training_noise(run, target)
    if noise is not None and prepared.sigma > LOUDER * noise:
        sentences.append(_noise_sentence(prepared.sigma, noise))
    step = prepared.measurement.step
    if step > COARSER * target.step:
        sentences.append(
            f"Its points are {step:.3g} µs apart, those of the model {target.step:.3g} µs: faster "
            "changes are lost. Sample faster, or train with this spacing."
        )
    if target.echo_time is not None:
        distance = abs(prepared.echo_time - target.echo_time)
        if distance > max(3 * target.step, MISPLACED * target.echo_time):
            sentences.append(
                f"Its echo is at {prepared.echo_time:.4g} µs, the protocol of the model has it at "
                f"{target.echo_time:.4g} µs. Check the pulse spacing, or train with this one."
            )
    return sentences


def _noise_sentence(sigma: float, noise: float) -> str:
    start = f"Its noise is {sigma:.2g} in units of M"
    if not noise:
        return (
            f"{start}; the model was trained on signals without noise. Choose a run that was "
            "trained with noise, or train with this noise."
        )
    ratio = sigma / noise
    return (
        f"{start}, {ratio:.1f} times the {noise:.2g} that the model was trained with. Average "
        f"about {math.ceil(ratio**2)} times more scans, or train with this noise."
    )


def training_noise(run: Run, target: Target) -> float | None:
    """Return the noise per quadrature of a run's training signals, in M; None if unknown."""
    if not run.manifest.origin:
        return None
    variance = 0.0
    for effect in effects_from(effects_of(run)):
        if not isinstance(effect, GaussianNoise):
            continue
        sigma = effect.sigma
        if not sigma and effect.snr:
            sigma = _echo_height(run, target) / effect.snr
        variance += sigma**2
    return math.sqrt(variance)


def _echo_height(run: Run, target: Target) -> float:
    """max |M| in the echo window, to which the SNR of the training data refers."""
    reference = np.atleast_2d(target.reference)
    presets = presets_of(run)
    if presets:
        window = presets[0].experiments()[0].protocol.echo_window
        reference = reference[:, Context(target.time, echo_window=window).echo]
    return float(np.abs(reference).max())
