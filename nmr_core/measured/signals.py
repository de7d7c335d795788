"""Simulated signals at given parameters, as a receiver records them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.effects import (
    Context,
    Effect,
    Effects,
    apply_effects,
    effects_from,
    prepare_experiments,
)
from nmr_core.effects.echo_scaled import EchoScaled
from nmr_core.errors import InputError
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import Purpose, side_stream

CHUNK = 32
"""Signals between two reports of progress."""


def simulate_at(
    preset: Preset,
    parameters: Sequence[dict[str, float]],
    seeds: Sequence,
    *,
    dtype: str = "float32",
    effects: Sequence[Effect] = (),
    effects_seed: int = 0,
    first: int = 0,
    progress: Progress = silent,
) -> np.ndarray:
    """Simulate one sample for each dictionary of parameters.

    Parameters
    ----------
    preset : Preset
        What is simulated.
    parameters : sequence of dict of str to float
        Values as ``preset.build`` takes them.
    seeds : sequence
        Seed of offsets and protocol noise of each sample; it alone determines them, whatever
        else is simulated in the same call.
    dtype : str
        "float32" or "float64".
    effects : sequence of Effect
        Of these the simulated ones act, such as an error of the pulse angles; for the others see
        :meth:`Receiver.record`.
    effects_seed : int
        Seed of the effects.
    first : int
        Number of the first sample in the random streams of the effects.
    progress : callable
        Called with (done, total, text).

    Returns
    -------
    complex array (n_samples, n_settings, n_times)
    """
    experiments = [
        prepare_experiments(effects, preset.experiments(**values), effects_seed, sample)
        for sample, values in enumerate(parameters, first)
    ]
    chunks = []
    for start in range(0, len(experiments), CHUNK):
        progress(start, len(experiments), "simulating")
        chunk = slice(start, start + CHUNK)
        chunks.append(simulate_several(experiments[chunk], seeds[chunk], dtype, noise=True))
    progress(len(experiments), len(experiments), "simulating")
    return np.concatenate(chunks)


def add_noise(signals: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """Return signals with Gaussian noise of standard deviation ``sigma`` in Re and in Im."""
    if not sigma:
        return signals
    random = side_stream(seed, Purpose.MEASUREMENT_NOISE)
    re, im = random.normal(scale=sigma, size=(2, *signals.shape))
    return signals + (re + 1j * im)


@dataclass(frozen=True, eq=False)
class Receiver:
    """What a receiver adds to a simulated signal, and which points of it count.

    Attributes
    ----------
    sigma : float
        Noise in Re and in Im, beyond that of the preset, in units of M.
    effects : list of dict
        Measurement effects, applied before the noise; :meth:`simulate` applies all of them.
    used : bool array (n_times,), optional
        Points that are compared; default: all.
    """

    sigma: float = 0.0
    effects: Effects = ()
    used: np.ndarray | None = None

    def simulate(
        self,
        preset: Preset,
        parameters: Sequence[dict[str, float]],
        seeds: Sequence,
        seed: int,
        *,
        progress: Progress = silent,
    ) -> np.ndarray:
        """Return simulated samples as they are recorded, with all effects.

        Parameters
        ----------
        preset : Preset
            What is simulated.
        parameters, seeds, progress
            As of :func:`simulate_at`.
        seed : int
            Of the effects and the noise.

        Returns
        -------
        complex128 array (n_samples, n_settings, n_times)
        """
        signals = simulate_at(
            preset,
            parameters,
            seeds,
            effects=effects_from(self.effects),
            effects_seed=seed,
            progress=progress,
        )
        return self.record(preset, signals, seed)

    def record(self, preset: Preset, signals: np.ndarray, seed: int) -> np.ndarray:
        """Return signals as they are recorded; effects that are simulated are in them before.

        Parameters
        ----------
        preset : Preset
            What is simulated.
        signals : complex array (n_samples, n_settings, n_times)
            Simulated or measured signals.
        seed : int
            Of the random streams.

        Returns
        -------
        complex128 array (n_samples, n_settings, n_times)
        """
        chain = effects_from(self.effects)
        if chain:
            context = Context.of(preset.experiments()[0].protocol)
            signals = apply_effects(chain, context, signals.astype(np.complex64), seed)
        return add_noise(signals.astype(np.complex128), self.sigma, seed)

    def scaled(self, preset: Preset, signals: np.ndarray) -> np.ndarray:
        """Return signals divided by their echo, where the receiver does so; without its errors.

        Parameters
        ----------
        preset : Preset
            What is simulated.
        signals : complex array (n_samples, n_settings, n_times)
            Simulated signals.

        Returns
        -------
        complex array (n_samples, n_settings, n_times)
            Of the precision of ``signals``.
        """
        chain = effects_from(self.effects)
        if not chain or not isinstance(chain[-1], EchoScaled):
            return signals
        context = Context.of(preset.experiments()[0].protocol)
        return chain[-1].change(context, signals, np.empty((len(signals), 0)))

    def compared(self, signals: np.ndarray) -> np.ndarray:
        """Return the points of signals (..., n_times) that are compared."""
        return signals if self.used is None else signals[..., self.used]


def check_signals(preset: Preset, signals: np.ndarray) -> np.ndarray:
    """Return the signals of one sample as complex128 (n_settings, n_times).

    Raises
    ------
    InputError
        If they are not on the time points of the preset.
    """
    signals = np.asarray(signals)
    if signals.ndim == 1:
        signals = signals[None]
    n_settings = len(preset.settings)
    n_times = len(preset.experiments()[0].protocol.time)
    is_number = signals.dtype.kind in "cf"
    if signals.shape != (n_settings, n_times) or not is_number or not np.isfinite(signals).all():
        raise InputError(
            f"An echo of {preset.name} is {n_settings} × {n_times} finite complex numbers, got "
            f"{' × '.join(map(str, signals.shape))} of {signals.dtype}. Put it on the preset's "
            "time points first."
        )
    return signals.astype(np.complex128)
