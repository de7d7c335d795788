"""JEOL Delta (.jdf).

The data hold one section per component (real, then imaginary), of blocks of points; records of an
array are gathered from the blocks when they are chosen. Sections combine as Re - i Im.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, parsing
from nmr_core.io.readers.digital_filter import jeol_delay
from nmr_core.io.readers.jeol_facts import facts
from nmr_core.io.readers.jeol_header import (
    EDGES,
    HEAD,
    HERTZ,
    PPM,
    SECOND,
    JeolHeader,
    has_other_order,
    parsed,
)
from nmr_core.io.readers.records import OneByOne, Records, Told, measurements, paired, stored
from nmr_core.io.readers.redundancies import POINTS, STEP, Redundancy, check

LABEL = "JEOL"
MAX_HEAD = 4_000_000
"""Bytes before the data at most."""


def _sweep_dwell(header: JeolHeader) -> float | None:
    sweep = header.number("x_sweep")
    return 1e6 / sweep if sweep and sweep > 0 else None


def _time_dwell(header: JeolHeader) -> float | None:
    time, n = header.number("x_acq_time"), header.number("x_points")
    return 1e6 * time / n if time and n else None


def _axis_dwell(header: JeolHeader) -> float | None:
    span, n = header.axis_stop - header.axis_start, header.stop[0] - header.start[0]
    return 1e6 * span / n if span > 0 and n > 0 else None


def _n_measured(header: JeolHeader) -> int:
    return header.stop[0] - header.start[0] + 1


SAID_TWICE = (
    Redundancy(
        "number of bytes of the data",
        {
            "its points": lambda h: h.bytes_stated,
            "data_length": lambda h: h.data_bytes,
            "the size of the file": lambda h: min(
                h.file_bytes - h.data_start, h.data_bytes or h.bytes_stated
            ),
        },
    ),
    Redundancy(
        POINTS,
        {
            "the header": _n_measured,
            "the points that are stored": lambda h: min(_n_measured(h), h.points[0]),
            "x_points": lambda h: h.number("x_points"),
        },
    ),
    Redundancy(
        STEP,
        {
            "x_sweep": _sweep_dwell,
            "x_acq_time and x_points": _time_dwell,
            "the axis": _axis_dwell,
        },
        "µs",
        rounding=1e-3,
        margin=lambda h: 2 * (_sweep_dwell(h) or 0.0) / max(_n_measured(h), 1),
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a JEOL file, and the reason."""
    if files.head(8) in (b"JEOL.NMR", b"RMN.LOEJ"):
        return 0.95, "a JEOL file"
    return 0.0, "no JEOL file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve along the first axis, which must be a time."""
    with parsing(files, LABEL):
        header = _header(files)
        _check_kind(header, files.name)
        check(header, SAID_TWICE, files.name)
        dwell = _sweep_dwell(header) or _axis_dwell(header) or 0.0
        on = header.text("digital_filter").strip().lower() in ("true", "1", "1.0", "on")
        decimation = header.number("filter_factor")
        delay = jeol_delay(on, header.text("orders"), header.text("factors"), decimation)
        n_points = _n_measured(header)
        if delay.skipped >= n_points:
            raise InputError(
                f"{files.name} has {n_points:,} points, and a digital filter that delays them by "
                f"{delay.points:g}. Get the file again."
            )
        records = Records(
            _rows(files, header),
            lambda row: _signal(row, header),
            n_points,
            dwell,
            first=1e6 * header.axis_start - delay.points * dwell,
            skipped=delay.skipped,
        )
        about = facts(header) | {"dwell_us": dwell}
        notes = delay.notes(dwell, files.name)
        return measurements(records, Told(files.name, "jeol", about, notes), options)


def _header(files: MeasurementFiles) -> JeolHeader:
    size = files.source.sizes[files.source.only]
    with files.source.open(files.source.only) as file:
        head = file.read(MAX_HEAD)
    header = parsed(head, size)
    if header is None:
        raise damaged(files.name, LABEL, "its header is cut short or no header")
    if header.data_start < HEAD or not header.data_bytes:
        raise damaged(files.name, LABEL, "its header does not tell where the data are")
    if has_other_order(head):
        raise damaged(files.name, LABEL, "its parameters have another order of bytes than it says")
    if header.overlaps:
        raise damaged(
            files.name,
            LABEL,
            f"its data begin at byte {header.data_start:,}, within its parameters (bytes "
            f"{header.parameters_start:,} to {header.parameters_stop:,})",
        )
    return header


def _check_kind(header: JeolHeader, name: str) -> None:
    unit = header.units[0]
    if unit in (HERTZ, PPM):
        text = "ppm" if unit == PPM else "Hz"
        raise InputError(
            f"{name} holds a spectrum (its axis is in {text}). Save the curve in time."
        )
    if unit != SECOND:
        raise damaged(name, LABEL, "its axis is no time")
    if header.n_dimensions > 2 or header.format not in EDGES:
        raise InputError(
            f"{name} has {header.n_dimensions} dimensions; curves of one or two are read. Save the "
            "curves in time as 1D files."
        )
    if any(n < 1 for n in header.points[: header.n_dimensions]):
        raise damaged(name, LABEL, "its header gives no points")


def _rows(files: MeasurementFiles, header: JeolHeader) -> OneByOne:
    """Records as (n_components, n_points) of the points that were measured, one by one."""
    assert files.file is not None
    dtype, n_bytes = header.order + header.dtype, int(header.bytes_stated)
    values = stored(files.file, dtype, n_bytes, header.data_start)
    n_sections, n_x = header.n_sections, header.points[0]
    kept = slice(header.start[0], header.stop[0] + 1)
    if header.n_dimensions == 1:
        sections = values.reshape(n_sections, n_x)[:, kept]
        return OneByOne(1, lambda k: sections)
    edge, n_y = EDGES[header.format], header.points[1]
    if n_x % edge or n_y % edge:
        raise damaged(files.name, LABEL, f"its {n_x:,} x {n_y:,} points are no whole blocks")
    grid = values.reshape(n_sections, n_y // edge, n_x // edge, edge, edge)
    first, last = header.start[1], min(header.stop[1], n_y - 1)
    # Two sections belong to the imaginary part of the other axis, if that is complex
    n_pairs = max(n_sections // 2, 1)

    def record(k: int) -> np.ndarray:
        y, pair = divmod(k, n_pairs)
        y += first
        rows = grid[:, y // edge, :, y % edge, :].reshape(n_sections, n_x)[:, kept]
        if pair:
            # The imaginary part of the other axis has the other sign
            return -np.array(rows[2:4])
        return rows[:2]

    return OneByOne(max(last - first + 1, 0) * n_pairs, record)


def _signal(row: np.ndarray, header: JeolHeader) -> np.ndarray:
    components = row.astype(np.float64)
    if len(components) == 1:
        return components[0]
    return paired(components[0], -components[1])


READER = Reader("jeol", "JEOL Delta (.jdf)", "one .jdf file", sniff, read)
