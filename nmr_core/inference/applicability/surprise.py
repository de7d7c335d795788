"""Distances of a signal from a run's own signals: in shape, given its estimates, and in range."""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.applicability.emulator import Emulator, fit_emulator, numbers

SHRINK = 0.05
"""Fraction of the identity in the covariance of standardised residuals."""
LEAST_EXCESS = 0.002
"""Excess over a range, in ranges, that always counts as usual."""


@dataclass(frozen=True)
class Surprise:
    """Two distances, and their distributions for signals of the training kind.

    Parameters
    ----------
    emulator : Emulator
        Expected shape of a signal for given estimates.
    precision : (n_components, n_components)
        Inverse covariance of the standardised residuals of the emulator.
    low, high : (n_inputs,)
        Ranges of the estimates.
    typical : (n_inputs,)
        Root mean square excess over the ranges for the run's own signals, in ranges.
    shape_known, range_known, both_known : (n_calibration,)
        Sorted distances of the calibration signals.

    References
    ----------
    Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005): conformal p-values.
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
        """Return both distances, (n_samples,) each.

        Shape: squared Mahalanobis distance of the residual. Range: largest excess of an estimate
        over its range, in units of ``typical``.
        """
        r = self.emulator.residual(curves, _scaled(estimates, self.low, self.high))
        return (
            np.einsum("ij,jk,ik->i", r, self.precision, r),
            (_excess(estimates, self.low, self.high) / self.typical).max(axis=1, initial=0.0),
        )

    def p_values(
        self, curves: np.ndarray, estimates: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the p-values of both distances together, of the shape, and of the range.

        Each is (n_samples,): the fraction of the run's own signals at least as far. They are
        conformal: p <= a for a fraction a of the signals of the training kind.
        """
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
    """Fit the distances to signals of the training kind and their estimates.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M(t).
    estimates : (n_samples, n_inputs)
        Predictions for these signals.
    low, high : (n_inputs,)
        Ranges of the estimates.
    seen : bool array, (n_times,)
        Time points that are used.
    seed : int
        Seed of the random numbers.
    latent : int
        Principal components that are added to the estimates.

    Notes
    -----
    Half of the signals give the emulator, a quarter the covariance of its residuals, and a quarter
    the distributions of the distances.
    """
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
    none = np.empty(0)
    unranked = Surprise(emulator, precision, low, high, typical, none, none, none)
    shape, beyond = unranked.distances(curves[rest], estimates[rest])
    own = np.minimum(_rank_within(shape), _rank_within(beyond))
    return Surprise(
        emulator, precision, low, high, typical, np.sort(shape), np.sort(beyond), np.sort(-own)
    )


def _scaled(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Estimates in [-1, 1], cut at their ranges, beyond which the emulator is not defined."""
    return 2 * (np.clip(estimates, low, high) - low) / (high - low) - 1


def _excess(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Distance of each estimate from its range, in ranges."""
    return np.maximum(0, np.maximum(low - estimates, estimates - high)) / (high - low)


def _share_above(known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Conformal p-value (1 + #{known >= value})/(n + 1) for a sorted ``known``."""
    return (1 + len(known) - np.searchsorted(known, values, side="left")) / (len(known) + 1)


def _rank_within(values: np.ndarray) -> np.ndarray:
    """The p-value of each value among all of them."""
    return (len(values) - np.searchsorted(np.sort(values), values, side="left") + 1) / (
        len(values) + 1
    )
