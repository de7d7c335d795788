"""Magritek Spinsolve: a folder with data.1d (or fid.1d, nmr_fid.dx) and acqu.par."""

import numpy as np

from nmr_core.errors import InputError
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

FILES = ("data.1d", "fid.1d", "nmr_fid.dx")


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Spinsolve folder, and the reason."""
    if "acqu.par" not in files.names:
        return 0.0, "no acqu.par"
    if not set(FILES) & files.names:
        return 0.4, "a Spinsolve folder without a curve in time"
    return 0.9, "a Spinsolve folder"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the curve in time; dwellTime of acqu.par is in µs."""
    file = next((name for name in FILES if name in files.names), None)
    if file is None:
        raise InputError(
            f"{files.name} holds no {', '.join(FILES)}: spectra cannot be used. Save the curve in "
            "time."
        )
    spinsolve = nmrglue("spinsolve")
    check_parameters(files, "acqu.par", "proc.par")
    with foreign(files, "Spinsolve") as messages:
        dic, data = spinsolve.read(str(files.path), specfile=file)
        acqu = dic["acqu"]
        axis = np.asarray(dic["spectrum"].get("xaxis", ()), float)
        dwell = float(acqu.get("dwellTime", 0))
        if not dwell and acqu.get("bandwidth"):  # in kHz
            dwell = 1e3 / float(acqu["bandwidth"])
        notes = []
        if len(axis) > 1 and dwell > 0:
            own = (axis[-1] - axis[0]) / (len(axis) - 1)  # in µs, ms or s
            if not any(abs(own * by / dwell - 1) < 0.02 for by in (1.0, 1e3, 1e6)):
                notes = [
                    f"{files.name}: the times in {file} ({own:.3g} per point) do not fit the dwell "
                    f"time {dwell:g} µs of acqu.par, which is used. Check the time of the echo."
                ]
        about = plain(
            acqu, sequence="Protocol", nucleus="rxChannel", carrier_mhz="b1Freq", scans="nrScans"
        )
        about["dwell_us"] = dwell
        return traces(
            data, dwell, files, "spinsolve", about=about, notes=notes + messages, options=options
        )


READER = Reader(
    "spinsolve",
    "Magritek Spinsolve",
    "a folder (or a zip of it) with data.1d and acqu.par",
    sniff,
    read,
    EXTRA,
)
