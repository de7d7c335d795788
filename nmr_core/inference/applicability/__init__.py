"""Out of its applicability: whether a curve is one that a run can know, before anybody believes its estimates.

curves like the run's own -> emulator.py (what a curve of these estimates looks like) -> surprise.py (how far a curve is
from that, and its estimates from the trained range) -> applicability.py (a domain: inside, doubtful, refuse; and the reason)
"""

from nmr_core.inference.applicability.applicability import (
    DOMAINS,
    OUT_OF_DOMAIN,
    Applicability,
    fit_applicability,
)
from nmr_core.inference.applicability.store import read_applicability

__all__ = ["DOMAINS", "OUT_OF_DOMAIN", "Applicability", "fit_applicability", "read_applicability"]
