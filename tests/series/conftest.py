"""Folders with simulated echoes."""

import numpy as np
import pytest

import nmr_core as nmr

NOISE = 0.005


@pytest.fixture(scope="session")
def echo():
    """(time in µs, signal in units of M) of a sample like those of the shipped run."""
    result = nmr.simulate(nmr.preset("ml4sci_2020").build(alpha=0.18, p=2.2), seed=0)
    return result.time, result.signal


@pytest.fixture
def write(echo, tmp_path):
    """Write an echo below the temporary folder under a name, with noise of its own."""
    random = np.random.default_rng(1)

    def written(name: str, n_points: int = 471, folder=tmp_path, scale: float = 1.0):
        time, signal = echo
        noisy = signal + NOISE * (random.normal(size=471) + 1j * random.normal(size=471))
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = np.c_[time * scale, noisy.real, noisy.imag][:n_points]
        np.savetxt(path, columns, delimiter=",", header="t (us),Re,Im", comments="")
        return path

    return written
