"""The same echo through the files of every spectrometer: the same times, the same signals."""

import numpy as np
import pytest
import vendor_files as write

from nmr_core.measured import read_measurements

N, DWELL = 312, 0.5
TIME = np.arange(N) * DWELL
ECHO = np.round(
    4e4 * np.exp(-(((TIME - 60) / 15) ** 2) + 0.7j) * np.exp(0.05j * TIME)
    + 300 * np.random.default_rng(1).normal(size=(N, 2)).view(complex)[:, 0]
)

VENDORS = {
    "bruker": lambda p, s: write.bruker(p / "1", s, DWELL),
    "bruker, float64": lambda p, s: write.bruker(p / "1", s, DWELL, DTYPA=2),
    "bruker, big-endian": lambda p, s: write.bruker(p / "1", s, DWELL, BYTORDA=1),
    "jcamp": lambda p, s: write.jcamp(p / "a.dx", s, DWELL),
    "jcamp, packed": lambda p, s: write.jcamp(p / "a.dx", s, DWELL, packed=True),
    "jcamp, rows counted": lambda p, s: write.jcamp(p / "a.dx", s, DWELL, counters=True),
    "varian": lambda p, s: write.varian(p / "a.fid", s, DWELL),
    "varian, int32": lambda p, s: write.varian(p / "a.fid", s, DWELL, dtype=">i4"),
    "spinsolve, 504": lambda p, s: write.spinsolve(p / "1", s, DWELL),
    "spinsolve, 501": lambda p, s: write.spinsolve(p / "1", s, DWELL, number=501),
    "tecmag": lambda p, s: write.tecmag(p / "a.tnt", s, DWELL),
    "tecmag, whole width": lambda p, s: write.tecmag(p / "a.tnt", s, DWELL, sw=1e6 / DWELL),
    "rs2d": lambda p, s: write.rs2d(p / "1", s, DWELL),
    "simpson": lambda p, s: write.simpson(p / "a.fid", s, DWELL),
    "jeol": lambda p, s: write.jeol(p / "a.jdf", s, DWELL),
    "jeol, big-endian": lambda p, s: write.jeol(p / "a.jdf", s, DWELL, little=False),
}
SERIES = [name for name in VENDORS if not name.startswith("jcamp")]


@pytest.mark.parametrize("name", VENDORS)
def test_one_echo_has_the_same_times_and_signals_in_every_container(tmp_path, name):
    [one] = read_measurements(VENDORS[name](tmp_path, ECHO))
    assert one.kind == name.split(",")[0]
    assert one.time == pytest.approx(TIME, abs=1e-9)
    # float32 holds 24 bits, and these are whole numbers below
    assert np.array_equal(one.signal, ECHO)
    assert not one.real_only
    assert one.about["dwell_us"] == pytest.approx(DWELL)


@pytest.mark.parametrize("name", SERIES)
def test_records_of_a_series_keep_their_order_and_numbers(tmp_path, name):
    rows = ECHO * np.arange(1, 38)[:, None]
    path = VENDORS[name](tmp_path, rows)
    everything = read_measurements(path)
    assert [one.number for one in everything] == list(range(1, 38))
    assert all(np.array_equal(one.signal, row) for one, row in zip(everything, rows, strict=True))
    third, first = read_measurements(path, numbers=[3, 1])
    assert (third.number, first.number) == (3, 1)
    assert np.array_equal(third.signal, rows[2])
    assert np.array_equal(first.signal, rows[0])


@pytest.mark.parametrize("name", SERIES)
def test_records_that_were_not_measured_spoil_no_others(tmp_path, name):
    rows = np.stack([ECHO, 2 * ECHO, 0 * ECHO, 0 * ECHO, 3 * ECHO])
    two = read_measurements(VENDORS[name](tmp_path, rows))
    assert [one.number for one in two] == [1, 2, 5]
    assert any("2 of 5 were not measured" in note for note in two[0].notes)


def test_bruker_s_file_may_be_longer_than_a_stopped_experiment(tmp_path):
    rows = np.stack([ECHO, 2 * ECHO, 0 * ECHO, 0 * ECHO])
    two = read_measurements(write.bruker(tmp_path / "1", rows, DWELL, rows=2))
    assert [one.number for one in two] == [1, 2]
    assert np.array_equal(two[1].signal, 2 * ECHO)


@pytest.mark.parametrize("name", ["varian", "tecmag", "jeol", "rs2d", "bruker, float64"])
def test_a_record_with_a_point_that_is_no_number_spoils_no_others(tmp_path, name, refused):
    rows = np.stack([ECHO, 2 * ECHO, 3 * ECHO])
    rows[1, 7] = np.nan
    path = VENDORS[name](tmp_path, rows)
    one, three = read_measurements(path)
    assert (one.number, three.number) == (1, 3)
    assert any("1 of 3 are left out (2)" in note and "point 8" in note for note in one.notes)
    assert "point 8" in refused(read_measurements, path, numbers=[2])


@pytest.mark.parametrize("name", SERIES)
def test_256_records_at_most_but_any_of_more(tmp_path, name, refused):
    rows = ECHO[:24] * np.arange(1, 301)[:, None]
    path = VENDORS[name](tmp_path, rows)
    sentence = refused(read_measurements, path)
    assert "300" in sentence
    assert "256" in sentence
    [one] = read_measurements(path, numbers=[299])
    assert one.signal == pytest.approx(rows[298], rel=1e-6)


BRUKER_FILTERS = [
    {"GRPDLY": 20.5, "DECIM": 16, "DSPFVS": 20},
    {"GRPDLY": -1, "DECIM": 16, "DSPFVS": 12},
    {"DECIM": 3, "DSPFVS": 10},
]


@pytest.mark.parametrize("labels", BRUKER_FILTERS)
def test_a_filter_delays_the_same_in_a_folder_and_in_jcamp(tmp_path, labels):
    [folder] = read_measurements(write.bruker(tmp_path / "1", ECHO, DWELL, **labels))
    [file] = read_measurements(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, labels=labels))
    delay = {20: 20.5, 12: 71.625, 10: 33.5}[labels["DSPFVS"]]
    skipped = int(np.ceil(delay))
    assert folder.time == pytest.approx((np.arange(skipped, N) - delay) * DWELL)
    assert file.time == pytest.approx(folder.time, abs=1e-9)
    assert np.array_equal(folder.signal, ECHO[skipped:])
    assert np.array_equal(file.signal, folder.signal)
    assert any(f"{delay:.4g} points" in note for note in file.notes)


def test_a_filter_whose_delay_is_in_no_table_is_said_in_both_containers(tmp_path):
    labels = {"GRPDLY": -1, "DECIM": 7, "DSPFVS": 33}
    for path in (
        write.bruker(tmp_path / "1", ECHO, DWELL, **labels),
        write.jcamp(tmp_path / "a.dx", ECHO, DWELL, labels=labels),
    ):
        [one] = read_measurements(path)
        assert one.time[0] == 0
        assert any("DSPFVS 33 with DECIM 7" in note for note in one.notes)


def test_the_delay_of_a_cascade_is_that_of_its_impulse_response():
    """Two linear-phase filters of 9 and 15 coefficients, each keeping every 2nd and 5th point."""
    from nmr_core.io.readers.digital_filter import cascade_delay

    first, second = np.hanning(11)[1:-1], np.hanning(17)[1:-1]
    # At the first rate: the first filter, then the second one with every other point
    whole = np.convolve(first, np.kron(second, [1, 0])[:-1])
    centre = (np.arange(len(whole)) * whole).sum() / whole.sum()
    assert cascade_delay([9, 15], [2, 5]) == pytest.approx(centre / 10)


def test_jeol_s_filter_delays_by_its_orders_and_factors(tmp_path):
    on = ("digital_filter", "TRUE", 0, 0)
    # As Delta writes them: the number of filters, then three characters each
    known = [on, ("orders", "2 81121", 0, 0), ("factors", "4  2", 0, 0), ("filter_factor", 8, 0, 0)]
    [one] = read_measurements(write.jeol(tmp_path / "a.jdf", ECHO, DWELL, parameters=known))
    delay = 80 / 2 / 8 + 120 / 2 / 2
    assert one.time == pytest.approx((np.arange(35, N) - delay) * DWELL)
    assert np.array_equal(one.signal, ECHO[35:])
    [other] = read_measurements(write.jeol(tmp_path / "b.jdf", ECHO, DWELL, parameters=[on]))
    assert other.time[0] == 0
    assert any("orders and factors cannot be read" in note for note in other.notes)
    known[-1] = ("filter_factor", 16, 0, 0)
    [unsure] = read_measurements(write.jeol(tmp_path / "c.jdf", ECHO, DWELL, parameters=known))
    assert unsure.time[0] == 0
    assert any("its factors 4  2 do not give 16" in note for note in unsure.notes)


def test_jeol_s_filter_in_jcamp(tmp_path):
    labels = {"DIGITAL_FILTER": "TRUE", "ORDERS": "2 81 121", "FACTORS": "4 2"}
    [one] = read_measurements(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, labels=labels))
    assert one.time == pytest.approx((np.arange(35, N) - 35) * DWELL, abs=1e-9)
    labels["FACTORS"] = "4"
    [other] = read_measurements(write.jcamp(tmp_path / "a.dx", ECHO, DWELL, labels=labels))
    assert any("cannot be computed" in note for note in other.notes)


def test_rs2d_s_filter_delays_unless_it_was_removed(tmp_path):
    shift = {"DIGITAL_FILTER_SHIFT": 12, "DIGITAL_FILTER_REMOVED": "false"}
    [kept] = read_measurements(write.rs2d(tmp_path / "1", ECHO, DWELL, **shift))
    assert np.array_equal(kept.signal, ECHO[12:])
    assert kept.time[0] == 0
    shift["DIGITAL_FILTER_REMOVED"] = "true"
    [removed] = read_measurements(write.rs2d(tmp_path / "2", ECHO, DWELL, **shift))
    assert np.array_equal(removed.signal, ECHO)


@pytest.mark.parametrize(("mode", "per_width"), [(0, 2), (2, 2)])
def test_one_value_at_a_time_comes_every_half_dwell(tmp_path, mode, per_width):
    path = write.bruker(tmp_path / "1", ECHO.real, DWELL, AQ_mod=mode)
    [one] = read_measurements(path)
    assert one.time == pytest.approx(np.arange(N) * DWELL / per_width)
    assert one.real_only


def test_the_axis_of_prospa_is_the_time_in_any_unit(tmp_path):
    for unit in (1.0, 1e-3, 1e-6):
        folder = write.spinsolve(tmp_path / f"{unit:g}", ECHO, DWELL, first=20.0, unit=unit)
        [one] = read_measurements(folder)
        assert one.time == pytest.approx(20 + TIME, abs=1e-4)


def test_varian_s_short_integers(tmp_path):
    small = np.round(ECHO / 4)
    [one] = read_measurements(write.varian(tmp_path / "a", small, DWELL, dtype=">i2"))
    assert np.array_equal(one.signal, small)


def test_prospa_s_types_of_one_channel(tmp_path):
    for number in (500, 502, 503):
        path = write.spinsolve(tmp_path / str(number), ECHO, DWELL, number=number)
        [one] = read_measurements(path)
        assert np.array_equal(one.signal, ECHO.real)
        assert one.real_only


def test_rs2d_of_one_channel(tmp_path):
    [one] = read_measurements(write.rs2d(tmp_path / "1", ECHO, DWELL, real=True))
    assert np.array_equal(one.signal, ECHO.real)
    assert one.real_only


def test_zeros_at_the_end_are_no_measurement(tmp_path):
    padded = np.r_[ECHO, np.zeros(200)]
    [one] = read_measurements(write.tecmag(tmp_path / "a.tnt", padded, DWELL))
    assert np.array_equal(one.signal, ECHO)
    assert any("the last 200 points are exactly 0" in note for note in one.notes)


def test_several_pages_and_sections_of_jcamp(tmp_path):
    first = write.jcamp(tmp_path / "a.dx", ECHO, DWELL).read_text()
    second = write.jcamp(tmp_path / "b.dx", 2 * ECHO, DWELL).read_text()
    spectrum = first.replace("NMR FID", "NMR SPECTRUM").replace("SECONDS", "HZ")
    link = "##TITLE= all\n##JCAMP-DX= 5.01\n##DATA TYPE= LINK\n##BLOCKS= 3\n"
    (tmp_path / "c.dx").write_text(link + spectrum + first + second + "##END=\n")
    one, two = read_measurements(tmp_path / "c.dx")
    assert np.array_equal(two.signal, 2 * one.signal)
    [chosen] = read_measurements(tmp_path / "c.dx", numbers=[2])
    assert (chosen.number, chosen.signal[5]) == (2, 2 * ECHO[5])


def test_ten_million_points_of_jeol_are_read_one_record_at_a_time(tmp_path, refused):
    """512 records of 20,000 points: a refusal before the bytes are numbers, and any chosen one."""
    rows = np.zeros((512, 19_968), complex)
    rows[:, :N] = ECHO * np.arange(1, 513)[:, None]
    rows[:, -1] = 1
    path = write.jeol(tmp_path / "a.jdf", rows, DWELL)
    assert "512" in refused(read_measurements, path)
    [one] = read_measurements(path, numbers=[500])
    assert np.array_equal(one.signal, rows[499])
