"""NumPy's archive with arrays time and signal, or time, re and im."""

import zipfile

from nmr_core.errors import InputError
from nmr_core.io.asked import Asked
from nmr_core.io.formats.npz import _arrays
from nmr_core.io.given import Given
from nmr_core.io.readers._arrays import records_of
from nmr_core.io.readers._reader import RecordReader
from nmr_core.io.record import Record


def sniff(given: Given) -> tuple[float, str]:
    """A zip of arrays."""
    if (
        given.file is None
        or given.head(4)[:2] != b"PK"
        or not given.file.name.lower().endswith(".npz")
    ):
        return (
            (0.7, "a zip of arrays")
            if given.file is not None and given.head(4)[:2] == b"PK"
            else (0.0, "no zip of arrays")
        )
    return 0.9, "NumPy arrays"


def read(given: Given, asked: Asked) -> list[Record]:
    """Each curve of the array signal."""
    with given.source.seekable(given.source.single) as file:
        try:
            arrays = _arrays(file, given.name)
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
                f"{given.name} is damaged or holds Python objects ({str(error)[:100]}). Write it again with "
                f"np.savez and "
                "plain arrays."
            ) from None
    return records_of(arrays, {}, asked, given, "npz")


READER = RecordReader(
    "npz",
    "NumPy archive (.npz)",
    "one .npz file with arrays time and signal",
    sniff,
    read,
    asks=True,
)
