"""Numbers of a measurement that a model was not trained for: noise, spacing, place, width.

for number in numbers_out_of_range(run, prepared, target):
    number.sentence, [action.label for action in number.actions]
"""

import math
from dataclasses import dataclass

import numpy as np

from nmr_core.effects import Context, effects_from
from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.learning.origin import effects_of, presets_of
from nmr_core.learning.run import Run
from nmr_core.measured.actions import Action, average_scans, make_model, train_noise
from nmr_core.measured.steps import Prepared
from nmr_core.measured.target import Target

LOUDER = 1.25
"""Noise over the noise of the training data from which it counts as out of range."""
COARSER = 1.2
"""Point spacing over that of the model from which it counts as out of range."""
MISPLACED = 0.05
"""An echo off its place in the protocol by this share of its time is out of range."""
WIDER = 1.25
"""Factor beyond the widest or narrowest echo of the model from which a width is out of range."""
AVERAGED = 3
"""Points that are averaged where the width of an echo is read."""


@dataclass(frozen=True)
class Number:
    """A number of a measurement that is out of range.

    Attributes
    ----------
    sentence : str
        The number, the range of the model, and what to do.
    actions : tuple of Action
        The same as buttons.
    """

    sentence: str
    actions: tuple[Action, ...] = ()


def numbers_out_of_range(run: Run, prepared: Prepared, target: Target) -> list[Number]:
    """Return each number of a measurement that the model was not trained for.

    Noise, point spacing, time and width of the echo are compared.
    """
    numbers = []
    noise = training_noise(run, target)
    if noise is not None and prepared.sigma > LOUDER * noise:
        numbers.append(_noise(prepared, noise))
    step = prepared.measurement.step
    if step > COARSER * target.step:
        numbers.append(
            Number(
                f"Its points are {step:.3g} µs apart, those of the model {target.step:.3g} µs: "
                "faster changes are lost. Sample faster, or make a model with this spacing.",
                (make_model(f"with points every {step:.3g} µs"),),
            )
        )
    if target.echo_time is not None:
        distance = abs(prepared.echo_time - target.echo_time)
        if distance > max(3 * target.step, MISPLACED * target.echo_time):
            numbers.append(
                Number(
                    f"Its echo is at {prepared.echo_time:.4g} µs, the protocol of the model has it "
                    f"at {target.echo_time:.4g} µs. Check the pulse spacing, or make a model with "
                    "this one.",
                    (make_model(f"with an echo at {prepared.echo_time:.4g} µs"),),
                )
            )
    numbers += _width(prepared, target)
    return numbers


def _noise(prepared: Prepared, noise: float) -> Number:
    sigma = prepared.sigma
    start = f"Its noise is {sigma:.2g} in units of M"
    if not noise:
        return Number(
            f"{start}; the model was trained on signals without noise. Choose a run that was "
            "trained with noise, or train with this noise.",
            (train_noise(sigma), make_model("with this noise")),
        )
    ratio = sigma / noise
    scans = average_scans(ratio, _scans(prepared))
    advice = scans.sentence.split(":")[0].split(",")[0]
    return Number(
        f"{start}, {ratio:.1f} times the {noise:.2g} that the model was trained with. {advice}, or "
        "train with this noise.",
        (scans, train_noise(sigma)),
    )


def _scans(prepared: Prepared) -> float:
    """Scans that the file counts; 0 where it does not."""
    scans = prepared.measurement.about.get("scans", 0)
    return float(scans) if isinstance(scans, int | float) and scans > 0 else 0.0


def _width(prepared: Prepared, target: Target) -> list[Number]:
    """The width of the echo, where no curve of the model has such a one."""
    if target.echo_time is None or target.curves is None:
        return []
    widths = [echo_width(target.time, one[0], target.echo_time) for one in target.curves]
    width = echo_width(prepared.time, prepared.signal, prepared.echo_time)
    if not np.isfinite([*widths, width]).all():
        return []
    narrow, wide = min(widths), max(widths)
    slack = 2 * target.step
    if narrow / WIDER - slack <= width <= wide * WIDER + slack:
        return []
    return [
        Number(
            f"Its echo is {width:.3g} µs wide at half height, those of the model {narrow:.3g} to "
            f"{wide:.3g} µs: the line has another width. Make a model with this line.",
            (make_model(f"with a line that makes an echo {width:.3g} µs wide"),),
        )
    ]


def echo_width(time: np.ndarray, signal: np.ndarray, echo_time: float) -> float:
    """Return the full width at half height of |M| around an echo, µs; NaN where it has no end.

    Parameters
    ----------
    time : array (n_times,)
        µs.
    signal : complex array (n_times,)
        One echo.
    echo_time : float
        Where it is, µs.
    """
    window = np.full(AVERAGED, 1 / AVERAGED)
    height = np.abs(np.convolve(signal, window, "same"))
    centre = int(np.argmin(np.abs(time - echo_time)))
    low = np.flatnonzero(height < height[centre] / 2)
    before, after = low[low < centre], low[low > centre]
    if not len(before) or not len(after):
        return float("nan")
    return float(_crossing(time, height, after[0] - 1, height[centre] / 2)) - float(
        _crossing(time, height, before[-1], height[centre] / 2)
    )


def _crossing(time: np.ndarray, height: np.ndarray, k: int, level: float) -> float:
    """Time between the points k and k + 1 at which the height passes a level."""
    share = (level - height[k]) / (height[k + 1] - height[k])
    return float(time[k] + share * (time[k + 1] - time[k]))


def training_noise(run: Run, target: Target) -> float | None:
    """Return the noise per quadrature of a run's training signals, in M; None if unknown."""
    if not run.manifest.origin:
        return None
    variance = 0.0
    for effect in effects_from(effects_of(run)):
        if not isinstance(effect, GaussianNoise):
            continue
        sigma = effect.sigma
        if not sigma and effect.snr:
            sigma = _echo_height(run, target) / effect.snr
        variance += sigma**2
    return math.sqrt(variance)


def _echo_height(run: Run, target: Target) -> float:
    """max |M| in the echo window, to which the SNR of the training data refers."""
    reference = np.atleast_2d(target.reference)
    presets = presets_of(run)
    if presets:
        window = presets[0].experiments()[0].protocol.echo_window
        reference = reference[:, Context(target.time, echo_window=window).echo]
    return float(np.abs(reference).max())
