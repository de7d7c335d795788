"""The signals on which a run is tested: the same samples, without and with each effect.

Each effect brings its own strengths, a :class:`~nmr_core.effects.Ladder`.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import load_dataset
from nmr_core.datasets.measured import context_of
from nmr_core.effects import EFFECTS, Context, Effect, Ladder, apply_effects, effects_from
from nmr_core.errors import InputError
from nmr_core.learning.origin import effects_of, fresh_signals, held_out, presets_of
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent

FIRST_SEED = 500
"""Seeds of these signals begin here, so that no calibration uses or checks the same ones."""


def default_effects() -> tuple[str, ...]:
    """Return the names of the effects that are tried when none are named."""
    return tuple(name for name, kind in EFFECTS.items() if kind.ladder.by_default)


def ladders_of(effects: Iterable[str] | Mapping[str, Iterable[float]] | None) -> tuple[Ladder, ...]:
    """Return the strengths of named effects.

    Parameters
    ----------
    effects : names, or mapping from name to strengths, or None
        None: :func:`default_effects`. Without strengths those of the effect are used.

    Raises
    ------
    InputError
        An effect is unknown, there is no effect at all, or a strength is not > 0.
    """
    if effects is None:
        effects = default_effects()
    strengths = dict(effects) if isinstance(effects, Mapping) else dict.fromkeys(effects)
    if not strengths:
        raise InputError(f"No effect is chosen. Choose some of {', '.join(EFFECTS)}.")
    for name in strengths:
        if name not in EFFECTS:
            raise InputError(
                f"There is no effect {str(name)[:40]!r}; there are {', '.join(EFFECTS)}."
            )
    return tuple(
        EFFECTS[name].ladder if values is None else EFFECTS[name].ladder.along(values)
        for name, values in strengths.items()
    )


class Bench:
    """Fresh signals of the preset of a run, or its held-out ones if their origin is unknown.

    The random numbers of an effect are the same at all strengths (common random numbers), so that
    neighbouring strengths differ by the effect only.

    Parameters
    ----------
    run : Run
    n : int
        Number of signals; of held-out ones at most as many as there are.
    seed : int

    Attributes
    ----------
    parameters : DataFrame, (n, ...)
        True values.
    n : int
        Number of signals.
    own : tuple of Effect
        Measurement effects of the training data; the tested effect replaces the one of its kind.
    fresh : bool
        Whether more signals can be simulated.
    """

    def __init__(
        self, run: Run, n: int, *, seed: int = 0, n_jobs: int = 1, progress: Progress = silent
    ):
        self.run, self.seed, self.n_jobs = run, FIRST_SEED + seed, n_jobs
        self.fresh = bool(presets_of(run))
        self.own: tuple[Effect, ...] = ()
        if self.fresh:
            self.own = effects_from(effects_of(run))
            self.context = Context.of(presets_of(run)[0].experiments()[0].protocol)
            self.parameters, self._base = self._simulated(n, self.own, progress)
        else:
            self.context = context_of(load_dataset(run.manifest.dataset).manifest)
            self.parameters, self._base, _ = held_out(run, n)
        self.n = len(self._base)

    def _simulated(
        self, n: int, effects: tuple[Effect, ...], progress: Progress
    ) -> tuple[pd.DataFrame, np.ndarray]:
        """Parameters and signals with those of the effects that must be simulated."""
        return fresh_signals(
            self.run,
            n,
            seed=self.seed,
            effects=[effect for effect in effects if effect.simulated],
            n_jobs=self.n_jobs,
            progress=progress,
        )

    def refuses(self, ladder: Ladder) -> str:
        """Return why an effect cannot be applied to these signals; "" if it can."""
        kind = type(ladder.at(ladder.values[0]))
        if kind.simulated and not self.fresh:
            return f"{ladder.label} must be simulated, and the origin of these signals is unknown."
        if kind.needs_pulses and self.context.since_pulse is None:
            return (
                f"{ladder.label} needs the times of the pulses, which are unknown for imported "
                "signals."
            )
        return ""

    def own_curves(self) -> np.ndarray:
        """Return signals like the training data, complex64 (n, n_settings, n_times)."""
        return apply_effects(self.own, self.context, self._base, self.seed)

    def curves(self, ladder: Ladder, value: float, progress: Progress = silent) -> np.ndarray:
        """Return the signals of the same samples with an effect at one strength.

        Raises
        ------
        InputError
            The effect cannot be applied to these signals.
        """
        if reason := self.refuses(ladder):
            raise InputError(f"{reason} Leave it out.")
        effect = ladder.at(value)
        effects = placed(self.own, effect)
        base = self._base
        if effect.simulated:
            base = self._simulated(self.n, effects, progress)[1]
        return apply_effects(effects, self.context, base, self.seed)


def placed(own: tuple[Effect, ...], effect: Effect) -> tuple[Effect, ...]:
    """Return ``own`` with an effect in place of those of its kind; at the end if there is none."""
    effects: list[Effect] = []
    is_placed = False
    for other in own:
        if other.name != effect.name:
            effects.append(other)
        elif not is_placed:
            effects.append(effect)
            is_placed = True
    return tuple(effects) if is_placed else (*own, effect)
