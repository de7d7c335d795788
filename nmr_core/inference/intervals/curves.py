"""Signals for a calibration: fresh simulations, or the held-out part if their origin is unknown."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.effects import Context
from nmr_core.errors import InputError
from nmr_core.learning.origin import fresh_signals, held_out, presets_of
from nmr_core.learning.run import Run
from nmr_core.progress import Progress, silent
from nmr_core.storage.seeds import Purpose, side_stream

OWN_SEEDS = 500_000
"""Fresh curves of a calibration have seeds from here on, so that none of them are met again where its coverage is tested."""
FEWEST = 60
"""Held-out curves that a calibration needs."""
SHARES = (0.4, 0.4)
"""Of held-out curves: to fit the method, and to score; the rest shows the coverage."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves in three parts, in random order.

    parameters : true values, (n, ...); signals : complex64 (n, n_settings, n_times)
    parts      : slices: fit, score, check
    context    : of the measurement effects
    source     : "fresh" or "held out"
    """

    parameters: pd.DataFrame
    signals: np.ndarray
    parts: tuple[slice, slice, slice]
    context: Context
    source: str

    def part(self, number: int) -> tuple[pd.DataFrame, np.ndarray]:
        """Parameters and signals of one part: 0 fit, 1 score, 2 check."""
        chosen = self.parts[number]
        return self.parameters.iloc[chosen].reset_index(drop=True), self.signals[chosen]


def curves_for(
    run: Run, n: int, n_check: int, *, seed: int = 0, n_jobs: int = 1, progress: Progress = silent
) -> Curves:
    """n + n_check fresh curves, half of the n to fit and half to score; of a run whose curves' origin is unknown all of its
    held-out ones, 40 % to fit, 40 % to score."""
    presets = presets_of(run)
    if presets:
        table, signals = fresh_signals(
            run, n + n_check, seed=OWN_SEEDS + seed, n_jobs=n_jobs, progress=progress
        )
        edges, context = (n // 2, n), Context.of(presets[0].experiments()[0].protocol)
    else:
        table, signals, _ = held_out(run)
        if len(table) < FEWEST:
            raise InputError(
                f"The run {run.id} has {len(table)} held-out curves, and nothing is known about how they were made; "
                f"intervals need {FEWEST}. Train again with a larger test part."
            )
        first, second = round(SHARES[0] * len(table)), round(SHARES[1] * len(table))
        m = run.manifest.time
        time = (
            np.linspace(m["first"], m["last"], m["n"])
            if m
            else np.arange(signals.shape[-1], dtype=float)
        )
        edges, context = (first, first + second), Context(time)
    order = side_stream(seed, Purpose.CALIBRATION_SPLIT).permutation(len(table))
    parts = slice(0, edges[0]), slice(*edges), slice(edges[1], len(table))
    return Curves(
        table.iloc[order].reset_index(drop=True),
        signals[order],
        parts,
        context,
        "fresh" if presets else "held out",
    )
