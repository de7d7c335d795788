"""The physicist's numbers: what one reads off an echo with a ruler, for all curves at once."""

import numpy as np

from nmr_core.features._featurizer import Featurizer

DIP = 0.05
"""A dip is deeper than this share of the height."""
FLOOR = 1e-6
"""Smallest |M| of a logarithm; what is below is no signal."""

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
    """Height, position, width, asymmetry, dips, areas and phase of the echo, and the decay of the signal before it.

    The echo is looked for within ``width`` points of the point int(centre n_times) (width 0: from 3/4 of the way there to the
    end of the record), the decay in the first half of the way there. Heights and areas are in units of M and M · points,
    lengths in points, ``frequency`` in turns a point; the values are finite, whatever the curve.

    height, position : the largest |M| and its point; log_height = log10 of it
    before, after    : from there to half height, by linear interpolation (or to the end); width = before + after,
                       asymmetry = (after - before)/width
    centroid, spread : mean (from the position) and standard deviation of the points, weighted with |M|²
    n_dips, ...      : what |M| lacks below the smaller of the largest values on both sides: how often more than 5 % of the
                       height, the deepest over the height, all together over the area
    decay            : area over height of the signal before the second pulse; fid_half = points to half of it
    gap, tail        : mean |M| between decay and echo, and in the last tenth; echo_over_fid = log10 of the heights' ratio
    """

    name = "echo_shape"

    def __init__(self, window=None, *, centre=2 / 3, width=0):
        super().__init__(window)
        self.centre = centre
        self.width = width

    def _prepare(self, n_window: int) -> None:
        self.middle_ = min(int(self.centre * n_window), n_window - 1)
        near = self.middle_ - self.width, self.middle_ + self.width
        echo = near if self.width else (int(0.75 * self.centre * n_window), n_window)
        self.echo_, self.fid_ = (
            _inside(*echo, n_window),
            _inside(0, int(self.centre / 2 * n_window), n_window),
        )
        self.gap_ = _inside(self.fid_[1], self.echo_[0], n_window)
        self.tail_ = _inside(n_window - max(1, n_window // 10), n_window, n_window)

    def _features(self, curves: np.ndarray, setting: int) -> np.ndarray:
        y = np.abs(curves)
        echo, fid, gap, tail = (
            y[:, first:last] for first, last in (self.echo_, self.fid_, self.gap_, self.tail_)
        )
        found = _echo_numbers(curves[:, self.echo_[0] : self.echo_[1]], echo)
        found["position"] = found["position"] + self.echo_[0]
        centre = curves[:, self.middle_]
        found |= {"re_centre": centre.real, "im_centre": centre.imag, "abs_centre": np.abs(centre)}
        found |= _fid_numbers(fid)
        found |= {
            "gap": gap.mean(1),
            "tail": tail.mean(1),
            "echo_over_fid": np.log10(
                np.maximum(found["height"], FLOOR) / np.maximum(found["fid_height"], FLOOR)
            ),
        }
        return np.stack([found[name] for name in self._recipes()], axis=1).astype(np.float32)

    def _recipes(self) -> list[str]:
        return [*ECHO, *CENTRE, *FID, *REST]

    def _support(self) -> list[tuple[int, int]]:
        both = (self.fid_[0], max(self.fid_[1], self.echo_[1]))
        return (
            [self.echo_] * len(ECHO)
            + [(self.middle_, self.middle_ + 1)] * len(CENTRE)
            + [self.fid_] * len(FID)
            + [self.gap_, self.tail_, both]
        )


def _inside(first: int, last: int, n_points: int) -> tuple[int, int]:
    """At least one point of the window."""
    first = min(max(first, 0), n_points - 1)
    return first, max(first + 1, min(last, n_points))


def _echo_numbers(curves: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Of an echo M and abs(M) = y, (n, n_points); positions from the first point."""
    rows, points = np.arange(len(y)), np.arange(y.shape[1])
    peak = y.argmax(axis=1)
    height, signal = y[rows, peak], curves[rows, peak]
    after, before = _to_half(y, peak), _to_half(y[:, ::-1], y.shape[1] - 1 - peak)
    weight = y / _positive(height)[:, None]
    weight = weight * weight
    total = _positive(weight.sum(1))
    centroid = weight @ points / total
    spread = np.sqrt(np.maximum(weight @ points**2 / total - centroid**2, 0))
    area, area_before = y.sum(1), np.where(points < peak[:, None], y, 0).sum(1)
    n_dips, deepest, dips = _dips(y)
    whole, unit = curves.sum(1), signal / _positive(height)
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
        "re_area": whole.real,
        "im_area": whole.imag,
        "cos_phase": unit.real,
        "sin_phase": unit.imag,
        "frequency": np.angle((curves[:, 1:] * curves[:, :-1].conj()).sum(1)) / (2 * np.pi),
    }


def _fid_numbers(y: np.ndarray) -> dict[str, np.ndarray]:
    """Of the decay after the first pulse, abs(M) = y, (n, n_points)."""
    peak = y.argmax(axis=1)
    height, area = y.max(1), y.sum(1)
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
    """A divisor: 1 where the numerator is 0 anyway."""
    return np.where(values > np.finfo(np.float32).tiny, values, 1)


def _to_half(y: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Points from each peak on to where y first falls to its half, by linear interpolation; to the end if it does not."""
    rows = np.arange(len(y))
    half = y[rows, peak] / 2
    low = (y <= half[:, None]) & (np.arange(y.shape[1]) > peak[:, None])
    at = np.where(low.any(1), low.argmax(1), 1)
    above, below = y[rows, at - 1], y[rows, np.minimum(at, y.shape[1] - 1)]
    return np.where(
        low.any(1), at - 1 - peak + (above - half) / _positive(above - below), y.shape[1] - 1 - peak
    )


def _dips(y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many dips, the deepest over the height, all of them over the area: the water that rain would leave in them."""
    left, right = np.maximum.accumulate(y, 1), np.maximum.accumulate(y[:, ::-1], 1)[:, ::-1]
    water, height = np.minimum(left, right) - y, y.max(1)
    wet = water > DIP * height[:, None]
    return (
        wet[:, 0] + (wet[:, 1:] & ~wet[:, :-1]).sum(1),
        water.max(1) / _positive(height),
        water.sum(1) / _positive(y.sum(1)),
    )
