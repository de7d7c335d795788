"""Magritek Spinsolve: a folder with data.1d (or fid.1d, nmr_fid.dx) and acqu.par."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers import jcamp
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, header_bytes, number_in, parsing
from nmr_core.io.readers.prospa import ProspaData, open_prospa
from nmr_core.io.readers.records import Facts, Records, Told, interleaved, measurements
from nmr_core.io.readers.redundancies import STEP, Redundancy, check

LABEL = "Spinsolve"
FILES = ("data.1d", "fid.1d", "nmr_fid.dx")
AXIS_UNITS = (1.0, 1e3, 1e6)
"""Factors to µs of the axis, which is in µs, ms or s."""
ROUNDING = 0.05
"""Relative difference of the time of the record that rounding, and one point more, explain."""


@dataclass(frozen=True, eq=False)
class Header:
    """Header of data.1d, with what acqu.par says on the same.

    Attributes
    ----------
    data : ProspaData
        The binary file.
    parameters : mapping of str to str
        Of acqu.par.
    axis : float (n_points,), optional
        As stored.
    """

    data: ProspaData
    parameters: Mapping[str, str]
    axis: np.ndarray | None

    def number(self, name: str) -> float | None:
        """Return a parameter as a number; None where it is missing or none."""
        return number_in(self.parameters.get(name))

    @property
    def dwell(self) -> float | None:
        """Time between two points by dwellTime, µs."""
        return self.number("dwellTime") or None

    @property
    def width_dwell(self) -> float | None:
        """Time between two points by bandwidth (kHz), µs."""
        width = self.number("bandwidth")
        return 1e3 / width if width else None

    @property
    def axis_unit(self) -> float:
        """Factor from the axis to µs: the one that comes nearest to acqu.par."""
        step, stated = self.axis_step, self.dwell or self.width_dwell
        if not step or not stated:
            return 1.0
        return min(AXIS_UNITS, key=lambda unit: abs(np.log(abs(step * unit / stated) + 1e-30)))

    @property
    def axis_step(self) -> float | None:
        """Time between two points by the axis, in its own unit."""
        if self.axis is None or len(self.axis) < 2:
            return None
        return float(self.axis[-1] - self.axis[0]) / (len(self.axis) - 1)

    @property
    def axis_dwell(self) -> float | None:
        """Time between two points by the axis, µs."""
        return None if self.axis_step is None else self.axis_step * self.axis_unit

    @property
    def n_expected(self) -> float | None:
        """Points by nrPnts, of every echo of a train."""
        n = self.number("nrPnts")
        if n is None:
            return None
        n_echoes = self.number("nrEchoes") or 1
        return n * n_echoes if self.data.n_points == n * n_echoes else n


SAID_TWICE = (
    Redundancy(
        "number of numbers",
        {
            "the type and sizes of the binary file": lambda h: h.data.numbers_stated,
            "its bytes": lambda h: h.data.numbers_there,
        },
    ),
    Redundancy(
        "number of points",
        {
            "the binary file": lambda h: h.data.n_points,
            "nrPnts of acqu.par": lambda h: h.n_expected,
        },
    ),
    Redundancy(
        STEP,
        {
            "dwellTime of acqu.par": lambda h: h.dwell,
            "its bandwidth": lambda h: h.width_dwell,
            "the axis of the binary file": lambda h: h.axis_dwell,
        },
        "µs",
        rounding=0.01,
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Spinsolve folder, and the reason."""
    if "acqu.par" not in files.names:
        return 0.0, "no acqu.par"
    if not set(FILES) & files.names:
        return 0.4, "a Spinsolve folder without a curve in time"
    return 0.9, "a Spinsolve folder"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the curves in time; the axis is the time where the file has one."""
    file = next((name for name in FILES if name in files.names), None)
    if file is None:
        raise InputError(
            f"{files.name} holds no {', '.join(FILES)}: spectra cannot be used. Save the curve in "
            "time."
        )
    if file.endswith(".dx"):
        return _jcamp(files, file, options)
    with parsing(files, LABEL):
        parameters = _parameters(files)
        data = open_prospa(files.path / file, files.name)
        # The size first: the axis lies within it
        check(Header(data, parameters, None), SAID_TWICE[:2], files.name)
        header = Header(data, parameters, data.axis)
        check(header, SAID_TWICE, files.name)
        return measurements(_records(header), _told(header, files.name), options)


OF_JCAMP = Redundancy(
    STEP,
    {
        "dwellTime of acqu.par": lambda pair: number_in(pair[0].get("dwellTime")),
        "the JCAMP-DX file": lambda pair: pair[1],
    },
    "µs",
    rounding=0.01,
)


def _jcamp(files: MeasurementFiles, file: str, options: ReadOptions) -> list[Measurement]:
    """The curves of nmr_fid.dx, whose step must be that of acqu.par."""
    built = jcamp.read_file(files, file, options, "spinsolve")
    with parsing(files, LABEL):
        parameters = _parameters(files)
        for one in built:
            check((parameters, one.step), (OF_JCAMP,), files.name)
    return built


ONCE = ("nrPnts", "nrEchoes", "dwellTime", "bandwidth")
"""Parameters that may stand in acqu.par once only, or twice with the same value."""


def _parameters(files: MeasurementFiles) -> dict[str, str]:
    """The parameters of acqu.par, unless it gives one of the grid twice with two values."""
    text = decoded(header_bytes(files, "acqu.par"))
    parameters = parsed(text)
    for line in text.split("\n"):
        one = parsed(line)
        for name in ONCE:
            if name in one and one[name] != parameters[name]:
                raise damaged(
                    files.name,
                    LABEL,
                    f"acqu.par gives {name} twice, as {one[name][:20]!r} and "
                    f"as {parameters[name][:20]!r}",
                )
    return parameters


def parsed(text: str) -> dict[str, str]:
    """Return the parameters of a .par file: ``name = value``; other lines are left out.

    Parameters
    ----------
    text : str
        The file.
    """
    pairs = (line.partition("=") for line in text.split("\n") if "=" in line)
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _records(header: Header) -> Records:
    # Without a dwell time there is none to show the unit of the axis, and no time
    dwell = header.dwell or header.width_dwell or 0.0
    time, first = None, 0.0
    if header.axis is not None:
        times = header.axis * header.axis_unit
        first, n = float(times[0]), len(times)
        # float32 rounds the times; what is further off is no rounding
        even = first + np.arange(n) * dwell
        time = None if np.abs(times - even).max() <= 0.01 * dwell * n**0.5 else times
    signal = interleaved if header.data.type.is_complex else _real
    return Records(header.data.rows, signal, header.data.n_points, dwell, first, time)


def _real(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float64)


def _told(header: Header, name: str) -> Told:
    notes = []
    if header.axis is None:
        notes.append(
            f"{name} stores no times (type {header.data.number}): they are counted from the first "
            "point."
        )
    notes += _duration_note(header, name)
    about = _facts(header)
    about["dwell_us"] = header.dwell or header.width_dwell or 0.0
    return Told(name, "spinsolve", about, notes)


def _duration_note(header: Header, name: str) -> list[str]:
    """A note where acqTime is the time of the record, or of one echo of a train, in no unit."""
    stated, dwell = header.number("acqTime"), header.dwell or header.width_dwell
    if not stated or not dwell or stated < 0:
        return []
    n = header.data.n_points
    times = [count * dwell for count in (n, header.number("nrPnts") or n)]
    if any(abs(stated * u - time) <= ROUNDING * time for u in AXIS_UNITS for time in times):
        return []
    return [
        f"{name}: acqTime of acqu.par is {stated:g}, but {n:,} points {dwell:.4g} µs apart take "
        f"{times[0]:.4g} µs: these are used. Check the time of the echo."
    ]


def _facts(header: Header) -> Facts:
    """What was measured, as acqu.par gives it."""
    found: Facts = {}
    for key, name in {"sequence": "Protocol", "nucleus": "rxChannel"}.items():
        text = header.parameters.get(name) or ""
        if text:
            found[key] = text[:60]
    experiment = header.parameters.get("experiment") or header.parameters.get("expName")
    if "sequence" not in found and experiment:
        found["sequence"] = experiment[:60]
    numbers: dict[str, float | None] = {
        "carrier_mhz": number_in((header.parameters.get("b1Freq") or "").rstrip("d")),
        "scans": header.number("nrScans"),
        "pulse_1_us": header.number("pulseLength"),
    }
    sequence = str(found.get("sequence", "")).lower()
    if "echo" in sequence and (header.number("nrEchoes") or 1) == 1:
        echo_time = header.number("echoTime")  # µs between the first pulse and the echo
        numbers["tau_us"] = echo_time / 2 if echo_time else None
    repetition = header.number("repTime")  # ms
    numbers["repetition_us"] = 1e3 * repetition if repetition else None
    return found | {key: value for key, value in numbers.items() if value and value > 0}


READER = Reader(
    "spinsolve",
    "Magritek Spinsolve",
    "a folder (or a zip of it) with data.1d and acqu.par",
    sniff,
    read,
)
