"""Arguments of a design problem of every kind: taken as they are meant, or one sentence."""

import re
from fractions import Fraction

import numpy as np
import pytest

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.prove import prove
from nmr_core.design.settings import Acquisition, Design, Setting
from nmr_core.errors import InputError
from tests.design.small import small_preset

ANGLES = {"vary": {"angle_2": [30, 60]}}
ONE = [{"angle_2": 90}]
NAN, INF = float("nan"), float("inf")


def problem_of(**options):
    return DesignProblem.of(small_preset(), **(ANGLES | options))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"budget": 2}, r"default takes 4 s .* its 4 settings, which a budget of 2 s does not"),
        ({"budget": 2, "change": {"angle_2": 5}, "default": [*ONE, {"angle_2": 3}]}, "takes 7 s"),
        ({"default": [{"tau": 9000}], "seconds_per_shot": 0, "budget": 0.001}, r"takes 0\.027 s"),
        ({"budget": 1e300}, "at most a year"),
        ({"budget": 1e12}, "at most a year"),
        ({"budget": 1e6, "seconds_per_shot": 0, "default": ONE}, "more than 100,000,000 shots"),
        ({"seconds_per_shot": 1e300}, "seconds_per_shot must be .* at most a year"),
        ({"change": {"angle_2": 1e9}}, "cost of changing angle_2 must be .* at most a year"),
    ],
)  # fmt: skip
def test_a_budget_holds_the_default_and_is_at_most_a_year(options, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        problem_of(**options)
    assert "Give" in str(error.value) or "Write" in str(error.value)


NO_NUMBERS = [True, NAN, -INF, -1, "many", "", None, [600], (), {}, 10**400, np.array([6.0]), 1j]
PLACES = {
    "noise": lambda value: {"noise": value},
    "seconds_per_shot": lambda value: {"seconds_per_shot": value},
    "budget": lambda value: {"budget": value},
    "most": lambda value: {"most": value},
    "seed": lambda value: {"seed": value},
    "change": lambda value: {"change": {"angle_2": value}},
    "weights": lambda value: {"weights": {"xi": value}},
    "nuisances": lambda value: {"nuisances": {"pulse_angle_error": value}},
    "angle": lambda value: {"limits": {"angle": value}},
    "tau": lambda value: {"limits": {"tau": value}},
    "end of tau": lambda value: {"limits": {"tau": (value, 10)}},
    "n_pulses": lambda value: {"limits": {"n_pulses": value}},
    "posterior": lambda value: {"posterior": {"xi": value}},
    "end of the posterior": lambda value: {"posterior": {"xi": (2, value)}},
    "vary": lambda value: {"vary": {"tau": [value, 20]}},
    "candidates": lambda value: {"candidates": [{"tau": value}]},
}
OPTIONAL = ("noise", "budget", "angle", "tau", "n_pulses")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_number_is_refused(place):
    for value in NO_NUMBERS:
        if value is None and place in OPTIONAL:
            continue
        with pytest.raises(InputError) as error:
            problem_of(**PLACES[place](value))
        assert re.fullmatch(r"[^\n]+\.", str(error.value)), value


WRONG = [1, True, "x", [1], [None], [[]], {1: 2}, {"x"}, {"angle_2": None}, b"x", 1.5, object]


@pytest.mark.parametrize(
    "name",
    ["vary", "sequences", "candidates", "default", "change", "weights", "nuisances", "limits",
     "posterior"],
)  # fmt: skip
def test_another_kind_of_value_is_one_sentence(name):
    for value in WRONG:
        with pytest.raises(InputError) as error:
            problem_of(**{name: value})
        assert "\n" not in str(error.value), value


@pytest.mark.parametrize("name", ["change", "weights", "nuisances", "limits", "posterior", "vary"])
def test_names_and_values_that_are_no_mapping_say_how_to_write_them(name):
    with pytest.raises(InputError, match=rf"^{name} must hold values by name, got \[1\]\. Write"):
        problem_of(**{name: [1]})


@pytest.mark.parametrize("value", [None, 3, [], "", "lap", {"name": "lab"}], ids=str)
def test_what_is_known_is_a_preset(value):
    with pytest.raises(InputError, match="preset"):
        DesignProblem.of(value, **ANGLES)


@pytest.mark.parametrize(
    ("options", "plain"),
    [
        ({"budget": np.int64(600)}, {"budget": 600.0}),
        ({"budget": np.float32(600)}, {"budget": 600.0}),
        ({"budget": Fraction(1201, 2)}, {"budget": 600.5}),
        ({"seconds_per_shot": np.int64(2)}, {"seconds_per_shot": 2.0}),
        ({"change": {"angle_2": np.int32(3)}}, {"change": {"angle_2": 3.0}}),
        ({"weights": {"xi": np.int64(3)}}, {"weights": {"xi": 3.0}}),
        ({"noise": np.float32(0.5)}, {"noise": 0.5}),
        ({"most": np.int64(3), "seed": np.int64(3)}, {"most": 3, "seed": 3}),
        ({"limits": {"angle": np.int64(180), "n_pulses": np.int64(2)}},
         {"limits": {"angle": 180, "n_pulses": 2}}),
        ({"limits": {"tau": np.array([5, 50])}}, {"limits": {"tau": (5.0, 50.0)}}),
        ({"posterior": {"xi": np.array([3, 5])}}, {"posterior": {"xi": (3.0, 5.0)}}),
        ({"vary": {"angle_2": np.array([30, 60])}}, ANGLES),
        ({"vary": {"angle_2": [30, 60, 30.0]}}, ANGLES),
        ({"vary": {"tau": np.int64(20)}}, {"vary": {"tau": [20.0]}}),
        ({"sequences": "90x 10us 100y"}, {"sequences": ["90x 10us 100y"]}),
        ({"sequences": ["90x 10us 100y"] * 2}, {"sequences": ["90x 10us 100y"]}),
        ({"candidates": [{"angle_2": 45}] * 2}, {"candidates": [Setting.of(angle_2=45)]}),
        ({"change": None, "weights": {}, "posterior": {}, "candidates": [], "sequences": ()}, {}),
    ],
)  # fmt: skip
def test_the_same_question_in_other_words(options, plain):
    assert problem_of(**options).key("x") == problem_of(**plain).key("x")


def test_a_default_that_names_a_setting_twice_measures_it_twice():
    twice = problem_of(default=ONE * 2)
    assert twice.default.shots == (2,)
    assert twice.budget == 2
    once = Setting.of(angle_2=90)
    assert problem_of(default=[Acquisition(once, 2)]).key("x") == twice.key("x")
    # tau is that of the preset, so both are one setting
    same = Design.of({once: 1, Setting.of(tau=10, angle_2=90): 2})
    assert problem_of(default=same).default.shots == (3,)


@pytest.mark.parametrize(
    "options",
    [
        {"candidates": [{"angle_2": 0.05 * k} for k in range(1, 3000)]},
        {"default": [{"angle_2": 0.05 * k} for k in range(1, 3000)]},
        {"vary": {"angle_2": range(1, 100), "tau": range(10, 40)}},
    ],
    ids=lambda options: next(iter(options)),
)
def test_at_most_two_thousand_settings_however_they_are_given(options):
    with pytest.raises(InputError, match=r"At most 2,000 settings can be compared, got [23],"):
        problem_of(**options)


@pytest.mark.parametrize("value", [range(10**12), iter(int, 1)], ids=["range", "endless"])
def test_endless_values_are_refused(value):
    with pytest.raises(InputError, match="at most 100,000"):
        problem_of(vary={"angle_2": value})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"limits": {"tau": 50}}, r"shortest and a longest delay in µs, got 50\. Write tau=\(10"),
        ({"limits": {"n_pulses": 2.5}}, r"limit n_pulses must be a whole number > 0, got 2\.5"),
        ({"posterior": {"xi": "35"}}, "two numbers, low <= high, got '35'"),
        ({"budget": "600"}, "must be a time in s above 0, got '600'. Write a number"),
        ({"nuisances": {"pulse_angle_error": NAN}}, "Nuisance pulse_angle_error: sd must be in"),
        ({"noise": 1e-300}, "noise must be > 0, at least 1e-09"),
        ({"weights": {"xi": 1e300, "d": 1e300}}, r"weight of xi must be .* got 1e\+300"),
        ({"weights": {"xi": 1e-300}}, "weight of xi must be .* got 1e-300"),
        ({"vary": {"angle_2": None}}, "The values of angle_2 must be a list, got None"),
        ({"candidates": [3]}, "A setting must hold values by name, got 3"),
        ({"default": "x"}, r"default must be a list, got 'x'\. Write"),
        ({"default": []}, "at least one acquisition"),
        ({"sequences": [None]}, "A sequence must be a list, got None"),
    ],
)  # fmt: skip
def test_what_was_a_traceback_or_a_wrong_reason(options, sentence):
    with pytest.raises(InputError, match=sentence):
        problem_of(**options)


@pytest.mark.parametrize("value", [3, None, [], 1.5])
def test_what_is_proven_is_a_design(value):
    with pytest.raises(InputError, match=r"must be a result of nmr\.design, its key, or a problem"):
        prove(value)
