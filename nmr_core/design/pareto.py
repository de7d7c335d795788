"""Error against time: the default, and the best design, at several budgets."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from nmr_core.design.greedy import shares_of
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.controls import random_designs
from nmr_core.design.settings import Design
from nmr_core.design.shots import baseline, fill
from nmr_core.design.valuing import Valuation
from nmr_core.storage.seeds import Purpose, side_stream

BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Budgets, in those of the problem."""
N_RANDOM = 8
"""Random designs of the same time."""


def pareto_designs(
    problem: DesignProblem, valuation: Valuation, designs: Sequence[Design]
) -> dict[float, Design]:
    """Return the best of several designs at each budget, by the materials of the selection.

    Parameters
    ----------
    problem : DesignProblem
        Costs and budget.
    valuation : Valuation
        Materials of the selection.
    designs : sequence of Design
        Whose shots are scaled to the budgets; also with their first settings only.
    """
    parts = [design.settings[:n] for design in designs for n in range(1, len(design.settings) + 1)]
    best: dict[float, Design] = {}
    for factor in BUDGETS:
        if factor == 1:
            continue
        budget = factor * problem.budget
        scaled = [fill(problem, one.settings, shares_of(one), budget=budget) for one in designs]
        if factor < 1:
            scaled += [fill(problem, part, budget=budget) for part in dict.fromkeys(parts)]
        fitting = [one for one in scaled if one is not None]
        if fitting:
            best[factor] = min(fitting, key=valuation.objective)
    return best


def designs_table(
    problem: DesignProblem,
    first: Valuation,
    again: Valuation,
    proposed: Sequence[Design],
) -> pd.DataFrame:
    """Return errors and times of designs.

    Parameters
    ----------
    problem : DesignProblem
        Costs and budget.
    first : Valuation
        Of all settings, for random designs.
    again : Valuation
        Of the other designs, on materials that the selection has not seen.
    proposed : sequence of Design
        The best of each budget, the last one that of the problem's.

    Returns
    -------
    DataFrame
        kind ("default", "longer" for the default at another time that holds it, "proposed",
        "random"), label, design (JSON), seconds, error (weighted, in ranges) with low and high
        (90 %), worst (error in the worst tenth of the regions of the prior) and error_<name>.
    """
    present = baseline(problem)
    usual = problem.default
    longer = [
        one
        for factor in BUDGETS
        if (one := fill(problem, usual.settings, usual.shots, budget=factor * problem.budget))
    ]
    rows = [_row(problem, again, "default", present)]
    rows += [_row(problem, again, "longer", one) for one in dict.fromkeys(longer) if one != present]
    rows += [_row(problem, again, "proposed", one) for one in proposed]

    # Random designs have other settings: their ratio to the default on the first materials
    scale = again.error(present) / first.error(present)
    n_settings = len(proposed[-1].settings)
    rng = side_stream(problem.seed, Purpose.DESIGN_SEARCH, 1)
    for design in random_designs(problem, n_settings, N_RANDOM, rng):
        row = _row(problem, first, "random", design)
        errors = [name for name in row if name.startswith("error")]
        rows.append(row | {name: scale * row[name] for name in [*errors, "low", "high", "worst"]})
    return pd.DataFrame(rows)


def _row(problem: DesignProblem, valuation: Valuation, kind: str, design: Design) -> dict[str, Any]:
    low, high = valuation.interval(design)
    errors = zip(problem.names, valuation.errors(design), strict=True)
    return {
        "kind": kind,
        "label": design.label,
        "design": json.dumps(design.to_dict()),
        "seconds": float(problem.seconds(design)),
        "error": valuation.error(design),
        "low": low,
        "high": high,
        "worst": valuation.worst(design),
    } | {f"error_{name}": float(error) for name, error in errors}
