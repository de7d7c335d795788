"""Inputs of the interval methods: estimates of the run, and features that predict their errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from nmr_core.features.pca import Pca
from nmr_core.inference.intervals.quality import quality
from nmr_core.learning.run import Run, predicted_table

N_COMPONENTS = 24
BLOCK = 1000
"""Curves that are read together."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Of n curves, in shares of the prior's range: 0 = its low end, 1 = its high end.

    centre   : estimates of the known targets, cut to [0, 1], float64 (n, n_known)
    features : numbers related to the error of an estimate, float32 (n, n_features)
    members  : the same estimates by other models, float64 (n_members, n, n_known); n_members may be 0
    """

    centre: np.ndarray
    features: np.ndarray
    members: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)

    @property
    def all(self) -> np.ndarray:
        """[centre, features], what models of the error learn from, float32 (n, n_known + n_features)."""
        return np.concatenate(
            [self.centre, self.features], axis=1, dtype=np.float32, casting="same_kind"
        )

    def once(self, owner: object, make: Callable[[], object]):
        """``make()``, computed when ``owner`` first asks: intervals of many levels need it again and again."""
        known = self.__dict__.setdefault("_known", {})
        if id(owner) not in known:
            known[id(owner)] = owner, make()  # keeps the owner alive, so that its id stays unique
        return known[id(owner)][1]


def joined(one: Inputs, other: Inputs) -> Inputs:
    """The curves of both."""
    return Inputs(
        np.concatenate([one.centre, other.centre]),
        np.concatenate([one.features, other.features]),
        np.concatenate([one.members, other.members], axis=1),
    )


class Reader(BaseEstimator):
    """Curves -> :class:`Inputs`: components of the curves themselves (whatever the run's features are) and their quality.

    low, high : of the prior of the known targets; targets : of the run, in order; known : those with intervals

    Learned: ``pca_``; ``members_``: fitted pipelines.
    """

    def __init__(
        self,
        targets: Sequence[str] = (),
        known: Sequence[str] = (),
        low: Sequence[float] = (),
        high: Sequence[float] = (),
    ):
        self.targets = targets
        self.known = known
        self.low = low
        self.high = high

    def fit(self, signals: np.ndarray, members: Sequence = ()) -> "Reader":
        """Learn the components of complex curves (n_samples, n_settings, n_times)."""
        self.pca_ = Pca(n_components=N_COMPONENTS).fit(signals)
        self.members_ = list(members)
        return self

    def shares(self, table: pd.DataFrame) -> np.ndarray:
        """The known targets of a table in shares of their range, float64 (n, n_known)."""
        low, high = np.array(self.low, float), np.array(self.high, float)
        return (table[list(self.known)].to_numpy(float) - low) / (high - low)

    def units(self, shares: np.ndarray) -> np.ndarray:
        """The inverse of :meth:`shares`, an array."""
        low, high = np.array(self.low, float), np.array(self.high, float)
        return low + shares * (high - low)

    def read(self, run: Run, signals: np.ndarray) -> tuple[pd.DataFrame, Inputs]:
        """The run's estimates (n, n_targets), and the inputs."""
        several = [self._block(run, signals[k : k + BLOCK]) for k in range(0, len(signals), BLOCK)]
        tables, centres, features, members = zip(*several, strict=True)
        return pd.concat(tables, ignore_index=True), Inputs(
            np.concatenate(centres), np.concatenate(features), np.concatenate(members, axis=1)
        )

    def _block(
        self, run: Run, signals: np.ndarray
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
        table = run.predict(signals)
        others = [
            self._centre(predicted_table(pipe, signals, self.targets)) for pipe in self.members_
        ]
        features = np.concatenate([self.pca_.transform(signals), quality(signals)], axis=1)
        members = np.stack(others) if others else np.empty((0, len(signals), len(self.known)))
        return table, self._centre(table), features, members

    def _centre(self, table: pd.DataFrame) -> np.ndarray:
        return np.clip(self.shares(table), 0, 1)
