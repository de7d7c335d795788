"""Which kernel: training of the runs that classify, weakly coupled as in 2021."""

from dataclasses import dataclass
from typing import Any

import nmr_core as nmr
from nmr_core.pretrained.kernel_angles import kernel_angles
from nmr_core.progress import Progress
from nmr_core.storage.workspace import datasets_folder

SEED = 7
KERNELS = ("gaussian", "power_law", "rkky")
LINE: dict[str, Any] = {"offsets": "stratified"}
TEST_SHARE = 2 / 15


@dataclass(frozen=True)
class KernelClassifier:
    """A classifier of lines with stratified offsets, chosen among four on another split (seed 0).

    Parameters
    ----------
    id, title : str
        Of the run.
    curves : int
        Number of curves of all kernels together.
    """

    id: str = "pretrained-kernel"
    title: str = "Pretrained: which kernel"
    curves: int = 4500

    def train(self, n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
        """Simulate an equal number of curves per kernel, and train."""
        n = n_curves // len(KERNELS)
        several = [
            nmr.generate(
                nmr.preset(f"gsoc_2021_weak_{name}").fix(**LINE),
                n,
                seed=SEED + k,
                n_jobs=n_jobs,
                path=datasets_folder() / f"pretraining-gsoc_2021_weak_{name}-{n}",
                progress=progress,
            )
            for k, name in enumerate(KERNELS)
        ]
        return nmr.train(
            nmr.join(several, title="Pretraining: three kernels"),
            targets=["kernel"],
            featurizer="polynomial+echo_shape",
            model="extra_trees",
            model_options={"n_estimators": 60, "min_samples_leaf": 4},
            stream=False,
            split=round(TEST_SHARE * n * len(KERNELS)),
            seed=1,
            id=self.id,
            title=self.title,
            progress=progress,
        )


@dataclass(frozen=True)
class AngleClassifier:
    """A classifier of samples that were measured at four pulse angles; see ``kernel_angles``."""

    id: str = "pretrained-kernel-angles"
    curves: int = 10_500

    def train(self, n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
        """Simulate an equal number of samples per kernel, and train."""
        return kernel_angles(n_curves, n_jobs, progress)
