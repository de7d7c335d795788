"""Files made to harm their reader are refused with a sentence, and the reader goes on."""

import json
import struct
import zipfile

import h5py
import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nmr_core.errors import InputError
from nmr_core.io import isolated
from nmr_core.io.formats import Foreign, read_foreign, write_foreign
from nmr_core.io.isolated import Limits, messages, pool
from nmr_core.measured import read_measurements
from nmr_core.presets import read_table

TIME = {"time": json.dumps(list(range(20)))}


@pytest.fixture(scope="module", autouse=True)
def end_afterwards():
    yield
    isolated.end_all()


def _curves(n_samples: int) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(np.ones(20 * n_samples, np.float32)), 20)


def _write_parquet(path, n_samples, **columns):
    curves = {"re_0": _curves(n_samples), "im_0": _curves(n_samples)}
    table = pa.table({**columns, **curves}).replace_schema_metadata(TIME)
    pq.write_table(table, path, compression="zstd")


def _one_long_text(path):
    text = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(20_000, np.int32)), pa.array(["x" * 200_000])
    )
    _write_parquet(path, 20_000, kernel=text)


def _equal_numbers(path):
    _write_parquet(path, 1_000_000)


def _references_to_one_text(path):
    with h5py.File(path, "w") as file:
        file["time"], file["signals"] = np.arange(20.0), np.ones((4000, 1, 20), np.complex64)
        kind = h5py.string_dtype()
        texts = file.create_dataset("parameters/kernel", (4000,), dtype=kind)
        texts[0] = "x" * 1_000_000
        place = texts.id.get_offset()
    content = bytearray(path.read_bytes())
    content[place : place + 16 * 4000] = content[place : place + 16] * 4000
    path.write_bytes(content)


def _zeros_in_hdf5(path):
    with h5py.File(path, "w") as file:
        file["time"] = np.arange(200.0)
        shape = (200_000, 1, 200)
        file.create_dataset("signals", shape, np.complex64, chunks=(2000, 1, 200))


def _small_integers(path):
    """Numbers of one byte, which become complex numbers of eight."""
    signals = np.zeros((10_000, 1, 2000), np.int8)
    signals[..., ::40] = 1
    np.savez_compressed(path, time=np.arange(2000.0), signals=signals)


def _equal_names(path):
    names = ["a"] * 190_000 + ["re_0@1", "im_0@1"]
    path.write_text(",".join(names) + "\n" + ",".join("1" * len(names)) + "\n")


def _many_columns(path):
    names = [f"{part}_0@{k}" for part in ("re", "im") for k in range(95_000)]
    path.write_text(",".join(names) + "\n" + ",".join("1" * len(names)) + "\n")


def _zip_of_zeros(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * 100_000_000)


def _thousands_of_columns(path):
    columns = {f"c{k}": pa.array([1.0]) for k in range(6000)}
    _write_parquet(path, 1, **columns)


def _thousands_of_entries(path):
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(50_000):
            archive.writestr(f"a long name of an entry with nothing in it {k}.csv", b"")


ATTACKS = {
    "entries.zip": _thousands_of_entries,
    "columns.parquet": _thousands_of_columns,
    "one long text.parquet": _one_long_text,
    "equal numbers.parquet": _equal_numbers,
    "references.h5": _references_to_one_text,
    "zeros.h5": _zeros_in_hdf5,
    "small integers.npz": _small_integers,
    "equal names.csv": _equal_names,
    "many columns.csv": _many_columns,
    "zeros.zip": _zip_of_zeros,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_file_that_holds_more_than_may_be_decoded_is_refused_before_it_is(name, tmp_path):
    path = tmp_path / name
    ATTACKS[name](path)
    with pytest.raises(InputError) as refused:
        isolated.call("curves", path=path)
    text = str(refused.value)
    assert "MB of memory to read" not in text, "the reader itself refuses, its process goes on"
    assert "longer to read" not in text
    assert text.count("\n") == 0


def _parameters_without_end(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = "##TITLE= x\n##$D= (0..9999999)\n" + "1 \n" * 1_000_000
        archive.writestr("1/acqus", entries + "##END=\n")
        archive.writestr("1/fid", bytes(1000))


def _procpar_without_end(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("procpar", "x 9 9 9 9 9 9 9 9 9 9\n2147483647 " + "1 " * 2_000_000)
        archive.writestr("fid", bytes(1000))


def _many_lines(path):
    path.write_text("t_us,re,im\n" + "1,2,3\n" * 2_100_000)


def _many_lines_of_utf_16(path):
    path.write_bytes(("t_us,re,im\n" + "1,2,3\n" * 2_100_000).encode("utf-16"))


def _one_line(path):
    path.write_bytes(b"1,2,3 " * 4_000_000)


def _head_of_brackets(path):
    """An array of NumPy whose head, which is a literal of Python, is nested without end."""
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': " + b"(" * 9000 + b")" * 9000 + b"}"
    content = b"\x93NUMPY\x02\x00" + struct.pack("<I", len(head)) + head
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("time.npy", content)
        archive.writestr("signals.npy", content)


def _many_texts_of_jcamp(path):
    path.write_bytes(b"##TITLE=x\n" + b"##LDR=1\n" * 1_000_000)


def _differences_of_jcamp(path):
    head = b"##TITLE=x\n##JCAMP-DX=5.01\n##NPOINTS=999999999999\n##XYDATA=(X++(Y..Y))\n"
    path.write_bytes(head + b"0@" + b"S9999999" * 200_000 + b"\n##END=\n")


MEASUREMENTS = {
    "bruker.zip": _parameters_without_end,
    "varian.zip": _procpar_without_end,
    "lines.csv": _many_lines,
    "lines of UTF-16.csv": _many_lines_of_utf_16,
    "one line.csv": _one_line,
    "head.npz": _head_of_brackets,
    "texts.jdx": _many_texts_of_jcamp,
    "differences.jdx": _differences_of_jcamp,
    "zeros.zip": _zip_of_zeros,
}


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_a_measurement_that_would_take_long_is_refused_at_once(name, tmp_path):
    path = tmp_path / name
    MEASUREMENTS[name](path)
    isolated.get_ready()
    child = pool._idle[-1]
    before = child._cpu()
    with pytest.raises(InputError) as refused:
        isolated.call("measurements", path=path)
    assert pool._idle[-1] is child, "the reader itself refuses, its process goes on"
    assert child._cpu() - before < 4, "seconds on a core, at most half of them by the imports"
    assert str(refused.value).count("\n") == 0


def test_a_reader_that_takes_too_much_memory_is_ended_and_the_next_file_is_read(tmp_path):
    path = tmp_path / "large.npz"
    signals = np.random.default_rng(0).normal(size=(2000, 1, 2000)).astype(np.float32)
    np.savez(path, time=np.arange(2000.0), signals=signals)
    with pytest.raises(InputError, match=r"large\.npz takes more than 10 MB of memory to read"):
        isolated.call("curves", path=path, limits=Limits(memory=10e6))
    assert isolated.call("curves", path=path).signals.shape == (2000, 1, 2000)


def test_a_reader_that_takes_too_long_is_ended(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("t_us,re,im\n" + "".join(f"{k},1.5,2\n" for k in range(300_000)))
    with pytest.raises(InputError, match=r"long\.csv takes longer to read than 0 s"):
        isolated.call("measurements", path=path, limits=Limits(seconds=0.0))


def test_a_reader_that_dies_is_one_sentence(tmp_path, monkeypatch):
    isolated.get_ready()
    child = pool._idle[-1]
    monkeypatch.setattr(pool, "_take", lambda: child)
    psutil.Process(child.process.pid).kill()
    (tmp_path / "a.csv").write_text("1,2,3")
    with pytest.raises(
        InputError, match=r"a\.csv ended the process that read it, as a damaged file can"
    ):
        isolated.call("curves", path=tmp_path / "a.csv")


@pytest.mark.parametrize("ending", ["npz", "h5", "parquet", "csv"])
def test_curves_are_the_same_as_without_the_process(ending, tmp_path):
    name = {"npz": "npz", "h5": "hdf5", "parquet": "parquet", "csv": "csv_wide"}[ending]
    path = tmp_path / f"curves.{ending}"
    generator = np.random.default_rng(0)
    table = pd.DataFrame(
        {"alpha": generator.random(5), "kernel": ["gaussian", "rkky"] * 2 + ["rkky"]}
    )
    signals = generator.normal(size=(5, 1, 20)).astype(np.complex64)
    write_foreign(Foreign(table, signals, np.arange(20.0), "ml4sci_2020"), path, name)
    ours, plain = isolated.call("curves", path=path), read_foreign(path)
    np.testing.assert_array_equal(ours.signals, plain.signals)
    np.testing.assert_array_equal(ours.time, plain.time)
    assert ours.parameters.equals(plain.parameters)
    assert (ours.preset, ours.settings, ours.notes) == (plain.preset, plain.settings, plain.notes)


def test_curves_without_parameters_keep_their_number(tmp_path):
    np.savez(tmp_path / "a.npz", time=np.arange(20.0), signals=np.ones((7, 1, 20)))
    assert len(isolated.call("curves", path=tmp_path / "a.npz").parameters) == 7


def test_measurements_and_priors_are_the_same_as_without_the_process(tmp_path):
    path = tmp_path / "echo.csv"
    path.write_text("t (us),Re,Im\n" + "".join(f"{k},{k % 7},{k % 5}\n" for k in range(50)))
    (ours,), (plain,) = isolated.call("measurements", path=path), read_measurements(path)
    np.testing.assert_array_equal(ours.signal, plain.signal)
    assert (ours.name, ours.unit, ours.notes) == (plain.name, plain.unit, plain.notes)
    prior = tmp_path / "prior.toml"
    prior.write_text('[[parameter]]\nname = "alpha"\nlow = 0.1\nhigh = 1.0\n')
    assert isolated.call("prior", path=prior) == read_table(prior)


@pytest.mark.parametrize("content", ["a=" + "[" * 20_000, "a=" + "{b=" * 20_000, "a." * 40_000])
def test_a_prior_of_many_brackets_is_refused(content, tmp_path):
    path = tmp_path / "prior.toml"
    path.write_text(content)
    for read in (lambda: isolated.call("prior", path=path), lambda: read_table(path)):
        with pytest.raises(InputError, match=r"prior\.toml"):
            read()


def test_a_person_has_one_turn_and_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "PATIENCE", 0.05)
    path = tmp_path / "a.npz"
    np.savez(path, time=np.arange(20.0), signals=np.ones((7, 1, 20)))
    with pool._one_turn("one", "first.csv"):
        with pytest.raises(RuntimeError, match=r"a\.npz was not read"):
            isolated.call("curves", who="one", path=path)
        assert isolated.call("curves", who="another", path=path).signals.shape == (7, 1, 20)


@pytest.mark.parametrize("error", [EOFError, KeyError, MemoryError])
def test_a_reader_whose_answer_was_not_read_to_its_end_is_ended(error, monkeypatch):
    """What is left of the answer would be taken for that of the next person."""

    def broken(*_: object) -> None:
        raise error("broken")

    monkeypatch.setattr(messages, "receive", broken)
    child = pool.Child()
    child.usage = psutil.Process(child.process.pid)
    assert child.ask({}, Limits()) == ({"error": "ended"}, {})
    assert child.process.poll() is not None
    assert not child.usable
