"""The result of a design: ranked next settings, designs, and the proposal with its promise."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.comparing import Ratio
from nmr_core.design.settings import Design
from nmr_core.parameters import Parameter


@dataclass(frozen=True, eq=False)
class DesignResult:
    """What to measure next, and what that promises.

    Parameters
    ----------
    key : str
        Name under which it is stored; a hash of everything that determines it.
    question : dict
        The problem, see :meth:`nmr_core.design.problem.DesignProblem.to_dict`.
    names : tuple of str
        Parameters that are estimated.
    specs : tuple of Parameter
        Of the same parameters; errors are in units of their ranges.
    criterion : str
        What was made small.
    ranking : DataFrame
        Next settings after the default, see :meth:`nmr_core.design.ranking.Ranking.table`.
    designs : DataFrame
        Errors and times, see :func:`nmr_core.design.pareto.designs_table`.
    parameters : DataFrame
        One row per parameter: name, weight, prior (error without a measurement), default and
        proposed (errors, in ranges), ratio with low and high (90 %), known. Those with a weight are
        of the promise, the others of the regression that ranks.
    default, proposed : Design
        Both for the whole budget.
    promised : Ratio
        Of the weighted error of the proposal to that of the default, both learned from materials
        that neither the selection nor the valuation has seen.
    unknown : dict
        Parameter that no candidate determines -> sentence.
    n_selection, n_materials : int
        Materials of the selection (all settings) and of the valuation.
    seed : int
    seconds : float
        Computing time.
    """

    key: str
    question: dict[str, Any]
    names: tuple[str, ...]
    specs: tuple[Parameter, ...]
    criterion: str
    ranking: pd.DataFrame
    designs: pd.DataFrame
    parameters: pd.DataFrame
    default: Design
    proposed: Design
    promised: Ratio
    unknown: dict[str, str]
    n_selection: int
    n_materials: int
    seed: int
    seconds: float

    @cached_property
    def problem(self) -> DesignProblem:
        """The problem."""
        return DesignProblem.from_dict(self.question)

    @property
    def is_better(self) -> bool:
        """Whether the proposal promises less error than the default: the interval is below 1."""
        return self.promised.high < 1

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        if self.proposed == self.default:
            return "No design of the candidates promises less error than the default."
        if self.is_better:
            return (
                f"{self.proposed.label} promises an error {self.promised.text} that of the "
                "default at equal time."
            )
        return (
            f"The best design, {self.proposed.label}, does not differ significantly from the "
            f"default: its error is {self.promised.text} that of the default at equal time."
        )
