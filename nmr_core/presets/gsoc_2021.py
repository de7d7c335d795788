"""The 2021 summer project: three kernels, weak and strong, xi or p solved from the strength."""

from nmr_core.experiment import PHYSICAL, Experiment, Material, Protocol, Sample, solve_for
from nmr_core.kernels import KERNELS
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import REDUCED, Preset

SOURCE = (
    "ML4SCI summer of code 2021: couplings and total strength as published, conventions as the "
    "CUDA code; recorded before every step, from M(0) on: the echo is point 628 of the weak sets. "
)
WEAK_LINE = (
    "The published curves share their disorder (freqs.txt): offsets=iid draws a line per curve, "
    "another offsets_seed another list. "
)
STRONG_LINE = (
    "The printed first step loses .0037 of |M|, which is a FWHM of .025 MHz (.05 MHz: .0072). "
)
SOLVED = {"gaussian": "xi", "power_law": "p", "rkky": "xi"}
LIMITS = {("weak", "power_law"): (2.0, 20.0)}
"""Range of the solved exponent. A strong power law needs W > 160, which p >= 2 cannot reach."""


def total_strength(low: float, high: float) -> Parameter:
    """Specification of the total strength W_tot = (2 alpha_x + alpha_z) abs(W), MHz."""
    return Parameter(
        "W_tot",
        "Wtot",
        "MHz",
        low,
        high,
        (low + high) / 2,
        description="Total strength (2αx + αz)·|W|; the kernel's range follows from it.",
    )


def _translate(regime: str, kernel: str):
    name, (low, high) = SOLVED[kernel], LIMITS.get((regime, kernel), (None, None))

    def translate(base: Experiment, own: dict[str, float]) -> dict[str, float]:
        """alpha_y = alpha_x, and xi or p from (2 alpha_x + alpha_z) abs(W) = W_tot.

        Values of them among ``own`` have precedence.
        """
        fields = {
            "alpha_x": own["alpha_x"],
            "alpha_y": own.get("alpha_y", own["alpha_x"]),
            "alpha_z": own["alpha_z"],
        }
        if name not in own:
            W = own["W_tot"] / (2 * own["alpha_x"] + own["alpha_z"])
            fields[name] = getattr(solve_for(base, name, W=W, low=low, high=high), name)
        return fields

    return translate


def _preset(regime: str, kernel: str) -> Preset:
    weak = regime == "weak"
    highest, strength, default = (0.015, (0.04, 0.12), 0.003) if weak else (2e-4, (0.1, 0.3), 1e-4)
    side, tau, n_acquire = (50, 100.0, 628) if weak else (100, 200.0, 1257)
    sample = Sample(side, side, "frozen") if weak else Sample(side, side, "iid", line_width=0.025)
    line = "one list of frequencies for all curves" if weak else "a line of 25 kHz per curve"
    return Preset(
        f"gsoc_2021_{regime}_{kernel}",
        f"Summer project 2021, {regime}, {KERNELS[kernel].label}",
        f"{KERNELS[kernel].label} coupling whose range follows from the total strength, on "
        f"{side} × {side} spins, {line}; {942 if weak else 1885:,} points, echo at {2 * tau:g} µs, "
        "no relaxation.",
        SOURCE
        + (WEAK_LINE if weak else STRONG_LINE)
        + (
            "A strong power law needs exponents below 2, where the published text stops."
            if not weak and kernel == "power_law"
            else "Its range of W is that of the kernel; draws without a solution are drawn again."
        ),
        ParameterSpace(
            (
                PHYSICAL["alpha_x"].within(0, highest, default, description="Coupling αx = αy."),
                PHYSICAL["alpha_z"].within(0, highest, default),
                total_strength(*strength),
            )
        ),
        Experiment(
            Material(kernel, xi=1.0 if kernel == "power_law" else 3.0),
            Protocol(
                tau=tau, dt=2 * REDUCED, sense=1, acquire=n_acquire * 2 * REDUCED, record="before"
            ),
            sample,
        ),
        _translate(regime, kernel),
        solved=(SOLVED[kernel],),
    )


PRESETS = tuple(_preset(regime, kernel) for regime in ("weak", "strong") for kernel in SOLVED)
