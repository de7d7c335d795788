"""Named pulse sequences, one file each.

A new sequence is a new file and one name in the tuple below; listed.py reads any other list of
pulses and delays.
"""

from nmr_core.sequences import cpmg, fid, hahn_echo
from nmr_core.sequences._sequence import Sequence

SEQUENCES: dict[str, Sequence] = {
    module.SEQUENCE.name: module.SEQUENCE for module in (hahn_echo, fid, cpmg)
}
"""Name -> sequence, in the order of menus."""

__all__ = ["SEQUENCES", "Sequence"]
