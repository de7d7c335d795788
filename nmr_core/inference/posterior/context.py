"""From a signal to the few numbers that its posterior depends on: centre and size of the error.

.. math:: c(M) = (t, u), \\quad t = t_0 + e^{u_0} f(t_0), \\quad
          t_0 = \\hat{y} + \\delta(s), \\quad
          u = E[\\log(|y - t| + \\epsilon) | t, \\nu]

y are the parameters as fractions of their ranges, yhat the estimates of the run, s(M) these
estimates, principal components of the signal and ten numbers for its quality
(:mod:`..intervals.inputs`), and nu the logarithm of its noise. delta(s) = E[y - yhat|s] corrects
the estimates of a run that has not used all of the signal, and f, a function of t_0 alone, removes
what is left of their bias, in units of the size e^(u_0) of the errors of t_0. Both are 0 for
parameters for which other signals do not get better. So t is the posterior mean as far as it can
be learned, the summary that loses least, and u says how good it is for such parameters and noise.

References
----------
Fearnhead and Prangle, J. R. Stat. Soc. B 74, 419 (2012): the posterior mean as the summary.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.features.pca import Pca
from nmr_core.inference.intervals.inputs import N_COMPONENTS, NAMES, quality
from nmr_core.inference.posterior.dense import Dense, fit_regression
from nmr_core.inference.posterior.smooth import Smooth, fit_smooth
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, part_of, reporting

BLOCK = 1000
"""Signals that are read together."""
HIDDEN, EPOCHS = (64, 64), 40
FOR_CENTRE = 0.25
"""Fraction of the signals that delta is fitted to. f, u and the density are fitted to the others,
or to all where delta is 0."""
HELPS = 0.98
"""A correction must lower the mean square error of other signals below this fraction."""
FOLDS = 4
"""Parts of the signals that f and its values for the density are fitted to."""
CUT = 8.0
"""Errors beyond this many sizes count as this many."""
STRONG, WEAK = 0.3, 1e-2
"""Penalties on the weights of delta, which has many inputs, and of u, which has few."""
FAR = 0.5
"""Estimates are cut at this distance from the range, in ranges."""
NOISE = -len(NAMES)
"""Column of s that holds nu."""
FLOOR = 0.05
"""Fraction of the median error that is added to every error, to bound its logarithm."""
MEAN_LOG = 0.635
"""-E[log|z|] of a standard normal z."""


@dataclass(frozen=True, eq=False)
class Range:
    """Parameters and the ends of their ranges.

    Parameters
    ----------
    names : tuple of str, (n_parameters,)
    low, high : float64 array, (n_parameters,)
        In the units of the parameters.
    """

    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray

    def fractions(self, values: np.ndarray) -> np.ndarray:
        """Return values in units, (..., n_parameters), as fractions of the ranges."""
        return (values - self.low) / (self.high - self.low)

    def units(self, fractions: np.ndarray) -> np.ndarray:
        """Return fractions of the ranges, (..., n_parameters), in units."""
        return self.low + fractions * (self.high - self.low)


@dataclass(frozen=True, eq=False)
class Components:
    """Projections of Re M and Im M on the directions in which signals vary most.

    Parameters
    ----------
    means : float32 array, (n_settings, 2 n_times)
    directions : float32 array, (n_settings, 2 n_times, n_components)
    """

    means: np.ndarray
    directions: np.ndarray

    @classmethod
    def of(cls, signals: np.ndarray) -> "Components":
        """Return the components of signals, complex (n, n_settings, n_times)."""
        pca = Pca(n_components=N_COMPONENTS).fit(signals)
        return cls(pca.means_.astype(np.float32), pca.directions_.astype(np.float32))

    def __call__(self, signals: np.ndarray) -> np.ndarray:
        """Return the components, float64 (n, n_settings * n_components)."""
        x = np.concatenate([signals.real, signals.imag], axis=-1).astype(float)
        projected = np.einsum("nst,stk->nsk", x - self.means, self.directions, optimize=True)
        return projected.reshape(len(signals), -1)


@dataclass(frozen=True, eq=False)
class Summary:
    """The function c(M).

    Parameters
    ----------
    parameters : Range
        Identifiable targets of the run.
    components : Components
    centre : Dense
        s -> delta.
    size : Dense
        (t, nu) -> u.
    first_size : Dense
        (t_0, nu) -> u_0.
    bias : Smooth
        f; None in earlier files, where f = 0.
    """

    parameters: Range
    components: Components
    centre: Dense
    size: Dense
    first_size: Dense | None = None
    bias: Smooth | None = None

    def __call__(self, run: Run, signals: np.ndarray) -> np.ndarray:
        """Return c = [t, u], float64 (n, 2 n_parameters).

        Parameters
        ----------
        run : Run
            The run of this posterior.
        signals : complex array, (n, n_settings, n_times)
            On the time points of the run.
        """
        s = inputs(run, self.parameters, self.components, signals)
        t = s[:, : len(self.parameters.names)] + self.centre(s)
        if self.first_size and self.bias:
            t = t + np.exp(self.first_size(with_noise(t, s))) * self.bias(t)
        return np.concatenate([t, self.size(with_noise(t, s))], axis=1)


def inputs(run: Run, parameters: Range, components: Components, signals: np.ndarray) -> np.ndarray:
    """Return s: estimates as fractions, components and quality, float64 (n, n_inputs)."""
    blocks = []
    for k in range(0, len(signals), BLOCK):
        block = signals[k : k + BLOCK]
        table = run.predict(block, insist=True)
        estimates = parameters.fractions(table[list(parameters.names)].to_numpy(float))
        estimates = np.clip(estimates, -FAR, 1 + FAR)
        blocks.append(np.concatenate([estimates, components(block), quality(block)], axis=1))
    return np.concatenate(blocks)


def with_noise(t: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Return (t, nu), (n, n_parameters + 1)."""
    return np.concatenate([t, s[:, [NOISE]]], axis=1)


def fit_summary(
    run: Run,
    parameters: Range,
    signals: np.ndarray,
    y: np.ndarray,
    *,
    seed: int = 0,
    progress: Progress,
) -> tuple[Summary, np.ndarray]:
    """Fit c(M): the first quarter of the signals gives delta, the others f and u.

    Parameters
    ----------
    run : Run
        The trained run.
    parameters : Range
        Its identifiable targets.
    signals : complex array, (n, n_settings, n_times)
        Signals that the run was not trained on.
    y : float64 array, (n, n_parameters)
        True values as fractions of the ranges.
    seed : int
        Of the networks.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    summary : Summary
    context : float64 array, (n_new, 2 n_parameters)
        c of the last n_new signals, those that are not in delta, each with an f that was fitted
        without it.
    """
    first = round(FOR_CENTRE * len(signals))
    components = Components.of(signals[:first])
    s = inputs(run, parameters, components, signals)
    estimates = s[:, : y.shape[1]]
    error = y - estimates

    # delta from the first signals, where it helps for the others
    with reporting(part_of(progress, 0, 40, before="correction: ")):
        centre = fit_regression(
            s[:first], error[:first], hidden=HIDDEN, epochs=EPOCHS, seed=seed, decay=STRONG
        )
    correction = centre(s)
    left, before = (error - correction)[first:], error[first:]
    helps = (left**2).mean(axis=0) < HELPS * (before**2).mean(axis=0)
    centre = centre.only(helps)

    # Where delta is 0, no signal is in it
    new = slice(first if helps.any() else 0, None)
    s, t = s[new], (estimates + correction * helps)[new]
    error = (error - correction * helps)[new]

    # f from the errors of t_0 for the others
    with reporting(part_of(progress, 40, 65, before="size of the errors: ")):
        first_size = _size(with_noise(t, s), error, seed)
    unit = np.exp(first_size(with_noise(t, s)))
    z = np.clip(error / unit, -CUT, CUT)
    bias, values = fit_smooth(t, z, FOLDS)
    helps = ((z - values) ** 2).mean(axis=0) < (z**2).mean(axis=0)
    t, error = t + unit * values * helps, error - unit * values * helps

    # u from the errors of t
    with reporting(part_of(progress, 65, 100, before="size of the errors: ")):
        size = _size(with_noise(t, s), error, seed)
    summary = Summary(parameters, components, centre, size, first_size, bias.only(helps))
    return summary, np.concatenate([t, size(with_noise(t, s))], axis=1)


def _size(X: np.ndarray, error: np.ndarray, seed: int) -> Dense:
    """(t, nu) -> E[log(|error| + floor)]."""
    size = np.abs(error)
    floor = np.maximum(FLOOR * np.median(size, axis=0), 1e-7)
    logarithm = np.log(size + floor)
    return fit_regression(X, logarithm, hidden=HIDDEN, epochs=EPOCHS, seed=seed, decay=WEAK)


def centre_and_size(context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return t cut to [0, 1] and sigma = e^(u + .635), both (n, n_parameters), of c.

    For normal errors sigma is their standard deviation; it is at most .6, wider than a uniform
    density over the whole range.
    """
    n = context.shape[1] // 2
    size = np.exp(np.clip(context[:, n:] + MEAN_LOG, np.log(1e-5), np.log(0.6)))
    return np.clip(context[:, :n], 0, 1), size
