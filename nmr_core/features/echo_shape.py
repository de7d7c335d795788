"""Echo shape: height, position, width, dips and phase of the echo, and the decay before it."""

import numpy as np

from nmr_core.features._featurizer import Featurizer

DIP = 0.05
"""A dip is deeper than this share of the height."""
FLOOR = 1e-6
"""Smallest |M| whose logarithm is taken."""

ECHO = (
    "height",
    "log_height",
    "position",
    "width",
    "before",
    "after",
    "asymmetry",
    "centroid",
    "spread",
    "n_dips",
    "deepest_dip",
    "dips",
    "area",
    "area_before",
    "area_after",
    "re_area",
    "im_area",
    "cos_phase",
    "sin_phase",
    "frequency",
)
CENTRE = ("re_centre", "im_centre", "abs_centre")
FID = ("fid_height", "fid_area", "decay", "fid_half", "fid_n_dips", "fid_deepest_dip")
REST = ("gap", "tail", "echo_over_fid")


class EchoShape(Featurizer):
    """Numbers that describe the echo and the decay before it; finite for every signal.

    The echo is searched within ``width`` points of the point int(centre n_times) (width 0: from 3/4
    of the way there to the end of the record), the decay in the first half of the way there.
    Heights are in units of M, areas in M times points, lengths in points, ``frequency`` in turns
    per point.

    =================  ===========================================================================
    height, position   largest |M| and its point; log_height = log10(height)
    before, after      from there to half height, linearly interpolated (or to the end of the
                       window)
    width, asymmetry   before + after, (after - before) / width
    centroid, spread   mean (from the position) and standard deviation of the points, weighted
                       with |M|^2
    n_dips             number of dips deeper than 5 % of the height. A dip is where |M| is below the
                       largest values on both of its sides
    deepest_dip, dips  depth of the deepest dip over the height; sum of all depths over the area
    area, re_area ...  sums of |M| (all, before and after the position), of Re M and of Im M
    cos_phase ...      phase at the position; frequency = mean phase step
    re_centre ...      M at the point int(centre n_times)
    fid_..., decay     the same of the decay; decay = fid_area / fid_height, fid_half = points to
                       half
    gap, tail          mean |M| between decay and echo, and in the last tenth of the record
    echo_over_fid      log10(height / fid_height)
    =================  ===========================================================================

    Parameters
    ----------
    window : (int, int), optional
        First and last + 1 point; default: the whole record.
    centre : float
        Position of the echo as a share of the window.
    width : int
        Points on both sides of the centre in which the echo is searched.
    """

    name = "echo_shape"

    def __init__(
        self, window: tuple[int, int] | None = None, *, centre: float = 2 / 3, width: int = 0
    ):
        super().__init__(window)
        self.centre = centre
        self.width = width

    def _prepare(self, n_window: int) -> None:
        self.middle_ = min(int(self.centre * n_window), n_window - 1)
        if self.width:
            echo = (self.middle_ - self.width, self.middle_ + self.width)
        else:
            echo = (int(0.75 * self.centre * n_window), n_window)
        self.echo_ = _inside(*echo, n_window)
        self.fid_ = _inside(0, int(self.centre / 2 * n_window), n_window)
        self.gap_ = _inside(self.fid_[1], self.echo_[0], n_window)
        self.tail_ = _inside(n_window - max(1, n_window // 10), n_window, n_window)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        y = np.abs(curves)
        echo = slice(*self.echo_)
        numbers = _echo_numbers(curves[:, echo], y[:, echo])
        numbers["position"] = numbers["position"] + self.echo_[0]
        centre = curves[:, self.middle_]
        numbers["re_centre"] = centre.real
        numbers["im_centre"] = centre.imag
        numbers["abs_centre"] = np.abs(centre)
        numbers |= _fid_numbers(y[:, slice(*self.fid_)])
        numbers["gap"] = y[:, slice(*self.gap_)].mean(1)
        numbers["tail"] = y[:, slice(*self.tail_)].mean(1)
        height = np.maximum(numbers["height"], FLOOR)
        fid_height = np.maximum(numbers["fid_height"], FLOOR)
        numbers["echo_over_fid"] = np.log10(height / fid_height)
        return np.stack([numbers[name] for name in self._recipes()], axis=1).astype(np.float32)

    def _recipes(self) -> list[str]:
        return [*ECHO, *CENTRE, *FID, *REST]

    def _support(self) -> list[tuple[int, int]]:
        both = (self.fid_[0], max(self.fid_[1], self.echo_[1]))
        centre = (self.middle_, self.middle_ + 1)
        groups = ((ECHO, self.echo_), (CENTRE, centre), (FID, self.fid_))
        return [points for names, points in groups for _ in names] + [self.gap_, self.tail_, both]


def _inside(first: int, last: int, n_points: int) -> tuple[int, int]:
    """The range cut to the window, with at least one point."""
    first = min(max(first, 0), n_points - 1)
    return first, max(first + 1, min(last, n_points))


def _echo_numbers(curves: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Numbers of an echo M, complex (n, n_points), and y = |M|; positions from the first point."""
    rows = np.arange(len(y))
    points = np.arange(y.shape[1])
    peak = y.argmax(axis=1)
    height = y[rows, peak]
    direction = curves[rows, peak] / _positive(height)

    # Half widths on both sides
    after = _to_half(y, peak)
    before = _to_half(y[:, ::-1], y.shape[1] - 1 - peak)

    # Moments with the weight |M|^2, scaled to the height so that it cannot underflow
    weight = y / _positive(height)[:, None]
    weight = weight * weight
    total = _positive(weight.sum(1))
    centroid = weight @ points / total
    variance = weight @ points**2 / total - centroid**2
    spread = np.sqrt(np.maximum(variance, 0))

    # Areas
    area = y.sum(1)
    area_before = np.where(points < peak[:, None], y, 0).sum(1)
    integral = curves.sum(1)

    n_dips, deepest, dips = _dips(y)
    phase_steps = (curves[:, 1:] * curves[:, :-1].conj()).sum(1)
    return {
        "height": height,
        "log_height": np.log10(np.maximum(height, FLOOR)),
        "position": peak,
        "width": before + after,
        "before": before,
        "after": after,
        "asymmetry": (after - before) / _positive(before + after),
        "centroid": np.where(height > 0, centroid - peak, 0),
        "spread": spread,
        "n_dips": n_dips,
        "deepest_dip": deepest,
        "dips": dips,
        "area": area,
        "area_before": area_before,
        "area_after": area - area_before - height,
        "re_area": integral.real,
        "im_area": integral.imag,
        "cos_phase": direction.real,
        "sin_phase": direction.imag,
        "frequency": np.angle(phase_steps) / (2 * np.pi),
    }


def _fid_numbers(y: np.ndarray) -> dict[str, np.ndarray]:
    """Numbers of the decay after the first pulse, y = |M|, (n, n_points)."""
    peak = y.argmax(axis=1)
    height = y.max(1)
    area = y.sum(1)
    n_dips, deepest, _ = _dips(y)
    return {
        "fid_height": height,
        "fid_area": area,
        "decay": area / _positive(height),
        "fid_half": _to_half(y, peak),
        "fid_n_dips": n_dips,
        "fid_deepest_dip": deepest,
    }


def _positive(values: np.ndarray) -> np.ndarray:
    """A divisor: 1 where the value is 0."""
    return np.where(values > np.finfo(np.float32).tiny, values, 1)


def _to_half(y: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Points from each peak to where y first falls to half of it, interpolated; else to the end."""
    rows = np.arange(len(y))
    last = y.shape[1] - 1
    half = y[rows, peak] / 2
    low = (y <= half[:, None]) & (np.arange(y.shape[1]) > peak[:, None])
    crosses = low.any(1)
    first_low = np.where(crosses, low.argmax(1), 1)
    above = y[rows, first_low - 1]
    below = y[rows, np.minimum(first_low, last)]
    fraction = (above - half) / _positive(above - below)
    return np.where(crosses, first_low - 1 - peak + fraction, last - peak)


def _dips(y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number of dips, depth of the deepest / height, sum of all depths / area; (n,) each."""
    # The level that water would reach between the largest values on both sides
    left = np.maximum.accumulate(y, 1)
    right = np.maximum.accumulate(y[:, ::-1], 1)[:, ::-1]
    depth = np.minimum(left, right) - y
    height = y.max(1)
    in_dip = depth > DIP * height[:, None]
    n_dips = in_dip[:, 0] + (in_dip[:, 1:] & ~in_dip[:, :-1]).sum(1)
    return n_dips, depth.max(1) / _positive(height), depth.sum(1) / _positive(y.sum(1))
