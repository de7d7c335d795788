"""Foreign files <-> data sets: one file per format, all in the registry FORMATS.

    read_foreign(path) -> Foreign -> accept(...) -> a data set        write_foreign(data set, path,
    "npz")

A new format is a new file with a FORMAT and one name in the tuple below; it then is in the command
line, in the app and
in the contract tests. Nothing here trusts a file: sizes are checked before reading, nothing is
unpickled or extracted.
"""

from nmr_core.io.formats import (
    csv_long,
    csv_wide,
    cuda_2023,
    deeplearn_2024,
    gsoc_2021,
    hdf5,
    ml4sci_2020,
    npz,
    parquet,
)
from nmr_core.io.formats._about import unit_of_column
from nmr_core.io.formats._accepting import accept
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._reading import Guess, read_foreign, recognised, sniff
from nmr_core.io.formats._writing import foreign_of, write_foreign

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        ml4sci_2020,
        deeplearn_2024,
        gsoc_2021,
        cuda_2023,
        npz,
        parquet,
        csv_wide,
        csv_long,
        hdf5,
    )
}

__all__ = [
    "FORMATS",
    "Foreign",
    "Format",
    "Guess",
    "accept",
    "foreign_of",
    "read_foreign",
    "recognised",
    "sniff",
    "unit_of_column",
    "write_foreign",
]
