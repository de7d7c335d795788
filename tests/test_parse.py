"""Values as text, as links, forms and the command line write them."""

import math

import pytest

from nmr_core import InputError
from nmr_core.experiment import parse
from nmr_core.experiment.parse import assignment, several_values, value_range


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xi=3.5", ("xi", 3.5)),
        (" n_x = 12 ", ("n_x", 12)),
        ("n_x=1e2", ("n_x", 100)),
        ("kernel=rkky", ("kernel", "rkky")),
        ("sequence=90x 50us 180y=2", ("sequence", "90x 50us 180y=2")),
        ("xi=inf", ("xi", math.inf)),
    ],
)
def test_an_assignment_is_a_name_and_a_number_or_text(text, expected):
    name, value = assignment(text)
    assert (name, value) == expected
    assert type(value) is type(expected[1])


def test_not_a_number_is_a_number():
    assert math.isnan(assignment("xi=nan")[1])


@pytest.mark.parametrize("text", ["", "xi", "=3", "xi=", "xi= ", "\0=1", "\udcff=1"])
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(InputError):
        assignment(text)


def test_several_values_and_ranges():
    assert several_values("angle_2=60,90.5") == ("angle_2", (60.0, 90.5))
    assert value_range("xi=1:15:29") == ("xi", 1.0, 15.0, 29)
    for text in ("angle_2=60,,90", "angle_2=60,nan", "=60"):
        with pytest.raises(InputError, match="it takes NAME=V1"):
            several_values(text)
    for text in ("xi=1:15", "xi=1:15:2.5", "xi=1:inf:3", "=1:2:3"):
        with pytest.raises(InputError, match="it takes NAME=LOW:HIGH:N"):
            value_range(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("30, 60,90", (30, 60, 90)),
        ("10:180:18", tuple(range(10, 190, 10))),
        ("0:1:3", (0, 0.5, 1)),
        ("5", (5,)),
        ("5:7:1", (5,)),
    ],
)
def test_lists_of_numbers(text, numbers):
    assert parse.numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "a", "1,nan", "1:2", "1:2:0", "1:2:2.5", "1:2:9999", "1,,2"])
def test_what_is_no_list_of_numbers(text):
    with pytest.raises(InputError, match=r"V1,V2,\.\.\. or LOW:HIGH:N.*got"):
        parse.numbers(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("600", 600), ("40 s", 40), ("10min", 600), (" 2 h ", 7200), ("1.5d", 129_600)],
)
def test_times(text, seconds):
    assert parse.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "min", "10 m", "inf", "ten min"])
def test_what_is_no_time(text):
    with pytest.raises(InputError, match=r"600, 10min or 2h; got"):
        parse.seconds(text)


def test_intervals():
    assert parse.interval("d=3.5:4.2") == ("d", (3.5, 4.2))
    for text in ("d", "d=3", "=1:2", "d=1:nan", "d=1:2:3"):
        with pytest.raises(InputError, match=r"NAME=LOW:HIGH.*got"):
            parse.interval(text)
