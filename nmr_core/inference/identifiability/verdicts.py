"""Fisher matrices -> for each parameter: identifiable, only in combination, or not identifiable."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import PRIOR_SD, Verdict
from nmr_core.inference.identifiability.information import (
    bounds_with_prior,
    conditional_bounds,
    cramer_rao,
    product_exponent,
)
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

ENOUGH = PRIOR_SD / 2**0.5
"""Largest standard error of an identifiable parameter, in ranges.

It explains half of the variance of a uniform prior.
"""
EXPONENTS = (1, 2, 3, 4, 6, 0.5, 1.5, 1 / 3, 2 / 3)
SUPERSCRIPTS = {1: "", 2: "²", 3: "³"}
CLOSE = 0.08
"""Relative tolerance of an exponent."""
EXACT = 1e-3
"""Largest ratio of a pair's eigenvalues at which only a product of the two is known."""
BIND = 3.0
"""Ratio of the largest to the smallest bound above which the sentence names both."""


def judge_parameters(
    preset: Preset,
    specs: Sequence[Parameter],
    points: pd.DataFrame,
    fisher: np.ndarray,
    exact: dict[str, str],
) -> dict[str, Verdict]:
    """Return the verdict on every parameter.

    Parameters
    ----------
    preset : Preset
        Experiment with its prior.
    specs : sequence of Parameter
        Targets, with their ranges.
    points : DataFrame
        All parameters, one row per point.
    fisher : (n_points, n, n)
        Scaled by the ranges.
    exact : dict
        Parameters that cannot be identified for an exact reason -> the reason.

    Notes
    -----
    A bound is small enough if at half of the points or more it is at most ``ENOUGH``.

    - "not": listed in ``exact``, or the bound is too large even with all others known.
    - "combination": only a product with another parameter, such as alpha xi^p, is known; or the
      bound would be small enough if others, its partners, were known.
    - "identifiable": the bound, together with uniform priors, is small enough.
    """
    return {
        spec.name: _verdict(preset, specs, points, fisher, exact, i) for i, spec in enumerate(specs)
    }


def within_range(bounds: np.ndarray) -> np.ndarray:
    """Combine bounds b with the parameter's own range: (1/b^2 + 12)^(-1/2), in ranges."""
    return 1 / np.sqrt(1 / np.maximum(bounds, 1e-300) ** 2 + 1 / PRIOR_SD**2)


def _verdict(
    preset: Preset,
    specs: Sequence[Parameter],
    points: pd.DataFrame,
    fisher: np.ndarray,
    exact: dict[str, str],
    i: int,
) -> Verdict:
    spec = specs[i]
    if spec.name in exact:
        return Verdict(spec.name, "not", exact[spec.name], inf, inf)
    bounds = np.array([cramer_rao(F)[i] for F in fisher])
    with_prior = np.array([bounds_with_prior(F)[i] for F in fisher])
    alone = within_range(np.array([conditional_bounds(F)[i] for F in fisher]))
    size = inf if np.isinf(bounds).all() else _rms(with_prior)
    bound, percent = size * spec.width, 100 * size

    if not _enough(alone):
        reason = (
            f"{spec.symbol} is lost in the noise: even if all other parameters were known, one "
            f"measurement would determine it to {100 * _rms(alone):.0f} % of its range; "
            "the prior alone gives 29 %."
        )
        return Verdict(spec.name, "not", reason, bound, percent)

    partners = [] if _enough(within_range(bounds)) else _partners(fisher, i)
    product = ""
    if len(partners) == 1:
        product = _product(preset, specs, points, fisher, i, partners[0])
    if _enough(with_prior) and not product:
        return Verdict(spec.name, "identifiable", _precision(spec, with_prior), bound, percent)
    names = tuple(specs[j].name for j in partners)
    reason = _combination(specs, fisher, i, partners, product)
    return Verdict(spec.name, "combination", reason, bound, percent, names)


def _precision(spec: Parameter, bounds: np.ndarray) -> str:
    """The sentence on an identifiable parameter."""
    unit = f" {spec.unit}" if spec.unit else ""
    least, most = 100 * bounds.min(), 100 * bounds.max()
    spread = f", from {least:.2g} to {most:.2g} % over the prior" if most > BIND * least else ""
    size = _rms(bounds)
    return (
        f"One measurement determines {spec.symbol} to ±{size * spec.width:.2g}{unit} "
        f"({100 * size:.2g} % of its range{spread})."
    )


def _combination(
    specs: Sequence[Parameter],
    fisher: np.ndarray,
    i: int,
    partners: Sequence[int],
    product: str,
) -> str:
    """The sentence on a parameter that is known only together with others."""
    symbol, others = specs[i].symbol, _listed([specs[j].symbol for j in partners])
    if product:
        return (
            f"Only {product} can be identified: {symbol} and {others} can change together "
            "without any change of the echo."
        )
    alone = 100 * _rms(np.array([_bound_without(F, i, []) for F in fisher]))
    better = 100 * _rms(np.array([_bound_without(F, i, partners) for F in fisher]))
    return (
        f"{symbol} is correlated with {others}: one measurement determines it to {alone:.2g} % of "
        f"its range only; if {others} were known, to {better:.2g} %."
    )


def _bound_without(F: np.ndarray, i: int, partners: Sequence[int]) -> float:
    """The bound on i, with priors, if its partners were known."""
    free = [k for k in range(len(F)) if k not in partners]
    return bounds_with_prior(F[np.ix_(free, free)])[free.index(i)]


def _partners(fisher: np.ndarray, i: int) -> list[int]:
    """The fewest parameters whose knowledge makes the bound on i small enough, found greedily."""
    n = fisher.shape[1]
    partners: list[int] = []

    def median_bound(j: int) -> float:
        free = [k for k in range(n) if k not in (*partners, j)]
        bounds = [cramer_rao(F[np.ix_(free, free)])[free.index(i)] for F in fisher]
        return float(np.median(within_range(np.array(bounds))))

    while len(partners) < n - 1:
        medians = {j: median_bound(j) for j in range(n) if j != i and j not in partners}
        best = min(medians, key=lambda j: medians[j])
        partners.append(best)
        if medians[best] <= ENOUGH:
            break
    return sorted(partners)


def _product(
    preset: Preset,
    specs: Sequence[Parameter],
    points: pd.DataFrame,
    fisher: np.ndarray,
    i: int,
    j: int,
) -> str:
    """Which product of a pair is known at every point: "α·ξ^p", "α·W", "α·ξ²"; "" if none is."""
    # Couplings come first
    if specs[j].name.startswith("alpha") and not specs[i].name.startswith("alpha"):
        i, j = j, i
    widths = np.array([spec.width for spec in specs])
    values = points[[spec.name for spec in specs]].to_numpy(float)
    if not (values[:, [i, j]] > 0).all():
        return ""
    exponents = [
        product_exponent(F, row / widths, i, j) for F, row in zip(fisher, values, strict=True)
    ]
    q = np.array([exponent for exponent, _ in exponents])
    if not np.isfinite(q).all() or max(ratio for _, ratio in exponents) > EXACT:
        return ""

    first, second = specs[i].symbol, specs[j].symbol
    if "p" in points and specs[j].name == "xi" and _agree(q, points["p"].to_numpy(float)):
        return f"{first}·{second}^p"
    if specs[i].name.startswith("alpha") and _agree(
        q, _kernel_sum_slopes(preset, points, specs[j])
    ):
        return f"{first}·W"
    for sign, operator in ((1, "·"), (-1, "/")):
        for exponent in EXPONENTS:
            if _agree(q, np.full(len(q), sign * float(exponent))):
                power = SUPERSCRIPTS.get(exponent, f"^{exponent:.2g}")
                return f"{first}{operator}{second}{power}"
    return ""


def _kernel_sum_slopes(preset: Preset, points: pd.DataFrame, spec: Parameter) -> np.ndarray:
    """d ln W/d ln theta at each point, W the kernel sum; NaN where it cannot be computed."""
    slopes = np.full(len(points), np.nan)
    for k, point in enumerate(points.to_dict("records")):
        with suppress(InputError):
            W = [
                abs(preset.experiments(**point | {spec.name: point[spec.name] * factor})[0].W)
                for factor in (0.995, 1.005)
            ]
            slopes[k] = np.log(W[1] / W[0]) / np.log(1.005 / 0.995)
    return slopes


def _agree(q: np.ndarray, expected: np.ndarray) -> bool:
    return bool((np.abs(q - expected) <= CLOSE * (1 + np.abs(expected))).all())


def _enough(bounds: np.ndarray) -> bool:
    return bool(np.median(bounds) <= ENOUGH)


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt((x**2).mean()))


def _listed(symbols: Sequence[str]) -> str:
    return " and ".join([", ".join(symbols[:-1]), symbols[-1]] if len(symbols) > 1 else symbols)
