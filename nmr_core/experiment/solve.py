"""Solve for the kernel parameter that gives a required kernel integral."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment.experiment import Experiment
from nmr_core.kernels import KERNELS
from nmr_core.lattice import strengths

N_SCAN = 129
"""Values at which the sign of log(abs(W)/W_required) is evaluated."""


class Unreachable(InputError):
    """No value of the parameter gives the required strength."""


def solve_for(
    experiment: Experiment,
    name: str,
    *,
    W: float,
    low: float | None = None,
    high: float | None = None,
) -> Experiment:
    """Choose one parameter of the kernel so that abs(W) has a required value.

    Parameters
    ----------
    experiment : Experiment
        Material, sample and protocol.
    name : str
        One of the parameters that the kernel can be solved for, such as "xi" or "p".
    W : float
        The required kernel integral abs(sum_d K(d)), > 0; its sign follows from the kernel.
    low, high : float, optional
        Search range; default: that of the kernel (xi in [0.05, 10^4] sites, p in [0.1, 20]).

    Returns
    -------
    Experiment
        Of several solutions (rkky oscillates) the one with the longest range.

    Raises
    ------
    Unreachable
        If no value gives that strength; the message lists the strengths that can be reached.
    InputError
        For a kernel or parameter that cannot be solved for.
    """
    from scipy.optimize import brentq  # 23 MB that most worker processes never need

    coupling, grid = experiment.material.coupling, experiment.sample.grid
    kernel = KERNELS[coupling.kernel]
    search = next((one for one in kernel.searches if one.name == name), None)
    if search is None:
        usable = " or ".join(one.name for one in kernel.searches)
        advice = f"Solve for {usable}." if usable else "Its strength does not depend on anything."
        raise InputError(
            f"The {kernel.name} kernel cannot be solved for {str(name)[:40]!r}. {advice}"
        )
    if not (np.isfinite(W) and W > 0):
        raise InputError(f"W must be a number > 0, got {W!r}. The sign follows from the kernel.")
    if coupling.normalisation == "sum":
        raise Unreachable('With normalisation "sum" W is always 1. Use normalisation "none".')

    spec = next(spec for spec in kernel.parameters if spec.name == name)
    low = spec.check(min(search.longest, search.shortest) if low is None else low)
    high = spec.check(max(search.longest, search.shortest) if high is None else high)

    def excess(logarithm: np.ndarray) -> np.ndarray:
        """log(abs(W(value)) / W) at values exp(logarithm): (n,)."""
        values = np.exp(np.atleast_1d(logarithm))
        with np.errstate(all="ignore"):
            return np.log(np.abs(strengths(coupling, grid, name, values))) - np.log(W)

    # Scan from the longest range to the shortest for the first change of sign
    ends = [high, low] if search.longest > search.shortest else [low, high]
    scan = np.linspace(*np.log(ends), N_SCAN)
    excesses = excess(scan)
    change = np.flatnonzero(np.signbit(excesses[1:]) != np.signbit(excesses[:-1]))
    if not len(change):
        reached = W * np.exp(excesses[np.isfinite(excesses)])
        span = "no finite W"
        if len(reached):
            span = f"W from {reached.min():.4g} to {reached.max():.4g}"
        raise Unreachable(
            f"The {kernel.name} kernel on {grid.n_x} × {grid.n_y} spins reaches {span} with {name} "
            f"in [{low:g}, {high:g}], but W = {W:.4g} is required. Choose a strength in between."
        )
    # Refine the root to round-off
    k = change[0]
    root = brentq(
        lambda at: float(excess(at)[0].clip(-700, 700)),
        scan[k],
        scan[k + 1],
        xtol=1e-14,
        rtol=1e-14,
    )
    return experiment.replace(**{name: float(np.exp(root))})
