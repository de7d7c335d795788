"""A zip of a folder, read as a series by the process that reads files of strangers."""

from pathlib import Path

from nmr_core.measured.series.collecting import collect
from nmr_core.measured.series.series import Series


def read_zip(path: str | Path, *, kind: str | None = None) -> Series:
    """Return the echoes of a zip; see :func:`nmr_core.measured.series.collect`.

    Parameters
    ----------
    path : str or Path
        Zip archive of a folder.
    kind : str, optional
        Key in ``READERS`` of all files; default: each is recognised by content.
    """
    return collect(Path(path), kind=kind)
