"""The grammar of numbers in the names of files."""

import pytest

from nmr_core.measured.series.naming import numbers_in

TEMPERATURES = {
    "T=4.2K.csv": 4.2,
    "sample_012p5K.csv": 12.5,
    "run3_300mK": 0.3,
    "run3_T=300mK.csv": 0.3,
    "run3_T_300mK.dat": 0.3,
    "run3T=5K.csv": 5.0,
    "20261128_031500_4.2K.csv": 4.2,
    "2026-11-28 4.2 K.dat": 4.2,
    "28.11.2026_4.2K.txt": 4.2,
    "4,2K.txt": 4.2,
    "T=-5C.csv": 268.15,
    "25degC.csv": 298.15,
    "T1_300K_tau=10us.csv": 300.0,
    "YBa2Cu3O7_63.2K.csv": 63.2,
    "4K/echo.csv": 4.0,
    "echo_300_mK.csv": 0.3,
    "100uK.npz": 1e-4,
    "B1.5T4K.csv": 4.0,
    "5e2K.csv": 500.0,
    "temp_77.txt": 77.0,
    "T300": 300.0,
    "T=.5K.csv": 0.5,
    "298.15Kelvin.txt": 298.15,
    "-10degC.csv": 263.15,
    "cold_10K-up.csv": 10.0,
}
OTHERS = {
    "1.5T": ("field", 1.5),
    "B0_1.5T.csv": ("field", 1.5),
    "H=9T": ("field", 9.0),
    "100 mT.csv": ("field", 0.1),
    "5000G.csv": ("field", 0.5),
    "2kOe_up.csv": ("field", 0.2),
    "angle_45deg.csv": ("angle", 45.0),
    "sample_-5deg": ("angle", -5.0),
    "theta=30°.csv": ("angle", 30.0),
    "213.16MHz.h5": ("frequency", 213.16),
    "400kHz.csv": ("frequency", 0.4),
    "echo_tau50us.csv": ("tau", 50.0),
    "tau=50µs.csv": ("tau", 50.0),
    "t_rec_100ms.csv": ("recovery", 1e5),
    "vd=10ms.csv": ("recovery", 1e4),
    "D1=1s.csv": ("recovery", 1e6),
    "1e-3s.csv": ("time", 1e3),
    "1.5GPa.csv": ("pressure", 1.5),
}


@pytest.mark.parametrize("name", TEMPERATURES)
def test_a_temperature_is_read_in_kelvin(name):
    values = [one.value for one in numbers_in(name) if one.quantity == "temperature"]
    assert values == pytest.approx([TEMPERATURES[name]])


@pytest.mark.parametrize("name", OTHERS)
def test_a_unit_or_a_word_names_the_quantity(name):
    quantity, value = OTHERS[name]
    found = [(one.quantity, one.value) for one in numbers_in(name) if one.quantity]
    assert found == [(quantity, pytest.approx(value))]


@pytest.mark.parametrize("name", ["5f3a9c.csv", "a1b2c3.csv", "20261128.csv", "2026-11-28_03-15"])
def test_dates_and_codes_are_no_numbers(name):
    assert numbers_in(name) == []


@pytest.mark.parametrize(
    ("name", "word", "value"),
    [("run12.csv", "run", 12), ("scan_012.csv", "scan", 12), ("sample-3.csv", "sample", 3)],
)
def test_a_number_without_unit_keeps_its_word(name, word, value):
    (number,) = numbers_in(name)
    assert (number.word, number.value, number.quantity) == (word, value, "")


def test_the_case_of_a_unit_counts():
    """300k may be 300,000 or 300 K, so it is neither."""
    (number,) = numbers_in("300k.csv")
    assert (number.quantity, number.unit) == ("", "k")
    (number,) = numbers_in("T=5mK.csv")
    assert number.value == pytest.approx(0.005)
