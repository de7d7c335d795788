"""Bad NPZ, Parquet, CSV and HDF5 files: nothing in them is run, followed or believed."""

import json
import pickle

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nmr_core.io.formats import read_foreign, write_foreign

GOOD = {"signals": np.ones((3, 1, 4), np.complex64), "time": np.arange(4.0), "xi": np.arange(3.0)}


def npz(path, **changes):
    np.savez(path, **{name: value for name, value in (GOOD | changes).items() if value is not None})
    return path


class Trap:
    def __reduce__(self):
        return print, ("it ran",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signals": None}, "has no array signals; it has time, xi"),
        ({"time": None}, "has no array time"),
        ({"time": np.arange(5.0)}, "3 samples × 1 settings × 5 points, got 3 × 1 × 4"),
        ({"time": np.array([0, 2, 1, 3.0])}, "times must be numbers in µs that do not decrease"),
        ({"time": np.array([0, 1, np.nan, 3.0])}, "times must be numbers"),
        ({"signals": np.array(["a"])}, "signals is <U1"),
        ({"signals": np.full((3, 1, 4), np.nan)}, "curves hold NaN or infinity, first in sample 1"),
        ({"xi": np.array([1, np.inf, 2])}, "xi is NaN or infinite, first in sample 2"),
        ({"xi": np.arange(4.0)}, "xi has the shape (4,)"),
        ({"x i": np.arange(3.0)}, "'x i' can be no parameter"),
        ({"../../xi": np.arange(3.0)}, "can be no parameter"),
        ({"kernel": np.array(["rkky", "magic", "rkky"])}, "no kernel 'magic'"),
        ({"about": np.array("{")}, "must be a JSON object"),
        ({"about": np.array(json.dumps({"settings": [{}, {}]}))}, "settings must be 1 objects"),
        ({"about": np.array(json.dumps({"settings": [{"xi": 1}]}))}, "settings must be 1 objects"),
        ({"xi": np.array([Trap(), Trap(), Trap()], dtype=object)}, "holds Python objects"),
    ],
)
def test_npz_that_does_not_fit(tmp_path, refused, capsys, changes, sentence):
    assert sentence in refused(npz(tmp_path / "given.npz", **changes))
    assert "it ran" not in capsys.readouterr().out


def test_npz_that_fits_and_a_preset_that_nobody_knows(tmp_path):
    more = {"about": np.array(json.dumps({"preset": "ours"})), "comment": np.array(["a", "b", "c"])}
    back = read_foreign(npz(tmp_path / "given.npz", **more))
    assert (back.preset, list(back.parameters)) == ("", ["xi"])
    assert any("no preset 'ours'" in note for note in back.notes)
    assert any("comment holds texts" in note for note in back.notes)


def test_an_array_that_claims_more_than_it_has(tmp_path, refused):
    path = npz(tmp_path / "given.npz")
    content = path.read_bytes()
    assert b"'shape': (3, 1, 4)" in content
    path.write_bytes(
        content.replace(b"'shape': (3, 1, 4), }  ", b"'shape': (3, 1, 4444)}"[:23].ljust(23))
    )
    refused(path)


@pytest.mark.parametrize("name", ["npz", "parquet", "hdf5", "csv_wide", "csv_long"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_file_that_was_cut_off(two, tmp_path, refused, name, share):
    write_foreign(two, tmp_path / "whole", name)
    content = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(content[: max(12, int(share * len(content)))])
    assert refused(tmp_path / "cut")


@pytest.mark.parametrize("ending", [b"PAR1", b"PK\3\4", b"\x89HDF\r\n\x1a\n"])
def test_garbage_after_good_first_bytes(tmp_path, refused, ending):
    (tmp_path / "garbage").write_bytes(
        ending + np.random.default_rng(3).integers(0, 256, 3000, dtype=np.uint8).tobytes()
    )
    assert refused(tmp_path / "garbage")


def table(path, metadata, **columns):
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
    return path


@pytest.mark.parametrize(
    ("metadata", "columns", "sentence"),
    [
        ({}, {"re_0": [[1.0]], "im_0": [[1.0]]}, "holds no times"),
        ({"time": "[0]"}, {"re_0": [[1.0]]}, "curves are lists in re_0, im_0"),
        (
            {"time": "[0, 1]"},
            {"re_0": [[1.0]], "im_0": [[1.0, 2]]},
            "lists of other lengths than the 2 times",
        ),
        ({"time": "[0]"}, {"re_0": [1.0], "im_0": [1.0]}, "should hold a list of numbers"),
        ({"time": "[0]"}, {"re_0": [["a"]], "im_0": [[1.0]]}, "list of numbers"),
        (
            {"time": "[0]"},
            {"re_0": pa.array([[None]], pa.list_(pa.float32())), "im_0": [[1.0]]},
            "NaN",
        ),
        (
            {"time": "[0]"},
            {"re_0": [[1.0]], "im_0": [[1.0]], "xi": pa.array([None], pa.float64())},
            "empty cells",
        ),
    ],
)
def test_parquet_that_does_not_fit(tmp_path, refused, metadata, columns, sentence):
    assert sentence in refused(table(tmp_path / "given", metadata, **columns))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda t: t.replace(",1.5", ",1.5,9", 1),
            "row 1 below the header, has 7 cells, the header has 6",
        ),
        (
            lambda t: t.replace(",1.5", ",abc", 1),
            "row 1 below the header, column re_0@1.0: 'abc' is no number",
        ),
        (lambda t: t.replace(",1.5", ",", 1), "'' is no number"),
        (lambda t: t.replace(",1.5", ",nan", 1), "NaN or infinity, first in sample 1"),
        (lambda t: t.replace("im_0@1.0", "im_0@2.0"), "needs re_k@t and im_k@t for the same times"),
        (lambda t: t.replace("kernel", "xi"), "two columns 'xi'"),
        (lambda t: t.replace("xi", "=1+1"), "can be no parameter"),
        (lambda t: t.splitlines()[0] + "\n", "no rows below its header"),
        (lambda t: t.replace("rkky", "magic"), "no kernel 'magic'"),
    ],
)
def test_wide_csv_that_does_not_fit(tmp_path, refused, change, sentence):
    points = {"re_0@0.5": 0.5, "re_0@1.0": 1.5, "im_0@0.5": 0.25, "im_0@1.0": 0.125}
    text = pd.DataFrame({"xi": [1.0, 2.0], "kernel": "rkky"} | points).to_csv(index=False)
    (tmp_path / "good.csv").write_text(text)
    assert read_foreign(tmp_path / "good.csv").signals[1, 0].tolist() == [0.5 + 0.25j, 1.5 + 0.125j]
    (tmp_path / "given.csv").write_text(change(text))
    assert sentence in refused(tmp_path / "given.csv", "csv_wide")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.drop(index=3), "needs"),
        (
            lambda f: f.assign(time_us=f["time_us"] + f["sample"]),
            "the curves have different times, first in sample 2",
        ),
        (lambda f: f.assign(xi=np.arange(8.0)), "xi changes from point to point"),
        (lambda f: f.assign(xi=[1.0, 1, 3, 3, 1, 1, 3, 3]), "xi changes from point to point"),
        (lambda f: f.assign(re=np.nan), "'' is no number"),
    ],
)
def test_long_csv_that_does_not_fit(tmp_path, refused, change, sentence):
    grid = pd.MultiIndex.from_product(
        [[4, 9], [0, 1], [0.5, 1.5]], names=["sample", "setting", "time_us"]
    ).to_frame(index=False)
    frame = grid.assign(
        re=np.arange(8.0), im=0.5, angle_2=60.0 + grid["setting"], xi=grid["sample"]
    )
    frame.sample(frac=1, random_state=0).sort_values("time_us", kind="stable").to_csv(
        tmp_path / "good.csv", index=False
    )
    good = read_foreign(tmp_path / "good.csv")
    assert good.signals.real.tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    assert good.parameters["xi"].tolist() == [4, 9]
    assert good.settings == [{"angle_2": 60}, {"angle_2": 61}]
    change(frame).to_csv(tmp_path / "given.csv", index=False)
    assert sentence in refused(tmp_path / "given.csv")


def test_a_measured_echo_is_three_columns_with_any_separator(tmp_path):
    for separator in ",;\t":
        (tmp_path / "echo.csv").write_bytes(
            "time_us,re,im\r\n0,1,2\r\n1.5,3,4\r\n".replace(",", separator).encode("utf-16")
        )
        back = read_foreign(tmp_path / "echo.csv")
        assert (back.time.tolist(), back.signals.tolist()) == ([0, 1.5], [[[1 + 2j, 3 + 4j]]])


def h5(path, change):
    with h5py.File(path, "w") as file:
        for name in ("signals", "time"):
            file[name] = GOOD[name]
        file["parameters/xi"] = GOOD["xi"]
        change(file)
    return path


def _renewed(name, value, **options):
    def change(file):
        del file[name]
        file.create_dataset(name, data=value, **options)

    return change


def _linked(file):
    del file["signals"]
    file["signals"] = h5py.ExternalLink("/etc/passwd", "/x")


def _elsewhere(file):
    del file["signals"]
    file.create_dataset("signals", (3, 1, 4), "f4", external=[("/etc/passwd", 0, 48)])


def _vast(file):
    del file["signals"]
    file.create_dataset("signals", (1000, 1, 200_000), "f4", chunks=True, compression="gzip")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda file: file.pop("time"), "has no dataset time"),
        (_renewed("signals", np.ones(4)), "expected is complex (n_samples"),
        (_renewed("parameters/xi", np.ones(4)), "xi has the shape (4,)"),
        (_renewed("parameters/xi", [b"a", b"b", b"c"]), ""),
        (lambda file: file["time"].attrs.update(unit="s"), "The unit of time is 's'"),
        (_linked, "signals is a link to another place"),
        (_elsewhere, "lies in other files"),
        (_vast, "as no measurement does"),
    ],
)
def test_hdf5_that_does_not_fit(tmp_path, refused, change, sentence):
    path = h5(tmp_path / "given.h5", change)
    if sentence:
        assert sentence in refused(path)
    else:
        assert read_foreign(path).notes == ["The column xi holds texts and is left out."]


def test_a_pickle_is_no_format(tmp_path, refused, capsys):
    (tmp_path / "given.pkl").write_bytes(pickle.dumps(Trap()))
    assert "in no format known here" in refused(tmp_path / "given.pkl")
    assert capsys.readouterr().out == ""
