"""NumPy's archive with arrays time and signal, or time, re and im."""

from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.npz_arrays import read_npz
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is an archive of NumPy, and the reason."""
    if files.file is None or files.head(2) != b"PK":
        return 0.0, "no zip of arrays"
    if files.file.name.lower().endswith(".npz"):
        return 0.9, "NumPy arrays"
    return 0.7, "a zip of arrays"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve of the array signal."""
    with files.source.seekable(files.source.only) as file:
        arrays = read_npz(file, files.name)
    return measurements_from(arrays, {}, options, files, "npz")


READER = Reader(
    "npz",
    "NumPy archive (.npz)",
    "one .npz file with arrays time and signal",
    sniff,
    read,
    asks=True,
)
