"""MATLAB's files of version 5: the same values as scipy's reader, and damage is a ValueError."""

import io

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from nmr_core.io.mat5 import variables

VALUES = {
    "times": np.arange(12.0),
    "signal": np.arange(6).reshape(2, 3) * (1 + 2j),
    "single": np.float32([[1.5, -2]]),
    "counts": np.int16([[1, -2], [3, 4]]),
    "wide": np.uint64([[2**60]]),
    "text": "spin echo µs",
    "none": np.empty((0, 3)),
    "scan": {"re": np.arange(4.0), "unit": "us", "inner": {"tau": 20.0}},
    "scans": np.array([{"t": 1.0}, {"t": 2.0}], object),
    "flags": np.array([[True, False]]),
}


def written(**options) -> bytes:
    out = io.BytesIO()
    savemat(out, VALUES, **options)
    return out.getvalue()


def same(one, other):
    if one is None or other.dtype.kind in "SU":
        assert str(one.reshape(-1)[0]) == str(other.reshape(-1)[0])
    elif other.dtype.names:
        assert one.dtype.names == other.dtype.names
        assert one.shape == other.shape
        for a, b in zip(one.reshape(-1), other.reshape(-1), strict=True):
            for name in other.dtype.names:
                same(a[name], b[name])
    elif other.dtype == object:
        assert one.shape == other.shape
        for a, b in zip(one.reshape(-1), other.reshape(-1), strict=True):
            same(a, b)
    else:
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("options", [{}, {"do_compression": True}, {"oned_as": "column"}], ids=str)
def test_the_values_are_those_of_scipy(options):
    content = written(**options)
    ours = variables(content)
    theirs = loadmat(io.BytesIO(content))
    assert set(ours) == set(VALUES)
    for name in VALUES:
        same(ours[name], theirs[name])


def test_damage_is_a_value_error_or_other_values():
    rng = np.random.default_rng(0)
    content = written()
    n_refused = 0
    for _ in range(3000):
        damaged = bytearray(content)
        for _ in range(rng.integers(1, 4)):
            damaged[int(rng.integers(126, len(damaged)))] = int(rng.integers(256))
        try:
            variables(bytes(damaged))
        except ValueError:
            n_refused += 1
    assert 1000 < n_refused < 3000


def test_a_claim_of_more_numbers_than_there_are_is_refused():
    out = io.BytesIO()
    savemat(out, {"a": np.arange(4.0)})
    content = out.getvalue()
    place = content.index(np.int32([1, 4]).tobytes())
    huge = content[:place] + np.int32([2**30, 2**30]).tobytes() + content[place + 8 :]
    with pytest.raises(ValueError, match="claims more than it holds"):
        variables(huge)
