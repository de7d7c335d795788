"""Which measurements of a file are read: by their numbers, and never more than the limit."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.io.options import MAX_MEASUREMENTS
from nmr_core.measured import read_measurements, select_measurements

TIME = np.arange(40) * 0.5
CURVES = np.outer(np.arange(1, 6), np.exp(-TIME / 5)) * (1 + 1j)


def _archive(tmp_path, signals=CURVES):
    np.savez(tmp_path / "echoes.npz", time_us=TIME, signal=signals)
    return tmp_path / "echoes.npz"


def test_only_the_chosen_measurements_are_read_in_their_order(tmp_path):
    chosen = read_measurements(_archive(tmp_path), numbers=[4, 2])
    assert [one.number for one in chosen] == [4, 2]
    np.testing.assert_array_equal([one.signal for one in chosen], CURVES[[3, 1]])
    assert select_measurements(chosen, 1, [2])[0] is chosen[1]


def test_the_limit_holds_for_what_is_chosen(tmp_path):
    many = np.tile(CURVES, (MAX_MEASUREMENTS, 1))
    path = _archive(tmp_path, many)
    with pytest.raises(InputError, match=r"holds 1,280 measurements, at most 256 .* from 1 to 1,2"):
        read_measurements(path)
    [one] = read_measurements(path, numbers=[1280])
    np.testing.assert_array_equal(one.signal, many[-1])


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([6], "There is no measurement 6; echoes.npz holds 5. Choose from 1 to 5."),
        ([0], "numbers must be whole numbers from 1, got 0."),
        ([1.5], "numbers must be whole numbers from 1, got 1.5."),
        ([], "numbers must be whole numbers from 1, got none."),
        ([2, 2], "numbers must differ, got 2, 2."),
    ],
)
def test_a_number_that_is_none_is_refused(tmp_path, numbers, sentence):
    with pytest.raises(InputError) as refusal:
        read_measurements(_archive(tmp_path), numbers=numbers)
    assert str(refusal.value).startswith(sentence)
