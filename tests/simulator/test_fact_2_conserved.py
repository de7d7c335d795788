"""physics.md, section 6, fact 2: without relaxation the length of every spin and the mean-field
energy are conserved.
"""

import numpy as np
import pytest
from any_physics import EVEN, coupled, materials, offsets_of, protocol, samples, seeds
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import INTEGRATORS, Experiment, Material, Sample
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.reference import local_field

STEP = {"exponential_euler": 0.02, "exponential_midpoint": 0.08}
"""µs, with which both integrators are in their asymptotic range."""
FIXED = {
    "square": (Material("gaussian", xi=1.7), Sample(7, 6)),
    "hexagonal": (Material("power_law", p=2.2, xi=1.0), Sample(5, 6, lattice="hexagonal")),
    "d-wave, rkky": (Material("rkky", xi=3.0, s_w=0.5, d_w=1.0), Sample(6, 5)),
    "antiferromagnetic": (Material("gaussian", xi=1.5, sign="alternating"), Sample(6, 7)),
    "chain": (Material("constant"), Sample(1, 9)),
}


def run(
    material: Material, sample: Sample, seed: int, **changes
) -> tuple[Experiment, np.ndarray, np.ndarray]:
    """Experiment, offsets, and m (n_steps + 1, n_x, n_y, 3) at every step after a 60° pulse."""
    dtype = changes.pop("dtype", "float64")
    sequence = protocol("fid", angle_1=60, sense=-1, phase_1=0, **changes)
    experiment, offsets = Experiment(material, sequence, sample), offsets_of(sample, seed)
    batch, states = Batch([experiment], offsets[None], dtype), []

    def watch(_, spins):
        states.append(
            np.stack([spins.m.real[0], spins.m.imag[0], spins.mz[0]], axis=-1).astype(float)
        )

    batch.run(watch=watch)
    return experiment, offsets, np.array(states)


def energy(experiment: Experiment, offsets: np.ndarray, states: np.ndarray) -> np.ndarray:
    """-sum delta m_z - 1/2 sum alpha_a m_a (K m)_a of every state."""
    alpha = np.array([experiment.alpha_x, experiment.alpha_y, experiment.alpha_z])
    return np.array(
        [
            -(offsets * m[..., 2]).sum()
            - 0.5 * (alpha * m * local_field(experiment.interaction, m)).sum()
            for m in states
        ]
    )


@given(
    sample=samples,
    material=materials(),
    seed=seeds,
    integrator=st.sampled_from(sorted(INTEGRATORS)),
    carrier=st.sampled_from([0.0, 0.3, 10.0]),
    dtype=st.sampled_from(["float64", "float32"]),
)
def test_length_of_every_spin_is_conserved(sample, material, seed, integrator, carrier, dtype):
    _, _, m = run(
        coupled(material, sample),
        sample,
        seed,
        acquire=20.0,
        dt=0.25,
        record="all",
        integrator=integrator,
        carrier=carrier,
        dtype=dtype,
    )
    assert_allclose(
        np.linalg.norm(m, axis=-1),
        np.full(m.shape[:-1], 0.5),
        rtol=0,
        atol=1e-13 if dtype == "float64" else 5e-6,
    )
    assert np.ptp(m[-1, ..., 0]) > 0.01  # they did move apart


def energy_error(
    material: Material, sample: Sample, seed: int, integrator: str, dt: float
) -> float:
    """The largest deviation of the energy from its first value within 4 µs."""
    experiment, offsets, states = run(
        material, sample, seed, acquire=4.0, dt=dt, record="all", integrator=integrator
    )
    E = energy(experiment, offsets, states)
    return np.abs(E - E[0]).max()


@pytest.mark.parametrize("integrator", STEP)
@pytest.mark.parametrize("case", FIXED)
def test_energy_error_falls_at_the_order_of_the_integrator(integrator, case):
    material, sample = FIXED[case]
    material = coupled(material, sample, (1, 0.3, -0.6), strength=0.05)
    errors = np.array(
        [energy_error(material, sample, 3, integrator, STEP[integrator] / n) for n in (1, 2, 4)]
    )
    assert 1e-7 < errors[0] < 0.02
    assert errors[:-1] / errors[1:] == pytest.approx(2 ** INTEGRATORS[integrator].order, rel=0.12)


@given(
    sample=samples, material=materials(EVEN), seed=seeds, integrator=st.sampled_from(sorted(STEP))
)
def test_energy_of_any_even_kernel_is_conserved_in_the_limit(sample, material, seed, integrator):
    material, order = (
        coupled(material, sample, (1, 0.3, -0.6), strength=0.05),
        INTEGRATORS[integrator].order,
    )
    coarse, fine = (
        energy_error(material, sample, seed, integrator, STEP[integrator] / n) for n in (1, 4)
    )
    assert fine <= coarse / (0.6 * 4**order) + 1e-9


def test_an_odd_kernel_has_no_energy_to_conserve():
    sample = Sample(7, 1)
    errors = [
        energy_error(
            coupled(Material("gaussian", s_w=0, p_w=1), sample, (1, 0.3, -0.6)),
            sample,
            3,
            "exponential_midpoint",
            dt,
        )
        for dt in (0.08, 0.02)
    ]
    assert min(errors) > 1e-3
    assert errors[0] == pytest.approx(errors[1], rel=0.05)
