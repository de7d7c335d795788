"""Intervals with a stated coverage around the estimates of any run (conformal prediction).

    curves.py       signals that the run was not trained on, and degraded copies
    inputs.py       estimates and features of a signal
    methods.py      families of intervals, one file each; sets.py for classes
    conformal.py    quantiles of the scores of other signals, and the law of the coverage
    calibrate.py    ``calibrate(run)`` -> Calibration
    calibration.py  intervals at any level (reading.py), and the files of a calibration
    coverage.py     ``coverage(calibration)``: how often the true value is inside; ranges.py,
                    coverage_map.py, fractions.py: where
    uniform.py      the default method: likelihood ratios (density_network.py, split_logistic.py,
                    ratio_scores.py) with critical values that depend on the place (critical.py)

A method is a nested family of intervals: a score s(x, y) for how far y is from the estimate, and
box(x, q), all y with s <= q. The q with the right fraction of unseen signals is a conformal
quantile.

References
----------
Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005).
Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018).
"""

from nmr_core.inference.intervals.calibrate import N_MEMBERS, calibrate
from nmr_core.inference.intervals.calibration import (
    Calibration,
    calibrations_folder,
    delete_calibration,
    find_calibration,
    load_calibration,
    save_calibration,
)
from nmr_core.inference.intervals.coverage import LEVELS, Coverage, coverage
from nmr_core.inference.intervals.coverage_map import CoverageMap, coverage_map
from nmr_core.inference.intervals.curves import N_CHECK, N_CURVES
from nmr_core.inference.intervals.methods import METHODS, Method, default_method, methods_for
from nmr_core.inference.intervals.reading import Reading

__all__ = [
    "LEVELS",
    "METHODS",
    "N_CHECK",
    "N_CURVES",
    "N_MEMBERS",
    "Calibration",
    "Coverage",
    "CoverageMap",
    "Method",
    "Reading",
    "calibrate",
    "calibrations_folder",
    "coverage",
    "coverage_map",
    "default_method",
    "delete_calibration",
    "find_calibration",
    "load_calibration",
    "methods_for",
    "save_calibration",
]
