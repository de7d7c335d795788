"""Comments, separators and decimal signs of text tables: recognised, and overruled."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.io.text_options import TextOptions
from nmr_core.measured import peek, read_measurements

TIME = np.arange(64) * 0.5
SIGNAL = 800 * np.exp(-(((TIME - 12) / 4) ** 2)) * np.exp(0.3j)


def write(path, header, separator=";", decimal=",", scale=1e-3):
    """A table with decimal commas in ms, below ``header``."""
    rows = zip(TIME * scale, SIGNAL.real, SIGNAL.imag, strict=True)
    lines = [separator.join(f"{value:.6f}".replace(".", decimal) for value in row) for row in rows]
    path.write_text("\n".join([*header, *lines]))
    return path


GERMAN = "Zeit / ms;Kanal A (mV);Kanal B (mV)"


@pytest.mark.parametrize(
    "comments",
    [
        ["# T = 4,2 K"],
        ["# Probe 7, Bad 1", "# T = 4,2 K", "# 12,5 MHz"],
        ["% a;b;c"],
        ["# T = 4,2 K", "", "# 1;2;3"],
        ["# 0,1;0,2;0,3", "# 0,4;0,5;0,6", "# 0,7;0,8;0,9"],
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_a_comment_is_never_the_header(tmp_path, comments, below):
    """A comment may stand above or below the header and may hold decimal commas."""
    header = [GERMAN, *comments] if below else [*comments, GERMAN]
    file = write(tmp_path / "echo.csv", header)
    assert peek(file).columns == GERMAN.split(";")
    [measurement] = read_measurements(file)
    assert measurement.time == pytest.approx(TIME, abs=2e-3)
    assert np.abs(measurement.signal - SIGNAL).max() < 1e-5


def test_a_comment_without_a_header_names_no_columns(tmp_path):
    file = write(tmp_path / "echo.csv", ["# T;4,2;K"])
    assert peek(file).columns == ["1", "2", "3"]
    assert peek(file).asks == ["time_unit"]


def test_the_comment_of_savetxt_names_its_columns(tmp_path):
    table = np.column_stack([TIME, SIGNAL.real, SIGNAL.imag])
    np.savetxt(tmp_path / "a.txt", table, delimiter=",", header="t_us,re,im")
    assert peek(tmp_path / "a.txt").columns == ["t_us", "re", "im"]
    assert peek(tmp_path / "a.txt").asks == []


def test_separator_decimal_sign_and_header_are_overruled(tmp_path):
    """12,345 is a number, or two of them: the file does not say which."""
    lines = ["t_us b", "one two", *(f"{k},5 {k * k},25" for k in range(40))]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    as_comma = TextOptions(separator="space", decimal="comma", header_line=1)
    [measurement] = read_measurements(
        tmp_path / "a.txt", text=as_comma, columns="t_us,b", magnitude=False
    )
    assert measurement.time == pytest.approx(np.arange(40) + 0.5)
    assert measurement.signal.real == pytest.approx(np.arange(40.0) ** 2 + 0.25)
    assert peek(tmp_path / "a.txt", text=TextOptions(header_line=0)).columns[0] == "1"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"separator": "pipe"}, "separator must be"),
        ({"decimal": "'"}, "decimal must be"),
        ({"decimal": ",", "group": "comma"}, "must be different signs"),
        ({"header_line": -1}, "header_line must be a whole number"),
    ],
)
def test_wrong_text_options(refused, options, sentence):
    assert sentence in refused(TextOptions, **options)


def test_a_table_that_is_not_written_as_chosen(tmp_path, refused):
    file = write(tmp_path / "echo.csv", [GERMAN])
    assert "written like this" in refused(
        read_measurements, file, text=TextOptions(separator="tab", decimal="point")
    )


def test_the_channels_of_a_lock_in_amplifier(tmp_path):
    file = write(tmp_path / "echo.txt", ["t [us]\tX [V]\tY [V]"], "\t", ".", scale=1)
    assert peek(file).guessed == ("t [us]", "X [V]", "Y [V]")
    [measurement] = read_measurements(file)
    assert not measurement.real_only


@pytest.mark.parametrize("name", ["echo.npz", "echo.zip"])
def test_a_damaged_archive_is_refused_and_asks_nothing(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(200))
    with pytest.raises(InputError, match=r"is (a )?damaged"):
        peek(tmp_path / name)
