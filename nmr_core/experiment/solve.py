"""The range that gives a wanted strength: xi or p from the kernel integral."""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment.experiment import Experiment
from nmr_core.experiment.physical import PHYSICAL
from nmr_core.kernels import KERNELS
from nmr_core.lattice import shells

RANGES = {"xi": (0.05, 1e4), "p": (0.1, 20.0)}
"""Where xi and p are looked for unless limits are given."""
N_SCAN = 129


class Unreachable(InputError):
    """No value of the parameter gives the wanted strength."""


def solve_for(
    experiment: Experiment,
    name: str,
    *,
    W: float,
    low: float | None = None,
    high: float | None = None,
) -> Experiment:
    """The experiment with ``name`` ("xi" or "p") chosen so that abs(W) is ``W``, the kernel integral W = sum_d K(d).

    low, high : where the parameter is looked for (default xi in [0.05, 10^4] sites, p in [0.1, 20])
    Of several solutions (rkky oscillates at short range) the one with the longest range is taken: the largest xi, the
    smallest p. A strength that cannot be reached is :class:`Unreachable`, with what can be.
    """
    from scipy.optimize import brentq  # 23 MB that most worker processes never need

    m, s = experiment.material, experiment.sample
    kernel = KERNELS[m.kernel]
    if name not in RANGES or name not in kernel.parameters:
        usable = [known for known in RANGES if known in kernel.parameters]
        raise InputError(
            f"The {m.kernel} kernel cannot be solved for {str(name)[:40]!r}. "
            + (
                f"Solve for {' or '.join(usable)}."
                if usable
                else "Its strength does not depend on anything."
            )
        )
    if not (np.isfinite(W) and W > 0):
        raise InputError(f"W must be a number > 0, got {W!r}. The sign follows from the kernel.")
    if m.normalisation == "sum":
        raise Unreachable('With normalisation "sum" W is always 1. Use normalisation "none".')
    ends = [
        PHYSICAL[name].check(default if given is None else given)
        for given, default in zip((low, high), RANGES[name], strict=True)
    ]
    r, weight = shells(s.n_x, s.n_y, s.lattice, m.s_w, m.p_w, m.d_w, m.sign)
    other = {"xi": m.p, "p": m.xi}[name]

    def excess(logarithm: np.ndarray) -> np.ndarray:
        """log(abs(W(value)) / W) at values exp(logarithm): (n,)."""
        value = np.exp(np.atleast_1d(logarithm))[:, None]
        given = {"xi": value, "p": other} if name == "xi" else {"xi": other, "p": value}
        with np.errstate(all="ignore"):
            return np.log(np.abs(kernel(r[None, :], **given) @ weight)) - np.log(W)

    scan = np.linspace(*np.log(ends[::-1] if name == "xi" else ends), N_SCAN)
    found = excess(scan)
    change = np.flatnonzero(np.signbit(found[1:]) != np.signbit(found[:-1]))
    if not len(change):
        reached = W * np.exp(found[np.isfinite(found)])
        span = (
            f" W from {reached.min():.4g} to {reached.max():.4g}"
            if len(reached)
            else " no finite W"
        )
        raise Unreachable(
            f"The {m.kernel} kernel on {s.n_x} × {s.n_y} spins reaches{span} with {name} in [{ends[0]:g}, "
            f"{ends[1]:g}], but W = {W:.4g} is wanted. Choose a strength in between."
        )
    k = change[0]
    root = brentq(
        lambda at: float(excess(at)[0].clip(-700, 700)),
        scan[k],
        scan[k + 1],
        xtol=1e-14,
        rtol=1e-14,
    )
    return experiment.replace(**{name: float(np.exp(root))})
