"""Magritek Spinsolve: a folder with data.1d (or fid.1d, nmr_fid.dx) and acqu.par."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces

FILES = ("data.1d", "fid.1d", "nmr_fid.dx")


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """acqu.par beside a curve."""
    if "acqu.par" not in files.names:
        return 0.0, "no acqu.par"
    return (
        (0.9, "a Spinsolve folder")
        if set(FILES) & files.names
        else (0.4, "a Spinsolve folder without a curve in time")
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """The curve in time; dwellTime of acqu.par is in µs."""
    file = next((name for name in FILES if name in files.names), None)
    if file is None:
        raise InputError(
            f"{files.name} holds no {', '.join(FILES)}: spectra cannot be used. Save the curve in "
            "time."
        )
    spinsolve = nmrglue("spinsolve")
    with foreign(files, "Spinsolve") as messages:
        dic, data = spinsolve.read(str(files.path), specfile=file)
        acqu, axis = dic["acqu"], np.asarray(dic["spectrum"].get("xaxis", ()), float)
        dwell = float(acqu.get("dwellTime", 0)) or (
            1e3 / float(acqu["bandwidth"]) if acqu.get("bandwidth") else 0.0
        )
        notes = []
        if len(axis) > 1 and dwell > 0:
            own = (axis[-1] - axis[0]) / (len(axis) - 1)
            if not any(abs(own * by / dwell - 1) < 0.02 for by in (1.0, 1e3, 1e6)):
                notes = [
                    f"{files.name}: the times in {file} ({own:.3g} a point) do not fit the dwell "
                    f"time {dwell:g} µs of acqu.par, which is used. Check the time of the echo."
                ]
        about = plain(
            acqu, sequence="Protocol", nucleus="rxChannel", carrier_mhz="b1Freq", scans="nrScans"
        )
        return traces(
            data,
            dwell,
            files,
            "spinsolve",
            about=about | {"dwell_us": dwell},
            notes=notes + messages,
        )


READER = Reader(
    "spinsolve",
    "Magritek Spinsolve",
    "a folder (or a zip of it) with data.1d and acqu.par",
    sniff,
    read,
    EXTRA,
)
