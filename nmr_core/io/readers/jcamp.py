"""JCAMP-DX, data type NMR FID (spectra are refused)."""

import re
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.readers._reader import EXTRA, Reader, foreign, nmrglue, plain
from nmr_core.io.units import time_unit_in


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a JCAMP-DX file, and the reason."""
    head = files.head(4096).lstrip().upper()
    if head.startswith(b"##") and b"##JCAMP" in head.replace(b" ", b""):
        return 0.95, "a JCAMP-DX file"
    return 0.0, "no JCAMP-DX file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return one measurement, of the first section with data."""
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
        channels = list(data) if isinstance(data, list | tuple) else [data]
        re_ = np.asarray(channels[0], float)
        im = None
        if len(channels) > 1 and channels[1] is not None:
            im = np.asarray(channels[1], float)
        time = np.linspace(first, last, len(re_)) if last != first else None
        texts = {
            key.strip(".$"): value[0]
            for key, value in dic.items()
            if isinstance(value, list) and value and isinstance(value[0], str)
        }
        about = plain(
            texts,
            title="TITLE",
            nucleus="OBSERVENUCLEUS",
            carrier_mhz="OBSERVEFREQUENCY",
            sequence="PULSESEQUENCE",
        )
    table = Table(time, re_, im, "", "", list(messages), about, time_unit_in(unit))
    return [measurement_from(table, options, files.name, "jcamp")]


def axis(dic: dict[str, Any]) -> tuple[str, float, float]:
    """Return unit, first and last value of the abscissa, of an NTUPLES or a plain section."""
    units = _first_entry(dic, "UNITS")
    first = _first_entry(dic, "FIRST")
    last = _first_entry(dic, "LAST")
    if units and first and last:
        return units, float(first), float(last)
    first = _first_entry(dic, "FIRSTX") or "0"
    last = _first_entry(dic, "LASTX") or "0"
    return _first_entry(dic, "XUNITS"), float(first), float(last)


def _first_entry(dic: dict[str, Any], key: str) -> str:
    """First of the comma-separated entries of a label; "" without it."""
    value = dic.get(key)
    return re.split(r"[,\n]", str(value[0]))[0].strip() if value else ""


READER = Reader(
    "jcamp", "JCAMP-DX (.dx, .jdx)", "one .dx or .jdx file", sniff, read, EXTRA, asks=True
)
