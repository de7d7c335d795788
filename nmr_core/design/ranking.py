"""Which setting next: the present design with one more acquisition, against measuring longer."""

import json
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.design.criteria import counted
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import baseline, fill_with
from nmr_core.design.valuing import Valuation

LONGER = "measure longer"
"""Name of the row without a new setting."""


def step_seconds(problem: DesignProblem) -> float:
    """Return the time of a next acquisition, s: that of one acquisition of the default."""
    return problem.budget / len(problem.default.acquisitions)


def next_design(problem: DesignProblem, setting: Setting | None) -> Design:
    """Return the default, measured for the whole budget, with one acquisition more.

    Parameters
    ----------
    problem : DesignProblem
        Default, budget and costs.
    setting : Setting or None
        What is measured next, for as long as one acquisition of the default takes, with what its
        change costs; one shot where that is dearer. None: the whole default longer.
    """
    step = step_seconds(problem)
    if setting is None:
        return fill_with(problem, problem.default, budget=problem.budget + step)
    present = baseline(problem)
    shots = dict(zip(present.settings, present.shots, strict=True))
    done = shots.get(setting, 0)
    shot = problem.seconds_of_shot(setting)
    first = problem.seconds(problem.design(shots | {setting: done + 1}))
    change = first - problem.seconds(present) - shot
    more = max(1, int((step - change) / shot + 1e-9))
    return problem.design(shots | {setting: done + more})


class Ranking:
    """Next settings, valued on the materials of the selection, the best ones on others.

    Parameters
    ----------
    problem : DesignProblem
        Candidates and costs.
    first : Valuation
        Of all settings.
    """

    def __init__(self, problem: DesignProblem, first: Valuation):
        self.problem, self.first = problem, first
        self.longer = next_design(problem, None)
        self.designs = {one: next_design(problem, one) for one in problem.settings}
        self._longest: dict[float, Design] = {}
        self.again: Valuation | None = None

    def best(self, n: int) -> list[Setting]:
        """Return the n best next settings by the materials of the selection."""
        return sorted(self.designs, key=lambda one: self.first.error(self.designs[one]))[:n]

    def reliability(self) -> float:
        """Return the rank correlation that the ranking would have with one of other materials.

        Notes
        -----
        From the rank correlation r of the rankings by two halves of the materials, by the formula
        of Spearman and Brown, 2 r/(1 + r). It is cautious: 0.44 and 0.58 where the rank correlation
        with other materials was 0.87.
        """
        from scipy.stats import spearmanr

        weights = self.first.weights
        rows = [counted(self.first.squares(one), weights) for one in self.designs.values()]
        halves = [np.mean([row[half::2] for row in rows], axis=1) for half in (0, 1)]
        r = float(spearmanr(*halves)[0])
        return 2 * r / (1 + r) if r > 0 else 0.0

    def table(self, again: Valuation) -> pd.DataFrame:
        """Return one row per next setting and one for measuring longer, the best first.

        Parameters
        ----------
        again : Valuation
            Other materials; settings that its pool has are valued there.

        Returns
        -------
        DataFrame
            setting (label), next (fields of the setting, JSON), is_longer, shots, seconds (of the
            further acquisition), ratio to the error of measuring longer, for as long as the setting
            takes, with ratio_low and ratio_high (90 %, paired), error (weighted, in ranges) with
            low and high (those of the ratio, times the error of measuring longer), error_<name>,
            gain_per_hour (fall of the error), n_materials and group: the ratio of a setting to the
            first of its group has an interval that holds 1.
        """
        self.again = again
        rows = [self._row(setting, design) for setting, design in self.designs.items()]
        rows.append(self._row(None, self.longer))
        table = pd.DataFrame(rows).sort_values("ratio", kind="stable", ignore_index=True)
        order = [self._design(row) for row in table["next"]]
        return table.assign(group=self._groups(order))

    def _row(self, setting: Setting | None, design: Design) -> dict[str, Any]:
        again = self._chosen()
        valuation = self._valuation(design)
        longer = self._as_long_as(design)
        ratio = valuation.ratio(design, longer)
        level = again.error(longer)
        present = baseline(self.problem)
        added = self.problem.seconds(design) - self.problem.seconds(present)
        errors = valuation.errors(design) / valuation.errors(longer)
        names = self.problem.names
        return {
            "setting": LONGER if setting is None else setting.label,
            "next": "" if setting is None else json.dumps(setting.to_dict()),
            "is_longer": setting is None,
            "shots": sum(design.shots) - sum(present.shots),
            "seconds": added,
            "ratio": ratio.value,
            "ratio_low": ratio.low,
            "ratio_high": ratio.high,
            "error": ratio.value * level,
            "low": ratio.low * level,
            "high": ratio.high * level,
            "gain_per_hour": (again.error(present) - ratio.value * level) / max(added, 1e-9) * 3600,
            "n_materials": len(valuation.pool),
        } | {
            f"error_{name}": float(error)
            for name, error in zip(names, errors * again.errors(longer), strict=True)
        }

    def _as_long_as(self, design: Design) -> Design:
        """The default, measured longer: for a step, or for as long as a dear change takes."""
        seconds = round(self.problem.seconds(design), 9)
        if seconds <= self.problem.budget + step_seconds(self.problem):
            return self.longer
        if seconds not in self._longest:
            self._longest[seconds] = fill_with(self.problem, self.problem.default, budget=seconds)
        return self._longest[seconds]

    def _chosen(self) -> Valuation:
        return self.first if self.again is None else self.again

    def _valuation(self, *designs: Design) -> Valuation:
        """The valuation on other materials, if it has all settings of some designs."""
        again = self._chosen()
        has_all = all(one in again.pool.settings for design in designs for one in design.settings)
        return again if has_all else self.first

    def _design(self, fields: str) -> Design:
        return self.designs[Setting.of(**json.loads(fields))] if fields else self.longer

    def _groups(self, order: list[Design]) -> list[int]:
        """Number of the group of each design: the interval of its ratio to the first holds 1."""
        groups: list[int] = []
        leader = order[0]
        for design in order:
            ratio = self._valuation(design, leader).ratio(design, leader)
            is_worse = design is not leader and ratio.low > 1
            number = groups[-1] if groups else 1
            groups.append(number + is_worse)
            leader = design if is_worse else leader
        return groups
