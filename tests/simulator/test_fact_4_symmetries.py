"""physics.md, section 6, fact 4: no origin of the lattice, no preferred transverse axis."""

import numpy as np
from any_physics import LISTS, coupled, materials, offsets_of, protocol, samples, seeds
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nmr_core import INTEGRATORS, Delay, Experiment, Material, Protocol, Pulse, Sample, simulate
from nmr_core.sequences.listed import parse

SAMPLE = Sample(6, 7, offsets="iid")
OFFSETS = np.random.default_rng(1).normal(0, 0.05, (6, 7))
INTEGRATOR = st.sampled_from(sorted(INTEGRATORS))
RATES = {"gamma_1": 2e-3, "gamma_2": 1e-3, "gamma_3": 3e-3}


def echo(offsets=OFFSETS, turned=0.0, carrier=0.0, axis=0.0, **material) -> np.ndarray:
    sequence = Protocol(
        tau=8.0,
        angle_2=140,
        phase_1=turned,
        phase_2=30 + turned,
        carrier=carrier,
        carrier_axis=axis,
    )
    return simulate(Experiment(Material(**material), sequence, SAMPLE), offsets=offsets).signal


@given(
    sample=samples,
    material=materials(),
    seed=seeds,
    shift=st.tuples(st.integers(-6, 6), st.integers(-7, 7)),
    sequence=st.sampled_from(LISTS),
    integrator=INTEGRATOR,
    carrier=st.sampled_from([0.0, 0.3]),
)
def test_shifting_offsets_by_a_lattice_vector_changes_nothing(
    sample, material, seed, shift, sequence, integrator, carrier
):
    stepped = protocol(sequence, integrator=integrator, carrier=carrier)
    experiment = Experiment(coupled(material, sample, **RATES), stepped, sample)
    offsets = offsets_of(sample, seed)
    here, there = (
        simulate(experiment, offsets=array)
        for array in (offsets, np.roll(offsets, shift, axis=(0, 1)))
    )
    assert_allclose(there.signal, here.signal, rtol=0, atol=1e-12)
    assert_allclose(there.mz, here.mz, rtol=0, atol=1e-12)


def test_where_the_offsets_lie_matters_otherwise():
    shuffled = np.random.default_rng(2).permutation(OFFSETS.ravel()).reshape(6, 7)
    assert np.abs(echo(shuffled) - echo()).max() > 1e-3


def turned(sequence: str, angle: float, **changes) -> Protocol:
    """The sequence with every pulse's phase turned."""
    if sequence in LISTS[:3]:
        straight = protocol(sequence)
        return protocol(
            sequence, phase_1=straight.phase_1 + angle, phase_2=straight.phase_2 + angle, **changes
        )
    events = [
        event if isinstance(event, Delay) else Pulse(event.angle, event.phase + angle, event.sense)
        for event in parse(sequence)
    ]
    return protocol("1us", **changes | {"sequence": events})


@given(
    sample=samples,
    material=materials(),
    seed=seeds,
    angle=st.floats(-180, 180),
    sequence=st.sampled_from(LISTS),
    integrator=INTEGRATOR,
)
def test_turning_every_pulse_phase_turns_the_signal(
    sample, material, seed, angle, sequence, integrator
):
    material = coupled(material, sample, (1, 1, -0.7), **RATES)
    straight, other = (
        simulate(
            Experiment(material, turned(sequence, by, integrator=integrator), sample),
            offsets=offsets_of(sample, seed),
        )
        for by in (0.0, angle)
    )
    assert_allclose(
        other.signal, straight.signal * np.exp(1j * np.radians(angle)), rtol=0, atol=1e-12
    )
    assert_allclose(other.mz, straight.mz, rtol=0, atol=1e-12)


def test_unequal_couplings_do_prefer_an_axis():
    a, b = (echo(turned=turned, alpha_x=0.05, alpha_y=0.01) for turned in (0.0, 40.0))
    assert np.abs(np.abs(a) - np.abs(b)).max() > 1e-3


def test_so_do_counter_rotating_terms_whose_phase_the_carrier_sets():
    a, b = (echo(turned=turned, alpha_x=0.05, alpha_y=0.05, carrier=0.2) for turned in (0.0, 40.0))
    assert np.abs(np.abs(a) - np.abs(b)).max() > 1e-3


def test_turned_with_the_axis_of_the_coupling_only_the_phase_of_the_signal_changes():
    a, b = (
        echo(turned=turned, axis=turned, alpha_x=0.05, alpha_y=0.05, carrier=0.2)
        for turned in (0.0, 40.0)
    )
    assert_allclose(b, a * np.exp(1j * np.deg2rad(40.0)), rtol=0, atol=1e-12)
