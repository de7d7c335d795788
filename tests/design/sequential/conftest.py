"""Lab books on tiny lattices, with one pool each."""

import numpy as np
import pytest

from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.settings import Setting
from tests.design.small import small_problem, uncoupled

LONG = 1e6
"""A budget that never ends, s."""


def angle(degrees: float) -> Setting:
    """The setting with this angle of the second pulse."""
    return Setting.of(angle_2=float(degrees))


@pytest.fixture(scope="package")
def decay() -> LabBook:
    """Uncoupled spins, of which d is unknown: an echo of 180° or of 30°, SNR 10."""
    problem = uncoupled(
        vary={"angle_2": [30, 180]}, default=[angle(180)], noise=0.05, budget=LONG, seed=1
    )
    return begin(problem, 1e-4, n_materials=160)


@pytest.fixture(scope="package")
def coupled() -> LabBook:
    """All parameters of the preset ``lab`` from three angles, SNR 25; omega_p and d count."""
    problem = small_problem(
        vary={"angle_2": [60, 120, 180]},
        noise=0.02,
        budget=400.0,
        weights={"omega_p": 1, "d": 1, "xi": 0, "ratio_y": 0, "ratio_z": 0},
    )
    return begin(problem, 0.23, n_materials=160)


@pytest.fixture(scope="package")
def random() -> np.random.Generator:
    """Random numbers of the tests."""
    return np.random.default_rng(0)
