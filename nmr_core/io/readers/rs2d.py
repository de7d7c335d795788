"""RS2D SPINit: a folder with data.dat (big-endian float32) and header.xml.

References
----------
RS2D format description in the test data of nmrglue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, number_in, parsing
from nmr_core.io.readers.digital_filter import Delay
from nmr_core.io.readers.records import Facts, Records, Told, interleaved, measurements, stored
from nmr_core.io.readers.redundancies import STEP, Redundancy, check

LABEL = "RS2D"
MAX_XML = 5_000_000
"""Bytes of header.xml; SPINit writes about 500 kB."""
DIMENSIONS = tuple(f"MATRIX_DIMENSION_{k}D" for k in (4, 3, 2, 1))
RAW = tuple(f"ACQUISITION_{name}" for name in DIMENSIONS)
"""Dimensions of the data as shown, and as measured where these differ."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: its values as text, the kind of its number, and what it refers to."""

    values: tuple[str, ...]
    kind: str
    uuid: str
    base: str


@dataclass(frozen=True)
class Header:
    """Parameters of header.xml, and the size of data.dat.

    Attributes
    ----------
    parameters : mapping of str to Parameter
    file_bytes : int
        Size of data.dat.
    """

    parameters: Mapping[str, Parameter]
    file_bytes: int

    def text(self, name: str) -> str:
        """Return the first value of a parameter; "" without it."""
        parameter = self.parameters.get(name)
        return parameter.values[0] if parameter is not None and parameter.values else ""

    def number(self, name: str) -> float | None:
        """Return the first value as a number; None where it is missing or none."""
        return number_in(self.text(name))

    @property
    def sizes(self) -> list[int]:
        """Receivers and dimensions, the direct one last: those that the size of data.dat fits."""
        shown, raw = self._sizes(DIMENSIONS), self._sizes(RAW)
        per_point = 8 if self.is_complex else 4
        fits_raw = per_point * int(np.prod(raw, dtype=float)) == self.file_bytes
        fits_shown = per_point * int(np.prod(shown, dtype=float)) == self.file_bytes
        return raw if fits_raw and not fits_shown else shown

    def _sizes(self, names: tuple[str, ...]) -> list[int]:
        # Only the direct dimension must be given
        sizes = [int(one) if (one := self.number(name)) is not None else 1 for name in names[:-1]]
        receivers = self.number("RECEIVER_COUNT")
        return [
            1 if receivers is None else int(receivers),
            *sizes,
            int(self.number(names[-1]) or 0),
        ]

    @property
    def is_complex(self) -> bool:
        """Whether a point is a pair (Re, Im)."""
        return self.text("DATA_REPRESENTATION") != "REAL"

    @property
    def n_values(self) -> int:
        """Numbers of a record."""
        return self.sizes[-1] * (2 if self.is_complex else 1)

    @property
    def n_records(self) -> int:
        """Records of all receivers."""
        return int(np.prod(self.sizes[:-1], dtype=float))

    @property
    def width_dwell(self) -> float | None:
        """Time between two points by SPECTRAL_WIDTH, µs."""
        width = self.number("SPECTRAL_WIDTH")
        parameter = self.parameters.get("SPECTRAL_WIDTH")
        if parameter is not None and parameter.kind == "FrequencyShift" and width:
            base = next(
                (
                    one
                    for one in self.parameters.values()
                    if one.uuid and one.uuid == parameter.base
                ),
                None,
            )
            carrier = number_in(base.values[0]) if base is not None and base.values else None
            width = width * carrier / 1e6 if carrier else None
        return 1e6 / width if width and width > 0 else None

    @property
    def dwell(self) -> float | None:
        """Time between two points by DWELL_TIME (s), µs."""
        dwell = self.number("DWELL_TIME")
        return 1e6 * dwell if dwell and dwell > 0 else None

    @property
    def time_dwell(self) -> float | None:
        """Time between two points by ACQUISITION_TIME_PER_SCAN (s), µs."""
        time, n = self.number("ACQUISITION_TIME_PER_SCAN"), self._n_acquired
        return 1e6 * time / n if time and time > 0 and n else None

    @property
    def _n_acquired(self) -> float | None:
        return self.number("ACQUISITION_MATRIX_DIMENSION_1D") or self.number("MATRIX_DIMENSION_1D")

    @property
    def delay(self) -> Delay:
        """Delay of the digital filter, unless it was removed."""
        shift = self.number("DIGITAL_FILTER_SHIFT")
        removed = self.text("DIGITAL_FILTER_REMOVED").lower()
        if not shift or removed == "true":
            return Delay()
        if removed != "false":
            unknown = f"DIGITAL_FILTER_SHIFT is {shift:g}, but whether it was removed is not given"
            return Delay(unknown=unknown)
        return Delay(shift) if shift > 0 else Delay(unknown=f"DIGITAL_FILTER_SHIFT is {shift:g}")


SAID_TWICE = (
    Redundancy(
        "number of numbers",
        {
            "the dimensions of header.xml": lambda h: h.n_values * h.n_records,
            "the size of data.dat": lambda h: h.file_bytes / 4,
        },
    ),
    Redundancy(
        STEP,
        {
            "SPECTRAL_WIDTH": lambda h: h.width_dwell,
            "DWELL_TIME": lambda h: h.dwell,
            "ACQUISITION_TIME_PER_SCAN": lambda h: h.time_dwell,
        },
        "µs",
        rounding=0.01,
        margin=lambda h: 2 * (h.width_dwell or h.dwell or 0.0) / h.sizes[-1],
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are an RS2D folder, and the reason."""
    if {"data.dat", "header.xml"} <= files.names:
        return 0.95, "an RS2D folder"
    return 0.0, "no data.dat and header.xml"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve along the first dimension."""
    with parsing(files, LABEL):
        header = Header(_parameters(files), files.source.sizes["data.dat"])
        if min(header.sizes) < 1:
            raise damaged(files.name, LABEL, f"header.xml gives no {DIMENSIONS[-1]} of points")
        check(header, SAID_TWICE, files.name)
        if header.text("STATE") == "1":
            raise InputError(
                f"{files.name} holds a spectrum (STATE of header.xml). Give the folder of the "
                "measurement, not one of Proc."
            )
        dwell = header.width_dwell or header.dwell or 0.0
        n_points, delay = header.sizes[-1], header.delay
        if delay.skipped >= n_points:
            raise InputError(
                f"{files.name} has {n_points:,} points, and a digital filter that delays them by "
                f"{delay.points:g}. Get the data again."
            )
        values = stored(files.path / "data.dat", ">f4", header.file_bytes)
        records = Records(
            values.reshape(header.n_records, header.n_values),
            interleaved if header.is_complex else _real,
            n_points,
            dwell,
            first=-delay.points * dwell,
            skipped=delay.skipped,
        )
        about = _facts(header) | {"dwell_us": dwell}
        notes = delay.notes(dwell, files.name)
        return measurements(records, Told(files.name, "rs2d", about, notes), options)


def _real(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float64)


def _parameters(files: MeasurementFiles) -> dict[str, Parameter]:
    """Entries of header.xml by their keys."""
    if files.source.sizes["header.xml"] > MAX_XML:
        raise damaged(files.name, LABEL, f"header.xml is longer than {MAX_XML / 1e6:g} MB")
    with files.source.open("header.xml") as file:
        content = file.read(MAX_XML)
    # Entities could multiply; SPINit declares none
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise damaged(files.name, LABEL, "header.xml declares entities, which SPINit does not")
    root = _root(content)
    if root is None:
        raise damaged(files.name, LABEL, "header.xml is no whole XML file")
    found: dict[str, Parameter] = {}
    for entry in root.iter("entry"):
        key, value = entry.findtext("key"), entry.find("value")
        if key is None or value is None:
            continue
        texts = tuple((one.text or "").strip() for one in value.findall("value"))
        kind, uuid = value.findtext("numberEnum") or "", value.findtext("uuid") or ""
        found[key] = Parameter(texts, kind, uuid, value.findtext("uuidBaseFrequency") or "")
    return found


def _root(content: bytes) -> ElementTree.Element | None:
    """The root of an XML file in the encoding that it declares, or in the one that it has."""
    for text in (content, decoded(content)):
        try:
            return ElementTree.fromstring(text)
        except (ElementTree.ParseError, ValueError):
            continue
    return None


def _facts(header: Header) -> Facts:
    """What was measured, as header.xml gives it."""
    found: Facts = {}
    for key, names in {
        "sequence": ("SEQUENCE_NAME",),
        "nucleus": ("OBSERVED_NUCLEUS", "NUCLEUS_1"),
    }.items():
        text = next((header.text(name) for name in names if header.text(name)), "")
        # One parameter may refer to another by its name
        text = header.text(text) or text
        if text:
            found[key] = text[:60]
    for key, names, factor in (
        ("carrier_mhz", ("OBSERVED_FREQUENCY", "TRANSMIT_FREQ_1", "BASE_FREQ_1"), 1e-6),
        ("scans", ("NUMBER_OF_AVERAGES",), 1.0),
        ("field_t", ("MAGNETIC_FIELD_STRENGTH",), 1.0),
        ("repetition_us", ("REPETITION_TIME",), 1e6),
    ):
        value = next((header.number(name) for name in names if header.number(name)), None)
        if value and value > 0:
            found[key] = factor * value
    echo_time = header.number("ECHO_TIME")
    is_single = (header.number("ECHO_TRAIN_LENGTH") or 1) == 1
    if echo_time and echo_time > 0 and is_single and "echo" in str(found.get("sequence")).lower():
        found["tau_us"] = 0.5e6 * echo_time
    return found


READER = Reader(
    "rs2d", LABEL, "a folder (or a zip of it) with data.dat and header.xml", sniff, read
)
