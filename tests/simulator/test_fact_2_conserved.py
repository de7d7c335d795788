"""physics.md, section 6, fact 2: without relaxation the length of every spin and the mean-field energy are conserved."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.simulator.reference import local_field

SAMPLE = Sample(7, 6, offsets="iid")
OFFSETS = draw_offsets(SAMPLE, 3)
MATERIAL = Material("gaussian", xi=1.7, alpha_x=0.03, alpha_y=0.01, alpha_z=0.02)


def spins_after(time: float, dt: float, dtype: str = "float64") -> np.ndarray:
    """m (n_x, n_y, 3) after a 60 degree pulse and ``time`` µs."""
    experiment = Experiment(MATERIAL, Protocol(tau=time, dt=dt, angle_1=60, sense=-1), SAMPLE)
    batch = Batch([experiment], OFFSETS[None], dtype)
    batch.spins.turn(experiment.protocol.sequence[0])
    for _ in range(round(time / dt)):
        batch.step()
    return np.stack([batch.spins.m.real[0], batch.spins.m.imag[0], batch.spins.mz[0]], axis=-1)


def energy(m: np.ndarray) -> float:
    """-sum delta m_z - 1/2 sum alpha_a m_a (K m)_a."""
    K = Experiment(MATERIAL, Protocol(), SAMPLE).interaction
    alpha = np.array([MATERIAL.alpha_x, MATERIAL.alpha_y, MATERIAL.alpha_z])
    return -(OFFSETS * m[..., 2]).sum() - 0.5 * (alpha * m * local_field(K, m)).sum()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 5e-6)])
def test_length_of_every_spin_is_conserved(dtype, tolerance):
    m = spins_after(40.0, 0.2, dtype)
    assert_allclose(np.linalg.norm(m, axis=-1), np.full((7, 6), 0.5), rtol=0, atol=tolerance)
    assert np.ptp(m[..., 0]) > 0.1  # they did move apart


def test_energy_error_of_exponential_euler_is_first_order():
    start = energy(spins_after(0.1, 0.1) * 0 + np.array([0, -np.sin(np.pi / 3), np.cos(np.pi / 3)]) / 2)
    errors = [abs(energy(spins_after(8.0, dt)) - start) for dt in (0.04, 0.02, 0.01)]
    assert errors[0] < 0.01 * abs(start)
    assert [errors[0] / errors[1], errors[1] / errors[2]] == pytest.approx([2, 2], rel=0.1)
