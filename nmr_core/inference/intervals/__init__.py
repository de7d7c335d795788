"""Error bars that are true: intervals with a stated coverage around what any run estimates.

    curves.py -> inputs.py -> methods.py -> conformal.py -> calibration.py -> coverage.py
    fresh        what is       one file a     scores of        intervals at     is it so?
    curves       read off      method: a      curves that      any level
                 a curve       score          nobody knows

Each method is a nested family of intervals: a score s(x, y) of how far y lies from the estimate, and box(x, q), all y with
s <= q. The q whose share of unseen curves is the level comes from conformal.py. sets.py does the same for classes; store.py keeps
it on disk. Source: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005); Lei et al., J. Am. Stat. Assoc.
113, 1094 (2018).
"""

from nmr_core.inference.intervals.calibrate import N_CHECK, N_CURVES, N_MEMBERS, calibrate
from nmr_core.inference.intervals.calibration import Calibration
from nmr_core.inference.intervals.coverage import LEVELS, Coverage, coverage
from nmr_core.inference.intervals.methods import METHODS, Method, default_method, methods_for
from nmr_core.inference.intervals.reading import Reading
from nmr_core.inference.intervals.store import (
    calibrations_folder,
    delete_calibration,
    find_calibration,
    load_calibration,
    save_calibration,
)

__all__ = [
    "LEVELS",
    "METHODS",
    "N_CHECK",
    "N_CURVES",
    "N_MEMBERS",
    "Calibration",
    "Coverage",
    "Method",
    "Reading",
    "calibrate",
    "calibrations_folder",
    "coverage",
    "default_method",
    "delete_calibration",
    "find_calibration",
    "load_calibration",
    "methods_for",
    "save_calibration",
]
