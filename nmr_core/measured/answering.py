"""The answer of a run for one measured sample, in one call.

answer(run, read_measurements("echo.csv", time_unit="us")).verdict.sentence

    measurements -> prepare -> estimate -> re-simulate -> verdict

The command line, the page, series and reports use this function. For many measurements,
``ready(run)`` simulates the target and reads the error model once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.error_model import ErrorModel, find_error_model
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.estimating import LEVEL, estimate, hide_out_of_domain
from nmr_core.measured.for_run import prepare_for_run, resimulated, target_for_run, values_of
from nmr_core.measured.refine import Refinement
from nmr_core.measured.resimulation import Resimulation
from nmr_core.measured.shipped import shipped_resimulation
from nmr_core.measured.steps import Prepared, Steps
from nmr_core.measured.target import Target
from nmr_core.measured.verdict import DOUBTFUL, FEWEST, Verdict, checked_seeds, verdict

N_SEEDS = 100
"""Simulations of an estimate: p-values from 1/101 on."""


@dataclass(frozen=True, eq=False)
class ReadyRun:
    """A run with what every answer needs.

    Attributes
    ----------
    run : Run
    target : Target
        What its curves look like.
    error_model : ErrorModel
        Intervals and applicability, as far as it was calibrated.
    """

    run: Run
    target: Target
    error_model: ErrorModel


def ready(run: Run) -> ReadyRun:
    """Return a run with its target and error model, for many answers."""
    return ReadyRun(run, target_for_run(run), find_error_model(run))


@dataclass(frozen=True, eq=False)
class Answer:
    """What a run says about one measured sample, and what may be quoted of it.

    Attributes
    ----------
    run : Run
    target : Target
    prepared : list of Prepared
        One per setting.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`; estimates out of domain are hidden
        unless ``insist`` was given.
    resimulation : Resimulation, optional
        Simulations of the estimate.
    refinement : Refinement, optional
        Least-squares fit of the simulator, see :func:`with_refinement`.
    verdict : Verdict
        What may be quoted, why not, and what to do about it.
    level : float
        Of the intervals.
    note : str
        Why the estimate was not simulated again; "" if it was.
    """

    run: Run
    target: Target
    prepared: list[Prepared]
    row: pd.Series
    resimulation: Resimulation | None
    refinement: Refinement | None
    verdict: Verdict
    level: float = LEVEL
    note: str = ""

    @property
    def quotable(self) -> str:
        """ "yes", "with caution" or "no"."""
        return self.verdict.quotable

    @property
    def values(self) -> dict[str, float]:
        """Estimates of a regression by name, NaN where hidden."""
        return {name: float(self.row[f"predicted_{name}"]) for name in self.run.targets}

    def interval(self, name: str) -> tuple[float, float]:
        """Return low and high of a parameter, NaN where unknown or hidden."""
        low, high = (self.row.get(f"{end}_{name}", float("nan")) for end in ("low", "high"))
        return float(low), float(high)


def answer(
    run: Run | ReadyRun,
    measurements: Sequence[Measurement],
    *,
    steps: Steps | None = None,
    level: float = LEVEL,
    n_seeds: int = N_SEEDS,
    resimulate: bool = True,
    insist: bool = False,
) -> Answer:
    """Estimate the parameters behind one measured sample, simulate them again, and judge.

    Parameters
    ----------
    run : Run or ReadyRun
        Fitted model; of :func:`ready` for many measurements.
    measurements : sequence of Measurement
        One per setting of the run, in their order.
    steps : Steps, optional
        Steps of the preparation that are fixed; default: all are estimated.
    level : float
        Probability with which an interval covers the truth.
    n_seeds : int
        Simulations of the estimate, 20 or more: with fewer no p-value is below 0.05. Half of them
        where their p-value is 0.07 or more.
    resimulate : bool
        Whether to simulate the estimate again.
    insist : bool
        Whether to show estimates that are out of domain.

    Returns
    -------
    Answer

    Raises
    ------
    InputError
        If the measurement cannot be brought to the model;
        :func:`nmr_core.measured.refusal.refusal` turns it into a verdict. For too few simulations.
    """
    if resimulate:
        checked_seeds(n_seeds)
    one = run if isinstance(run, ReadyRun) else ready(run)
    prepared = prepare_for_run(one.run, measurements, steps=steps, target=one.target)
    return answer_prepared(
        one, prepared, level=level, n_seeds=n_seeds, resimulate=resimulate, insist=insist
    )


def answer_prepared(
    one: ReadyRun,
    prepared: Sequence[Prepared],
    *,
    level: float = LEVEL,
    n_seeds: int = N_SEEDS,
    resimulate: bool = True,
    insist: bool = False,
) -> Answer:
    """Return the answer for a measurement that was prepared before; parameters as of `answer`."""
    if resimulate:
        checked_seeds(n_seeds)
    prepared = list(prepared)
    table = estimate(one.run, prepared, level=level, insist=True, error_model=one.error_model)
    row = (table if insist else hide_out_of_domain(one.run, table)).iloc[0]
    resimulation, note = None, ""
    if resimulate:
        resimulation, note = _resimulation(one.run, prepared, row, n_seeds)
    return judged(one.run, one.target, prepared, row, level, (resimulation, None), note)


def with_refinement(result: Answer, refinement: Refinement) -> Answer:
    """Return the answer with a refinement, and the verdict that takes it into account."""
    return judged(
        result.run,
        result.target,
        result.prepared,
        result.row,
        result.level,
        (result.resimulation, refinement),
        result.note,
    )


def judged(
    run: Run,
    target: Target,
    prepared: Sequence[Prepared],
    row: pd.Series,
    level: float,
    checks: tuple[Resimulation | None, Refinement | None],
    note: str = "",
) -> Answer:
    """Return an answer from its parts, with its verdict.

    Parameters
    ----------
    run, target, prepared, row, level
        As of :class:`Answer`.
    checks : (Resimulation or None, Refinement or None)
        As far as they were made.
    note : str
        Why there is no re-simulation.
    """
    resimulation, refinement = checks
    decision = verdict(
        run,
        prepared,
        target,
        row,
        level=level,
        resimulation=resimulation,
        refinement=refinement,
    )
    return Answer(run, target, list(prepared), row, resimulation, refinement, decision, level, note)


def _resimulation(
    run: Run, prepared: list[Prepared], row: pd.Series, n_seeds: int
) -> tuple[Resimulation | None, str]:
    """(re-simulation, why there is none)."""
    try:
        values_of(run, row)
    except InputError as error:
        return None, str(error)
    shipped = shipped_resimulation(run, prepared)
    if shipped is not None:
        return shipped, ""
    if n_seeds >= 2 * FEWEST:
        # Half of them are enough where nothing speaks against the estimate
        half = resimulated(run, prepared, row, n_seeds=n_seeds // 2)
        if half.p_value >= DOUBTFUL:
            return half, ""
    return resimulated(run, prepared, row, n_seeds=n_seeds), ""
