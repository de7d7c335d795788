"""The posterior of one echo, refined by simulations around it.

The amortised posterior is learned from some ten thousand signals of the whole prior. A few thousand
simulations around one echo determine its posterior given the run's summary more precisely, by
importance sampling (:mod:`nmr_core.inference.posterior.reference`) with proposals from the
amortised posterior. Where the effective number is below 200, as many simulations are added around
the first result, and both rounds are weighted as one.

Proposals s times as wide as the posterior of n parameters give an effective number proportional
to ((s^2 - 1) / s^4)^(n/2), for a narrow kernel and normal densities: largest at s = 1.4, and 0 at
s = 1, where the variance of the weights is infinite.

References
----------
Beaumont, Cornuet, Marin and Robert, Biometrika 96, 983 (2009): proposals from an earlier round.
Owen and Zhou, J. Am. Stat. Assoc. 95, 135 (2000): mixtures that keep the weights bounded.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import gaussian_kde

from nmr_core.inference.posterior import Posterior
from nmr_core.inference.posterior.reference import EDGE, Proposal, Proposals, importance_sample
from nmr_core.learning.run import Run
from nmr_core.measured.local import check_prior, local_signals
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.seeds import Purpose, side_stream

SIMULATIONS = Parameter(
    "simulations",
    "simulations",
    "",
    500,
    100_000,
    3000,
    integer=True,
    description="Signals that are simulated around one echo, in each round.",
)
WIDTHS, SHARES = (1.2, 2.5), (0.75, 0.2)
"""Normal densities of the first proposal; the other 5 % are from the prior."""
AGAIN = (1.4, 2.8)
"""The same of a second proposal: the amortised posterior is wider than the first result."""
LEAST = 20
"""Effective samples below which there is no result: noise of .22 sd in the mean."""
ENOUGH = 200
"""Effective samples below which there is a second round: noise of .07 sd in the mean."""
DRAWN = 20_000
"""Samples of the amortised posterior that the proposal is made of."""


@dataclass(frozen=True, eq=False)
class RefinedPosterior:
    """Samples of the posterior of one echo, from simulations around it.

    Parameters
    ----------
    values : float64 array, (n_samples, n_parameters)
        In the units of the parameters.
    log_density : float64 array, (n_samples,)
        Logarithm of the density per unit.
    mean, sd : float64 array, (n_parameters,)
        Of the weighted samples.
    n_effective : float
        Effective number of the weighted samples.
    n_simulated : int
        Signals.
    """

    values: np.ndarray
    log_density: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    n_effective: float
    n_simulated: int

    @property
    def sentence(self) -> str:
        """Simulations and effective number, as text."""
        return refined_sentence(self.n_simulated, self.n_effective)


def refined_sentence(n_simulated: int, n_effective: float) -> str:
    """Return how samples were refined, with a warning below 200 effective simulations."""
    text = f"refined with {n_simulated:,} simulations, n effective {n_effective:,.0f}"
    if n_effective >= ENOUGH:
        return text
    noise = 1 / np.sqrt(n_effective)
    return (
        f"{text}: few of them are like this echo, so the means are uncertain by {noise:.2f} sd and "
        f"the widths by {100 * noise / np.sqrt(2):.0f} %; take more simulations"
    )


def refine_posterior(
    run: Run,
    learned: Posterior,
    signals: np.ndarray,
    n: int,
    *,
    simulations: int = SIMULATIONS.default,
    seed: int = 0,
    progress: Progress = silent,
) -> RefinedPosterior:
    """Sample the posterior of one echo by importance sampling on the simulator.

    Parameters
    ----------
    run : Run
        Trained on signals of one preset.
    learned : Posterior
        Its amortised posterior: the first proposal, and the summary.
    signals : complex array, (n_settings, n_times)
        The echo, on the time points of the run.
    n : int
        Samples.
    simulations : int
        Signals per round; a second round follows where fewer than 200 are effective.
    seed : int
        Of proposals, disorder and noise.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        The signals of the run are of unknown origin or of several presets, its prior is not
        uniform in each target, its noise varies, or the simulations do not reproduce the echo.
    """
    simulations = SIMULATIONS.check(simulations)
    learned.check_run(run)
    check_prior(run, learned.parameters)
    rng = side_stream(seed, Purpose.LOCAL_POSTERIOR, 1)
    context = learned.summary(run, signals[None])
    point = context[0, : len(learned.names)]

    def simulate(proposal: Proposal, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Probits from a proposal, and the summary of one signal for each."""
        z = proposal.sample(simulations, rng)
        simulated = local_signals(
            run,
            learned.names,
            learned.parameters.units(ndtr(z)),
            seed=int(rng.integers(2**31)),
            progress=part_of(progress, 50 * number, 50 * number + 49),
        )
        return z, learned.summary(run, simulated)[:, : len(point)]

    first = Proposal.around(learned.density.sample(context, DRAWN, rng)[0], WIDTHS, SHARES)
    z, c = simulate(first, 0)
    result = importance_sample(first, z, c, point)
    if result.n_effective < ENOUGH:
        chosen = rng.choice(len(result.y), DRAWN, p=result.weights)
        second = Proposal.around(result.y[chosen], AGAIN, SHARES)
        more_z, more_c = simulate(second, 1)
        z, c = np.concatenate([z, more_z]), np.concatenate([c, more_c])
        both = Proposals((first, second), (simulations, simulations))
        result = importance_sample(both, z, c, point)
    result.check_effective(LEAST)
    y, log_density = _smooth_samples(result.y, result.weights, n, rng)
    width = learned.parameters.high - learned.parameters.low
    progress(100, 100, refined_sentence(result.n_simulated, result.n_effective))
    return RefinedPosterior(
        learned.parameters.units(y),
        log_density - np.log(width).sum(),
        learned.parameters.units(result.mean),
        result.sd * width,
        result.n_effective,
        result.n_simulated,
    )


def _smooth_samples(
    y: np.ndarray, weights: np.ndarray, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Samples of a smooth density with the mean and covariance of weighted ones, and its log.

    Each is moved by a kernel and towards the mean (West, J. R. Stat. Soc. B 55, 409, 1993), on the
    probit scale, so that none leaves the prior.
    """
    z = ndtri(np.clip(y, EDGE, 1 - EDGE))
    factor = gaussian_kde(z.T, weights=weights).factor
    mean = weights @ z
    density = gaussian_kde((mean + np.sqrt(1 - factor**2) * (z - mean)).T, weights=weights)
    density.set_bandwidth(factor / np.sqrt(1 - factor**2))
    drawn = density.resample(n, seed=rng).T
    log_prior = -0.5 * (drawn**2 + np.log(2 * np.pi)).sum(axis=1)
    return ndtr(drawn), density.logpdf(drawn.T) - log_prior
