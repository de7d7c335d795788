"""physics.md, section 6, fact 3: the constant kernel with "sum" is the all-to-all model."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample, simulate


def all_to_all(offsets: np.ndarray, alpha: np.ndarray, protocol: Protocol) -> np.ndarray:
    """M after every step; every spin feels the mean of the N - 1 others.

    Written without anything from nmr_core.
    """
    delta, ds, n = offsets.ravel(), 2 * np.pi * protocol.dt, offsets.size
    m = np.tile([0.0, -0.5, 0.0], (n, 1))  # 90 about x, exp(-i ...)
    signal = []

    def turned(m, under, ds):
        omega = alpha * (under.sum(axis=0) - under) / (n - 1)
        omega[:, 2] += delta
        size = np.linalg.norm(omega, axis=1, keepdims=True)
        axis, turn = -omega / size, ds * size  # dm/ds = m × omega turns about -omega
        return (
            m * np.cos(turn)
            + np.cross(axis, m) * np.sin(turn)
            + axis * (axis * m).sum(axis=1, keepdims=True) * (1 - np.cos(turn))
        )

    for k in range(3 * protocol.n_tau):
        if k == protocol.n_tau:
            m = m * [-1, 1, -1]  # 180 about y
        ahead = m if protocol.integrator == "exponential_euler" else turned(m, m, ds / 2)
        m = turned(m, ahead, ds)
        signal.append(m[:, 0].mean() + 1j * m[:, 1].mean())
    return np.array(signal)


@pytest.mark.parametrize("integrator", ["exponential_euler", "exponential_midpoint"])
@pytest.mark.parametrize(
    ("shape", "lattice"), [((9, 7), "square"), ((6, 5), "hexagonal"), ((1, 8), "square")]
)
def test_constant_kernel_with_sum_is_all_to_all(integrator, shape, lattice):
    material = Material("constant", normalisation="sum", alpha_x=0.12, alpha_y=0.05, alpha_z=0.08)
    protocol = Protocol(tau=15.0, phase_2=90, sense=-1, record="after", integrator=integrator)
    experiment = Experiment(material, protocol, Sample(*shape, lattice=lattice))
    offsets = np.random.default_rng(5).normal(0, 0.05, shape)
    expected = all_to_all(offsets, np.array([0.12, 0.05, 0.08]), protocol)
    assert_allclose(simulate(experiment, offsets=offsets).signal, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("lattice", ["square", "hexagonal"])
def test_constant_kernel_has_the_same_weight_for_every_other_spin(lattice):
    K = Experiment(
        Material("constant", normalisation="sum"), sample=Sample(4, 5, lattice=lattice)
    ).interaction
    assert K[0, 0] == 0
    assert_allclose(np.delete(K.ravel(), 0), np.full(19, 1 / 19), rtol=1e-14)
