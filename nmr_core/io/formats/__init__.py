"""Foreign files <-> data sets: one file per format, all in the registry FORMATS.

    read_foreign(path) -> Foreign -> accept(...) -> a data set
    write_foreign(data set, path, "npz")

A new format is a new file with a FORMAT and one name in registry.py; menus, command line and the
contract tests take it from there. No file is trusted: sizes are checked before reading, nothing is
unpickled or extracted.
"""

from nmr_core.io.formats._about import unit_of_column
from nmr_core.io.formats._accepting import accept
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._reading import Guess, read_foreign, recognised, sniff
from nmr_core.io.formats._writing import foreign_of, write_foreign
from nmr_core.io.formats.registry import FORMATS

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
