"""Arrays whose axis, unit or step of time a file leaves open or gives twice."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from nmr_core.errors import InputError
from nmr_core.measured import peek, read_measurements

TIME = 0.25 * np.arange(1, 161)
SIGNAL = np.exp(-(((TIME - 20) / 4) ** 2)) * np.exp(0.7j + 0.2j * TIME) - 0.03 + 0.02j
SCANS = np.outer(np.arange(1, 161), SIGNAL)
"""(n_scans, n_times), as many scans as times."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "e.h5"


def test_a_square_array_is_a_question(path):
    with h5py.File(path, "w") as file:
        file["time_us"], file["signal"] = TIME, SCANS.T
    with pytest.raises(InputError, match=r"several axes as long as time_us"):
        read_measurements(path)
    assert peek(path).asks == ["columns"]
    [third] = read_measurements(path, columns="time_us,signal.T", numbers=[3])
    np.testing.assert_array_equal(third.signal, 3 * SIGNAL)
    [other] = read_measurements(path, columns="time_us,signal", numbers=[3])
    np.testing.assert_array_equal(other.signal, SCANS[:, 2])


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("form", ["scale", "label"])
def test_a_dimension_of_the_file_names_the_axis(path, axis, form):
    with h5py.File(path, "w") as file:
        file["time_us"], file["signal"] = TIME, SCANS if axis else SCANS.T
        if form == "scale":
            file["time_us"].make_scale("time_us")
            file["signal"].dims[axis].attach_scale(file["time_us"])
        else:
            file["signal"].dims[axis].label = "time"
    [third] = read_measurements(path, numbers=[3])
    np.testing.assert_array_equal(third.signal, 3 * SIGNAL)


def test_without_times_the_axis_is_told(path):
    with h5py.File(path, "w") as file:
        file["signal"] = SCANS[:40].T
    [one] = read_measurements(path, step=0.25, time_unit="us", numbers=[1])
    assert any("axis 2 was taken. Choose signal.T" in note for note in one.notes)
    [one] = read_measurements(path, columns=",signal.T", step=0.25, time_unit="us", numbers=[1])
    np.testing.assert_array_equal(one.signal, SIGNAL)
    assert not any("was taken" in note for note in one.notes)


@pytest.mark.parametrize(
    ("name", "unit", "contradict"),
    [("time_us", "s", True), ("time_ns", "us", True), ("time_us", "µs", False)],
)
def test_two_units_of_time_are_a_question(path, name, unit, contradict):
    with h5py.File(path, "w") as file:
        file[name], file["signal"] = TIME, SIGNAL
        file[name].attrs["unit"] = unit
    if contradict:
        with pytest.raises(InputError, match=r"by its name .* by its attribute"):
            read_measurements(path)
        assert peek(path).asks == ["time_unit"]
    [one] = read_measurements(path, time_unit="us")
    np.testing.assert_array_equal(one.time, TIME)


@pytest.mark.parametrize("facts", [{"dwell_us": 0.5}, {"sample_rate_MHz": 1.0}, {"dt_ns": 500.0}])
def test_two_steps_are_refused_with_both(path, facts):
    with h5py.File(path, "w") as file:
        file["time_us"], file["signal"] = TIME, SIGNAL
        file.attrs.update(facts)
    with pytest.raises(InputError, match=r"every 0.25 µs, .* gives (0.5|1) µs"):
        read_measurements(path)
    [one] = read_measurements(path, columns="time_us,signal")
    assert any("the times are used" in note for note in one.notes)
    [one] = read_measurements(path, step=0.5, time_unit="us")
    assert one.step == 0.5


@pytest.mark.parametrize("facts", [{"dwell_us": 0.2501}, {"sample_rate_MHz": 4.0}, {"SW_h": 2e6}])
def test_the_same_step_twice_is_no_question(path, facts):
    with h5py.File(path, "w") as file:
        file["time_us"], file["signal"] = TIME, SIGNAL
        file.attrs.update(facts)
    [one] = read_measurements(path)
    np.testing.assert_array_equal(one.time, TIME)


@pytest.mark.parametrize("facts", [{"sample_rate_MHz": 4.0}, {"sampleRateKHz": 4e3}])
def test_a_rate_in_megahertz_gives_the_times(path, facts):
    with h5py.File(path, "w") as file:
        file["signal"] = SIGNAL
        file.attrs.update(facts)
    [one] = read_measurements(path)
    np.testing.assert_allclose(one.time, TIME - 0.25)


@pytest.mark.parametrize("form", ["npz", "mat", "hdf5"])
@pytest.mark.parametrize(("unit", "factor"), [("us", 1), ("ms", 1e3), ("V", None)])
def test_a_unit_beside_the_arrays_is_that_of_the_times(tmp_path, form, unit, factor):
    path = tmp_path / f"e.{form}"
    if form == "npz":
        np.savez(path, t=TIME, signal=SIGNAL, unit=unit)
    elif form == "mat":
        savemat(path, {"NMR": {"t": TIME, "signal": SIGNAL, "units": unit}})
    else:
        with h5py.File(path, "w") as file:
            file["scan/t"], file["scan/signal"] = TIME, SIGNAL
            file["scan"].attrs["units"] = unit
    if factor is None:
        with pytest.raises(InputError, match="unit"):
            read_measurements(path)
    else:
        [one] = read_measurements(path)
        np.testing.assert_allclose(one.time, factor * TIME)
