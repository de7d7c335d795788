"""Tecmag TNMR (.tnt).

The spectral width may be stored as half of 1/dwell (nmrglue pull request 275), so the dwell time
is used.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces

MAX_POINTS = 50_000_000


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a Tecmag file, and the reason."""
    if files.head(8).startswith(b"TNT1."):
        return 0.95, "a Tecmag file"
    return 0.0, "no Tecmag file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve of the direct dimension."""
    tecmag = nmrglue("tecmag")
    with foreign(files, "Tecmag") as messages:
        dic, data = tecmag.read(str(files.file))
        if int(np.asarray(dic["fft_flag"])[0]):
            raise InputError(
                f"{files.name} holds a spectrum (it was Fourier transformed). Save the curve in "
                "time."
            )
        dwell, notes = dwell_time(float(dic["dwell"][0]), float(dic["sw"][0]), files.name)
        data = np.array(np.moveaxis(data, 0, -1))
        scalars = {
            name: dic[name] for name in ("sequence", "actual_scans") if not np.ndim(dic[name])
        }
        # One entry per channel; the first observes
        observed = {name: np.asarray(dic[name])[0] for name in ("ob_freq", "nuclei")}
        about = plain(
            scalars | observed,
            sequence="sequence",
            scans="actual_scans",
            carrier_mhz="ob_freq",
            nucleus="nuclei",
        )
        about["dwell_us"] = dwell
        return traces(
            data, dwell, files, "tecmag", about=about, notes=notes + messages, options=options
        )


def dwell_time(dwell: float, width: float, name: str) -> tuple[float, list[str]]:
    """Return the time between two points, µs, and notes on it.

    Parameters
    ----------
    dwell : float
        As stored, s; 0 where it is missing.
    width : float
        Spectral width as stored, Hz; whole or half.
    name : str
        Of the file.
    """
    if dwell > 0:
        microseconds = dwell * 1e6
        if width <= 0 or abs(dwell * width - 1) <= 0.05:
            return microseconds, []
        if abs(dwell * width - 0.5) < 0.05:
            return microseconds, [
                f"{name} stores half of its spectral width; the dwell time, {microseconds:.4g} µs, "
                "is used."
            ]
        return microseconds, [
            f"{name}: the spectral width {width:.4g} Hz does not fit the dwell time "
            f"{microseconds:.4g} µs, which is used. Check the time of the echo."
        ]
    if width > 0:
        microseconds = 0.5e6 / width
        return microseconds, [
            f"{name} stores no dwell time; it was taken from the spectral width {width:.4g} Hz as "
            f"a half width ({microseconds:.4g} µs per point). Check the time of the echo: if it is "
            "twice too early, the width was whole."
        ]
    return 0.0, []


READER = Reader("tecmag", "Tecmag TNMR (.tnt)", "one .tnt file", sniff, read, EXTRA)
