"""The parameters of the 2020 challenge: training of the runs that estimate numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nmr_core as nmr
from nmr_core.progress import Progress
from nmr_core.storage.workspace import datasets_folder

SEED = 7
STORED = 20_000
"""Curves that are stored, with the test part; of the others only the features are."""
TEST = 2000
DENSITY = "power:-0.5,prior=0.5"
"""Half of the curves from a density ~ alpha^-1/2: weak coupling is a small part of the prior."""
LARGE = {"width_1": 768, "width_2": 384, "width_3": 192}
MEDIUM = {"width_1": 512, "width_2": 256, "width_3": 128}
RECEIVER = (
    "gaussian_noise:sigma=0.004,phase_error:sd=1,amplitude_scale:sd=2,baseline:constant=0.005,"
    "time_shift:sd=0.05"
)
"""Residual effects of a receiver after the preparation of a measured echo (nmr_core/measured)."""
LATE_RECEIVER = (
    "gaussian_noise:sigma=0.004,spread=2,phase_error:sd=2,amplitude_scale:sd=8,"
    "baseline:constant=0.008,time_shift:sd=0.05"
)
"""The same where the decay before the second pulse is missing, which fixes scale and time zero."""
AFTER_THE_PULSE = (157, 471)
"""Points of the 2020 presets that are recorded after the second pulse."""


@dataclass(frozen=True)
class Regression:
    """A run that estimates the four parameters; for xi the mean, as no echo depends on it.

    Parameters
    ----------
    id, title : str
        Of the run.
    preset : str
        Of its curves.
    curves : int
        Number of curves, with the test part.
    recipe : str
        A name of :data:`nmr_core.models.RECIPES`, or "" for principal components and the smooth
        network.
    model_options, featurizer_options : dict
        Differing from those of the recipe.
    effects : str
        Measurement effects.
    prepared : bool
        Calibrate on prepared echoes: for records without the decay before the second pulse.
    """

    id: str
    title: str
    preset: str
    curves: int
    recipe: str = ""
    model_options: Mapping[str, Any] = field(default_factory=dict)
    featurizer_options: Mapping[str, Any] = field(default_factory=dict)
    effects: str = ""
    prepared: bool = False

    def train(self, n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
        """Simulate and train; an interrupted call continues.

        Parameters
        ----------
        n_curves : int
            Number of curves, with the test part.
        n_jobs : int
            Processes that simulate the stored curves.
        progress : callable
            Called with (done, total, message).
        """
        n_stored = min(STORED, n_curves)
        dataset = self._stored(n_stored, n_jobs, progress)
        if self.effects:
            dataset = dataset.with_effects(self.effects, seed=SEED)
        return nmr.train(
            dataset,
            model="smooth_mlp",
            recipe=self.recipe,
            featurizer="" if self.recipe else "pca",
            featurizer_options=dict(self.featurizer_options),
            model_options=dict(self.model_options),
            split=min(TEST, n_stored // 10),
            seed=0,
            stream=True,
            fresh=n_curves - n_stored,
            resume=f"{self.id}-{n_curves}",
            id=self.id,
            title=self.title,
            progress=progress,
        )

    def _stored(self, n: int, n_jobs: int, progress: Progress) -> nmr.EchoDataset:
        """Read the curves that are stored, or simulate those that are missing."""
        preset = nmr.preset(self.preset).focus(alpha=DENSITY)
        folder = datasets_folder() / f"pretraining-{self.preset}-{n}"
        return nmr.generate(preset, n, seed=SEED, n_jobs=n_jobs, path=folder, progress=progress)


COMPONENTS = {"n_components": 300, "whiten": 0.5}
REGRESSIONS = (
    Regression(
        "pretrained-ml4sci-2020",
        "Pretrained: ML4SCI 2020, as published",
        "ml4sci_2020",
        240_000,
        "limit",
        LARGE | {"max_epochs": 24},
    ),
    Regression(
        "pretrained-ml4sci-2020-secular",
        "Pretrained: ML4SCI 2020, secular",
        "ml4sci_2020_secular",
        120_000,
        "limit",
        MEDIUM | {"max_epochs": 24},
    ),
    Regression(
        "pretrained-measured",
        "Pretrained: ML4SCI 2020, secular, measured echoes",
        "ml4sci_2020_secular",
        60_000,
        model_options=MEDIUM | {"max_epochs": 24},
        featurizer_options=COMPONENTS,
        effects=RECEIVER,
    ),
    Regression(
        "pretrained-echo",
        "Pretrained: ML4SCI 2020, secular, measured after the second pulse",
        "ml4sci_2020_secular",
        60_000,
        model_options=MEDIUM | {"max_epochs": 24},
        featurizer_options=COMPONENTS | {"window": AFTER_THE_PULSE, "rescale": 1},
        effects=LATE_RECEIVER,
        prepared=True,
    ),
)
