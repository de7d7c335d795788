"""Ten numbers for the quality of a signal: noise, size, phase, offset, lost and clipped points."""

import numpy as np

NAMES = (
    "noise",
    "peak",
    "peak_place",
    "phase_re",
    "phase_im",
    "tail_re",
    "tail_im",
    "tail_size",
    "zeros",
    "flat",
)
NOTHING = 1e-6
"""Noise and sizes below this, in units of M (at most 1/2), are single-precision rounding."""


def quality(signals: np.ndarray) -> np.ndarray:
    """Numbers of :data:`NAMES` for complex curves (n_samples, n_settings, n_times), means over the settings; float32
    (n_samples, 10).

    noise      : log10 of the median size of second differences, over what white noise of one quadrature would give per σ
    peak       : largest |M|; peak_place: where, as a share of the record; phase: Re and Im of M/|M| there
    tail       : mean of Re M and Im M, and log10 of the mean |M|, over the last tenth: offset, and what never died out
    zeros      : share of points that are exactly 0: dead time, missing points
    flat       : share of points whose Re or Im is at its own extreme: a saturated receiver
    """
    size = np.abs(signals)
    place = size.argmax(axis=-1)
    at = np.take_along_axis(signals, place[..., None], -1)[..., 0]
    turned = at / np.maximum(np.abs(at), NOTHING)
    tail = signals[..., -max(1, signals.shape[-1] // 10) :]
    numbers = (
        _noise(signals),
        np.abs(at),
        place / max(signals.shape[-1] - 1, 1),
        turned.real,
        turned.imag,
        tail.real.mean(-1),
        tail.imag.mean(-1),
        np.log10(np.abs(tail).mean(-1) + NOTHING),
        (size == 0).mean(-1),
        np.maximum(_at_extreme(signals.real), _at_extreme(signals.imag)),
    )
    return np.stack([number.mean(axis=1) for number in numbers], axis=1).astype(np.float32)


def _noise(signals: np.ndarray) -> np.ndarray:
    """log10 of σ, from second differences: Var(M₋ - 2 M + M₊) = 6 σ² a quadrature; lost points (0) do not count."""
    if signals.shape[-1] < 3:
        return np.full(signals.shape[:-1], np.log10(NOTHING))
    second = np.diff(signals, n=2)
    there = (signals[..., :-2] != 0) & (signals[..., 1:-1] != 0) & (signals[..., 2:] != 0)
    size = np.sort(np.where(there, np.abs(second), np.inf), axis=-1)
    middle = np.take_along_axis(
        size, (np.maximum(there.sum(-1), 1) // 2)[..., None].clip(0, size.shape[-1] - 1), -1
    )[..., 0]
    return np.log10(np.where(np.isfinite(middle), middle, 0) / np.sqrt(12 * np.log(2)) + NOTHING)


def _at_extreme(part: np.ndarray) -> np.ndarray:
    """Share of points at the largest |value|, of real curves."""
    size = np.abs(part)
    return (size >= size.max(axis=-1, keepdims=True) * (1 - NOTHING)).mean(-1)
