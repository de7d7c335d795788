"""Statements of vendors' files that were not compared: refused with both numbers, or noted."""

import numpy as np
import pytest
import vendor_files as write

from nmr_core.measured import read_measurements

N, DWELL = 312, 0.5
ECHO = np.round(3e4 * np.exp(-(((np.arange(N) - 120) / 30) ** 2) + 0.5j)) + 7 + 5j


def noted(one, *words):
    """Whether one note of a measurement holds all the words."""
    return any(all(word in note for word in words) for note in one.notes)


def shifted(path, by):
    """Write the X of the rows of a JCAMP-DX file ``by`` points later."""
    lines = []
    for line in path.read_text().split("\n"):
        head, _, rest = line.partition(" ")
        lines.append(f"{int(head) + by} {rest}" if head.isdigit() else line)
    path.write_text("\n".join(lines))
    return path


def test_first_time_of_jcamp_must_be_that_of_its_rows(tmp_path, refused):
    last = (N - 1) * DWELL * 1e-6
    late = {"FIRST": 2e-5, "LAST": 2e-5 + last}
    # The rows begin at 10 µs, or at 20 µs
    wrong = shifted(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, **late), 20)
    sentence = refused(read_measurements, wrong)
    assert "contradicts itself: the time of the first point" in sentence
    assert "2e-05 by FIRST, but 1e-05" in sentence
    [one] = read_measurements(shifted(write.jcamp(tmp_path / "b.dx", ECHO, DWELL, **late), 40))
    assert one.time[0] == pytest.approx(20)
    # Rows that count from 0 may mean the places only
    [one] = read_measurements(write.jcamp(tmp_path / "c.dx", ECHO, DWELL, **late))
    assert noted(one, "2e-05 by FIRST", "count from 0", "Check the time of the echo.")
    for counters in (True, False):
        [one] = read_measurements(write.jcamp(tmp_path / "d.dx", ECHO, DWELL, counters=counters))
        assert not noted(one, "FIRST")


@pytest.mark.parametrize("by", [0, 1])
def test_rows_of_jcamp_that_count_say_nothing_on_the_first_time(tmp_path, by):
    stated = {"FIRST": 1e-5, "LAST": 1e-5 + (N - 1) * DWELL * 1e-6, "counters": True}
    [one] = read_measurements(shifted(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, **stated), by))
    assert one.time[0] == pytest.approx(10)
    assert not noted(one, "FIRST")


@pytest.mark.parametrize("packed", [False, True])
def test_first_and_last_ordinates_of_jcamp_are_those_of_its_table(tmp_path, refused, packed):
    for place, numbers in (("first", ("999", "7")), ("last", ("888", "7"))):
        path = write.jcamp(
            tmp_path / "a.dx", ECHO, DWELL, packed=packed, **{place: f"{numbers[0]}, 5"}
        )
        sentence = refused(read_measurements, path)
        assert f"the {place} value of R is {numbers[0]} by {place.upper()}" in sentence
        assert f"but {numbers[1]} by its table" in sentence
    # Some writers leave them at 0
    write.jcamp(tmp_path / "b.dx", ECHO, DWELL, first="0, 0", last="0, 0")
    assert len(read_measurements(tmp_path / "b.dx")) == 1


def test_extremes_of_jcamp_that_its_table_exceeds_are_noted(tmp_path):
    [one] = read_measurements(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, largest="5, 5"))
    assert noted(one, "MAX of R is 5 by the header", f"{ECHO.real.max():,.0f}")
    # One extreme for both channels
    top = round(max(ECHO.real.max(), ECHO.imag.max()))
    [one] = read_measurements(write.jcamp(tmp_path / "b.dx", ECHO, DWELL, largest=f"{top}, {top}"))
    assert not noted(one, "MAX")


def test_a_spectrum_by_its_unit_is_refused_for_its_unit(tmp_path, refused):
    path = write.jcamp(tmp_path / "a.dx", ECHO, DWELL, UNITS="HZ")
    assert "holds a spectrum (its X is in HZ)" in refused(read_measurements, path)


BRUKER_NOTES = {
    "analogue": ({"DIGMOD": 0, "GRPDLY": 67.98}, ("67.98 points by GRPDLY", "DIGMOD 0")),
    "table": (
        {"GRPDLY": 5.0, "DSPFVS": 12, "DECIM": 16},
        ("5 points by GRPDLY", "71.62 points by DSPFVS 12 with DECIM 16"),
    ),
    "dwell": ({"DW": 1.0}, ("1 µs by DW", "0.25 µs by SW_h")),
}


@pytest.mark.parametrize("name", BRUKER_NOTES)
def test_bruker_s_parameters_that_differ_are_noted_with_both_numbers(tmp_path, name):
    labels, words = BRUKER_NOTES[name]
    [one] = read_measurements(write.bruker(tmp_path / "1", ECHO, DWELL, **labels))
    assert noted(one, *words, "heck the time of the echo")


@pytest.mark.parametrize(
    "labels",
    [
        {"GRPDLY": 67.98, "DSPFVS": 20, "DECIM": 1600, "DW": 0.25},
        {"GRPDLY": 71.625, "DSPFVS": 12, "DECIM": 16, "DW": 0.3},
        {"GRPDLY": -1, "DSPFVS": 10, "DECIM": 4, "DW": DWELL},
        {"GRPDLY": 0, "DIGMOD": 0, "DW": 0},
    ],
)
def test_bruker_s_parameters_that_agree_are_not_doubted(tmp_path, labels):
    [one] = read_measurements(write.bruker(tmp_path / "1", ECHO, DWELL, **labels))
    assert not noted(one, "contradicts")
    assert not noted(one, "by DW")


def test_a_parameter_of_acqus_with_two_values_is_refused(tmp_path, refused):
    folder = write.bruker(tmp_path / "1", ECHO, DWELL)
    text = (folder / "acqus").read_text()
    (folder / "acqus").write_text(text.replace("##END=", "##$SW_h= 1000000\n##END="))
    sentence = refused(read_measurements, folder)
    assert "parameter SW_h is 2,000,000 by one line of acqus, but 1,000,000" in sentence
    (folder / "acqus").write_text(text.replace("##END=", "##$SW_h= 2000000\n##END="))
    assert len(read_measurements(folder)) == 1


def test_fid_beside_ser_is_said(tmp_path):
    folder = write.bruker(tmp_path / "1", ECHO, DWELL)
    write.bruker(tmp_path / "2", [ECHO, ECHO], DWELL)
    (tmp_path / "2" / "ser").rename(folder / "ser")
    [one] = read_measurements(folder)
    assert noted(one, "holds a fid and a ser: fid is read")


@pytest.mark.parametrize("order", [0, 1])
def test_bruker_s_bytes_in_the_other_order_are_refused(tmp_path, refused, order):
    rng = np.random.default_rng(2)
    signal = np.round(ECHO + 40 * rng.normal(size=(N, 2)).view(complex)[:, 0])
    folder = write.bruker(tmp_path / "1", signal, DWELL, BYTORDA=order)
    assert np.array_equal(read_measurements(folder)[0].signal, signal)
    text = (folder / "acqus").read_text()
    (folder / "acqus").write_text(text.replace(f"BYTORDA= {order}", f"BYTORDA= {1 - order}"))
    assert "Correct BYTORDA" in refused(read_measurements, folder)
    # Numbers that were scaled up by whole bytes are large, but in order
    write.bruker(tmp_path / "2", signal * 2**15, DWELL, BYTORDA=order)
    assert np.array_equal(read_measurements(tmp_path / "2")[0].signal, signal * 2**15)


def test_rs2d_s_shift_is_never_ignored_in_silence(tmp_path):
    for removed, words in (
        (None, ("DIGITAL_FILTER_SHIFT is 20", "not given")),
        ("false", ("delays the signal by 20 points",)),
    ):
        stated = {"DIGITAL_FILTER_SHIFT": 20, "DIGITAL_FILTER_REMOVED": removed}
        [one] = read_measurements(write.rs2d(tmp_path / "1", ECHO, DWELL, **stated))
        assert noted(one, *words)
    stated = {"DIGITAL_FILTER_SHIFT": 20, "DIGITAL_FILTER_REMOVED": "true"}
    [one] = read_measurements(write.rs2d(tmp_path / "1", ECHO, DWELL, **stated))
    assert not noted(one, "filter")


def changed(path, place, content):
    """Write other bytes into a file."""
    whole = bytearray(path.read_bytes())
    whole[place : place + len(content)] = content
    path.write_bytes(bytes(whole))
    return path


@pytest.mark.parametrize("little", [True, False])
def test_jeol_s_other_order_of_bytes_is_refused(tmp_path, refused, little):
    path = write.jeol(tmp_path / "a.jdf", ECHO, DWELL, little=little)
    changed(path, 8, bytes([not little]))
    assert "another order of bytes than it says" in refused(read_measurements, path)


def test_jeol_s_data_do_not_begin_within_its_parameters(tmp_path, refused):
    path = write.jeol(tmp_path / "a.jdf", ECHO, DWELL)
    changed(path, 1284, (1400).to_bytes(4, "big"))
    sentence = refused(read_measurements, path)
    assert "begin at byte 1,400, within its parameters (bytes 1,360 to 1,824)" in sentence


@pytest.mark.parametrize("scale", [1e34, 1e-36])
def test_numbers_that_no_receiver_gives_are_refused(tmp_path, refused, scale):
    for path in (
        write.bruker(tmp_path / "1", ECHO * scale, DWELL, DTYPA=2),
        write.tecmag(tmp_path / "a.tnt", ECHO * scale, DWELL),
    ):
        assert "which no receiver gives" in refused(read_measurements, path)


@pytest.mark.parametrize("arrays", [("d2",), ()])
@pytest.mark.parametrize("n_records", [1, 2])
def test_varian_s_array_that_its_records_do_not_fit_is_noted(tmp_path, arrays, n_records):
    extra = [("d2", "3", [0.001, 0.002, 0.004]), ("pw", "6", 5.0), ("p1", "6", 2.5)]
    extra += [("rof1", "6", 2.0), ("rof2", "6", 2.0)]
    folder = write.varian(
        tmp_path / "a.fid", [ECHO] * n_records, DWELL, arrays=arrays, extra=extra, seqfil="s2pul"
    )
    for one in read_measurements(folder):
        assert noted(one, "several values (3 of d2)", f"but {n_records} record", "none is used")
        assert "tau_us" not in one.about


def test_varian_s_array_of_as_many_records_gives_each_its_own_delay(tmp_path):
    extra = [("d2", "3", [0.001, 0.002, 0.004])]
    three = read_measurements(
        write.varian(tmp_path / "a.fid", [ECHO] * 3, DWELL, arrays=("d2",), extra=extra)
    )
    assert [one.about["d2_us"] for one in three] == pytest.approx([1000, 2000, 4000])
    assert not noted(three[0], "several values")


@pytest.mark.parametrize("number", [501, 504])
def test_spinsolve_s_acquisition_time_is_that_of_its_points(tmp_path, number):
    def read(**stated):
        path = write.spinsolve(tmp_path / "1", ECHO, DWELL, number=number, **stated)
        [one] = read_measurements(path)
        return one

    assert noted(read(acqTime=100), "acqTime of acqu.par is 100", "take 156 µs")
    for stated in (156, 0.156, 0.000155, 0):
        assert not noted(read(acqTime=stated), "acqTime")


def test_a_file_known_by_its_first_line_is_not_searched_for_a_table(tmp_path, monkeypatch):
    from nmr_core.io.readers import csv

    def searched(files):
        raise AssertionError(files.name)

    table = tmp_path / "a.csv"
    table.write_text("t_us,re,im\n" + "".join(f"{k},{k % 7},{k % 5}\n" for k in range(90)))
    assert read_measurements(table)[0].kind == "csv"
    monkeypatch.setattr(csv, "open_table", searched)
    for path in (
        write.simpson(tmp_path / "a.fid", ECHO, DWELL),
        write.jcamp(tmp_path / "a.dx", ECHO, DWELL),
    ):
        assert len(read_measurements(path)) == 1
