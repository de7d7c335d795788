"""Tecmag TNMR (.tnt): sections TMAG, DATA and TMG2, each a tag, a flag and a length.

The spectral width is stored as half of 1/dwell, and ref_freq as an offset in Hz (nmrglue pull
request 275); both conventions are accepted, and the dwell time is what counts.

References
----------
Tecmag, "A1 - TNMR File Format".
"""

import struct
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, parsing
from nmr_core.io.readers.digital_filter import Delay
from nmr_core.io.readers.records import Facts, Records, Told, measurements, stored
from nmr_core.io.readers.redundancies import STEP, Redundancy, check

LABEL = "Tecmag"
TMAG_BYTES = 1024
MAX_SECTIONS = 100
_FIELDS = {
    "npts": ("<i4", 0, 4),
    "actual_npts": ("<i4", 16, 4),
    "acq_points": ("<i4", 32, 1),
    "actual_scans": ("<i4", 56, 1),
    "magnet_field": ("<f8", 76, 1),
    "ob_freq": ("<f8", 84, 1),
    "sw": ("<f8", 240, 1),
    "dwell": ("<f8", 272, 1),
    "acq_time": ("<f8", 320, 1),
    "last_delay": ("<f8", 328, 1),
    "digital_receiver": ("<u4", 344, 1),
    "digital_centre": ("<i4", 348, 1),
}
"""Type, offset in TMAG and count of the fields that are used."""
_TEXTS = {"nucleus": (896, 16), "sequence": (960, 32)}
_FFT_FLAG = 828
"""Offset in TMG2: 1 where the direct dimension was Fourier transformed."""


@dataclass(frozen=True)
class Header:
    """The fields that give the shape and the times of the records.

    Attributes
    ----------
    tmag : bytes
        Section TMAG.
    data_start, data_bytes : int
        Where DATA begins, and its length by its own header.
    file_bytes : int
        Size of the file.
    """

    tmag: bytes
    data_start: int
    data_bytes: int
    file_bytes: int

    def values(self, name: str) -> np.ndarray:
        """Return a field."""
        dtype, offset, count = _FIELDS[name]
        return np.frombuffer(self.tmag, dtype, count, offset)

    def number(self, name: str) -> float:
        """Return the first entry of a field."""
        return float(self.values(name)[0])

    @property
    def n_points(self) -> int:
        """Points of a record."""
        return int(self.values("actual_npts")[0])

    @property
    def n_records(self) -> int:
        """Records in all other dimensions."""
        return int(np.prod(self.values("actual_npts")[1:], dtype=float))

    @property
    def dwell(self) -> float | None:
        """Time between two points by the dwell time, µs."""
        dwell = self.number("dwell")
        return 1e6 * dwell if dwell > 0 else None

    @property
    def width_dwell(self) -> float | None:
        """Time between two points by the spectral width, whole or half, µs."""
        width = self.number("sw")
        if not width > 0:
            return None
        half, whole = 0.5e6 / width, 1e6 / width
        dwell = self.dwell
        return whole if dwell and abs(whole / dwell - 1) < abs(half / dwell - 1) else half

    @property
    def time_dwell(self) -> float | None:
        """Time between two points by the acquisition time, µs."""
        time, n = self.number("acq_time"), self.number("acq_points")
        return 1e6 * time / n if time > 0 and n > 1 else None


SAID_TWICE = (
    Redundancy(
        "number of points in all records",
        {
            "actual_npts": lambda h: h.n_points * h.n_records,
            "the length of DATA": lambda h: h.data_bytes / 8,
            "the bytes that are there": lambda h: (
                min(h.data_bytes, h.file_bytes - h.data_start) / 8
            ),
        },
    ),
    Redundancy(
        STEP,
        {
            "the dwell time": lambda h: h.dwell,
            "the spectral width": lambda h: h.width_dwell,
            "the acquisition time": lambda h: h.time_dwell,
        },
        "µs",
        rounding=0.01,
        margin=lambda h: 2 * (h.dwell or 0.0) / max(h.number("acq_points"), 1),
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a Tecmag file, and the reason."""
    if files.head(8).startswith(b"TNT1."):
        return 0.95, "a Tecmag file"
    return 0.0, "no Tecmag file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve of the direct dimension."""
    with parsing(files, LABEL):
        header = _header(files)
        check(header, SAID_TWICE, files.name)
        dwell, notes = _dwell(header, files.name)
        assert files.file is not None
        values = stored(files.file, "<c8", header.data_bytes, header.data_start)
        records = Records(
            values.reshape(header.n_records, header.n_points), _signal, header.n_points, dwell
        )
        if header.number("digital_receiver") and header.number("digital_centre") > 0:
            centre = header.number("digital_centre")
            notes += Delay(unknown=f"its centre is given as {centre:g}").notes(dwell, files.name)
        about = _facts(header) | {"dwell_us": dwell}
        return measurements(records, Told(files.name, "tecmag", about, notes), options)


def _signal(record: np.ndarray) -> np.ndarray:
    return record.astype(np.complex128)


def _header(files: MeasurementFiles) -> Header:
    """Walk through the sections up to their contents."""
    size = files.source.sizes[files.source.only]
    tmag, transformed = b"", False
    data: tuple[int, int] | None = None
    with files.source.open(files.source.only) as file:
        file.seek(8)
        for _ in range(MAX_SECTIONS):
            head = file.read(12)
            if len(head) < 12:
                break
            tag, _, length = struct.unpack("<4s2I", head)
            start = file.tell()
            if tag == b"TMAG":
                tmag = file.read(TMAG_BYTES)
            elif tag == b"DATA":
                data = (start, length)
            elif tag == b"TMG2":
                flag = file.read(_FFT_FLAG + 2)[_FFT_FLAG:]
                transformed = len(flag) == 2 and flag != b"\0\0"
            file.seek(start + length)
    if len(tmag) < TMAG_BYTES or data is None:
        lacking = "DATA" if data is None else "TMAG"
        raise damaged(files.name, LABEL, f"it has no whole section {lacking}")
    header = Header(tmag, *data, size)
    if min(header.values("actual_npts")) < 1:
        raise damaged(files.name, LABEL, "TMAG gives no points")
    if transformed:
        raise InputError(
            f"{files.name} holds a spectrum (it was Fourier transformed). Save the curve in time."
        )
    return header


def _dwell(header: Header, name: str) -> tuple[float, list[str]]:
    """Time between two points, µs, and notes on it."""
    dwell, width = header.dwell, header.width_dwell
    if dwell is not None:
        is_half = width is not None and abs(header.number("sw") * dwell / 1e6 - 0.5) < 0.1
        if not is_half:
            return dwell, []
        return dwell, [
            f"{name} stores half of its spectral width; the dwell time, {dwell:.4g} µs, is used."
        ]
    if width is not None:
        return width, [
            f"{name} stores no dwell time; it was taken from the spectral width "
            f"{header.number('sw'):.4g} Hz as a half width ({width:.4g} µs per point). Check the "
            "time of the echo: if it is twice too early, the width was whole."
        ]
    return 0.0, []


def _facts(header: Header) -> Facts:
    """What was measured, as TMAG gives it."""
    found: Facts = {}
    for key, (start, length) in _TEXTS.items():
        text = decoded(header.tmag[start : start + length].partition(b"\0")[0]).strip()
        if text:
            found[key] = text
    for key, name, factor in (
        ("carrier_mhz", "ob_freq", 1.0),
        ("scans", "actual_scans", 1.0),
        ("field_t", "magnet_field", 1.0),
        ("recovery_us", "last_delay", 1e6),
    ):
        value = header.number(name)
        if np.isfinite(value) and value > 0:
            found[key] = factor * value
    return found


READER = Reader("tecmag", "Tecmag TNMR (.tnt)", "one .tnt file", sniff, read)
