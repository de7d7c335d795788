"""Learning the joint posterior of a run from fresh simulated signals."""

import time as clock
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.datasets.manifest import versions
from nmr_core.errors import InputError
from nmr_core.evaluation import load_run
from nmr_core.inference.intervals.curves import Curves, curves_for
from nmr_core.inference.intervals.reading import identifiable_targets
from nmr_core.inference.posterior.context import Range, fit_summary
from nmr_core.inference.posterior.families import Family, checked_family
from nmr_core.inference.posterior.posterior import Posterior, save_posterior
from nmr_core.inference.posterior.ranks import ranks_of
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, reporting, silent
from nmr_core.storage.workspace import checked_id
from nmr_core.weights import weights_of

FEWEST = 4000
"""Signals of the two fitted parts together. The widths that fewer give are too small."""
N_CURVES = Parameter(
    "n",
    "signals",
    "",
    FEWEST,
    1_000_000,
    50_000,
    integer=True,
    description="Fresh signals that the posterior is learned from.",
)
N_CHECK = Parameter(
    "n_check",
    "check signals",
    "",
    300,
    100_000,
    1000,
    integer=True,
    description="Further fresh signals, whose ranks are tested.",
)
OTHER_SEED = 1_000_000
"""Added to the seed, so that the signals are not those of a calibration."""


def fit_posterior(
    run: Run,
    *,
    family: str = "",
    n: int = N_CURVES.default,
    n_check: int = N_CHECK.default,
    seed: int = 0,
    curves: Curves | None = None,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Posterior:
    """Learn the joint posterior of a run's targets, and test its calibration.

    Parameters
    ----------
    run : Run
        A regression, with its manifest.
    family : str
        "binned" (the default), or "flow" with the extra "flow".
    n : int
        Fresh signals, a quarter to correct the estimates if that helps, the others for the size
        of their errors and for the density. Of a run of unknown
        origin 80 % of the held-out part.
    n_check : int
        Further signals for simulation-based calibration.
    seed : int
        Of signals and networks.
    curves : Curves, optional
        The signals, if they are not to be simulated here.
    n_jobs : int
        Processes that simulate; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Posterior
        With the ranks of the check signals.

    Raises
    ------
    InputError
        The run is a classifier, no target is identifiable, or there are too few held-out signals.
    """
    start = clock.perf_counter()
    n, n_check = N_CURVES.check(n), N_CHECK.check(n_check)
    chosen = checked_family(family)
    parameters = _parameters(run)
    if curves is None:
        curves = curves_for(
            run,
            n,
            n_check,
            seed=OTHER_SEED + seed,
            n_jobs=n_jobs,
            progress=part_of(progress, 0, 60),
        )
    rng = np.random.default_rng([seed, OTHER_SEED])
    parts = [_of_prior(*curves.part(k), rng) for k in range(3)]
    n_fit = sum(len(table) for table, _ in parts[:2])
    if n_fit < FEWEST:
        raise InputError(
            f"A posterior is fitted to at least {FEWEST:,} signals that the run {run.id} was not "
            f"trained on, got {n_fit:,}: its widths would be too small. Train again with a larger "
            "test part, or on a simulated data set."
        )
    posterior = _learned(run, parameters, chosen, parts, seed, part_of(progress, 60, 99))
    progress(100, 100, posterior.ranks.sentence)
    return replace(posterior, source=curves.source, seconds=clock.perf_counter() - start)


Part = tuple[pd.DataFrame, np.ndarray]
"""Parameters and signals."""


def _parameters(run: Run) -> Range:
    """Names and ranges of the identifiable targets."""
    if run.task == "classification":
        raise InputError(
            f"The run {run.id} predicts a class, so it has probabilities and no joint posterior. "
            "Choose a run that predicts numbers."
        )
    names = identifiable_targets(run.targets, run.manifest.unidentifiable)
    if not names:
        raise InputError(
            f"No target of the run {run.id} is identifiable from an echo, so its posterior is the "
            "prior. Choose another run."
        )
    specs = [run.manifest.targets[name] for name in names]
    low = np.array([spec["low"] for spec in specs], float)
    return Range(names, low, np.array([spec["high"] for spec in specs], float))


def _of_prior(table: pd.DataFrame, signals: np.ndarray, rng: np.random.Generator) -> Part:
    """The samples that a sampling density drew, thinned to samples of the prior.

    A sample of weight w stays with the probability w / max w.
    """
    weight = weights_of(table)
    if not np.ptp(weight):
        return table, signals
    stays = rng.random(len(weight)) * weight.max() < weight
    return table[stays].reset_index(drop=True), signals[stays]


def _learned(
    run: Run,
    parameters: Range,
    family: Family,
    parts: list[Part],
    seed: int,
    progress: Progress,
) -> Posterior:
    """The posterior of three parts: two that it is fitted to, and one for the check."""
    names = list(parameters.names)
    true = [parameters.fractions(table[names].to_numpy(float)) for table, _ in parts]
    signals = np.concatenate([parts[0][1], parts[1][1]])
    y = np.concatenate(true[:2])
    summary, context = fit_summary(
        run, parameters, signals, y, seed=seed, progress=part_of(progress, 0, 45)
    )

    # The density from the signals that the correction of the estimates does not know
    with reporting(part_of(progress, 45, 90)):
        density = family.fit(context, y[-len(context) :], seed=seed)
    progress(90, 100, "testing the ranks of new signals")
    ranks = ranks_of(density, summary(run, parts[2][1]), true[2], parameters.names, seed)
    return Posterior(
        run=run.id,
        run_created=run.manifest.created,
        family=family.name,
        targets={name: dict(run.manifest.targets[name]) for name in names},
        unidentifiable=dict(run.manifest.unidentifiable),
        source="",
        n_fit=len(signals),
        seed=seed,
        seconds=0.0,
        created=clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()),
        versions=versions(),
        summary=summary,
        density=density,
        ranks=ranks,
    )


def make_posterior(run: Run, path: Path | None = None, **options: Any) -> tuple[Posterior, Path]:
    """Learn the posterior of a run and store it.

    Parameters
    ----------
    run : Run
        The trained run.
    path : Path, optional
        Folder; default: that of the run under ``NMR_DATA/posteriors``.
    **options
        Of :func:`fit_posterior`, and ``owner``.

    Returns
    -------
    posterior : Posterior
    folder : Path
    """
    owner = options.pop("owner", "")
    posterior = replace(fit_posterior(run, **options), owner=owner)
    return posterior, save_posterior(posterior, path)


def posterior_job(params: dict[str, Any], progress: Progress) -> dict[str, str]:
    """Run the job "posterior".

    Parameters
    ----------
    params : dict
        "run", an id, "owner", and arguments of :func:`fit_posterior`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        "run", "family", and "summary": the verdict on the ranks.
    """
    names = ("family", "n", "n_check", "seed", "owner")
    options = {name: params[name] for name in names if name in params}
    run = load_run(checked_id(params["run"]))
    posterior, _ = make_posterior(run, n_jobs=-1, progress=progress, **options)
    return {"run": run.id, "family": posterior.family, "summary": posterior.ranks.sentence}
