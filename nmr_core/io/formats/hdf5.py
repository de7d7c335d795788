"""HDF5: datasets time, signals and parameters/<name>, each with its unit as an attribute."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.formats import _about, _own_columns
from nmr_core.io.formats._format import Foreign, Format, shape_words
from nmr_core.io.hdf5_arrays import MAGIC, is_here, read_dataset, reason_of
from nmr_core.io.hdf5_heaps import check_heaps
from nmr_core.io.source import Source
from nmr_core.presets import written_name


def sniff(source: Source) -> tuple[float, str]:
    """HDF5's first bytes."""
    if source.single is None or source.head(source.single, 8) != MAGIC:
        return 0.0, "no single HDF5 file"
    return 0.9, "an HDF5 file"


def read(source: Source) -> Foreign:
    """signals, complex (n_samples, [n_settings,] n_times); time; parameters/<name>."""
    name = source.only
    with source.seekable(name) as opened:
        try:
            check_heaps(opened, name)
            with h5py.File(opened, "r") as file:
                return _foreign(file, name)
        except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{name} is damaged or of another layout: {reason_of(error)}. Expected are the "
                "datasets signals, time and parameters/<name>."
            ) from None


def _foreign(file: h5py.File, name: str) -> Foreign:
    missing = [key for key in ("signals", "time") if key not in file]
    if missing:
        raise InputError(
            f"{name} has no dataset {missing[0]}; it has {', '.join(file)[:200]}. Write signals "
            "(n_samples, n_settings, n_times) and time (µs)."
        )
    signals, time = read_dataset(file, "signals"), read_dataset(file, "time")
    if signals.ndim not in (2, 3) or signals.dtype.kind not in "cfiu":
        raise InputError(
            f"signals is {signals.dtype} {shape_words(signals)}; expected is complex (n_samples, "
            "n_settings, n_times). Write it again in that shape."
        )
    signals = signals[:, None] if signals.ndim == 2 else signals
    group = file["parameters"] if is_here(file, "parameters") else {}
    _own_columns.check_number(len(group))
    columns = {
        key: read_dataset(group, key)
        for key in sorted(group, key=lambda key: group[key].attrs.get("column", 0))
    }
    parameters, notes = _own_columns.parameters(columns, len(signals))
    about = _about.About.read(file.attrs.get("about"), signals.shape[1])
    unit = file["time"].attrs.get("unit", "µs")
    if unit not in ("µs", "us", "μs"):
        raise InputError(
            f"The unit of time is {str(unit)[:20]!r}, expected is µs. Convert the times and write "
            "that unit."
        )
    mz = read_dataset(file, "mz") if "mz" in file else None
    return about.foreign(parameters, signals, time, mz, notes)


def write(foreign: Foreign, path: Path) -> None:
    """Everything, with units."""
    with path.open("w+b") as opened, h5py.File(opened, "w") as file:
        file.attrs["about"] = _about.written(foreign)
        file.attrs["preset"] = written_name(foreign.preset)
        _add(file, "time", foreign.time, "µs")
        _add(file, "signals", foreign.signals, "M, of at most 1/2")
        if foreign.mz is not None:
            _add(file, "mz", foreign.mz, "Mz, of at most 1/2")
        for k, name in enumerate(foreign.parameters):
            values = foreign.parameters[name].to_numpy()
            numbers = values.dtype.kind in "fiub"
            data = _add(
                file,
                f"parameters/{name}",
                values if numbers else values.astype(object),
                _about.unit_of_column(name),
                dtype=None if numbers else h5py.string_dtype(),
            )
            data.attrs["column"] = k


def _add(
    file: h5py.File, name: str, values: np.ndarray, unit: str, dtype: Any = None
) -> h5py.Dataset:
    data = file.create_dataset(name, data=values, dtype=dtype)
    data.attrs["unit"] = unit
    return data


FORMAT = Format(
    "hdf5",
    "HDF5 (.h5)",
    "Datasets time, signals (n_samples, n_settings, n_times) and parameters/<name>, each with its "
    "unit; preset and settings as JSON in the attribute about.",
    "one .h5 file",
    sniff,
    read,
    write,
    ending=".h5",
)
