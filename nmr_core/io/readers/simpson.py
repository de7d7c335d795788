"""SIMPSON, text form: SIMP, NP=, SW=, TYPE=FID, DATA, one point per line, END.

``fsave -xreim`` writes a table of text instead, which the CSV reader reads.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.lines import blocks
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader, foreign, traces


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a SIMPSON file, and the reason."""
    first_line = files.head(16).split(b"\n")[0]
    if first_line.strip() == b"SIMP":
        return 0.95, "a SIMPSON file"
    return 0.0, "no SIMPSON file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the curves between DATA and END, of NP points each."""
    with foreign(files, "SIMPSON"):
        lines = b"".join(blocks(files.source, files.source.only)).decode("latin-1").split("\n")
        head = lines[: lines.index("DATA")]
        values = dict(line.split("=", 1) for line in head if "=" in line)
        if "FORMAT" in values:
            raise InputError(
                f"{files.name} is packed (FORMAT={values['FORMAT'][:20]}). Save it with fsave as "
                "text, without -binary."
            )
        if values.get("TYPE", "FID").strip() != "FID":
            raise InputError(
                f"{files.name} holds a spectrum (TYPE={values['TYPE'][:20]}). Save the FID."
            )
        end = lines.index("END") if "END" in lines else len(lines)
        rows = [line.split() for line in lines[len(head) + 1 : end] if line.strip()]
        numbers = np.array([[float(cell) for cell in row] for row in rows])
        n = int(values["NP"])
        dwell = 1e6 / float(values["SW"])
        if n < 1 or len(numbers) % n or numbers.shape[1] != 2:
            raise InputError(
                f"{files.name} has {len(numbers):,} points, its header gives {n:,} per curve. Get "
                "it again."
            )
        data = (numbers[:, 0] + 1j * numbers[:, 1]).reshape(-1, n)
        return traces(data, dwell, files, "simpson", about={"dwell_us": dwell}, options=options)


READER = Reader("simpson", "SIMPSON (text)", "one .fid file", sniff, read)
