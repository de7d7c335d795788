"""Which parameters one measurement can determine, before any model is trained.

problem.py         what is asked: preset, targets (targets.py), point of the prior, noise
sensitivities.py   signals with common random numbers, slopes dM/dtheta by differences
information.py     receiver noise and disorder -> Fisher matrix, Cramér-Rao bounds, directions
verdicts.py        identifiable, only in combination, or not: one sentence per parameter
identify.py        ``identify(preset) -> Identification``
scan.py            bounds against one quantity, or over two
profile.py         profile likelihood
identification.py  the results as frozen dataclasses; store.py: on disk; job.py: in the app
"""

from nmr_core.inference.identifiability.identification import (
    BoundMap,
    Identification,
    Profile,
    Scan,
    Verdict,
)
from nmr_core.inference.identifiability.identify import find_identification, identify
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.profile import profile
from nmr_core.inference.identifiability.scan import bound_map, scan, scannable
from nmr_core.inference.identifiability.store import load_identification

__all__ = [
    "BoundMap",
    "Identification",
    "IdentifyProblem",
    "Profile",
    "Scan",
    "Verdict",
    "bound_map",
    "find_identification",
    "identify",
    "load_identification",
    "profile",
    "scan",
    "scannable",
]
