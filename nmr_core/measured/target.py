"""What a prepared echo must look like: the times of the model, and what curves of its kind look
like there.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nmr_core.errors import InputError

MODES = 24
"""Ways in which curves of a kind differ that are kept at most."""


@dataclass(frozen=True, eq=False)
class Target:
    """The grid and the population that a measurement is brought to.

    Attributes
    ----------
    time : array
        µs, (n_times,); zero is the protocol's; the instant of a pulse may appear twice.
    reference : array
        Complex (n_times,), or (n_settings, n_times): the mean training curve, in units of M.
    echo_time : float, optional
        µs at which the (first) echo is expected; None: there is none.
    pulse_times : tuple[float, ...]
        µs of the pulses; curves may jump there.
    needed : array, optional
        Bool (n_times,), the points that the model looks at; None: all.
    curves : array, optional
        Complex (n_curves, n_times) or (n_curves, n_settings, n_times): some curves of the kind,
        fresh ones or some of the training set; 64 or more let phase, scale and time zero be found
        although every curve differs from the mean. None: only the mean is known.

    Raises
    ------
    InputError
        Shapes that do not fit.
    """

    time: np.ndarray
    reference: np.ndarray
    echo_time: float | None = None
    pulse_times: tuple[float, ...] = ()
    needed: np.ndarray | None = None
    curves: np.ndarray | None = None

    def __post_init__(self):
        time, reference = (
            np.asarray(self.time, float),
            np.atleast_2d(np.asarray(self.reference, complex)),
        )
        needed = np.ones(len(time), bool) if self.needed is None else np.asarray(self.needed, bool)
        if (
            time.ndim != 1
            or reference.ndim != 2
            or reference.shape[1] != len(time)
            or needed.shape != time.shape
        ):
            raise InputError(
                "A target needs times (n_times,) and a mean curve (n_settings, n_times), got "
                f"{time.shape} and {reference.shape}. Pass both of the same run."
            )
        for name, value in (
            ("time", time),
            ("reference", reference),
            ("needed", needed),
            ("pulse_times", tuple(map(float, self.pulse_times))),
        ):
            object.__setattr__(self, name, value)
        if self.curves is not None:
            curves = np.asarray(self.curves, complex)
            curves = curves[:, None] if curves.ndim == 2 else curves
            if curves.ndim != 3 or curves.shape[1:] != reference.shape:
                raise InputError(
                    f"The target's curves are {np.shape(self.curves)}, its mean is "
                    f"{reference.shape}. Pass curves of the same run."
                )
            object.__setattr__(self, "curves", curves)

    @classmethod
    def of_curves(cls, time: np.ndarray, curves: np.ndarray, **more) -> "Target":
        """A target from curves of its kind; their mean is the reference."""
        return cls(time, np.mean(np.asarray(curves, complex), axis=0), curves=curves, **more)

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
        looked = self.time[self.needed] if self.needed.any() else self.time
        return float(looked[0]), float(looked[-1])

    @cached_property
    def edges(self) -> np.ndarray:
        """The pulses that come inside the grid, µs: between two of them a curve is smooth."""
        return np.array([t for t in self.pulse_times if self.time[0] < t < self.time[-1]])

    @cached_property
    def piece(self) -> np.ndarray:
        """Which smooth piece each point belongs to, int (n_times,): a point at the instant of a
        pulse is before it, and its
        twin after it."""
        slack = 1e-6 * self.step
        piece = np.searchsorted(self.edges + slack, self.time, "left")
        twin = np.r_[False, np.diff(self.time) <= slack]
        return np.where(twin, np.searchsorted(self.edges - slack, self.time, "right"), piece)

    @cached_property
    def modes(self) -> np.ndarray:
        """Ways in which the curves differ from their mean, complex (n_modes, n_settings, n_times);
        each is as large as its
        standard deviation, so that a curve is mean + sum a_k mode_k with real a_k of variance about
        1."""
        if self.curves is None or len(self.curves) < 3:
            return np.empty((0, *self.reference.shape), complex)
        rest = (self.curves - self.curves.mean(0)).reshape(len(self.curves), -1)
        both = np.concatenate([rest.real, rest.imag], axis=1)
        _, size, ways = np.linalg.svd(both, full_matrices=False)
        n = min(MODES, len(self.curves) - 1, len(size))
        scaled = ways[:n] * (size[:n, None] / np.sqrt(len(self.curves) - 1))
        half = scaled.shape[1] // 2
        return (scaled[:, :half] + 1j * scaled[:, half:]).reshape(n, *self.reference.shape)

    @cached_property
    def leftover(self) -> float:
        """Root mean square of what the modes leave of the curves, in units of M (in Re and in
        Im).
        """
        if self.curves is None or not len(self.modes):
            return 0.05 * float(np.abs(self.reference).max())
        rest = self.curves - self.curves.mean(0)
        total = (np.abs(rest) ** 2).sum() / max(1, len(self.curves) - 1)
        return float(
            np.sqrt(max(0.0, total - (np.abs(self.modes) ** 2).sum()) / (2 * self.reference.size))
        )

    @cached_property
    def memory(self) -> float:
        """Points over which what the modes leave is correlated: as many say as much as one."""
        if self.curves is None or len(self.modes) < 3:
            return 20.0
        rest = (self.curves - self.curves.mean(0)).reshape(len(self.curves), -1)
        ways = self.modes.reshape(len(self.modes), -1)
        size = (np.abs(ways) ** 2).sum(1)
        rest = rest - ((rest @ ways.conj().T).real / np.where(size > 0, size, 1)) @ ways
        rest = rest.reshape(self.curves.shape)
        near = [
            float((rest[..., k:] * rest[..., : rest.shape[-1] - k].conj()).sum().real)
            for k in range(min(40, rest.shape[-1]))
        ]
        return float(
            np.clip(
                1 + 2 * sum(max(0.0, value) for value in near[1:]) / max(near[0], 1e-300), 1, 40
            )
        )
