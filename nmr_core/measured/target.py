"""The target of a preparation: time points of a model, and what its signals look like there."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nmr_core.errors import InputError

MAX_MODES = 24
"""Principal components of the curves that are kept at most."""
MAX_LAG = 40
"""Longest correlation that is looked for, in grid points."""


@dataclass(frozen=True, eq=False)
class Target:
    """Time points and population that a measurement is brought to.

    Parameters
    ----------
    time : array (n_times,)
        After time zero of the protocol, µs; the instant of a pulse may appear twice.
    reference : complex array (n_times,) or (n_settings, n_times)
        Mean training signal, in units of M.
    echo_time : float, optional
        Expected time of the (first) echo, µs; None: the protocol has none.
    pulse_times : tuple of float
        Times of the pulses, µs, at which signals may jump.
    needed : bool array (n_times,), optional
        Points that the model looks at; default: all.
    curves : complex array (n_curves, n_times) or (n_curves, n_settings, n_times), optional
        Signals of the protocol. With 64 or more, phase, scale and time zero can be estimated
        although each signal differs from the mean; default: only the mean is known.

    Raises
    ------
    InputError
        For shapes that do not fit.
    """

    time: np.ndarray
    reference: np.ndarray
    echo_time: float | None = None
    pulse_times: tuple[float, ...] = ()
    needed: np.ndarray | None = None
    curves: np.ndarray | None = None

    def __post_init__(self) -> None:
        time = np.asarray(self.time, float)
        reference = np.atleast_2d(np.asarray(self.reference, complex))
        needed = np.ones(len(time), bool) if self.needed is None else np.asarray(self.needed, bool)
        shapes_fit = (
            time.ndim == 1
            and reference.ndim == 2
            and reference.shape[1] == len(time)
            and needed.shape == time.shape
        )
        if not shapes_fit:
            raise InputError(
                "A target needs times (n_times,) and a mean curve (n_settings, n_times), got "
                f"{time.shape} and {reference.shape}. Pass both of the same run."
            )
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "reference", reference)
        object.__setattr__(self, "needed", needed)
        object.__setattr__(self, "pulse_times", tuple(map(float, self.pulse_times)))
        if self.curves is None:
            return
        curves = np.asarray(self.curves, complex)
        if curves.ndim == 2:
            curves = curves[:, None]
        if curves.ndim != 3 or curves.shape[1:] != reference.shape:
            raise InputError(
                f"The target's curves are {np.shape(self.curves)}, its mean is "
                f"{reference.shape}. Pass curves of the same run."
            )
        object.__setattr__(self, "curves", curves)

    @classmethod
    def of_curves(cls, time: np.ndarray, curves: np.ndarray, **options: Any) -> "Target":
        """Return a target whose reference is the mean of ``curves``.

        Parameters
        ----------
        time : array (n_times,)
            µs.
        curves : complex array (n_curves, n_times) or (n_curves, n_settings, n_times)
            Signals of the protocol.
        **options
            echo_time, pulse_times and needed, as of the class.
        """
        return cls(time, np.mean(np.asarray(curves, complex), axis=0), curves=curves, **options)

    @property
    def n_settings(self) -> int:
        """Echoes of one sample."""
        return len(self.reference)

    @cached_property
    def step(self) -> float:
        """Median distance of neighbouring points, µs."""
        return float(np.median(np.diff(self.time)))

    @cached_property
    def needed_range(self) -> tuple[float, float]:
        """First and last time that the model looks at, µs."""
        needed = self.time[self.needed] if np.any(self.needed) else self.time
        return float(needed[0]), float(needed[-1])

    @cached_property
    def edges(self) -> np.ndarray:
        """Pulses within the grid, µs: between two of them a curve is smooth."""
        return np.array([t for t in self.pulse_times if self.time[0] < t < self.time[-1]])

    @cached_property
    def piece(self) -> np.ndarray:
        """Number of the smooth piece of each point, int (n_times,).

        A point at the instant of a pulse is before the pulse, a second one at the same time after.
        """
        slack = 1e-6 * self.step
        before = np.searchsorted(self.edges + slack, self.time, "left")
        after = np.searchsorted(self.edges - slack, self.time, "right")
        is_second = np.r_[False, np.diff(self.time) <= slack]
        return np.where(is_second, after, before)

    @cached_property
    def _deviations(self) -> np.ndarray:
        """Curves less their mean, complex (n_curves, n_settings * n_times)."""
        curves = np.asarray(self.curves)
        return (curves - curves.mean(0)).reshape(len(curves), -1)

    @cached_property
    def modes(self) -> np.ndarray:
        """Principal components of the curves, complex (n_modes, n_settings, n_times).

        Each is scaled to its standard deviation: a curve is mean + sum_k a_k mode_k with real
        coefficients a_k of variance 1.
        """
        if self.curves is None or len(self.curves) < 3:
            return np.empty((0, *self.reference.shape), complex)
        rows = np.concatenate([self._deviations.real, self._deviations.imag], axis=1)
        _, size, axes = np.linalg.svd(rows, full_matrices=False)
        n = min(MAX_MODES, len(self.curves) - 1, len(size))
        scaled = axes[:n] * (size[:n, None] / np.sqrt(len(self.curves) - 1))
        half = scaled.shape[1] // 2
        modes = scaled[:, :half] + 1j * scaled[:, half:]
        return modes.reshape(n, *self.reference.shape)

    @cached_property
    def leftover(self) -> float:
        """Root mean square of what the modes leave of the curves, in Re and in Im, units of M."""
        if self.curves is None or not len(self.modes):
            return 0.05 * float(np.abs(self.reference).max())
        deviations = self.curves - self.curves.mean(0)
        total = (np.abs(deviations) ** 2).sum() / max(1, len(self.curves) - 1)
        left = max(0.0, total - (np.abs(self.modes) ** 2).sum())
        return float(np.sqrt(left / (2 * self.reference.size)))

    @cached_property
    def memory(self) -> float:
        """Correlation length, in grid points, of what the modes leave of the curves."""
        if self.curves is None or len(self.modes) < 3:
            return 20.0

        # Remove the modes from the curves
        axes = self.modes.reshape(len(self.modes), -1)
        size = (np.abs(axes) ** 2).sum(1)
        coefficients = (self._deviations @ axes.conj().T).real / np.where(size > 0, size, 1)
        left = (self._deviations - coefficients @ axes).reshape(self.curves.shape)

        # 1 + 2 sum of the positive autocorrelations
        n_times = left.shape[-1]
        products = [
            float((left[..., lag:] * left[..., : n_times - lag].conj()).sum().real)
            for lag in range(min(MAX_LAG, n_times))
        ]
        correlations = sum(max(0.0, value) for value in products[1:]) / max(products[0], 1e-300)
        return float(np.clip(1 + 2 * correlations, 1, MAX_LAG))
