"""HDF5 with datasets time and signal, or time, re and im; units as their attributes."""

import h5py

from nmr_core.errors import InputError
from nmr_core.io.hdf5_arrays import MAGIC, read_dataset
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader

MAX_DATASETS = 200


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """HDF5's first bytes."""
    return (0.9, "an HDF5 file") if files.head(8) == MAGIC else (0.0, "no HDF5 file")


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Each curve of the dataset signal, at the top of the file or in its only group."""
    with files.source.seekable(files.source.only) as opened:
        try:
            with h5py.File(opened, "r") as file:
                inner = [
                    key
                    for key in file
                    if file.get(key, getclass=True) is h5py.Group and key != "parameters"
                ]
                group = (
                    file[inner[0]]
                    if len(file) == 1
                    and inner
                    and isinstance(file.get(inner[0], getlink=True), h5py.HardLink)
                    else file
                )
                arrays, units = _datasets(group)
        except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{files.name} is damaged or of another layout ({str(error)[:100]}). Expected are "
                "the datasets time and signal."
            ) from None
    return measurements_from(arrays, units, options, files, "hdf5")


def _datasets(group: h5py.Group) -> tuple[dict, dict]:
    arrays, units = {}, {}
    for key in list(group)[:MAX_DATASETS]:
        if group.get(key, getclass=True) is h5py.Dataset:
            arrays[key] = read_dataset(group, key)
            unit = next(
                (group[key].attrs[name] for name in ("unit", "units") if name in group[key].attrs),
                None,
            )
            if unit is not None:
                units[key] = unit.decode() if isinstance(unit, bytes) else str(unit)
    return arrays, units


READER = Reader(
    "hdf5", "HDF5 (.h5)", "one .h5 file with datasets time and signal", sniff, read, asks=True
)
