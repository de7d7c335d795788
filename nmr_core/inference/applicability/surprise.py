"""Distances of a signal from a run's own signals: in shape, for its estimates, and in range."""

from dataclasses import dataclass, field

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
    shape_reference, range_reference, both_reference : (n_calibration,)
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
    shape_reference: np.ndarray = field(metadata={"stored": "shape_known"})
    range_reference: np.ndarray = field(metadata={"stored": "range_known"})
    both_reference: np.ndarray = field(metadata={"stored": "both_known"})

    def distances(self, curves: np.ndarray, estimates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return both distances.

        Parameters
        ----------
        curves : (n_samples, n_numbers)
            From :func:`~.emulator.numbers`.
        estimates : (n_samples, n_inputs)
            Predictions for these signals.

        Returns
        -------
        shape : (n_samples,)
            Squared Mahalanobis distance of the residual, r^T C^-1 r.
        beyond : (n_samples,)
            Largest excess of an estimate over its range, in units of ``typical``.
        """
        r = self.emulator.residual(curves, _scaled(estimates, self.low, self.high))
        shape = np.einsum("ij,jk,ik->i", r, self.precision, r)
        excess = _excess(estimates, self.low, self.high)
        beyond = (excess / self.typical).max(axis=1, initial=0.0)
        return shape, beyond

    def p_values(
        self, curves: np.ndarray, estimates: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the p-values of both distances together, of the shape, and of the range.

        Parameters
        ----------
        curves : (n_samples, n_numbers)
            From :func:`~.emulator.numbers`.
        estimates : (n_samples, n_inputs)
            Predictions for these signals.

        Returns
        -------
        p, p_shape, p_range : (n_samples,)
            Fraction of the run's own signals at least as far. They are conformal: p <= a for a
            fraction a of the signals of the training kind.
        """
        shape, beyond = self.distances(curves, estimates)
        p_shape = _fraction_above(self.shape_reference, shape)
        p_range = _fraction_above(self.range_reference, beyond)

        # The smaller p-value of a signal, ranked among those of the calibration signals
        smaller = np.minimum(p_shape, p_range)
        return _fraction_above(self.both_reference, -smaller), p_shape, p_range


def fit_surprise(
    signals: np.ndarray,
    estimates: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    used: np.ndarray,
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
    used : bool array, (n_times,)
        Time points that are used.
    seed : int
        Of the emulator.
    latent : int
        Principal components that are added to the estimates.

    Notes
    -----
    Half of the signals give the emulator, a quarter the covariance of its residuals, and a quarter
    the distributions of the distances.
    """
    n = len(signals)
    curves = numbers(signals, used)
    u = _scaled(estimates, low, high)
    fit, spread, rest = slice(0, n // 2), slice(n // 2, 3 * n // 4), slice(3 * n // 4, n)

    # Half: the emulator
    emulator = fit_emulator(curves[fit], u[fit], seed, latent)

    # A quarter: covariance of the residuals, shrunk towards a multiple of the identity
    r = emulator.residual(curves[spread], u[spread])
    covariance = np.cov(r.T).reshape(r.shape[1], r.shape[1])
    identity = np.eye(len(covariance))
    scale = np.trace(covariance) / len(covariance)
    precision = np.linalg.inv((1 - SHRINK) * covariance + SHRINK * scale * identity)

    # Usual excess of an estimate over its range
    excess = _excess(estimates[fit], low, high)
    typical = np.maximum(np.sqrt((excess**2).mean(axis=0)), LEAST_EXCESS)

    # A quarter: distributions of both distances, and of the smaller p-value
    none = np.empty(0)
    unranked = Surprise(emulator, precision, low, high, typical, none, none, none)
    shape, beyond = unranked.distances(curves[rest], estimates[rest])
    smaller = np.minimum(_rank_within(shape), _rank_within(beyond))
    return Surprise(
        emulator, precision, low, high, typical, np.sort(shape), np.sort(beyond), np.sort(-smaller)
    )


def _scaled(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Estimates in [-1, 1], cut at their ranges, beyond which the emulator is not defined."""
    return 2 * (np.clip(estimates, low, high) - low) / (high - low) - 1


def _excess(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Distance of each estimate from its range, in ranges."""
    beyond = np.maximum(low - estimates, estimates - high)
    return np.maximum(0, beyond) / (high - low)


def _fraction_above(reference: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Conformal p-value (1 + #{reference >= value})/(n + 1), for a sorted reference."""
    n = len(reference)
    below = np.searchsorted(reference, values, side="left")
    return (1 + n - below) / (n + 1)


def _rank_within(values: np.ndarray) -> np.ndarray:
    """The p-value of each value among all of them."""
    return _fraction_above(np.sort(values), values)
