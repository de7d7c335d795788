"""Splits that keep every class on both sides, and samples of one draw on one side."""

import numpy as np
import pytest

from nmr_core import InputError
from nmr_core.learning.splits import split_samples

CLASSES = np.repeat(["a", "b", "c"], [60, 30, 10])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("test", [0.2, 20, 0.5, 3])
def test_every_class_has_its_share(test, seed):
    train, held_out = split_samples(100, test, seed, CLASSES)
    assert np.array_equal(np.sort(np.concatenate([train, held_out])), np.arange(100))
    n = len(held_out)
    assert n == (round(100 * test) if test < 1 else test)
    counts = np.unique(CLASSES[held_out], return_counts=True)[1]
    assert abs(counts - n * np.array([0.6, 0.3, 0.1])).max() <= 1
    assert len(counts) == 3


def test_the_seed_decides_and_the_classes_alone_do_not():
    assert np.array_equal(
        split_samples(100, 20, 1, CLASSES)[1], split_samples(100, 20, 1, CLASSES)[1]
    )
    assert not np.array_equal(
        split_samples(100, 20, 1, CLASSES)[1], split_samples(100, 20, 2, CLASSES)[1]
    )


@pytest.mark.parametrize("test", [2, 96, 90])
def test_a_test_part_that_leaves_a_class_out_is_refused(test):
    with pytest.raises(
        InputError,
        match=r"class [bc] would have \d+ of its .0 samples to test|at least 2 test and 10",
    ):
        split_samples(100, test, 0, CLASSES)


@pytest.mark.parametrize(
    "classes", [None, np.tile(["a", "b", "c"], 40)], ids=["numbers", "classes"]
)
def test_samples_of_one_draw_stay_together(classes):
    draws = np.arange(120) // 3
    train, held_out = split_samples(120, 0.2, 0, classes, draws)
    assert not set(draws[train]) & set(draws[held_out])
    assert len(held_out) == 24
    assert len(train) + len(held_out) == 120
    if classes is not None:
        assert np.unique(classes[held_out], return_counts=True)[1].tolist() == [8, 8, 8]


def test_draws_of_their_own_change_nothing():
    for ours, theirs in zip(
        split_samples(50, 10, 3), split_samples(50, 10, 3, draws=np.arange(50)), strict=True
    ):
        assert np.array_equal(ours, theirs)
