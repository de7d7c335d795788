"""Errors of vendors' files that cannot be read: one sentence with the true reason."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement_files import MeasurementFiles

MAX_HEADER = 1_000_000
"""Bytes of one file of parameters; TopSpin and VnmrJ write less than 200 kB."""
MAX_TEXT = 64_000_000
"""Bytes of a file whose numbers are text: 1,000,000 points in two channels need 30 MB."""


def damaged(name: str, label: str, reason: str) -> InputError:
    """Return the error for a file that is not what its name promises.

    Parameters
    ----------
    name : str
        Of the file or folder.
    label : str
        Format.
    reason : str
        What is wrong, as a clause.
    """
    return InputError(
        f"{name} is damaged or no {label} measurement: {reason}. Get it again, or export the echo "
        "as CSV."
    )


@contextmanager
def parsing(files: MeasurementFiles, label: str) -> Iterator[None]:
    """Turn what a parser did not foresee into a sentence about the file."""
    try:
        # NaN among the numbers of a file is found when a measurement is made of them
        with np.errstate(all="ignore"):
            yield
    except InputError:
        raise
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        EOFError,
        MemoryError,
        RecursionError,
        struct.error,
    ):
        raise damaged(files.name, label, "its parts do not fit together") from None


def header_bytes(files: MeasurementFiles, name: str) -> bytes:
    """Return a file of parameters as bytes.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    name : str
        One of them.

    Raises
    ------
    InputError
        It is longer than any program writes.
    """
    n_bytes = files.source.sizes.get(name, 0)
    if n_bytes > MAX_HEADER:
        raise InputError(
            f"{name} of {files.name} has {n_bytes / 1e6:.1f} MB, at most {MAX_HEADER / 1e6:g} MB "
            "of parameters are read. Get the measurement again, or export the echo as CSV."
        )
    with files.source.open(name) as file:
        return file.read(MAX_HEADER)


def whole_text(files: MeasurementFiles, name: str) -> str:
    """Return a file whose numbers are text.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    name : str
        One of them.

    Raises
    ------
    InputError
        It is longer than :data:`MAX_TEXT`.
    """
    n_bytes = files.source.sizes.get(name, 0)
    if n_bytes > MAX_TEXT:
        raise InputError(
            f"{name} has {n_bytes / 1e6:,.0f} MB, at most {MAX_TEXT / 1e6:g} MB of text are read. "
            "Export fewer curves."
        )
    with files.source.open(name) as file:
        return decoded(file.read(MAX_TEXT))


def number_in(text: str | None) -> float | None:
    """Return the finite number that a text of a header is; None for anything else."""
    try:
        value = float(str(text).strip().strip('"'))
    except (TypeError, ValueError):
        return None
    return value if abs(value) < float("inf") else None
