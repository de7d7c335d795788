"""The attributes of every reader of measured echoes, and calls of foreign code."""

import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from nmr_core.errors import InputError
from nmr_core.extras import not_installed
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, one_channel

EXTRA = "nmr"
MAX_MESSAGE = 160
"""Characters of a warning of foreign code that are shown."""
MAX_MESSAGES = 3
MAX_PARAMETERS = 1_000_000
"""Bytes of one file of parameters; TopSpin and VnmrJ write less than 200 kB. Foreign code joins its
lines one by one.
"""


@dataclass(frozen=True)
class Reader:
    """A file format of measured echoes.

    Attributes
    ----------
    name, label, files : str
        Key in ``READERS``, title, and the files of the format, for the user.
    sniff : callable
        MeasurementFiles -> (confidence from 0 to 1, reason).
    read : callable
        (MeasurementFiles, ReadOptions) -> list of Measurement.
    extra : str
        The optional extra that it needs.
    asks : bool
        Whether the files may leave the unit of time or the columns open.
    """

    name: str
    label: str
    files: str
    sniff: Callable[[MeasurementFiles], tuple[float, str]]
    read: Callable[[MeasurementFiles, ReadOptions], list[Measurement]]
    extra: str = ""
    asks: bool = False


def nmrglue(module: str) -> ModuleType:
    """Return a module of nmrglue.fileio.

    Raises
    ------
    InputError
        If nmrglue is not installed, with the name of the extra.
    """
    from importlib import import_module

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(f"nmrglue.fileio.{module}")
    except ImportError:
        raise without_package("nmrglue", "Reading this") from None


def without_package(package: str, user: str) -> InputError:
    """Error where a package of the extra is missing: how to install it, or to do without."""
    sentence = not_installed([package], EXTRA, user)
    return InputError(f"{sentence}, or export the echo as CSV.")


def check_parameters(files: MeasurementFiles, *names: str) -> None:
    """Refuse files of parameters that are longer than any program writes.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    *names : str
        Which of them hold parameters.

    Raises
    ------
    InputError
        One is longer than :data:`MAX_PARAMETERS` bytes.
    """
    for name in names:
        n_bytes = files.source.sizes.get(name, 0)
        if n_bytes > MAX_PARAMETERS:
            raise InputError(
                f"{name} of {files.name} has {n_bytes / 1e6:.1f} MB, at most "
                f"{MAX_PARAMETERS / 1e6:g} MB of parameters are read. Get the measurement again, "
                "or export the echo as CSV."
            )


@contextmanager
def foreign(files: MeasurementFiles, label: str) -> Iterator[list[str]]:
    """Collect the warnings of foreign code, and turn its errors into a sentence about the file."""
    messages: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield messages
        texts = [
            str(warning.message)[:MAX_MESSAGE]
            for warning in caught
            if issubclass(warning.category, UserWarning)
        ]
        messages += list(dict.fromkeys(texts))[:MAX_MESSAGES]
    except InputError:
        raise
    except (
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AssertionError,
        AttributeError,
        EOFError,
        MemoryError,
        OverflowError,
        ZeroDivisionError,
        struct.error,
        UnicodeError,
        RecursionError,
        ImportError,
    ) as error:
        reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise InputError(
            f"{files.name} is damaged or no {label} measurement ({reason}). Get it again, or "
            "export the echo as CSV."
        ) from None


def traces(
    data: np.ndarray,
    dwell: float,
    files: MeasurementFiles,
    kind: str,
    *,
    about: dict[str, str | float] | None = None,
    notes: list[str] | None = None,
    first: float = 0.0,
    options: ReadOptions | None = None,
) -> list[Measurement]:
    """Return the curves of a vendor's file as measurements.

    Parameters
    ----------
    data : complex or real array (..., n)
        Curves along the last axis. Those that are 0 everywhere were not measured: they are left
        out with a note, unless one of them is chosen.
    dwell : float
        Time between two points, µs.
    files : MeasurementFiles
        Files of the measurement.
    kind : str
        Key of the reader.
    about : dict, optional
        Metadata of the file.
    notes : list of str, optional
        Sentences for the user.
    first : float
        Time of the first point, µs.
    options : ReadOptions, optional
        Which of the curves are read; default: all, at most ``MAX_MEASUREMENTS``.
    """
    data = np.asarray(data)
    rows = data.reshape(-1, data.shape[-1]) if data.ndim else data.reshape(1, 1)
    if not (np.isfinite(dwell) and dwell > 0):
        raise InputError(
            f"{files.name} gives no usable time between its points. Export the echo as CSV with a "
            "column of times."
        )
    notes = list(notes or [])
    numbers, note = _measured(rows, options or ReadOptions(), files.name)
    notes += note
    time = first + np.arange(rows.shape[1]) * dwell
    real_only = not np.iscomplexobj(rows) or not any(rows[k - 1].imag.any() for k in numbers)
    if real_only:
        notes.append(one_channel(files.name, magnitude=False))
    return [
        Measurement(
            time,
            rows[k - 1],
            f"{files.name} {k}" if len(rows) > 1 else files.name,
            kind,
            real_only=real_only,
            about=dict(about or {}),
            notes=notes,
            number=k,
        )
        for k in numbers
    ]


def _measured(rows: np.ndarray, options: ReadOptions, name: str) -> tuple[list[int], list[str]]:
    """Numbers from 1 of the curves to read, and a note on those that hold only zeros."""
    if options.numbers is not None:
        return options.chosen(len(rows), name), []
    has_signal = rows.any(axis=1)
    numbers = [int(k) + 1 for k in np.flatnonzero(has_signal)]
    n_empty = len(rows) - len(numbers)
    if not numbers or not n_empty:
        return options.chosen(len(rows), name), []
    options.chosen(len(numbers), name)
    return numbers, [
        f"{name}: {n_empty:,} of {len(rows):,} curves were not measured (all their points are 0); "
        "they are left out."
    ]


def plain(values: dict, **names: str) -> dict[str, str | float]:
    """Return parameters of a vendor's file as plain values.

    Parameters
    ----------
    values : dict
        By the names of the vendor.
    **names : str
        Our name = name of the vendor; missing ones are left out.
    """
    parameters: dict[str, str | float] = {}
    for ours, theirs in names.items():
        value = values.get(theirs)
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str) and value.strip("\0 "):
            parameters[ours] = value.strip("\0 <>")[:60]
        elif isinstance(value, int | float | np.integer | np.floating) and np.isfinite(value):
            parameters[ours] = float(value)
    return parameters
