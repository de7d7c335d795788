"""Up to which strength of an effect a run is usable, and up to which its intervals hold.

usable        : the error of a target is at most FACTOR times that on undisturbed signals, and its
                skill at least LEAST_SKILL
coverage      : at least ``level`` - SLACK of the true values are inside their intervals
applicability : at most MOST_OUT of the signals are out of domain

A limit is where the first of the strengths fails, interpolated on logarithmic axes between it and
the one before. The limit of a run is the strictest of all identifiable targets.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.effects import Ladder
from nmr_core.inference.robustness.result import Robustness

FACTOR = 2.0
LEAST_SKILL = 0.5
SLACK = 0.05
MOST_OUT = 0.5
RULE = (
    f"usable: the error is at most {FACTOR:g} times that on undisturbed signals, and the skill at "
    f"least {LEAST_SKILL:g}"
)

Badness = Callable[[Robustness, str, str, str], tuple[np.ndarray, np.ndarray]]
"""(result, effect, target, run) -> strengths and badness, (n_strengths,); bad above 1."""


@dataclass(frozen=True)
class Limit:
    """The strength of an effect up to which something holds.

    Parameters
    ----------
    ladder : Ladder
        The effect and its strengths.
    kind : str
        "all": it holds at every strength; "none": at no strength; "between"; "": not known.
    value : float
        The strength; of "all" the largest, of "none" the smallest that was computed.
    target : str
        Target that fails first.
    """

    ladder: Ladder
    kind: str
    value: float = math.nan
    target: str = ""

    @property
    def words(self) -> str:
        """ "down to SNR 27", "at every strength tried (down to SNR 3)", "not even at SNR 1000"."""
        if not self.kind:
            return "unknown"
        if self.kind == "none":
            return f"not even at {self.ladder.written(self.value)}"
        direction = "down to" if self.ladder.falling else "up to"
        if self.kind == "between":
            return f"{direction} {self.ladder.written(_two_digits(self.value))}"
        return f"at every strength tried ({direction} {self.ladder.written(self.value)})"

    def strictness(self) -> float:
        """Return a sort key: the smaller, the earlier it fails."""
        if self.kind == "all":
            return math.inf
        if self.kind == "none":
            return -math.inf
        return -math.log(self.value) if self.ladder.falling else math.log(self.value)


def usable_limit(result: Robustness, effect: str, target: str = "", run: str = "") -> Limit:
    """Return the limit up to which a run is usable.

    Parameters
    ----------
    result : Robustness
        Scores of the run for every effect and strength.
    effect : str
        Name of the effect.
    target : str
        "": the strictest of all targets, without those that are not usable even undisturbed.
    run : str
        Id of the run or of the other run; "" is the run.
    """
    return _strictest(result, effect, target, run, _error_badness)


def coverage_limit(result: Robustness, effect: str, target: str = "", run: str = "") -> Limit:
    """Return the limit up to which the coverage is close to its level.

    Parameters
    ----------
    result, effect, target, run
        As of :func:`usable_limit`.
    """
    return _strictest(result, effect, target, run, _coverage_badness)


def applicability_limit(result: Robustness, effect: str) -> Limit:
    """Return the limit up to which at most half of the signals are out of domain."""
    rows = result.along(effect, result.known[0])
    badness = rows["out_of_domain"] / MOST_OUT
    return _crossing(result.ladder(effect), rows["strength"].to_numpy(), badness.to_numpy(), "")


def _strictest(
    result: Robustness, effect: str, target: str, run: str, badness_of: Badness
) -> Limit:
    names = [target]
    if not target:
        names = [name for name in result.known if _is_useful(result, name, run)]
        names = names or list(result.known)
    ladder = result.ladder(effect)
    limits = [_crossing(ladder, *badness_of(result, effect, name, run), name) for name in names]
    limits = [limit for limit in limits if limit.kind]
    return min(limits, key=Limit.strictness, default=Limit(ladder, ""))


def _is_useful(result: Robustness, target: str, run: str) -> bool:
    """Whether a target is usable for undisturbed signals."""
    return bool(result.own_rows(run).loc[target, "skill"] >= LEAST_SKILL)


def _error_badness(
    result: Robustness, effect: str, target: str, run: str
) -> tuple[np.ndarray, np.ndarray]:
    rows = result.along(effect, target, run)
    clean = result.own_rows(run).loc[target, "error"]

    # Error relative to its largest value by skill: 1 - skill = (error/baseline)^2 of numbers
    by_skill = (1 - rows["skill"]) / (1 - LEAST_SKILL)
    if result.task == "classification":
        clean = max(clean, 1 / result.n)  # without a wrong class one wrong signal is the unit
    else:
        by_skill = np.sqrt(np.maximum(by_skill, 0))

    # Error relative to its largest value by undisturbed signals
    by_error = rows["error"] / (FACTOR * clean)
    return rows["strength"].to_numpy(), np.maximum(by_error, by_skill).to_numpy()


def _coverage_badness(
    result: Robustness, effect: str, target: str, run: str
) -> tuple[np.ndarray, np.ndarray]:
    rows = result.along(effect, target, run)
    badness = (1 - rows["coverage"]) / (1 - result.level + SLACK)
    return rows["strength"].to_numpy(), badness.to_numpy()


def _crossing(ladder: Ladder, strength: np.ndarray, badness: np.ndarray, target: str) -> Limit:
    """The strength at which the badness first crosses 1."""
    if not len(badness) or np.isnan(badness).any():
        return Limit(ladder, "")
    bad = np.flatnonzero(badness > 1)
    if not len(bad):
        return Limit(ladder, "all", float(strength[-1]), target)
    if bad[0] == 0:
        return Limit(ladder, "none", float(strength[0]), target)

    # Interpolation of log badness, which is 0 at the limit, over log strength
    before, after = bad[0] - 1, bad[0]
    low, high = np.log(np.maximum(badness[[before, after]], 1e-3))
    fraction = -low / (high - low)
    ratio = strength[after] / strength[before]
    return Limit(ladder, "between", float(strength[before] * ratio**fraction), target)


def limits_text(result: Robustness, effect: str, run: str = "") -> str:
    """Return the limits of one effect as sentences: usable, intervals and their width, domain.

    Parameters
    ----------
    result : Robustness
        Scores of the run for every effect and strength.
    effect : str
        Name of the effect.
    run : str
        Id of the run or of the other run; "" is the run.
    """
    usable = _usable_text(result, effect, run)
    limit = coverage_limit(result, effect, run=run)
    if not limit.kind:
        return usable
    hold = "do not hold, " if limit.kind == "none" else "hold "
    intervals = f"Its {100 * result.level:g} % intervals {hold}{limit.words}"
    text = f"{usable} {intervals}; {_width_text(result, effect, run)}."
    if run in ("", result.run):
        domain = applicability_limit(result, effect)
        if domain.kind in ("between", "none"):
            first = domain.ladder.written(_two_digits(domain.value))
            text += f" From {first} on most of the signals are out of domain."
    return text


def _usable_text(result: Robustness, effect: str, run: str) -> str:
    """ "Usable down to SNR 27 (d fails first)."."""
    limit = usable_limit(result, effect, run=run)
    symbols = {name: spec["symbol"] for name, spec in result.targets.items()}
    notes = []
    if limit.kind == "between" and len(result.known) > 1:
        notes.append(f"{symbols[limit.target]} fails first")
    useless = [symbols[name] for name in result.known if not _is_useful(result, name, run)]
    if useless and len(useless) < len(result.known):
        notes.append(f"{', '.join(useless)} not even undisturbed")
    start = "Not usable, " if limit.kind == "none" else "Usable "
    brackets = f" ({', '.join(notes)})" if notes else ""
    return f"{start}{limit.words}{brackets}."


def _width_text(result: Robustness, effect: str, run: str) -> str:
    """How much the intervals grow up to the largest strength."""
    own = result.own_rows(run)
    ratios = [
        result.along(effect, name, run)["width"].iloc[-1] / own.loc[name, "width"]
        for name in result.known
    ]
    growth = _two_digits(float(np.nanmax(ratios)))
    strongest = result.ladder(effect).written(result.effects[effect][-1])
    return f"at {strongest} they are up to {growth:,g} times as wide"


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
