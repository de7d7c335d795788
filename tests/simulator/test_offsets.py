"""The line: how offsets are drawn, and which explicit ones are accepted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import kstest

from nmr_core import InputError, Sample, preset, simulate
from nmr_core.simulator.line import quantile
from nmr_core.simulator.offsets import _grid, count_up_to, draw_offsets

LINE_WIDTH, CUTOFF = 0.05, 0.25


def cumulative(delta):
    """The distribution function of the truncated Lorentzian."""
    g = LINE_WIDTH / 2
    return 0.5 + np.arctan(delta / g) / (2 * np.arctan(CUTOFF / g))


@given(u=st.floats(0, 1))
def test_quantile_inverts_the_distribution_function(u):
    assert cumulative(quantile(u, LINE_WIDTH, CUTOFF)) == pytest.approx(u, abs=1e-13)


def test_half_of_an_untruncated_line_lies_within_its_full_width_at_half_maximum():
    assert_allclose(quantile(np.array([0.25, 0.5, 0.75]), 0.05, 1e5), [-0.025, 0, 0.025], atol=1e-6)


@pytest.mark.parametrize("how", ["iid", "stratified", "grid"])
def test_offsets_follow_the_truncated_lorentzian(how):
    delta = draw_offsets(Sample(60, 50, offsets=how), 7)
    assert delta.shape == (60, 50)
    assert np.abs(delta).max() <= CUTOFF * (1 + 1e-12)
    assert np.abs(delta).max() > 0.9 * CUTOFF
    assert kstest(delta.ravel(), cumulative).pvalue > 0.01


def test_stratified_offsets_are_the_quantiles_in_random_places():
    one, other = (draw_offsets(Sample(9, 11), seed) for seed in (1, 2))
    expected = quantile((np.arange(99) + 0.5) / 99, LINE_WIDTH, CUTOFF)
    assert_allclose(np.sort(one, axis=None), expected, rtol=1e-12)
    assert_allclose(np.sort(other, axis=None), expected, rtol=1e-12)
    assert (one != other).mean() > 0.9


def test_grid_offsets_are_equidistant_values_with_lorentzian_weights():
    """2,500 spins as in 2020: the central values are drawn many times, as they should be."""
    n = 2500
    delta = np.stack([draw_offsets(Sample(50, 50, offsets="grid"), seed) for seed in range(40)])
    index = (delta + CUTOFF) / (2 * CUTOFF) * (n - 1)
    assert_allclose(index, np.round(index), atol=1e-9)
    counts = (
        np.bincount(np.round(index).astype(int).ravel(), minlength=n).reshape(50, 50).sum(axis=1)
    )
    values = np.linspace(-CUTOFF, CUTOFF, n)
    weights = 1 / (1 + (2 * values / LINE_WIDTH) ** 2)
    expected = delta.size * (weights / weights.sum()).reshape(50, 50).sum(axis=1)
    assert (
        (counts - expected) ** 2 / expected
    ).sum() < 86  # chi-square, 49 degrees of freedom, 0.1 %


@pytest.mark.parametrize(
    ("n", "line_width", "cutoff"),
    [(2, 0.05, 0.25), (3, 0.05, 0.25), (2500, 0.05, 0.25), (1024, 1e-6, 10), (1000, 10, 1e-6)],
)
def test_the_jitted_search_is_numpys(n, line_width, cutoff):
    _, share, first = _grid(n, line_width, cutoff)
    edges = np.concatenate([share[:-1], np.nextafter(share, 0), np.arange(len(first)) / len(first)])
    u = np.concatenate([np.random.default_rng(0).random(3000), edges[edges < 1]])
    np.testing.assert_array_equal(
        count_up_to(share, first, u), np.searchsorted(share, u, side="right")
    )


@pytest.mark.parametrize("how", ["iid", "stratified", "grid"])
def test_same_seed_same_offsets(how):
    sample = Sample(6, 5, offsets=how)
    assert draw_offsets(sample, [3, 4, 1]).tobytes() == draw_offsets(sample, [3, 4, 1]).tobytes()
    assert draw_offsets(sample, [3, 4, 1]).tobytes() != draw_offsets(sample, [3, 5, 1]).tobytes()


def test_stratified_offsets_have_less_seed_noise():
    def noise(how):
        experiment = preset("cuda_2023").build(n_x=16, n_y=16, offsets=how, tau=20.0, omega_p=1.0)
        curves = [np.abs(simulate(experiment, seed=seed).signal) for seed in range(6)]
        return np.std(curves, axis=0).mean()

    assert noise("stratified") < noise("iid") / 3


def test_explicit_offsets_are_used_whatever_the_seed():
    experiment = preset("ml4sci_2020_secular").build(n_x=4, n_y=3, tau=2.0)
    offsets = np.arange(12).reshape(4, 3) // 6  # whole numbers are fine
    one, other = (simulate(experiment, seed=seed, offsets=offsets).signal for seed in (1, 2))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    ("offsets", "sentence"),
    [
        (np.full((4, 3), np.nan), "offsets must be finite numbers in MHz, got NaN or infinity"),
        (np.full((4, 3), np.inf), "offsets must be finite numbers in MHz, got NaN or infinity"),
        (np.zeros((4, 3), complex), "offsets must be real numbers in MHz, got complex128"),
        (np.full((4, 3), "x"), "offsets must be real numbers in MHz, got <U1"),
        (np.zeros((4, 3), bool), "offsets must be real numbers in MHz, got bool"),
        (np.zeros((3, 4)), r"lattice's shape \(4, 3\), got \(3, 4\)"),
        (np.zeros(12), r"lattice's shape \(4, 3\), got \(12,\)"),
        (0.1, r"lattice's shape \(4, 3\), got \(\)"),
    ],
)
def test_explicit_offsets_that_make_no_sense_are_refused(offsets, sentence):
    with pytest.raises(InputError, match=sentence):
        simulate(preset("ml4sci_2020_secular").build(n_x=4, n_y=3, tau=2.0), offsets=offsets)


def test_frozen_offsets_are_one_iid_draw_whatever_the_seed():
    frozen, iid = Sample(9, 8, "frozen"), Sample(9, 8, "iid")
    assert np.array_equal(draw_offsets(frozen, 5), draw_offsets(frozen, [7, 3, 1]))
    assert np.array_equal(draw_offsets(frozen, 5), draw_offsets(iid, 1))
    other = replace(frozen, offsets_seed=8)
    assert np.array_equal(draw_offsets(other, 5), draw_offsets(iid, 8))
