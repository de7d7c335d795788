"""What can be learned from a protocol before any model is trained: Fisher information, bounds, verdicts.

targets.py      which parameters, which ranges, which places of the prior
curves.py       simulations with common random numbers;  slopes.py  dM/dtheta with step control;  measure.py  both, of a place
information.py  receiver noise and disorder -> Fisher matrix, honest about a finite number of seeds
directions.py   bounds and eigen-directions;  verdicts.py  identifiable, only in combination, or not: in one sentence
make.py         ``identify(preset) -> Identification``
scanning.py     bounds against a setting, or over two;  profiling.py  profile likelihood
identification.py  the results as frozen dataclasses;  store.py, key.py  their files;  job.py  the job
"""

from nmr_core.inference.identifiability.identification import (
    BoundMap,
    Identification,
    Profile,
    Scan,
    Verdict,
)
from nmr_core.inference.identifiability.make import find_identification, identify
from nmr_core.inference.identifiability.profiling import profile
from nmr_core.inference.identifiability.scanning import bound_map, scan, scannable
from nmr_core.inference.identifiability.store import load_identification

__all__ = [
    "BoundMap",
    "Identification",
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
