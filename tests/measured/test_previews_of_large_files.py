"""Previews of files that hold more, or longer, measurements than are read at once."""

import h5py
import numpy as np
import pytest
import vendor_files

from nmr_core.errors import InputError
from nmr_core.io.measurement import MAX_POINTS
from nmr_core.measured import peek, read_measurements
from nmr_core.measured.reading import MANY

N = 300
TIME = 0.5 * np.arange(64)
SIGNAL = 3e6 * np.exp(-(((TIME - 10) / 4) ** 2) + 0.5j) + 1e6
MANY_ROWS = np.outer(np.arange(1, N + 1) / N, SIGNAL)
VENDORS = ["bruker", "varian", "tecmag", "rs2d", "simpson", "jeol"]


def npz(path, signal, dwell):
    np.savez(path, time_us=dwell * np.arange(signal.shape[-1]), signal=signal)


def hdf5(path, signal, dwell):
    with h5py.File(path, "w") as file:
        file["time_us"], file["signal"] = dwell * np.arange(signal.shape[-1]), signal


def groups(path, signal, dwell):
    with h5py.File(path, "w") as file:
        for k, one in enumerate(signal):
            file[f"s{k}/time_us"], file[f"s{k}/signal"] = dwell * np.arange(len(one)), one


def write(name, tmp_path, signal):
    path = tmp_path / {"npz": "e.npz", "jeol": "e.jdf", "tecmag": "e.tnt"}.get(name, "e")
    own = {"npz": npz, "hdf5": hdf5, "groups": groups}
    (own.get(name) or getattr(vendor_files, name))(path, signal, 0.5)
    return path


@pytest.mark.parametrize("name", ["npz", "hdf5", "groups", *VENDORS])
def test_many_measurements_are_previewed_and_their_numbers_asked(tmp_path, name):
    path = write(name, tmp_path, MANY_ROWS)
    found = peek(path)
    assert found.asks == ["numbers"]
    assert found.rows
    assert found.n_rows == len(TIME)
    assert "holds 300 measurements, at most 256" in found.notes[0]
    with pytest.raises(InputError, match="holds 300 measurements, at most 256"):
        read_measurements(path)
    [first] = read_measurements(path, numbers=[1])
    assert found.rows[0][1] == f"{first.signal[0].real:.6g}"


def test_records_that_were_not_measured_are_not_previewed(tmp_path):
    rows = np.concatenate([np.zeros((2, len(TIME))), MANY_ROWS])
    found = peek(write("varian", tmp_path, rows))
    assert found.asks == ["numbers"]
    assert any(float(row[1]) for row in found.rows)


@pytest.mark.parametrize("name", ["npz", "hdf5", "varian", "bruker"])
def test_long_measurements_are_previewed_and_their_length_told(tmp_path, name):
    signal = 1e4 + np.arange(MAX_POINTS + 24.0) % 100 + 1j
    found = peek(write(name, tmp_path, signal))
    assert found.asks == ["length"]
    assert found.n_rows == len(signal)
    assert len(found.rows) > 1
    assert "points" in found.notes[0]


def test_notes_of_one_kind_do_not_fill_the_preview(tmp_path):
    found = peek(write("groups", tmp_path, MANY_ROWS[:40]))
    assert len(found.notes) == MANY + 1
    assert found.notes[-1] == "There are 32 more notes."
