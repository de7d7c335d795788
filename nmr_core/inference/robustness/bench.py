"""The signals on which a run is tested: the same samples, undisturbed or with an effect."""

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import load_dataset
from nmr_core.datasets.measured import context_of
from nmr_core.effects import Context, Effect, apply_effects, effects_from
from nmr_core.effects.strengths import Ladder
from nmr_core.errors import InputError
from nmr_core.learning.origin import effects_of, fresh_signals, held_out, presets_of
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent

SEEDS = 500
"""Seeds of these curves begin here, so that they are none of those that intervals are calibrated or checked on."""


class Bench:
    """Fresh signals of the preset of a run, or its held-out ones if their origin is unknown.

    The random numbers of an effect are the same at all strengths (common random numbers), so that
    neighbouring strengths differ by the effect only.

    Attributes
    ----------
    parameters : DataFrame
        One row per signal; n : their number.
    own : tuple of Effect
        Measurement effects of the training data; the tested effect replaces the one of its kind.
    fresh : bool
        Whether more signals can be simulated.
    """

    def __init__(
        self, run: Run, n: int, *, seed: int = 0, n_jobs: int = 1, progress: Progress = silent
    ):
        self.run, self.seed, self.n_jobs = run, SEEDS + seed, n_jobs
        self.fresh = bool(presets_of(run))
        if self.fresh:
            self.own = effects_from(effects_of(run))
            self.context = Context.of(presets_of(run)[0].experiments()[0].protocol)
            self.parameters, self._base = self._simulated(n, self.own, progress)
        else:
            self.own = ()
            self.context = context_of(load_dataset(run.manifest.dataset).manifest)
            self.parameters, self._base, _ = held_out(run, n)
        self.n = len(self._base)

    def _simulated(
        self, n: int, effects: tuple[Effect, ...], progress: Progress
    ) -> tuple[pd.DataFrame, np.ndarray]:
        """Curves with those of the effects that must be simulated."""
        return fresh_signals(
            self.run,
            n,
            seed=self.seed,
            effects=[effect for effect in effects if effect.simulated],
            n_jobs=self.n_jobs,
            progress=progress,
        )

    def refuses(self, ladder: Ladder) -> str:
        """Why an effect cannot be tried on these curves, "" if it can."""
        kind = type(ladder.at(ladder.values[0]))
        if kind.simulated and not self.fresh:
            return f"{ladder.label} must be simulated, and nothing is known about how these curves were made."
        if kind.needs_pulses and self.context.since_pulse is None:
            return (
                f"{ladder.label} needs the times of the pulses, which imported curves do not tell."
            )
        return ""

    def own_curves(self) -> np.ndarray:
        """The curves as the run was trained on, complex64 (n, n_settings, n_times)."""
        return apply_effects(self.own, self.context, self._base, self.seed)

    def curves(self, ladder: Ladder, value: float, progress: Progress = silent) -> np.ndarray:
        """The same samples with an effect at one strength."""
        if reason := self.refuses(ladder):
            raise InputError(f"{reason} Leave it out.")
        effects = placed(self.own, ladder.at(value))
        base = (
            self._simulated(self.n, effects, progress)[1]
            if ladder.at(value).simulated
            else self._base
        )
        return apply_effects(effects, self.context, base, self.seed)


def placed(own: tuple[Effect, ...], effect: Effect) -> tuple[Effect, ...]:
    """``own`` with an effect in the place of the one of its kind, or at the end."""
    kept = [effect if one.name == effect.name else one for one in own]
    first = [one for k, one in enumerate(kept) if one is not effect or kept.index(effect) == k]
    return tuple(first) if any(one is effect for one in first) else (*own, effect)
