"""Out of its depth: whether a curve is one that a run can know, before anybody believes its estimates.

curves like the run's own -> emulator.py (what a curve of these estimates looks like) -> surprise.py (how far a curve is
from that, and its estimates from the trained range) -> depth.py (a lamp: inside, doubtful, refuse; and the reason)
"""

from nmr_core.inference.applicability.applicability import LAMPS, Depth, fit_depth
from nmr_core.inference.applicability.store import read_depth

__all__ = ["LAMPS", "Depth", "fit_depth", "read_depth"]
