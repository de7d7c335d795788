"""Any curve in any style of writing is read with the same numbers, or there is a question."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_core.errors import InputError
from nmr_core.io.tables.grammar import COMMA, POINT, read_number
from nmr_core.measured import peek, read_measurements

N = 24
FACTORS = {"t (us)": 1.0, "Zeit (µs)": 1.0, "time_ns": 1e-3, "Time [ms]": 1e3, "t / s": 1e6}
GROUPS = {".": ["", ",", " ", "'", "\u202f", "\u2019"], ",": ["", ".", " ", "'", "\u00a0"]}
SEPARATORS = [",", ";", "\t", "|", " ", ", "]


@st.composite
def styles(draw):
    """(separator, decimal sign, groups, digits or "e", quoted, minus sign)."""
    decimal = draw(st.sampled_from(".,"))
    quoted = draw(st.booleans())
    # A file whose separator is also in its numbers is no table, unless they are quoted
    separators = [sign for sign in SEPARATORS if quoted or sign not in (decimal, ", ")]
    separator = draw(st.sampled_from(separators))
    groups = draw(st.sampled_from([g for g in GROUPS[decimal] if quoted or g not in separator]))
    if separator == ", ":
        groups = "" if groups == "," else groups
    form = draw(st.sampled_from([0, 2, 3, 6, "e", "D"]))
    return separator, decimal, groups, form, quoted, draw(st.sampled_from("-\u2212"))


def written(value, style):
    """(cell, the number that stands in it)."""
    _, decimal, groups, form, quoted, minus = style
    if form in ("e", "D"):
        text = f"{value:.7e}"
        number = float(text)
        text = text.replace("e", form).replace(".", decimal)
    else:
        text = f"{value:,.{form}f}"
        number = float(text.replace(",", ""))
        text = text.translate(str.maketrans({",": groups, ".": decimal}))
    text = text.replace("-", minus)
    return (f'"{text}"' if quoted else text), number


@settings(deadline=None, max_examples=250)
@given(
    style=styles(),
    unit=st.sampled_from(sorted(FACTORS)),
    step=st.integers(1, 2000),
    values=st.lists(
        st.integers(-40_000_000, 40_000_000).map(lambda k: k / 1000), min_size=2 * N, max_size=2 * N
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_curve_comes_back_or_is_asked(tmp_path_factory, style, unit, step, values, encoding, end):
    times = [step * (k + 1) for k in range(N)]
    rows = list(zip(times, values[:N], values[N:], strict=True))
    cells = [[written(value, style) for value in row] for row in rows]
    expected = np.array([[number for _, number in row] for row in cells])
    head = style[0].join(f'"{name}"' for name in (unit, "Re", "Im"))
    text = end.join([head, *(style[0].join(cell for cell, _ in row) for row in cells)])
    path = tmp_path_factory.mktemp("table") / "a.csv"
    path.write_bytes(text.encode(encoding))
    try:
        [measurement] = read_measurements(path)
    except InputError as error:
        sentence = str(error)
        assert "can be read in" in sentence or "all 24 points are 0" in sentence, sentence
        # One of the readings that are shown is the right one
        found = [read_measurements(path, text=one.text)[0] for one in peek(path).readings]
        assert "all 24" in sentence or any(_same(one, expected, unit) for one in found)
        return
    assert _same(measurement, expected, unit)


def _same(measurement, expected, unit):
    signal = expected[:, 1] + 1j * expected[:, 2]
    time = expected[:, 0] * FACTORS[unit]
    if not expected[:, 2].any():
        signal = expected[:, 1]
    return np.allclose(measurement.time, time, rtol=1e-12) and np.array_equal(
        measurement.signal, signal
    )


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["e", "E", "d", "D"]))
def test_a_number_keeps_all_its_digits(value, letter):
    text = f"{value:.16e}".replace("e", letter)
    assert read_number(text, POINT).value == float(f"{value:.16e}")
    assert read_number(text.replace(".", ","), COMMA).value == float(f"{value:.16e}")


@given(
    st.floats(-1e12, 1e12), st.floats(-1e12, 1e12), st.sampled_from(["i", "j", "*I"]), st.booleans()
)
def test_a_complex_number_keeps_both_parts(re, im, letter, bracketed):
    text = f"{re!r}{im:+}{letter}"
    number = read_number(f"({text})" if bracketed else text, POINT)
    assert complex(number.value) == complex(re, im)


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("21,344", 21344, 21.344),
        ("0,344", None, 0.344),
        ("1.234.567", None, 1234567),
        ("1,234.5", 1234.5, None),
        ("12,34", None, 12.34),
        ("1 234", 1234, 1234),
        ("1 23", None, None),
        ("6.944937-95", 6.944937e-95, None),
        ("2026-01-03", None, None),
        ("03.01.2026", None, None),
        ("12:30:01", None, None),
        ("(449.2)", None, None),
        ("1_000", None, None),
        ("0x10", None, None),
        ("1.5 \u00d7 10^3", 1500, None),
        ("\u22120.5", -0.5, None),
        ("1e", None, None),
        ("", None, None),
        ("9" * 200, float("9" * 200), float("9" * 200)),
    ],
)
def test_what_a_cell_is_in_both_styles(cell, point, comma):
    numbers = [read_number(cell, style) for style in (POINT, COMMA)]
    assert [number and number.value for number in numbers] == [point, comma]
