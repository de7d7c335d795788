"""physics.md, section 6, fact 7: the Bloch stepper is the dense 4 × 4 Liouville-space exponential
of every spin.
"""

from dataclasses import replace

import numpy as np
import pytest
from any_physics import (
    LISTS,
    WEIGHTS,
    Naive,
    coupled,
    materials,
    offsets_of,
    protocol,
    samples,
    seeds,
)
from dense import dense_echo
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import Experiment, Material, Protocol, Sample, simulate
from nmr_core.experiment import CARRIER_PHASES, RECORDS
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.reference import plain_echo

SAMPLE = Sample(3, 2)
OFFSETS = np.random.default_rng(4).normal(0, 0.1, (3, 2))
MATERIALS = {
    "anisotropic, three rates": Material(
        "gaussian",
        xi=1.5,
        alpha_x=0.08,
        alpha_y=-0.03,
        alpha_z=0.05,
        gamma_1=0.004,
        gamma_2=0.01,
        gamma_3=0.02,
    ),
    "only z": Material("power_law", p=3, xi=1.0, alpha_x=0, alpha_y=0, alpha_z=0.3, gamma_2=0.01),
    "negative sum": Material("rkky", xi=4.0, alpha_x=0.02, alpha_y=0.02, gamma_1=0.005),
}
PROTOCOLS = {
    "2020": Protocol(tau=3.0, phase_2=90, sense=-1, record="after"),
    "2023": Protocol(tau=2.4, dt=0.3, sense=1, record="all"),
    "odd angles": Protocol(tau=2.5, dt=0.25, angle_1=70, phase_1=20, angle_2=110, phase_2=-50),
}
RATES = {
    "none": {},
    "gamma_1": {"gamma_1": 0.02},
    "gamma_2": {"gamma_2": 0.03},
    "gamma_3": {"gamma_3": 0.025},
    "all": {"gamma_1": 0.004, "gamma_2": 0.01, "gamma_3": 0.02},
}
TOLERANCE = 1e-10


def agrees(experiment: Experiment, offsets: np.ndarray) -> None:
    assert_allclose(
        simulate(experiment, offsets=offsets).signal,
        dense_echo(experiment, offsets),
        rtol=0,
        atol=TOLERANCE,
    )


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bloch_stepper_is_the_dense_exponential(material, protocol):
    agrees(Experiment(MATERIALS[material], PROTOCOLS[protocol], SAMPLE), OFFSETS)


@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("sequence", LISTS)
def test_every_relaxation_channel_in_every_sequence(rates, sequence):
    material = coupled(Material("gaussian", xi=1.5), SAMPLE, **RATES[rates])
    agrees(Experiment(material, protocol(sequence), SAMPLE), OFFSETS)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("sign", ["uniform", "alternating"])
@pytest.mark.parametrize(
    ("lattice", "shape"),
    [("square", (3, 4)), ("hexagonal", (4, 3)), ("hexagonal", (1, 5)), ("square", (5, 1))],
)
def test_every_angular_weight_and_sign_on_every_lattice(weights, sign, lattice, shape):
    sample = Sample(*shape, lattice=lattice)
    material = coupled(
        Material("power_law", p=2.5, sign=sign, **WEIGHTS[weights]), sample, **RATES["all"]
    )
    agrees(Experiment(material, protocol(LISTS[-1], dt=0.5), sample), offsets_of(sample, 3))


@settings(max_examples=8)
@given(
    sample=samples,
    material=materials(),
    sequence=st.sampled_from(LISTS),
    record=st.sampled_from(sorted(RECORDS)),
    sense=st.sampled_from([-1, 1]),
    seed=seeds,
)
def test_anything_else(sample, material, sequence, record, sense, seed):
    experiment = Experiment(
        coupled(material, sample, **RATES["all"]),
        protocol(sequence, record=record, sense=sense, dt=0.5),
        sample,
    )
    agrees(experiment, offsets_of(sample, seed))


@settings(max_examples=8)
@given(
    sample=samples,
    material=materials(),
    sequence=st.sampled_from(LISTS),
    seed=seeds,
    integrator=st.sampled_from(["exponential_euler", "exponential_midpoint"]),
    carrier=st.sampled_from([0.0, 0.07, 1.3, 10.0]),
    axis=st.sampled_from([0.0, 35.0, 90.0]),
    phase=st.sampled_from(sorted(CARRIER_PHASES)),
)
def test_both_integrators_and_the_carrier_are_their_naive_twins(
    sample, material, sequence, seed, integrator, carrier, axis, phase
):
    terms = {"carrier": carrier, "carrier_axis": axis, "carrier_phase": phase}
    changed = protocol(sequence, dt=0.5, integrator=integrator, **terms)
    experiment, offsets = (
        Experiment(coupled(material, sample, **RATES["all"]), changed, sample),
        offsets_of(sample, seed),
    )
    assert_allclose(
        simulate(experiment, offsets=offsets).signal,
        Naive(experiment, offsets).stepped(),
        rtol=0,
        atol=TOLERANCE,
    )


def test_the_naive_twin_is_the_dense_exponential_where_that_can_say():
    """Two references that share only physics.md: Bloch equations, density matrices."""
    experiment = Experiment(MATERIALS["anisotropic, three rates"], PROTOCOLS["odd angles"], SAMPLE)
    assert_allclose(
        Naive(experiment, OFFSETS).stepped(), dense_echo(experiment, OFFSETS), rtol=0, atol=1e-12
    )


def test_big_steps_are_cut_into_substeps_and_stay_exact():
    """The mean field is held over the whole step, so substeps change nothing but round-off."""
    material = MATERIALS["anisotropic, three rates"]
    experiment = Experiment(material, Protocol(tau=20.0, dt=1.2, sense=-1), SAMPLE)
    assert Batch([experiment], OFFSETS[None], "float64").n_sub[0] > 3
    agrees(experiment, OFFSETS)
    fast = replace(material, gamma_1=2.0, gamma_2=3.0, gamma_3=1.0)
    experiment = Experiment(fast, Protocol(tau=4.0, dt=0.5, sense=-1), SAMPLE)
    assert Batch([experiment], OFFSETS[None], "float64").n_sub[0] > 20
    agrees(experiment, OFFSETS)


def test_a_chain_is_a_lattice_too():
    agrees(
        Experiment(MATERIALS["negative sum"], PROTOCOLS["2020"], Sample(1, 6)),
        OFFSETS.reshape(1, 6),
    )


def test_the_benchmarks_plain_loop_computes_the_same():
    experiment = Experiment(MATERIALS["anisotropic, three rates"], PROTOCOLS["2020"], SAMPLE)
    experiment = experiment.replace(gamma_1=0.0, gamma_2=0.0, gamma_3=0.0)
    assert_allclose(
        plain_echo(experiment, OFFSETS),
        simulate(experiment, offsets=OFFSETS).signal,
        rtol=0,
        atol=1e-11,
    )
