"""Samples of the joint posterior behind echoes, their credible regions, and their files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from nmr_core.datasets import EchoDataset
from nmr_core.errors import InputError
from nmr_core.inference.error_model import ErrorModel, find_error_model
from nmr_core.inference.posterior import N_SAMPLES, Posterior, load_posterior
from nmr_core.io.formats import Foreign
from nmr_core.learning.predicting import settings_of_file
from nmr_core.learning.run import Run
from nmr_core.measured.estimating import OUT_OF_DOMAIN, Source, curves_of
from nmr_core.measured.prepare import Prepared
from nmr_core.measured.refined_posterior import (
    SIMULATIONS,
    RefinedPosterior,
    refine_posterior,
    refined_sentence,
)
from nmr_core.progress import part_of, report

MOST_ECHOES = 1000
"""Echoes that are sampled in one call."""
MOST_REFINED = 50
"""Echoes that are refined in one call, some ten seconds each."""
AMORTISED = "amortised"
PREPARED = (
    "A measured echo is prepared (turned, scaled and put on the clock of the model), and so would "
    "have to be every simulation around it, which takes too long: 60 ms each. Its amortised "
    "posterior is the one to use."
)
"""Why prepared echoes are not refined."""


@dataclass(frozen=True, eq=False)
class JointPosterior:
    """Samples of the parameters behind echoes.

    Parameters
    ----------
    run, family : str
        Id of the run, and family of its posterior.
    targets : dict
        Name -> label, symbol, unit, low and high, of the sampled parameters.
    echoes : int array, (n_echoes,)
        Numbers of the echoes in their source, from 0.
    values : float64 array, (n_echoes, n_samples, n_parameters)
        In the units of the parameters, within the range of the prior.
    log_density : float64 array, (n_echoes, n_samples)
        Logarithm of the density per unit.
    truth : float64 array, (n_echoes, n_parameters)
        True values; NaN where unknown.
    applicability, reason : tuple of str, (n_echoes,)
        "in domain", "borderline" or "out of domain" ("" if unknown), and why.
    n_simulated : int array, (n_echoes,)
        Simulations that each posterior is refined with; 0: amortised.
    n_effective : float64 array, (n_echoes,)
        Effective number of them; NaN: amortised.
    """

    run: str
    family: str
    targets: dict[str, dict[str, Any]]
    echoes: np.ndarray
    values: np.ndarray
    log_density: np.ndarray
    truth: np.ndarray
    applicability: tuple[str, ...]
    reason: tuple[str, ...]
    n_simulated: np.ndarray
    n_effective: np.ndarray

    def __len__(self) -> int:
        return len(self.echoes)

    def provenance(self, echo: int = 0) -> str:
        """Return "amortised", or how the samples of one echo were refined."""
        if not self.n_simulated[echo]:
            return AMORTISED
        return refined_sentence(int(self.n_simulated[echo]), float(self.n_effective[echo]))

    def refined(self, echo: int, result: RefinedPosterior) -> "JointPosterior":
        """Return a copy with the refined samples of one echo, as many as there were."""
        n = self.values.shape[1]
        if len(result.values) != n:
            raise InputError(
                f"A refined posterior must have {n:,} samples like the others, got "
                f"{len(result.values):,}. Refine with this number of samples."
            )
        copy = replace(
            self,
            values=self.values.copy(),
            log_density=self.log_density.copy(),
            n_simulated=self.n_simulated.copy(),
            n_effective=self.n_effective.copy(),
        )
        copy.values[echo], copy.log_density[echo] = result.values, result.log_density
        copy.n_simulated[echo], copy.n_effective[echo] = result.n_simulated, result.n_effective
        return copy

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(self.targets)

    def table(self, echo: int = 0) -> pd.DataFrame:
        """Return moments and intervals of the samples of one echo, one row per parameter.

        Parameters
        ----------
        echo : int
            Position among the sampled echoes.

        Returns
        -------
        DataFrame
            Index: names. median, mean, sd; low_50, high_50, low_90, high_90: ends of the central
            credible intervals; true, where it is known.
        """
        samples = self.values[echo]
        columns = {
            "median": np.median(samples, axis=0),
            "mean": samples.mean(axis=0),
            "sd": samples.std(axis=0, ddof=1),
        }
        names = ("low_50", "high_50", "low_90", "high_90")
        columns |= dict(
            zip(names, np.quantile(samples, (0.25, 0.75, 0.05, 0.95), axis=0), strict=True)
        )
        if np.isfinite(self.truth[echo]).any():
            columns["true"] = self.truth[echo]
        return pd.DataFrame(columns, index=list(self.names))

    def correlation(self, echo: int = 0) -> pd.DataFrame:
        """Return the correlation of the parameters in the posterior of one echo."""
        rows = np.corrcoef(self.values[echo], rowvar=False)
        return pd.DataFrame(np.atleast_2d(rows), index=list(self.names), columns=list(self.names))

    def region(self, echo: int = 0, level: float = 0.9) -> np.ndarray:
        """Return which samples are in the credible region of highest density.

        Parameters
        ----------
        echo : int
            Position among the sampled echoes.
        level : float
            Probability of the region.

        Returns
        -------
        bool array, (n_samples,)
        """
        density = self.log_density[echo]
        return density >= np.quantile(density, 1 - level)

    def columns(self) -> dict[str, np.ndarray]:
        """Return all samples as columns: curve (number of the echo), parameters, log_density."""
        flat = self.values.reshape(-1, len(self.names))
        return {
            "curve": np.repeat(self.echoes, self.values.shape[1]),
            **{name: flat[:, k] for k, name in enumerate(self.names)},
            "log_density": self.log_density.ravel(),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of an NPZ file: samples, log density, truth, names and units."""
        units = [str(spec["unit"]) for spec in self.targets.values()]
        return {
            "echoes": self.echoes,
            "samples": self.values,
            "log_density": self.log_density,
            "truth": self.truth,
            "n_simulated": self.n_simulated,
            "n_effective": self.n_effective,
            "names": np.array(self.names),
            "units": np.array(units),
        }


class Models(TypedDict, total=False):
    """Models of a run that :func:`posterior` otherwise loads.

    learned : the posterior of the run; error_model : for the applicability.
    """

    learned: Posterior
    error_model: ErrorModel


def posterior(
    run: Run,
    echoes: Source | Sequence[Prepared],
    *,
    samples: int = N_SAMPLES.default,
    chosen: Sequence[int] | None = None,
    seed: int = 0,
    insist: bool = False,
    simulations: int = 0,
    **models: Unpack[Models],
) -> JointPosterior:
    """Draw samples from the joint posterior of the parameters behind echoes.

    Parameters
    ----------
    run : Run
        With a posterior: ``make_posterior(run)``, or python -m nmr_core posterior RUN.
    echoes : EchoDataset, Foreign, (time, signals), Prepared or sequence of Prepared
        As for :func:`nmr_core.estimate`.
    samples : int
        Samples per echo.
    chosen : sequence of int, optional
        Numbers of the echoes, from 0; default: all, at most 1,000.
    seed : int
        Of the samples and of the simulations.
    insist : bool
        Whether to sample for echoes out of domain; they are NaN otherwise.
    simulations : int
        Simulations around each echo that refine its posterior, such as 3000; 0: amortised.
    **models
        learned, error_model: those of the run, where they are loaded already.

    Returns
    -------
    JointPosterior

    Raises
    ------
    InputError
        The run has no posterior, an echo is not there, or it cannot be refined: a prepared
        measurement, or as for :func:`~.refined_posterior.refine_posterior`.
    """
    n = N_SAMPLES.check(samples)
    if simulations:
        SIMULATIONS.check(simulations)
        check_refinable(echoes)
    learned = models.get("learned") or load_posterior(run)
    source = curves_of(echoes)
    numbers = _checked(chosen, len(source))
    signals, parameters = _selected(run, source, numbers)
    words = pd.DataFrame({"applicability": "", "reason": ""}, index=range(len(numbers)))
    error_model = models.get("error_model") or find_error_model(run)
    if error_model.applicability is not None:
        words = error_model.applicability.judge(signals, run.predict(signals, insist=True))
    values, log_density = learned.sample(run, signals, n, seed=seed)
    hidden = (words["applicability"] == OUT_OF_DOMAIN).to_numpy() & (not insist)
    values[hidden], log_density[hidden] = np.nan, np.nan
    truth = np.full((len(numbers), len(learned.names)), np.nan)
    for k, name in enumerate(learned.names):
        if name in parameters:
            truth[:, k] = parameters[name]
    result = JointPosterior(
        run.id,
        learned.family,
        learned.targets,
        numbers,
        values,
        log_density,
        truth,
        tuple(words["applicability"]),
        tuple(words["reason"]),
        np.zeros(len(numbers), int),
        np.full(len(numbers), np.nan),
    )
    if simulations:
        return _refined(run, learned, signals, result, simulations=simulations, seed=seed)
    return result


def _refined(
    run: Run,
    learned: Posterior,
    signals: np.ndarray,
    result: JointPosterior,
    *,
    simulations: int,
    seed: int,
) -> JointPosterior:
    """The posteriors of all echoes that are not hidden, refined."""
    shown = np.flatnonzero(np.isfinite(result.values[:, 0, 0]))
    if len(shown) > MOST_REFINED:
        raise InputError(
            f"At most {MOST_REFINED} echoes are refined at once, got {len(shown):,}. Choose some "
            "of them."
        )
    n, each = result.values.shape[1], 100 / max(len(shown), 1)
    for done, echo in enumerate(shown):
        refined = refine_posterior(
            run,
            learned,
            signals[echo],
            n,
            simulations=simulations,
            seed=seed,
            progress=part_of(report, each * done, each * (done + 1)),
        )
        result = result.refined(int(echo), refined)
    return result


def check_refinable(echoes: object) -> None:
    """:class:`InputError` for prepared measurements."""
    first = echoes[0] if isinstance(echoes, list | tuple) and echoes else echoes
    if isinstance(first, Prepared):
        raise InputError(PREPARED)


def _selected(
    run: Run, source: EchoDataset | Foreign, numbers: np.ndarray
) -> tuple[np.ndarray, pd.DataFrame]:
    """Signals, (n, n_settings, n_times), and parameters of the chosen echoes."""
    if isinstance(source, EchoDataset):
        run.check_signals(source)
        return source.curves(numbers), source.table().iloc[numbers]
    run.check_signals(source.time, settings_of_file(source))
    return source.signals[numbers], source.parameters.iloc[numbers]


def _checked(chosen: Sequence[int] | None, n_echoes: int) -> np.ndarray:
    """Numbers of the chosen echoes, (n,)."""
    if chosen is None:
        numbers = np.arange(n_echoes)
    else:
        numbers = np.asarray(chosen, int)
        bad = numbers[(numbers < 0) | (numbers >= n_echoes)]
        if len(bad) or not len(numbers):
            raise InputError(
                f"Echoes are numbered from 0 to {n_echoes - 1}, got "
                f"{bad[0] if len(bad) else 'none'}. Choose among these."
            )
    if len(numbers) > MOST_ECHOES:
        raise InputError(
            f"At most {MOST_ECHOES:,} echoes are sampled at once, got {len(numbers):,}. "
            "Choose some of them."
        )
    return numbers
