"""The split comes first: by sample, disjoint, repeatable, no curve on both sides."""

import numpy as np
import pytest

from nmr_core import InputError
from nmr_core.learning.splits import refuse_duplicates, split_samples


@pytest.mark.parametrize(("n_samples", "test"), [(100, 0.1), (100, 37), (12, 2), (1001, 0.5)])
def test_every_sample_is_on_exactly_one_side(n_samples, test):
    train, held_out = split_samples(n_samples, test, seed=0)
    assert np.array_equal(np.sort(np.concatenate([train, held_out])), np.arange(n_samples))
    assert len(held_out) == (round(test * n_samples) if test < 1 else test)
    assert np.all(np.diff(train) > 0)
    assert np.all(np.diff(held_out) > 0)


def test_the_seed_decides():
    assert all(
        np.array_equal(a, b)
        for a, b in zip(split_samples(50, 0.2, 4), split_samples(50, 0.2, 4), strict=True)
    )
    assert not np.array_equal(split_samples(50, 0.2, 4)[1], split_samples(50, 0.2, 5)[1])


def test_a_share_cuts_the_same_order_as_a_number():
    assert np.array_equal(split_samples(50, 0.2, 1)[1], split_samples(50, 10, 1)[1])


@pytest.mark.parametrize(
    ("n_samples", "test"),
    [(11, 2), (100, 1), (100, 0.01), (100, 91), (100, 100), (100, 0), (100, -5), (0, 0.1)],
)
def test_too_few_curves_on_a_side_are_refused(n_samples, test):
    with pytest.raises(InputError, match="at least 2 test and 10 training curves"):
        split_samples(n_samples, test, seed=0)


def test_duplicates_across_the_split_are_refused_with_their_number(dataset):
    train, test = split_samples(len(dataset), 15, seed=0)
    refuse_duplicates(dataset.signals, train, test)
    signals = dataset.signals.copy()
    signals[test[[1, 4, 9]]] = signals[train[0]]
    with pytest.raises(InputError, match="3 of the 15 test curves"):
        refuse_duplicates(signals, train, test)


def test_a_change_of_the_last_bit_is_no_duplicate(dataset):
    train, test = split_samples(len(dataset), 15, seed=0)
    signals = dataset.signals.copy()
    signals[test[0]] = signals[train[0]]
    signals[test[0], 0, -1] = (
        np.nextafter(signals[test[0], 0, -1].real, np.float32(9))
        + 1j * signals[test[0], 0, -1].imag
    )
    refuse_duplicates(signals, train, test)


def test_duplicates_on_one_side_are_allowed(dataset):
    train, test = split_samples(len(dataset), 15, seed=0)
    signals = dataset.signals.copy()
    signals[train[:5]] = signals[train[5]]
    signals[test[:5]] = signals[test[5]]
    refuse_duplicates(signals, train, test)
