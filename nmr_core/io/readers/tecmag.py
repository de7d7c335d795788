"""Tecmag TNMR (.tnt). Its spectral width may be stored as half of 1/dwell (nmrglue PR #275), so the
dwell time is what counts.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces

MAX_POINTS = 50_000_000


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """TNT1. at the beginning."""
    return (
        (0.95, "a Tecmag file") if files.head(8).startswith(b"TNT1.") else (0.0, "no Tecmag file")
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Each curve of the direct dimension."""
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
        about = plain(
            {
                name: dic[name]
                for name in ("sequence", "actual_scans", "ob_freq", "nuclei")
                if np.ndim(dic[name]) == 0
            },
            sequence="sequence",
            scans="actual_scans",
        )
        about |= plain(
            {"f": np.asarray(dic["ob_freq"])[0], "n": np.asarray(dic["nuclei"])[0]},
            carrier_mhz="f",
            nucleus="n",
        )
        return traces(
            data, dwell, files, "tecmag", about=about | {"dwell_us": dwell}, notes=notes + messages
        )


def dwell_time(dwell: float, width: float, name: str) -> tuple[float, list[str]]:
    """(µs between points, notes) from the stored dwell time in s and spectral width in Hz."""
    if dwell > 0:
        half = width > 0 and abs(dwell * width - 0.5) < 0.05
        strange = width > 0 and not half and abs(dwell * width - 1) > 0.05
        return dwell * 1e6, (
            [
                f"{name} stores half of its spectral width; the dwell time, {dwell * 1e6:.4g} µs, "
                "is used."
            ]
            if half
            else [
                f"{name}: the spectral width {width:.4g} Hz does not fit the dwell time "
                f"{dwell * 1e6:.4g} µs, which is used. Check the time of the echo."
            ]
            if strange
            else []
        )
    if width > 0:
        return 0.5e6 / width, [
            f"{name} stores no dwell time; it was taken from the spectral width {width:.4g} Hz as "
            f"a half width ({0.5e6 / width:.4g} µs a point). Check the time of the echo: if it is "
            "twice too early, the width was whole."
        ]
    return 0.0, []


READER = Reader("tecmag", "Tecmag TNMR (.tnt)", "one .tnt file", sniff, read, EXTRA)
