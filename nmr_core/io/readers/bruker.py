"""Bruker TopSpin and XWIN-NMR: a folder with fid or ser beside acqus.

Records begin at blocks of 1024 bytes and are filled up with zeros behind TD values. qsim and DQD
store (Re, Im) every 1/SW_h; qf and qseq store one value every 1/(2 SW_h).

References
----------
Bruker, Acquisition Commands and Parameters (TD, NBL, AQ_mod, DTYPA, BYTORDA).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.bruker_doubts import check_once, check_order, dwell_note
from nmr_core.io.readers.bruker_facts import count_values, facts, list_values
from nmr_core.io.readers.damage import MAX_HEADER, damaged, header_bytes, parsing
from nmr_core.io.readers.digital_filter import Delay, bruker_delay
from nmr_core.io.readers.labels import Labels
from nmr_core.io.readers.records import Facts, Records, Told, interleaved, measurements, stored
from nmr_core.io.readers.redundancies import Redundancy, check

LABEL = "Bruker"
BLOCK = 1024
"""Bytes; every record begins at a multiple."""
_BYTES = {0: 4, 2: 8}
_LISTS = {"vdlist": ("vd_us", list_values), "vclist": ("vc", count_values)}


@dataclass(frozen=True)
class Header:
    """The parameters that give the shape and the times of a record.

    Attributes
    ----------
    n_values : int
        TD: real and imaginary values together.
    value_bytes : int
        Bytes of one value.
    file_bytes : int
        Size of fid or ser.
    is_series : bool
        Whether it is a ser.
    mode : int
        AQ_mod: 0 qf, 1 qsim, 2 qseq, 3 DQD.
    width : float
        SW_h, Hz.
    width_ppm, carrier : float, optional
        SW in ppm, and SFO1 in MHz.
    n_stated : int, optional
        Records by acqu2s, acqu3s and acqu4s.
    n_filled : int
        Records up to the last one that holds more than zeros.
    """

    n_values: int
    value_bytes: int
    file_bytes: int
    is_series: bool
    mode: int
    width: float
    width_ppm: float | None
    carrier: float | None
    n_stated: int | None
    n_filled: int = 0

    @property
    def is_complex(self) -> bool:
        """Whether each point has two values."""
        return self.mode in (1, 3)

    @property
    def dwell(self) -> float:
        """Time between two points, µs."""
        return 1e6 / self.width if self.is_complex else 0.5e6 / self.width

    @property
    def row_values(self) -> int:
        """Values from one record to the next: TD, filled up to whole blocks."""
        n_bytes = self.n_values * self.value_bytes
        padded = -(-n_bytes // BLOCK) * BLOCK // self.value_bytes
        whole = self.file_bytes // self.value_bytes
        if not self.is_series:
            return self.n_values if whole == self.n_values else padded
        # Some programs do not fill up
        is_plain = whole % padded and not whole % self.n_values
        return self.n_values if is_plain else padded

    @property
    def n_rows(self) -> float:
        """Records by the size of the file; not whole where it was cut."""
        return self.file_bytes / self.value_bytes / self.row_values


SAID_TWICE = (
    Redundancy(
        "number of values in a record",
        {
            "TD of acqus": lambda h: h.n_values,
            "the size of fid": lambda h: (
                None if h.is_series or h.n_rows == 1 else h.file_bytes / h.value_bytes
            ),
        },
    ),
    Redundancy(
        "number of whole records",
        {
            "TD of acqus and the size of ser": lambda h: np.ceil(h.n_rows) if h.is_series else None,
            "the bytes that are there": lambda h: h.n_rows if h.is_series else None,
        },
    ),
    Redundancy(
        "number of records",
        {
            "TD of acqu2s": lambda h: h.n_stated,
            "the values of ser": lambda h: max(h.n_filled, h.n_stated) if h.n_stated else None,
        },
    ),
    Redundancy(
        "spectral width",
        {
            "SW_h": lambda h: h.width,
            "SW times SFO1": lambda h: (
                h.width_ppm * h.carrier if h.width_ppm and h.carrier else None
            ),
        },
        "Hz",
        0.01,
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Bruker folder, and the reason."""
    if not {"fid", "ser"} & files.names:
        return 0.0, "no Bruker fid or ser"
    if "acqus" not in files.names:
        return 0.0, "no acqus"
    return 0.95, "a Bruker folder: acqus and data"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each record of fid or ser, with time zero after the delay of the digital filter."""
    with parsing(files, LABEL):
        labels = _labels(files, "acqus")
        check_once(decoded(header_bytes(files, "acqus")), files.name)
        data = "fid" if "fid" in files.names else "ser"
        header = _header(files, labels, data)
        check(header, SAID_TWICE, files.name)
        rows = _rows(files.path / data, header, labels)
        # An experiment that was stopped keeps its whole file
        if header.n_stated and len(rows) > header.n_stated:
            n_filled = int(np.flatnonzero(rows.any(axis=1)).max(initial=-1)) + 1
            check(replace(header, n_filled=n_filled), SAID_TWICE, files.name)
            rows = rows[: header.n_stated]
        if header.value_bytes == 4 and len(rows):
            check_order(rows[0], files.name)
        delay = _delay(header, labels)
        n_points = header.n_values // 2 if header.is_complex else header.n_values
        if delay.skipped >= n_points:
            raise InputError(
                f"{files.name} has {n_points:,} points, and a digital filter that delays them by "
                f"{delay.points:g}. Get the {data} again."
            )
        records = Records(
            rows,
            lambda row: _signal(row, header),
            n_points,
            header.dwell,
            first=-delay.points * header.dwell,
            skipped=delay.skipped,
        )
        about = facts(labels, _program(files)) | {"dwell_us": header.dwell}
        notes = delay.notes(header.dwell, files.name) + _notes(header, len(rows), files.name)
        notes += dwell_note(labels, header.dwell, header.is_complex, files.name)
        if {"fid", "ser"} <= files.names:
            notes.append(
                f"{files.name} holds a fid and a ser: fid is read. To read ser, give a copy of the "
                "folder without fid."
            )
        if labels.integer("$AQ_mod") is None:
            notes.append(
                f"{files.name}: acqus gives no AQ_mod; pairs of Re and Im are read, as DQD stores."
            )
        told = Told(files.name, "bruker", about, notes, _lists(files, len(rows)))
        return measurements(records, told, options)


def _labels(files: MeasurementFiles, name: str) -> Labels:
    return Labels.of(decoded(header_bytes(files, name)))


def _header(files: MeasurementFiles, labels: Labels, data: str) -> Header:
    n_values, width = labels.integer("$TD"), labels.number("$SW_h")
    if n_values is None or width is None:
        lacking = "TD" if n_values is None else "SW_h"
        raise damaged(files.name, LABEL, f"acqus gives no {lacking}")
    if not width > 0:
        raise InputError(
            f"{files.name}: the spectral width SW_h is {width:g}. Get acqus again, or export the "
            "echo as CSV."
        )
    kind, mode = labels.integer("$DTYPA", 0), labels.integer("$AQ_mod", 3)
    if kind not in _BYTES or mode not in (0, 1, 2, 3):
        raise damaged(files.name, LABEL, f"DTYPA {kind} with AQ_mod {mode} is no format of it")
    if n_values < 1 or (n_values % 2 and mode in (1, 3)):
        raise damaged(files.name, LABEL, f"TD is {n_values:,}")
    stated = [
        _labels(files, name).integer("$TD") or 1
        for name in ("acqu2s", "acqu3s", "acqu4s")
        if data == "ser" and name in files.names
    ]
    return Header(
        n_values,
        _BYTES[kind],
        files.source.sizes[data],
        data == "ser",
        mode,
        width,
        labels.number("$SW"),
        labels.number("$SFO1"),
        int(np.prod(stated, dtype=float)) if stated else None,
    )


def _delay(header: Header, labels: Labels) -> Delay:
    delay = bruker_delay(labels)
    if delay.points and not header.is_complex:
        return Delay(unknown="one channel was sampled, AQ_mod qf or qseq")
    return delay


def _rows(path: Path, header: Header, labels: Labels) -> np.ndarray:
    """Values as stored, (n_records, values from one record to the next)."""
    order = ">" if labels.integer("$BYTORDA", 0) == 1 else "<"
    kind = f"{order}f8" if header.value_bytes == 8 else f"{order}i4"
    values = stored(path, kind, header.file_bytes)
    return values.reshape(-1, header.row_values)[:, : header.n_values]


def _signal(row: np.ndarray, header: Header) -> np.ndarray:
    return interleaved(row) if header.is_complex else row.astype(np.float64)


def _notes(header: Header, n_rows: int, name: str) -> list[str]:
    notes = []
    if header.mode == 2:
        notes.append(
            f"{name} was sampled in its two channels in turn (qseq): it is read as one channel, "
            f"one value every {header.dwell:.4g} µs."
        )
    if header.n_stated and n_rows < header.n_stated:
        notes.append(f"{name}: {n_rows:,} of {header.n_stated:,} records were stored.")
    return notes


def _program(files: MeasurementFiles) -> str:
    """Text of the pulse program; "" where it is missing or too long to be one."""
    if not 0 < files.source.sizes.get("pulseprogram", 0) <= MAX_HEADER:
        return ""
    return decoded(header_bytes(files, "pulseprogram"))


def _lists(files: MeasurementFiles, n_rows: int) -> list[Facts]:
    """What was swept from record to record, by lists of as many entries."""
    each: list[Facts] = [{} for _ in range(n_rows)]
    if n_rows < 2:
        return []
    for name, (key, parse) in _LISTS.items():
        if not 0 < files.source.sizes.get(name, 0) <= MAX_HEADER:
            continue
        values = parse(decoded(header_bytes(files, name)))
        if len(values) == n_rows:
            for one, value in zip(each, values, strict=True):
                one[key] = value
    return each


READER = Reader(
    "bruker", LABEL, "a folder (or a zip of it) with fid or ser, and acqus", sniff, read
)
