"""Echoes against one parameter."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core import InputError, preset, simulate, sweep
from nmr_core.experiment import PHYSICAL
from nmr_core.simulator import sweep_settings
from nmr_core.simulator.sweep import MAX_VALUES, values_between

SMALL = preset("ml4sci_2020_secular").fix(n_x=6, n_y=5, tau=6.0)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("alpha", [0.02, 0.1, 0.2]),
        ("p", [2, 3.5]),
        ("angle_2", [60, 90.0, 180]),
        ("phase_2", [0, 45]),
        ("gamma_3", [0, 0.02]),
        ("n_x", [4, 6, 7]),
        ("cutoff", [0.1, 0.25]),
        ("p_w", [0.0, 0.5]),
        ("carrier", [0, 0.3]),
        ("noise", [0.0, 0.05]),
    ],
)
def test_a_sweep_is_single_simulations_in_single_precision(name, values):
    found = sweep(SMALL, name, values, seed=3)
    assert found.parameter.name == name
    assert found.values.tolist() == values
    assert found.signals.dtype == np.complex64
    assert found.signals.shape == (len(values), len(found.time))
    for k, value in enumerate(values):
        single = simulate(SMALL.build(**{name: value}), seed=3, dtype="float32", setting=k)
        assert_allclose(found.signals[k], single.signal, rtol=0, atol=2e-6)
        assert found.experiments[k] == single.experiment
        for number in ("height", "time", "width", "asymmetry"):
            assert_allclose(
                getattr(found.shapes, number)[k],
                getattr(single.shape, number),
                rtol=1e-3,
                atol=1e-3,
            )
    assert np.abs(found.signals[-1] - found.signals[0]).max() > 1e-4


def test_other_parameters_stay_where_they_are_put():
    found = sweep(SMALL, "p", [2, 4], alpha=0.2, gamma_1=0.01, p=3)
    assert {(e.alpha_x, e.gamma_1) for e in found.experiments} == {(0.1, 0.01)}
    assert [e.p for e in found.experiments] == [2, 4]


def test_shorter_records_end_in_nan():
    taus = [6.0, 3.0, 4.5]
    found = sweep(SMALL, "tau", taus, seed=3)
    assert_allclose(found.time, SMALL.build(tau=6.0).protocol.time, rtol=0, atol=0)
    for k, tau in enumerate(taus):
        single = simulate(SMALL.build(tau=tau), seed=3, dtype="float32")
        n = len(single.time)
        assert_allclose(found.signals[k, :n], single.signal, rtol=0, atol=2e-6)
        assert np.isnan(found.signals[k, n:]).all()
        assert found.shapes.time[k] == pytest.approx(single.shape.time, rel=1e-6)
    assert n < len(found.time)


@pytest.mark.parametrize("values", [[], list(range(MAX_VALUES + 1))])
def test_numbers_of_values(values):
    with pytest.raises(InputError, match=rf"A sweep has 1 to 200 values, got {len(values)}"):
        sweep(SMALL, "angle_2", values)


@pytest.mark.parametrize("name", ["beta", "kernel", "sequence", ""])
def test_what_is_no_number_cannot_be_swept(name):
    with pytest.raises(
        InputError, match=rf"'{name}' cannot be swept: .*Choose among alpha, xi, p, d, alpha_x"
    ):
        sweep(SMALL, name, [1.0])


def test_values_that_make_no_sense_are_refused():
    with pytest.raises(InputError, match="angle_2 must be in"):
        sweep(SMALL, "angle_2", [90, 1000])
    with pytest.raises(InputError, match="angle_2 must be"):
        sweep(SMALL, "angle_2", [90, float("nan")])


def test_the_settings_of_a_sample_are_a_sweep_over_what_differs():
    measured = SMALL.measure(angle_1=[90, 90, 90], angle_2=[60, 120, 180])
    found = sweep_settings(measured, seed=2, alpha=0.2)
    assert found.parameter.name == "angle_2"
    assert found.values.tolist() == [60, 120, 180]
    expected = sweep(SMALL, "angle_2", [60, 120, 180], seed=2, alpha=0.2)
    assert found.signals.tobytes() == expected.signals.tobytes()
    assert found.experiments == expected.experiments


def test_one_setting_is_a_sweep_of_one():
    found = sweep_settings(SMALL, seed=2)
    assert found.parameter.name == "setting"
    assert found.values.tolist() == [0]
    assert found.signals.shape == (1, len(found.time))


def test_each_value_has_its_own_noise():
    found = sweep(SMALL, "phase_1", [0, 0], noise=0.05, seed=1)
    assert np.abs(found.signals[1] - found.signals[0]).std() > 0.02


def test_values_between():
    angle, dt, n_x = (PHYSICAL[name] for name in ("angle_2", "dt", "n_x"))
    assert values_between(angle, 0, 180, 5).tolist() == [0, 45, 90, 135, 180]
    assert values_between(dt, 0.01, 1, 3) == pytest.approx([0.01, 0.1, 1])
    assert values_between(n_x, 2, 5, 10).tolist() == [2, 3, 4, 5]
    for n in (0, MAX_VALUES + 1):
        with pytest.raises(InputError, match=f"1 to 200 values, got {n}"):
            values_between(angle, 0, 1, n)
