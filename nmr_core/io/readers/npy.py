"""One NumPy array: a signal, a table of time, Re and Im, or records with named fields."""

import numpy as np

from nmr_core.errors import DamagedError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.npz_arrays import NPY, check_array, header
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.trees import Leaf, Tree


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is an array of NumPy, and the reason."""
    if files.head(6) == NPY:
        return 0.95, "a NumPy array"
    return 0.0, "no NumPy array"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the curves of the array; it is the signal unless its fields have names."""
    name = files.source.only
    try:
        with files.source.seekable(name) as file:
            shape, dtype = header(file)
            check_array(shape, dtype, files.source.sizes[name], files.name)
            file.seek(0)
            array = np.lib.format.read_array(file, allow_pickle=False)
    except DamagedError:
        raise
    except (ValueError, EOFError, OSError, SyntaxError, TypeError, KeyError, MemoryError):
        raise DamagedError(
            f"{files.name} is a damaged NumPy array: its header and its numbers do not fit "
            "together. Write it again with np.save."
        ) from None
    tree = Tree()
    tree.add(Leaf("signal", shape, dtype, lambda: array), files.name)
    return measurements_from(tree, options, files, "npy")


READER = Reader(
    "npy", "NumPy array (.npy)", "one .npy file with the signal", sniff, read, asks=True
)
