"""Prior of a made model: rows of a table, in natural units.

omega_p     coupling in line widths, 2 alpha |W| / line width
xi          range of the kernel, sites
d           dissipation, gamma_3 = 10^-d: from T2 = 20 tau to tau/2
line_width  full width of the line, MHz, where it was estimated from the width of the echo
"""

import math
from collections.abc import Mapping

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS
from nmr_core.presets import Row

OMEGA_P = (0.1, 6.0)
"""Coupling in line widths: from none that can be seen to echoes that are all but destroyed."""
XI_SHARE = 0.2
"""Largest range of a kernel, as a share of the lattice."""
LENGTHS = {"xi": (1.0, 10.0), "p": (2.5, 4.0)}
"""Parameter of a kernel -> default range."""
LOGARITHMIC = ("omega_p", "xi", "line_width")
"""Parameters whose prior is even in the logarithm."""
DECAY = (0.05, 2.0)
"""2 pi gamma_3 tau at the ends of the prior of d: the loss of the echo is exp(-x)."""
LINE_FACTORS = (0.55, 1.8)
"""Line width over that of the echo, at the ends of its prior."""


def dissipation(tau: float) -> tuple[float, float]:
    """Return the range of d = -log10(gamma_3/MHz) for a pulse spacing in µs."""
    low, high = (-math.log10(x / (2 * math.pi * tau)) for x in reversed(DECAY))
    return round(low, 3), round(high, 3)


def prior_rows(
    *,
    tau: float,
    kernel: str,
    line_width: float,
    estimate_line: bool,
    ratio_z: float | tuple[float, float] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> list[Row]:
    """Return the rows of the prior.

    Parameters
    ----------
    tau : float
        Pulse spacing, µs.
    kernel : str
        A name in ``KERNELS``.
    line_width : float
        MHz.
    estimate_line : bool
        Whether the line width is a parameter: it was estimated from the width of the echo.
    ratio_z : float or (low, high), optional
        Coupling along the field over that across it: fixed, or a range; default: 0.
    ranges : mapping, optional
        Name -> (low, high), in place of the defaults.

    Raises
    ------
    InputError
        For an unknown name, or a range that is none.
    """
    own = {spec.name for spec in KERNELS[kernel].parameters}
    low, high = (factor * line_width for factor in LINE_FACTORS)
    given = {
        "omega_p": OMEGA_P,
        **_lengths(kernel),
        "d": dissipation(tau),
        **({"line_width": (low, high)} if estimate_line else {}),
    }
    if isinstance(ratio_z, tuple):
        given["ratio_z"] = ratio_z
    known = set(given) | {"ratio_z"} | own
    for name, limits in (ranges or {}).items():
        given[name] = _checked(name, limits, known)
    rows = [
        Row(
            name,
            "log-uniform" if name in LOGARITHMIC and low > 0 else "uniform",
            low=low,
            high=high,
        )
        for name, (low, high) in given.items()
    ]
    if "ratio_z" not in given:
        fixed = ratio_z if isinstance(ratio_z, float | int) else 0.0
        rows.append(Row("ratio_z", "fixed", values=(float(fixed),)))
    return rows


def _lengths(kernel: str) -> dict[str, tuple[float, float]]:
    """Ranges of the parameters of a kernel; the xi of a power law only rescales it."""
    own = {spec.name for spec in KERNELS[kernel].parameters}
    names = {"p"} if kernel == "power_law" else {"xi"} & own
    return {name: LENGTHS[name] for name in LENGTHS if name in names}


def _checked(name: str, limits: tuple[float, float], known: set[str]) -> tuple[float, float]:
    if name not in known:
        raise InputError(
            f"A made model has no parameter {str(name)[:40]!r} with a range. Choose among "
            f"{', '.join(sorted(known))}."
        )
    low, high = (float(value) for value in limits)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(
            f"The range of {name} must be low < high, got {low:g} to {high:g}. Give two numbers."
        )
    return low, high
