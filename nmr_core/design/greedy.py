"""Search designs within the budget: greedy, exchange of settings, and shares of the shots."""

from collections.abc import Callable, Iterator, Sequence

from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.design.shots import fill, fill_with

Value = Callable[[Design], float]
MAX_PASSES = 2
"""Passes of the exchange over all positions."""
SHARES = (0.5, 2.0)
"""Factors that are tried on the shots of one setting."""


class Search:
    """Designs that were tried, each once.

    Parameters
    ----------
    problem : DesignProblem
        Costs and the largest number of settings.
    value : callable
        Design -> the criterion to minimise.
    budget : float, optional
        Seconds; default: those of the problem.

    Attributes
    ----------
    tried : dict
        Design -> value.
    """

    def __init__(self, problem: DesignProblem, value: Value, budget: float | None = None):
        self.problem = problem
        self.budget = problem.budget if budget is None else budget
        self.tried: dict[Design, float] = {}
        self._value = value

    def run(self, candidates: Sequence[Setting]) -> list[Design]:
        """Try the default and what greedy search and exchange lead to; return all, best first.

        Parameters
        ----------
        candidates : sequence of Setting
            Settings that may be chosen.
        """
        usual = fill_with(self.problem, self.problem.default, budget=self.budget)
        self._try(usual)
        chosen: tuple[Setting, ...] = ()
        best = self._extended(chosen, candidates)
        while best is not None:
            chosen = self._exchanged(best.settings, candidates)
            best = self._extended(chosen, candidates)
            if len(chosen) >= self.problem.most:
                break
        if len(usual.settings) <= self.problem.most:
            self._exchanged(usual.settings, candidates)
        for design in self.best(3):
            self._reshared(design)
        return self.best()

    def best(self, n: int | None = None) -> list[Design]:
        """Return the designs that were tried, best first, those of the same settings once."""
        designs: list[Design] = []
        settings: set[frozenset] = set()
        for design in sorted(self.tried, key=lambda one: self.tried[one]):
            same = frozenset(design.settings)
            if same not in settings:
                settings.add(same)
                designs.append(design)
            if len(designs) == n:
                break
        return designs

    def best_of_setting(self) -> dict[Setting, float]:
        """Return for every setting the least value of a design that holds it."""
        least: dict[Setting, float] = {}
        for design, value in self.tried.items():
            for setting in design.settings:
                least[setting] = min(value, least.get(setting, value))
        return least

    def _try(self, design: Design | None) -> float:
        if design is None:
            return float("inf")
        if design not in self.tried:
            self.tried[design] = self._value(design)
        return self.tried[design]

    def _filled(self, settings: Sequence[Setting], shares: Sequence[float] | None = None):
        return fill(self.problem, settings, shares, budget=self.budget)

    def _least(self, options: Iterator[Design | None]) -> Design | None:
        designs = [design for design in options if design is not None]
        return min(designs, key=self._try, default=None)

    def _extended(
        self, chosen: tuple[Setting, ...], candidates: Sequence[Setting]
    ) -> Design | None:
        """The best design with one more setting; None if it does not fit into the budget."""
        if len(chosen) >= self.problem.most:
            return None
        rest = (one for one in candidates if one not in chosen)
        return self._least(self._filled([*chosen, one]) for one in rest)

    def _exchanged(
        self, chosen: tuple[Setting, ...], candidates: Sequence[Setting]
    ) -> tuple[Setting, ...]:
        """The settings after every one was exchanged for the best candidate in its place."""
        value = self._try(self._filled(chosen))
        for _ in range(MAX_PASSES):
            before = value
            for position in range(len(chosen)):
                others = chosen[:position] + chosen[position + 1 :]
                rest = (one for one in candidates if one not in chosen)
                best = self._least(self._filled([*others, one]) for one in rest)
                if best is not None and self._try(best) < value:
                    chosen, value = best.settings, self._try(best)
            if value >= before:
                break
        return chosen

    def _reshared(self, design: Design) -> None:
        """Try other shares of the shots, as long as that makes the design better."""
        for _ in range(MAX_PASSES):
            options = []
            for position in range(len(design.shots)):
                for factor in SHARES:
                    shares = shares_of(design)
                    shares[position] *= factor
                    options.append(self._filled(design.settings, shares))
            best = self._least(iter(options))
            if best is None or self._try(best) >= self._try(design):
                break
            design = best


def shares_of(design: Design) -> list[float]:
    """Return the shots of a design as proportions."""
    return [float(shots) for shots in design.shots]
