"""Vectors against scipy's transforms: the same physics, option by option, to round-off."""

import numpy as np
import pytest
from any_physics import coupled, protocol
from numpy.testing import assert_allclose

from nmr_core import INTEGRATORS, Experiment, Material, Sample, simulate, simulate_batch
from nmr_core.integrators import Integrator
from nmr_core.simulator import batch as batches
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.lanes.spins import LaneSpins
from nmr_core.simulator.plain import PlainSpins
from nmr_core.simulator.sides import has_vectors, side_notice

SHAPES = [(16, 16), (20, 21), (30, 48), (35, 50), (7, 5), (1, 30), (49, 1), (50, 50), (14, 27)]
TOLERANCE = {"float32": 4e-6, "float64": 1e-12}
PROTOCOLS = {
    "echo": protocol("hahn_echo"),
    "all points": protocol("hahn_echo", record="all"),
    "midpoint": protocol("hahn_echo", integrator="exponential_midpoint"),
    "carrier": protocol("hahn_echo", carrier=1.3),
    "midpoint and carrier": protocol(
        "hahn_echo", integrator="exponential_midpoint", carrier=0.2, record="all"
    ),
    "cpmg": protocol("cpmg", acquire=3.0),
    "fid": protocol("fid"),
    "list": protocol("70x 2us 110@40 1us 95-y 3us"),
    "coarse": protocol("hahn_echo", dt=1.0, tau=4.0, acquire=5.0),
}
MATERIALS = {
    "isotropic": ({}, (1, 1, 0)),
    "anisotropic": ({"gamma_3": 0.01}, (1, 0.6, -0.8)),
    "only z": ({"gamma_2": 0.02}, (0, 0, 1)),
    "p-wave": ({"s_w": 0.3, "p_w": 1.0}, (1, 1, 0)),
    "d-wave, alternating": ({"d_w": 0.7, "sign": "alternating"}, (1, -1, 0)),
    "three rates": ({"gamma_1": 0.004, "gamma_2": 0.01, "gamma_3": 0.02}, (1, 1, 1)),
    "uncoupled": ({}, (0, 0, 0)),
}


def experiments(shape: tuple[int, int], protocol) -> list[Experiment]:
    """One of each material, with different couplings and numbers of substeps."""
    sample = Sample(*shape, "iid")
    return [
        Experiment(
            coupled(Material("gaussian", xi=2.0, **options), sample, ratios, 0.05 + 0.04 * k),
            protocol,
            sample,
        )
        for k, (options, ratios) in enumerate(MATERIALS.values())
    ]


def run(some: list[Experiment], dtype: str) -> tuple[np.ndarray, np.ndarray, Batch]:
    """Signals and m_z of a batch."""
    offsets = np.random.default_rng(1).uniform(-0.2, 0.2, (len(some), *some[0].interaction.shape))
    batch = Batch(some, offsets, dtype)
    mz = np.empty((len(some), len(some[0].protocol.time)))
    return batch.run(mz), mz, batch


@pytest.fixture
def plain(monkeypatch):
    """Simulate with scipy's transforms inside the test."""

    def start():
        monkeypatch.setattr(batches, "has_vectors", lambda sample: False)

    return start


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("shape", SHAPES)
def test_vectors_compute_what_scipys_transforms_do(shape, dtype, plain):
    names = list(PROTOCOLS)
    first = SHAPES.index(shape)
    # Three protocols on every lattice, all of them on some
    some = [experiments(shape, PROTOCOLS[names[(first + k) % len(names)]]) for k in (0, 3, 6)]
    results = [run(each, dtype) for each in some]
    plain()
    for each, (signal, mz, batch) in zip(some, results, strict=True):
        expected, expected_mz, other = run(each, dtype)
        assert isinstance(batch.spins, LaneSpins)
        assert isinstance(other.spins, PlainSpins)
        assert signal.dtype == expected.dtype
        assert_allclose(signal, expected, rtol=0, atol=TOLERANCE[dtype])
        assert_allclose(mz, expected_mz, rtol=0, atol=TOLERANCE[dtype])
        assert_allclose(batch.spins.m, other.spins.m, rtol=0, atol=20 * TOLERANCE[dtype])
        assert_allclose(batch.spins.mz, other.spins.mz, rtol=0, atol=20 * TOLERANCE[dtype])
        assert np.abs(signal).max() > 0.05


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_on_one_lattice(name, plain):
    some = experiments((10, 12), PROTOCOLS[name])
    signal, mz, batch = run(some, "float64")
    plain()
    expected, expected_mz, _ = run(some, "float64")
    assert_allclose(signal, expected, rtol=0, atol=TOLERANCE["float64"])
    assert_allclose(mz, expected_mz, rtol=0, atol=TOLERANCE["float64"])
    if name == "coarse":
        assert len(set(batch.n_sub)) > 2


@pytest.mark.parametrize("shape", [(11, 8), (8, 26), (1, 13)])
def test_other_lattices_take_scipys_transforms(shape):
    sample = Sample(*shape, "iid")
    assert not has_vectors(sample)
    some = experiments(shape, PROTOCOLS["echo"])
    assert isinstance(run(some, "float32")[2].spins, PlainSpins)
    curves = simulate_batch(some, range(len(some)))
    for k, experiment in enumerate(some):
        assert_allclose(curves[k], simulate(experiment, seed=k).signal, rtol=0, atol=4e-6)


def test_a_slow_side_is_named_with_the_next_fast_one():
    assert side_notice(Sample(50, 48)) == ""
    assert side_notice(Sample(53, 50)).startswith("A side of 53 sites has a prime factor above 7")
    assert side_notice(Sample(53, 50)).endswith("54 sites would be fast.")
    assert "A side of 22 and 26 sites" in side_notice(Sample(26, 22))


@pytest.mark.parametrize("shape", [(6, 8), (11, 8)])
@pytest.mark.parametrize("single_use", [False, True])
def test_an_integrator_may_use_a_field_more_than_once(shape, single_use, monkeypatch):
    def hesitant(state):
        state.keep()
        field = state.field()
        if not single_use:
            state.rotate(field, 0.5)
            state.rotate(state.field(), 1.0)
            state.restore()
        state.rotate(field, 1.0)

    monkeypatch.setitem(
        INTEGRATORS, "hesitant", Integrator("hesitant", "", hesitant, 1, "", single_use=single_use)
    )
    some = experiments(shape, PROTOCOLS["echo"])
    changed = [experiment.replace(integrator="hesitant") for experiment in some]
    assert run(changed, "float64")[0].tobytes() == run(some, "float64")[0].tobytes()
