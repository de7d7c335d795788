"""Varian VnmrJ and Agilent: a folder with fid and procpar."""

from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """fid beside procpar."""
    return (
        (0.95, "a Varian folder: procpar and fid")
        if {"fid", "procpar"} <= files.names
        else (0.0, "no procpar and fid")
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Each trace, in the order of the file."""
    varian = nmrglue("varian")
    with foreign(files, "Varian") as messages:
        dic, data = varian.read(str(files.path), as_2d=True)
        values = {
            key: entry["values"][0] for key, entry in dic["procpar"].items() if entry.get("values")
        }
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
        return traces(
            data, dwell, files, "varian", about=about | {"dwell_us": dwell}, notes=messages
        )


READER = Reader(
    "varian",
    "Varian, Agilent",
    "a folder (or a zip of it) with fid and procpar",
    sniff,
    read,
    EXTRA,
)
