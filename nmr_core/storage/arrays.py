"""Arrays on disk (.npz) with a checksum, and the errors of damaged files as one sentence.

Nothing is unpickled.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.storage.files import checksum, write_file

DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile)
"""What reading a damaged file may raise."""


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> str:
    """Write ``path`` (.npz, compressed) atomically; its SHA-256, for the document."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **arrays)

    write_file(path, write)
    return checksum(path)


def read_arrays(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """What :func:`write_arrays` wrote; :class:`ValueError` if these are not its bytes."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path.name} is not the one that was saved")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


@contextmanager
def reading(
    what: str, folder: Path, again: str = "Make it again.", damage: tuple = DAMAGE
) -> Iterator[None]:
    """Whatever a damaged file makes of itself, as one sentence: :class:`FailedError`."""
    try:
        yield
    except FailedError:
        raise
    except damage as error:
        detail = (str(error).splitlines() or [type(error).__name__])[0][:120] or "it is damaged"
        raise FailedError(f"The {what} at {folder} cannot be read ({detail}). {again}") from None
