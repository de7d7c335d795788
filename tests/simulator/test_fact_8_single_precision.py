"""physics.md, section 6, fact 8: data sets are computed in float32; what that costs is stated here and tested."""

import numpy as np
import pytest

from nmr_core import preset, simulate, simulate_batch

TOLERANCE = {"ml4sci_2020": 5e-5, "cuda_2023": 5e-5}
"""Largest |M_float32 - M_float64| of a curve; the curves are at most 0.5, two seeds differ by .009 or more."""


@pytest.mark.parametrize("name", TOLERANCE)
def test_float32_batches_agree_with_float64(name):
    seeds = range(8)
    lattice = {"n_x": 50, "n_y": 50}
    drawn = [preset(name).draw(np.random.default_rng(seed)) for seed in seeds]
    experiments = [preset(name).build(**values, **lattice) for values in drawn]
    single = simulate_batch(experiments, list(seeds))
    assert single.dtype == np.complex64
    double = simulate_batch(experiments, list(seeds), dtype="float64")
    assert np.abs(single - double).max() < TOLERANCE[name]
    assert np.abs(single - double).max() > 0


def test_one_echo_in_float32_too():
    experiment = preset("ml4sci_2020").build(n_x=12, n_y=12)
    single, double = simulate(experiment, dtype="float32"), simulate(experiment)
    assert np.abs(single.signal - double.signal).max() < TOLERANCE["ml4sci_2020"]
    assert np.abs(single.mz - double.mz).max() < TOLERANCE["ml4sci_2020"]
