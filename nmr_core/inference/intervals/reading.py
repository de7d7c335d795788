"""Signals that were read once, for intervals at any level."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.intervals import conformal

if TYPE_CHECKING:
    from nmr_core.inference.intervals.calibration import Calibration

N_DENSITY = 200
"""Bins of a density over the prior's range."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Some curves, as a calibration sees them.

    predicted : the run's estimates in units, (n, n_targets); of a classification class and probabilities, as ``Run.predict``
    inputs    : :class:`Inputs` of the intervals; None for a classification
    """

    calibration: "Calibration"
    predicted: pd.DataFrame
    inputs: Any = None

    def box(
        self, level: float = 0.9, joint: bool = False, factor: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) of the known targets in units, each float64 (n, n_known), cut to the prior's range.

        joint  : the box holds the true values of all of them together with probability ``level``
        factor : the intervals are made so many times as wide, about their middle: how a test is tested
        """
        c = self.calibration
        q = (conformal.joint_quantile if joint else conformal.quantile)(c.scores, level)
        if factor == 1:
            low, high = self._at(q)
        else:
            middle, (low, high) = self.middle, self._at(q)
            low, high = middle + factor * (low - middle), middle + factor * (high - middle)
        return c.reader.units(np.clip(low, 0, 1)), c.reader.units(np.clip(high, 0, 1))

    def _at(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if np.isfinite(q).all():
            return self.calibration.model.box(self.inputs, q)
        return np.zeros_like(self.inputs.centre), np.ones_like(self.inputs.centre)

    @property
    def middle(self) -> np.ndarray:
        """Where an interval of level 0 would be, in shares of the range, (n, n_known)."""
        return self.calibration.model.centre(self.inputs)

    def scores(self, truth: pd.DataFrame) -> np.ndarray:
        """Conformal scores of the true values, (n, n_known); of a classification (n, 1)."""
        c = self.calibration
        if c.task == "classification":
            number = pd.Index(c.classes).get_indexer(truth[next(iter(c.targets))].astype(str))
            if (number < 0).any():
                raise InputError(
                    f"Some of these curves belong to none of the classes {', '.join(c.classes)}. Leave them out."
                )
            return c.model.scores(self.probability)[np.arange(len(number)), number][:, None]
        return c.model.score(self.inputs, c.reader.shares(truth))

    def position(self, truth: pd.DataFrame) -> np.ndarray:
        """Where the truth lies in its predictive distribution, in (0, 1), (n, n_known): 1/2 = in the middle of the interval, 0.05
        and 0.95 = at the ends of the 90 % one. Uniform if the intervals of all levels are right."""
        c = self.calibration
        above = np.where(c.reader.shares(truth) >= self.middle, 1, -1)
        return 0.5 + 0.5 * above * conformal.position(c.scores, self.scores(truth))

    @property
    def probability(self) -> np.ndarray:
        """Of the classes, (n, n_classes); 1 for the predicted one where the model knows no probabilities."""
        c = self.calibration
        names = [f"probability_{name}" for name in c.classes]
        if set(names) <= set(self.predicted):
            return self.predicted[names].to_numpy(float)
        found = self.predicted[next(iter(c.targets))].to_numpy().astype(str)
        return (found[:, None] == np.array(c.classes)).astype(float)

    def sets(self, level: float = 0.9) -> np.ndarray:
        """Whether each class is in the set of each curve, bool (n, n_classes)."""
        c = self.calibration
        return c.model.sets(self.probability, float(conformal.quantile(c.scores, level)[0]))

    def table(self, level: float = 0.9) -> pd.DataFrame:
        """:meth:`Calibration.intervals`."""
        c = self.calibration
        found = {f"predicted_{name}": self.predicted[name].to_numpy() for name in c.targets}
        if c.task == "classification":
            found |= {
                f"probability_{name}": column
                for name, column in zip(c.classes, self.probability.T, strict=True)
            }
            chosen = self.sets(level)
            return pd.DataFrame(
                found | {"set": [", ".join(np.array(c.classes)[row]) for row in chosen]}
            )
        found |= self._columns("", *self.box(level))
        return pd.DataFrame(found | self._columns("joint_", *self.box(level, joint=True)))

    def _columns(self, prefix: str, low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
        """low_<target> and high_<target> of every target; of targets that are not identifiable, the range of the prior."""
        c, found = self.calibration, {}
        for name, spec in c.targets.items():
            for end, values in (("low", low), ("high", high)):
                found[f"{prefix}{end}_{name}"] = (
                    values[:, c.known.index(name)]
                    if name in c.known
                    else np.full(len(self.predicted), float(spec[end]))
                )
        return found

    def density(self, n_bins: int = N_DENSITY) -> tuple[np.ndarray, np.ndarray]:
        """Marginal densities: (edges in units (n_known, n_bins + 1), probability per unit (n, n_known, n_bins))."""
        c = self.calibration
        if not hasattr(c.model, "density"):
            raise InputError(
                f"The method {c.method} gives intervals, no densities. Calibrate with the method posterior."
            )
        shares = np.linspace(0, 1, n_bins + 1)
        edges = np.stack([c.reader.units(np.full(len(c.known), share)) for share in shares], axis=1)
        return edges, c.model.density(self.inputs, shares) / np.diff(edges, axis=1)

    def doubt(self) -> np.ndarray:
        """Share of usual curves about which the members disagree less, in (0, 1), (n,)."""
        c = self.calibration
        if not hasattr(c.model, "doubt"):
            raise InputError(
                f"The method {c.method} has no members that could disagree. Calibrate with the method ensemble."
            )
        return c.model.doubt(self.inputs)


def known_targets(targets: Iterable[str], unidentifiable: dict) -> tuple[str, ...]:
    """Targets that an echo depends on."""
    return tuple(name for name in targets if name not in unidentifiable)
