"""Collect a series: what is swept, what is asked, groups of one protocol, bad files."""

import zipfile

import numpy as np
import pytest

from nmr_core.errors import FailedError, InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.series import Item, collect
from nmr_core.measured.series.choosing import chosen


def _values(series):
    return [item.value for item in series.items]


def _in_memory(echo, abouts):
    """A series of one file with the given facts."""
    time, signal = echo
    items = [
        Item("file.h5", k, len(abouts), Measurement(time, signal, f"file.h5 {k}", about=about))
        for k, about in enumerate(abouts, 1)
    ]
    return lambda by=None: chosen(items, by, "file.h5")


@pytest.mark.parametrize(
    ("names", "quantity", "values"),
    [
        (["T=300K.csv", "T=4.2K.csv", "T=10K.csv"], "temperature", [4.2, 10, 300]),
        (["run1_300mK.csv", "run2_1.5K.csv", "run3_4K.csv"], "temperature", [0.3, 1.5, 4]),
        (["4K/echo.csv", "10K/echo.csv"], "temperature", [4, 10]),
        (["B=1.5T_4K.csv", "B=2T_4K.csv"], "field", [1.5, 2]),
        (["a_12.5.csv", "a_20.csv", "a_300.csv"], "a", [12.5, 20, 300]),
    ],
)
def test_the_names_give_what_is_swept(write, tmp_path, names, quantity, values):
    for name in names:
        write(name)
    series = collect(tmp_path)
    assert series.question == ""
    assert (series.quantity.name, series.source) == (quantity, "file name")
    assert _values(series) == values
    assert quantity in series.reason


@pytest.mark.parametrize(
    ("names", "asks"),
    [
        (["4K_1T.csv", "10K_2T.csv"], "2 quantities vary"),
        (["run1.csv", "run2.csv", "run3.csv"], "a counter only"),
        (["cold.csv", "hot.csv"], "No swept quantity was found"),
        (["4K_a.csv", "4K_b.csv"], "Nothing is swept: temperature 4 K in all 2 echoes"),
        (["4_2K.csv", "4_7K.csv"], "can be read in two ways"),
        (["1T_to_2T.csv", "3T_to_5T.csv"], "two numbers of the field"),
        (["only.csv"], "No swept quantity was found: only.csv holds 1 echo"),
    ],
)
def test_what_is_not_certain_is_asked(write, tmp_path, names, asks):
    for name in names:
        write(name)
    series = collect(tmp_path)
    assert asks in series.question
    assert series.quantity is None
    assert _values(series) == [None] * len(names)


def test_a_question_is_answered_by_name(write, tmp_path):
    for name in ("4K_2T.csv", "10K_1T.csv"):
        write(name)
    assert _values(collect(tmp_path, quantity="field")) == [1, 2]
    assert _values(collect(tmp_path, quantity="name:temperature")) == [4, 10]
    assert _values(collect(tmp_path, quantity="order")) == [1, 2]
    with pytest.raises(InputError, match=r"There is no 'angle'.*name:temperature"):
        collect(tmp_path, quantity="angle")


def test_the_headers_come_before_the_names(echo):
    series = _in_memory(echo, [{"temperature_k": 4.2}, {"temperature_k": 1.5}])()
    assert (series.source, series.quantity.unit, _values(series)) == ("header", "K", [1.5, 4.2])


def test_a_readback_that_jitters_is_not_swept(echo):
    """4.19 to 4.21 K beside delays over three decades."""
    abouts = [{"temperature_k": 4.2 + 0.01 * k, "recovery_us": 10.0**k} for k in (-1, 0, 1)]
    series = _in_memory(echo, abouts)()
    assert series.quantity.name == "recovery"
    assert "temperature" in series.reason
    assert "not taken" in series.reason


def test_two_swept_headers_are_a_question(echo):
    abouts = [{"temperature_k": 4.0 * k, "field_t": float(k)} for k in (1, 2, 3)]
    series = _in_memory(echo, abouts)
    assert "2 quantities vary" in series().question
    assert _values(series("field")) == [1, 2, 3]


def test_header_and_name_that_disagree_are_a_question(echo):
    time, signal = echo
    items = [
        Item(name, 1, 1, Measurement(time, signal, name, about={"temperature_k": kelvin}))
        for name, kelvin in (("4K.csv", 40.0), ("10K.csv", 100.0))
    ]
    series = chosen(items, None, "folder")
    assert "header:temperature or name:temperature" in series.question
    assert _values(chosen(items, "name:temperature", "folder")) == [4, 10]


def test_an_unknown_fact_is_swept_with_its_unit(echo):
    series = _in_memory(echo, [{"gate_mv": 100.0}, {"gate_mv": 200.0}])()
    assert series.quantity.unit == "V"
    assert _values(series) == pytest.approx([0.1, 0.2])


def test_missing_and_repeated_values_are_said(write, tmp_path):
    for name in ("4K_a.csv", "4K_b.csv", "10K.csv", "unknown.csv"):
        write(name)
    series = collect(tmp_path)
    assert _values(series) == [4, 4, 10, None]
    assert any("1 of 4 echoes has no temperature: unknown.csv" in note for note in series.notes)
    assert any("drawn as repeats: 4 K (2 times)" in note for note in series.notes)


def test_a_unit_that_is_assumed_is_said(write, tmp_path):
    for name in ("T300.csv", "T77.5.csv"):
        write(name)
    assert "K is assumed" in collect(tmp_path).reason
    assert _values(collect(tmp_path, quantity="T (mK)")) == pytest.approx([0.0775, 0.3])


def test_values_are_given_as_a_table(write, tmp_path):
    folder = tmp_path / "echoes"
    for name in ("a.csv", "b.csv"):
        write(name, folder=folder)
    table = tmp_path / "values.csv"
    table.write_text("file,T (mK)\na.csv,300\nb,100\n")
    series = collect(folder, values=table)
    assert (series.quantity.name, series.quantity.unit) == ("temperature", "K")
    assert _values(series) == pytest.approx([0.1, 0.3])
    assert _values(collect(folder, values=[7, 5], quantity="field")) == [5, 7]
    with pytest.raises(InputError, match="got 3 values"):
        collect(folder, values=[1, 2, 3])
    table.write_text("file,value\nc.csv,300\n")
    with pytest.raises(InputError, match=r"no file of the series: c\.csv"):
        collect(folder, values=table)
    table.write_text("file,value\na.csv,warm\nb.csv,2\n")
    with pytest.raises(InputError, match="must be a number, got 'warm'"):
        collect(folder, values=table)


def test_mixed_protocols_are_groups_with_their_difference(write, tmp_path):
    for kelvin in (1, 2, 3, 4):
        write(f"{kelvin}K.csv")
    write("5K.csv", n_points=400)
    write("6K.csv", scale=2.0)
    series = collect(tmp_path)
    assert [len(group.items) for group in series.groups] == [4, 1, 1]
    differences = {group.difference for group in series.groups[1:]}
    assert "400 points instead of 471" in differences
    assert any("dwell 0.6366 µs instead of 0.3183 µs" in one for one in differences)
    assert any("3 protocols" in note for note in series.notes)
    assert [item.value for item in series.group(1)] == [1, 2, 3, 4]
    with pytest.raises(InputError, match="no group 4"):
        series.group(4)


def test_a_swept_tau_makes_no_groups(echo):
    series = _in_memory(echo, [{"tau_us": 10.0}, {"tau_us": 20.0}])()
    assert (series.quantity.name, len(series.groups)) == ("tau", 1)


def test_bad_files_are_listed_and_the_others_are_read(write, tmp_path):
    write("4K.csv")
    write("10K.csv")
    (tmp_path / "20K.csv").write_text("a note\n")
    (tmp_path / "30K.csv").write_bytes(b"")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    series = collect(tmp_path)
    assert [item.path for item in series.read] == ["4K.csv", "10K.csv"]
    assert {item.path for item in series.problems} == {"20K.csv", "30K.csv"}
    assert all(item.problem and str(tmp_path) not in item.problem for item in series.problems)
    assert any("2 files could not be read" in note for note in series.notes)


def test_a_zip_of_a_folder_is_a_series(write, tmp_path):
    folder = tmp_path / "monday"
    for name in ("4K.csv", "10K.csv"):
        write(name, folder=folder)
    archive = tmp_path / "monday.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, f"monday/{path.name}")
    assert _values(collect(archive)) == [4, 10]


def test_a_zip_that_leads_out_of_its_folder_is_refused(write, tmp_path):
    path = write("4K.csv")
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(path, "../../4K.csv")
        packed.write(path, "10K.csv")
    with pytest.raises(InputError):
        collect(archive)
    assert not (tmp_path.parent / "4K.csv").exists()


def test_an_empty_folder_and_a_missing_one_are_said(tmp_path):
    assert "holds no files" in collect(tmp_path).question
    with pytest.raises(InputError, match="There is no file or folder"):
        collect(tmp_path / "nowhere")
    with pytest.raises(InputError, match="got none"):
        collect([])


def test_a_folder_without_permission_is_said(tmp_path, monkeypatch):
    from pathlib import Path

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(FailedError, match=r"could not be read \(Permission denied\)"):
        collect(tmp_path)


def test_ten_thousand_files_are_refused_before_they_are_read(tmp_path, monkeypatch):
    from nmr_core.measured.series import collecting

    for k in range(1200):
        (tmp_path / f"{k}K.csv").touch()
    monkeypatch.setattr(collecting, "read_items", lambda *_: pytest.fail("a file was read"))
    with pytest.raises(InputError, match="at most 1,000 files, got 1,200"):
        collect(tmp_path)


def test_the_order_of_a_file_with_several_echoes_is_a_question(echo, tmp_path):
    """No header gives a value, so only the number of the echo is left."""
    time, signal = echo
    path = tmp_path / "several.npz"
    np.savez(path, time_us=time, signal=np.stack([signal, 0.9 * signal, 0.8 * signal]))
    series = collect(path)
    assert "holds 3 echoes" in series.question
    assert _values(collect(path, quantity="order")) == [1, 2, 3]


def test_a_link_out_of_the_folder_is_left_out(write, tmp_path):
    outside = write("secret_20K.csv", folder=tmp_path / "outside")
    folder = tmp_path / "monday"
    for name in ("4K.csv", "10K.csv"):
        write(name, folder=folder)
    (folder / "20K.csv").symlink_to(outside)
    (folder / "4K_again.csv").symlink_to(folder / "4K.csv")
    (folder / "photo.png").touch()
    (folder / "elsewhere").symlink_to(outside.parent)
    series = collect(folder)
    assert [item.path for item in series.items] == ["4K.csv", "4K_again.csv", "10K.csv"]
    assert any("20K.csv (a link out of the folder)" in note for note in series.notes)
    assert any("photo.png" in note for note in series.notes)
    assert any("elsewhere/secret_20K.csv" in note for note in series.notes)


def test_the_recovery_delays_of_a_tecmag_file_are_swept(echo, tmp_path):
    """Points with one echo each, as the laboratory's program writes them; delays in µs."""
    import h5py

    delays = [1, 10, 19, 37, 72, 138, 266, 512, 988, 1900, 3700, 7100, 13600, 26000, 51000]
    time, signal = echo
    path = tmp_path / "t1.hdf"
    with h5py.File(path, "w") as file:
        for k, delay in enumerate(delays):
            group = file.create_group(f"point{k}")
            group["tnmr_reals"], group["tnmr_imags"] = signal.real, signal.imag
            group["tnmr_times"] = np.append(time, 2 * time[-1] - time[-2])
            group["tnmr_params/acquisition_time"] = len(time) * (time[1] - time[0])
            group["tnmr_params/num_scans"] = 128
            group["tnmr_params/obs_freq"] = 213.16
            for number, wait in enumerate((delay, 50, 0.1)):
                group[f"tnmr_sequence/{number}/relaxation_time"] = wait
                group[f"tnmr_sequence/{number}/pulse_width"] = (5, 2.5, 5)[number]
    series = collect(path)
    assert (series.quantity.name, series.quantity.unit, series.source) == (
        "recovery",
        "µs",
        "header",
    )
    assert _values(series) == delays
    assert len(series.groups) == 1
