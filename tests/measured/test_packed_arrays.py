"""Numbers of HDF5 files that are stored as others: scale factors, offsets, fill values."""

import h5py
import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.measured import read_measurements

TIME = 0.25 * np.arange(1, 161)
SIGNAL = np.exp(-(((TIME - 20) / 4) ** 2)) * np.exp(0.7j + 0.2j * TIME) - 0.03 + 0.02j


@pytest.fixture
def read(tmp_path):
    def of(arrays, **options):
        with h5py.File(tmp_path / "e.h5", "w") as file:
            for name, (values, attributes) in arrays.items():
                file[name] = values
                file[name].attrs.update(attributes)
        [one] = read_measurements(tmp_path / "e.h5", **options)
        return one

    return of


def test_packed_times_are_unpacked(read):
    stored = np.round((TIME - 3) * 100).astype("i4")
    one = read(
        {
            "time": (stored, {"scale_factor": 0.01, "add_offset": 3.0, "units": "us"}),
            "signal": (SIGNAL, {}),
        }
    )
    np.testing.assert_allclose(one.time, TIME, atol=1e-12)


@pytest.mark.parametrize("shape", [(160,), (1, 160)])
def test_each_channel_has_its_own_scale(read, shape):
    arrays = {
        name: (np.round(part / scale).astype("i2").reshape(shape), {"scale_factor": scale})
        for name, part, scale in (("re", SIGNAL.real, 1e-4), ("im", SIGNAL.imag, 2e-4))
    }
    one = read({"time_us": (TIME, {}), **arrays})
    np.testing.assert_allclose(one.signal, SIGNAL, atol=2e-4)


@pytest.mark.parametrize("attribute", ["_FillValue", "missing_value"])
@pytest.mark.parametrize("kind", [complex, np.complex64])
def test_points_without_a_value_are_left_out(read, attribute, kind):
    signal = SIGNAL.astype(kind)
    signal[5] = -9999
    one = read({"time_us": (TIME, {}), "signal": (signal, {attribute: -9999.0})})
    np.testing.assert_allclose(one.signal, np.delete(SIGNAL, 5), atol=1e-6)
    np.testing.assert_array_equal(one.time, np.delete(TIME, 5))
    assert any("1 of 160 points hold -9999" in note for note in one.notes)


@pytest.mark.parametrize("kind", ["i2", "f4", "f8"])
def test_a_mark_that_the_type_cannot_hold_marks_nothing(read, kind):
    counts = np.round(SIGNAL.real * 1e4).astype(kind)
    one = read({"time_us": (TIME, {}), "re": (counts, {"missing_value": 1e300})})
    np.testing.assert_array_equal(one.signal, counts)


def test_points_without_a_value_need_times(read):
    signal = SIGNAL.copy()
    signal[5] = -9999
    with pytest.raises(InputError, match=r"1 of 160 points hold -9999.*Write the times"):
        read({"signal": (signal, {"_FillValue": -9999.0})}, step=0.25, time_unit="us")


def test_what_netcdf_fills_in_is_no_point(tmp_path):
    with h5py.File(tmp_path / "e.h5", "w") as file:
        file["time_us"] = TIME
        for name, part in (("re", SIGNAL.real), ("im", SIGNAL.imag)):
            data = file.create_dataset(
                name, (160,), "f4", chunks=(16,), fillvalue=np.float32(9.969209968386869e36)
            )
            data[:144] = part[:144]
    [one] = read_measurements(tmp_path / "e.h5")
    assert len(one) == 144


@pytest.mark.parametrize("value", ["two", [1.0, 2.0], np.nan, 0.0])
def test_a_scale_that_is_no_number_is_refused_by_its_name(read, value):
    with pytest.raises(InputError, match="attribute scale_factor of signal"):
        read({"time_us": (TIME, {}), "signal": (SIGNAL, {"scale_factor": value})})


def test_a_like_attribute_is_named(read):
    one = read({"time_us": (TIME, {}), "signal": (SIGNAL, {"gain": 20.0})})
    assert any("gain = 20, which is not applied" in note for note in one.notes)
    np.testing.assert_array_equal(one.signal, SIGNAL)


def test_a_table_with_a_scale_is_refused(read):
    table = np.zeros(160, [("t_us", float), ("re", float), ("im", float)])
    with pytest.raises(InputError, match="signal is a table with a scale factor"):
        read({"signal": (table, {"scale_factor": 2.0})})
