"""Whether signals fit a run: time points, unit of time and protocol of its training data."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import UNNAMED
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL
from nmr_core.learning.manifest import RunManifest
from nmr_core.presets import preset_from_dict
from nmr_core.presets.ml4sci_2020 import FEWEST

STATED = (
    "sequence",
    "tau",
    "angle_1",
    "phase_1",
    "angle_2",
    "phase_2",
    "carrier",
    "orientation",
)
"""Fields of the protocol that a run stores of each setting."""
VARIED = "varied"
"""Value of a field that differs from sample to sample."""
TOLERANCE = 0.05
"""Allowed difference of times, as a fraction of a time step: files round their times."""
UNITS = {1e3: "ns", 1e-3: "ms", 1e-6: "s"}
"""Times of the signals over those of the run -> the unit that they seem to have."""


def grid(time: np.ndarray) -> dict[str, float]:
    """Number of points, first and last time in µs, of times (n_times,) in µs."""
    return {"n": len(time), "first": float(time[0]), "last": float(time[-1])}


def settings_of(dataset: EchoDataset) -> list[dict]:
    """The :data:`STATED` fields of each setting of a data set.

    Without a preset, the settings as the data set stores them. Imported signals may have columns
    of their own for these fields. The carrier of few signals from files that name no preset is
    unknown.
    """
    manifest = dataset.manifest
    columns = stated_in(dataset.parameters) if manifest.source else {}
    if dataset.preset is None:
        return [columns | setting for setting in manifest.settings]
    protocols = [experiment.protocol for experiment in dataset.preset.experiments()]
    is_unsure = manifest.source.endswith(UNNAMED) and len(dataset) < FEWEST
    names = [name for name in STATED if not (is_unsure and name == "carrier")]
    return [
        {name: getattr(protocol, name) for name in names} | columns | setting
        for protocol, setting in zip(protocols, manifest.settings, strict=True)
    ]


def stated_in(parameters: pd.DataFrame) -> dict[str, str | float]:
    """The :data:`STATED` fields that are columns of samples; :data:`VARIED` where they differ."""
    values: dict[str, str | float] = {}
    for name in STATED:
        if name not in parameters or not len(parameters):
            continue
        column = parameters[name]
        first = column.iloc[0]
        if (column != first).any():
            values[name] = VARIED
        else:
            values[name] = first if isinstance(first, str) else float(first)
    return values


def check_signals(
    manifest: RunManifest, time: np.ndarray, settings: Sequence[dict] | int | None = None
) -> None:
    """Check that signals have the time points and the protocol of a run.

    What either side does not state is not compared.

    Parameters
    ----------
    manifest : RunManifest
        Manifest of the run.
    time : float array (n_times,)
        µs.
    settings : sequence of dict or int, optional
        Protocol of each setting, or their number.

    Raises
    ------
    InputError
        Names the difference, and the unit if the times seem to be in another one.
    """
    time = np.asarray(time, dtype=float)
    if time.ndim != 1 or not len(time) or not np.isfinite(time).all():
        raise InputError(
            "The time points of curves must be a list of finite numbers in µs. "
            "Give one for each point."
        )
    if manifest.time:
        _check_times(manifest, grid(time))
    if settings is None or not manifest.settings:
        return
    n_settings = settings if isinstance(settings, int) else len(settings)
    if n_settings != len(manifest.settings):
        raise InputError(
            f"The run {manifest.id} was trained on samples of {len(manifest.settings)} settings, "
            f"these have {n_settings}. {_columns(manifest.settings)}"
        )
    if not isinstance(settings, int):
        _check_settings(manifest, settings)


def acquisitions(settings: Sequence[dict]) -> list[str]:
    """What each acquisition differs in from the others, such as "β₁ = 45°, β₂ = 180°"."""
    differing = [name for name in settings[0] if len({one.get(name) for one in settings}) > 1]
    return [
        ", ".join(_assignment(name, one[name]) for name in differing if name in one)
        for one in settings
    ]


def _assignment(name: str, value: str | float) -> str:
    """Symbol, value and unit of a field of the protocol."""
    if isinstance(value, str) or name not in PHYSICAL:
        return f"{name} = {_plain(value)}"
    return f"{PHYSICAL[name].symbol} = {value:g} {PHYSICAL[name].unit}".replace(" °", "°")


def _columns(settings: Sequence[dict]) -> str:
    """What a file of samples must hold for a run with these settings."""
    if len(settings) == 1:
        return "Use curves of the same protocol, or another run."
    listed = "; ".join(
        f"k = {k}: {text}" if text else f"k = {k}" for k, text in enumerate(acquisitions(settings))
    )
    return (
        "A CSV file must have one row per sample with the columns re_k@t and im_k@t of each "
        f"acquisition at all times t in µs ({listed})."
    )


def _check_times(manifest: RunManifest, times: dict[str, float]) -> None:
    if not _fits(manifest.time, times):
        raise InputError(
            f"The run {manifest.id} was trained on {_text(manifest.time)}, "
            f"these curves have {_text(times)}. {_advice(manifest.time, times)}"
        )


def _fits(trained: dict, times: dict) -> bool:
    """Whether two grids agree within :data:`TOLERANCE` steps."""
    if times["n"] != trained["n"]:
        return False
    step = (trained["last"] - trained["first"]) / max(1, trained["n"] - 1)
    allowed = TOLERANCE * abs(step) + 1e-12
    return all(abs(times[end] - trained[end]) <= allowed for end in ("first", "last"))


def _text(times: dict) -> str:
    return f"{times['n']} points from {times['first']:.5g} to {times['last']:.5g} µs"


def _advice(trained: dict, times: dict) -> str:
    for factor, unit in UNITS.items():
        converted = times | {end: times[end] / factor for end in ("first", "last")}
        if _fits(trained, converted):
            return f"The times seem to be in {unit}: give them in µs."
    return "Use curves on the same time points, or another run."


def _check_settings(manifest: RunManifest, settings: Sequence[dict]) -> None:
    drawn = _drawn(manifest)
    pairs = zip(manifest.settings, settings, strict=True)
    for number, (trained, setting) in enumerate(pairs):
        for name in (trained.keys() & setting.keys()) - drawn:
            if not _same(trained[name], setting[name]):
                where = f" in setting {number}" if len(settings) > 1 else ""
                raise InputError(
                    f"The run {manifest.id} was trained with {name} = {_plain(trained[name])}"
                    f"{where}, these curves have {name} = {_plain(setting[name])}. "
                    "Use curves of the same protocol, or another run."
                )


def _drawn(manifest: RunManifest) -> set[str]:
    """Names of the fields that differ from sample to sample of the training data."""
    presets = [preset_from_dict(entry["preset"]) for entry in manifest.origin]
    return {spec.name for preset in presets for spec in preset.drawn}


def _same(trained: str | float, value: str | float) -> bool:
    if isinstance(trained, str) or isinstance(value, str):
        return trained == value
    return abs(trained - value) <= 1e-6 * max(1, abs(trained))


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
