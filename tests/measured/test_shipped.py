"""What ships for the example of a measured echo is what would be simulated.

If one of these fails after a change of the simulator: python -m nmr_core.pretrained example
"""

from types import SimpleNamespace

import numpy as np
import pytest

from nmr_core import load_run
from nmr_core.learning.origin import fresh_signals
from nmr_core.measured import for_run, shipped
from nmr_core.measured.estimating import estimate
from nmr_core.measured.example import example_echo
from nmr_core.measured.for_run import prepare_for_run, resimulated, target_for_run


@pytest.fixture(scope="module")
def run():
    return load_run("pretrained-measured")


@pytest.fixture(scope="module")
def target(run):
    return target_for_run(run)


def _prepared(run, target, seed=0):
    return prepare_for_run(run, example_echo(run, target, seed).read(), target=target)


def test_the_curves_of_the_target_are_simulated_ones(run):
    shipped_ones = shipped.shipped_curves(run, for_run.N_CURVES, 0)
    _, curves = fresh_signals(run, for_run.N_CURVES, effects=())
    np.testing.assert_allclose(shipped_ones, curves, rtol=0, atol=1e-4)


def test_the_resimulation_is_that_of_the_example(run, target):
    prepared = _prepared(run, target)
    stored = shipped.shipped_resimulation(run, prepared)
    assert stored is not None
    row = estimate(run, prepared, insist=True).iloc[0]
    again = resimulated(run, prepared, row, n_seeds=stored.n_seeds)
    np.testing.assert_allclose(stored.mean, again.mean, rtol=0, atol=1e-3)
    np.testing.assert_allclose(stored.sd, again.sd, rtol=0, atol=1e-3)
    assert stored.p_value == pytest.approx(again.p_value, abs=0.03)


def test_another_echo_or_model_has_none(run, target):
    assert shipped.shipped_resimulation(run, _prepared(run, target, seed=1)) is None
    assert shipped.shipped_curves(run, for_run.N_CURVES, 1) is None
    assert shipped.shipped_curves(run, for_run.N_CURVES - 1, 0) is None
    retrained = SimpleNamespace(id=run.id, manifest=SimpleNamespace(model_sha256="another"))
    assert shipped.shipped_example(retrained) is None
    assert shipped.shipped_example(SimpleNamespace(id="another", manifest=run.manifest)) is None
