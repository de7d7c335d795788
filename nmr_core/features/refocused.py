"""What refocusing leaves: the difference between an echo and the decay that it repeats."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.features._featurizer import Featurizer
from nmr_core.features.pca import components, thinned

FEWEST = 8
"""Points of the shortest window that can hold a decay and its echo."""
SMALLEST = 3e-7
"""Smallest size of a difference; round-off of float32 signals leaves 1e-8."""
SLOWEST = 1e-4
"""Smallest decay exponent whose logarithm is taken."""
BETTER = 0.5
"""t = dt is the first point where that leaves less than this share of the mismatch."""
NEAR = 0.2
"""Difference from a quarter turn, rad, below which a phase is taken to be one."""
NUMBERS = ("log_size", "log_decay", "decay")
SHAPE_WEIGHT = 0.3
"""Root mean square of a component; that of :class:`~nmr_core.features.pca.Pca` is 1."""
NUMBER_WEIGHT = 3.0
"""Standard deviation of each of :data:`NUMBERS`."""


class Refocused(Featurizer):
    """The difference between the echo and the decay after the first pulse, over its own size.

    Without coupling, spins refocus exactly whatever their offsets. With the time s from the echo,
    the delay tau of the second pulse and the rate of dephasing in a,

        M(2 tau + s) = c a M(s),  conj(M(2 tau - s)) = c' a^(1 - s/tau) M(s),

    c and c' are phases of the pulses. A coupling of strength alpha leaves differences of the
    order alpha^2 that hold little of the disorder: their size tells the strength and their shape
    the range, however weak the coupling is.

    a is fitted to each signal, c, c' and whether the first point is t = 0 or t = dt to the training
    signals. The features are principal components of the differences over their root mean square,
    scaled as those of :class:`~nmr_core.features.pca.Pca` and times .3, and three numbers,
    standardised and times 3:

    =========  ============================================================
    log_size   log10 of the root mean square of the differences
    log_decay  log10(-log a)
    decay      -log a
    =========  ============================================================

    Parameters
    ----------
    window : (int, int), optional
        First and last + 1 point; it must begin with the decay. Default: the whole record.
    n_components : int
        Fewer if there are fewer signals or points.
    whiten : float
        0 keeps the sizes of the components, 1 makes them equally large.
    centre : float
        Position of the echo as a share of the window.
    """

    name = "refocused"
    learns = True

    def __init__(
        self,
        window: tuple[int, int] | None = None,
        *,
        n_components: int = 60,
        whiten: float = 0.5,
        centre: float = 2 / 3,
    ):
        super().__init__(window)
        self.n_components = n_components
        self.whiten = whiten
        self.centre = centre

    def _prepare(self, n_window: int) -> None:
        if n_window < FEWEST:
            raise InputError(
                f"The refocused difference needs a window of at least {FEWEST} points, got "
                f"{n_window}. Use a wider window or other features."
            )

    def _learn(self, curves: np.ndarray) -> None:
        if len(curves) < 2:
            raise InputError("Principal components need at least 2 curves, got 1. Train on more.")
        some = np.moveaxis(curves[thinned(len(curves))], 1, 0)
        # The first point at t = 0, or at t = dt
        self.shift_ = 0
        left = [_mismatch(_parts(some[0], self.centre, shift)) for shift in (0, 1)]
        self.shift_ = int(left[1] < BETTER * left[0])
        self.phases_ = np.array(
            [_phases(_parts(signals, self.centre, self.shift_)) for signals in some]
        )
        learned = [self._differences(signals, k) for k, signals in enumerate(some)]
        bases = [components(shapes, self.n_components, self.whiten) for shapes, _ in learned]
        self.means_ = np.stack([mean for mean, _ in bases])
        directions = SHAPE_WEIGHT * np.stack([directions for _, directions in bases])
        self.directions_ = directions.astype(np.float32)
        self.number_means_ = np.stack([numbers.mean(axis=0) for _, numbers in learned])
        spread = np.stack([numbers.std(axis=0) for _, numbers in learned])
        self.number_scales_ = NUMBER_WEIGHT / np.where(spread > SMALLEST, spread, np.inf)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        shapes, numbers = self._differences(curves, setting)
        scores = (shapes - self.means_[setting]) @ self.directions_[setting]
        scaled = (numbers - self.number_means_[setting]) * self.number_scales_[setting]
        return np.concatenate([scores, scaled], axis=1)

    def _differences(self, curves: np.ndarray, setting: int) -> tuple[np.ndarray, np.ndarray]:
        """Differences over their size, (n, n_points), and :data:`NUMBERS`, (n, 3)."""
        decay, after, before = _parts(curves, self.centre, self.shift_)
        c_after, c_before = self.phases_[setting]
        after, before = after / c_after, before / c_before

        # Least squares: after = a decay
        copied = decay[:, : after.shape[1]]
        power = (np.abs(copied) ** 2).sum(axis=1)
        fitted = (after * copied.conj()).real.sum(axis=1)
        ratio = np.divide(fitted, power, out=np.ones(len(power)), where=power > 0)
        exponent = -np.log(np.clip(ratio, SMALLEST, 1 / SMALLEST))

        # Differences from both sides of the echo
        n, n_before = decay.shape[1], before.shape[1]
        share = 1 - np.arange(1, n_before + 1) / n
        late = after - ratio[:, None] * copied
        early = before - np.exp(-exponent[:, None] * share) * decay[:, :n_before]
        joined = np.concatenate([late.real, late.imag, early.real, early.imag], axis=1)
        size = np.maximum(np.sqrt((joined**2).mean(axis=1)), SMALLEST)
        numbers = [np.log10(size), np.log10(np.maximum(exponent, SLOWEST)), exponent]
        return joined / size[:, None], np.stack(numbers, axis=1)

    def _recipes(self) -> list[str]:
        return [*(f"shape__{k}" for k in range(self.directions_.shape[2])), *NUMBERS]

    def _support(self) -> np.ndarray:
        return np.tile((0, self.last_ - self.first_), (len(self._recipes()), 1))


def _parts(
    curves: np.ndarray, centre: float, shift: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """M(s), M(2 tau + s) and conj(M(2 tau - s)) for s = dt, 2 dt, ... at most tau, complex128.

    ``shift`` is 0 where the first point is t = 0, and 1 where it is t = dt. The first part has a
    point per step up to tau; the others may be shorter, where the record or the delay ends.
    """
    n_times = curves.shape[1]
    echo = min(max(int(centre * n_times), 2), n_times - 2) - shift
    n_tau = (echo + shift) // 2
    n_before = max(1, (echo + shift - 1) // 2)
    curves = curves.astype(np.complex128)
    decay = curves[:, 1 - shift : 1 - shift + n_tau]
    after = curves[:, echo + 1 : echo + 1 + n_tau]
    before = curves[:, echo - n_before : echo][:, ::-1].conj()
    return decay, after, before


def _products(parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """Sums over signals and points of the two later parts times conj(decay), complex (2,)."""
    decay, *others = parts
    return np.array([(x * decay[:, : x.shape[1]].conj()).sum() for x in others])


def _phases(parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """c and c', complex (2,) of size 1; quarter turns where they are near, as those of pulses.

    A rounded phase is exact; the sum over signals is not, as strong coupling turns the echo.
    """
    angles = np.angle(_products(parts))
    quarters = np.pi / 2 * np.round(angles / (np.pi / 2))
    return np.exp(1j * np.where(np.abs(angles - quarters) < NEAR, quarters, angles))


def _mismatch(parts: tuple[np.ndarray, ...]) -> float:
    """Share of the signals before the echo that is no multiple of the decay, 0 to 1.

    Of the best twentieth of the signals: those with the weakest coupling.
    """
    decay, _, before = parts
    decay = decay[:, : before.shape[1]]
    both = (np.abs(decay) ** 2).sum(axis=1) * (np.abs(before) ** 2).sum(axis=1)
    common = np.abs((before * decay.conj()).sum(axis=1)) ** 2
    return float(np.quantile(1 - common[both > 0] / both[both > 0], 0.05)) if both.any() else 1.0
