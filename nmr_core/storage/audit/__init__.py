"""Who did what on a server: ``audit.jsonl`` in its data folder, one JSON object per line.

actions.py   every action that is recorded
log.py       the file: lines are appended, it is rotated by size, and read
noting.py    ``note(...)``: what the code that changes something calls
"""

from nmr_core.storage.audit.actions import ACTIONS
from nmr_core.storage.audit.log import Audit, Rotation
from nmr_core.storage.audit.noting import note, note_download

__all__ = ["ACTIONS", "Audit", "Rotation", "note", "note_download"]
