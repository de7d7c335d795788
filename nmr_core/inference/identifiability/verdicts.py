"""Fisher matrices -> a verdict for each parameter, in one sentence."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.directions import (
    conditional,
    cramer_rao,
    exponent,
    with_prior,
)
from nmr_core.inference.identifiability.identification import PRIOR_SD, Verdict
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

ENOUGH = PRIOR_SD / 2**0.5
"""A standard error, in ranges, that explains half the variance of a uniform prior: worse is not identified."""
EXPONENTS = (1, 2, 3, 4, 6, 0.5, 1.5, 1 / 3, 2 / 3)
SUPERSCRIPTS = {1: "", 2: "²", 3: "³"}
CLOSE = 0.08
"""Of an exponent, relative."""
EXACT = 1e-3
"""Largest ratio of a pair's two eigenvalues at which one product is all that is known of it."""


def verdicts(
    preset: Preset,
    specs: Sequence[Parameter],
    places: pd.DataFrame,
    fisher: np.ndarray,
    exact: dict[str, str],
) -> dict[str, Verdict]:
    """Name -> verdict, from F at every place (n_places, n, n), scaled by the ranges. A bound is enough if it is below ENOUGH at
    half of the places or more.

    not           : in ``exact`` (with that reason), or the bound is not enough even with all others known
    combination   : a product such as α·ξ^p is all that is known of it and another; or the bound is not enough, but would be with
                    others known, its partners
    identifiable  : the bound is enough, with what uniform priors know (of the others too); rms over the places
    """
    return {
        spec.name: _verdict(preset, specs, places, fisher, exact, i) for i, spec in enumerate(specs)
    }


def known(bounds: np.ndarray) -> np.ndarray:
    """Bounds and the parameter's own range together, in ranges: (1/b² + 12)^(-1/2)."""
    return 1 / np.sqrt(1 / np.maximum(bounds, 1e-300) ** 2 + 1 / PRIOR_SD**2)


def _verdict(preset, specs, places, fisher, exact, i) -> Verdict:
    spec = specs[i]
    if spec.name in exact:
        return Verdict(spec.name, "not", exact[spec.name], inf, inf)
    bounds, priors, alone = (
        np.array([kind(F)[i] for F in fisher]) for kind in (cramer_rao, with_prior, conditional)
    )
    size = inf if np.isinf(bounds).all() else _rms(priors)
    numbers = size * spec.width, 100 * size
    if not _enough(known(alone)):
        return Verdict(
            spec.name,
            "not",
            f"{spec.symbol} is lost in the noise: even with all else known, one measurement tells "
            f"it to {100 * _rms(known(alone)):.0f} % of its range, and the prior alone to 29 %.",
            *numbers,
        )
    partners = [] if _enough(known(bounds)) else _partners(fisher, i)
    product = _product(preset, specs, places, fisher, i, partners[0]) if len(partners) == 1 else ""
    if _enough(priors) and not product:
        return Verdict(spec.name, "identifiable", _told(spec, priors), *numbers)
    symbols = _listed([specs[j].symbol for j in partners])
    if product:
        reason = f"Only {product} can be learned: {spec.symbol} can be traded for {symbols} with no change of the echo."
    else:
        alone, better = (
            100 * _rms(np.array([_freed(F, i, some) for F in fisher])) for some in ([], partners)
        )
        reason = (
            f"{spec.symbol} is tied to {symbols}: by itself it is told to {alone:.2g} % of its range only; with {symbols} "
            f"known it would be {better:.2g} %."
        )
    return Verdict(
        spec.name, "combination", reason, *numbers, tuple(specs[j].name for j in partners)
    )


def _freed(F: np.ndarray, i: int, partners: Sequence[int]) -> float:
    """The bound of i, with priors, when its partners are known."""
    free = [k for k in range(len(F)) if k not in partners]
    return with_prior(F[np.ix_(free, free)])[free.index(i)]


def _told(spec: Parameter, here: np.ndarray) -> str:
    unit = f" {spec.unit}" if spec.unit else ""
    least, most = 100 * here.min(), 100 * here.max()
    spread = f", from {least:.2g} to {most:.2g} % over the prior" if most > 3 * least else ""
    size = _rms(here)
    return f"One measurement tells {spec.symbol} to ±{size * spec.width:.2g}{unit} ({100 * size:.2g} % of its range{spread})."


def _partners(fisher: np.ndarray, i: int) -> list[int]:
    """The parameter whose knowledge helps most if that is enough; else as many as it takes, greedily."""
    n, found = fisher.shape[1], []
    while len(found) < n - 1:

        def size(j: int, found=tuple(found)) -> float:
            free = [k for k in range(n) if k not in (*found, j)]
            return np.median(
                known(np.array([cramer_rao(F[np.ix_(free, free)])[free.index(i)] for F in fisher]))
            )

        sizes = {j: size(j) for j in range(n) if j != i and j not in found}
        best = min(sizes, key=sizes.get)
        found.append(best)
        if sizes[best] <= ENOUGH:
            break
    return sorted(found)


def _product(
    preset: Preset, specs, places: pd.DataFrame, fisher: np.ndarray, i: int, j: int
) -> str:
    """ "α·ξ^p", "α·W", "α·ξ²" if such a product is what is known, at every place; else ""."""
    i, j = (j, i) if _is_range(specs[j], specs[i]) else (i, j)
    widths = np.array([spec.width for spec in specs])
    numbers = places[[spec.name for spec in specs]].to_numpy(float)
    if not (numbers[:, [i, j]] > 0).all():
        return ""
    found = [exponent(F, row / widths, i, j) for F, row in zip(fisher, numbers, strict=True)]
    q = np.array([one for one, _ in found])
    if not np.isfinite(q).all() or max(quality for _, quality in found) > EXACT:
        return ""
    first, second = specs[i].symbol, specs[j].symbol
    if "p" in places and specs[j].name == "xi" and _fits(q, places["p"].to_numpy(float)):
        return f"{first}·{second}^p"
    if specs[i].name.startswith("alpha") and _fits(q, _strengths(preset, places, specs[j])):
        return f"{first}·W"
    for sign in (1, -1):
        for value in EXPONENTS:
            if _fits(q, np.full(len(q), sign * float(value))):
                power = SUPERSCRIPTS.get(value, f"^{value:.2g}")
                return f"{first}{'·' if sign > 0 else '/'}{second}{power}"
    return ""


def _is_range(first: Parameter, second: Parameter) -> bool:
    """Whether the pair reads better the other way round: couplings first."""
    return first.name.startswith("alpha") and not second.name.startswith("alpha")


def _strengths(preset: Preset, places: pd.DataFrame, spec: Parameter) -> np.ndarray:
    """d ln W/d ln theta at each place; NaN where it cannot be computed."""
    slopes = np.full(len(places), np.nan)
    for k, place in enumerate(places.to_dict("records")):
        with suppress(InputError):
            W = [
                abs(preset.experiments(**place | {spec.name: place[spec.name] * factor})[0].W)
                for factor in (0.995, 1.005)
            ]
            slopes[k] = np.log(W[1] / W[0]) / np.log(1.005 / 0.995)
    return slopes


def _fits(q: np.ndarray, wanted: np.ndarray) -> bool:
    return bool((np.abs(q - wanted) <= CLOSE * (1 + np.abs(wanted))).all())


def _enough(x: np.ndarray) -> bool:
    """Whether half of the places, or more, tell enough."""
    return bool(np.median(x) <= ENOUGH)


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt((x**2).mean()))


def _listed(symbols: Sequence[str]) -> str:
    return " and ".join([", ".join(symbols[:-1]), symbols[-1]] if len(symbols) > 1 else symbols)
