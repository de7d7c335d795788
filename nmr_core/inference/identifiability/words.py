"""An identification in words: the same on the pages, on the command line and in reports."""

import numpy as np

from nmr_core.inference.identifiability.identification import Identification

BLIND = 300.0
"""% of the range; what is known worse is not known at all."""
LEAST = 0.01
"""% of the range; smaller errors are those of single precision, so they are not written."""
BEST_RUN = "★"
"""Marks an error that is that of a run."""


def percent(value: float) -> str:
    """Return "0.42 %", "29 %" or "< 0.01 %" of the range; "nothing" where nothing is known."""
    if not np.isfinite(value) or value > BLIND:
        return "nothing"
    if value < LEAST:
        return f"< {LEAST:g} %"
    return f"{value:.2g} %" if value < 10 else f"{value:.0f} %"


def percent_or_none(value: float) -> str:
    """Return the same, "–" where nothing is known."""
    return percent(value) if np.isfinite(value) else "–"


def short(result: Identification, name: str) -> str:
    """Return a verdict in few words.

    Parameters
    ----------
    result : Identification
        With the parameter.
    name : str
        Of the parameter.

    Returns
    -------
    str
        "± 0.8 % of range", "only with α" or "not identifiable".
    """
    verdict = result.verdicts[name]
    if verdict.kind == "identifiable":
        return f"± {percent(verdict.error_percent)} of range"
    if verdict.kind == "combination" and verdict.partners:
        return f"only with {', '.join(result.spec(one).symbol for one in verdict.partners)}"
    return verdict.words


def beside_run(result: Identification | None, name: str) -> str:
    """Return the error in % of the range that stands beside that of a run in a table.

    Parameters
    ----------
    result : Identification, optional
        Of the run's data set; None if it is not stored.
    name : str
        Of the parameter.

    Returns
    -------
    str
        Root mean square, median and worst point, "0.97 (0.83, 1.8) at SNR 125"; of the best run
        "17 ★ at SNR 125"; "not identifiable"; "–" of a parameter that was not identified.
    """
    if result is None or name not in result.verdicts:
        return "–"
    verdict = result.verdicts[name]
    if not np.isfinite(verdict.error):
        return verdict.words
    error, median, worst = (
        percent(value).removesuffix(" %")
        for value in (verdict.error_percent, verdict.median_percent, verdict.worst_percent)
    )
    return f"{error} {BEST_RUN if verdict.run else f'({median}, {worst})'} {result.at_noise}"


def sources(result: Identification) -> str:
    """Return where the errors are from: "linear estimate from 64 seeds; d: best run"."""
    by_run = [result.spec(name).symbol for name, one in result.verdicts.items() if one.run]
    estimated = [one for one in result.verdicts.values() if np.isfinite(one.error) and not one.run]
    if by_run and not estimated:
        return "best run on such data"
    runs = f"{', '.join(by_run)}: best run" if by_run else ""
    return "; ".join(filter(None, (result.method, runs)))


def statement(result: Identification) -> str:
    """Return what the errors are, at which noise, and where they are from."""
    offsets = "random offsets" if result.disorder else "known offsets"
    points = "1 point" if result.n_points == 1 else f"{result.n_points} points"
    return (
        f"Standard errors of one measurement {result.at_noise}, {offsets}, root mean square over "
        f"{points} of the prior: {sources(result)}."
    )
