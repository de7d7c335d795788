"""How far a curve is from those that a run knows: of its shape, given its estimates, and of its estimates from their range."""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.applicability.emulator import Emulator, fit_emulator, numbers

SHRINK = 0.05
"""Share of the identity in the covariance of standardised residuals."""
LEAST_EXCESS = 0.002
"""Of a range: an estimate this far outside is no surprise, whatever the run's own are like."""


@dataclass(frozen=True)
class Surprise:
    """Two distances and what they are for curves of the run's own kind.

    precision : inverse covariance of the emulator's standardised residuals, (n_components, n_components)
    low, high : of the estimates' ranges, (n_inputs,); typical: rms excess over them of the run's own curves, in ranges
    shape_known, range_known, both_known : the distances of calibration curves, sorted, (n_calibration,) each
    """

    emulator: Emulator
    precision: np.ndarray
    low: np.ndarray
    high: np.ndarray
    typical: np.ndarray
    shape_known: np.ndarray
    range_known: np.ndarray
    both_known: np.ndarray

    def distances(self, curves: np.ndarray, estimates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(shape: squared Mahalanobis distance of the residual, range: largest excess over a range in typical ones)."""
        r = self.emulator.residual(curves, _scaled(estimates, self.low, self.high))
        return (
            np.einsum("ij,jk,ik->i", r, self.precision, r),
            (_excess(estimates, self.low, self.high) / self.typical).max(axis=1, initial=0.0),
        )

    def p_values(
        self, curves: np.ndarray, estimates: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(both, shape, range): which share of the run's own curves is as surprising, (n_samples,) each; conformal, so that
        p <= a for a share a of curves that the run knows."""
        shape, beyond = self.distances(curves, estimates)
        p_shape, p_range = (
            _share_above(self.shape_known, shape),
            _share_above(self.range_known, beyond),
        )
        return _share_above(self.both_known, -np.minimum(p_shape, p_range)), p_shape, p_range


def fit_surprise(
    signals: np.ndarray,
    estimates: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    seen: np.ndarray,
    seed: int = 0,
    latent: int = 0,
) -> Surprise:
    """Learned from curves of the run's own kind and its estimates of them: three quarters give the emulator, a third of these
    also the covariance; the rest are what others are ranked among."""
    curves, n = numbers(signals, seen), len(signals)
    fit, spread, rest = slice(0, n // 2), slice(n // 2, 3 * n // 4), slice(3 * n // 4, n)
    u = _scaled(estimates, low, high)
    emulator = fit_emulator(curves[fit], u[fit], seed, latent)
    r = emulator.residual(curves[spread], u[spread])
    covariance = np.cov(r.T).reshape(r.shape[1], r.shape[1])
    scale = np.trace(covariance) / len(covariance)
    precision = np.linalg.inv((1 - SHRINK) * covariance + SHRINK * scale * np.eye(len(covariance)))
    typical = np.maximum(
        np.sqrt((_excess(estimates[fit], low, high) ** 2).mean(axis=0)), LEAST_EXCESS
    )
    nobody = np.empty(0)
    found = Surprise(emulator, precision, low, high, typical, nobody, nobody, nobody)
    shape, beyond = found.distances(curves[rest], estimates[rest])
    own = np.minimum(_rank_within(shape), _rank_within(beyond))
    return Surprise(
        emulator, precision, low, high, typical, np.sort(shape), np.sort(beyond), np.sort(-own)
    )


def _scaled(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """In [-1, 1]: beyond their ranges estimates stay at the edge, where the emulator still knows something."""
    return 2 * (np.clip(estimates, low, high) - low) / (high - low) - 1


def _excess(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How far outside its range each estimate lies, in ranges."""
    return np.maximum(0, np.maximum(low - estimates, estimates - high)) / (high - low)


def _share_above(known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(1 + number of known ones >= value)/(n + 1): the conformal p-value. ``known`` is sorted."""
    return (1 + len(known) - np.searchsorted(known, values, side="left")) / (len(known) + 1)


def _rank_within(values: np.ndarray) -> np.ndarray:
    """The same of each value among all of them, itself included."""
    return (len(values) - np.searchsorted(np.sort(values), values, side="left") + 1) / (
        len(values) + 1
    )
