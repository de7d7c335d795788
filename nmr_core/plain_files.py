"""Small files that a user names: a device or a pipe, which may never end, is none."""

import errno
from pathlib import Path


def read_plain(path: Path | str, most: int) -> bytes:
    """The content of a file.

    Parameters
    ----------
    path : Path or str
        Of a plain file, or of a link to one.
    most : int
        Bytes that are read at most; one more tells that there are more.

    Returns
    -------
    bytes
        At most ``most + 1``.

    Raises
    ------
    OSError
        There is no plain file, or it cannot be read.
    """
    plain = Path(path)
    if plain.exists() and not plain.is_file() and not plain.is_dir():
        raise OSError(errno.EINVAL, "a device or a pipe, no plain file")
    with plain.open("rb") as file:
        return file.read(most + 1)
