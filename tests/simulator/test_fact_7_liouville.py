"""physics.md, section 6, fact 7: the Bloch stepper is the dense 4 × 4 Liouville-space exponential of every spin."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample, simulate
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.reference import dense_echo, plain_echo

SAMPLE = Sample(3, 2)
OFFSETS = np.random.default_rng(4).normal(0, 0.1, (3, 2))
MATERIALS = {
    "anisotropic, three rates": Material("gaussian", xi=1.5, alpha_x=0.08, alpha_y=-0.03, alpha_z=0.05,
                                         gamma_1=0.004, gamma_2=0.01, gamma_3=0.02),
    "only z": Material("power_law", p=3, alpha_x=0, alpha_y=0, alpha_z=0.1, gamma_2=0.01),
    "negative sum": Material("rkky", xi=4.0, alpha_x=0.02, alpha_y=0.02, gamma_1=0.005),
}
PROTOCOLS = {
    "2020": Protocol(tau=3.0, phase_2=90, sense=-1, record="after"),
    "2023": Protocol(tau=2.4, dt=0.3, sense=1, record="all"),
    "odd angles": Protocol(tau=2.5, dt=0.25, angle_1=70, phase_1=20, angle_2=110, phase_2=-50),
}


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bloch_stepper_is_the_dense_exponential(material, protocol):
    experiment = Experiment(MATERIALS[material], PROTOCOLS[protocol], SAMPLE)
    assert_allclose(simulate(experiment, offsets=OFFSETS).signal, dense_echo(experiment, OFFSETS), rtol=0, atol=1e-10)


def test_big_steps_are_cut_into_substeps_and_stay_exact():
    """The mean field is held over the whole step, so substeps change nothing but round-off."""
    material = MATERIALS["anisotropic, three rates"]
    experiment = Experiment(material, Protocol(tau=20.0, dt=5.0, sense=-1), SAMPLE)
    assert Batch([experiment], OFFSETS[None], "float64").n_sub[0] > 10
    assert_allclose(simulate(experiment, offsets=OFFSETS).signal, dense_echo(experiment, OFFSETS), rtol=0, atol=1e-10)


def test_a_chain_is_a_lattice_too():
    experiment = Experiment(MATERIALS["negative sum"], PROTOCOLS["2020"], Sample(1, 6))
    offsets = OFFSETS.reshape(1, 6)
    assert_allclose(simulate(experiment, offsets=offsets).signal, dense_echo(experiment, offsets), rtol=0, atol=1e-10)


def test_the_benchmarks_plain_loop_computes_the_same():
    experiment = Experiment(MATERIALS["anisotropic, three rates"], PROTOCOLS["2020"], SAMPLE)
    experiment = experiment.replace(gamma_1=0.0, gamma_2=0.0, gamma_3=0.0)
    assert_allclose(plain_echo(experiment, OFFSETS), simulate(experiment, offsets=OFFSETS).signal, rtol=0, atol=1e-11)
