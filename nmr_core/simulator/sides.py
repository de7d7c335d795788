"""Sides of lattices for which the simulator has vectorised transforms."""

from nmr_core.experiment import Sample
from nmr_core.simulator.lanes.plan import has_plan


def has_vectors(sample: Sample) -> bool:
    """Whether lattices of this size are simulated with vectors: no prime factor above 7."""
    return has_plan(sample.n_x) and has_plan(sample.n_y)


def side_notice(sample: Sample) -> str:
    """A sentence on sides that make the simulation slow; "" if none does."""
    slow = sorted({n for n in (sample.n_x, sample.n_y) if not has_plan(n)})
    if not slow:
        return ""
    sides = " and ".join(map(str, slow))
    better = " and ".join(str(_next_side(n)) for n in slow)
    return (
        f"A side of {sides} sites has a prime factor above 7, with which a simulation takes about "
        f"four times as long; {better} sites would be fast."
    )


def _next_side(n: int) -> int:
    """The smallest side above n that has a plan."""
    n += 1
    while not has_plan(n):
        n += 1
    return n
