"""Bruker TopSpin and XWIN-NMR: a folder with fid or ser beside acqus.

The digital filter delays a signal by a group delay of GRPDLY points (of the table of DECIM and
DSPFVS in older files): time
zero is
there, and what comes before is only the filter's build-up. Source: nmrglue issue #24; Westler &
Abildgaard (1996).
"""

import math
from typing import Any

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain, traces


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """fid or ser beside acqus."""
    if not {"fid", "ser"} & files.names:
        return 0.0, "no Bruker fid or ser"
    return (
        (0.95, "a Bruker folder: acqus and data") if "acqus" in files.names else (0.0, "no acqus")
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Each curve of fid or ser, time zero at the end of the digital filter's delay."""
    bruker = nmrglue("bruker")
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
        notes = (
            [
                f"The digital filter delays the signal by {delay:.4g} points ({delay * dwell:.4g} "
                "µs): time zero was put there."
            ]
            if delay
            else []
        )
        return traces(
            data[..., first:],
            dwell,
            files,
            "bruker",
            about=about | {"dwell_us": dwell},
            notes=notes + messages,
            first=(first - delay) * dwell,
        )


def group_delay(acqus: dict, bruker: Any) -> float:
    """Points by which the digital filter delays; 0 where there is none."""
    delay = float(acqus.get("GRPDLY", 0) or 0)
    if delay > 0:
        return delay
    table = bruker.bruker_dsp_table
    return float(table.get(int(acqus.get("DSPFVS", 0)), {}).get(int(acqus.get("DECIM", 0)), 0.0))


READER = Reader(
    "bruker", "Bruker", "a folder (or a zip of it) with fid or ser, and acqus", sniff, read, EXTRA
)
