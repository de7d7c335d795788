"""Pools that grow until an interval is narrow enough."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.simulating import grown
from nmr_core.progress import Progress, part_of


class Simulation(Protocol):
    """What simulates the first materials of a pool."""

    def __call__(self, n: int, *, n_jobs: int, progress: Progress) -> Pool:
        """Return a pool of n materials."""
        ...


def steps_to(n_most: int, steps: Sequence[int]) -> list[int]:
    """Return the numbers of materials up to the largest one, which ends them."""
    return [n for n in steps if n < n_most] + [n_most]


def growing(
    problem: DesignProblem,
    steps: Sequence[int],
    first: Simulation,
    *,
    share: float = 100,
    n_jobs: int = 1,
    progress: Progress,
) -> Iterator[tuple[Pool, Progress]]:
    """Yield pools with more and more materials, until the caller has enough.

    Parameters
    ----------
    problem : DesignProblem
        Of the pools.
    steps : sequence of int
        Numbers of materials.
    first : callable
        Simulates the first pool; the others are that one and further materials.
    share : float
        Percent of a step that simulating is.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Yields
    ------
    pool : Pool
    rest : callable
        Progress of what the caller does in this step.
    """
    pool: Pool | None = None
    for number, n in enumerate(steps):
        part = part_of(progress, 100 * number / len(steps), 100 * (number + 1) / len(steps))
        simulating = part_of(part, 0, share)
        if pool is None:
            pool = first(n, n_jobs=n_jobs, progress=simulating)
        else:
            pool = grown(problem, pool, n, n_jobs=n_jobs, progress=simulating)
        yield pool, part_of(part, share, 100)
