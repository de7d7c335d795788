"""JCAMP-DX, data type NMR FID (spectra are refused)."""

import re

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain
from nmr_core.io.units import time_unit_in


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """##TITLE= or ##JCAMP-DX= at the beginning."""
    head = files.head(4096).lstrip().upper()
    return (
        (0.95, "a JCAMP-DX file")
        if head.startswith(b"##") and b"##JCAMP" in head.replace(b" ", b"")
        else (0.0, "no JCAMP-DX file")
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """One measurement, of the first section with data."""
    jcampdx = nmrglue("jcampdx")
    with foreign(files, "JCAMP-DX") as messages:
        dic, data = jcampdx.read(str(files.file))
        if data is None:
            raise InputError(
                f"{files.name} holds no table that can be read. Export the echo again, or as CSV."
            )
        kind = str(dic.get("DATATYPE", [""])[0])
        unit, first, last = axis(dic)
        if "SPECTRUM" in kind.upper() or unit.upper() in ("HZ", "PPM", "1/CM"):
            raise InputError(
                f"{files.name} holds a spectrum ({kind[:40] or unit}). Export the curve in time "
                "(NMR FID)."
            )
        both = isinstance(data, list | tuple)
        re_ = np.asarray(data[0] if both else data, float)
        im = np.asarray(data[1], float) if both and len(data) > 1 and data[1] is not None else None
        time = np.linspace(first, last, len(re_)) if last != first else None
        about = plain(
            {
                key.strip(".$"): value[0]
                for key, value in dic.items()
                if isinstance(value, list) and value and isinstance(value[0], str)
            },
            title="TITLE",
            nucleus="OBSERVENUCLEUS",
            carrier_mhz="OBSERVEFREQUENCY",
            sequence="PULSESEQUENCE",
        )
    table = Table(time, re_, im, "", "", list(messages), about, time_unit_in(unit))
    return [measurement_from(table, options, files.name, "jcamp")]


def axis(dic: dict) -> tuple[str, float, float]:
    """(unit, first, last) of the abscissa, of an NTUPLES or a plain section."""

    def parts(key: str) -> list[str]:
        value = dic.get(key)
        return [part.strip() for part in re.split(r"[,\n]", str(value[0]))] if value else []

    units, first, last = parts("UNITS"), parts("FIRST"), parts("LAST")
    if units and first and last:
        return units[0], float(first[0]), float(last[0])
    x = parts("XUNITS")
    return (
        (x[0] if x else ""),
        float((parts("FIRSTX") or [0])[0]),
        float((parts("LASTX") or [0])[0]),
    )


READER = Reader(
    "jcamp", "JCAMP-DX (.dx, .jdx)", "one .dx or .jdx file", sniff, read, EXTRA, asks=True
)
