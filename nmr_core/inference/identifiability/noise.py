"""The receiver noise of a data set, with which its parameters are identified."""

from collections.abc import Sequence
from typing import Any

from nmr_core.errors import FailedError, InputError
from nmr_core.learning.origin import effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.presets import Preset

EFFECT = "gaussian_noise"


def dataset_noise(preset: Preset, effects: Sequence[dict[str, Any]]) -> float | None:
    """Return the standard deviation of noise in Re M and in Im M of a data set.

    Parameters
    ----------
    preset : Preset
        Of the data set, with the noise of its protocol.
    effects : sequence of dict
        Effects of its manifest, each {"effect": name, number: value, ...}.

    Returns
    -------
    float or None
        Noise of the protocol and of the effect ``gaussian_noise`` together; None without that
        effect: the noise is that of the preset. An SNR of the effect counts as 0.5/SNR, although
        the effect divides the largest echo of each curve, which is smaller, by it. Where the noise
        differs from sample to sample, the least noise counts.
    """
    variance = 0.0
    for entry in effects:
        if entry.get("effect") == EFFECT:
            snr = float(entry.get("snr") or 0.0)
            sigma = float(entry.get("sigma") or 0.0) or (0.5 / snr if snr else 0.0)
            spread = float(entry.get("spread") or 0.0)
            variance += (sigma * 10**-spread) ** 2
    if not variance:
        return None
    own = [experiment.noise**2 for experiment in preset.experiments()]
    return float((variance + sum(own) / len(own)) ** 0.5)


def data_of(run: Run) -> tuple[Preset, float | None] | None:
    """Return the preset of a run's data set, and its noise; None where they are unknown.

    Returns
    -------
    preset : Preset
    noise : float or None
        As :func:`dataset_noise`.
    """
    try:
        preset = preset_of(run)
        if preset is not None:
            return preset, dataset_noise(preset, effects_of(run))
    except (InputError, FailedError, KeyError, TypeError):
        pass
    return None


def whole_data_of(run: Run) -> tuple[Preset, float | None] | None:
    """Return the same; None also for a run on a part of each signal.

    What whole signals determine is no reference for its errors.
    """
    return None if uses_window(run) else data_of(run)


def uses_window(run: Run) -> bool:
    """Whether the features of a run use a part of each signal only."""
    options = run.manifest.featurizer_options
    return any(name.split(".")[-1] == "window" and options[name] for name in options)
