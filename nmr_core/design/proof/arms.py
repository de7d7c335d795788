"""The designs that a proof compares, all for the same total time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.controls import random_designs
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import baseline, fill_with
from nmr_core.storage.seeds import Purpose, side_stream


@dataclass(frozen=True)
class Arms:
    """Designs of one proof.

    Parameters
    ----------
    proposed, default : Design
    random : tuple of Design
        Of as many acquisitions as the proposal.
    """

    proposed: Design
    default: Design
    random: tuple[Design, ...]

    @classmethod
    def of(cls, problem: DesignProblem, proposed: Design, n_random: int) -> "Arms":
        """Return a proposal, the default and random designs, their shots scaled to the budget.

        Parameters
        ----------
        problem : DesignProblem
            Candidates, default and budget.
        proposed : Design
            The proposal.
        n_random : int
            Random designs.
        """
        proposed = fill_with(problem, proposed)
        rng = side_stream(problem.seed, Purpose.DESIGN_PROOF)
        n_acquisitions = len(proposed.acquisitions)
        random = random_designs(problem, n_acquisitions, n_random, rng)
        return cls(proposed, baseline(problem), random)

    @cached_property
    def different(self) -> tuple[Design, ...]:
        """Every design once: the proposal, the default, then random ones."""
        return tuple(dict.fromkeys([self.proposed, self.default, *self.random]))

    def indices(self, designs: Sequence[Design]) -> list[int]:
        """Return the positions of designs among the different ones."""
        return [self.different.index(design) for design in designs]

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Every setting that a design needs, once."""
        return tuple(dict.fromkeys(one for design in self.different for one in design.settings))
