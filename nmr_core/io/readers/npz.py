"""NumPy's archive with arrays time and signal, or time, re and im."""

import zipfile

from nmr_core.errors import InputError
from nmr_core.io.formats.npz import _arrays
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_of
from nmr_core.io.readers._reader import Reader


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """A zip of arrays."""
    if (
        files.file is None
        or files.head(4)[:2] != b"PK"
        or not files.file.name.lower().endswith(".npz")
    ):
        return (
            (0.7, "a zip of arrays")
            if files.file is not None and files.head(4)[:2] == b"PK"
            else (0.0, "no zip of arrays")
        )
    return 0.9, "NumPy arrays"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Each curve of the array signal."""
    with files.source.seekable(files.source.single) as file:
        try:
            arrays = _arrays(file, files.name)
        except (
            zipfile.BadZipFile,
            ValueError,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{files.name} is damaged or holds Python objects ({str(error)[:100]}). Write it again with "
                f"np.savez and "
                "plain arrays."
            ) from None
    return measurements_of(arrays, {}, options, files, "npz")


READER = Reader(
    "npz",
    "NumPy archive (.npz)",
    "one .npz file with arrays time and signal",
    sniff,
    read,
    asks=True,
)
