"""The problem: what is asked, and everything that has no answer."""

import json
import pickle

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.design.limits import Limits
from nmr_core.design.problem import DesignProblem
from nmr_core.design.settings import Design, Setting
from nmr_core.errors import InputError
from nmr_core.presets import Row, table_preset
from tests.design.small import small_preset, small_problem

ANGLES = {"vary": {"angle_2": [30, 60]}}
NOTHING = dict.fromkeys(("omega_p", "xi", "ratio_y", "ratio_z", "d"), 0)
FULL = {
    "vary": {"angle_2": [30, 60], "tau": [10, 20]},
    "noise": 0.01,
    "seconds_per_shot": 2.0,
    "change": {"tau": 60},
    "budget": 600,
    "weights": {"xi": 0, "d": 2},
    "nuisances": {"pulse_angle_error": 2},
    "limits": {"angle": 180, "tau": (5, 50), "n_pulses": 3},
    "most": 3,
    "posterior": {"xi": (3, 5)},
    "seed": 7,
}


def test_the_default_is_the_preset_with_one_shot_each():
    problem = small_problem()
    assert [one.to_dict()["angle_2"] for one in problem.default.settings] == [60, 90, 120, 180]
    assert problem.budget == 4.0
    assert problem.noise == 0.005
    assert problem.names == ("omega_p", "xi", "ratio_y", "ratio_z", "d")
    assert problem.prior_sds == pytest.approx(12**-0.5, rel=1e-3)


def test_a_preset_without_noise_has_one_per_cent_of_the_largest_signal():
    assert DesignProblem.of("gsoc_2021_weak_gaussian", **ANGLES).noise == 0.005


def test_a_setting_changes_the_protocol_and_not_the_material():
    problem = small_problem(vary={"tau": [5, 20], "angle_2": [60]})
    one, other = (problem.experiment(setting, {"xi": 3.0}) for setting in problem.settings)
    assert one.material == other.material
    assert (one.tau, other.tau) == (5, 20)
    assert one.xi == 3.0


def test_all_settings_name_the_same_fields():
    """So that the default with tau of the preset is the candidate with that tau."""
    problem = small_problem(vary={"tau": [10, 20], "angle_2": [60]})
    assert problem.default.settings[0] == problem.settings[0]
    assert len(problem.all_settings) == 2 + 3


def test_a_sequence_is_a_candidate_beside_angles():
    problem = small_problem(vary={"angle_2": [60]}, sequences=["90x 10us 90x 0.4us 180y"])
    assert problem.settings[1].to_dict() == {"sequence": "90x 10us 90x 0.4us 180y"}
    assert len(problem.experiment(problem.settings[1]).protocol.pulses) == 3


def test_shots_within_the_budget():
    problem = small_problem(budget=14, seconds_per_shot=3)
    assert problem.shots_within(problem.settings[0]) == 4
    assert problem.shots_within(problem.settings[0], 6.0) == 2


def test_a_problem_survives_json_and_pickle():
    problem = small_problem(**FULL)
    stored = json.loads(json.dumps(problem.to_dict()))
    for again in (DesignProblem.from_dict(stored), pickle.loads(pickle.dumps(problem))):
        assert again.to_dict() == problem.to_dict()
        assert again.key("design") == problem.key("design")
    assert problem.effects[0].sd == 2


@pytest.mark.parametrize("name", FULL)
def test_every_argument_makes_another_key(name):
    other = small_problem(**{key: value for key, value in FULL.items() if key != name})
    assert other.key("design") != small_problem(**FULL).key("design")


def test_a_whole_number_has_the_key_of_its_float():
    """Commands read 10, pages 10.0."""
    whole = {"vary": {"tau": [5, 10]}, "budget": 60, "change": {"tau": 30}, "weights": {"d": 2}}
    floats = {"vary": {"tau": [5.0, 10.0]}, "budget": 60.0}
    floats |= {"change": {"tau": 30.0}, "weights": {"d": 2.0}}
    one = small_problem(small_preset(xi=5), **whole)
    assert one.key("design") == small_problem(small_preset(xi=5.0), **floats).key("design")


def test_more_arguments_make_another_key():
    problem = small_problem()
    assert problem.key("design", criterion="a") != problem.key("design", criterion="d")


def test_an_estimate_narrows_the_prior():
    problem = small_problem(posterior={"xi": (3, 5), "d": (5.5, 9)})
    ranges = {spec.name: (spec.low, spec.high) for spec in problem.specs}
    assert ranges["xi"] == (3, 5)
    assert ranges["d"] == (5.5, 6), "the part outside of the prior is cut off"
    assert ranges["omega_p"] == (0.3, 6)
    rng = np.random.default_rng(0)
    assert all(3 <= problem.preset.draw(rng)["xi"] <= 5 for _ in range(20))


def test_a_narrowed_prior_is_that_of_its_table():
    rows = [Row("omega_p", "log-uniform", 0.05, 6.0), Row("xi", "normal", mean=5.0, sd=2.0)]
    preset = table_preset(rows, small_preset())
    problem = small_problem(preset, posterior={"omega_p": (0.1, 1), "xi": (6, 8)})
    assert problem.specs[0].scale == "log"
    assert problem.specs[1].distribution == "normal"
    assert problem.preset.build().xi == 6, "the mean is moved into the interval"


def test_an_exact_estimate_keeps_a_narrow_range():
    (low, high) = next(
        (spec.low, spec.high)
        for spec in small_problem(posterior={"xi": (15, 15)}).specs
        if spec.name == "xi"
    )
    assert high == 15
    assert high - low == pytest.approx(0.014)


def test_limits_refuse_pulses_and_delays():
    protocol = small_preset().build(angle_2=120.0, tau=10.0).protocol
    Limits(angle=120, tau=(10, 10), n_pulses=2).check(protocol)
    for limits, sentence in (
        (Limits(angle=119), "120°, but the largest that the hardware allows is 119°"),
        (Limits(tau=(11, 20)), "10 µs between two pulses, but the hardware allows 11 to 20 µs"),
        (Limits(n_pulses=1), "2 pulses, but the hardware allows 1"),
    ):
        with pytest.raises(InputError, match=sentence):
            limits.check(protocol)


def test_limits_hold_for_the_default_too():
    """A proposal is compared to it, so it must be something that can be measured."""
    with pytest.raises(InputError, match=r"β₂ 120° of the default has .* hardware allows is 90°"):
        small_problem(vary={"angle_2": [30, 60]}, limits={"angle": 90})
    options = {"vary": {"angle_2": [30, 60]}, "default": [{"angle_2": 90}]}
    assert small_problem(**options, limits={"angle": 90}).limits.angle == 90


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "No setting may change"),
        ({"vary": {"angle_2": [60]}, "default": [{"angle_2": 60}]}, "No setting may change"),
        (ANGLES | {"budget": 0.9}, "budget of 0.9 s is below one shot, which takes 1 s"),
        (ANGLES | {"budget": -1}, "budget must be a time in s above 0"),
        (ANGLES | {"budget": float("nan")}, "budget must be a time in s above 0"),
        ({"candidates": [{"dt": 0.1}]}, "cannot change dt"),
        ({"candidates": [{"record": "all"}]}, "cannot change record"),
        ({"candidates": [{"integrator": "exponential_midpoint"}]}, "cannot change integrator"),
        ({"vary": {"tau": [10, 10.1]}}, "are the same measurement on the time grid of dt = 0.3183"),
        ({"vary": {"tau": [0.1, 10]}}, "cannot be measured: tau must be at least one step"),
        ({"vary": {"tau": [10], "acquire": [1, 40]}}, "cannot be measured: .* misses the echo"),
        (ANGLES | {"posterior": {"xi": (30, 40)}}, "must overlap its prior, 1 to 15 sites"),
        (ANGLES | {"posterior": {"xi": (5, 3)}}, "two numbers, low <= high"),
        (ANGLES | {"posterior": {"xi": 3}}, "two numbers, low <= high"),
        (ANGLES | {"posterior": {"kernel": (1, 2)}}, "does not draw from a range"),
        ({"vary": {"angle_2": [60, 200]}, "limits": {"angle": 180}}, "pulse of 200°"),
        ({"sequences": ["90x 10us 180y 0.4us 180y"], "limits": {"n_pulses": 2}}, "has 3 pulses"),
        (ANGLES | {"limits": {"power": 3}}, "no limit 'power'"),
        (ANGLES | {"limits": {"angle": -3}}, "limit angle must be a number > 0"),
        (ANGLES | {"limits": {"tau": (30, 3)}}, "limits of tau must be"),
        (ANGLES | {"weights": {"xy": 1}}, "no parameter 'xy' to weight"),
        (ANGLES | {"weights": {"xi": -1}}, "weight of xi must be a number of at least 0"),
        (ANGLES | {"weights": NOTHING}, "All weights are 0"),
        (ANGLES | {"nuisances": {"gaussian_noise": 30}}, "cannot be a nuisance"),
        (ANGLES | {"nuisances": {"pulse_angle_error": 500}}, "sd must be in"),
        (ANGLES | {"noise": 0}, "noise must be > 0"),
        (ANGLES | {"most": 0}, r"most must be in \[1, 16\]"),
        (ANGLES | {"change": {"tau": -1}}, "cost of changing tau"),
        (ANGLES | {"seconds_per_shot": float("inf")}, "seconds_per_shot must be a time"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(options, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        DesignProblem.of(small_preset(), **options)
    assert "\n" not in str(error.value)


def test_a_field_that_the_prior_draws_is_no_setting():
    preset = table_preset(
        [Row("tau", "uniform", 10, 20), Row("xi", "uniform", 1, 5)], small_preset()
    )
    with pytest.raises(InputError, match="tau is drawn by lab, so it cannot be chosen"):
        DesignProblem.of(preset, vary={"tau": [10, 15]})


def test_an_unknown_content_is_no_problem():
    with pytest.raises(InputError, match="not a stored design problem"):
        DesignProblem.from_dict({"preset": {"name": "lab"}})


def test_several_shots_of_the_default_are_kept():
    default = Design.of({Setting.of(angle_2=90): 3, Setting.of(angle_2=180): 1})
    assert small_problem(default=default).default.shots == (3, 1)
    assert small_problem(default=default).budget == 4


def test_every_preset_has_a_design_problem():
    for name in nmr.PRESETS:
        preset = nmr.preset(name)
        problem = DesignProblem.of(preset, vary={"phase_2": [0, 45]})
        assert DesignProblem.from_dict(problem.to_dict()).key("x") == problem.key("x"), name
