"""Up to which strength of an effect a run is usable, and up to which its intervals hold.

usable        : the error of a target is at most FACTOR times that on undisturbed signals, and its
                skill at least LEAST_SKILL
coverage      : at least ``level`` - SLACK of the true values are inside their intervals
applicability : at most WARNED of the signals are out of domain

A limit is where the first of the strengths fails, interpolated on logarithmic axes between it and
the one before. The limit of a run is the strictest of all identifiable targets.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.effects.strengths import Ladder
from nmr_core.inference.robustness.result import Robustness

FACTOR = 2.0
LEAST_SKILL = 0.5
SLACK = 0.05
WARNED = 0.5
RULE = f"usable: the error is at most {FACTOR:g} times that on undisturbed curves, and the skill at least {LEAST_SKILL:g}"


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
        way = "down to" if self.ladder.falling else "up to"
        if self.kind == "none":
            return f"not even at {self.ladder.written(self.value)}"
        reach = f"{way} {self.ladder.written(float(f'{self.value:.2g}') if self.kind == 'between' else self.value)}"
        return reach if self.kind == "between" else f"at every strength tried ({reach})"

    def strictness(self) -> float:
        """Sort key: the smaller, the earlier it fails."""
        if self.kind in ("all", "none"):
            return math.inf if self.kind == "all" else -math.inf
        return -math.log(self.value) if self.ladder.falling else math.log(self.value)


def usable_limit(found: Robustness, effect: str, target: str = "", run: str = "") -> Limit:
    """Return the limit up to which a target is usable; "": the strictest of all targets.

    Targets that are not usable even for undisturbed signals are left out of the latter.
    """
    return _strictest(found, effect, target, run, _error_of)


def coverage_limit(found: Robustness, effect: str, target: str = "", run: str = "") -> Limit:
    """Return the limit up to which the coverage of a target is close to its level."""
    return _strictest(found, effect, target, run, _misses_of)


def applicability_limit(found: Robustness, effect: str) -> Limit:
    """Return the limit up to which at most half of the signals are out of domain."""
    rows = found.along(effect, found.known[0])
    return _crossing(
        found.ladder(effect),
        rows["strength"].to_numpy(),
        (rows["out_of_domain"] / WARNED).to_numpy(),
        "",
    )


def _strictest(found: Robustness, effect: str, target: str, run: str, measure: Callable) -> Limit:
    names = (
        [target]
        if target
        else [name for name in found.known if _any_use(found, name, run)] or list(found.known)
    )
    limits = [
        _crossing(found.ladder(effect), *measure(found, effect, name, run), name) for name in names
    ]
    limits = [limit for limit in limits if limit.kind]
    return min(limits, key=Limit.strictness, default=Limit(found.ladder(effect), ""))


def _any_use(found: Robustness, target: str, run: str) -> bool:
    return bool(found.own_rows(run).loc[target, "skill"] >= LEAST_SKILL)


def _error_of(
    found: Robustness, effect: str, target: str, run: str
) -> tuple[np.ndarray, np.ndarray]:
    """(strengths, badness): usable where badness <= 1. Of classes without a wrong one, one wrong curve is the unit."""
    rows, own = found.along(effect, target, run), found.own_rows(run).loc[target]
    clean = max(own["error"], 1 / found.n) if found.task == "classification" else own["error"]
    worst = (1 - rows["skill"]) / (1 - LEAST_SKILL)
    worst = worst if found.task == "classification" else np.sqrt(np.maximum(worst, 0))
    return rows["strength"].to_numpy(), np.maximum(
        rows["error"] / (FACTOR * clean), worst
    ).to_numpy()


def _misses_of(
    found: Robustness, effect: str, target: str, run: str
) -> tuple[np.ndarray, np.ndarray]:
    rows = found.along(effect, target, run)
    return rows["strength"].to_numpy(), (
        (1 - rows["coverage"]) / (1 - found.level + SLACK)
    ).to_numpy()


def _crossing(ladder: Ladder, strength: np.ndarray, badness: np.ndarray, target: str) -> Limit:
    if not len(badness) or np.isnan(badness).any():
        return Limit(ladder, "")
    bad = np.flatnonzero(badness > 1)
    if not len(bad):
        return Limit(ladder, "all", float(strength[-1]), target)
    if bad[0] == 0:
        return Limit(ladder, "none", float(strength[0]), target)
    before, after = bad[0] - 1, bad[0]
    low, high = np.log(np.maximum(badness[[before, after]], 1e-3))
    share = -low / (high - low)
    return Limit(
        ladder,
        "between",
        float(strength[before] * (strength[after] / strength[before]) ** share),
        target,
    )


def limits_text(found: Robustness, effect: str, run: str = "") -> str:
    """Return the limits of one effect as sentences: usable, intervals and their width, warnings."""
    limit, symbols = (
        usable_limit(found, effect, run=run),
        {name: spec["symbol"] for name, spec in found.targets.items()},
    )
    first = (
        [f"{symbols[limit.target]} fails first"]
        if limit.kind == "between" and len(found.known) > 1
        else []
    )
    start = "Not usable, " if limit.kind == "none" else "Usable "
    useless = [symbols[name] for name in found.known if not _any_use(found, name, run)]
    never = (
        [f"{', '.join(useless)} not even undisturbed"]
        if useless and len(useless) < len(found.known)
        else []
    )
    notes = ", ".join(first + never)
    words = f"{start}{limit.words}{f' ({notes})' if notes else ''}."
    held = coverage_limit(found, effect, run=run)
    if not held.kind:
        return words
    widths = [
        found.along(effect, name, run)["width"].iloc[-1] / found.own_rows(run).loc[name, "width"]
        for name in found.known
    ]
    growth = float(np.nanmax(widths))
    kept = "do not hold, " if held.kind == "none" else "hold "
    grown = f"at {found.ladder(effect).written(found.effects[effect][-1])} they are up to {float(f'{growth:.2g}'):,g} times as wide"
    domain, refuses = (
        applicability_limit(found, effect) if run in ("", found.run) else Limit(held.ladder, ""),
        "",
    )
    if domain.kind in ("between", "none"):
        refuses = f" From {domain.ladder.written(float(f'{domain.value:.2g}'))} on most of the curves are out of domain."
    return f"{words} Its {100 * found.level:g} % intervals {kept}{held.words}; {grown}.{refuses}"
