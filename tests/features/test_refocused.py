"""The refocused difference: nothing without coupling, and a shape that no strength changes."""

import numpy as np
import pytest

from nmr_core import FEATURIZERS, InputError, preset
from nmr_core.features.refocused import SMALLEST, _parts
from nmr_core.simulator.several import simulate_batch

ALPHAS = np.repeat([0.0, 0.001, 0.004, 0.15], 6)
RATES = np.tile([3.0, 3.5, 4.0, 4.5, 5.0, 6.0], 4)


@pytest.fixture(scope="module")
def curves():
    """Six lines, each at four strengths (a strong one turns the phase); d from 3 to 6."""
    drawn = preset("ml4sci_2020")
    several = [
        drawn.build(alpha=a, xi=10.0, p=3.0, d=d) for a, d in zip(ALPHAS, RATES, strict=True)
    ]
    return simulate_batch(several, list(range(6)) * 4)


@pytest.fixture(scope="module")
def fitted(curves):
    return FEATURIZERS["refocused"]().fit(curves)


def test_without_coupling_nothing_is_left_and_the_decay_is_exact(curves, fitted):
    _, numbers = fitted._differences(curves[:6], 0)
    size, _, exponent = numbers.T
    assert size.max() < np.log10(10 * SMALLEST)
    # gamma_3/2 over the reduced time 2 pi 2 tau
    np.testing.assert_allclose(exponent, np.pi * 100 * 10.0 ** -RATES[:6], rtol=4e-3)


def test_the_size_goes_with_the_square_of_the_strength_and_the_shape_stays(curves, fitted):
    shapes, numbers = fitted._differences(curves, 0)
    weak, strong = slice(6, 12), slice(12, 18)
    ratio = numbers[strong, 0] - numbers[weak, 0]
    np.testing.assert_allclose(ratio[3:], np.log10(16), atol=0.03)
    alike = (shapes[weak] * shapes[strong]).mean(axis=1)
    assert alike[3:].min() > 0.98


@pytest.mark.parametrize(("name", "shift"), [("ml4sci_2020", 1), ("cuda_2023", 0)])
def test_the_first_point_is_learned_from_the_signals(name, shift):
    drawn = preset(name)
    rng = np.random.default_rng(0)
    several = [drawn.build(**drawn.draw(rng)) for _ in range(4)]
    several = [
        e.replace(n_x=16, n_y=16, alpha_x=e.alpha_x / 100, alpha_y=e.alpha_y / 100) for e in several
    ]
    fitted = FEATURIZERS["refocused"]().fit(simulate_batch(several, [0, 1, 2, 3]))
    assert fitted.shift_ == shift


@pytest.mark.parametrize("n_times", [8, 9, 60, 471, 500, 942])
@pytest.mark.parametrize("centre", [0.0, 0.3, 2 / 3, 0.9, 1.0])
def test_parts_fit_into_every_window(n_times, centre):
    signals = np.arange(n_times)[None] + 0j
    for shift in (0, 1):
        decay, after, before = _parts(signals, centre, shift)
        assert 1 <= after.shape[1] <= max(decay.shape[1], 1)
        assert 1 <= before.shape[1] <= decay.shape[1]
        assert np.allclose(np.diff(after), 1)
        assert np.allclose(np.diff(before), -1)


def test_a_window_without_room_for_an_echo_is_refused():
    signals = np.ones((4, 7), np.complex64)
    with pytest.raises(InputError, match="needs a window of at least 8 points, got 7"):
        FEATURIZERS["refocused"]().fit(signals)
