"""What every reader of measured echoes offers, and how foreign code is called so that nothing but a sentence comes out of it."""

import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import MAX_MEASUREMENTS, ReadOptions

EXTRA = "nmr"


@dataclass(frozen=True)
class Reader:
    """name, label, files: key, title and what it is made of; sniff: files -> (confidence 0..1, reason); read: files, what a
    person said ->
    measurements; extra: the optional extra that it needs; asks: whether unit and columns may have to be options."""

    name: str
    label: str
    files: str
    sniff: Callable[[MeasurementFiles], tuple[float, str]]
    read: Callable[[MeasurementFiles, ReadOptions], list[Measurement]]
    extra: str = ""
    asks: bool = False


def nmrglue(module: str) -> ModuleType:
    """A module of nmrglue.fileio; :class:`InputError` that names the extra if it is not installed."""
    from importlib import import_module

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(f"nmrglue.fileio.{module}")
    except ImportError:
        raise InputError(
            f"Reading this needs nmrglue, which is not installed. Install it with: pip install "
            f'"spin-echo-lab[{EXTRA}]", or export the echo as CSV.'
        ) from None


@contextmanager
def foreign(files: MeasurementFiles, label: str) -> Iterator[list[str]]:
    """Call nmrglue inside: its warnings are collected, its errors become a sentence about the file."""
    said: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield said
        said += list(
            dict.fromkeys(
                str(warning.message)[:160]
                for warning in caught
                if issubclass(warning.category, UserWarning)
            )
        )[:3]
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
            f"{files.name} is damaged or no {label} measurement ({reason}). Get it again, or export the echo as "
            "CSV."
        ) from None


def traces(
    data: np.ndarray,
    dwell: float,
    files: MeasurementFiles,
    kind: str,
    *,
    about: dict | None = None,
    notes: list[str] | None = None,
    first: float = 0.0,
) -> list[Measurement]:
    """Records of complex data (..., n), ``dwell`` µs apart from ``first`` µs on; at most 256."""
    data = np.asarray(data)
    rows = data.reshape(-1, data.shape[-1]) if data.ndim else data.reshape(1, 1)
    if not (np.isfinite(dwell) and dwell > 0):
        raise InputError(
            f"{files.name} gives no time between its points (found {dwell:g} µs). Export the echo as CSV with a "
            f"column of "
            "times."
        )
    if len(rows) > MAX_MEASUREMENTS:
        raise InputError(
            f"{files.name} holds {len(rows):,} curves, at most {MAX_MEASUREMENTS} are read. Export those that you want."
        )
    time = first + np.arange(rows.shape[1]) * dwell
    several = len(rows) > 1
    real = not np.iscomplexobj(rows) or not rows.imag.any()
    said = list(notes or []) + (
        [f"{files.name} holds only one channel: what lies at right angles to it is lost."]
        if real
        else []
    )
    return [
        Measurement(
            time,
            row,
            f"{files.name} {k}" if several else files.name,
            kind,
            "µs",
            real,
            False,
            dict(about or {}),
            said,
        )
        for k, row in enumerate(rows, 1)
    ]


def plain(values: dict, **names: str) -> dict[str, str | float]:
    """``names`` (ours = theirs) of a vendor's parameters as plain values; what is missing is left out."""
    found = {}
    for ours, theirs in names.items():
        value = values.get(theirs)
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str) and value.strip("\0 "):
            found[ours] = value.strip("\0 <>")[:60]
        elif isinstance(value, int | float | np.integer | np.floating) and np.isfinite(value):
            found[ours] = float(value)
    return found
