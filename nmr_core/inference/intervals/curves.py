"""Signals for a calibration: fresh simulations, or the held-out part if their origin is unknown.

Degraded copies of them show a model of the error what worse measurements look like.
"""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from nmr_core.effects import EFFECTS, Context, Effect, apply_effects
from nmr_core.errors import InputError
from nmr_core.learning.origin import fresh_signals, held_out, presets_of
from nmr_core.learning.run import Run
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_stream

N_CURVES = Parameter(
    "n",
    "signals",
    "",
    40,
    1_000_000,
    12_000,
    integer=True,
    description="Fresh signals: half fit the size of the errors, half give the scores.",
)
N_CHECK = Parameter(
    "n_check",
    "check signals",
    "",
    20,
    100_000,
    4000,
    integer=True,
    description="Further fresh signals, on which the coverage is measured.",
)
FIRST_CALIBRATION_SEED = 500_000
"""Fresh signals of a calibration have seeds from here on, none of which a test of it uses."""
FEWEST = 60
"""Held-out signals that a calibration needs."""
FIT, SCORE = 0.4, 0.4
"""Fractions of held-out signals that fit the method and give its scores; the others check it."""
NOISE = "gaussian_noise"
"""Effect that may come on top of another one."""
BOTH = 0.3
"""Fraction of the degraded copies that have noise and another effect."""


class CurveOptions(TypedDict, total=False):
    """Keyword arguments of :func:`~.calibrate.calibrate` for its signals.

    n : signals that fit the method and give the scores; n_check : signals that check the coverage;
    seed : of the signals and of the method.
    """

    n: int
    n_check: int
    seed: int


def checked_options(
    n: int = N_CURVES.default, n_check: int = N_CHECK.default, seed: int = 0
) -> tuple[int, int, int]:
    """Return n, n_check and seed of :class:`CurveOptions`, checked."""
    return N_CURVES.check(n), N_CHECK.check(n_check), seed


@dataclass(frozen=True, eq=False)
class Curves:
    """Signals of a calibration in three parts, in random order.

    Parameters
    ----------
    parameters : DataFrame, (n, ...)
        True values.
    signals : complex64 array, (n, n_settings, n_times)
    parts : tuple of slice
        Signals that fit the method, that give the scores, and that check the coverage.
    context : Context
        For the measurement effects.
    source : str
        "fresh" or "held out".
    """

    parameters: pd.DataFrame
    signals: np.ndarray
    parts: tuple[slice, slice, slice]
    context: Context
    source: str

    def part(self, number: int) -> tuple[pd.DataFrame, np.ndarray]:
        """Return parameters and signals of one part: 0 fit, 1 score, 2 check."""
        chosen = self.parts[number]
        return self.parameters.iloc[chosen].reset_index(drop=True), self.signals[chosen]


def curves_for(
    run: Run, n: int, n_check: int, *, seed: int = 0, n_jobs: int = 1, progress: Progress = silent
) -> Curves:
    """Return signals like the training data of a run, for its calibration.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n : int
        Fresh signals, half to fit the method and half for its scores.
    n_check : int
        Further signals, to check the coverage.
    seed : int
        Seed of the random numbers.
    n_jobs : int
        Processes; -1: one per core.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Curves
        Fresh signals; of a run whose signals have an unknown origin all held-out ones, 40 % to fit
        and 40 % for the scores.

    Raises
    ------
    InputError
        There are fewer than 60 held-out signals.
    """
    if presets := presets_of(run):
        source = "fresh"
        table, signals = fresh_signals(
            run,
            n + n_check,
            seed=FIRST_CALIBRATION_SEED + seed,
            n_jobs=n_jobs,
            progress=progress,
        )
        first, second = n // 2, n
        context = Context.of(presets[0].experiments()[0].protocol)
    else:
        source = "held out"
        table, signals, _ = held_out(run)
        if len(table) < FEWEST:
            raise InputError(
                f"The run {run.id} has {len(table)} held-out signals of unknown origin, and "
                f"intervals need {FEWEST}. Train again with a larger test part."
            )
        first = round(FIT * len(table))
        second = first + round(SCORE * len(table))
        context = Context(_time(run, signals.shape[-1]))
    order = side_stream(seed, Purpose.CALIBRATION_SPLIT).permutation(len(table))
    parts = slice(0, first), slice(first, second), slice(second, len(table))
    table = table.iloc[order].reset_index(drop=True)
    return Curves(table, signals[order], parts, context, source)


def _time(run: Run, n_times: int) -> np.ndarray:
    """Time axis of the run; without one, the numbers of the points."""
    axis = run.manifest.time
    if not axis:
        return np.arange(n_times, dtype=float)
    return np.linspace(axis["first"], axis["last"], axis["n"])


def degraded(signals: np.ndarray, context: Context, seed: int) -> np.ndarray:
    """Return a copy of every signal with one effect of random kind and strength, or with two.

    Parameters
    ----------
    signals : complex64 array, (n_samples, n_settings, n_times)
        Signals M(t).
    context : Context
        Effects that need the times of the pulses are left out where these are unknown.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    complex64 array, (n_samples, n_settings, n_times)
    """
    rng = np.random.default_rng(seed)
    copies = np.empty_like(signals)
    names = random_effects(context)
    duration = float(context.time[-1] - context.time[0])
    for k in range(len(signals)):
        effects = [_random_effect(names[rng.integers(len(names))], rng, duration)]
        if rng.random() < BOTH:
            effects.append(_random_effect(NOISE, rng, duration))
        copies[k] = apply_effects(effects, context, signals[k : k + 1], seed, k)[0]
    return copies


def random_effects(context: Context) -> list[str]:
    """Return the names of the effects with a random strength that can act on these signals.

    Those that need pulses come last.
    """
    names = [name for name, kind in EFFECTS.items() if kind.random_strength is not None]
    names.sort(key=lambda name: EFFECTS[name].needs_pulses)
    if context.since_pulse is None:
        return [name for name in names if not EFFECTS[name].needs_pulses]
    return names


def _random_effect(name: str, rng: np.random.Generator, duration: float) -> Effect:
    kind = EFFECTS[name]
    return kind(**kind.random_strength.draw(rng, duration))
