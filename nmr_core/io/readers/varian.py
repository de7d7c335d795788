"""Varian VnmrJ and Agilent: a folder with fid and procpar."""

from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import (
    EXTRA,
    Reader,
    check_parameters,
    foreign,
    nmrglue,
    plain,
    traces,
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Varian folder, and the reason."""
    if {"fid", "procpar"} <= files.names:
        return 0.95, "a Varian folder: procpar and fid"
    return 0.0, "no procpar and fid"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each trace, in the order of the file."""
    varian = nmrglue("varian")
    check_parameters(files, "procpar")
    with foreign(files, "Varian") as messages:
        dic, data = varian.read(str(files.path), as_2d=True)
        entries = dic["procpar"].items()
        values = {key: entry["values"][0] for key, entry in entries if entry.get("values")}
        numbers = {key: float(values[key]) for key in ("sw", "sfrq", "nt") if key in values}
        dwell = 1e6 / numbers["sw"]
        about = plain(
            values | numbers,
            sequence="seqfil",
            nucleus="tn",
            carrier_mhz="sfrq",
            scans="nt",
            width_hz="sw",
        )
        about["dwell_us"] = dwell
        return traces(data, dwell, files, "varian", about=about, notes=messages, options=options)


READER = Reader(
    "varian",
    "Varian, Agilent",
    "a folder (or a zip of it) with fid and procpar",
    sniff,
    read,
    EXTRA,
)
