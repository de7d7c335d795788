"""Parameters: ranges, draws and the sentences of a refusal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from nmr_core import InputError, Parameter, ParameterSpace

XI = Parameter(
    "xi", "ξ", "sites", 1, 100, 3.0, description="Range.", hint="Use the constant kernel."
)
LOG = Parameter("dt", "Δt", "µs", 1e-3, 10, 1.0, scale="log")
COUNT = Parameter("n", "n", "", 1, 8, 2, integer=True)


@given(value=st.floats(1, 100))
def test_values_of_the_closed_range_pass_unchanged(value):
    assert XI.check(value) == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (0.999, "xi must be in [1, 100] sites, got 0.999. Use the constant kernel."),
        (-3, "xi must be in [1, 100] sites, got -3. Use the constant kernel."),
        (float("nan"), "xi must be in [1, 100] sites, got nan. Use the constant kernel."),
        (float("inf"), "xi must be in [1, 100] sites, got inf. Use the constant kernel."),
        ("wide", "xi must be a number, got 'wide'."),
        (None, "xi must be a number, got 'None'."),
        (1j, "xi must be a number, got '1j'."),
        ([1, 2], "xi must be a number, got '[1, 2]'."),
    ],
)
def test_other_values_are_refused_in_words(value, sentence):
    with pytest.raises(InputError) as refusal:
        XI.check(value)
    assert str(refusal.value) == sentence


def test_an_integer_too_large_for_a_float_is_refused_in_words():
    with pytest.raises(InputError, match=r"xi must be "):
        XI.check(10**400)


def test_whole_numbers_stay_whole():
    assert COUNT.check(3.0) == 3
    assert isinstance(COUNT.check(np.float64(3)), int)
    with pytest.raises(InputError, match=r"n must be a whole number, got 2\.5"):
        COUNT.check(2.5)


def test_a_refusal_without_a_hint_still_says_what_to_do():
    with pytest.raises(
        InputError, match=r"n must be in \[1, 8\], got 9\. Choose a value in that range"
    ):
        COUNT.check(9)


def test_draws_are_uniform_on_their_scale():
    rng = np.random.default_rng(0)
    linear, log = (np.array([spec.draw(rng) for _ in range(4000)]) for spec in (XI, LOG))
    assert kstest((linear - 1) / 99, "uniform").pvalue > 0.01
    assert kstest(np.log10(log / 1e-3) / 4, "uniform").pvalue > 0.01


class Always:
    """A generator that always returns the same number of [0, 1)."""

    def __init__(self, value):
        self.random = lambda: value


@pytest.mark.parametrize("spec", [XI, LOG])
def test_draws_include_the_upper_end_and_never_the_lower(spec):
    assert spec.draw(Always(0.0)) == pytest.approx(spec.high, rel=1e-15)
    assert spec.within(0, 20, 1, scale="linear").draw(Always(1 - 2**-53)) > 0


def test_label_and_width():
    assert (XI.label, COUNT.label, XI.width) == ("ξ (sites)", "n", 99)


def test_within_changes_the_range_only():
    narrow = XI.within(2, 3, 2.5, hint="")
    assert (narrow.low, narrow.high, narrow.default, narrow.hint) == (2, 3, 2.5, "")
    assert (narrow.name, narrow.symbol, narrow.unit, narrow.description) == (
        "xi",
        "ξ",
        "sites",
        "Range.",
    )


def test_a_space_draws_in_order_and_is_addressed_by_name():
    space = ParameterSpace((XI, LOG, COUNT))
    assert space.names == ("xi", "dt", "n")
    assert space["dt"] is LOG
    assert "n" in space
    assert "p" not in space
    assert len(space) == 3
    assert space.defaults == {"xi": 3.0, "dt": 1.0, "n": 2}
    rng = np.random.default_rng(5)
    expected = [spec.draw(rng) for spec in (XI, LOG, COUNT)]
    assert list(space.draw(np.random.default_rng(5)).values()) == expected
    with pytest.raises(InputError, match="There is no parameter 'p' here; there are xi, dt, n"):
        space["p"]
