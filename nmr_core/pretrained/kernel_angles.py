"""The shipped classifier of the kernel from four pulse angles of one sample."""

import nmr_core as nmr
from nmr_core.progress import Progress
from nmr_core.storage.workspace import datasets_folder

KERNELS = ("gaussian", "power_law", "rkky")
SEED = 4021
"""Of the samples of the first kernel; the others count on. benchmarks/kernel_angles.py has the same
samples."""
RECEIVER = "gaussian_noise:sigma=0.001"
"""Noise of a good spectrometer: SNR 500 for the largest possible signal, 1/2."""

TEST_SHARE = 0.1


def kernel_angles(n_curves: int, n_jobs: int, progress: Progress) -> nmr.Run:
    """Train on equally many samples of each kernel, with a line per sample and receiver noise.

    Parameters
    ----------
    n_curves : int
        Samples of all kernels together.
    n_jobs : int
        Processes that simulate.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Run
        Not saved yet.
    """
    n = n_curves // len(KERNELS)
    several = [
        nmr.generate(
            f"pulse_angles_{kernel}",
            n,
            seed=SEED + k,
            n_jobs=n_jobs,
            part_size=250,
            path=datasets_folder() / f"pulse-angles-{kernel}-{n}",
            progress=progress,
        ).with_effects(RECEIVER, seed=SEED + k)
        for k, kernel in enumerate(KERNELS)
    ]
    return nmr.train(
        nmr.join(several, title="Pretraining: three kernels, four pulse angles"),
        targets=["kernel"],
        recipe="pulse_angles",
        model_options={"n_members": 5},
        stream=False,
        split=TEST_SHARE,
        seed=0,
        id="pretrained-kernel-angles",
        title="Pretrained: which kernel, four pulse angles",
        progress=progress,
    )
