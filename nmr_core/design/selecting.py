"""Selection: search on materials that the valuation never sees, with fewer settings each round.

A few materials are simulated at all settings. The error of any design on them is the attained
error of a joint regression on the compressed scores of its settings. Settings that are in no good
design are left out, and the others are measured on more materials.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.design.attained import HOPELESS
from nmr_core.design.greedy import Search
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import fill
from nmr_core.design.simulating import grown, simulate_pool
from nmr_core.design.valuing import Valuation, fast_valuation
from nmr_core.errors import InputError
from nmr_core.progress import Progress, part_of, silent

ECHOES = 20_480
"""Echoes of the first round."""
LEAST, MOST = 96, 512
"""Least and largest number of materials of the first round."""
SEARCHED = 384
"""Materials on which designs are searched: twice as many would take four times as long."""
KEEP = 24
"""Settings of the last round."""
N_FOUND = 40
"""Designs of a selection."""


@dataclass(frozen=True, eq=False)
class Selection:
    """What the search found.

    Parameters
    ----------
    first : Valuation
        Of all settings.
    last : Valuation
        Of the settings that were kept, on the materials of the last search.
    known : bool array, (n,)
        Parameters that some design determines.
    designs : tuple of Design
        The best of the budget, with different settings, best first.
    """

    first: Valuation
    last: Valuation
    known: np.ndarray
    designs: tuple[Design, ...]


def select(
    problem: DesignProblem,
    criterion: str = "weighted",
    *,
    n_most: int = MOST,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Selection:
    """Search designs within the budget.

    Parameters
    ----------
    problem : DesignProblem
        Candidates, costs and budget.
    criterion : str
        A name in :data:`nmr_core.design.criteria.CRITERIA`.
    n_most : int
        Largest number of materials.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).
    """
    settings = problem.all_settings
    n = n_first(problem, n_most)
    some = len(settings) > KEEP and n < min(n_most, SEARCHED)
    end = 70 if some else 90
    pool = simulate_pool(problem, settings, n, n_jobs=n_jobs, progress=part_of(progress, 0, end))
    progress(end, 100, "searching designs")
    first = fast_valuation(problem, pool, criterion)
    searched = _searched(problem, first)
    known = first.known = searched.known = known_parameters(problem, searched)
    check_known(problem, known)
    search = Search(problem, searched.objective)
    designs = search.run(problem.settings)
    if not some:
        return Selection(first, searched, known, tuple(designs[:N_FOUND]))

    kept = _kept(problem, search)
    more = grown(
        problem,
        pool.choose(kept),
        min(n_most, SEARCHED),
        n_jobs=n_jobs,
        progress=part_of(progress, end, 95),
    )
    progress(95, 100, "searching designs")
    last = fast_valuation(problem, more, criterion)
    last.known = known
    candidates = [one for one in kept if one in problem.settings]
    designs = Search(problem, last.objective).run(candidates)
    return Selection(first, last, known, tuple(designs[:N_FOUND]))


def n_first(problem: DesignProblem, n_most: int = MOST) -> int:
    """Return the number of materials of the first round."""
    affordable = ECHOES // len(problem.all_settings) // 8 * 8
    return int(np.clip(affordable, min(LEAST, n_most), n_most))


def known_parameters(problem: DesignProblem, valuation: Valuation) -> np.ndarray:
    """Return which parameters some design of the budget determines, bool (n,).

    A parameter is unknown if its error is above 0.9 of the prior's with every setting alone, with
    the default, and with all settings together.
    """
    designs = [fill(problem, [one]) for one in problem.all_settings]
    together = Design.of(dict.fromkeys(problem.all_settings, 1))
    shots = max(1, problem.shots_within(problem.all_settings[0]) // problem.most)
    designs += [together, Design.of(dict.fromkeys(problem.all_settings, shots))]
    errors = [valuation.errors(one) for one in designs if one is not None]
    return np.min(errors, axis=0) <= HOPELESS * problem.prior_sds


def check_known(problem: DesignProblem, known: np.ndarray) -> None:
    """Raise :class:`InputError` if no parameter that matters is known from any candidate."""
    matters = problem.weight_row > 0
    if not (known & matters).any():
        names = ", ".join(name for name, w in problem.weights.items() if w)
        raise InputError(
            f"No candidate determines {names} within {problem.budget:.4g} s: their errors stay "
            "those of the prior. Give more time, less noise, or other settings."
        )


def _searched(problem: DesignProblem, first: Valuation) -> Valuation:
    """The valuation of a search: the first one, on not too many materials."""
    if len(first.pool) <= SEARCHED:
        return first
    return fast_valuation(problem, first.pool.first(SEARCHED), first.criterion)


def _kept(problem: DesignProblem, search: Search) -> Sequence[Setting]:
    """Settings of the default and of the best designs."""
    least = search.best_of_setting()
    ranked = sorted(problem.settings, key=lambda one: least.get(one, np.inf))
    return tuple(dict.fromkeys([*problem.default.settings, *ranked[:KEEP]]))
