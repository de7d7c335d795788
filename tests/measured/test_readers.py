"""The same echo written in every format comes back with its times in µs and its numbers."""

import struct
import sys
import types
import warnings
import zipfile

import h5py
import numpy as np
import pytest

from nmr_core.io.readers.tecmag import dwell_time
from nmr_core.measured import READERS, peek, read_measurements, sniff_measurement

N, DWELL = 256, 0.5
TIME = np.arange(N) * DWELL
SIGNAL = (1000 * np.exp(-(((TIME - 50) / 8) ** 2)) * np.exp(0.3j) + 5 * np.exp(0.9j * TIME)).astype(
    np.complex64
)


def same(measurement, time=TIME, signal=SIGNAL, rel=1e-5):
    """The measurement's numbers, and that they are those."""
    assert measurement.time == pytest.approx(time, abs=1e-6)
    assert np.abs(measurement.signal - signal).max() <= rel * np.abs(signal).max()
    return measurement


@pytest.mark.parametrize(
    ("header", "separator", "scale", "unit", "columns"),
    [
        ("time_us,re,im", ",", 1, None, None),
        ("time (us),Re M,Im M", ",", 1, None, None),
        ("Time (ms);Real;Imag", ";", 1e-3, None, None),
        ("t/s\tI\tQ", "\t", 1e-6, None, None),
        ("", " ", 1e-6, "s", None),
        ("", ",", 1, "us", None),
        ("% Scope 42\n% t [ns]   re   im", " ", 1e3, None, None),
        ("a,b,c", ",", 1e-3, "ms", "a,b,c"),
        ("garbage\nmore; of, it\n\nn,t_us,x,y", ",", 1, None, "t_us,x,y"),
        ("time_us,re,im", ",", 1, None, "1,2,3"),
    ],
)
def test_tables_of_any_make(tmp_path, header, separator, scale, unit, columns):
    extra = [np.arange(N)] if header.endswith("n,t_us,x,y") else []
    rows = [
        separator.join(f"{value:.9g}" for value in row)
        for row in zip(*extra, TIME * scale, SIGNAL.real, SIGNAL.imag, strict=True)
    ]
    (tmp_path / "echo.txt").write_text("\n".join([header, *rows]))
    [measurement] = read_measurements(tmp_path / "echo.txt", time_unit=unit, columns=columns)
    same(measurement)
    assert measurement.kind == "csv"
    assert not measurement.real_only


def test_decimal_commas_utf_16_and_windows_line_ends(tmp_path):
    rows = [
        ";".join(f"{value:.9g}".replace(".", ",") for value in row)
        for row in zip(TIME, SIGNAL.real, SIGNAL.imag, strict=True)
    ]
    (tmp_path / "echo.csv").write_bytes("\r\n".join(["Zeit (µs);Re;Im", *rows]).encode("utf-16"))
    same(read_measurements(tmp_path / "echo.csv")[0])


def test_two_columns_without_times_need_a_step(tmp_path):
    rows = [f"{value.real:.9g},{value.imag:.9g}" for value in SIGNAL]
    (tmp_path / "echo.csv").write_text("\n".join(["re,im", *rows]))
    assert peek(tmp_path / "echo.csv").asks == ["step", "time_unit"]
    same(read_measurements(tmp_path / "echo.csv", step=DWELL / 1000, time_unit="ms")[0])


def test_columns_that_cannot_be_told_are_asked(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "echo.csv").write_text(
        "\n".join(",".join(f"{v:.3f}" for v in rng.normal(size=5)) for _ in range(30))
    )
    looked = peek(tmp_path / "echo.csv")
    assert "columns" in looked.asks
    assert len(looked.columns) == 5
    assert len(looked.rows) == 6
    with pytest.raises(ValueError, match="it is not clear which are time, Re and Im"):
        read_measurements(tmp_path / "echo.csv", time_unit="us")


def test_npz_and_hdf5_with_and_without_units(tmp_path):
    np.savez(tmp_path / "a.npz", time_us=TIME, re=SIGNAL.real, im=SIGNAL.imag)
    np.savez(tmp_path / "b.npz", t=TIME * 1e-6, signal=np.stack([SIGNAL, 2 * SIGNAL]))
    with h5py.File(tmp_path / "c.h5", "w") as file:
        file["time"], file["signal"] = TIME * 1e-3, SIGNAL
        file["time"].attrs["unit"] = "ms"
    same(read_measurements(tmp_path / "a.npz")[0])
    same(read_measurements(tmp_path / "b.npz", time_unit="s")[1], signal=2 * SIGNAL)
    same(read_measurements(tmp_path / "c.h5")[0])
    assert peek(tmp_path / "b.npz").asks == ["time_unit"]
    assert peek(tmp_path / "c.h5").asks == []


def test_our_own_exports_are_records_too(tmp_path):
    import pandas as pd

    from nmr_core.io.formats import Foreign, write_foreign

    ours = Foreign(pd.DataFrame({"alpha": [0.1]}), SIGNAL[None, None], TIME, "ml4sci_2020_secular")
    for form, name in (("csv_long", "a.csv"), ("npz", "a.npz"), ("hdf5", "a.h5")):
        write_foreign(ours, tmp_path / name, form)
        [measurement] = read_measurements(tmp_path / name)
        same(measurement)


def bruker(folder, delay=20.5, n_zeros=21):
    """A fid as TopSpin writes it, with the digital filter's points before it."""
    import nmrglue

    acqus = {
        "SW_h": 1e6 / DWELL,
        "TD": 2 * (N + n_zeros),
        "BYTORDA": 0,
        "DTYPA": 0,
        "DECIM": 16,
        "DSPFVS": 20,
        "GRPDLY": delay,
        "PULPROG": "<hahnecho>",
        "NUC1": "<195Pt>",
        "SFO1": 107.0,
        "NS": 64,
        "AQ_mod": 3,
        "PARMODE": 0,
        "FnTYPE": 0,
        "_coreheader": [],
        "_comments": [],
    }
    data = np.concatenate([np.zeros(n_zeros), SIGNAL * 100])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nmrglue.bruker.write(
            str(folder),
            {"acqus": acqus},
            data,
            bin_file="fid",
            write_prog=False,
            write_procs=False,
            overwrite=True,
        )
    return folder


def test_bruker_without_the_digital_filter_s_delay(tmp_path):
    pytest.importorskip("nmrglue")
    folder = bruker(tmp_path / "7")
    [measurement] = read_measurements(folder)
    same(measurement, time=TIME + 0.5 * DWELL, signal=np.round(SIGNAL * 100), rel=1e-4)
    assert "delays the signal by 20.5 points" in measurement.notes[0]
    assert measurement.about["sequence"] == "hahnecho"
    (folder / "pdata" / "1").mkdir(parents=True)
    (folder / "pdata" / "1" / "procs").write_text("##END=")
    with zipfile.ZipFile(tmp_path / "7.zip", "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(tmp_path))
    assert np.array_equal(read_measurements(tmp_path / "7.zip")[0].signal, measurement.signal)
    assert np.array_equal(
        read_measurements(tmp_path)[0].signal if not (tmp_path / "7.zip").unlink() else None,
        measurement.signal,
    )
    assert peek(folder).kind == "bruker"
    assert sniff_measurement(folder).reason == "a Bruker folder: acqus and data"


def tnt(path, *, dwell=DWELL * 1e-6, width=0.5e6 / DWELL, flag=0):
    """A .tnt file of one curve: the sections TMAG, DATA and TMG2."""
    from nmrglue.fileio import tecmag

    tmag, tmg2 = np.zeros(1, tecmag.TNTTMAG), np.zeros(1, tecmag.TNTTMG2)
    tmag["npts"] = tmag["actual_npts"] = (N, 1, 1, 1)
    tmag["dwell"][0, 0], tmag["sw"][0, 0], tmag["ob_freq"][0, 0], tmag["actual_scans"] = (
        dwell,
        width,
        107.0,
        8,
    )
    tmag["sequence"], tmg2["fft_flag"][0, 0] = b"hahn_echo", flag
    data = SIGNAL.astype("<c8").tobytes()
    sections = ((b"TMAG", tmag.tobytes()), (b"DATA", data), (b"TMG2", tmg2.tobytes()))
    path.write_bytes(
        b"TNT1.005"
        + b"".join(tag + struct.pack("<II", 1, len(body)) + body for tag, body in sections)
    )
    return path


def test_tecmag_with_half_its_spectral_width(tmp_path):
    pytest.importorskip("nmrglue")
    [measurement] = read_measurements(tnt(tmp_path / "a.tnt"))
    same(measurement)
    assert "stores half of its spectral width" in measurement.notes[0]
    assert (
        measurement.about["sequence"],
        measurement.about["scans"],
        measurement.about["carrier_mhz"],
    ) == (
        "hahn_echo",
        8,
        107,
    )
    assert read_measurements(tnt(tmp_path / "b.tnt", width=1e6 / DWELL))[0].notes == []
    [unsure] = read_measurements(tnt(tmp_path / "c.tnt", dwell=0))
    same(unsure)
    assert "no dwell time" in unsure.notes[0]
    with pytest.raises(ValueError, match="holds a spectrum"):
        read_measurements(tnt(tmp_path / "d.tnt", flag=1))
    assert "does not fit" in dwell_time(1e-6, 3e5, "x")[1][0]


def test_varian(tmp_path):
    nmrglue = pytest.importorskip("nmrglue")
    udic = {
        "ndim": 1,
        0: {
            "size": N,
            "complex": True,
            "encoding": "direct",
            "sw": 1e6 / DWELL,
            "obs": 107.0,
            "car": 0.0,
            "label": "Pt",
            "time": True,
            "freq": False,
        },
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dic = nmrglue.varian.create_dic(udic)
        dic["procpar"]["sw"] = nmrglue.varian.create_pdic_param("sw", [str(1e6 / DWELL)])
        nmrglue.varian.write(str(tmp_path / "echo.fid"), dic, SIGNAL, overwrite=True)
    assert sniff_measurement(tmp_path / "echo.fid").kind == "varian"
    [measurement] = read_measurements(tmp_path / "echo.fid")
    same(measurement, signal=SIGNAL, rel=1e-4)


def test_jcamp(tmp_path):
    pytest.importorskip("nmrglue")

    def page(name, k, values):
        rows = "\n".join(f"{j} {value}" for j, value in enumerate(values))
        return f"##PAGE= N={k}\n##DATA TABLE= (X++({name}..{name})), XYDATA\n{rows}\n"

    last = (N - 1) * DWELL * 1e-6
    re, im = np.round(SIGNAL.real).astype(int), np.round(SIGNAL.imag).astype(int)
    text = (
        "##TITLE= echo\n##JCAMP-DX= 5.01\n##DATA TYPE= NMR FID\n##DATA CLASS= NTUPLES\n"
        "##.OBSERVE FREQUENCY= 107.0\n##NTUPLES= NMR FID\n"
        "##VAR_NAME= TIME, FID/REAL, FID/IMAG, PAGE NUMBER\n##SYMBOL= X, R, I, N\n"
        f"##VAR_FORM= AFFN, ASDF, ASDF, AFFN\n##VAR_DIM= {N}, {N}, {N}, 2\n"
        "##UNITS= SECONDS, ARBITRARY UNITS, ARBITRARY UNITS,\n"
        f"##FIRST= 0.0, {re[0]}, {im[0]}, 1\n##LAST= {last:.9g}, {re[-1]}, {im[-1]}, 2\n"
        "##FACTOR= 1.0, 1.0, 1.0, 1\n"
        + page("R", 1, re).replace("(X++(R..R))", "(X++(R..R))")
        + page("I", 2, im)
        + "##END NTUPLES= NMR FID\n##END=\n"
    )
    (tmp_path / "a.dx").write_text(text)
    [measurement] = read_measurements(tmp_path / "a.dx")
    same(measurement, signal=re + 1j * im)
    (tmp_path / "b.dx").write_text(
        text.replace("DATA TYPE= NMR FID", "DATA TYPE= NMR SPECTRUM").replace("SECONDS", "HZ")
    )
    with pytest.raises(ValueError, match="holds a spectrum"):
        read_measurements(tmp_path / "b.dx")


def test_spinsolve(tmp_path):
    pytest.importorskip("nmrglue")
    head = np.zeros(8, "<i4")
    body = np.concatenate(
        [TIME.astype("<f4"), np.stack([SIGNAL.real, SIGNAL.imag], 1).ravel().astype("<f4")]
    )
    (tmp_path / "data.1d").write_bytes(head.tobytes() + body.tobytes())
    (tmp_path / "acqu.par").write_text(
        f'Protocol = "ECHO"\ndwellTime = {DWELL}\nb1Freq = 43.5\nnrScans = 4\nrxChannel = "1H"\n'
    )
    [measurement] = read_measurements(tmp_path)
    same(measurement)
    assert measurement.about["sequence"] == "ECHO"
    (tmp_path / "acqu.par").write_text('dwellTime = 3.0\nrxChannel = "1H"\n')
    assert "do not fit the dwell time" in read_measurements(tmp_path)[0].notes[0]


def test_simpson(tmp_path):
    rows = "\n".join(f"{value.real:.9g} {value.imag:.9g}" for value in SIGNAL)
    (tmp_path / "a.fid").write_text(
        f"SIMP\nNP={N}\nSW={1e6 / DWELL}\nTYPE=FID\nDATA\n{rows}\nEND\n"
    )
    same(read_measurements(tmp_path / "a.fid")[0])


def test_rs2d_with_a_stand_in_for_xmltodict(tmp_path, monkeypatch):
    pytest.importorskip("nmrglue")
    values = {
        "RECEIVER_COUNT": 1,
        "MATRIX_DIMENSION_1D": N,
        "MATRIX_DIMENSION_2D": 1,
        "MATRIX_DIMENSION_3D": 1,
        "MATRIX_DIMENSION_4D": 1,
        "SPECTRAL_WIDTH": 1e6 / DWELL,
    }
    parsed = {
        "header": {
            "params": {
                "entry": [
                    {"key": key, "value": {"value": str(value)}} for key, value in values.items()
                ]
            }
        }
    }
    (tmp_path / "header.xml").write_text("<header/>")
    (tmp_path / "data.dat").write_bytes(SIGNAL.astype(">c8").tobytes())
    monkeypatch.setitem(sys.modules, "xmltodict", None)
    with pytest.raises(ValueError, match=r"needs xmltodict.*\[nmr\]"):
        read_measurements(tmp_path)
    monkeypatch.setitem(sys.modules, "xmltodict", types.SimpleNamespace(parse=lambda text: parsed))
    same(read_measurements(tmp_path)[0])


def test_jeol_with_a_stand_in_for_its_reader(tmp_path, monkeypatch):
    jeol = pytest.importorskip("nmrglue.fileio.jeol")
    (tmp_path / "a.jdf").write_bytes(b"JEOL.NMR" + b"\0" * 200)
    dic = {
        "header": {"units": ["Second"]},
        "parameters": {"x_sweep": 1e6 / DWELL, "x_domain": "Platinum195", "total_scans": 8},
    }
    monkeypatch.setattr(jeol, "read", lambda name: (dic, SIGNAL))
    same(read_measurements(tmp_path / "a.jdf")[0])
    dic["header"]["units"] = ["Ppm"]
    with pytest.raises(ValueError, match="holds a spectrum"):
        read_measurements(tmp_path / "a.jdf")


@pytest.mark.parametrize("name", READERS)
def test_every_reader_describes_itself_and_refuses_what_is_none_of_its_own(name, tmp_path):
    reader = READERS[name]
    assert reader.name == name
    assert reader.label
    assert reader.files.startswith(("one ", "a "))
    assert reader.extra in ("", "nmr")
    (tmp_path / "poem.txt").write_text("no numbers\nhere at all\n" * 5)
    with pytest.raises(ValueError, match="poem") as refusal:
        read_measurements(tmp_path / "poem.txt", kind=name)
    assert "\n" not in str(refusal.value)
