"""error(n) = a n^-b + c: known laws are found again, and what cannot be reached is said."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core.studies.power_law import MOST, PowerLaw, fit_power_law, needed, resampled

N = np.geomspace(20, 5000, 8)


@pytest.mark.parametrize(
    "law", [PowerLaw(2.0, 0.5, 0.0), PowerLaw(5.0, 0.9, 0.01), PowerLaw(0.8, 0.35, 0.03)], ids=repr
)
def test_a_law_without_noise_is_found_again(law):
    found = fit_power_law(N, law(N))
    assert found.a == pytest.approx(law.a, rel=0.02)
    assert found.b == pytest.approx(law.b, rel=0.02)
    assert found.c == pytest.approx(law.c, rel=0.02, abs=1e-4)


@given(st.floats(0.1, 10), st.floats(0.3, 1.2), st.floats(0, 0.02), st.integers(0, 1000))
def test_a_noisy_law_is_found_where_it_was_measured(a, b, c, seed):
    law, n = PowerLaw(a, b, c), np.repeat(N, 5)
    noisy = law(n) * np.exp(np.random.default_rng(seed).normal(0, 0.05, len(n)))
    assert np.abs(np.log(fit_power_law(n, noisy)(N) / law(N))).max() < 0.1


def test_the_need_is_the_inverse_of_the_law():
    law = PowerLaw(2.0, 0.5, 0.01)
    assert law(law.needed(0.05)) == pytest.approx(0.05)
    assert law.needed(0.01) == math.inf
    assert PowerLaw(2.0, 0.0, 0.0).needed(0.1) == math.inf


def test_the_interval_covers_the_true_need_about_as_often_as_it_says():
    law, n, hits = PowerLaw(2.0, 0.5, 0.01), np.repeat(N, 3), 0
    truth = law.needed(0.03)
    for seed in range(30):
        noisy = law(n) * np.exp(np.random.default_rng(seed).normal(0, 0.08, len(n)))
        found = fit_power_law(n, noisy)
        need = needed(found, resampled(n, noisy, found, 60, seed), 0.03)
        assert need.low <= need.n <= need.high
        hits += need.low <= truth <= need.high
    assert hits >= 25


def test_what_cannot_be_reached_is_said():
    law = PowerLaw(2.0, 0.5, 0.02)
    assert needed(law, [law], 0.01).sentence == (
        "An error of 0.01 is not reachable with this recipe: the floor is 0.02."
    )
    slow = PowerLaw(2.0, 0.2, 0.0)
    assert slow.needed(0.01) > MOST
    assert (
        needed(slow, [slow], 0.01).sentence
        == "An error of 0.01 needs more than 10⁹ curves with this recipe."
    )
    assert needed(law, [law, PowerLaw(2.0, 0.5, 0.005)], 0.01).sentence.endswith(
        "Within the interval of the fit it could take about 160,000 curves."
    )


def test_a_need_is_stated_with_two_digits_and_its_interval():
    laws = [PowerLaw(2.0, 0.5, c) for c in (0.0, 0.01, 0.02, 0.04)]
    assert (
        needed(laws[1], laws[:3], 0.05).sentence
        == "An error of 0.05 needs about 2,500 curves [1,600 to 4,400]."
    )
    assert needed(laws[1], laws, 0.03).sentence.endswith("[4,400 or more].")


@pytest.mark.parametrize(
    ("n", "error"),
    [
        ([10, 20], [0.2, 0.1]),
        ([10, 20, 20], [0.2, 0.1, 0.1]),
        ([10, 20, 40], [0.2, 0.1, 0.0]),
        ([10, 20, 40], [0.2, float("nan"), 0.1]),
    ],
)
def test_too_little_is_not_fitted(n, error):
    assert fit_power_law(n, error) is None
