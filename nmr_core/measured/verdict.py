"""What may be quoted of an estimate: applicability, re-simulation, refinement; one sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.applicability import DOMAINS
from nmr_core.learning.bounds import reasons
from nmr_core.learning.hardly import hardly_estimated
from nmr_core.learning.run import Run
from nmr_core.measured.actions import MAKE, Action, identify, make_model, window
from nmr_core.measured.out_of_range import Number, numbers_out_of_range
from nmr_core.measured.refine import Refinement
from nmr_core.measured.resimulation import Resimulation
from nmr_core.measured.steps import Prepared
from nmr_core.measured.target import Target

IN_DOMAIN, BORDERLINE, OUT_OF_DOMAIN = DOMAINS
REJECTED = 0.05
"""p-value of a re-simulation below which the estimate does not explain the measurement."""
DOUBTFUL = 0.07
"""p-value of half of the simulations below which all are made."""
FEWEST = 20
"""Simulations of an estimate from which a p-value, at least 1/(n + 1), can be below REJECTED."""
TOO_GOOD = 0.99
"""p-value from which a re-simulation tells nothing: nearly every simulated echo fits worse."""
SMALL_CHI2 = 0.5
MOVED = 2.0
"""Standard errors between estimate and refined value that count as a difference."""
AS_WIDE = 0.75
"""Share of the range of the training data from which an interval says nothing."""
AT_END = 0.01
"""Share of the range within which an interval ends at the end of the training data."""
ENDS = 0.2
"""Share of the compared times at either end that another window can leave out."""


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
    actions : list of Action
        What to do, one of a kind; never empty where nothing may be quoted.
    not_quoted : list of str
        Names of parameters that may not be quoted though others may.
    """

    quotable: str
    sentence: str
    out_of_range: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    not_quoted: list[str] = field(default_factory=list)


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
    word = row.get("applicability", "")
    quotable, sentence = _joint(word, resimulation, refinement, level)
    quotable, sentence = _with_fixed(prepared, word, quotable, sentence)
    if refinement is not None:
        sentence += " " + _refined(run, row, resimulation, refinement)
    unknown = {} if quotable == "no" else _not_told(run, row, level)
    quotable, sentence = _without(run, unknown, quotable, sentence)
    if quotable != "no":
        quotable, sentence = _bounded(run, row, unknown, quotable, sentence)

    # Each number that is out of range, with what to do about it
    numbers = []
    if word != IN_DOMAIN:
        numbers = [one for each in prepared for one in numbers_out_of_range(run, each, target)]
    if quotable == "no":
        numbers += _reasons(run, prepared, target, row, resimulation, bool(numbers))
    elif not word:
        numbers.append(Number("", (make_model("it is calibrated as it is made"),)))
    if unknown:
        symbols = [_symbol(run, name) for name in unknown]
        numbers.append(Number("", (identify(", ".join(symbols)),)))
    return Verdict(
        quotable,
        sentence,
        list(dict.fromkeys(one.sentence for one in numbers if one.sentence)),
        _comments(resimulation, refinement),
        one_of_a_kind([action for one in numbers for action in one.actions]),
        list(unknown),
    )


def checked_seeds(n_seeds: int, *, none: bool = False) -> int:
    """Return a number of simulations with which a verdict can reject an estimate.

    Parameters
    ----------
    n_seeds : int
        Simulations of an estimate.
    none : bool
        Whether 0, no simulation, is allowed.

    Raises
    ------
    InputError
        For fewer than :data:`FEWEST`.
    """
    n_seeds = int(n_seeds)
    if n_seeds >= FEWEST or (none and n_seeds == 0):
        return n_seeds
    raise InputError(
        f"Simulations of an estimate must be at least {FEWEST}, got {n_seeds}: no p-value of n "
        f"simulations is below 1/(n + 1), and an estimate is rejected below {REJECTED:g}. Give "
        f"{FEWEST} or more{', or 0 for none' if none else ''}."
    )


def one_of_a_kind(actions: Sequence[Action]) -> list[Action]:
    """Return the first action of each kind: one button for one thing to do."""
    first: dict[str, Action] = {}
    for action in actions:
        first.setdefault(action.kind, action)
    return list(first.values())


def _joint(
    word: str,
    resimulation: Resimulation | None,
    refinement: Refinement | None,
    level: float,
) -> tuple[str, str]:
    """(quotable, sentence) of applicability, re-simulation and refinement."""
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
    if rejected and refinement is not None and refinement.p_value >= REJECTED:
        return (
            "with caution",
            "Quote the refined values, not the estimates: simulated echoes with the estimates "
            f"differ from the measurement ({shown}), those with the refined values do not (p-value "
            f"{refinement.p_value:.2g}).",
        )
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


def _with_fixed(
    prepared: Sequence[Prepared], word: str, quotable: str, sentence: str
) -> tuple[str, str]:
    """(quotable, sentence) where steps were fixed that the calibration found."""
    names = dict.fromkeys(name.replace("_", " ") for one in prepared for name in one.fixed)
    if not names or not word or quotable == "no":
        return quotable, sentence
    return "with caution", (
        f"{sentence} Say that {', '.join(names)} was fixed by hand: the intervals were calibrated "
        "with all steps found from the echo, and do not include the error of a fixed one."
    )


def _refined(
    run: Run, row: pd.Series, resimulation: Resimulation | None, refinement: Refinement
) -> str:
    """What the refinement adds."""
    shown = f"p-value {refinement.p_value:.2g}"
    estimate_rejected = resimulation is not None and resimulation.p_value < REJECTED
    if refinement.p_value < REJECTED and estimate_rejected:
        return (
            f"The refined parameters do not explain the echo either ({shown}); do not quote them."
        )
    if refinement.p_value < REJECTED:
        return f"The refined parameters do not explain the echo ({shown}); quote none of them."
    moved = _moved(run, row, refinement)
    if row.get("applicability", "") == OUT_OF_DOMAIN:
        return (
            f"The refined values explain the echo ({shown}), but they started from these estimates "
            "and may be one explanation of several: do not quote them alone."
        )
    if moved:
        return (
            f"The refinement moves {', '.join(moved)}, more than the errors allow: quote the "
            "refined values, and name the difference."
        )
    return "The refined values agree with the estimates within their errors."


def _moved(run: Run, row: pd.Series, refinement: Refinement) -> list[str]:
    """Parameters that the refinement moves by more than their errors, with both values."""
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
    return moved


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


def _not_told(run: Run, row: pd.Series, level: float) -> dict[str, str]:
    """Name -> why it may not be quoted: no echo, not this record, or not this run tells it."""
    unknown = {}
    hardly = hardly_estimated(run)
    for name, spec in run.manifest.targets.items():
        if name in run.manifest.unidentifiable:
            unknown[name] = run.manifest.unidentifiable[name]
            continue
        low, high = row.get(f"low_{name}", np.nan), row.get(f"high_{name}", np.nan)
        width = spec.get("high", np.inf) - spec.get("low", -np.inf)
        if np.isfinite([low, high, width]).all() and high - low >= AS_WIDE * width > 0:
            unit = f" {spec.get('unit', '')}".rstrip()
            unknown[name] = (
                f"its {level:.0%} interval is {low:.3g} to {high:.3g}{unit}, "
                f"{min((high - low) / width, 1.0):.0%} of the range of the training data; this "
                "record does not tell it."
            )
        elif name in hardly:
            unknown[name] = hardly[name]
    return unknown


def _without(run: Run, unknown: dict[str, str], quotable: str, sentence: str) -> tuple[str, str]:
    """(quotable, sentence) that names what may be quoted, and why the rest may not."""
    if not unknown:
        return quotable, sentence
    whys = "".join(f" Not {_symbol(run, name)}: {why}" for name, why in unknown.items())
    left = [spec["symbol"] for name, spec in run.manifest.targets.items() if name not in unknown]
    if not left:
        return "no", f"Do not quote these estimates: this record tells none of them.{whys}"
    return quotable, f"{sentence} This holds for {', '.join(left)}.{whys}"


def _bounded(
    run: Run, row: pd.Series, unknown: dict[str, str], quotable: str, sentence: str
) -> tuple[str, str]:
    """(quotable, sentence) that names one-sided intervals, and estimates outside of theirs."""
    limits, outside = [], []
    for name, spec in run.manifest.targets.items():
        low, high = row.get(f"low_{name}", np.nan), row.get(f"high_{name}", np.nan)
        bottom, top = spec.get("low", -np.inf), spec.get("high", np.inf)
        estimate = row.get(f"predicted_{name}", np.nan)
        if name in unknown or not np.isfinite([low, high, bottom, top, estimate]).all():
            continue
        unit = f" {spec.get('unit', '')}".rstrip()
        if low <= bottom + AT_END * (top - bottom):
            limits.append(f"{spec['symbol']} below {high:.3g}{unit}")
        elif high >= top - AT_END * (top - bottom):
            limits.append(f"{spec['symbol']} above {low:.3g}{unit}")
        if not low <= estimate <= high:
            outside.append(
                f"the estimate of {spec['symbol']}, {estimate:.3g}, is outside of its interval "
                f"{low:.3g} to {high:.3g}{unit}"
            )
    if limits:
        sentence += (
            f" Quote as limits, not as values: {', '.join(limits)}; the interval ends at the range "
            "of the training data."
        )
    if outside:
        quotable = "with caution"
        sentence += f" With caution: {'; '.join(outside)}. Quote the interval alone."
    return quotable, sentence


def _symbol(run: Run, name: str) -> str:
    return str(run.manifest.targets[name]["symbol"])


def _reasons(
    run: Run,
    prepared: Sequence[Prepared],
    target: Target,
    row: pd.Series,
    resimulation: Resimulation | None,
    has_numbers: bool,
) -> list[Number]:
    """Why nothing may be quoted, beyond the numbers that were compared; never without actions."""
    numbers = []
    if resimulation is not None and resimulation.p_value < REJECTED:
        numbers.append(_misfit(prepared, target, resimulation))
    if row.get("applicability", "") == OUT_OF_DOMAIN and not has_numbers:
        far = reasons(run.manifest, row.to_frame().T.infer_objects()) or [""]
        text = far[0] or row.get("reason", "") or ""
        numbers.append(Number(str(text), (make_model("its prior and line are those you choose"),)))
    actions = [action.kind for one in numbers for action in one.actions]
    if MAKE not in actions:
        numbers.append(Number("", (make_model(),)))
    return numbers


def _misfit(prepared: Sequence[Prepared], target: Target, resimulation: Resimulation) -> Number:
    """Where measurement and simulation differ most, and the window that leaves it out."""
    residual = np.abs(resimulation.residual) / np.maximum(resimulation.sd, 1e-12)
    residual = np.where(target.needed, residual, 0)
    setting, k = np.unravel_index(residual.argmax(), residual.shape)
    time = resimulation.time[k]
    sentence = (
        f"Measurement and mean simulation differ most at {time:.4g} µs: "
        f"{residual[setting, k]:.1f} standard deviations. Another kernel, line or window may "
        "explain the echo."
    )
    actions = [make_model("with other kernels or another line")]

    # A window on the clock of the file that leaves out the end with the largest difference
    first, last = target.needed_range
    margin = ENDS * (last - first)
    zero = prepared[int(setting)].time_zero
    if time < first + margin:
        actions.append(window(first + margin + zero, last + zero))
    elif time > last - margin:
        actions.append(window(first + zero, last - margin + zero))
    return Number(sentence, tuple(actions))
