"""HDF5 with datasets time and signal, or time, re and im; units as their attributes."""

import h5py
import numpy as np

from nmr_core.errors import DamagedError, InputError, first_line
from nmr_core.io.hdf5_arrays import MAGIC, read_dataset
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader

MAX_DATASETS = 200


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is an HDF5 file, and the reason."""
    if files.head(8) == MAGIC:
        return 0.9, "an HDF5 file"
    return 0.0, "no HDF5 file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve of the dataset signal, at the top of the file or in its only group."""
    with files.source.seekable(files.source.only) as opened:
        try:
            with h5py.File(opened, "r") as file:
                arrays, units = _datasets(_only_group(file))
        except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
            if isinstance(error, InputError):
                raise
            raise DamagedError(
                f"{files.name} is damaged or of another layout ({first_line(error)}). Expected are "
                "the datasets time and signal."
            ) from None
    return measurements_from(arrays, units, options, files, "hdf5")


def _only_group(file: h5py.File) -> h5py.Group:
    """The only group of a file that holds nothing else; else the file itself."""
    if len(file) != 1:
        return file
    (key,) = file
    is_group = file.get(key, getclass=True) is h5py.Group and key != "parameters"
    is_hard = isinstance(file.get(key, getlink=True), h5py.HardLink)
    return file[key] if is_group and is_hard else file


def _datasets(group: h5py.Group) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays by name, and units of those with an attribute unit or units."""
    arrays = {}
    units = {}
    for key in list(group)[:MAX_DATASETS]:
        if group.get(key, getclass=True) is not h5py.Dataset:
            continue
        arrays[key] = read_dataset(group, key)
        attributes = group[key].attrs
        for name in ("unit", "units"):
            if name in attributes:
                unit = attributes[name]
                units[key] = unit.decode() if isinstance(unit, bytes) else str(unit)
                break
    return arrays, units


READER = Reader(
    "hdf5", "HDF5 (.h5)", "one .h5 file with datasets time and signal", sniff, read, asks=True
)
