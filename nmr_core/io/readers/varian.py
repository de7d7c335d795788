"""Varian VnmrJ and Agilent: a folder with fid and procpar."""

from nmr_core.io.asked import Asked
from nmr_core.io.given import Given
from nmr_core.io.readers._reader import EXTRA, RecordReader, foreign, nmrglue, plain, traces
from nmr_core.io.record import Record


def sniff(given: Given) -> tuple[float, str]:
    """fid beside procpar."""
    return (
        (0.95, "a Varian folder: procpar and fid")
        if {"fid", "procpar"} <= given.names
        else (0.0, "no procpar and fid")
    )


def read(given: Given, asked: Asked) -> list[Record]:
    """Each trace, in the order of the file."""
    varian = nmrglue("varian")
    with foreign(given, "Varian") as said:
        dic, data = varian.read(str(given.path), as_2d=True)
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
        return traces(data, dwell, given, "varian", about=about | {"dwell_us": dwell}, notes=said)


READER = RecordReader(
    "varian",
    "Varian, Agilent",
    "a folder (or a zip of it) with fid and procpar",
    sniff,
    read,
    EXTRA,
)
