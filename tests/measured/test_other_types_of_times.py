"""Times of Parquet columns that are no plain numbers, and zips in zips."""

import zipfile
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nmr_core.errors import InputError
from nmr_core.measured import read_measurements

TIME = 0.25 * np.arange(1, 65)
SIGNAL = np.exp(-(((TIME - 8) / 2) ** 2)) + 0.01


@pytest.mark.parametrize("unit", ["ns", "us"])
def test_spans_of_time(tmp_path, unit):
    scale, time = (1000, TIME) if unit == "ns" else (1, 4 * TIME)
    spans = pa.array(np.round(scale * time).astype("i8"), pa.duration(unit))
    pq.write_table(pa.table({"time": spans, "re": SIGNAL, "im": SIGNAL}), tmp_path / "a.parquet")
    [one] = read_measurements(tmp_path / "a.parquet")
    np.testing.assert_allclose(one.time, time)


def test_decimals(tmp_path):
    decimals = pa.array([Decimal(f"{t:.2f}") for t in TIME], pa.decimal128(10, 2))
    table = pa.table({"t_us": decimals, "re": SIGNAL, "im": SIGNAL})
    pq.write_table(table, tmp_path / "a.parquet")
    [one] = read_measurements(tmp_path / "a.parquet")
    np.testing.assert_allclose(one.time, TIME)


def test_times_as_text_are_named(tmp_path):
    texts = [f"{t:g}" for t in TIME]
    table = pa.table({"t_us": texts, "re": SIGNAL, "im": SIGNAL})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match="t_us holds text, so it gives no times"):
        read_measurements(tmp_path / "a.parquet")
    [one] = read_measurements(tmp_path / "a.parquet", step=0.25, time_unit="us")
    assert one.step == 0.25


def test_a_zip_in_a_zip_is_called_so(tmp_path):
    (tmp_path / "e.csv").write_text("t (us),re,im\n1,2,3\n")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as inner:
        inner.write(tmp_path / "e.csv", "e.csv")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(tmp_path / "e.zip", "e.zip")
    with pytest.raises(InputError, match=r"holds another zip, e\.zip, .* Unpack it once"):
        read_measurements(tmp_path / "outer.zip")


def test_arrays_in_a_zip_are_read(tmp_path):
    np.savez(tmp_path / "e.npz", time_us=TIME, signal=SIGNAL)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(tmp_path / "e.npz", "e.npz")
    [one] = read_measurements(tmp_path / "outer.zip")
    np.testing.assert_array_equal(one.time, TIME)
