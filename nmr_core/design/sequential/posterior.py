"""The posterior after the acquisitions of a book: estimate, errors, and errors after more of them.

The estimate is the kernel regression of the pool on all acquisitions so far. Its error is the rms
of the leave-one-out residuals of the materials that are alike, see :mod:`.alike`: of those whose
predictions, from the same acquisitions, are near the estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential import alike
from nmr_core.design.sequential.book import Entry, LabBook
from nmr_core.design.sequential.error_target import weighted_error
from nmr_core.design.sequential.estimate import Estimate
from nmr_core.design.sequential.evidence import Evidence, evidence_of, residuals_of
from nmr_core.design.settings import Acquisition, Setting


@dataclass(frozen=True, eq=False)
class Posterior:
    """Estimate of the measured material, as fractions of the ranges.

    Attributes
    ----------
    pool : Pool
    shots : dict of Setting to int
        Measured so far.
    evidence : Evidence
        Of these shots.
    estimate : array (n,)
    likeness : array (n_materials,)
        Weights of the materials by how alike they are, sum 1.
    errors : array (n,)
        Standard errors.
    """

    pool: Pool
    shots: dict[Setting, int]
    evidence: Evidence
    estimate: np.ndarray
    likeness: np.ndarray
    errors: np.ndarray

    @classmethod
    def of(cls, pool: Pool, entries: Sequence[Entry] = ()) -> "Posterior":
        """Return the posterior after some entries of a book."""
        shots, scores = together(entries)
        evidence = evidence_of(pool, shots)
        if evidence.fit is None:
            estimate = pool.theta.mean(axis=0)
            likeness = np.full(len(pool), 1 / len(pool))
        else:
            measured = [scores[setting][None] for setting in sorted(shots)]
            estimate = np.clip(evidence.fit.predict(measured)[0], 0, 1)
            likeness = alike.weights_alike(evidence.predictions, estimate)
        errors = alike.rms(evidence.residuals, likeness)
        return cls(pool, shots, evidence, estimate, likeness, errors)

    def errors_after(self, plan: Sequence[Acquisition], counted: np.ndarray) -> np.ndarray:
        """Return the standard errors that are expected after further acquisitions, (n,).

        The errors of now times the ratio of the residuals of the materials that are alike.

        Parameters
        ----------
        plan : sequence of Acquisition
            The next ones.
        counted : bool array (n,)
            Which parameters count; the errors of the others are those of now.
        """
        more = dict(self.shots)
        for one in plan:
            more[one.setting] = more.get(one.setting, 0) + one.shots
        before = alike.rms(residuals_of(self.pool, self.shots, counted), self.likeness)
        after = alike.rms(residuals_of(self.pool, more, counted), self.likeness)
        errors = self.errors.copy()
        errors[counted] *= after / np.maximum(before, 1e-12)
        return errors

    def summary(self, problem: DesignProblem, weights: np.ndarray, level: float) -> Estimate:
        """Return the estimate in the units of the parameters.

        Parameters
        ----------
        problem : DesignProblem
            With the ranges of its parameters.
        weights : array (n,)
            Weights of the squared errors.
        level : float
            Of the intervals.
        """
        ends = self.estimate + alike.interval(self.evidence.residuals, self.likeness, level)
        return Estimate.of(
            problem.specs,
            self.estimate,
            self.errors,
            ends,
            level=level,
            weighted=float(weighted_error(self.errors, weights)),
        )


def together(entries: Sequence[Entry]) -> tuple[dict[Setting, int], dict[Setting, np.ndarray]]:
    """Return (shots, scores) of each setting: scores are averaged over all its shots."""
    shots: dict[Setting, int] = {}
    sums: dict[Setting, np.ndarray] = {}
    for entry in entries:
        setting, n = entry.acquisition.setting, entry.acquisition.shots
        shots[setting] = shots.get(setting, 0) + n
        sums[setting] = sums.get(setting, 0) + n * np.asarray(entry.scores, dtype=float)
    return shots, {setting: sums[setting] / shots[setting] for setting in shots}


def posterior_of(book: LabBook) -> Posterior:
    """Return the posterior after all entries of a book."""
    return Posterior.of(book.materials, book.entries)
