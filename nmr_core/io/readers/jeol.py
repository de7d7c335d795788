"""JEOL Delta (.jdf)."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a JEOL file, and the reason."""
    if files.head(8) in (b"JEOL.NMR", b"RMN.LOEJ"):
        return 0.95, "a JEOL file"
    return 0.0, "no JEOL file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve along the first axis, which must be a time."""
    jeol = nmrglue("jeol")
    with foreign(files, "JEOL") as messages:
        dic, data = jeol.read(str(files.file))
        header, parameters = dic["header"], dic["parameters"]
        if not isinstance(data, np.ndarray):
            raise InputError(f"{files.name} holds several kinds of data. Export the curve in time.")
        unit = str(header["units"][0]).lower()
        if any(word in unit for word in ("ppm", "hertz", "hz")):
            raise InputError(
                f"{files.name} holds a spectrum (its axis is in {unit[:40]}). Save the curve in "
                "time."
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
        about["dwell_us"] = dwell
        return traces(data, dwell, files, "jeol", about=about, notes=messages, options=options)


READER = Reader("jeol", "JEOL Delta (.jdf)", "one .jdf file", sniff, read, EXTRA)
