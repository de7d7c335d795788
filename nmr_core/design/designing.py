"""Which measurement next: the public function, its stored results and the job."""

import time as clock
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.design.choosing import STEPS, Choice, choose
from nmr_core.design.criteria import check_criterion
from nmr_core.design.pareto import designs_table, pareto_designs
from nmr_core.design.problem import DesignProblem
from nmr_core.design.promising import LEAST, Promise, promise
from nmr_core.design.ranking import Ranking
from nmr_core.design.result import DesignResult
from nmr_core.design.selecting import MOST, Selection, select
from nmr_core.design.shots import baseline
from nmr_core.design.simulating import grown
from nmr_core.design.store import find_stored, save_design
from nmr_core.design.valuing import Valuation, fast_valuation
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, silent

N_MATERIALS = Parameter(
    "n_materials",
    "materials",
    "",
    32,
    20_000,
    STEPS[-1],
    integer=True,
    description="Largest number of materials on which designs are valued.",
)
N_RANKED = 4
"""Best next settings that are valued on other materials."""
SELECTING, RANKING, CHOOSING = 40, 55, 80
"""Percent of the work that is done after the selection, the ranking, and the choice."""
RELIABLE = 0.95
"""Rank correlation of the halves at which no materials are added to the ranking. Measured between
two seeds, 40 settings of lab and of ml4sci_2020_secular: 0.78 to 0.87 and 0.71 to 0.83 with 1,024
materials (three pairs of seeds), 0.93 and 0.91 with up to 2,048 (one pair)."""
FEW = 48
"""Largest number of settings whose ranking gets more materials."""


def design(
    preset: Preset | str | DesignProblem,
    *,
    criterion: str = "weighted",
    n_materials: int = STEPS[-1],
    again: bool = False,
    n_jobs: int = 1,
    progress: Progress = silent,
    **options: Any,
) -> DesignResult:
    """Find which measurement comes next, within a budget of time.

    The result is stored; a second call with the same arguments reads it.

    Parameters
    ----------
    preset : Preset, str or DesignProblem
        What is known: a prior, or its name; or a whole problem.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    n_materials : int
        Largest number of materials on which designs are valued; fewer are taken where the interval
        of the promise is narrow.
    again : bool
        Compute even if the result is stored.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).
    **options
        Candidates, default, noise, costs, budget, weights, nuisances, limits and the posterior of
        a measurement, see :meth:`nmr_core.design.problem.DesignProblem.of`.

    Returns
    -------
    DesignResult

    Raises
    ------
    InputError
        For a problem that has no answer.

    Notes
    -----
    Materials of the prior, each with its own offsets, are simulated once at all settings, and
    echoes are compressed to orthonormal scores. The error of a design is the one that is attained:
    leave-one-out residuals of a kernel regression of the parameters on the noisy scores of its
    acquisitions. So disorder counts in full, and nothing is linearised.

    Designs are searched on one set of materials and valued on another one with other offsets and
    other noise; the promise of the best is what networks learn from further materials
    (:mod:`nmr_core.design.promising`). Errors become smaller with more materials, as for every
    learned estimate; ratios of errors change little.

    Examples
    --------
    ``nmr.design("lab", vary={"angle_2": [30, 60, 90, 120, 150, 180]}, budget=60)``
    """
    problem = preset if isinstance(preset, DesignProblem) else DesignProblem.of(preset, **options)
    check_criterion(criterion)
    n_materials = N_MATERIALS.check(n_materials)
    stored = None if again else find_stored(design_key(problem, criterion, n_materials))
    if stored is not None:
        return stored
    result = compute_design(problem, criterion, n_materials, n_jobs=n_jobs, progress=progress)
    save_design(result)
    return result


def find_design(
    preset: Preset | str | DesignProblem,
    *,
    criterion: str = "weighted",
    n_materials: int = STEPS[-1],
    **options: Any,
) -> DesignResult | None:
    """Return what :func:`design` would return, if it is stored; otherwise None."""
    problem = preset if isinstance(preset, DesignProblem) else DesignProblem.of(preset, **options)
    return find_stored(design_key(problem, criterion, n_materials))


def design_key(
    problem: DesignProblem, criterion: str = "weighted", n_materials: int = STEPS[-1]
) -> str:
    """Return the key under which the result of :func:`design` is stored."""
    return problem.key("design", criterion=check_criterion(criterion), n_materials=n_materials)


def compute_design(
    problem: DesignProblem,
    criterion: str = "weighted",
    n_materials: int = STEPS[-1],
    *,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> DesignResult:
    """Return what :func:`design` stores.

    Parameters
    ----------
    problem : DesignProblem
        Candidates, costs, budget and weights.
    criterion, n_materials, n_jobs, progress
        As of :func:`design`.
    """
    begin = clock.perf_counter()
    searched = quicker(problem)
    selection = select(
        searched,
        criterion,
        n_most=min(MOST, n_materials),
        n_jobs=n_jobs,
        progress=part_of(progress, 0, SELECTING),
    )
    ranking = reliable_ranking(
        searched,
        selection.first,
        n_most=2 * n_materials,
        n_jobs=n_jobs,
        progress=part_of(progress, SELECTING, RANKING),
    )
    found = pareto_designs(problem, selection.last, selection.designs)
    settings = [*ranking.best(N_RANKED), *(s for one in found.values() for s in one.settings)]
    choice = choose(
        searched,
        selection,
        settings,
        n_most=n_materials,
        n_jobs=n_jobs,
        progress=part_of(progress, RANKING, CHOOSING),
    )
    promised = None
    if choice.proposed != baseline(problem) and n_materials >= LEAST:
        promised = promise(
            problem,
            choice.proposed,
            baseline(problem),
            n_most=n_materials,
            n_jobs=n_jobs,
            progress=part_of(progress, CHOOSING, 95),
        )
    progress(95, 100, "ranking settings")
    proposed = [*found.values(), choice.proposed]
    parameters = _parameters(problem, selection, choice, promised)
    return DesignResult(
        key=design_key(problem, criterion, n_materials),
        question=problem.to_dict(),
        names=problem.names,
        specs=problem.specs,
        criterion=criterion,
        ranking=ranking.table(choice.valuation),
        designs=designs_table(problem, ranking.first, choice.valuation, proposed),
        parameters=parameters,
        default=baseline(problem),
        proposed=choice.proposed,
        promised=promised.ratio if promised else choice.ratio,
        unknown=_unknown(problem, selection, parameters),
        n_selection=len(ranking.first.pool),
        n_materials=len(choice.valuation.pool),
        seed=problem.seed,
        seconds=clock.perf_counter() - begin,
    )


def quicker(problem: DesignProblem) -> DesignProblem:
    """Return what many candidates are searched with: half the transforms in each time step.

    Up to ``FEW`` candidates have the integrator of the preset, and so has the promise of all. In
    the exponential Euler step of more, echoes of lab differ by 0.003 of M in the median, by 0.08 at
    strong coupling: the errors of designs differ less than by other materials.
    """
    midpoint = problem.base.integrator == "exponential_midpoint"
    if len(problem.settings) <= FEW or not midpoint:
        return problem
    step: dict[str, Any] = {"integrator": "exponential_euler"}
    return replace(problem, preset=problem.preset.fix(**step))


def reliable_ranking(
    problem: DesignProblem,
    first: Valuation,
    *,
    n_most: int = 2 * STEPS[-1],
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Ranking:
    """Return the ranking of the next settings, on twice the materials until it is reliable.

    Parameters
    ----------
    problem : DesignProblem
        Candidates.
    first : Valuation
        Of all settings.
    n_most : int
        Largest number of materials.
    n_jobs, progress
        As of :func:`design`.
    """
    ranking = Ranking(problem, first)
    if len(problem.settings) > FEW:
        return ranking
    n, end = 2 * len(first.pool), 50
    while n <= n_most and ranking.reliability() < RELIABLE:
        part = part_of(progress, end - 50, end)
        pool = grown(problem, ranking.first.pool, n, n_jobs=n_jobs, progress=part)
        more = fast_valuation(problem, pool, first.criterion)
        more.known = first.known
        ranking = Ranking(problem, more)
        n, end = 2 * n, min(end + 25, 100)
    return ranking


def _parameters(
    problem: DesignProblem, selection: Selection, choice: Choice, promised: Promise | None
) -> pd.DataFrame:
    """One row per parameter, see :class:`DesignResult`."""
    valuation, present = choice.valuation, baseline(problem)
    ratios = valuation.ratios(choice.proposed, present)
    errors = np.array([valuation.errors(choice.proposed), valuation.errors(present)])
    if promised is not None:
        errors[:, promised.learned] = promised.errors
        for k, ratio in zip(promised.learned, promised.ratios, strict=True):
            ratios[k] = ratio
    return pd.DataFrame(
        {
            "name": problem.names,
            "weight": problem.weight_row,
            "prior": problem.prior_sds,
            "default": errors[1],
            "proposed": errors[0],
            "ratio": [one.value for one in ratios],
            "low": [one.low for one in ratios],
            "high": [one.high for one in ratios],
            "known": selection.known,
        }
    )


def _unknown(
    problem: DesignProblem, selection: Selection, parameters: pd.DataFrame
) -> dict[str, str]:
    """A sentence for every parameter that no candidate determines."""
    sentences = {}
    for k in np.flatnonzero(~selection.known):
        spec, row = problem.specs[k], parameters.iloc[k]
        sentences[spec.name] = (
            f"{spec.symbol} stays unknown with all of these settings in this time: its error is "
            f"{100 * row['proposed']:.3g} % of its range, {100 * row['prior']:.3g} % without a "
            "measurement."
        )
    return sentences
