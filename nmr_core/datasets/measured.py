"""A data set seen through measurement effects: many noisy data sets from one clean one, without simulating again."""

import time as clock
from collections.abc import Sequence
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
    """``source`` with ``effects``, applied whenever curves are read; saving it writes them. Effects that the source has
    already come first, so the numbers of the new ones go on from there: the same bytes as with all of them at once."""

    def __init__(
        self,
        source: EchoDataset,
        effects: Sequence[Effect],
        seed: int | None = None,
        title: str = "",
    ):
        before = source.manifest
        seed = seed if seed is not None else before.effects_seed if before.effects else 0
        if before.effects and seed != before.effects_seed:
            raise InputError(
                f"The effects of this data set have the seed {before.effects_seed}, so more of them must have it "
                f"too; got {seed}. Use that seed, or start from the data set without effects."
            )
        simulated = [effect.name for effect in effects if effect.simulated]
        if simulated:
            raise InputError(
                f"{simulated[0]} is part of the simulation and cannot be added to curves. Generate a data set with "
                f"it: generate(..., effects=...)."
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

    def _seen(self, signals: np.ndarray, samples: int | Sequence[int] | np.ndarray) -> np.ndarray:
        first_effect = len(self.source.manifest.effects)
        return apply_effects(
            self.effects, self.context, signals, self.manifest.effects_seed, samples, first_effect
        )

    @cached_property
    def signals(self) -> np.ndarray:
        """complex64 (n_samples, n_settings, n_times)."""
        return self._seen(self.source.signals, 0)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Those of the source: effects leave them alone."""
        return self.source.parameters

    def table(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Some columns of ``parameters``."""
        return self.source.table(columns)

    def curves(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Some curves only, complex64 (len(indices), n_settings, n_times)."""
        if "signals" in self.__dict__:
            return self.signals[indices]
        return self._seen(self.source.curves(indices), indices)


def context_of(manifest: Manifest) -> Context:
    """What the effects may know: pulses and echo of the preset's protocol, the times alone for curves of another origin."""
    preset, time = manifest.experiment_preset(), np.asarray(manifest.time, dtype=float)
    if preset is not None:
        protocol = preset.experiments()[0].protocol
        if protocol.time.shape == time.shape and np.allclose(protocol.time, time):
            return Context.of(protocol)
    return Context(time)
