"""The same echo written in every format comes back with its times in µs and its numbers."""

import warnings
import zipfile

import h5py
import numpy as np
import pytest
import vendor_files as write

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


def test_tecmag_with_half_its_spectral_width(tmp_path):
    [measurement] = read_measurements(write.tecmag(tmp_path / "a.tnt", SIGNAL, DWELL))
    same(measurement)
    assert "stores half of its spectral width" in measurement.notes[0]
    about = measurement.about
    assert (about["sequence"], about["scans"], about["carrier_mhz"]) == ("hahn_echo", 16, 213.16)
    whole = write.tecmag(tmp_path / "b.tnt", SIGNAL, DWELL, sw=1e6 / DWELL)
    assert read_measurements(whole)[0].notes == []
    no_dwell = write.tecmag(tmp_path / "c.tnt", SIGNAL, DWELL, dwell_s=0, acq_time=0)
    [unsure] = read_measurements(no_dwell)
    same(unsure)
    assert "no dwell time" in unsure.notes[0]
    with pytest.raises(ValueError, match="holds a spectrum"):
        read_measurements(write.tecmag(tmp_path / "d.tnt", SIGNAL, DWELL, flag=1))


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


def test_spinsolve(tmp_path, refused):
    folder = write.spinsolve(tmp_path / "1", SIGNAL, DWELL, Protocol='"ECHO"')
    [measurement] = read_measurements(folder)
    same(measurement)
    assert measurement.about["sequence"] == "ECHO"
    (folder / "acqu.par").write_text('dwellTime = 3.0\nrxChannel = "1H"\n')
    sentence = refused(read_measurements, folder)
    assert "3 µs by dwellTime of acqu.par, but 0.5 µs by the axis" in sentence
    (folder / "acqu.par").write_text('rxChannel = "1H"\n')
    assert "no usable time" in refused(read_measurements, folder)


def test_simpson(tmp_path):
    rows = "\n".join(f"{value.real:.9g} {value.imag:.9g}" for value in SIGNAL)
    (tmp_path / "a.fid").write_text(
        f"SIMP\nNP={N}\nSW={1e6 / DWELL}\nTYPE=FID\nDATA\n{rows}\nEND\n"
    )
    same(read_measurements(tmp_path / "a.fid")[0])


def test_rs2d_holds_curves_in_time_only(tmp_path, refused):
    same(read_measurements(write.rs2d(tmp_path / "1", SIGNAL, DWELL))[0])
    spectrum = write.rs2d(tmp_path / "2", SIGNAL, DWELL, STATE=[1, 0, 0, 0])
    assert "holds a spectrum" in refused(read_measurements, spectrum)
    evil = write.rs2d(tmp_path / "3", SIGNAL, DWELL, head='<!DOCTYPE x [<!ENTITY a "b">]>')
    assert "declares entities" in refused(read_measurements, evil)


def test_jeol_holds_curves_in_time_only(tmp_path, refused):
    same(read_measurements(write.jeol(tmp_path / "a.jdf", SIGNAL, DWELL))[0])
    for unit, text in ((26, "ppm"), (13, "Hz")):
        spectrum = write.jeol(tmp_path / "b.jdf", SIGNAL, DWELL, unit=unit)
        assert f"its axis is in {text}" in refused(read_measurements, spectrum)


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
