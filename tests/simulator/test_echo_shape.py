"""The shape of an echo: exact on triangles, close on curves, NaN without a half height."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nmr_core.errors import InputError
from nmr_core.simulator.shape import echo_shape

TIME = np.arange(301) / 2  # µs, 0 to 150


def _triangle(time, height=0.4, at=100.0, before=10.0, after=20.0):
    """Rises over 2·before and falls over 2·after, so that these are its half widths; linear, so
    interpolation is exact.
    """
    slope = np.where(time < at, (time - at) / (2 * before), (at - time) / (2 * after))
    return height * np.clip(1 + slope, 0, None)


def test_a_triangle_is_measured_exactly():
    shape = echo_shape(TIME, _triangle(TIME) * np.exp(0.7j), 60, 150)
    assert (shape.height, shape.time) == pytest.approx((0.4, 100))
    assert (shape.width, shape.asymmetry) == pytest.approx((30, 1 / 3))
    assert all(
        type(value) is float for value in (shape.height, shape.time, shape.width, shape.asymmetry)
    )


def test_half_height_is_interpolated_between_samples():
    coarse = np.arange(0, 151, 4.0)
    assert echo_shape(
        coarse, _triangle(coarse, before=13, after=17), 60, 150
    ).width == pytest.approx(30)


def test_a_lorentzian_echo_has_its_full_width_at_half_maximum():
    shape = echo_shape(TIME, 0.5 / (1 + ((TIME - 90) / 6) ** 2), 50, 150)
    assert shape.width == pytest.approx(12, rel=2e-3)
    assert shape.asymmetry == pytest.approx(0, abs=1e-12)


def test_many_curves_are_measured_like_each_alone():
    rng = np.random.default_rng(0)
    curves = np.array(
        [
            _triangle(TIME, rng.uniform(0.1, 0.5), rng.integers(90, 110), *rng.uniform(2, 30, 2))
            for _ in range(20)
        ]
    )
    curves = np.vstack([curves, np.full(301, 0.3), np.zeros(301), rng.normal(size=(5, 301))])
    together = echo_shape(TIME, curves.astype(np.complex64), 60, 140)
    for k, curve in enumerate(curves.astype(np.complex64)):
        alone = echo_shape(TIME, curve, 60, 140)
        for name in ("height", "time", "width", "asymmetry"):
            assert getattr(together, name).shape == (27,)
            assert_allclose(
                getattr(together, name)[k], getattr(alone, name), rtol=0, atol=0, err_msg=name
            )
    assert np.isfinite(together.width).sum() > 15
    assert np.isnan(together.width[[20, 21]]).all()


@pytest.mark.parametrize(("start", "stop"), [(92, 150), (60, 118)], ids=["left", "right"])
def test_a_side_that_stays_above_half_height_has_no_width(start, stop):
    shape = echo_shape(TIME, _triangle(TIME), start, stop)
    assert (shape.height, shape.time) == pytest.approx((0.4, 100))
    assert np.isnan([shape.width, shape.asymmetry]).all()


def test_only_the_window_is_looked_at():
    first = _triangle(TIME, 0.5, 20, 3, 3)
    assert echo_shape(TIME, first + _triangle(TIME), 60, 150) == echo_shape(
        TIME, _triangle(TIME), 60, 150
    )
    assert echo_shape(TIME, first + _triangle(TIME), 0, 150).time == 20
    assert echo_shape(TIME, first, 20, 20).height == 0.5, "both ends of the window belong to it"


def test_the_earliest_of_equal_heights_is_the_echo():
    assert echo_shape(TIME, _triangle(TIME, at=40) + _triangle(TIME, at=120), 0, 150).time == 40


@pytest.mark.parametrize("at", [70.0, 100.0, 110.0], ids=["rising", "top", "falling"])
def test_an_instant_that_appears_twice_changes_nothing(at):
    """record "all": the samples before and after a pulse."""
    k = np.flatnonzero(np.isclose(TIME, at))[0]
    time, curve = (np.insert(values, k, values[k]) for values in (TIME, _triangle(TIME)))
    assert echo_shape(time, curve, 60, 150) == echo_shape(TIME, _triangle(TIME), 60, 150)


def test_a_jump_at_a_pulse_ends_the_echo_there():
    time = np.array([0, 1, 2, 3, 3, 4.0])
    assert echo_shape(time, [0.0, 0.4, 0.4, 0.4, 0.0, 0.0], 0, 4).width == pytest.approx(2.5)
    between = echo_shape(np.array([0, 1, 1, 1, 2.0]), [0.0, 0.0, 0.4, 0.0, 0.0], 0, 2)
    assert (between.height, between.width) == (0.4, 0.0)
    assert np.isnan(between.asymmetry)


def test_no_signal_has_no_width():
    shape = echo_shape(TIME, np.zeros(301), 60, 150)
    assert (shape.height, shape.time) == (0, 60)
    assert np.isnan([shape.width, shape.asymmetry]).all()


@pytest.mark.parametrize(
    ("signals", "start", "stop", "message"),
    [
        (np.zeros(301), 151, 200, "covers 0 to 150 µs"),
        (np.zeros(301), 90, 80, "No sample lies between"),
        (np.zeros((301, 2)), 0, 150, "301 points"),
        (np.zeros((2, 2, 301)), 0, 150, "301 points"),
    ],
)
def test_what_cannot_be_measured_is_refused(signals, start, stop, message):
    with pytest.raises(InputError, match=message):
        echo_shape(TIME, signals, start, stop)
