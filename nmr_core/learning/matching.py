"""Whether signals fit a run: the same time points, unit of time and protocol as its training data."""

from collections.abc import Sequence

import numpy as np

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.learning.manifest import RunManifest

STATED = ("sequence", "tau", "angle_1", "phase_1", "angle_2", "phase_2")
"""Fields of the protocol that a run stores of each setting."""
TOLERANCE = 0.05
"""Allowed difference of times, as a share of a time step: files round their times."""
UNITS = {1e3: "ns", 1e-3: "ms", 1e-6: "s"}
"""Times of the signals over those of the run -> the unit that they seem to have."""


def grid(time: np.ndarray) -> dict[str, float]:
    """Number of points, first and last time in µs."""
    return {"n": len(time), "first": float(time[0]), "last": float(time[-1])}


def settings_of(dataset: EchoDataset) -> list[dict]:
    """The :data:`STATED` fields of each setting; without a preset, the settings of the data set as they are."""
    if dataset.preset is None:
        return [dict(setting) for setting in dataset.manifest.settings]
    protocols = [experiment.protocol for experiment in dataset.preset.experiments()]
    return [{name: getattr(protocol, name) for name in STATED} for protocol in protocols]


def check_curves(
    manifest: RunManifest, time: np.ndarray, settings: Sequence[dict] | int | None = None
) -> None:
    """:class:`InputError` unless signals have the time points and the protocol of a run; unknown things are not compared.

    Parameters
    ----------
    manifest : RunManifest
    time : (n_times,)
        µs.
    settings : sequence of dict or int, optional
        Protocol of each setting, or their number.
    """
    time = np.asarray(time, dtype=float)
    if time.ndim != 1 or not len(time) or not np.isfinite(time).all():
        raise InputError(
            "The time points of curves must be a list of finite numbers in µs. Give one for each point."
        )
    if manifest.time and not _fits(manifest.time, grid(time)):
        raise InputError(
            f"The run {manifest.id} was trained on {_text(manifest.time)}, these curves have {_text(grid(time))}. "
            + _advice(manifest.time, grid(time))
        )
    if settings is None or not manifest.settings:
        return
    count = settings if isinstance(settings, int) else len(settings)
    if count != len(manifest.settings):
        raise InputError(
            f"The run {manifest.id} was trained on samples of {len(manifest.settings)} settings, these have "
            f"{count}. Use curves of the same protocol, or another run."
        )
    if not isinstance(settings, int):
        _check_settings(manifest, settings)


def _fits(ours: dict, given: dict) -> bool:
    step = (ours["last"] - ours["first"]) / max(1, ours["n"] - 1)
    return given["n"] == ours["n"] and all(
        abs(given[end] - ours[end]) <= TOLERANCE * abs(step) + 1e-12 for end in ("first", "last")
    )


def _text(time: dict) -> str:
    return f"{time['n']} points from {time['first']:.5g} to {time['last']:.5g} µs"


def _advice(ours: dict, given: dict) -> str:
    for factor, unit in UNITS.items():
        if _fits(ours, given | {end: given[end] / factor for end in ("first", "last")}):
            return f"The times seem to be in {unit}: give them in µs."
    return "Use curves on the same time points, or another run."


def _check_settings(manifest: RunManifest, settings: Sequence[dict]) -> None:
    for number, (ours, given) in enumerate(zip(manifest.settings, settings, strict=True)):
        for name in ours.keys() & given.keys():
            same = (
                ours[name] == given[name]
                if isinstance(ours[name], str) or isinstance(given[name], str)
                else abs(ours[name] - given[name]) <= 1e-6 * max(1, abs(ours[name]))
            )
            if not same:
                where = f" in setting {number}" if len(settings) > 1 else ""
                raise InputError(
                    f"The run {manifest.id} was trained with {name} = {_plain(ours[name])}{where}, these curves "
                    f"have {name} = {_plain(given[name])}. Use curves of the same protocol, or another run."
                )


def _plain(value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
