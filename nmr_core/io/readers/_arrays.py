"""Named arrays of a file (NPZ, HDF5) as measurements: which is the time, which the signal."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.units import unit_key

TIMES = ("time", "t", "time_us", "time_ms", "time_s", "times", "x")
SIGNALS = ("signals", "signal", "data", "fid", "echo", "M", "m", "y", "z")
REALS, IMAGINARIES = ("re", "real", "Re", "I", "i"), ("im", "imag", "Im", "Q", "q")


@dataclass(frozen=True, eq=False)
class _Curves:
    """Times (n,) or None, signals (..., n), and the names of their arrays."""

    time: np.ndarray | None
    signal: np.ndarray
    time_name: str
    signal_name: str
    note: str


def measurements_from(
    arrays: dict[str, np.ndarray],
    units: dict[str, str],
    options: ReadOptions,
    files: MeasurementFiles,
    kind: str,
) -> list[Measurement]:
    """Return the curves among named arrays as measurements.

    Parameters
    ----------
    arrays : dict of str to array
        As the file holds them; what is no number is left out.
    units : dict of str to str
        Units that the file gives for them. The times of our own files are in µs, which their array
        ``about`` shows.
    options : ReadOptions
        Columns, units and kind of the measurement.
    files : MeasurementFiles
        Files of the measurement.
    kind : str
        Key of the reader.
    """
    numbers = {
        name: np.asarray(value)
        for name, value in arrays.items()
        if np.asarray(value).dtype.kind in "cfiu"
    }
    curves = _choose(numbers, options, files)
    rows = curves.signal.reshape(-1, curves.signal.shape[-1])
    unit = _unit(arrays, units, curves.time_name)
    measurements = []
    for k in options.chosen(len(rows), files.name):
        row = rows[k - 1]
        table = Table(
            curves.time,
            row.real,
            row.imag if np.iscomplexobj(row) else None,
            curves.time_name,
            curves.signal_name,
            [curves.note],
            unit=unit,
        )
        name = f"{files.name} {k}" if len(rows) > 1 else files.name
        measurements.append(replace(measurement_from(table, options, name, kind), number=k))
    return measurements


def _unit(arrays: dict[str, np.ndarray], units: dict[str, str], time_name: str) -> str | None:
    """Unit of the times, as the file gives it."""
    if units.get(time_name):
        return unit_key(units[time_name])
    ours = "about" in arrays and "preset" in str(arrays["about"])
    return "us" if ours else None


def _choose(
    numbers: dict[str, np.ndarray], options: ReadOptions, files: MeasurementFiles
) -> _Curves:
    """Times and signals by the names that were chosen, else by usual names."""
    listed = ", ".join(f"{name} {value.shape}" for name, value in numbers.items())[:200]
    if options.columns is not None:
        for name in filter(None, options.columns):
            if name not in numbers:
                raise InputError(
                    f"{files.name} has no array {name[:40]!r}; it has {listed}. Choose one of them."
                )
        t, re_, im = (*options.columns, "", "")[:3]
    else:
        t = _first(numbers, TIMES, lambda value: value.ndim == 1 and value.dtype.kind in "fiu")
        re_ = _first(numbers, SIGNALS, _is_array) or _first(numbers, REALS, _is_array)
        im = _first(numbers, IMAGINARIES, _is_array) if re_ in REALS else ""
    if not re_:
        raise InputError(
            f"{files.name} has no array that is called signal, or re and im; it has {listed}. "
            "Choose the arrays."
        )
    signal = numbers[re_]
    if im:
        if numbers[im].shape != signal.shape:
            raise InputError(
                f"{re_} has the shape {signal.shape}, {im} has {numbers[im].shape}. Choose two of "
                "equal shape."
            )
        signal = signal + 1j * numbers[im]
    time = None if not t or options.step is not None else numbers[t]
    if signal.ndim == 0 or (time is not None and (time.ndim != 1 or signal.shape[-1] != len(time))):
        raise InputError(
            f"{files.name}: {re_} has the shape {signal.shape}, {t or 'time'} has "
            f"{np.shape(time)}. A signal must be (n_times,) or (..., n_times) for times "
            "(n_times,)."
        )
    both = f"{re_} and {im}" if im else re_
    note = f"The arrays were taken by their names: time = {t or 'none'}, signal = {both}."
    return _Curves(time, signal, t or "", re_, note)


def _is_array(value: np.ndarray) -> bool:
    return value.ndim >= 1


def _first(
    numbers: dict[str, np.ndarray], names: tuple[str, ...], fits: Callable[[np.ndarray], bool]
) -> str:
    return next((name for name in names if name in numbers and fits(numbers[name])), "")
