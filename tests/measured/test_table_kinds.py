"""Text tables of any make: the right numbers, or a question that is true (kinds K1 to K4)."""

import numpy as np
import pytest
from tabling import SIGNAL, TIME, comma, german, reads_as, table

from nmr_core.io.text_options import TextOptions
from nmr_core.measured import peek, read_measurements

BIG = 6e4
TURN = np.exp(0.25j * np.pi)


def one(tmp_path, text, name="echo.csv", encoding="utf-8", **options):
    """The only measurement of a file with this text."""
    (tmp_path / name).write_bytes(text.encode(encoding))
    [measurement] = read_measurements(tmp_path / name, **options)
    return measurement


def ints(z):
    return round(z.real * BIG), round(z.imag * BIG)


WRITTEN = {
    "T01 Fortran": (
        "  TIME(S)   RE   IM",
        lambda t, z: f"{t * 1e-6:.8e}  {z.real:.8e}  {z.imag:.8e}".replace("e", "D"),
        1,
    ),
    "T03 exponent without a letter": (
        "t_us re im",
        lambda t, z: f"{t:.6e} {'0.9449376-95' if t == 5 else format(z.real, '.6e')} {z.imag:.6e}",
        1,
    ),
    "T04 German thousands": (
        "Zeit (µs);Re;Im",
        lambda t, z: ";".join(german(v) for v in (t, z.real * 1e5, z.imag * 1e5)),
        1e5,
    ),
    "T05 US thousands and decimal point": (
        "t (us)\tRe\tIm",
        lambda t, z: f"{t:.4f}\t{z.real * BIG:,.0f}\t{z.imag * BIG:,.0f}",
        BIG,
    ),
    "T07 decimal comma beside integers": (
        "Zeit (µs);Re;Im",
        lambda t, z: comma(f"{t:.4f}") + ";{};{}".format(*ints(z)),
        BIG,
    ),
    "T11 quoted US thousands": (
        "t (us),Re,Im",
        lambda t, z: f'"{t:.4f}","{z.real * 1e5:,.4f}","{z.imag * 1e5:,.4f}"',
        1e5,
    ),
    "T13 quoted text with the separator": (
        "note,t (us),Re,Im",
        lambda t, z: f'"scan 1, ok",{t:.4f},{z.real:.6f},{z.imag:.6f}',
        1,
    ),
    "quoted text with a growing number of separators": (
        "note,t (us),Re,Im",
        lambda t, z: f'"a{"," * int(t)}b",{t:.4f},{z.real:.6f},{z.imag:.6f}',
        1,
    ),
    "T14 French thousands": (
        "temps (µs);Re;Im",
        lambda t, z: ";".join(
            f"{v:,.4f}".replace(",", "\u202f").replace(".", ",")
            for v in (t, z.real * 1e5, z.imag * 1e5)
        ),
        1e5,
    ),
    "Swiss apostrophes": (
        "Zeit (us);Re;Im",
        lambda t, z: (
            f"{t:.4f};" + f"{z.real * 1e5:,.1f};{z.imag * 1e5:,.1f}".replace(",", "\u2019")
        ),
        1e5,
    ),
    "spaces between thousands": (
        "t (us);Re;Im",
        lambda t, z: f"{t:.4f};" + f"{z.real * 1e5:,.4f};{z.imag * 1e5:,.4f}".replace(",", " "),
        1e5,
    ),
    "T25 complex numbers of Python": (
        "t_us,signal",
        lambda t, z: f"{t:.6f},({z.real:.6f}{z.imag:+.6f}j)",
        1,
    ),
    "complex numbers of MATLAB": (
        "t_us;signal",
        lambda t, z: f"{t:.6f};{z.real:.6f} {z.imag:+.6f}i",
        1,
    ),
    "complex numbers of old NumPy": (
        "t_us signal",
        lambda t, z: f"{t:.6f} ({z.real:.6f}+{z.imag:.6f}j)",
        1,
    ),
    "complex numbers of C++": (
        "t_us signal",
        lambda t, z: f"{t:.6f} ({z.real:.6f},{z.imag:.6f})",
        1,
    ),
    "T26 commas and decimal commas": (
        "t (us), Re, Im",
        lambda t, z: ", ".join(comma(f"{v:.6f}") for v in (t, z.real, z.imag)),
        1,
    ),
    "minus signs of typesetting": (
        "t (us);Re;Im",
        lambda t, z: f"{t:.4f};{z.real:.6f};{z.imag:.6f}".replace("-", "\u2212"),
        1,
    ),
    "T38a bars": ("t (us)|Re|Im", lambda t, z: f"{t:.4f}|{z.real:.6f}|{z.imag:.6f}", 1),
    "T38b units in the cells": (
        "t,Re,Im",
        lambda t, z: f"{t:.4f} us,{z.real:.6f} V,{z.imag:.6f} V",
        1,
    ),
    "prefixes that change in the cells": (
        "t,Re,Im",
        lambda t, z: (
            f"{t * 1e3:.1f} ns,{z.real:.6f} V,{z.imag * 1e3:.3f} mV"
            if t < 1
            else f"{t:.4f} us,{z.real:.6f} V,{z.imag:.6f} V"
        ),
        1,
    ),
}


@pytest.mark.parametrize(("head", "row", "scale"), WRITTEN.values(), ids=list(WRITTEN))
def test_numbers_in_any_form(tmp_path, head, row, scale):
    measurement = one(tmp_path, table(head, row))
    signal = SIGNAL.copy()
    if head == "t_us re im":
        signal[TIME == 5] = 0.9449376e-95 + 1j * signal.imag[TIME == 5]
    rounding = 1e-6 if scale == 1 else 0.75 / BIG
    reads_as(measurement, scale=scale, signal=signal, rounding=rounding)


def test_labview(tmp_path):
    """T10: two headers, key and value by tabs, a column Comment without cells; seconds."""
    head = "LabVIEW Measurement\t\nDecimal_Separator\t,\n***End_of_Header***\t\n\t\nChannels\t2\t\n"
    head += "Samples\t120\t120\t\nDelta_X\t2,5E-7\t2,5E-7\t\n***End_of_Header***\t\t\t\n"
    row = lambda t, z: "\t".join(comma(f"{v:.9f}") for v in (t * 1e-6, z.real, z.imag))  # noqa: E731
    reads_as(one(tmp_path, table(head + "X_Value\tRe\tIm\tComment", row)))


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("".join(f"# ##$PARAM{k}= {k}\n" for k in range(420)), ""),
        ("".join(f"Parameter {k}: {k}\n" for k in range(600)), ""),
        ("471\n1\n1\n1\n", ""),
        ("120 3\n", ""),
        ("", "\x1a"),
        ("", "\nEND\n"),
        ("", "\n\n# measured on a Sunday\n"),
        ("sep=,\n", ""),
    ],
)
def test_where_a_table_begins_and_ends(tmp_path, above, below):
    """T30 and T31: any number of lines above, counts among them; Ctrl-Z ends a file."""
    row = lambda t, z: f"{t:.6E},{z.real:.6E},{z.imag:.6E}"  # noqa: E731
    reads_as(one(tmp_path, above + table("t (us),Re,Im", row) + below))


def test_start_and_increment_of_an_oscilloscope(tmp_path):
    """T34: no column of times; the header gives the step, with empty cells behind the rows."""
    head = "X,CH1,CH2,Start,Increment,\nSequence,Volt,Volt,2.5e-07,2.5e-07,"
    rows = table(head, lambda t, z: f"{round(t * 4) - 1},{z.real:.6e},{z.imag:.6e},,")
    reads_as(one(tmp_path, rows))
    assert peek(tmp_path / "echo.csv").step == 2.5e-7


@pytest.mark.parametrize(
    "head",
    [
        "Record Length,120\nSample Interval,2.5e-07,s\n\nCH1,CH2",
        "# Sample rate: 4 MHz\nCH1,CH2",
        "# dwell time (us) = 0.25\nRe,Im",
        "Delta_X;250 ns\nRe,Im",
    ],
)
def test_a_step_in_the_header(tmp_path, head):
    measurement = one(tmp_path, table(head, lambda t, z: f"{z.real:.6f},{z.imag:.6f}"))
    reads_as(measurement, time=TIME - 0.25)


ROLES = {
    "T21 lock-in": ("Time (us),X,Y", lambda t, z: (t, z.real, z.imag)),
    "T22 names, units, empty line": (
        "Time,Channel A,Channel B\n(us),(V),(V)\n",
        lambda t, z: (t, z.real, z.imag),
    ),
    "T33 magnitude and phase": (
        "t (us),Magnitude,Phase (deg)",
        lambda t, z: (t, abs(z), np.degrees(np.angle(z))),
    ),
    "R and Theta in radians": ("t (us),R (V),Theta (rad)", lambda t, z: (t, abs(z), np.angle(z))),
    "T35 date": ("Timestamp,t (us),Re,Im", lambda t, z: ("03.01.2026 10:00:00", t, z.real, z.imag)),
    "clock": ("clock,t (us),Re,Im", lambda t, z: (1.7e9 + t, t, z.real, z.imag)),
    "T36 temperature": ("T (K),t (us),Re,Im", lambda t, z: (293.15, t, z.real, z.imag)),
    "T37 sample for each row": (
        "sample,t_us,re,im",
        lambda t, z: (round(4 * t), t, z.real, z.imag),
    ),
    "order and gain": ("Im,Re,gain,t (us)", lambda t, z: (z.imag, z.real, 2, t)),
    "I and Q": ("I,Q,time (us)", lambda t, z: (z.real, z.imag, t)),
    "voltages": ("Time (us),Volt,Volt", lambda t, z: (t, z.real, z.imag)),
    "errors": ("t_us,re,im,re_err,im_err", lambda t, z: (t, z.real, z.imag, 0.1 * t, 0.2)),
    "Re(M)": ("t (us),Re(M),Im(M),Abs(M)", lambda t, z: (t, z.real, z.imag, abs(z))),
    "two units": ("t (s),t (us),Re,Im", lambda t, z: (t * 1e-6, t, z.real, z.imag)),
    "V(re)": ("t (us),V(re),V(im)", lambda t, z: (t, z.real, z.imag)),
    "in s": ("in us,C1 in V,C2 in V", lambda t, z: (t, z.real, z.imag)),
    "German": (
        "Realteil,Imaginärteil,Zeit in Mikrosekunden",
        lambda t, z: (z.real, z.imag, t),
    ),
    "three components": ("Mx,My,Mz,time (us)", lambda t, z: (z.real, z.imag, 0.3, t)),
    "tau in each row": ("tau (us),t (us),Re,Im", lambda t, z: (50, t, z.real, z.imag)),
    "as texts of a spreadsheet": (
        "t (us),Re,Im",
        lambda t, z: tuple(f'="{value}"' for value in (t, z.real, z.imag)),
    ),
    "x axis": ("x-axis,1,2\nmicrosecond,Volt,Volt", lambda t, z: (t, z.real, z.imag)),
}


@pytest.mark.parametrize(("head", "cells"), ROLES.values(), ids=list(ROLES))
def test_roles_of_columns(tmp_path, head, cells):
    text = table(head, lambda t, z: ",".join(str(cell) for cell in cells(t, z)))
    measurement = one(tmp_path, text)
    reads_as(measurement)


def test_what_a_column_holds_is_kept(tmp_path):
    text = table("T (K),t (us),Re,Im", lambda t, z: f"4.2,{t},{z.real},{z.imag}")
    measurement = one(tmp_path, text)
    assert measurement.about["temperature_k"] == 4.2
    assert any("Not used: T (K)" in note for note in measurement.notes)


def test_curves_below_each_other_by_temperature(tmp_path):
    rows = [
        f"{T},{t},{z.real},{z.imag}" for T in (10, 4) for t, z in zip(TIME, T * SIGNAL, strict=True)
    ]
    (tmp_path / "a.csv").write_text("\n".join(["T (K),t (us),Re,Im", *rows]))
    first, second = read_measurements(tmp_path / "a.csv")
    reads_as(first, scale=10)
    reads_as(second, scale=4)
    assert [m.about["temperature_k"] for m in (first, second)] == [10, 4]


def test_curves_whose_times_begin_again(tmp_path):
    """Blocks as gnuplot reads them, and blocks below a header each."""
    blocks = [
        "".join(f"{t} {s.real} {s.imag}\n" for t, s in zip(TIME, k * SIGNAL, strict=True))
        for k in (1, 2)
    ]
    for text in (
        "# t(us) Re Im\n" + "\n\n".join(blocks),
        "".join("t(us) Re Im\n" + b for b in blocks),
    ):
        (tmp_path / "a.dat").write_text(text)
        first, second = read_measurements(tmp_path / "a.dat")
        reads_as(first)
        reads_as(second, scale=2)


def test_settings_of_an_oscilloscope_beside_the_first_rows(tmp_path):
    """As Tektronix writes them: two columns of settings, an empty one, then times and volts."""
    beside = ["Record Length,120,", "Sample Interval,2.5e-07,", "Trigger Point,0,", "Source,CH1,"]
    rows = [
        f"{beside[k] if k < len(beside) else ',,'},{t * 1e-6:.9f},{z.real},\n"
        for k, (t, z) in enumerate(zip(TIME, SIGNAL, strict=True))
    ]
    measurement = one(tmp_path, "".join(rows), time_unit="s")
    assert measurement.time == pytest.approx(TIME)
    assert measurement.signal.real == pytest.approx(SIGNAL.real)
    assert measurement.real_only


UNITS = {
    "t (µs)": 1, "Time (10^-6 s)": 1, "Time (100 ns)": 0.1, "Time [µsec]": 1, "t [\u03bcs]": 1,
    "t (mus)": 1, "t / ms": 1e3, "Time (x10\u207b\u00b3 s)": 1e3, "t (1e-6 s)": 1, "time_ns": 1e-3,
    "t ($\\mu$s)": 1,
}  # fmt: skip


@pytest.mark.parametrize(("name", "factor"), UNITS.items())
def test_a_unit_is_read_as_a_whole(tmp_path, name, factor):
    text = table(f"{name},Re,Im", lambda t, z: f"{t / factor:.9g},{z.real},{z.imag}")
    reads_as(one(tmp_path, text))


def test_one_byte_for_micro(tmp_path):
    """T16: the header of a German Windows, one byte B5."""
    row = lambda t, z: f"{t},{z.real},{z.imag}"  # noqa: E731
    reads_as(one(tmp_path, table("t (\xb5s),Re,Im", row), encoding="cp1252"))
    reads_as(one(tmp_path, table("t (µs),Re,Im", row), encoding="utf-16-le"))


@pytest.mark.parametrize(
    "name", ["t (us, after the trigger)", "t (10E-6 s)", "t (ticks)", "t (1/s)", "t (s) x 10^6"]
)
def test_a_unit_that_is_not_explained_is_asked(tmp_path, refused, name):
    path = tmp_path / "a.csv"
    path.write_text(table(f'"{name}",Re,Im', lambda t, z: f"{t},{z.real},{z.imag}"))
    assert "does not give the unit of its times" in refused(read_measurements, path)
    assert peek(path).asks == ["time_unit"]
    reads_as(read_measurements(path, time_unit="us")[0])


def test_rounded_times_follow_from_equal_steps(tmp_path, refused):
    """T28: rounded to 1 µs, the steps of 0.3183 µs are certain to 1/4000 and are restored."""
    time = 0.3183 * np.arange(1, 472)
    signal = np.exp(-(((time - 60) / 20) ** 2)) * TURN
    rows = table(
        "t (s),Re,Im", lambda t, z: f"{t * 1e-6:.6f},{z.real},{z.imag}", time=time, signal=signal
    )
    measurement = one(tmp_path, rows)
    assert np.abs(measurement.time - time).max() < 0.1 * 0.3183
    assert any("rounded to 1e-06 s" in note for note in measurement.notes)
    # Too few points for their step
    few = table(
        "t (s),Re,Im",
        lambda t, z: f"{t * 1e-6:.6f},{z.real},{z.imag}",
        time=time[:30],
        signal=signal[:30],
    )
    (tmp_path / "few.csv").write_text(few)
    sentence = refused(read_measurements, tmp_path / "few.csv")
    assert "the times are rounded to 1e-06 s" in sentence
    assert "more digits" in sentence


QUESTIONS = {
    "T32 spectrum": (
        "Frequency (Hz),Re,Im",
        lambda t, z: f"{t},{z.real},{z.imag}",
        "this is a spectrum",
    ),
    "a second channel of another family": (
        "t (us),Re,Reference",
        lambda t, z: f"{t},{z.real},{z.imag}",
        "not known as the two channels",
    ),
    "a phase alone": (
        "t (us),Phase (deg)",
        lambda t, z: f"{t},{np.angle(z)}",
        "a second channel or a phase without the first",
    ),
    "Q alone": ("t (us),Q", lambda t, z: f"{t},{z.imag}", "a second channel or a phase without"),
    "two times": (
        "time (us),delay (us),Re,Im",
        lambda t, z: f"{t},{t * t},{z.real},{z.imag}",
        "both time (us) and delay (us) could be the time",
    ),
    "commas twice": (
        "t (us),Re,Im",
        lambda t, z: ",".join(comma(f"{v:.4f}") for v in (t, z.real, z.imag)),
        "both the separator and the decimal sign",
    ),
    "phase without a unit": (
        "t (us),Mag,Phase",
        lambda t, z: f"{t},{abs(z)},{0.01 * np.angle(z)}",
        "does not give the unit of the phase",
    ),
    "brackets that may be a minus": (
        "t (us);Re;Im",
        lambda t, z: f"{t};{z.real};" + (f"({-z.imag})" if z.imag < 0 else f"{z.imag}"),
        "is no number",
    ),
    "T40 another unit from row 4 on": (
        "Time(ns),CH1,CH2",
        lambda t, z: f"{t * (1e3 if t < 1 else 1):.6g},{z.real},{z.imag}",
        "the unit of the times changes from row 3 to row 4",
    ),
}


@pytest.mark.parametrize(("head", "row", "sentence"), QUESTIONS.values(), ids=list(QUESTIONS))
def test_what_is_open_is_asked(tmp_path, refused, head, row, sentence):
    (tmp_path / "a.csv").write_text(table(head, row))
    assert sentence in refused(read_measurements, tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda rows: [*rows[:30], "30,1", *rows[30:]],
            "row 31 of the table, has 2 cells, the first has 3",
        ),
        (lambda rows: ["1,2", *rows], "row 1 of the table, has 2 cells"),
        (lambda rows: [*rows[:1], "1,2", *rows[1:]], "row 2 of the table, has 2 cells"),
        (lambda rows: [*rows, "31,"], "row 121 of the table, has 1 cell"),
        (
            lambda rows: [*rows[:40], "10,abc,1", *rows[40:]],
            "row 41 of the table: 'abc' is no number",
        ),
        (lambda rows: ["0.1,abc,1", *rows], "row 1 of the table: 'abc' is no number"),
        (
            lambda rows: [*rows[:40], "err,err,err", *rows[40:]],
            "row 41 of the table: 'err' is no number",
        ),
        (
            lambda rows: [*rows[:40], "overflow", *rows[40:]],
            "a line without numbers stands below row 40",
        ),
        (lambda rows: [*rows[:40], "10.1,1,", *rows[40:]], "has 2 cells"),
    ],
)
def test_a_broken_row_is_named_wherever_it_is(tmp_path, refused, change, sentence):
    rows = [f"{t},{z.real},{z.imag}" for t, z in zip(TIME, SIGNAL, strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["t (us),Re,Im", *change(rows)]))
    assert sentence in refused(read_measurements, tmp_path / "a.csv", time_unit="us")


def test_two_readings_are_shown_and_each_can_be_chosen(tmp_path, refused):
    """21,344 is 21344 or 21.344: where no cell decides, both are shown."""
    time = np.arange(1, 41)
    counts = 21_344 + 37 * np.arange(40)
    path = tmp_path / "a.csv"
    path.write_text(
        "\n".join(
            ["t (us);Re;Im", *(f"{t};{c:,};{-c:,}" for t, c in zip(time, counts, strict=True))]
        )
    )
    sentence = refused(read_measurements, path)
    assert "can be read in two ways: comma = thousands (21,344 is 21344)" in sentence
    assert "comma = decimal sign (21,344 is 21.344)" in sentence
    found = peek(path)
    assert found.asks == ["reading"]
    for reading, scale in zip(found.readings, (1, 1e-3), strict=True):
        assert float(reading.rows[0][1]) == pytest.approx(21_344 * scale)
        [measurement] = read_measurements(path, text=reading.text)
        assert measurement.signal == pytest.approx(scale * counts * (1 - 1j), rel=1e-12)
        assert peek(path, text=reading.text).asks == []


def test_times_decide_between_two_readings(tmp_path):
    """1,268 behind 951 is a thousand: as a decimal the times would not run one way."""
    time = 317 * np.arange(1, 41)
    text = "\n".join(["t (ns);Re;Im", *(f"{t:,};{t % 7 + 21344:,};{-21344:,}" for t in time)])
    measurement = one(tmp_path, text)
    assert measurement.time == pytest.approx(time * 1e-3)
    assert measurement.signal.imag == pytest.approx(-21344)


def test_the_first_point_is_put_where_it_is_chosen(tmp_path):
    text = table("t (us),Re,Im", lambda t, z: f"{t},{z.real},{z.imag}")
    assert one(tmp_path, text, first=-3.0).time == pytest.approx(TIME - TIME[0] - 3)
    assert one(tmp_path, text, first=2000, time_unit="ns").time[0] == pytest.approx(2)
    bare = table("Re,Im", lambda t, z: f"{z.real},{z.imag}")
    moved = one(tmp_path, bare, step=0.25, first=0.25, time_unit="us")
    reads_as(moved)


def test_digit_groups_can_be_ruled_out(tmp_path, refused):
    text = table("t (us);Re;Im", lambda t, z: f"{t};{z.real * BIG:,.0f};{z.imag * BIG:,.0f}")
    (tmp_path / "a.csv").write_text(text)
    reads_as(read_measurements(tmp_path / "a.csv")[0], scale=BIG, rounding=0.75 / BIG)
    options = TextOptions(separator="semicolon", decimal="point", group="none")
    assert "written like this" in refused(read_measurements, tmp_path / "a.csv", text=options)


def test_facts_above_a_table_are_kept(tmp_path):
    head = "# tau = 50 us\n# Temperature: 4.2 K\n# scans = 16\n# P1: 2.5 us\nt (us),Re,Im"
    measurement = one(tmp_path, table(head, lambda t, z: f"{t},{z.real},{z.imag}"))
    reads_as(measurement)
    expected = {"tau_us": 50.0, "temperature_k": 4.2, "scans": 16, "pulse_1_us": 2.5}
    assert measurement.about == expected


@pytest.mark.parametrize("write", [lambda text: text, lambda text: text.replace("e", "D")])
def test_simpson_has_the_same_numbers(tmp_path, write):
    rows = "\n".join(write(f"{z.real:.9e} {z.imag:.9e}") for z in SIGNAL)
    head = f"SIMP\nNP={len(SIGNAL)}\nSW=4e6\nTYPE=FID\nDATA\n"
    measurement = one(tmp_path, f"{head}{rows}\nEND\n", name="a.fid")
    reads_as(measurement, time=TIME - 0.25)
