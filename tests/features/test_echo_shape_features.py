"""Echo shape against curves with known numbers, and against the simulator's definition."""

import numpy as np
import pytest

from nmr_core import FEATURIZERS, preset, simulate
from nmr_core.simulator.shape import echo_shape as by_ruler


def numbers(curve: np.ndarray, **options) -> dict[str, float]:
    featurizer = FEATURIZERS["echo_shape"](**options)
    values = featurizer.fit_transform(np.asarray(curve)[None, None].astype(complex))[0]
    return dict(
        zip(
            (name.split("__")[1] for name in featurizer.get_feature_names_out()),
            values.tolist(),
            strict=True,
        )
    )


def bump(n: int, at: float, width: float, height: float = 1.0) -> np.ndarray:
    return height * np.exp(-4 * np.log(2) * ((np.arange(n) - at) / width) ** 2)


def test_a_gaussian_echo_gives_its_own_numbers():
    found = numbers(bump(300, 200, 30, 0.4) * np.exp(0.7j))
    assert found["height"] == pytest.approx(0.4)
    assert found["log_height"] == pytest.approx(np.log10(0.4))
    assert found["position"] == 200
    assert found["width"] == pytest.approx(30, abs=0.05)
    assert found["asymmetry"] == pytest.approx(0, abs=1e-5)
    assert found["spread"] == pytest.approx(30 / np.sqrt(16 * np.log(2)), rel=1e-3)
    assert found["centroid"] == pytest.approx(0, abs=1e-3)
    assert found["area"] == pytest.approx(0.4 * 30 * np.sqrt(np.pi / (4 * np.log(2))), rel=1e-3)
    assert found["area_before"] == pytest.approx(found["area_after"], rel=1e-3)
    assert found["re_area"] == pytest.approx(found["area"] * np.cos(0.7), rel=1e-4)
    assert (found["cos_phase"], found["sin_phase"]) == pytest.approx(
        (np.cos(0.7), np.sin(0.7)), abs=1e-5
    )
    assert (found["n_dips"], found["frequency"]) == pytest.approx((0, 0), abs=1e-6)


def test_a_long_tail_is_a_positive_asymmetry():
    n = np.arange(300)
    curve = np.where(n < 200, bump(300, 200, 20), bump(300, 200, 60))
    found = numbers(curve)
    assert (found["before"], found["after"]) == pytest.approx((10, 30), abs=0.1)
    assert found["asymmetry"] == pytest.approx(0.5, abs=0.01)
    assert found["centroid"] > 5


def test_precession_during_the_echo_is_a_frequency():
    curve = bump(300, 200, 40) * np.exp(-2j * np.pi * 0.01 * np.arange(300))
    assert numbers(curve)["frequency"] == pytest.approx(-0.01, abs=1e-5)


def test_dips_are_counted_and_measured():
    curve = bump(400, 266, 40) + bump(400, 340, 20, 0.5)
    found = numbers(curve)
    assert found["n_dips"] == 1
    assert found["deepest_dip"] == pytest.approx(0.5 - curve[266:340].min(), abs=1e-3)
    three = curve + bump(400, 385, 10, 0.3)
    assert numbers(three)["n_dips"] == 2
    assert numbers(three)["dips"] > found["dips"] > numbers(bump(400, 266, 40))["dips"]
    ripple = curve + 0.01 * np.cos(np.arange(400))
    assert numbers(ripple)["n_dips"] == 1  # less than 5 % of the height is no dip


def test_the_decay_before_the_second_pulse():
    n = np.arange(600)
    curve = np.where(n < 200, 0.5 * np.exp(-n / 20), 0) + bump(600, 400, 30, 0.05)
    found = numbers(curve)
    assert found["fid_height"] == pytest.approx(0.5)
    assert found["decay"] == pytest.approx(1 / (1 - np.exp(-1 / 20)), rel=1e-3)
    assert found["fid_half"] == pytest.approx(20 * np.log(2), abs=0.02)
    assert found["echo_over_fid"] == pytest.approx(-1, abs=1e-4)
    assert found["gap"] == pytest.approx(0, abs=1e-4)
    assert found["abs_centre"] == pytest.approx(0.05)


def test_an_echo_that_never_falls_to_half_has_the_width_up_to_the_ends():
    found = numbers(np.ones(300))
    assert (found["position"], found["before"], found["after"], found["asymmetry"]) == (
        150,
        0,
        149,
        1,
    )


def test_a_narrow_search_finds_the_echo_and_not_the_larger_tail():
    curve = bump(300, 200, 20, 0.2) + bump(300, 280, 10, 0.4)
    assert numbers(curve)["position"] == 280
    assert numbers(curve, width=30)["position"] == 200
    assert numbers(bump(300, 100, 20), centre=1 / 3, width=50)["position"] == 100


@pytest.mark.parametrize(
    "name", ["ml4sci_2020_secular", "cuda_2023", "gsoc_2021_weak_gaussian", "lab"]
)
def test_it_agrees_with_the_simulator_s_ruler(name):
    """Height, time, width and asymmetry of echoes, wherever the ruler finds both sides."""
    small, agreed = preset(name).fix(n_x=8, n_y=8), 0
    for seed in range(4):
        for experiment in small.draw_sample(np.random.default_rng(seed)).experiments[::3]:
            echo = simulate(experiment, seed=seed)
            featurizer = FEATURIZERS["echo_shape"]().fit(echo.signal[None])
            found = dict(
                zip(
                    featurizer._recipes(),
                    featurizer.transform(echo.signal[None])[0].tolist(),
                    strict=True,
                )
            )
            first, last = featurizer.echo_
            ruler = by_ruler(np.arange(last, dtype=float), echo.signal[:last], first, last)
            assert found["height"] == pytest.approx(ruler.height, rel=1e-6)
            assert found["position"] == ruler.time
            if np.isfinite(ruler.asymmetry):
                assert found["width"] == pytest.approx(ruler.width, rel=1e-4)
                assert found["asymmetry"] == pytest.approx(ruler.asymmetry, abs=1e-4)
                agreed += 1
    assert agreed > 0


def test_the_echo_is_looked_for_where_the_protocol_has_it():
    echo = simulate(preset("ml4sci_2020_secular").fix(n_x=6, n_y=6).build())
    featurizer = FEATURIZERS["echo_shape"]().fit(echo.signal[None])
    start, stop = echo.experiment.protocol.echo_window
    inside = np.flatnonzero((echo.time >= start) & (echo.time <= stop))
    assert featurizer.echo_ == (inside[0], inside[-1] + 1)
    assert featurizer.fid_ == (0, 157)  # 50 µs, where the second pulse comes


@pytest.mark.parametrize("n_times", [1, 2, 3, 9])
def test_records_of_a_few_points(n_times):
    curves = np.ones((2, 1, n_times), np.complex64)
    assert np.isfinite(FEATURIZERS["echo_shape"]().fit_transform(curves)).all()
