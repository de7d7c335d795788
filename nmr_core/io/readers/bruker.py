"""Bruker TopSpin and XWIN-NMR: a folder with fid or ser beside acqus.

The digital filter delays the signal by GRPDLY points, or by the table of DECIM and DSPFVS in older
files. Time zero is put there; the points before it only hold the build-up of the filter.

References
----------
Westler & Abildgaard (1996); nmrglue issue 24.
"""

import math
from types import ModuleType
from typing import Any

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


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the files are a Bruker folder, and the reason."""
    if not {"fid", "ser"} & files.names:
        return 0.0, "no Bruker fid or ser"
    if "acqus" not in files.names:
        return 0.0, "no acqus"
    return 0.95, "a Bruker folder: acqus and data"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return each curve of fid or ser, with time zero after the delay of the digital filter."""
    bruker = nmrglue("bruker")
    check_parameters(files, *(name for name in files.names if name.startswith(("acqu", "proc"))))
    with foreign(files, "Bruker") as messages:
        dic, data = bruker.read(str(files.path), read_pulseprogram=False)
        acqus = dic["acqus"]
        if not float(acqus["SW_h"]) > 0:
            raise InputError(
                f"{files.name}: the spectral width SW_h is {acqus['SW_h']}. Get acqus again, or "
                "export the echo as CSV."
            )
        dwell = 1e6 / float(acqus["SW_h"])
        delay = group_delay(acqus, bruker)
        first = math.ceil(delay - 1e-9)
        if first >= data.shape[-1]:
            raise InputError(
                f"{files.name} has {data.shape[-1]} points, and a digital filter that delays them "
                f"by {delay:g}. Get the fid again."
            )
        about = plain(
            acqus,
            sequence="PULPROG",
            nucleus="NUC1",
            carrier_mhz="SFO1",
            scans="NS",
            width_hz="SW_h",
            delay_points="GRPDLY",
        )
        about["dwell_us"] = dwell
        notes = []
        if delay:
            notes.append(
                f"The digital filter delays the signal by {delay:.4g} points ({delay * dwell:.4g} "
                "µs): time zero was put there."
            )
        return traces(
            data[..., first:],
            dwell,
            files,
            "bruker",
            about=about,
            notes=notes + messages,
            first=(first - delay) * dwell,
            options=options,
        )


def group_delay(acqus: dict[str, Any], bruker: ModuleType) -> float:
    """Return the delay of the digital filter, in points; 0 where there is none.

    Parameters
    ----------
    acqus : dict
        Parameters of the acquisition.
    bruker : module
        nmrglue.fileio.bruker, which holds the table of older files.
    """
    delay = float(acqus.get("GRPDLY", 0) or 0)
    if delay > 0:
        return delay
    table = bruker.bruker_dsp_table
    of_firmware = table.get(int(acqus.get("DSPFVS", 0)), {})
    return float(of_firmware.get(int(acqus.get("DECIM", 0)), 0.0))


READER = Reader(
    "bruker", "Bruker", "a folder (or a zip of it) with fid or ser, and acqus", sniff, read, EXTRA
)
