"""Tables that look readable and are not: a question or a refusal that names the true reason."""

import numpy as np
import pytest
from tabling import SIGNAL, TIME, reads_as, table

from nmr_core.io.text_options import TextOptions
from nmr_core.measured import peek, read_measurements


def written(tmp_path, text, name="echo.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def one(tmp_path, text, **options):
    [measurement] = read_measurements(written(tmp_path, text), **options)
    return measurement


@pytest.mark.parametrize(
    "cell", ["0x1c40", "(0.123)", "1.2345*^-3", "0.123 mV/div", "0.123 (avg)", "NaN"]
)
@pytest.mark.parametrize("names", ["t (us),Re,Im", "t (us),CH1,CH2", "time_us,X,Y"])
def test_a_second_channel_that_is_no_number_is_asked_for(tmp_path, refused, cell, names):
    file = written(tmp_path, table(names, lambda t, z: f"{t},{z.real},{cell}"))
    label = names.split(",")[-1]
    assert f"{label}, row 1: {cell!r} is no number" in refused(read_measurements, file)
    assert peek(file).asks == ["columns"]


def test_a_first_channel_that_is_no_number_is_named(tmp_path, refused):
    """Brackets for negative numbers: the first of them is named."""

    def money(value):
        return f"({-value})" if value < 0 else f"{value}"

    file = written(
        tmp_path, table("t (us),Re,Im", lambda t, z: f"{t},{money(z.real - 0.2)},{z.imag}")
    )
    row = int(np.argmax(SIGNAL.real < 0.2))
    cell = money(SIGNAL.real[row] - 0.2)
    assert f"Re, row {row + 1}: {cell!r} is no number" in refused(read_measurements, file)


def test_a_column_of_notes_is_no_lost_channel(tmp_path):
    text = table("note,t (us),Re,Im", lambda t, z: f"ok,{t},{z.real},{z.imag}")
    reads_as(one(tmp_path, text))


def test_points_that_may_be_digit_groups_are_asked_for(tmp_path, refused):
    """8.264 beside 449: decimals of three digits would be 449.000."""

    def grouped(value):
        return f"{value:,.0f}".replace(",", ".")

    def row(t, z):
        return f"{t:.2f};{grouped(z.real * 6e4)};{grouped(z.imag * 6e4)}"

    file = written(tmp_path, table("t (us);Re;Im", row))
    assert "may be a sign of digit groups" in refused(read_measurements, file)
    refused(peek, file)
    [measurement] = read_measurements(file, text=TextOptions(decimal="."))
    assert np.abs(measurement.signal).max() < 1000


def test_decimals_of_three_digits_are_no_doubt(tmp_path):
    text = table("t (us);Re;Im", lambda t, z: f"{t:.3f};{z.real * 1e3:.3f};{z.imag * 1e3:.3f}")
    reads_as(one(tmp_path, text), scale=1e3)


PHASES = {
    "mrad": 1e3,
    "urad": 1e6,
    "mdeg": 180e3 / np.pi,
    "0.01 deg": 18e3 / np.pi,
    "10^-3 rad": 1e3,
    "rev": 0.5 / np.pi,
    "cycles": 0.5 / np.pi,
    "pi rad": 1 / np.pi,
    "gon": 200 / np.pi,
    "Grad": 180 / np.pi,
    "\u00b0": 180 / np.pi,
}


@pytest.mark.parametrize("unit", PHASES)
def test_a_phase_has_any_unit(tmp_path, unit):
    scale = PHASES[unit]
    text = table(f"t (us),R (V),Theta ({unit})", lambda t, z: f"{t},{abs(z)},{np.angle(z) * scale}")
    reads_as(one(tmp_path, text))


@pytest.mark.parametrize("unit", ["grad", "%", "a.u.", "arcmin"])
@pytest.mark.parametrize("scale", [1.0, 100 / np.pi, 200 / np.pi])
def test_a_phase_of_an_unknown_unit_is_asked_for(tmp_path, refused, unit, scale):
    file = written(
        tmp_path,
        table(f"t (us),R (V),Theta ({unit})", lambda t, z: f"{t},{abs(z)},{np.angle(z) * scale}"),
    )
    assert "does not give the unit of the phase" in refused(read_measurements, file)


@pytest.mark.parametrize("name", ["Phase x1000 (rad)", "phase 1e3 rad"])
def test_a_factor_outside_of_the_brackets_is_asked_for(tmp_path, refused, name):
    file = written(
        tmp_path, table(f"t (us),R,{name}", lambda t, z: f"{t},{abs(z)},{np.angle(z) * 1e3}")
    )
    assert "does not give the unit of the phase" in refused(read_measurements, file)


@pytest.mark.parametrize(
    "name", ["|M|^2", "Amplitude^2", "Signal (V^2)", "Power (dBm)", "dB", "log|S|", "Mag (dB)"]
)
@pytest.mark.parametrize("phase", ["", ",Phase (deg)"])
def test_a_power_or_a_logarithm_is_no_amplitude(tmp_path, refused, name, phase):
    def row(t, z):
        angle = f",{np.degrees(np.angle(z))}" if phase else ""
        return f"{t},{abs(z) ** 2}{angle}"

    file = written(tmp_path, table(f"t (us),{name}{phase}", row))
    refused(read_measurements, file)
    columns = "1,2,3" if phase else "1,2"
    assert "no amplitude" in refused(read_measurements, file, columns=columns)


def test_a_power_beside_the_channels_is_not_used(tmp_path):
    text = table("t (us),Re,Im,|M|^2", lambda t, z: f"{t},{z.real},{z.imag},{abs(z) ** 2}")
    reads_as(one(tmp_path, text))


SIGNS = {
    "Re,-Im": lambda z: (z.real, -z.imag),
    "-Re,Im": lambda z: (-z.real, z.imag),
    "- Re (V),\u2212Im (V)": lambda z: (-z.real, -z.imag),
    "R,-phase (deg)": lambda z: (abs(z), -np.degrees(np.angle(z))),
}


@pytest.mark.parametrize("columns", [None, "1,2,3"])
@pytest.mark.parametrize("names", SIGNS)
def test_a_minus_sign_in_a_name_is_heeded(tmp_path, names, columns):
    text = table(f"t (us),{names}", lambda t, z: "{},{},{}".format(t, *SIGNS[names](z)))
    measurement = one(tmp_path, text, columns=columns)
    reads_as(measurement)
    assert any("minus sign" in note for note in measurement.notes)


def test_an_inverted_channel_is_asked_for(tmp_path, refused):
    file = written(tmp_path, table("t (us),neg Re", lambda t, z: f"{t},{-z.real}"))
    assert "leaves the sign" in refused(read_measurements, file)


UNITS = {
    "t (us),Re (V),Im (mV)": (1, 1e3),
    "t (us),Re (10^-3 V),Im (V)": (1e3, 1),
    "t (us),CH1 (mV),CH2 (V)": (1e3, 1),
    "t/us,Re/V,Im/mV": (1, 1e3),
    "in us,C1 in mV,C2 in V": (1e3, 1),
    "t_us,re_V,im_uV": (1, 1e6),
    "t,Re,Im\nus,mV,V": (1e3, 1),
}


@pytest.mark.parametrize("columns", [None, "1,2,3"])
@pytest.mark.parametrize("names", UNITS)
def test_two_channels_have_one_unit(tmp_path, names, columns):
    re, im = UNITS[names]
    text = table(names, lambda t, z: f"{t},{z.real * re:.9g},{z.imag * im:.9g}")
    measurement = one(tmp_path, text, columns=columns)
    reads_as(measurement, scale=re)
    assert any("another unit" in note for note in measurement.notes)


@pytest.mark.parametrize("columns", [None, "1,2,3"])
def test_two_channels_with_units_in_their_cells_have_one_unit(tmp_path, columns):
    text = table("t,Re,Im", lambda t, z: f"{t} us,{z.real * 1e3:.6f} mV,{z.imag:.9f} V")
    reads_as(one(tmp_path, text, columns=columns), scale=1e3)


def test_channels_in_units_of_two_kinds_are_refused(tmp_path, refused):
    file = written(tmp_path, table("t (us),Re (V),Im (mA)", lambda t, z: f"{t},{z.real},{z.imag}"))
    refused(read_measurements, file)
    assert "cannot be compared" in refused(read_measurements, file, columns="1,2,3")


@pytest.mark.parametrize("separator", [";", "\t", "|", " "])
@pytest.mark.parametrize("lines", [(90, 121), (30, 90), (1, 50), (1, 90), (60, 61)])
def test_a_separator_that_changes_is_refused(tmp_path, refused, lines, separator):
    rows = table("t (us),Re,Im", lambda t, z: f"{t},{z.real},{z.imag}").split("\n")
    changed = slice(*lines)
    rows[changed] = [row.replace(",", separator) for row in rows[changed]]
    file = written(tmp_path, "\n".join(rows))
    line = lines[0] + 1 if lines[0] > 1 else lines[1] + 1
    sentence = refused(read_measurements, file)
    assert f"in line {line}." in sentence
    assert "the separator changes" in sentence


def test_decimals_and_separator_that_change_are_refused(tmp_path, refused):
    rows = table("t (us),Re,Im", lambda t, z: f"{t},{z.real},{z.imag}").split("\n")
    rows[50:] = [row.replace(",", ";").replace(".", ",") for row in rows[50:]]
    sentence = refused(read_measurements, written(tmp_path, "\n".join(rows)))
    assert "the separator changes from comma to semicolon in line 51." in sentence


def stacked(n, *, names="sample,t_us,re,im", numbered=True):
    """n curves of 20 points one below the other; the k-th from 1 is k exp(-t/9)."""
    rows = [
        f"{f'{k},' * numbered}{j * 0.5},{k * np.exp(-j / 9):.6f},{j * 0.01}"
        for k in range(1, n + 1)
        for j in range(20)
    ]
    return "\n".join([names, *rows])


@pytest.mark.parametrize("numbered", [True, False])
def test_more_curves_than_are_read_are_chosen_by_their_numbers(tmp_path, refused, numbered):
    names = "sample,t_us,re,im" if numbered else "t_us,re,im"
    file = written(tmp_path, stacked(300, names=names, numbered=numbered))
    assert "holds 300 measurements, at most 256" in refused(read_measurements, file)
    assert "holds 300" in refused(read_measurements, file, numbers=[301])
    two = read_measurements(file, numbers=[299, 3])
    assert [one.number for one in two] == [299, 3]
    assert [one.signal[0].real for one in two] == [299, 3]


def test_rows_of_curves_in_any_order_belong_to_their_curve(tmp_path):
    head, *rows = stacked(3).split("\n")
    mixed = [rows[20 * k + j] for j in range(20) for k in (1, 0, 2)]
    measurements = read_measurements(written(tmp_path, "\n".join([head, *mixed])))
    assert [one.signal[0].real for one in measurements] == [2, 1, 3]
    assert all(len(one.time) == 20 for one in measurements)


TEK = "Model,MSO24\nSample Interval,{}\nRecord Length,{}\nHorizontal Units,s\n,\nTIME,CH1,CH2"


def scope(step="2.5E-07", n=120):
    return table(TEK.format(step, n), lambda t, z: f"{t * 1e-6:.8e},{z.real},{z.imag}")


def test_an_oscilloscope_gives_its_unit_above_the_table(tmp_path):
    measurement = one(tmp_path, scope())
    reads_as(measurement)
    assert not any("points" in note for note in measurement.notes)


def test_fewer_rows_than_the_file_gives_are_noted(tmp_path):
    measurement = one(tmp_path, scope(n=500))
    assert any("give 500 points; it has 120 rows" in note for note in measurement.notes)


def test_a_step_that_is_not_that_of_the_times_is_refused(tmp_path, refused):
    file = written(tmp_path, scope(step="5E-07"))
    sentence = refused(read_measurements, file)
    assert "a step of 0.5 \u00b5s" in sentence
    assert "one of 0.25 \u00b5s" in sentence
    [measurement] = read_measurements(file, time_unit="s")
    reads_as(measurement)


@pytest.mark.parametrize(
    "rate", ["# Sample Rate: 4 MS/s", "Sampling rate;4000 kSa/s", "Sampling rate;0,004 GHz"]
)
def test_a_sample_rate_is_a_step(tmp_path, rate):
    text = table(rate + "\nX;Y", lambda t, z: f"{z.real};{z.imag}")
    reads_as(one(tmp_path, text), time=TIME - TIME[0])


@pytest.mark.parametrize("other", ["# Sample interval: 1 us", "# Decimation: 8"])
def test_two_steps_are_refused(tmp_path, refused, other):
    head = f"# Sample Rate: 4 MHz\n{other}\nX,Y"
    file = written(tmp_path, table(head, lambda t, z: f"{z.real},{z.imag}"))
    assert other.lstrip("# ").replace(":", "") in refused(read_measurements, file)


@pytest.mark.parametrize(
    "head", ["time_ns,Re,Im\nus,V,V", "# time unit: ns\nt (us),Re,Im", "t (Ms),Re,Im"]
)
def test_two_units_of_the_times_are_asked_for(tmp_path, refused, head):
    file = written(tmp_path, table(head, lambda t, z: f"{t},{z.real},{z.imag}"))
    assert "s, ms, us or ns" in refused(read_measurements, file)
    reads_as(one(tmp_path, file.read_text(encoding="utf-8"), time_unit="us"))


@pytest.mark.parametrize("name", ["t (\u043c\u043a\u0441)", "t (\u33b2)"])
def test_microseconds_in_other_letters(tmp_path, name):
    reads_as(one(tmp_path, table(f"{name},Re,Im", lambda t, z: f"{t},{z.real},{z.imag}")))


@pytest.mark.parametrize("place", [50, -1])
def test_a_gap_in_the_times_is_noted(tmp_path, place):
    rows = table("t (us),Re,Im", lambda t, z: f"{t},{z.real},{z.imag}").rstrip("\n").split("\n")
    if place > 0:
        del rows[place]
    else:
        rows.append("471,0.01,0.02")
    notes = one(tmp_path, "\n".join(rows)).notes
    assert any("leave a gap" in note for note in notes)
    whole = one(tmp_path, table("t (us),Re,Im", lambda t, z: f"{t},{z.real},{z.imag}"))
    assert not any("leave a gap" in note for note in whole.notes)


def test_a_transform_is_no_echo(tmp_path, refused):
    text = table("t (us),FFT Re,FFT Im", lambda t, z: f"{t},{z.real},{z.imag}")
    assert "is a spectrum" in refused(read_measurements, written(tmp_path, text))


def test_two_signals_in_two_units_each_are_two_signals(tmp_path):
    def row(t, z):
        return f"{t},{z.real},{z.imag * 1e3:.6f},{2 * z.real},{2e3 * z.imag:.6f}"

    names = "t (us),Re1 (V),Im1 (mV),Re2 (V),Im2 (mV)"
    first, second = read_measurements(written(tmp_path, table(names, row)))
    reads_as(first)
    reads_as(second, scale=2)


@pytest.mark.parametrize("names", ["Re1,Re2", "Re 1 (V),Re 2 (V)", "Im1,Im2", "Mx1,Mx2"])
def test_two_first_channels_are_no_pair(tmp_path, refused, names):
    file = written(tmp_path, table(f"t (us),{names}", lambda t, z: f"{t},{z.real},{z.imag}"))
    refused(read_measurements, file)


def test_a_date_is_no_lost_channel(tmp_path):
    text = table("When,t (us),Re", lambda t, z: f"2026-11-29 08:00,{t},{z.real}")
    assert one(tmp_path, text).real_only
