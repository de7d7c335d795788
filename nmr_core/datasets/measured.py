"""A data set with measurement effects that are applied on reading, without a new simulation."""

import time as clock
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.manifest import SEED, Manifest, versions
from nmr_core.effects import Context, Effect, apply_effects, check_context
from nmr_core.errors import InputError
from nmr_core.storage.workspace import new_id


class MeasuredDataset(EchoDataset):
    """A data set with measurement effects, applied whenever signals are read.

    Effects are numbered after those of the source, so the bytes are those of a data set that was
    generated with all of them.

    Parameters
    ----------
    source : EchoDataset
    effects : sequence of Effect
    seed : int, optional
        Seed of the effects; default: that of the effects of the source, or 0.
    title : str

    Raises
    ------
    InputError
        For another seed than that of present effects, an effect that must be simulated, or one
        that needs unknown times of pulses.
    """

    def __init__(
        self,
        source: EchoDataset,
        effects: Sequence[Effect],
        seed: int | None = None,
        title: str = "",
    ):
        before = source.manifest
        if seed is None:
            seed = before.effects_seed if before.effects else 0
        if before.effects and seed != before.effects_seed:
            raise InputError(
                f"The effects of this data set have the seed {before.effects_seed}, so more of "
                f"them must have it too; got {seed}. Use that seed, or start from the data set "
                "without effects."
            )
        simulated = [effect.name for effect in effects if effect.simulated]
        if simulated:
            raise InputError(
                f"{simulated[0]} is part of the simulation and cannot be added to curves. Generate "
                "a data set with it: generate(..., effects=...)."
            )
        self.context = context_of(before)
        check_context(effects, self.context)
        labels = ", ".join(effect.label.lower() for effect in effects)
        super().__init__(
            replace(
                before,
                id=new_id("ds"),
                title=title or f"{before.title}, with {labels}",
                parts=[],
                complete=True,
                effects=before.effects + [effect.to_dict() for effect in effects],
                effects_seed=replace(SEED, name="effects_seed").check(seed),
                created=clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime()),
                versions=versions(),
            )
        )
        self.source, self.effects = source, tuple(effects)

    def _with_effects(
        self, signals: np.ndarray, samples: int | Sequence[int] | np.ndarray
    ) -> np.ndarray:
        """Apply the effects to some samples of the source."""
        first_effect = len(self.source.manifest.effects)
        return apply_effects(
            self.effects, self.context, signals, self.manifest.effects_seed, samples, first_effect
        )

    @cached_property
    def signals(self) -> np.ndarray:
        """Signals of all samples, complex64 (n_samples, n_settings, n_times)."""
        return self._with_effects(self.source.signals, 0)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """The parameters of the source, which effects do not change."""
        return self.source.parameters

    @property
    def columns(self) -> Collection[str]:
        """Names of the columns of ``parameters``."""
        return self.source.columns

    def table(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read some columns of ``parameters``."""
        return self.source.table(columns)

    def curves(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Read the signals of some samples, complex64 (len(indices), n_settings, n_times)."""
        if "signals" in self.__dict__:
            return self.signals[indices]
        return self._with_effects(self.source.curves(indices), indices)


def context_of(manifest: Manifest) -> Context:
    """Context of a data set: that of its protocol, or the times alone for imported signals."""
    preset, time = manifest.experiment_preset(), np.asarray(manifest.time, dtype=float)
    if preset is not None:
        protocol = preset.experiments()[0].protocol
        if protocol.time.shape == time.shape and np.allclose(protocol.time, time):
            return Context.of(protocol)
    return Context(time)
