"""Applicability: whether a signal is of the kind that a run was trained on.

emulator.py       expected signal for given estimates
surprise.py       distance of a signal from it, and of its estimates from the trained range
applicability.py  in domain, borderline or out of domain, with the reason; its files
"""

from nmr_core.inference.applicability.applicability import (
    DOMAINS,
    OUT_OF_DOMAIN,
    Applicability,
    fit_applicability,
    read_applicability,
)

__all__ = ["DOMAINS", "OUT_OF_DOMAIN", "Applicability", "fit_applicability", "read_applicability"]
