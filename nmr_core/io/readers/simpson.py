"""SIMPSON, text form: SIMP, NP=, SW=, TYPE=FID, DATA, one point per line, END. (Other forms are exported by ``fsave -xreim``: a
text table.)"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io._lines import blocks
from nmr_core.io.asked import Asked
from nmr_core.io.given import Given
from nmr_core.io.readers._reader import RecordReader, foreign, traces
from nmr_core.io.record import Record


def sniff(given: Given) -> tuple[float, str]:
    """SIMP at the beginning."""
    return (
        (0.95, "a SIMPSON file")
        if given.head(16).split(b"\n")[0].strip() == b"SIMP"
        else (0.0, "no SIMPSON file")
    )


def read(given: Given, asked: Asked) -> list[Record]:
    """The points between DATA and END; several curves if there are NELEM or NI times NP of them."""
    with foreign(given, "SIMPSON"):
        lines = b"".join(blocks(given.source, given.source.single)).decode("latin-1").split("\n")
        head = lines[: lines.index("DATA")]
        values = dict(line.split("=", 1) for line in head if "=" in line)
        if "FORMAT" in values:
            raise InputError(
                f"{given.name} is packed (FORMAT={values['FORMAT'][:20]}). Save it with fsave as text, without "
                f"-binary."
            )
        if values.get("TYPE", "FID").strip() != "FID":
            raise InputError(
                f"{given.name} holds a spectrum (TYPE={values['TYPE'][:20]}). Save the FID."
            )
        end = lines.index("END") if "END" in lines else len(lines)
        numbers = np.array(
            [
                [float(cell) for cell in line.split()]
                for line in lines[len(head) + 1 : end]
                if line.strip()
            ]
        )
        n, dwell = int(values["NP"]), 1e6 / float(values["SW"])
        if n < 1 or len(numbers) % n or numbers.shape[1] != 2:
            raise InputError(
                f"{given.name} has {len(numbers):,} points, its header says {n:,} a curve. Get it again."
            )
        data = (numbers[:, 0] + 1j * numbers[:, 1]).reshape(-1, n)
        return traces(data, dwell, given, "simpson", about={"dwell_us": dwell})


READER = RecordReader("simpson", "SIMPSON (text)", "one .fid file", sniff, read)
