"""Curves of chosen parameters, all settings of each, with the noise of the receiver."""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects import Context, Effects, apply_effects, effects_from
from nmr_core.errors import InputError
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import Purpose, side_stream

"""Curve k has the stream (seed, k, 6): no data set uses it."""
AT_ONCE = 32
"""Curves between two reports of progress."""


def curves_at(
    preset: Preset,
    several: Sequence[dict[str, float]],
    seeds: Sequence,
    *,
    dtype: str = "float32",
    progress: Progress = silent,
) -> np.ndarray:
    """One curve for each dictionary of parameters (as ``preset.build`` takes them), complex (n,
    n_settings, n_times).

    Curve k has its offsets and its protocol's noise from ``seeds[k]`` alone, whatever stands beside
    it.
    """
    experiments = [preset.experiments(**values) for values in several]
    found = []
    for start in range(0, len(experiments), AT_ONCE):
        progress(start, len(experiments), "simulating")
        some = slice(start, start + AT_ONCE)
        found.append(simulate_several(experiments[some], seeds[some], dtype, noise=True))
    progress(len(experiments), len(experiments), "simulating")
    return np.concatenate(found)


def add_noise(curves: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """The curves plus Gaussian noise of standard deviation ``sigma`` in Re and in Im."""
    if not sigma:
        return curves
    re, im = side_stream(seed, Purpose.MEASUREMENT_NOISE).normal(
        scale=sigma, size=(2, *curves.shape)
    )
    return curves + (re + 1j * im)


def received(
    preset: Preset, curves: np.ndarray, effects: Effects, sigma: float, seed: int
) -> np.ndarray:
    """Simulated curves as a receiver gives them: its effects, then noise of ``sigma``; complex128
    (n, n_settings, n_times).
    """
    acting = effects_from(effects)
    if acting:
        context = Context.of(preset.experiments()[0].protocol)
        curves = apply_effects(acting, context, curves.astype(np.complex64), seed)
    return add_noise(curves.astype(np.complex128), sigma, seed)


def checked_signals(preset: Preset, signals: np.ndarray) -> np.ndarray:
    """complex128 (n_settings, n_times) of one sample; :class:`InputError` if it is not on the
    preset's time points.
    """
    signals = np.asarray(signals)
    signals = signals[None] if signals.ndim == 1 else signals
    wanted = len(preset.settings), len(preset.experiments()[0].protocol.time)
    if signals.shape != wanted or signals.dtype.kind not in "cf" or not np.isfinite(signals).all():
        raise InputError(
            f"An echo of {preset.name} is {wanted[0]} × {wanted[1]} finite complex numbers, got "
            f"{' × '.join(map(str, signals.shape))} of {signals.dtype}. Put it on the preset's "
            "time points first."
        )
    return signals.astype(np.complex128)
