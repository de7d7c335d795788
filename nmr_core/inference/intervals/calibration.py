"""A calibration: conformal scores of a run, its interval method, and signals to check coverage."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.intervals.inputs import Inputs, Reader
from nmr_core.inference.intervals.reading import Reading, known_targets
from nmr_core.learning.run import Run


@dataclass(frozen=True, eq=False)
class Calibration:
    """How far the truth may be from a run's estimates, learned from curves that the run has never seen.

    run, run_created : id of the run, and when it was made: another time = it was made again, and this is stale
    method           : a name of ``METHODS``
    task             : "regression" or "classification"
    targets          : name -> label, symbol, unit, low, high of the prior, as in the run's manifest
    unidentifiable   : name -> reason; their interval is the whole prior range, and no coverage is stated for them
    classes          : of a classification, else ()
    source           : "fresh" (simulated for this) or "held out" (the run's test part)
    n_fit            : curves that the method was fitted on, without their degraded copies
    graceful         : whether it was fitted on degraded copies too, so that intervals grow when data get worse
    scores           : conformal scores of other curves, float64 (n, n_known); of a classification (n, 1)
    parameters       : true values of the check curves, which neither the method nor the scores know, (n_check, ...)
    predicted        : what the run says about them, columns as of ``Run.predict``
    check            : what the intervals of them are made of; None of a classification
    reader, model    : curves -> Inputs -> intervals
    of_run           : the run itself, if it is at hand
    """

    run: str
    run_created: str
    method: str
    task: str
    targets: dict[str, dict[str, Any]]
    unidentifiable: dict[str, str]
    classes: tuple[str, ...]
    source: str
    n_fit: int
    graceful: bool
    seed: int
    seconds: float
    created: str
    versions: dict[str, str]
    scores: np.ndarray
    parameters: pd.DataFrame
    predicted: pd.DataFrame
    check: Inputs | None
    reader: Reader
    model: Any
    of_run: Run | None = field(default=None, repr=False)

    @property
    def known(self) -> tuple[str, ...]:
        """Targets that have intervals: those that an echo depends on."""
        return known_targets(self.targets, self.unidentifiable)

    @property
    def n(self) -> int:
        """Curves that gave the scores."""
        return len(self.scores)

    @property
    def n_check(self) -> int:
        """Curves on which the coverage can be seen."""
        return len(self.parameters)

    @cached_property
    def the_run(self) -> Run:
        """The run; :class:`InputError` if it is not here, or not the one that was calibrated."""
        run = self.of_run or load_run(self.run)
        if self.is_stale(run):
            raise InputError(
                f"The run {run.id} was made again after it was calibrated. Calibrate it again: "
                f"python -m nmr_core calibrate {run.id}"
            )
        return run

    def is_stale(self, run: Run) -> bool:
        """Whether ``run`` is not the one that was calibrated."""
        return (run.id, run.manifest.created) != (self.run, self.run_created)

    def read(self, signals: np.ndarray) -> Reading:
        """Complex curves (n, n_settings, n_times) of the run's protocol, read once for intervals at any level."""
        if self.reader is None:
            return Reading(self, self.the_run.predict(signals))
        return Reading(self, *self.reader.read(self.the_run, signals))

    def intervals(self, signals: np.ndarray, level: float = 0.9) -> pd.DataFrame:
        """One row per curve, in units: predicted_<t>, and for every target low_<t>, high_<t> (holds the truth with probability
        ``level``) and joint_low_<t>, joint_high_<t> (all known targets together do).

        Intervals are cut to the prior's range; of a target that no echo depends on they are that range. Of a classification:
        predicted_<t>, probability_<class>, and "set": the classes, with commas, of which the true one is one with probability
        ``level``.
        """
        return self.read(signals).table(level)

    def density(self, signals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Marginal densities of the known targets, see :meth:`Reading.density`; of the method "posterior"."""
        return self.read(signals).density()

    def doubt(self, signals: np.ndarray) -> np.ndarray:
        """How much the members of the method "ensemble" disagree, see :meth:`Reading.doubt`."""
        return self.read(signals).doubt()

    def checked(self) -> Reading:
        """The check curves, read already: ``coverage(calibration)`` is about them."""
        return Reading(self, self.predicted, self.check)
