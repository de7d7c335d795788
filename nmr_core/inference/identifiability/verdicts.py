"""Fisher matrices -> for each parameter: identifiable, only in combination, or not identifiable."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import PRIOR_SD, Verdict
from nmr_core.inference.identifiability.information import (
    conditional_errors,
    errors_with_prior,
    product_exponent,
    standard_errors,
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
N_BOOTSTRAP = 2000
"""Samples of the points for the interval of their root mean square."""


def judge_parameters(
    preset: Preset,
    specs: Sequence[Parameter],
    points: pd.DataFrame,
    fisher: np.ndarray,
    linear: np.ndarray,
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
    linear : (n_points, n, n)
        That of the linear estimate, whose null directions are exact: for products.
    exact : dict
        Parameters that cannot be identified for an exact reason -> the reason.

    Notes
    -----
    An error is small enough if at half of the points or more it is at most ``ENOUGH``.

    - "not": listed in ``exact``, or the error is too large even with all others known.
    - "combination": only a product with another parameter, such as alpha xi^p, is known; or the
      error would be small enough if others, its partners, were known.
    - "identifiable": the error, together with uniform priors, is small enough.
    """
    return {
        spec.name: _verdict(preset, specs, points, fisher, linear, exact, i)
        for i, spec in enumerate(specs)
    }


def within_range(errors: np.ndarray) -> np.ndarray:
    """Combine errors b with the parameter's own range: (1/b^2 + 12)^(-1/2), in ranges."""
    return 1 / np.sqrt(1 / np.maximum(errors, 1e-300) ** 2 + 1 / PRIOR_SD**2)


def spread_over_points(errors: np.ndarray) -> tuple[float, float, float, float]:
    """Return median, largest, and the 90 % interval of the root mean square.

    errors : (n_points,)
    """
    draws = np.random.default_rng(0).integers(len(errors), size=(N_BOOTSTRAP, len(errors)))
    rms = np.sqrt((errors[draws] ** 2).mean(1))
    low, high = np.quantile(rms, [0.05, 0.95])
    return float(np.median(errors)), float(errors.max()), float(low), float(high)


def _verdict(
    preset: Preset,
    specs: Sequence[Parameter],
    points: pd.DataFrame,
    fisher: np.ndarray,
    linear: np.ndarray,
    exact: dict[str, str],
    i: int,
) -> Verdict:
    spec = specs[i]
    if spec.name in exact:
        return Verdict(spec.name, "not", exact[spec.name], inf, inf, (), inf, inf, inf, inf)
    errors = np.array([standard_errors(F)[i] for F in fisher])
    with_prior = np.array([errors_with_prior(F)[i] for F in fisher])
    alone = within_range(np.array([conditional_errors(F)[i] for F in fisher]))
    size = inf if np.isinf(errors).all() else _rms(with_prior)
    error, percent = size * spec.width, 100 * size
    spread = spread_over_points(100 * with_prior)

    if not _enough(alone):
        reason = (
            f"{spec.symbol} is lost in the noise: even if all other parameters were known, one "
            f"measurement would determine it to {100 * _rms(alone):.0f} % of its range; "
            "the prior alone gives 29 %."
        )
        return Verdict(spec.name, "not", reason, error, percent, (), *spread)

    partners = [] if _enough(within_range(errors)) else _partners(fisher, i)
    product = ""
    if len(partners) == 1:
        product = _product(preset, specs, points, linear, i, partners[0])
    if _enough(with_prior) and not product:
        reason = _precision(spec, with_prior)
        return Verdict(spec.name, "identifiable", reason, error, percent, (), *spread)
    names = tuple(specs[j].name for j in partners)
    reason = _combination(specs, fisher, i, partners, product)
    return Verdict(spec.name, "combination", reason, error, percent, names, *spread)


def _precision(spec: Parameter, errors: np.ndarray) -> str:
    """The sentence on an identifiable parameter."""
    unit = f" {spec.unit}" if spec.unit else ""
    size = _rms(errors)
    spread = ""
    if len(errors) > 1:
        median, worst, *_ = spread_over_points(100 * errors)
        spread = f"; median {median:.2g} %, worst point {worst:.2g} %"
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
    alone = 100 * _rms(np.array([_error_without(F, i, []) for F in fisher]))
    better = 100 * _rms(np.array([_error_without(F, i, partners) for F in fisher]))
    return (
        f"{symbol} is correlated with {others}: one measurement determines it to {alone:.2g} % of "
        f"its range only; if {others} were known, to {better:.2g} %."
    )


def _error_without(F: np.ndarray, i: int, partners: Sequence[int]) -> float:
    """The error of i, with priors, if its partners were known."""
    free = [k for k in range(len(F)) if k not in partners]
    return errors_with_prior(F[np.ix_(free, free)])[free.index(i)]


def _partners(fisher: np.ndarray, i: int) -> list[int]:
    """The fewest parameters whose knowledge makes the error of i small enough, found greedily."""
    n = fisher.shape[1]
    partners: list[int] = []

    def median_error(j: int) -> float:
        free = [k for k in range(n) if k not in (*partners, j)]
        errors = [standard_errors(F[np.ix_(free, free)])[free.index(i)] for F in fisher]
        return float(np.median(within_range(np.array(errors))))

    while len(partners) < n - 1:
        medians = {j: median_error(j) for j in range(n) if j != i and j not in partners}
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


def _enough(errors: np.ndarray) -> bool:
    return bool(np.median(errors) <= ENOUGH)


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt((x**2).mean()))


def _listed(symbols: Sequence[str]) -> str:
    return " and ".join([", ".join(symbols[:-1]), symbols[-1]] if len(symbols) > 1 else symbols)
