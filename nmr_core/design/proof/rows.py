"""The rows of a proof: errors of the designs, and their ratios to the default."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.arms import Arms
from nmr_core.design.proof.comparing import Comparison, Ratio, best_of
from nmr_core.design.proof.proof import NO_PROMISE
from nmr_core.design.settings import Design


class Rows:
    """The table of a proof, from the squared residuals of all different designs.

    The best random design is one more entry behind them.
    """

    def __init__(
        self,
        problem: DesignProblem,
        arms: Arms,
        squared: np.ndarray,
        weights: np.ndarray,
        names: Sequence[str],
    ):
        self.problem = problem
        self.arms = arms
        self.names = names
        random = arms.indices(arms.random)
        best, self.best = best_of(Comparison(squared, weights), random)
        self.comparison = Comparison(
            np.concatenate([squared, best[None]]), weights, seed=problem.seed
        )
        self.groups = {
            "proposed": arms.indices([arms.proposed]),
            "default": arms.indices([arms.default]),
            "random best": [len(squared)],
            "random control": random,
        }

    def to_default(self, name: str) -> Ratio:
        """Return the ratio of the error of a row to that of the default."""
        return self.comparison.ratio(self.groups[name], self.groups["default"])

    def against_random(self) -> Ratio:
        """Return the ratio of the error of the proposal to that of random designs."""
        return self.comparison.ratio(self.groups["proposed"], self.groups["random control"])

    def table(self, promised: Ratio) -> pd.DataFrame:
        """Return one row per name, see :class:`Proof`."""
        designs = {
            "proposed": self.arms.proposed,
            "default": self.arms.default,
            "random best": self.arms.different[self.best],
        }
        rows = []
        for name, group in self.groups.items():
            promise = promised if name == "proposed" else NO_PROMISE
            rows.append(
                self._design(designs.get(name))
                | {"name": name}
                | self._errors(group)
                | _columns(self.to_default(name), "ratio", "low", "high")
                | _columns(promise, "promised", "promised_low", "promised_high")
            )
        return pd.DataFrame(rows)

    def _design(self, design: Design | None) -> dict[str, Any]:
        if design is None:
            n = len(self.arms.random)
            seconds = np.mean([self.problem.seconds(one) for one in self.arms.random])
            return {
                "label": f"mean of {n} designs drawn at random",
                "design": "",
                "seconds": float(seconds),
            }
        return {
            "label": design.label,
            "design": json.dumps(design.to_dict()),
            "seconds": float(self.problem.seconds(design)),
        }

    def _errors(self, group: list[int]) -> dict[str, float]:
        errors = np.mean([self.comparison.errors(k) for k in group], axis=0)
        own = {f"error_{name}": float(e) for name, e in zip(self.names, errors, strict=True)}
        return own | {"error": self.comparison.weighted(group)}


def _columns(ratio: Ratio, *names: str) -> dict[str, float]:
    return dict(zip(names, (ratio.value, ratio.low, ratio.high), strict=True))
