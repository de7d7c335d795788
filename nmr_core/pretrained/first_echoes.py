"""The echoes of three materials that the first page shows, simulated beforehand.

    python -m nmr_core.pretrained.first_echoes      # makes the file again

A fresh machine has to compile the simulator for several seconds before its first echo.
"""

from pathlib import Path

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.presets import DEFAULT, PRESETS
from nmr_core.simulator import Echo, simulate

FILE = Path(__file__).with_name("first_echoes.npz")
ALPHAS = (0.0, 0.08, 0.18)
"""Coupling of each material, MHz."""
OTHERS = {"p": 2.2, "d": 4.5}
"""Parameters that all of them have."""


def first_experiments() -> list[Experiment]:
    """The experiments of the first page, one per coupling."""
    return [PRESETS[DEFAULT].build(alpha=alpha, **OTHERS) for alpha in ALPHAS]


def first_echoes() -> dict[str, Echo]:
    """Their echoes by coupling, with seed 0 and in the precision of data sets, from the file."""
    with np.load(FILE, allow_pickle=False) as file:
        signals, mz = file["signals"], file["mz"]
    return {
        f"α = {ALPHAS[k]:g} MHz": Echo(
            experiment.protocol.time, signals[k].astype(complex), mz[k], experiment
        )
        for k, experiment in enumerate(first_experiments())
    }


def write() -> None:
    """Simulate them, and write the file."""
    echoes = [simulate(experiment, seed=0, dtype="float32") for experiment in first_experiments()]
    signals = np.stack([echo.signal for echo in echoes]).astype(np.complex64)
    np.savez_compressed(FILE, signals=signals, mz=np.stack([echo.mz for echo in echoes]))


if __name__ == "__main__":
    write()
