"""JEOL Delta (.jdf)."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.asked import Asked
from nmr_core.io.given import Given
from nmr_core.io.readers._reader import EXTRA, RecordReader, foreign, nmrglue, plain, traces
from nmr_core.io.record import Record


def sniff(given: Given) -> tuple[float, str]:
    """JEOL.NMR at the beginning."""
    return (
        (0.95, "a JEOL file")
        if given.head(8) in (b"JEOL.NMR", b"RMN.LOEJ")
        else (0.0, "no JEOL file")
    )


def read(given: Given, asked: Asked) -> list[Record]:
    """Each curve along the first axis, which must be a time."""
    jeol = nmrglue("jeol")
    with foreign(given, "JEOL") as said:
        dic, data = jeol.read(str(given.file))
        header, parameters = dic["header"], dic["parameters"]
        if not isinstance(data, np.ndarray):
            raise InputError(f"{given.name} holds several kinds of data. Export the curve in time.")
        unit = str(header["units"][0]).lower()
        if any(word in unit for word in ("ppm", "hertz", "hz")):
            raise InputError(
                f"{given.name} holds a spectrum (its axis is in {unit[:40]}). Save the curve in time."
            )
        dwell = 1e6 / float(parameters["x_sweep"])
        about = plain(
            parameters,
            nucleus="x_domain",
            carrier_hz="x_freq",
            scans="total_scans",
            width_hz="x_sweep",
            sequence="experiment",
        )
        return traces(data, dwell, given, "jeol", about=about | {"dwell_us": dwell}, notes=said)


READER = RecordReader("jeol", "JEOL Delta (.jdf)", "one .jdf file", sniff, read, EXTRA)
