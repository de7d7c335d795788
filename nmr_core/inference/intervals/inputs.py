"""Inputs of the interval methods: estimates of the run, and features that predict their errors.

The features are principal components of the signals, whatever the features of the run are, and ten
numbers for the quality of a signal: noise, size, phase, offset, lost and clipped points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from nmr_core.features.pca import Pca
from nmr_core.learning.run import Run, predicted_table

N_COMPONENTS = 24
BLOCK = 1000
"""Signals that are read together."""
NAMES = (
    "noise",
    "peak",
    "peak_place",
    "phase_re",
    "phase_im",
    "tail_re",
    "tail_im",
    "tail_size",
    "zeros",
    "flat",
)
"""Columns of :func:`quality`."""
NOTHING = 1e-6
"""Noise and sizes below this, in units of M (at most 1/2), are single-precision rounding."""

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class Inputs:
    """Inputs of n signals, as fractions of the prior's range: 0 = its low end, 1 = its high end.

    Parameters
    ----------
    centre : float64 array, (n, n_known)
        Estimates of the identifiable targets, cut to [0, 1].
    features : float32 array, (n, n_features)
        Numbers related to the error of an estimate.
    members : float64 array, (n_members, n, n_known)
        The same estimates by other models; n_members may be 0.
    """

    centre: np.ndarray
    features: np.ndarray
    members: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)

    @property
    def all(self) -> np.ndarray:
        """Predictors of the error, [centre, features], float32 (n, n_known + n_features)."""
        return np.concatenate(
            [self.centre, self.features], axis=1, dtype=np.float32, casting="same_kind"
        )

    def part(self, rows: slice) -> "Inputs":
        """Return the inputs of some of the signals."""
        return Inputs(self.centre[rows], self.features[rows], self.members[:, rows])

    def once(self, owner: object, compute: Callable[[], Value]) -> Value:
        """Return ``compute()``, called once per owner: intervals of all levels need the value."""
        cache = self.__dict__.setdefault("_cache", {})
        if id(owner) not in cache:
            cache[id(owner)] = owner, compute()  # a living owner keeps its id unique
        return cache[id(owner)][1]


def joined(one: Inputs, other: Inputs) -> Inputs:
    """Return the inputs of the signals of both."""
    return Inputs(
        np.concatenate([one.centre, other.centre]),
        np.concatenate([one.features, other.features]),
        np.concatenate([one.members, other.members], axis=1),
    )


class Reader(BaseEstimator):
    """Transformer from signals to :class:`Inputs`.

    Parameters
    ----------
    targets : tuple of str
        Of the run, in order.
    known : tuple of str
        Identifiable targets, which have intervals.
    low, high : tuple of float, (n_known,)
        Their ranges in the prior.

    Attributes
    ----------
    pca_ : Pca
    members_ : list of Pipeline
        Fitted members of an ensemble.
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
        """Fit the components of signals, complex (n_samples, n_settings, n_times)."""
        self.pca_ = Pca(n_components=N_COMPONENTS).fit(signals)
        self.members_ = list(members)
        return self

    def fractions(self, table: pd.DataFrame) -> np.ndarray:
        """Return the identifiable targets as fractions of their ranges, float64 (n, n_known)."""
        low, high = np.array(self.low, float), np.array(self.high, float)
        return (table[list(self.known)].to_numpy(float) - low) / (high - low)

    def units(self, fractions: np.ndarray) -> np.ndarray:
        """Return the inverse of :meth:`fractions`, float64 (n, n_known)."""
        low, high = np.array(self.low, float), np.array(self.high, float)
        return low + fractions * (high - low)

    def read(self, run: Run, signals: np.ndarray) -> tuple[pd.DataFrame, Inputs]:
        """Return the estimates of the run, (n_samples, n_targets), and the inputs."""
        blocks = [self._block(run, signals[k : k + BLOCK]) for k in range(0, len(signals), BLOCK)]
        tables, centres, features, members = zip(*blocks, strict=True)
        inputs = Inputs(
            np.concatenate(centres), np.concatenate(features), np.concatenate(members, axis=1)
        )
        return pd.concat(tables, ignore_index=True), inputs

    def _block(
        self, run: Run, signals: np.ndarray
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
        table = run.predict(signals, insist=True)
        features = np.concatenate(
            [self.pca_.transform(signals), quality(signals), *self._spread(run, signals)], axis=1
        )
        members = np.empty((len(self.members_), len(signals), len(self.known)))
        for k, pipeline in enumerate(self.members_):
            members[k] = self._centre(predicted_table(pipeline, signals, self.targets))
        return table, self._centre(table), features, members

    def _spread(self, run: Run, signals: np.ndarray) -> list[np.ndarray]:
        """log10 of the spread of the run's own members in fractions of the range, (n, n_known);
        nothing for a run that is no ensemble.
        """
        table = run.predict_spread(signals)
        if table is None:
            return []
        width = np.array(self.high, float) - np.array(self.low, float)
        spread = table[list(self.known)].to_numpy(float) / width
        return [np.log10(np.maximum(spread, NOTHING))]

    def _centre(self, table: pd.DataFrame) -> np.ndarray:
        return np.clip(self.fractions(table), 0, 1)


def quality(signals: np.ndarray) -> np.ndarray:
    """Return ten numbers for the quality of each signal, means over the settings.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M(t).

    Returns
    -------
    float32 array, (n_samples, 10)
        Columns as in :data:`NAMES`:

        - noise: log10 of the standard deviation of white noise per quadrature
        - peak: largest abs(M); peak_place: where, as a fraction of the time axis; phase: Re and Im
          of M/abs(M) there
        - tail: mean of Re M and Im M, and log10 of the mean abs(M), over the last tenth
        - zeros: fraction of points that are exactly 0 (dead time, missing points)
        - flat: fraction of points whose Re or Im is at its own extreme (a saturated receiver)
    """
    size = np.abs(signals)
    n_times = signals.shape[-1]

    # The peak: its size, place and phase
    place = size.argmax(axis=-1)
    peak = np.take_along_axis(signals, place[..., None], -1)[..., 0]
    peak_size = np.abs(peak)
    phase = peak / np.maximum(peak_size, NOTHING)

    # Offset, and what has not decayed
    tail = signals[..., -max(1, n_times // 10) :]
    tail_size = np.log10(np.abs(tail).mean(-1) + NOTHING)

    # Lost and clipped points
    zeros = (size == 0).mean(-1)
    flat = np.maximum(_at_extreme(signals.real), _at_extreme(signals.imag))

    numbers = (
        _noise(signals),
        peak_size,
        place / max(n_times - 1, 1),
        phase.real,
        phase.imag,
        tail.real.mean(-1),
        tail.imag.mean(-1),
        tail_size,
        zeros,
        flat,
    )
    return np.stack([number.mean(axis=1) for number in numbers], axis=1).astype(np.float32)


def _noise(signals: np.ndarray) -> np.ndarray:
    """log10 of sigma per quadrature, from second differences: Var(M_- - 2 M + M_+) = 6 sigma^2.

    Lost points (0) do not count.
    """
    if signals.shape[-1] < 3:
        return np.full(signals.shape[:-1], np.log10(NOTHING))
    second = np.diff(signals, n=2)
    is_measured = signals != 0
    is_complete = is_measured[..., :-2] & is_measured[..., 1:-1] & is_measured[..., 2:]

    # Median over the complete differences, the others sorted to the end
    size = np.sort(np.where(is_complete, np.abs(second), np.inf), axis=-1)
    middle = np.maximum(is_complete.sum(-1), 1) // 2
    middle = middle.clip(0, size.shape[-1] - 1)
    median = np.take_along_axis(size, middle[..., None], -1)[..., 0]
    median = np.where(np.isfinite(median), median, 0)

    # abs of a complex normal of variance 12 sigma^2 has the median sigma sqrt(12 log 2)
    return np.log10(median / np.sqrt(12 * np.log(2)) + NOTHING)


def _at_extreme(part: np.ndarray) -> np.ndarray:
    """Fraction of points at the largest absolute value of a real signal."""
    size = np.abs(part)
    return (size >= size.max(axis=-1, keepdims=True) * (1 - NOTHING)).mean(-1)
