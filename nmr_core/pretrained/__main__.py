"""Train the models that ship with the package, from simulated signals only.

    python -m nmr_core.pretrained ml4sci_2020_secular [--curves 200000]
        the four parameters of the 2020 challenge
    python -m nmr_core.pretrained measured [--curves 60000]
        the same parameters, from signals with the effects of a receiver
    python -m nmr_core.pretrained echo [--curves 60000]
        the same, from the points after the second pulse alone; calibrated on prepared echoes
    python -m nmr_core.pretrained example
        what the page My measurement shows of an example echo, read by this second model
    python -m nmr_core.pretrained kernel [--curves 4500]
        the kernel: Gaussian, power law or RKKY
    python -m nmr_core.pretrained kernel_angles [--curves 10500]
        the same from four pulse angles of one sample, with a line per sample and noise

Data sets are stored in NMR_DATA (default ./data), and continued if they are incomplete; the run is
stored in nmr_core/pretrained/runs.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import nmr_core as nmr
from nmr_core.learning.origin import fresh_signals
from nmr_core.measured.calibrating import calibrate_prepared
from nmr_core.measured.estimating import estimate
from nmr_core.measured.example import example_echo
from nmr_core.measured.for_run import N_CURVES, prepare_for_run, resimulated, target_for_run
from nmr_core.measured.shipped import FOLDER, ShippedExample, write_example
from nmr_core.pretrained.kernel_angles import kernel_angles
from nmr_core.progress import Progress
from nmr_core.storage.kinds import CALIBRATION
from nmr_core.storage.workspace import datasets_folder

HERE = Path(__file__).parent
DATA_SEED = 7
NUMBERS: dict[str, Any] = {
    "featurizer": "pca",
    "featurizer_options": {"n_components": 300, "whiten": 0.5},
    "model": "mlp",
    "stream": False,
    "split": 2000,
    "seed": 0,
}
"""Common arguments of the two regressions."""
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
KERNELS = ("gaussian", "power_law", "rkky")


def _dataset(
    preset: str, n_samples: int, n_jobs: int, progress: Progress, seed: int = DATA_SEED, **fixed
) -> nmr.EchoDataset:
    folder = datasets_folder() / f"pretraining-{preset}-{n_samples}"
    return nmr.generate(
        nmr.preset(preset).fix(**fixed),
        n_samples,
        seed=seed,
        n_jobs=n_jobs,
        path=folder,
        progress=progress,
    )


def _ml4sci_2020_secular(n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
    """Four parameters; for xi the mean is predicted, as no echo depends on it."""
    dataset = _dataset("ml4sci_2020_secular", n_curves, n_jobs, progress)
    return nmr.train(
        dataset,
        model_options={"width_1": 768, "width_2": 384, "width_3": 192, "max_epochs": 36},
        id="pretrained-ml4sci-2020",
        title="Pretrained: ML4SCI 2020, secular",
        **NUMBERS,
        progress=progress,
    )


def _measured(n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
    """The same parameters for measured echoes, so trained with noise and residual errors."""
    dataset = _dataset("ml4sci_2020_secular", n_curves, n_jobs, progress).with_effects(
        RECEIVER, seed=DATA_SEED
    )
    return nmr.train(
        dataset,
        model_options={"width_1": 512, "width_2": 256, "width_3": 128, "max_epochs": 30},
        id="pretrained-measured",
        title="Pretrained: ML4SCI 2020, secular, measured echoes",
        **NUMBERS,
        progress=progress,
    )


def _echo(n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
    """The same parameters from the points after the second pulse alone, at any scale."""
    dataset = _dataset("ml4sci_2020_secular", n_curves, n_jobs, progress).with_effects(
        LATE_RECEIVER, seed=DATA_SEED
    )
    protocol = dataset.preset.experiments()[0].protocol
    first = int(np.searchsorted(protocol.time, max(protocol.pulse_times), "right"))
    window = {"window": [first, len(protocol.time)], "rescale": 1}
    return nmr.train(
        dataset,
        model_options={"width_1": 512, "width_2": 256, "width_3": 128, "max_epochs": 30},
        id="pretrained-echo",
        title="Pretrained: ML4SCI 2020, secular, measured after the second pulse",
        **NUMBERS | {"featurizer_options": NUMBERS["featurizer_options"] | window},
        progress=progress,
    )


def _kernel(n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
    """The kernel, weakly coupled as in 2021, on lines with stratified offsets.

    The model was chosen among four on another split (seed 0).
    """
    several = [
        _dataset(
            f"gsoc_2021_weak_{name}",
            n_curves // len(KERNELS),
            n_jobs,
            progress,
            DATA_SEED + k,
            offsets="stratified",
        )
        for k, name in enumerate(KERNELS)
    ]
    dataset = nmr.join(several, title="Pretraining: three kernels")
    return nmr.train(
        dataset,
        targets=["kernel"],
        featurizer="polynomial+echo_shape",
        model="extra_trees",
        model_options={"n_estimators": 60, "min_samples_leaf": 4},
        stream=False,
        split=600,
        seed=1,
        id="pretrained-kernel",
        title="Pretrained: which kernel",
        progress=progress,
    )


@dataclass(frozen=True)
class Recipe:
    """Function that trains a model, its default number of samples, and how it is calibrated.

    A run for echoes without the decay before the second pulse is calibrated on prepared ones.
    """

    make: Callable[[int, int, Progress], nmr.Run]
    curves: int
    prepared: bool = False


RECIPES = {
    "ml4sci_2020_secular": Recipe(_ml4sci_2020_secular, 200_000),
    "measured": Recipe(_measured, 60_000),
    "echo": Recipe(_echo, 60_000, prepared=True),
    "kernel": Recipe(_kernel, 4500),
    "kernel_angles": Recipe(kernel_angles, 10_500),
}


def _example(run: nmr.Run) -> None:
    """Simulate what ships for the example of a measured echo."""
    FOLDER.mkdir(exist_ok=True)
    _, curves = fresh_signals(run, N_CURVES, effects=())
    target = target_for_run(run)
    prepared = prepare_for_run(run, example_echo(run, target).read(), target=target)
    row = estimate(run, prepared, insist=True).iloc[0]
    write_example(
        ShippedExample(run.manifest.model_sha256, curves, resimulated(run, prepared, row)), run
    )


def _progress(done: int, total: int, message: str = "") -> None:
    print(
        f"\r{100 * done // max(total, 1):3d} %  {message:<70}", end="", file=sys.stderr, flush=True
    )


def main() -> None:
    """Simulate, train, and replace the shipped run."""
    parser = argparse.ArgumentParser(
        prog="python -m nmr_core.pretrained", description=__doc__.splitlines()[0]
    )
    parser.add_argument("name", choices=[*RECIPES, "example"])
    parser.add_argument("--curves", type=int, help="curves to simulate (default: as shipped)")
    parser.add_argument(
        "--jobs", type=int, default=-1, help="processes that simulate (default: every core)"
    )
    parser.add_argument("--out", type=Path, default=HERE / "runs", help="folder of the runs")
    options = parser.parse_args()
    if options.name == "example":
        _example(nmr.load_run("pretrained-measured"))
        return
    recipe = RECIPES[options.name]
    run = recipe.make(options.curves or recipe.curves, options.jobs, _progress)
    shutil.rmtree(options.out / run.id, ignore_errors=True)
    run.save(options.out / run.id)
    if recipe.prepared:
        folder = options.out.parent / CALIBRATION.folder / run.id
        calibrate_prepared(run, folder, n_jobs=options.jobs, progress=_progress)
    print(f"\n{run.id}, {run.manifest.n_train:,} curves, {run.manifest.seconds:.0f} s of training")
    print(run.scores.to_string())


if __name__ == "__main__":
    main()
