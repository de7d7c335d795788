"""NumPy's own archive: an array for the times, the curves and each parameter."""

import zipfile
from pathlib import Path

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.archives import opened
from nmr_core.io.formats import _about, _own_columns
from nmr_core.io.formats._format import Foreign, Format, shape_words
from nmr_core.io.npz_arrays import read_npz
from nmr_core.io.source import Source


def sniff(source: Source) -> tuple[float, str]:
    """A zip of arrays, one of them ``signals``."""
    if source.single is None or source.head(source.single, 4)[:2] != b"PK":
        return 0.0, "no zip of arrays"
    with source.seekable(source.single) as file:
        try:
            names = opened(file, source.single).namelist()
        except (zipfile.BadZipFile, ValueError):
            return 0.3, "a damaged zip"
    if not all(name.endswith(".npy") for name in names):
        return 0.0, "a zip with other files than arrays"
    return (
        (0.95, "arrays signals and time")
        if {"signals.npy", "time.npy"} <= set(names)
        else (0.5, "NumPy arrays")
    )


def read(source: Source) -> Foreign:
    """signals (n_samples, [n_settings,] n_times), time in µs, and one array per parameter."""
    with source.seekable(source.only) as file:
        arrays = read_npz(file, source.path.name)
    missing = [name for name in ("signals", "time") if name not in arrays]
    if missing:
        raise InputError(
            f"{source.path.name} has no array {missing[0]}; it has "
            f"{', '.join(sorted(arrays))[:200]}. Save signals (n_samples, n_settings, n_times) and "
            "time (n_times,) in µs."
        )
    signals, time = arrays.pop("signals"), arrays.pop("time")
    if (
        signals.dtype.kind not in "cfiu"
        or time.dtype.kind not in "fiu"
        or signals.ndim not in (2, 3)
        or time.ndim != 1
    ):
        raise InputError(
            f"signals is {signals.dtype} {shape_words(signals)}, time is {time.dtype} "
            f"{shape_words(time)}; "
            "expected are complex (n_samples, n_settings, n_times) and numbers (n_times,). Save "
            "them in that shape."
        )
    signals = signals[:, None] if signals.ndim == 2 else signals
    about = _about.About.read(str(arrays.pop("about", "")), signals.shape[1])
    mz = arrays.pop("mz", None)
    parameters, notes = _own_columns.parameters(arrays, len(signals))
    return about.foreign(parameters, signals, time, mz, notes)


def write(foreign: Foreign, path: Path) -> None:
    """``np.load(path)["signals"]``, ``["time"]``, ``["xi"]`` ..."""
    columns = {name: _plain(foreign.parameters[name].to_numpy()) for name in foreign.parameters}
    more = {} if foreign.mz is None else {"mz": foreign.mz}
    with path.open("wb") as file:
        np.savez(
            file,
            signals=foreign.signals,
            time=foreign.time,
            about=np.array(_about.written(foreign)),
            **more,
            **columns,
        )


def _plain(values: np.ndarray) -> np.ndarray:
    return values.astype(str) if values.dtype.kind not in "fiub" else values


FORMAT = Format(
    "npz",
    "NumPy archive (.npz)",
    "One array a parameter, signals (n_samples, n_settings, n_times), time in µs; preset and "
    "settings in about.",
    "one .npz file",
    sniff,
    read,
    write,
    ending=".npz",
)
