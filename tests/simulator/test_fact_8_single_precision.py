"""physics.md, section 6, fact 8: data sets are computed in float32; what that costs."""

import numpy as np
import pytest
from any_physics import coupled

from nmr_core import (
    PRESETS,
    Experiment,
    InputError,
    Material,
    Protocol,
    Sample,
    preset,
    simulate,
    simulate_batch,
)

TOLERANCE = 5e-5
"""Largest |M_float32 - M_float64| of a curve (at most 0.5; two seeds differ by .009 or more)."""
OPTIONS = {
    "p-wave": ({"s_w": 0.5, "p_w": 1.0}, {}, {}),
    "d-wave": ({"s_w": 0.5, "d_w": -1.0}, {}, {}),
    "antiferromagnet": ({"sign": "alternating"}, {}, {}),
    "hexagonal": ({}, {}, {"lattice": "hexagonal"}),
    "chain": ({}, {}, {"n_x": 600, "n_y": 1}),
    "midpoint": ({}, {"integrator": "exponential_midpoint"}, {}),
    "carrier": ({}, {"carrier": 10.0}, {}),
    "midpoint and slow carrier": ({}, {"integrator": "exponential_midpoint", "carrier": 0.2}, {}),
    "cpmg": ({}, {"sequence": "cpmg", "n_echoes": 3, "tau": 15.0, "angle_2": 160}, {}),
    "fid": ({}, {"sequence": "fid"}, {}),
    "list": ({}, {"sequence": "70x 20us 110@40 15us 95-y 50us"}, {}),
    "relaxation": ({"gamma_1": 1e-3, "gamma_2": 2e-3, "gamma_3": 3e-3}, {}, {}),
}


@pytest.mark.parametrize("name", ["ml4sci_2020_secular", "cuda_2023"])
def test_float32_batches_agree_with_float64(name):
    seeds = range(8)
    lattice = {"n_x": 50, "n_y": 50}
    drawn = [preset(name).draw(np.random.default_rng(seed)) for seed in seeds]
    experiments = [preset(name).build(**values, **lattice) for values in drawn]
    single = simulate_batch(experiments, list(seeds))
    assert single.dtype == np.complex64
    double = simulate_batch(experiments, list(seeds), dtype="float64")
    assert np.abs(single - double).max() < TOLERANCE
    assert np.abs(single - double).max() > 0


@pytest.mark.parametrize("option", OPTIONS)
def test_with_every_option(option):
    """At six line widths, the strongest that any preset draws; beyond it, float32 and float64 part
    like two seeds do.
    """
    of_material, of_protocol, of_sample = OPTIONS[option]
    sample = Sample(**{"n_x": 24, "n_y": 25} | of_sample)
    material = coupled(Material("gaussian", xi=2.5, **of_material), sample, strength=0.075)
    experiment = Experiment(material, Protocol(**{"tau": 30.0} | of_protocol), sample)
    single, double = simulate(experiment, dtype="float32", seed=2), simulate(experiment, seed=2)
    assert 0 < np.abs(single.signal - double.signal).max() < TOLERANCE
    assert np.abs(single.mz - double.mz).max() < TOLERANCE


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"ml4sci_2020_secular", "cuda_2023"}))
def test_one_sample_of_the_other_presets_on_a_smaller_lattice(name):
    drawn = PRESETS[name].draw_sample(np.random.default_rng(1)).experiments[:2]
    shorter = {"tau": 60.0, "acquire": 120.0} if "strong" in name else {}
    experiments = [e.replace(n_x=30, n_y=30, noise=0.0, **shorter) for e in drawn]
    single, double = (
        simulate_batch(experiments, [3] * len(experiments), dtype)
        for dtype in ("float32", "float64")
    )
    assert 0 < np.abs(single - double).max() < TOLERANCE


def test_one_echo_in_float32_too():
    experiment = preset("ml4sci_2020_secular").build(n_x=12, n_y=12)
    single, double = simulate(experiment, dtype="float32"), simulate(experiment)
    assert np.abs(single.signal - double.signal).max() < TOLERANCE
    assert np.abs(single.mz - double.mz).max() < TOLERANCE


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(InputError, match="at least one experiment, got none"):
        simulate_batch([], [])
