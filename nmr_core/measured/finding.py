"""The stages of a preparation as numbers: time zero, sense of Im, phase, scale and baseline of the
measurements of a sample.
"""

from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.fitting import Fit, fit, matched
from nmr_core.measured.inspecting import blind
from nmr_core.measured.locating import places
from nmr_core.measured.resampling import Resampled, resample
from nmr_core.measured.steps import OFF, Steps
from nmr_core.measured.target import Target

WITHIN = 2.0
"""Standard errors: what differs less from "nothing to do" is left alone."""
CLOSE = 0.25
"""Steps of the grid: a smaller shift of time is left alone."""
CLEAR = 25.0
"""chi², in units of the misfit, by which the other sense of Im must be better to be believed, and a
slope to be removed.
"""
MOVES = 3
"""Times that the measurement is put onto the grid again after its time zero has moved."""
MIRRORED = 1.05
"""Times the explained energy by which the other sense must be better to be tried first."""
NUDGE = 4
"""Steps by which a time zero may be moved for a measurement that just covers what the model looks
at.
"""
LINE = 0.98
"""Of the energy of curves that lies on one line through 0: the sense of Im cannot be reversed_sign
from
them.
"""


@dataclass(frozen=True, eq=False)
class Found:
    """What was found and used; ``free`` and ``used`` fits differ where a step was overruled or an
    error is larger than the finding.

    ``rival_share`` as well
    dead time

    Attributes
    ----------
    time_zero, found_zero, zero_error : float
        µs.
    rival : float
        Another place that explains its share.
    conjugated, found_conjugated : bool
        The latter None where it cannot be reversed_sign.
    fit, free_fit : Fit
        Used, and found.
    grids, dead : list[Resampled]
        Per setting: the measurement on the grid, and points in the.
    dead_time, found_dead : float
        µs.
    """

    time_zero: float
    found_zero: float
    zero_error: float
    rival: float
    rival_share: float
    conjugated: bool
    found_conjugated: bool | None
    fit: Fit
    free_fit: Fit
    grids: list[Resampled]
    dead: list[np.ndarray]
    dead_time: float
    found_dead: float


def line_like(target: Target) -> bool:
    """Whether all curves lie on one line through 0 of the complex plane, so that M and its mirror
    image look the same.
    """
    curves = target.reference if target.curves is None else target.curves
    return bool(abs((curves**2).sum()) >= LINE * (np.abs(curves) ** 2).sum())


def find(measurements: list[Measurement], target: Target, sigma: float, steps: Steps) -> Found:
    """Everything, from the measurements of one sample."""
    search = _Search(measurements, target, sigma, steps)
    zero, rival, share, conjugate = search.place()
    search.refine_noise(zero)
    zero, error, free = search.settle(zero, conjugate)
    reversed_sign = None
    if steps.conjugate is None:
        reversed_sign, free = search.sense(zero, conjugate, free)
        conjugate = bool(reversed_sign)
    used_zero = zero
    if (
        steps.time_zero is None
        and steps.echo_time is None
        and search.as_given(zero, error, conjugate, free)
    ):
        used_zero = 0.0
    grids, dead = search.on_grid(used_zero, conjugate)
    used = search.simplest(grids, dead, free)
    if steps.time_zero is not None or steps.echo_time is not None:
        zero = (
            search.settle(search.free_place(conjugate), conjugate)[0] if search.can_move else zero
        )
    return Found(
        used_zero,
        zero,
        error,
        rival,
        share,
        conjugate,
        reversed_sign,
        used,
        free,
        grids,
        dead,
        search.dead_time(used_zero),
        search.found_dead(used_zero),
    )


class _Search:
    """The measurements of a sample and how they look at a time zero; nothing is kept between
    calls.
    """

    def __init__(self, measurements: list[Measurement], target: Target, sigma: float, steps: Steps):
        self.measurements, self.target, self.sigma, self.steps = measurements, target, sigma, steps
        peak = max(
            float(
                np.abs(
                    np.convolve(
                        measurement.signal
                        - np.median(measurement.signal.real)
                        - 1j * np.median(measurement.signal.imag),
                        np.full(5, 0.2),
                        "same",
                    )
                ).max()
            )
            for measurement in measurements
        )
        self.rough = 2 * peak
        self.can_move = True
        if steps.echo_time is not None and target.echo_time is None:
            raise InputError(
                "The protocol of this model has no echo, so that echo_time has no meaning. Give "
                "time_zero instead."
            )

    def chosen_zero(self) -> float | None:
        """The chosen time zero, µs; None: it is to be found."""
        if self.steps.echo_time is not None:
            return self.steps.echo_time - self.target.echo_time
        return 0.0 if self.steps.time_zero == OFF else self.steps.time_zero

    def place(self) -> tuple[float, float, float, bool]:
        """(time zero to begin with, rival, its share, conjugated)."""
        chosen = self.steps.conjugate is True
        if self.chosen_zero() is not None:
            return self.chosen_zero(), np.nan, 0.0, chosen
        tried = [(chosen, places(self.measurements, self.target, self.sigma, self.rough, chosen))]
        if self.steps.conjugate is None and not line_like(self.target):
            tried.append(
                (True, places(self.measurements, self.target, self.sigma, self.rough, True))
            )
        conjugate, best = tried[0]
        if len(tried) > 1 and tried[1][1].score.max() > MIRRORED * best.score.max():
            conjugate, best = tried[1]
        if best.score.max() <= 0:
            measurement = self.measurements[0]
            raise InputError(
                f"There is no echo of this protocol in {measurement.name}: no part of its "
                f"{measurement.time[-1] - measurement.time[0]:.4g} µs looks like one. Check the "
                "columns and the unit of time, or give the time of the echo."
            )
        step = float(np.median(np.diff(best.time_zero)))
        near = places(
            self.measurements,
            self.target,
            self.sigma,
            self.rough,
            conjugate,
            (best.best - 2 * step, best.best + 2 * step),
        )
        return self.covering(near.best), *best.rival, conjugate

    def refine_noise(self, zero: float) -> None:
        """From here on the noise is that of a point of the grid."""
        gains = [
            grid.gain[grid.covered] for grid in self.on_grid(zero, False)[0] if grid.covered.any()
        ]
        self.sigma *= float(np.median(np.concatenate(gains))) if gains else 1.0

    def free_place(self, conjugate: bool) -> float:
        """The time zero that would be found without a wish."""
        return places(self.measurements, self.target, self.sigma, self.rough, conjugate).best

    def dead_time(self, zero: float) -> float:
        """µs after each pulse that are left out."""
        wanted = self.steps.dead_time
        return self.found_dead(zero) if wanted is None else 0.0 if wanted == OFF else float(wanted)

    def found_dead(self, zero: float) -> float:
        """The longest blind stretch right after a pulse (or at the beginning of the measurement),
        µs; 0 if there is none.
        """
        longest = 0.0
        for measurement in self.measurements:
            for start, stop in blind(measurement):
                begins = [
                    t + zero
                    for t in self.target.pulse_times
                    if abs(start - t - zero) <= 2 * max(self.target.step, measurement.step)
                ]
                if begins:
                    longest = max(longest, stop + measurement.step - begins[0])
        return longest

    def on_grid(self, zero: float, conjugate: bool) -> tuple[list[Resampled], list[np.ndarray]]:
        """Each measurement on the grid, and which points lie in the dead time."""
        target, grids, dead = self.target, [], []
        blind_for = self.dead_time(zero)
        for measurement in self.measurements:
            start = int(
                np.searchsorted(
                    measurement.time, target.time[0] + zero - 4 * max(target.step, measurement.step)
                )
            )
            stop = int(
                np.searchsorted(
                    measurement.time,
                    target.time[-1] + zero + 4 * max(target.step, measurement.step),
                )
            )
            start, stop = (start, stop) if stop - start >= 4 else (0, len(measurement))
            signal = measurement.signal[start:stop]
            made = resample(
                measurement.time[start:stop],
                signal.conj() if conjugate else signal,
                target.time + zero,
                step=target.step,
                piece=target.piece,
                edges=target.edges + zero,
                method=self.steps.resample,
            )
            grids.append(made)
            since = [(target.time - t) for t in target.pulse_times] if blind_for else []
            masks = [(own > 1e-6 * target.step) & (own < blind_for) for own in since]
            dead.append(np.any(masks, axis=0) if masks else np.zeros(len(target.time), bool))
        return grids, dead

    def begin(
        self, grids: list[Resampled], dead: list[np.ndarray]
    ) -> tuple[Fit, np.ndarray, np.ndarray]:
        """A first fit from the mean alone, with what a person has fixed; and the curves and their
        points.
        """
        y = np.stack([grid.signal for grid in grids])
        covered = np.stack([grid.covered & ~mask for grid, mask in zip(grids, dead, strict=True)])
        c = matched(y, covered, self.target, self.sigma)
        phase = self._fixed("phase", 0.0)
        amplitude = self._fixed("amplitude", 1.0)
        baseline = np.zeros((len(y), 2), complex)
        if self.steps.baseline is not None and not isinstance(self.steps.baseline, str):
            baseline[:, 0] = (
                np.conj(self.steps.baseline)
                if self.steps.conjugate is True
                else self.steps.baseline
            )
        elif self.steps.baseline != OFF:
            tail = slice(-max(8, y.shape[1] // 8), None)
            baseline[:, 0] = [
                np.median(own[tail].real) + 1j * np.median(own[tail].imag) for own in y
            ]
        return (
            Fit(
                float(np.angle(c)) if phase is None else np.radians(phase),
                (max(abs(c), 0.05 * self.rough) if amplitude is None else amplitude),
                baseline,
            ),
            y,
            covered,
        )

    def _fixed(self, name: str, off: float) -> float | None:
        value = getattr(self.steps, name)
        return off if value == OFF else value

    def free(self) -> set[str]:
        """What is found by itself."""
        names = {name for name in ("phase", "amplitude") if getattr(self.steps, name) is None}
        return (
            names
            | ({"constant"} if self.steps.baseline in (None, "constant", "linear") else set())
            | ({"slope"} if self.steps.baseline == "linear" else set())
        )

    def settle(self, zero: float, conjugate: bool) -> tuple[float, float, Fit]:
        """(time zero, its error, fit) after moving to where the fit is best."""
        moving = self.chosen_zero() is None
        error = np.nan
        for _ in range(MOVES if moving else 1):
            grids, dead = self.on_grid(zero, conjugate)
            start, y, covered = self.begin(grids, dead)
            if covered.sum() < 8:
                return zero, error, start
            found = fit(
                y,
                covered,
                self.target,
                self.sigma,
                start,
                frozenset(self.free() | ({"shift"} if moving else set())),
            )
            error = found.errors.get("shift", np.nan)
            if not moving or abs(found.shift) < 0.1 * error:
                break
            zero = self.covering(zero + found.shift)
        grids, dead = self.on_grid(zero, conjugate)
        return zero, error, self.fitted(grids, dead)

    def covering(self, zero: float) -> float:
        """The time zero, moved by at most a few steps so that the measurements cover what the model
        looks at, if they can.
        """
        (first, last), step = self.target.needed_range, self.target.step
        low = max(measurement.time[0] for measurement in self.measurements) - first - 0.5 * step
        high = min(measurement.time[-1] for measurement in self.measurements) - last + 0.5 * step
        if low > high:
            low = high = (low + high) / 2
        moved = float(np.clip(zero, low, high))
        return moved if abs(moved - zero) <= NUDGE * step else zero

    def fitted(self, grids: list[Resampled], dead: list[np.ndarray]) -> Fit:
        """The fit at this time zero; with a slope if it is clearly there."""
        start, y, covered = self.begin(grids, dead)
        if covered.sum() < 8:
            return start
        found = fit(y, covered, self.target, self.sigma, start, frozenset(self.free()))
        if self.steps.baseline is None:
            sloped = fit(
                y, covered, self.target, self.sigma, start, frozenset(self.free() | {"slope"})
            )
            size = float(np.abs(sloped.baseline[:, 1]).max())
            if (
                size > 5 * sloped.errors["slope"]
                and found.chi2 - sloped.chi2 > CLEAR * sloped.misfit**2
            ):
                return sloped
        return found

    def sense(self, zero: float, conjugate: bool, free: Fit) -> tuple[bool | None, Fit]:
        """(whether Im has the other sign, None if it cannot be reversed_sign; the fit with it)."""
        other = self.fitted(*self.on_grid(zero, not conjugate))
        limit = CLEAR * max(1.0, min(free.misfit, other.misfit) ** 2) * self.target.memory
        plain, mirrored = (other, free) if conjugate else (free, other)
        if line_like(self.target) or abs(plain.chi2 - mirrored.chi2) < limit:
            return None, plain
        return (True, mirrored) if mirrored.chi2 < plain.chi2 else (False, plain)

    def as_given(self, zero: float, error: float, conjugate: bool, free: Fit) -> bool:
        """Whether the measurement's own zero is as good as the one that was found."""
        if not np.isfinite(error) or abs(zero) > 20 * self.target.step:
            return False
        grids, dead = self.on_grid(0.0, conjugate)
        if any(
            (self.target.needed & ~grid.covered & ~mask).any()
            for grid, mask in zip(grids, dead, strict=True)
        ):
            return False
        if abs(zero) <= max(WITHIN * error, CLOSE * self.target.step):
            return True
        return self.fitted(grids, dead).chi2 < free.chi2 + WITHIN**2 * max(1.0, free.misfit**2)

    def simplest(self, grids: list[Resampled], dead: list[np.ndarray], free: Fit) -> Fit:
        """The fit in which nothing is corrected that is not there."""
        start, y, covered = self.begin(grids, dead)
        if covered.sum() < 8:
            return start
        here = self.fitted(grids, dead)
        names, start = self.free(), replace(here, curve=None)
        turned = (np.degrees(here.phase) + 180) % 360 - 180
        if "phase" in names and abs(np.radians(turned)) < WITHIN * here.errors.get("phase", 0):
            names.discard("phase")
            start = replace(start, phase=0.0)
        if "amplitude" in names and abs(here.amplitude - 1) < WITHIN * here.errors.get(
            "amplitude", 0
        ):
            names.discard("amplitude")
            start = replace(start, amplitude=1.0)
        if (
            self.steps.baseline is None
            and not here.baseline[:, 1].any()
            and (np.abs(here.baseline[:, 0]).max() < WITHIN * here.errors.get("constant", 0))
        ):
            names.discard("constant")
            start = replace(start, baseline=np.zeros_like(here.baseline))
        if here.baseline[:, 1].any():
            names.add("slope")
        last = fit(y, covered, self.target, self.sigma, start, frozenset(names))
        return replace(
            last,
            phase=float((last.phase + np.pi) % (2 * np.pi) - np.pi),
            errors=here.errors | last.errors,
        )
