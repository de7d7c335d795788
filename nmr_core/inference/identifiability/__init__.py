"""Which parameters one measurement can determine, before any model is trained.

problem.py         what is asked: preset, targets (targets.py), point of the prior, noise
sensitivities.py   signals with common random numbers, slopes dM/dtheta by differences
information.py     receiver noise and disorder -> Fisher matrix, standard errors, directions
local.py           ridge regression on curves around a point
estimate.py        one point: linear estimate, or regression where that does not converge
verdicts.py        identifiable, only in combination, or not: one sentence per parameter
identify.py        ``identify(preset) -> Identification``; noise.py: the noise of a data set
words.py           a verdict in few words, where the errors are from, at which noise
best_run.py        the error of the best run on such data, where it is smaller
scan.py            linear estimate against one quantity, or over two
profile.py         profile likelihood
identification.py  the results as frozen dataclasses; store.py: on disk; job.py: in the app
"""

from nmr_core.inference.identifiability.identification import (
    ErrorMap,
    Identification,
    Profile,
    Scan,
    Verdict,
)
from nmr_core.inference.identifiability.identify import find_identification, identify
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.profile import profile
from nmr_core.inference.identifiability.scan import error_map, scan, scannable
from nmr_core.inference.identifiability.store import load_identification

__all__ = [
    "ErrorMap",
    "Identification",
    "IdentifyProblem",
    "Profile",
    "Scan",
    "Verdict",
    "error_map",
    "find_identification",
    "identify",
    "load_identification",
    "profile",
    "scan",
    "scannable",
]
