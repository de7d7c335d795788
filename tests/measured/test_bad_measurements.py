"""Everything that can be wrong in a measurement is stated; nothing is guessed silently."""

import io
import zipfile

import numpy as np
import pytest
from measuring import TAU, continuous, measured

from nmr_core.io import measurement_files as given_module
from nmr_core.measured import (
    Measurement,
    Steps,
    Target,
    peek,
    prepare,
    read_measurements,
    sniff_measurement,
)


def table(path, *columns, header="", separator=","):
    """A text file of columns."""
    rows = [separator.join(f"{value:.9g}" for value in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([header, *rows] if header else rows) + "\n")
    return path


@pytest.fixture
def measurement(kind):
    """``measurement(**distortions)`` of one curve."""
    return lambda **more: measured(
        *(kind[0], kind[1][72]), np.random.default_rng(4), **{"n": 3000} | more
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "echo.csv"),
        (b"", "echo.csv"),
        (b"hello\nthis is\nno table\n", "echo.txt"),
        (b"%PDF-1.4 \xff\xfe", "echo.npz"),
        (b"PK\x03\x04 no zip", "echo.npz"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "echo.h5"),
        (b"TNT1.005" + b"\0" * 500, "echo.tnt"),
        (b"JEOL.NMR" + b"\0" * 50, "echo.jdf"),
        (b"##TITLE= x\n##JCAMP-DX= 5.0\n##END=\n", "a.dx"),
        (b"SIMP\nNP=100\nSW=1e6\nDATA\n1 2\nEND\n", "a.fid"),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path, refused, content, name):
    (tmp_path / name).write_bytes(content)
    said = refused(read_measurements, tmp_path / name, time_unit="us")
    assert name in said


@pytest.mark.parametrize(
    ("files", "label"),
    [
        ({"fid": b"12", "acqus": b"nothing"}, "Bruker"),
        ({"fid": b"\0" * 99, "procpar": b"sw 1\n"}, "Varian"),
        ({"data.1d": b"abc", "acqu.par": b"x = 1\n"}, "Spinsolve"),
    ],
)
def test_a_vendor_s_folder_with_garbage(tmp_path, refused, files, label):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    sentence = refused(read_measurements, tmp_path)
    assert f"is damaged or no {label} measurement" in sentence
    assert "Get it again, or export the echo as CSV." in sentence


def test_an_unknown_unit_of_time_is_asked_with_what_each_would_mean(tmp_path, refused, measurement):
    made = measurement()
    file = table(
        tmp_path / "a.csv", made.time, made.signal.real, made.signal.imag, header="t,re,im"
    )
    said = refused(read_measurements, file)
    assert "us: 150 µs long" in said
    assert "s, ms, us or ns" in said
    assert peek(file).asks == ["time_unit"]
    assert refused(read_measurements, file, time_unit="fortnights").startswith(
        "'fortnights' is no unit of time"
    )


def test_a_wrong_unit_shows_by_the_length_of_the_record(target, measurement, refused):
    made = measurement()
    said = refused(prepare, Measurement(made.time / 1000, made.signal, unit="µs"), target)
    assert "in ms it would be long enough, so check the unit" in said
    said = refused(prepare, Measurement(made.time * 1000, made.signal, unit="ms"), target)
    assert "Check the unit" in said


def test_real_only_data(tmp_path, target, kind):
    time, curves = kind
    made = measured(time, curves[72], np.random.default_rng(0), phase=-90, snr=100)
    [measurement] = read_measurements(
        table(tmp_path / "a.csv", made.time, made.signal.real, header="time_us,signal")
    )
    assert measurement.real_only
    assert "only one channel" in measurement.notes[-1]
    prepared = prepare(measurement, target)
    assert "at right angles to it is lost" in prepared.warnings[0]
    assert np.sqrt(((prepared.signal.imag - curves[72].imag) ** 2).mean()) < 0.02


def test_magnitude_only_data(tmp_path, target, kind):
    time, curves = kind
    made = measured(time, curves[72], np.random.default_rng(0), snr=100, phase=33)
    [measurement] = read_measurements(
        table(tmp_path / "a.csv", made.time, np.abs(made.signal), header="time_us,signal")
    )
    assert measurement.magnitude
    prepared = prepare(measurement, target)
    assert "phase and sign are lost" in prepared.warnings[0]
    assert prepared.stage("phase").warning
    # The Rice bias of noise and what crosses 0 stay
    assert np.sqrt(((prepared.signal.imag - curves[72].imag) ** 2).mean()) < 0.05
    [other] = read_measurements(tmp_path / "a.csv", magnitude=False)
    assert other.real_only


def test_no_echo_in_the_record(target, refused, kind):
    time, curves = kind
    rng = np.random.default_rng(0)
    for n in (471, 5000):
        noise = Measurement(
            np.linspace(time[0], time[-1], n), rng.normal(size=n) + 1j * rng.normal(size=n)
        )
        assert "no echo" in refused(prepare, noise, target)
    at = np.linspace(time[0], time[-1], 3000)
    decay = continuous(time, curves[72], at) * (at < 75) + 0.01 * (
        rng.normal(size=3000) + 1j * rng.normal(size=3000)
    )
    assert "no echo" in refused(prepare, Measurement(at, decay), target, steps=Steps(time_zero=0))
    hum = np.exp(2j * np.pi * 0.9 * at) + 0.05 * rng.normal(size=3000)
    assert "no echo" in refused(prepare, Measurement(at, hum), target)


def test_a_reversed_im_is_found_where_the_protocol_tells(kind):
    time, curves = kind
    skew = curves * (1 + 0.5j * np.sin(time / 30)) * np.exp(0.02j * time)
    target = Target.of_curves(time, skew[:64], echo_time=2 * TAU, pulse_times=(0, TAU))
    rng = np.random.default_rng(0)
    turned = measured(time, skew[100].conj(), rng, phase=40, zero=15)
    prepared = prepare(turned, target)
    assert prepared.conjugated
    assert "Im has the other sign" in " ".join(prepared.warnings)
    assert np.sqrt((np.abs(prepared.signal - skew[100]) ** 2).mean()) < 0.03
    right = prepare(measured(time, skew[100], rng, phase=40, zero=15), target)
    assert not right.conjugated
    assert "Im has the sign that this protocol has" in right.stage("conjugate").sentence


def test_a_reversed_im_that_cannot_be_told_is_said(target, measurement):
    stage = prepare(measurement(phase=10), target).stage("conjugate")
    assert "cannot be told" in stage.sentence
    assert np.isnan(stage.estimate)


def test_uneven_times_are_used_as_they_are(target, kind):
    time, curves = kind
    at = np.sort(np.random.default_rng(0).uniform(time[0], time[-1], 4000))
    prepared = prepare(measured(time, curves[72], np.random.default_rng(1), at=at), target)
    assert prepared.stage("measurement").warning
    assert "used as they are" in prepared.stage("measurement").sentence


def test_several_echoes_and_which_is_taken(target, kind):
    time, curves = kind
    at = np.linspace(time[0], 350, 9000)
    signal = continuous(time, curves[72], at) * (at <= time[-1])
    for centre in (200, 300):
        near = np.abs(at - centre) < 40
        signal[near] += 0.6 * continuous(time, curves[72], at[near] - centre + 2 * TAU)
    signal += 0.01 * (
        np.random.default_rng(0).normal(size=9000) + 1j * np.random.default_rng(1).normal(size=9000)
    )
    stage = prepare(Measurement(at + 50, signal), target).stage("echo")
    assert stage.warning
    assert "There are more echoes" in stage.sentence
    assert stage.used == pytest.approx(50 + 2 * TAU, abs=4)


def test_a_saturated_receiver(target, measurement):
    made = measurement(scale=100)
    clipped = np.clip(made.signal.real, -20, 20) + 1j * np.clip(made.signal.imag, -20, 20)
    stage = prepare(Measurement(made.time, clipped), target).stage("saturation")
    assert stage.warning
    assert "cut off at the same value" in stage.sentence
    coarse = np.round(made.signal.real) + 1j * np.round(made.signal.imag)
    assert not prepare(Measurement(made.time, coarse), target).stage("saturation").warning


def test_nan_few_points_and_times_that_go_back(refused):
    t, y = np.arange(100.0), np.ones(100, complex)
    spoiled = y.copy()
    spoiled[7] = np.nan
    assert "1 of 100 points are NaN or infinite, first in point 8" in refused(
        Measurement, t, spoiled
    )
    assert "has 3 points" in refused(Measurement, t[:3], y[:3])
    assert "do not increase: point 50 is at 49 µs" in refused(Measurement, np.r_[t[:50], t[:50]], y)
    assert "all 100 points are 0" in refused(Measurement, t, 0 * y)
    assert "NaN" in refused(Measurement, np.r_[t[:-1], np.nan], y)


def test_a_record_that_does_not_cover_what_the_model_needs(target, measurement, refused):
    made = measurement()
    late = made.time > 10
    said = refused(prepare, Measurement(made.time[late], made.signal[late]), target)
    assert "139.9 µs long" in said
    assert "the model looks at 0.3183 to 149.9 µs" in said
    whole = Measurement(
        np.r_[made.time[late], np.linspace(151, 170, 200)],
        np.r_[made.signal[late], np.zeros(200) + 1e-3],
    )
    assert "the model looks at 0.3183 to 149.9 µs" in refused(prepare, whole, target)


def test_a_blind_receiver_is_said_and_not_filled(target, measurement):
    made = measurement(snr=200)
    blind = made.signal * ~(
        ((made.time >= 0) & (made.time < 4)) | ((made.time > TAU) & (made.time < TAU + 4))
    )
    stage = prepare(Measurement(made.time, blind), target).stage("dead_time")
    assert stage.used == pytest.approx(4, abs=0.2)
    assert stage.warning
    assert "are 0" in stage.sentence


def test_zip_bombs_and_huge_files(tmp_path, refused, monkeypatch):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("echo.csv", b"0" * 100_000_000)
    assert "as no measurement does" in refused(
        read_measurements, tmp_path / "bomb.zip", time_unit="us"
    )
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../echo.csv", b"1,2,3\n" * 20)
    assert "leads out of its folder" in refused(
        read_measurements, tmp_path / "out.zip", time_unit="us"
    )
    monkeypatch.setattr(given_module, "MAX_BYTES", 1000)
    (tmp_path / "big.csv").write_text("1,2,3\n" * 500)
    assert "Cut out one echo" in refused(read_measurements, tmp_path / "big.csv", time_unit="us")


def test_pickles_are_not_opened(tmp_path, refused):
    buffer = io.BytesIO()
    np.savez(buffer, time=np.arange(20.0), signal=np.array([{"a": 1}] * 20, dtype=object))
    (tmp_path / "a.npz").write_bytes(buffer.getvalue())
    assert "Python objects" in refused(read_measurements, tmp_path / "a.npz", time_unit="us")


def test_what_is_asked_of_a_reader_is_checked(tmp_path, refused):
    file = table(tmp_path / "a.csv", np.arange(30.0), np.ones(30), np.ones(30), header="t,re,im")
    assert "There is no reader 'excel'" in refused(read_measurements, file, kind="excel")
    assert "has no column 'abc'; it has t, re, im" in refused(
        read_measurements, file, columns="t,abc", time_unit="us"
    )
    assert "columns must be" in refused(read_measurements, file, columns="t", time_unit="us")
    assert "step must be > 0" in refused(read_measurements, file, step=-1)
    assert "There is no file" in refused(sniff_measurement, tmp_path / "missing.csv")
