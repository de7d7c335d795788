"""Random streams: those of samples stay as they are, and no side stream is one of them."""

from itertools import combinations

import numpy as np
import pytest

from nmr_core.storage import seeds
from nmr_core.storage.seeds import Purpose, sample_stream, side_seed, side_stream


@pytest.mark.parametrize(
    ("purpose", "number"),
    [("PARAMETERS", 0), ("OFFSETS", 1), ("EFFECTS", 2), ("SOBOL", 3), ("NOISE_FLOOR", 4)],
)
def test_streams_of_samples_are_those_of_every_data_set_so_far(purpose, number):
    """Data sets of 0.1 to 0.5 are made again to the last bit."""
    assert getattr(seeds, purpose) == number
    expected = np.random.default_rng([5, 12, number, 3]).random(4)
    assert (sample_stream(5, 12, number, 3).random(4) == expected).all()


def test_numpy_pads_entropy_with_zeros():
    """Why side streams are children of their seed: (s, 6) was the parameter draw of sample 6."""
    padded = np.random.default_rng([9, 6]).random(3)
    assert (padded == sample_stream(9, 6, seeds.PARAMETERS).random(3)).all()


def test_all_streams_of_a_seed_differ():
    first = {}
    for purpose in Purpose:
        for keys in ((), (0,), (1,), (0, 0)):
            first[purpose, keys] = side_stream(9, purpose, *keys).random()
    for sample in range(12):
        for purpose in range(8):
            first[sample, purpose] = sample_stream(9, sample, purpose).random()
    for (one, a), (other, b) in combinations(first.items(), 2):
        assert a != b, (one, other)


@pytest.mark.parametrize("bits", [31, 52])
def test_a_seed_is_a_whole_number_that_fits(bits):
    drawn = {side_seed(seed, Purpose.FRESH_SAMPLES, bits=bits) for seed in range(300)}
    assert len(drawn) == 300
    assert 2 ** (bits - 2) < max(drawn) < 2**bits
    assert min(drawn) >= 0
