"""Settings, shots and what they cost."""

import numpy as np
import pytest

from nmr_core.design.costs import Costs
from nmr_core.design.settings import Acquisition, Design, Setting, settings_of, with_setting
from nmr_core.design.shots import baseline, fill, fill_with
from nmr_core.design.space import DesignSpace
from nmr_core.errors import InputError
from nmr_core.pulses import Delay, Pulse
from tests.design.small import small_preset, small_problem


def test_the_noise_of_n_averaged_shots_is_smaller_by_the_root_of_n():
    design = Design.of({Setting.of(angle_2=60): 1, Setting.of(angle_2=90): 100})
    assert design.noise_of(0.02) == pytest.approx([0.02, 0.002])


def test_a_setting_reads_as_text_with_units():
    assert Setting.of(tau=60, angle_2=45).label == "β₂ 45°, τ 60 µs"
    assert Setting.of().label == "as the preset"
    assert Acquisition(Setting.of(n_echoes=3), 2).label == "n 3 (2 shots)"


def test_equal_settings_are_equal_however_they_are_written():
    assert Setting.of(tau=60, angle_2=45) == Setting.of(angle_2=np.float64(45), tau=60.0)


def test_all_combinations_of_values_are_settings_in_order():
    several = settings_of(small_preset(), {"angle_2": [30, 60], "tau": [10, 20]})
    assert [tuple(one.to_dict().values()) for one in several] == [
        (30, 10),
        (30, 20),
        (60, 10),
        (60, 20),
    ]


def test_a_list_of_pulses_has_the_sense_of_the_preset():
    """The composite pulse 90x 180y 90x refocuses as a whole turn about y."""
    composite = [Pulse(90, 0, -1), Delay(10.0), Pulse(90, 0, -1), Delay(0.4), Pulse(180, 90, -1)]
    (setting,) = settings_of(small_preset(), {}, [composite])
    protocol = with_setting(small_preset().build().protocol, setting)
    assert protocol.pulses == (Pulse(90, 0, -1), Pulse(90, 0, -1), Pulse(180, 90, -1))


def test_a_record_of_twice_tau_stays_one_when_tau_changes():
    protocol = small_preset(acquire=20.0).build().protocol
    longer = with_setting(protocol, Setting.of(tau=30))
    assert longer.n_acquire == 2 * longer.n_tau
    assert with_setting(protocol, Setting.of(tau=30, acquire=40)).n_acquire < longer.n_acquire


def test_a_shot_lasts_the_repetition_time_or_the_sequence():
    protocol = small_preset().build().protocol
    assert Costs(2.5).shot(protocol) == 2.5
    # tau and twice tau of 31 steps each
    assert Costs(0.0).shot(protocol) == pytest.approx(3 * 31 * protocol.dt * 1e-6)


def test_the_dear_field_changes_once():
    """Two delays and three angles: one change of tau, whatever the order in which they come."""
    problem = small_problem(
        vary={"tau": [10, 20], "angle_2": [60, 90, 120]}, change={"tau": 60, "angle_2": 1}
    )
    mixed = dict.fromkeys(sorted(problem.settings, key=lambda one: one.to_dict()["angle_2"]), 1)
    design = problem.design(mixed)
    assert problem.seconds(design) == pytest.approx(6 * 1.0 + 60 + 5 * 1)
    assert problem.costs.changes(tuple(mixed), problem.base) == pytest.approx(5 * 60 + 2)


def test_the_space_has_the_times_of_its_designs():
    problem = small_problem(
        vary={"tau": [10, 20], "angle_2": [60, 90]}, change={"tau": 7}, seconds_per_shot=2
    )
    space = DesignSpace.of(problem)
    rows = np.random.default_rng(0).integers(0, 3, (20, len(space.settings)))
    rows[:, 0] += 1
    expected = [problem.seconds(space.design(row)) for row in rows]
    assert space.seconds(rows) == pytest.approx(expected)
    assert (space.row(space.design(rows[3])) == rows[3]).all()


@pytest.mark.parametrize("change", [{}, {"tau": 3.5}])
def test_a_filled_design_leaves_no_time_for_a_shot(change):
    problem = small_problem(
        vary={"tau": [10, 20], "angle_2": [60, 90]},
        budget=31.7,
        seconds_per_shot=1.3,
        change=change,
    )
    space = DesignSpace.of(problem)
    shares = np.random.default_rng(1).integers(0, 4, (50, len(space.settings))).astype(float)
    shares[:, 0] += 0.5
    shots = space.fill(shares)
    seconds = space.seconds(shots)
    assert ((shots > 0) == (shares > 0)).all()
    assert (seconds <= 31.7 + 1e-6).all()
    assert (seconds > 31.7 - 1.3).all()


def test_shots_follow_their_proportions():
    problem = small_problem(budget=600)
    some = problem.settings[:3]
    assert fill(problem, some, [1, 2, 3]).shots == (100, 200, 300)
    assert fill(problem, some).shots == (200, 200, 200)
    assert fill(problem, some, budget=2.9) is None


def test_the_baseline_is_the_default_measured_for_the_whole_budget():
    problem = small_problem(budget=600)
    assert baseline(problem).shots == (150, 150, 150, 150)
    assert problem.seconds(baseline(problem)) == pytest.approx(600)
    with pytest.raises(InputError, match=r"takes 4 s .* its 4 settings, which 2\.5 s do not hold"):
        fill_with(problem, problem.default, budget=2.5)


@pytest.mark.parametrize("shots", [0, -1, 1.5, True, None])
def test_shots_are_whole_numbers(shots):
    with pytest.raises(InputError, match="shots must be a whole number"):
        Acquisition(Setting.of(), shots)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Design(()), "at least one acquisition"),
        (lambda: Design((Acquisition(Setting.of()),) * 2), "every setting once"),
        (lambda: Design.from_dict({"acquisitions": [1]}), "setting and shots"),
        (lambda: Setting.of(dt=0.1), "cannot change dt: all candidates share the time step"),
        (lambda: Setting.of(integrator="exponential_euler"), "cannot change integrator"),
        (lambda: Setting.of(angle_2="wide"), "angle_2 must be a number"),
        (lambda: Setting.of(sequence=3), "must be a text"),
        (lambda: settings_of(small_preset(), {"tau": []}), "tau has no values"),
        (lambda: settings_of(small_preset(), {"tau": range(1, 3000)}), "At most 2,000 settings"),
        (lambda: Costs(-1), "seconds_per_shot must be a time"),
        (lambda: Costs.of(1, {"tau": float("nan")}), "cost of changing tau must be a time"),
        (lambda: Costs.of(1, {"xi": 3}), "cannot change 'xi'"),
    ],
)
def test_one_sentence(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()
