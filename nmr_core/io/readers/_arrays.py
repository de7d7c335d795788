"""Named arrays of a file (NPZ, HDF5) as measurements: which is the time, which the signal."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import MAX_MEASUREMENTS, ReadOptions, Table, measurement_of
from nmr_core.io.units import checked_unit

TIMES = ("time", "t", "time_us", "time_ms", "time_s", "times", "x")
SIGNALS = ("signals", "signal", "data", "fid", "echo", "M", "m", "y", "z")
REALS, IMAGINARIES = ("re", "real", "Re", "I", "i"), ("im", "imag", "Im", "Q", "q")


def measurements_of(
    arrays: dict[str, np.ndarray],
    units: dict[str, str],
    options: ReadOptions,
    files: MeasurementFiles,
    kind: str,
) -> list[Measurement]:
    """Records of arrays by name; ``units``: what the file says about them. Our own files' times are in µs and say so by their
    array
    ``about``, or by the attribute unit."""
    numbers = {
        name: np.asarray(value)
        for name, value in arrays.items()
        if np.asarray(value).dtype.kind in "cfiu"
    }
    time, signal, notes, names = _chosen(numbers, options, files)
    rows = signal.reshape(-1, signal.shape[-1])
    if len(rows) > MAX_MEASUREMENTS:
        raise InputError(
            f"{files.name} holds {len(rows):,} curves, at most {MAX_MEASUREMENTS} are read. It may be a data set: "
            f"import it instead, "
            "or cut out some."
        )
    unit = units.get(names[0])
    unit = (
        checked_unit(unit)
        if unit
        else "us"
        if "about" in arrays and "preset" in str(arrays["about"])
        else None
    )
    complex_ = np.iscomplexobj(rows)
    return [
        measurement_of(
            Table(
                time, row.real, row.imag if complex_ else None, names[0], names[1], notes, {}, unit
            ),
            options,
            f"{files.name} {k}" if len(rows) > 1 else files.name,
            kind,
        )
        for k, row in enumerate(rows, 1)
    ]


def _chosen(numbers: dict[str, np.ndarray], options: ReadOptions, files: MeasurementFiles):
    """(time or None, signal (..., n), notes, (name of time, name of signal))."""
    have = ", ".join(f"{name} {value.shape}" for name, value in numbers.items())[:200]
    if options.columns is not None:
        for name in filter(None, options.columns):
            if name not in numbers:
                raise InputError(
                    f"{files.name} has no array {name[:40]!r}; it has {have}. Choose one of them."
                )
        t, re_, im = (*options.columns, "", "")[:3]
    else:
        t = _first(numbers, TIMES, lambda value: value.ndim == 1 and value.dtype.kind in "fiu")
        re_ = _first(numbers, SIGNALS, lambda value: value.ndim >= 1) or _first(
            numbers, REALS, lambda value: value.ndim >= 1
        )
        im = _first(numbers, IMAGINARIES, lambda value: value.ndim >= 1) if re_ in REALS else ""
    if not re_:
        raise InputError(
            f"{files.name} has no array that is called signal, or re and im; it has {have}. Choose the arrays."
        )
    signal = numbers[re_]
    if im:
        if numbers[im].shape != signal.shape:
            raise InputError(
                f"{re_} has the shape {signal.shape}, {im} has {numbers[im].shape}. Choose two that belong "
                f"together."
            )
        signal = signal + 1j * numbers[im]
    time = None if not t or options.step is not None else numbers[t]
    if signal.ndim == 0 or (time is not None and (time.ndim != 1 or signal.shape[-1] != len(time))):
        raise InputError(
            f"{files.name}: {re_} has the shape {signal.shape}, {t or 'time'} has {np.shape(time)}. A signal is "
            f"(n_times,) or "
            "(..., n_times) for times (n_times,)."
        )
    return (
        time,
        signal,
        [
            f"The arrays were taken by their names: time = {t or 'none'}, signal = "
            f"{re_}{f' and {im}' if im else ''}."
        ],
        (t or "", re_),
    )


def _first(numbers: dict[str, np.ndarray], names: tuple[str, ...], fits) -> str:
    return next((name for name in names if name in numbers and fits(numbers[name])), "")
