"""Varian VnmrJ and Agilent: a folder with fid and procpar.

``fid`` is a header of 32 bytes, then blocks of a header and traces, all big-endian.

References
----------
Agilent, VnmrJ User Programming, "Stored format of data" (datafilehead, datablockhead).
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
from nmr_core.io.readers.damage import damaged, header_bytes, parsing
from nmr_core.io.readers.procpar import Parameters, parsed
from nmr_core.io.readers.records import OneByOne, Records, Told, interleaved, measurements, stored
from nmr_core.io.readers.redundancies import STEP, Redundancy, check
from nmr_core.io.readers.varian_facts import facts, facts_of_records, unassigned_note

LABEL = "Varian"
HEAD, BLOCK_HEAD = 32, 28
"""Bytes of the header of the file and of a block."""
IS_SPECTRUM, IS_32, IS_FLOAT = 0x2, 0x4, 0x8
"""Bits of the status."""


@dataclass(frozen=True)
class Header:
    """Header of fid, with what procpar and the size of the file say on the same.

    Attributes
    ----------
    n_blocks, n_traces : int
        Blocks, and traces of each.
    n_values : int
        Real and imaginary values of a trace together.
    value_bytes, trace_bytes, block_bytes : int
        Bytes of a value, a trace and a block.
    status : int
        Bits.
    file_bytes : int
        Size of the file.
    parameters : Parameters
        Of procpar.
    """

    n_blocks: int
    n_traces: int
    n_values: int
    value_bytes: int
    trace_bytes: int
    block_bytes: int
    status: int
    file_bytes: int
    parameters: Parameters

    @property
    def type(self) -> str:
        """Type of the values by the status."""
        if self.status & IS_FLOAT:
            return ">f4"
        return ">i4" if self.status & IS_32 else ">i2"

    @property
    def n_there(self) -> float:
        """Blocks by the size of the file; not whole where it was cut."""
        return (self.file_bytes - HEAD) / self.block_bytes

    @property
    def width_dwell(self) -> float | None:
        """Time between two points by sw, µs."""
        width = self.parameters.number("sw")
        return 1e6 / width if width and width > 0 else None

    @property
    def time_dwell(self) -> float | None:
        """Time between two points by the acquisition time at, µs."""
        time, n = self.parameters.number("at"), self.parameters.number("np")
        return 2e6 * time / n if time and n else None


SAID_TWICE = (
    Redundancy(
        "number of values in a record",
        {"the header of fid": lambda h: h.n_values, "np": lambda h: h.parameters.number("np")},
    ),
    Redundancy(
        "number of bytes of a value",
        {
            "the header of fid": lambda h: h.value_bytes,
            "its status": lambda h: np.dtype(h.type).itemsize,
        },
    ),
    Redundancy(
        "number of bytes of a record",
        {
            "the header of fid": lambda h: h.trace_bytes,
            "its values": lambda h: h.n_values * h.value_bytes,
        },
    ),
    Redundancy(
        "number of bytes of a block's header",
        {
            "the header of fid": lambda h: h.block_bytes - h.n_traces * h.trace_bytes,
            "whole headers": lambda h: (
                max(round((h.block_bytes - h.n_traces * h.trace_bytes) / BLOCK_HEAD), 1)
                * BLOCK_HEAD
            ),
        },
    ),
    Redundancy(
        "number of bytes of fid",
        {
            "its header": lambda h: HEAD + h.n_blocks * h.block_bytes,
            # Whole blocks are missing where the measurement was stopped
            "its size": lambda h: (
                HEAD + h.n_blocks * h.block_bytes
                if h.n_there == int(h.n_there) and 1 <= h.n_there <= h.n_blocks
                else h.file_bytes
            ),
        },
    ),
    Redundancy(
        "number of records",
        {
            "the header of fid": lambda h: h.n_blocks * h.n_traces,
            "arraydim": lambda h: _records_stated(h),
        },
    ),
    Redundancy(
        STEP,
        {"sw": lambda h: h.width_dwell, "at and np": lambda h: h.time_dwell},
        "µs",
        rounding=1e-3,
        margin=lambda h: 2 * (h.width_dwell or 0.0) / h.n_values,
    ),
)


def _records_stated(header: Header) -> float | None:
    """Records by arraydim and nf; the header where arraydim is missing."""
    dimension = header.parameters.number("arraydim")
    if dimension is None:
        return None
    n = header.n_blocks * header.n_traces
    per_block = header.parameters.number("nf") or 1
    return n if n in (dimension, dimension * per_block) else dimension


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Varian folder, and the reason."""
    if {"fid", "procpar"} <= files.names:
        return 0.95, "a Varian folder: procpar and fid"
    return 0.0, "no procpar and fid"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each trace, in the order of the file."""
    with parsing(files, LABEL):
        header = _header(files)
        check(header, SAID_TWICE, files.name)
        if header.status & IS_SPECTRUM:
            raise InputError(
                f"{files.name} holds a spectrum (by the status of fid). Save the curve in time."
            )
        dwell = header.width_dwell
        if dwell is None:
            raise damaged(files.name, LABEL, "procpar gives no spectral width sw")
        n_blocks = int(header.n_there)
        n_records = n_blocks * header.n_traces
        records = Records(_rows(files, header, n_blocks), interleaved, header.n_values // 2, dwell)
        about = facts(header.parameters) | {"dwell_us": dwell}
        stated = header.n_blocks * header.n_traces
        notes = unassigned_note(header.parameters, stated, files.name)
        if n_blocks < header.n_blocks:
            notes.append(f"{files.name}: {n_records:,} of {stated:,} records were stored.")
        each = facts_of_records(header.parameters, stated)[:n_records]
        return measurements(records, Told(files.name, "varian", about, notes, each), options)


def _header(files: MeasurementFiles) -> Header:
    parameters = parsed(decoded(header_bytes(files, "procpar")))
    with files.source.open("fid") as file:
        head = file.read(HEAD)
    if len(head) < HEAD:
        raise damaged(files.name, LABEL, f"fid has {len(head)} bytes, its header {HEAD}")
    n_blocks, n_traces, n_values, value, trace, block, _, status, _ = struct.unpack(">6i2hi", head)
    if min(n_blocks, n_traces, n_values, value, trace, block) < 1 or n_values % 2:
        raise damaged(files.name, LABEL, "the header of fid gives no records")
    size = files.source.sizes["fid"]
    return Header(n_blocks, n_traces, n_values, value, trace, block, status, size, parameters)


def _rows(files: MeasurementFiles, header: Header, n_blocks: int) -> OneByOne:
    """Values as stored, (n_records, n_values), without the headers of the blocks."""
    n_bytes = n_blocks * header.block_bytes
    blocks = stored(files.path / "fid", "u1", n_bytes, HEAD).reshape(n_blocks, -1)
    traces = blocks[:, header.block_bytes - header.n_traces * header.trace_bytes :]

    def record(k: int) -> np.ndarray:
        block, trace = divmod(k, header.n_traces)
        start = trace * header.trace_bytes
        return traces[block, start : start + header.trace_bytes].view(header.type)

    return OneByOne(n_blocks * header.n_traces, record)


READER = Reader(
    "varian", "Varian, Agilent", "a folder (or a zip of it) with fid and procpar", sniff, read
)
