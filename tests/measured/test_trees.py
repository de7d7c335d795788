"""Measurements in files of named arrays: any tree, any names, any orientation, one echo each."""

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.io import savemat

from nmr_core.errors import InputError
from nmr_core.io import budget
from nmr_core.io.natural import natural
from nmr_core.io.trees import tree
from nmr_core.io.trees.names import parsed
from nmr_core.io.trees.pulses import Pulse, hahn_pair, unit_by_lengths
from nmr_core.measured import peek, read_measurements

N, DWELL = 240, 0.5
TIME = np.arange(N) * DWELL
SIGNAL = np.exp(-(((TIME - 50) / 8) ** 2)) * np.exp(0.3j) + 0.01 * np.exp(0.9j * TIME)
RE, IM = SIGNAL.real, SIGNAL.imag


def compound(re_name, im_name):
    values = np.empty(N, [(re_name, "f8"), (im_name, "f8")])
    values[re_name], values[im_name] = RE, IM
    return values


def table():
    values = np.empty(N, [("t_us", "f8"), ("re", "f8"), ("im", "f8")])
    values["t_us"], values["re"], values["im"] = TIME, RE, IM
    return values


ARRAYS = {
    "complex": {"time_us": TIME, "signal": SIGNAL},
    "column vectors": {"time_us": TIME[:, None], "signal": SIGNAL[None, :]},
    "capitals": {"Time_us": TIME, "REAL": RE, "IMAG": IM},
    "plural with prefix": {"tnmr_times_us": TIME, "tnmr_reals": RE, "tnmr_imags": IM},
    "r and i": {"t_us": TIME, "signal": compound("r", "i")},
    "Real and Imag": {"t_us": TIME, "signal": compound("Real", "Imag")},
    "lock-in": {"t_us": TIME, "X": RE, "Y": IM},
    "inphase": {"time_us": TIME, "I": RE, "Q": IM},
    "polar": {"time_us": TIME, "mag": abs(SIGNAL), "phase_deg": np.angle(SIGNAL, deg=True)},
    "channels": {"time_us": TIME, "ch1": RE, "ch2": IM},
    "table": {"table": table()},
    "spans of time": {"time": (TIME * 1000).astype("m8[ns]"), "fid": SIGNAL},
    "beside a spectrum": {"time_us": TIME, "signal": SIGNAL, "signal_fft": np.fft.fft(SIGNAL)},
    "one time more": {"time_us": np.append(TIME, N * DWELL), "fid": SIGNAL},
}


@pytest.mark.parametrize("arrays", ARRAYS.values(), ids=ARRAYS)
@pytest.mark.parametrize("form", ["npz", "hdf5"])
def test_names_shapes_and_types(tmp_path, arrays, form):
    path = tmp_path / "echo.dat"
    if form == "npz":
        with path.open("wb") as file:
            np.savez(file, **arrays)
    else:
        if any(values.dtype.kind == "m" for values in arrays.values()):
            pytest.skip("HDF5 has no spans of time")
        with h5py.File(path, "w") as file:
            for name, values in arrays.items():
                file[name] = values
    [measurement] = read_measurements(path)
    np.testing.assert_allclose(measurement.time, TIME, atol=1e-9)
    np.testing.assert_allclose(measurement.signal, SIGNAL, atol=1e-12)
    assert not measurement.real_only


def test_groups_named_as_channels_are_one_signal(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["run/time/data"], file["run/real/data"], file["run/imag/data"] = TIME, RE, IM
        file["run"].attrs["time_unit"] = "us"
    [one] = read_measurements(tmp_path / "a.h5")
    np.testing.assert_allclose(one.signal, SIGNAL)


def test_curves_one_after_the_other_are_split_where_the_times_begin_again(tmp_path):
    np.savez(
        tmp_path / "a.npz",
        time_us=np.tile(TIME, 3),
        re=np.concatenate([RE, 2 * RE, 3 * RE]),
        im=np.concatenate([IM, 2 * IM, 3 * IM]),
    )
    measurements = read_measurements(tmp_path / "a.npz")
    for k, one in enumerate(measurements, 1):
        np.testing.assert_allclose(one.signal, k * SIGNAL)
        np.testing.assert_allclose(one.time, TIME)
    assert len(measurements) == 3


@pytest.mark.parametrize("shape", ["rows", "columns", "compound"])
def test_only_the_chosen_curves_of_a_large_dataset_are_read(tmp_path, monkeypatch, shape):
    monkeypatch.setattr(tree, "LARGE", 1000)
    signals = np.arange(1, 301)[:, None] * SIGNAL
    if shape == "compound":
        stored = np.empty(signals.shape, [("r", "f8"), ("i", "f8")])
        stored["r"], stored["i"] = signals.real, signals.imag
    else:
        stored = signals if shape == "rows" else signals.T[:, None]
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["time_us"] = TIME
        file.create_dataset("signal", data=stored)
    with budget.limited(20 * SIGNAL.nbytes):  # all of them are 300 times that
        first, second = read_measurements(tmp_path / "a.h5", numbers=[300, 7])
    np.testing.assert_allclose(first.signal, 300 * SIGNAL)
    np.testing.assert_allclose(second.signal, 7 * SIGNAL)


def test_one_bad_group_spoils_no_other(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for k in range(3):
            file[f"s{k}/time_us"], file[f"s{k}/signal"] = TIME, SIGNAL * (k != 1)
    read = read_measurements(tmp_path / "a.h5")
    assert [one.number for one in read] == [1, 3]
    assert any("1 of 3 measurements are left out" in note for note in read[0].notes)
    with pytest.raises(InputError, match="all 240 points are 0"):
        read_measurements(tmp_path / "a.h5", numbers=[2])


def test_times_by_a_rate_and_a_first_time(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["echo"] = SIGNAL
        file.attrs["sampling_rate"] = 2e6
        file.attrs["t0"], file.attrs["t0_unit"] = 3.0, "µs"
    [one] = read_measurements(tmp_path / "a.h5")
    np.testing.assert_allclose(one.time, 3 + TIME)


def test_lists_of_structures_of_matlab_7_3_are_groups(tmp_path):
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        arrays = {"t_us": TIME, "re": RE, "im": IM}
        for name, values in arrays.items():
            file[f"#refs#/{name}"] = values[None]
            column = file.create_dataset(f"scans/{name}", (2, 1), h5py.ref_dtype)
            column[:] = np.full((2, 1), file[f"#refs#/{name}"].ref, h5py.ref_dtype)
        file["note"] = np.array([[ord(sign)] for sign in "hahn"], "u2")
        file["note"].attrs["MATLAB_class"] = np.bytes_("char")
    first, second = read_measurements(tmp_path / "a.mat")
    assert second.name == "a.mat scans/2"
    np.testing.assert_allclose(first.signal, SIGNAL)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_axis_of_time_is_as_long_as_the_times(tmp_path, axis):
    scale = np.arange(1, 7).reshape(2, 3, 1)
    signals = np.moveaxis(scale * SIGNAL, -1, axis)
    np.savez(tmp_path / "a.npz", time_us=TIME, signal=signals)
    measurements = read_measurements(tmp_path / "a.npz")
    for k, one in enumerate(measurements, 1):
        np.testing.assert_allclose(one.signal, k * SIGNAL)
        assert one.name == f"a.npz {k}"
        assert one.number == k


def test_each_curve_may_have_its_own_times(tmp_path):
    np.savez(tmp_path / "a.npz", time_us=np.stack([TIME, 2 * TIME]), signal=np.stack([SIGNAL] * 2))
    first, second = read_measurements(tmp_path / "a.npz")
    np.testing.assert_allclose(second.time, 2 * first.time)


@pytest.fixture
def groups(tmp_path):
    """A file with 11 groups of prefixed arrays, one time more than points, without units."""
    with h5py.File(tmp_path / "points.hdf", "w") as file:
        for k in range(11):
            group = file.create_group(f"point{k}")
            group["lab_times"] = np.append(TIME, N * DWELL)
            group["lab_reals"], group["lab_imags"] = (k + 1) * RE, (k + 1) * IM
            group["lab_params/acquisition_time"] = N * DWELL
            group["lab_params/num_scans"] = 16
            group["lab_params/obs_freq"] = 213.16
            group["lab_params/acq_phase_cycle"] = "0 2 0 2"
            for number, (width, delay) in enumerate([(5, 300), (2.5, 40), (5, 0.1)]):
                pulse = group.create_group(f"lab_sequence/{number}")
                pulse["pulse_width"], pulse["relaxation_time"] = width, delay
                pulse["phase_cycle"] = "0 2 0 2"
        file["metadata/operator"] = "J"
    return tmp_path / "points.hdf"


def test_groups_are_measurements_in_natural_order(groups):
    measurements = read_measurements(groups)
    assert [one.name for one in measurements] == [f"points.hdf point{k}" for k in range(11)]
    np.testing.assert_allclose(measurements[10].signal, 11 * SIGNAL)
    np.testing.assert_allclose(measurements[2].time, TIME)
    notes = " ".join(measurements[0].notes)
    assert "241 times for 240 points" in notes
    assert "µs is taken, as the lengths of the pulses (5, 2.5, 5) can only be in µs" in notes


def test_parameters_are_facts_in_our_units(groups):
    [one] = read_measurements(groups, numbers=[3])
    assert one.number == 3
    facts = {
        "pulse_1_us": 2.5,
        "pulse_2_us": 5,
        "tau_us": 40,
        "recovery_us": 300,
        "scans": 16,
        "carrier_mhz": 213.16,
    }
    assert facts.items() <= one.about.items()
    assert "pulse 2: 0 2 0 2" in one.about["phase_cycle"]
    assert "receiver: 0 2 0 2" in one.about["phase_cycle"]


def test_a_chosen_unit_overrules_the_clue(groups):
    [one] = read_measurements(groups, numbers=[1], time_unit="ms")
    assert one.step == pytest.approx(1000 * DWELL)
    assert one.about["tau_us"] == 40_000  # as long as the acquisition time, so in the same unit


def test_paths_and_their_ends_choose_arrays(groups):
    one = read_measurements(
        groups, columns=["point2/lab_times", "point2/lab_reals", "point2/lab_imags"]
    )
    np.testing.assert_allclose(one[0].signal, 3 * SIGNAL)
    everywhere = read_measurements(groups, columns="lab_times,lab_imags", time_unit="us")
    assert len(everywhere) == 11
    np.testing.assert_allclose(everywhere[10].signal.real, 11 * IM)


def test_a_curve_of_an_array_is_chosen_by_its_number(tmp_path):
    np.savez(tmp_path / "a.npz", time_us=TIME, signal=np.stack([RE, IM], 1))
    with pytest.raises(InputError, match="pairs of real curves, which may be Re and Im or two"):
        read_measurements(tmp_path / "a.npz")
    [one] = read_measurements(tmp_path / "a.npz", columns="time_us,signal[1],signal[2]")
    np.testing.assert_allclose(one.signal, SIGNAL)
    two = read_measurements(tmp_path / "a.npz", numbers=[1, 2])
    np.testing.assert_allclose(two[1].signal.real, IM)


def test_a_second_channel_is_a_question(tmp_path):
    np.savez(tmp_path / "a.npz", time_us=TIME, signal=RE, ch2=IM)
    with pytest.raises(InputError, match="ch2 is as long: it may be the second channel"):
        read_measurements(tmp_path / "a.npz")
    [one] = read_measurements(tmp_path / "a.npz", columns="time_us,signal,ch2")
    np.testing.assert_allclose(one.signal, SIGNAL)


def test_units_are_attributes_of_any_type(tmp_path):
    for k, unit in enumerate(["ms", np.bytes_("ms"), np.array([b"ms"]), np.array(["ms"], object)]):
        with h5py.File(tmp_path / f"{k}.h5", "w") as file:
            file["time"], file["signal"] = TIME * 1e-3, SIGNAL
            file["time"].attrs["Units"] = unit
        [one] = read_measurements(tmp_path / f"{k}.h5")
        np.testing.assert_allclose(one.time, TIME)


def test_attributes_and_lists_beside_a_signal_are_facts(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=1024) as file:
        file["run/signal"] = np.stack([SIGNAL, SIGNAL, SIGNAL])
        file["run"].attrs["dwell_us"] = DWELL
        file["run"].attrs["field"], file["run"].attrs["field_unit"] = 90, "kOe"
        file["run/temperature_C"] = np.array([-268.95, 0, 26.85])
        file["run/signal"].attrs["tau"] = 40.0  # without a unit it is no fact
    measurements = read_measurements(tmp_path / "a.h5")
    np.testing.assert_allclose(measurements[0].time, TIME)
    np.testing.assert_allclose(
        [one.about["temperature_k"] for one in measurements], [4.2, 273.15, 300]
    )
    assert measurements[0].about["field_t"] == pytest.approx(9)
    assert "tau_us" not in measurements[0].about


def test_what_is_no_number_is_named_and_not_opened(tmp_path):
    np.savez(
        tmp_path / "a.npz",
        time_us=TIME,
        signal=SIGNAL,
        meta=np.array({"a": 1}, dtype=object),
        labels=np.array(["a", "b"]),
    )
    [one] = read_measurements(tmp_path / "a.npz")
    assert any("not read: meta (Python objects), labels (text)" in note for note in one.notes)


def test_links_and_cycles_end(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scan/time_us"], file["scan/signal"] = TIME, SIGNAL
        file["scan/around"] = file["/"]
        file["scan/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")
    [one] = read_measurements(tmp_path / "a.h5")
    assert any("scan/elsewhere (a link to another place)" in note for note in one.notes)


def test_matlab_structures_are_groups(tmp_path):
    scan = {"time_us": TIME, "re": RE, "im": IM, "tau_us": 40.0, "note": "text"}
    savemat(tmp_path / "a.mat", {"scans": np.array([scan, scan], object)}, do_compression=True)
    first, second = read_measurements(tmp_path / "a.mat")
    assert first.kind == "mat"
    assert second.name == "a.mat scans/2"
    np.testing.assert_allclose(second.signal, SIGNAL)
    assert first.about["tau_us"] == 40


def test_one_array_is_a_signal_or_a_table(tmp_path):
    np.save(tmp_path / "signal.npy", SIGNAL)
    np.save(tmp_path / "table.npy", np.stack([TIME, RE, IM], 1))
    [signal] = read_measurements(tmp_path / "signal.npy", step=DWELL, time_unit="us")
    [rows] = read_measurements(tmp_path / "table.npy", time_unit="us")
    for one in (signal, rows):
        np.testing.assert_allclose(one.time, TIME)
        np.testing.assert_allclose(one.signal, SIGNAL)
    assert "columns of signal were taken as time, re, im" in " ".join(rows.notes)
    assert peek(tmp_path / "table.npy").asks == ["time_unit"]


def test_parquet_columns_and_lists(tmp_path):
    pq.write_table(
        pa.table({"time_us": TIME, "re": RE, "im": IM, "by": ["J"] * N}), tmp_path / "a.parquet"
    )
    lists = {"re_0": [list(RE), list(2 * RE)], "im_0": [list(IM), list(2 * IM)], "alpha": [1, 2]}
    times = {"time": str(TIME.tolist())}
    pq.write_table(pa.table(lists).replace_schema_metadata(times), tmp_path / "b.parquet")
    [rows] = read_measurements(tmp_path / "a.parquet")
    np.testing.assert_allclose(rows.signal, SIGNAL)
    assert any("by (text)" in note for note in rows.notes)
    np.testing.assert_allclose(read_measurements(tmp_path / "b.parquet")[1].signal, 2 * SIGNAL)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (
            {"time_us": TIME, "signal": SIGNAL[:200]},
            "no axis of signal (200) is as long as its times",
        ),
        ({"time_us": TIME, "noise": RE, "fit": IM}, "has no array that is called signal"),
        ({"signal": SIGNAL}, "has no column of times"),
        ({"signal": SIGNAL[:9]}, "has only short arrays"),
        ({"freq": TIME, "spectrum": SIGNAL}, "holds a spectrum"),
        ({"time": TIME, "signal": SIGNAL}, "does not give the unit of its times"),
        ({"time_us": TIME, "mag": RE, "phase": 0 * IM}, "degrees or radians"),
    ],
)
def test_refusals_name_the_reason(tmp_path, refused, arrays, sentence):
    np.savez(tmp_path / "a.npz", **arrays)
    assert sentence in refused(read_measurements, tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("name", "role", "tag"),
    [
        ("tnmr_reals", "re", ("tnmr",)),
        ("echoImag2", "im", ("echo", "2")),
        ("Time (µs)", "time", ()),
        ("real_time", "time", ("real",)),
        ("signal_re", "re", ("signal",)),
        ("T", "time", ()),
        ("T1", "time", ("1",)),
        ("frequency", "", ("frequency",)),
        ("noise_real", "", ("noise", "real")),
    ],
)
def test_roles_of_names(name, role, tag):
    assert (parsed(name).role, parsed(name).tag) == (role, tag)


def test_numbers_in_names_sort_as_numbers():
    names = ["point10", "point2", "Point1", "point2/b", "a"]
    assert sorted(names, key=natural) == ["a", "Point1", "point2", "point2/b", "point10"]


def test_lengths_of_pulses_tell_their_unit_where_only_one_is_possible():
    assert unit_by_lengths([2.5, 5]) == "us"
    assert unit_by_lengths([2.5e-6, 5e-6]) == "s"
    assert unit_by_lengths([0.05, 0.1]) is None  # 50 and 100 µs, or .05 and .1 ms
    assert unit_by_lengths([]) is None


def test_only_a_pair_with_twice_the_angle_is_a_hahn_echo():
    prepare, first, second = Pulse(5, 1), Pulse(2.5, 50), Pulse(5, 0.1)
    assert hahn_pair([prepare, first, second]) == (first, second)
    assert hahn_pair([first, first, first]) is None
    assert hahn_pair([Pulse(2, 50, 20), Pulse(2, 0, 40)]) is not None
    assert hahn_pair([first]) is None


def test_rounded_times_are_called_rounded(tmp_path, refused):
    np.savez(tmp_path / "a.npz", time_us=np.floor(TIME), signal=SIGNAL)
    sentence = refused(read_measurements, tmp_path / "a.npz")
    assert "120 of 239 times equal the one before, first point 2 at 0 µs" in sentence
    assert "too few digits" in sentence
