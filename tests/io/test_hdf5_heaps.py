"""Texts of an HDF5 file: whole heaps pass, damaged ones are refused before they are followed."""

import struct

import h5py
import numpy as np
import pytest

from nmr_core.errors import DamagedError
from nmr_core.io.hdf5_heaps import MARK, check_heaps


@pytest.fixture(params=["earliest", "latest"])
def path(request, tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", libver=request.param) as file:
        for k in range(300):
            data = file.create_dataset(f"scan{k}/signal", data=np.arange(20.0))
            data.attrs["unit"] = "us"
            data.attrs["comment"] = "spin echo " * (k % 37)
        file["names"] = np.array(["a", "bb", "ccc" * 100], object)
        del file["scan7/signal"].attrs["comment"]
    return tmp_path / "a.h5"


def test_whole_heaps_pass(path):
    assert path.read_bytes().count(MARK) > 3
    with path.open("rb") as file:
        check_heaps(file, "a.h5")


@pytest.mark.parametrize(("offset", "value"), [(8, 3), (8, 2**40), (24, 2**40), (24, 2**64 - 24)])
def test_sizes_that_do_not_add_up_are_refused(path, offset, value):
    content = bytearray(path.read_bytes())
    struct.pack_into("<Q", content, content.index(MARK) + offset, value)
    path.write_bytes(content)
    with (
        path.open("rb") as file,
        pytest.raises(DamagedError, match=r"^a\.h5 is damaged: the texts"),
    ):
        check_heaps(file, "a.h5")


def test_free_space_without_a_size_would_never_end(path):
    """Its size is the step to the next object, as the library goes through a heap."""
    content = bytearray(path.read_bytes())
    start = content.index(MARK)
    struct.pack_into("<HHIQ", content, start + 16, 0, 0, 0, 0)
    path.write_bytes(content)
    with path.open("rb") as file, pytest.raises(DamagedError, match="the texts in it"):
        check_heaps(file, "a.h5")
