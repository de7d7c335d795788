"""NumPy's archive of named arrays; a name may hold groups, as in scan0/time."""

from functools import partial
from zipfile import is_zipfile

from nmr_core.errors import InputError, printable
from nmr_core.io.archives import is_npz
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.npz_arrays import array_infos, read_array
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.trees import Leaf, Tree


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is an archive of NumPy, and the reason."""
    if files.file is None or files.head(2) != b"PK":
        return 0.0, "no zip of arrays"
    if files.file.name.lower().endswith(".npz"):
        return 0.9, "NumPy arrays"
    return 0.7, "a zip of arrays"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the measurements among the arrays; those of Python objects are not read."""
    inner = files.file
    is_inside = inner is not None and not files.path.is_file() and is_zipfile(inner)
    if inner is not None and is_inside and not is_npz(inner):
        name = printable(inner.name[:80])
        raise InputError(
            f"{files.name} holds another zip, {name}, and no arrays. Unpack it once, and give "
            f"{name}."
        )
    with files.source.seekable(files.source.only) as file:
        tree = Tree()
        for info in array_infos(file, files.name):
            if info.dtype.hasobject:
                tree.skipped.append(f"{info.name} (Python objects)")
                continue
            load = partial(read_array, file, info, files.name)
            if info.dtype.kind == "U" and not info.shape:
                tree.set(info.name, str(load()))
            else:
                tree.add(Leaf(info.name, info.shape, info.dtype, load), files.name)
        if "preset" in str(tree.values.get("about", "")):
            tree.unit = "us"  # our own files have their times in µs
        return measurements_from(tree, options, files, "npz")


READER = Reader(
    "npz",
    "NumPy archive (.npz)",
    "one .npz file with arrays time and signal",
    sniff,
    read,
    asks=True,
)
