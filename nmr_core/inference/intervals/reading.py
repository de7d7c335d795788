"""Estimates of some signals, from which intervals of any level are computed."""

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
"""Bins of a density over the range of the prior."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Some signals, read by a calibration.

    Parameters
    ----------
    calibration : Calibration
    predicted : DataFrame, (n, n_targets)
        Estimates of the run in units; for a classification class and probabilities, as
        ``Run.predict``.
    inputs : Inputs, optional
        Inputs of the intervals; None for a classification.
    """

    calibration: "Calibration"
    predicted: pd.DataFrame
    inputs: Any = None

    def box(
        self, level: float = 0.9, joint: bool = False, factor: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return intervals of the identifiable targets, cut to the range of the prior.

        Parameters
        ----------
        level : float
            Fraction to cover, in (0, 1).
        joint : bool
            The box contains the true values of all targets together with probability ``level``.
        factor : float
            Multiplies the width about the middle: wrong intervals, to test a test of coverage.

        Returns
        -------
        low, high : float64 array, (n, n_known)
            In the units of the targets.
        """
        c = self.calibration
        quantile = conformal.joint_quantile if joint else conformal.quantile
        low, high = self._at(quantile(c.scores, level, c.weights))
        if factor != 1:
            middle = self.middle
            low = middle + factor * (low - middle)
            high = middle + factor * (high - middle)
        return c.reader.units(np.clip(low, 0, 1)), c.reader.units(np.clip(high, 0, 1))

    def _at(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The box of scores up to q, (n_known,); the whole range for an infinite q."""
        if np.isfinite(q).all():
            return self.calibration.model.box(self.inputs, q)
        return np.zeros_like(self.inputs.centre), np.ones_like(self.inputs.centre)

    @property
    def middle(self) -> np.ndarray:
        """The interval of level 0, as fractions of the range, (n, n_known)."""
        return self.calibration.model.centre(self.inputs)

    def scores(self, truth: pd.DataFrame) -> np.ndarray:
        """Return the conformal scores of true values, (n, n_known); (n, 1) of a classification.

        Raises
        ------
        InputError
            A true class is none of the run's classes.
        """
        c = self.calibration
        if c.task != "classification":
            return c.model.score(self.inputs, c.reader.fractions(truth))
        number = pd.Index(c.classes).get_indexer(truth[next(iter(c.targets))].astype(str))
        if (number < 0).any():
            raise InputError(
                f"Each signal must belong to one of the classes {', '.join(c.classes)}, and some "
                "belong to none. Leave them out."
            )
        scores = c.model.scores(self.probability)
        return scores[np.arange(len(number)), number][:, None]

    def position(self, truth: pd.DataFrame) -> np.ndarray:
        """Return the ranks of true values in their predictive distributions.

        Returns
        -------
        (n, n_known)
            In (0, 1): 1/2 is the middle of the interval, 0.05 and 0.95 are the ends of the 90 %
            interval. Uniform if the intervals of all levels are exact.
        """
        c = self.calibration
        side = np.where(c.reader.fractions(truth) >= self.middle, 1, -1)
        return 0.5 + 0.5 * side * conformal.position(c.scores, self.scores(truth), c.weights)

    @property
    def probability(self) -> np.ndarray:
        """Probabilities of the classes, (n, n_classes); 0 and 1 if the model gives none."""
        c = self.calibration
        names = [f"probability_{name}" for name in c.classes]
        if set(names) <= set(self.predicted):
            return self.predicted[names].to_numpy(float)
        classes = self.predicted[next(iter(c.targets))].to_numpy().astype(str)
        return (classes[:, None] == np.array(c.classes)).astype(float)

    def sets(self, level: float = 0.9) -> np.ndarray:
        """Return whether each class is in the set of each signal, bool (n, n_classes)."""
        c = self.calibration
        q = conformal.quantile(c.scores, level, c.weights)[0]
        return c.model.sets(self.probability, float(q))

    def table(self, level: float = 0.9) -> pd.DataFrame:
        """Return estimates and intervals, as :meth:`Calibration.intervals`."""
        c = self.calibration
        columns = {f"predicted_{name}": self.predicted[name].to_numpy() for name in c.targets}
        if c.task == "classification":
            for name, probability in zip(c.classes, self.probability.T, strict=True):
                columns[f"probability_{name}"] = probability
            classes = np.array(c.classes)
            sets = [", ".join(classes[row]) for row in self.sets(level)]
            return pd.DataFrame(columns | {"set": sets})
        columns |= self._columns("", *self.box(level))
        columns |= self._columns("joint_", *self.box(level, joint=True))
        return pd.DataFrame(columns)

    def _columns(self, prefix: str, low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
        """low_<target> and high_<target>; the range of the prior if it is not identifiable."""
        c = self.calibration
        columns = {}
        for name, spec in c.targets.items():
            for end, values in (("low", low), ("high", high)):
                if name in c.known:
                    column = values[:, c.known.index(name)]
                else:
                    column = np.full(len(self.predicted), float(spec[end]))
                columns[f"{prefix}{end}_{name}"] = column
        return columns

    def density(self, n_bins: int = N_DENSITY) -> tuple[np.ndarray, np.ndarray]:
        """Return the marginal densities of the identifiable targets.

        Returns
        -------
        edges : (n_known, n_bins + 1)
            In the units of the targets.
        density : (n, n_known, n_bins)
            Per unit.

        Raises
        ------
        InputError
            The method gives no densities.
        """
        c = self.calibration
        if not hasattr(c.model, "density"):
            raise InputError(
                f"The method {c.method} gives intervals, no densities. Calibrate with the method "
                "posterior."
            )
        fractions = np.linspace(0, 1, n_bins + 1)
        edges = np.stack([c.reader.units(np.full(len(c.known), x)) for x in fractions], axis=1)
        return edges, c.model.density(self.inputs, fractions) / np.diff(edges, axis=1)

    def disagreement(self) -> np.ndarray:
        """Return the rank of the members' disagreement among usual signals, (n,), in (0, 1).

        Raises
        ------
        InputError
            The method has no members.
        """
        c = self.calibration
        if not hasattr(c.model, "disagreement"):
            raise InputError(
                f"The method {c.method} has no members that could disagree. Calibrate with the "
                "method ensemble."
            )
        return c.model.disagreement(self.inputs)


def identifiable_targets(targets: Iterable[str], unidentifiable: dict[str, str]) -> tuple[str, ...]:
    """Return the targets that are identifiable from an echo, in order."""
    return tuple(name for name in targets if name not in unidentifiable)
