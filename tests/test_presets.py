"""Presets: the published conventions, exactly as physics.md, section 4, states them."""

import json

import numpy as np
import pytest

from nmr_core import PRESETS, InputError, preset, simulate
from nmr_core.experiment import FIELDS, Delay, Pulse

CONVENTIONS = {
    "ml4sci_2020": {"n_x": 50, "n_y": 50, "offsets": "grid", "kernel": "power_law", "normalisation": "sum",
                    "alpha_z": 0, "gamma_1": 0, "gamma_2": 0, "line_width": 0.05, "cutoff": 0.25,
                    "record": "after", "integrator": "exponential_euler"},
    "cuda_2023": {"n_x": 100, "n_y": 100, "offsets": "iid", "kernel": "gaussian", "normalisation": "none", "p": 2,
                  "alpha_z": 0, "gamma_1": 0, "gamma_2": 0, "gamma_3": 0, "line_width": 0.05, "cutoff": 0.25,
                  "record": "all", "integrator": "exponential_euler"},
}
REDUCED_STEP = {"ml4sci_2020": 2, "cuda_2023": 0.6 * np.pi}
SEQUENCES = {
    "ml4sci_2020": (Pulse(90, 0, -1), Delay(157), Pulse(180, 90, -1), Delay(314)),
    "cuda_2023": (Pulse(90, 0, 1), Delay(166), Pulse(180, 0, 1), Delay(332)),
}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_conventions(name):
    experiment = preset(name).build()
    assert {field: getattr(experiment, field) for field in CONVENTIONS[name]} == CONVENTIONS[name]
    assert 2 * np.pi * experiment.dt == pytest.approx(REDUCED_STEP[name], rel=1e-15)
    assert experiment.protocol.sequence == SEQUENCES[name]


def test_2020_records_471_points_after_each_step():
    time = preset("ml4sci_2020").build().protocol.time
    assert len(time) == 471
    assert time == pytest.approx((1 + np.arange(471)) / np.pi, rel=1e-14)


def test_2023_records_500_points_before_each_step_and_at_the_end_of_each_period():
    time = preset("cuda_2023").build().protocol.time
    assert len(time) == 500
    assert time == pytest.approx(0.3 * np.r_[0:167, 166:499], rel=1e-14)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_as_many_points_are_simulated_as_the_grid_has(name):
    experiment = preset(name).build(n_x=2, n_y=2)
    assert simulate(experiment).signal.shape == experiment.protocol.time.shape


def test_2020_ranges_and_mapping():
    space = preset("ml4sci_2020").space
    assert {spec.name: (spec.low, spec.high) for spec in space} == {
        "alpha": (0, 0.2), "xi": (0, 20), "p": (2, 4), "d": (3, 6)}
    assert {spec.scale for spec in space} == {"linear"}
    experiment = preset("ml4sci_2020").build(alpha=0.18, xi=7.0, p=2.2, d=3.5)
    assert (experiment.alpha_x, experiment.alpha_y, experiment.alpha_z) == (0.09, 0.09, 0)
    assert experiment.gamma_3 == pytest.approx(10**-3.5, rel=1e-15)
    assert (experiment.xi, experiment.p) == (7.0, 2.2)


def test_2023_couplings():
    cuda = preset("cuda_2023")
    given = cuda.build(alpha_x=8.6e-4, xi=5.0)
    assert (given.alpha_x, given.alpha_y, given.xi) == (8.6e-4, 8.6e-4, 5.0)
    assert cuda.build(alpha_x=8.6e-4, alpha_y=1e-4, xi=5.0).alpha_y == 1e-4
    from_strength = cuda.build(omega_p=2.5, xi=6.0)
    assert from_strength.alpha_x == from_strength.alpha_y == pytest.approx(2.5 * 0.05 / (2 * from_strength.W), rel=1e-14)
    assert from_strength.omega_p == pytest.approx(2.5, rel=1e-14)


def test_an_unknown_preset_lists_the_names():
    with pytest.raises(InputError, match="no preset 'ml4sci_2021'; there are ml4sci_2020, cuda_2023"):
        preset("ml4sci_2021")


@pytest.mark.parametrize("name", PRESETS)
class TestEveryPreset:
    def test_has_texts_and_a_buildable_default(self, name):
        made = PRESETS[name]
        assert made.name == name
        assert made.label
        assert made.description.endswith(".")
        assert made.source
        assert made.build() == made.build(**made.space.defaults)

    @pytest.mark.parametrize("u", [0.0, 0.5, 1 - 2**-53])
    def test_can_build_whatever_its_prior_can_draw(self, name, u):
        """Up to the last draw below the upper, and above the lower, end of every range."""

        class Always:
            def random(self):
                return u

        experiment = PRESETS[name].build(**PRESETS[name].draw(Always()))
        assert np.isfinite(list(experiment.derived.values())).all()

    def test_refuses_unknown_names(self, name):
        with pytest.raises(InputError, match=f"Preset {name} has no parameter 'beta'; its own are .*alpha_x"):
            PRESETS[name].build(beta=1)
        with pytest.raises(InputError, match="has no parameter 'beta'"):
            PRESETS[name].hold(beta=1)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "much", None, 1e300, pytest.param(10**400, id="10**400")])
    def test_refuses_what_is_no_number_for_each_of_its_own(self, name, value):
        for own in PRESETS[name].space.names:
            with pytest.raises(InputError, match=f"^{own} must be "):
                PRESETS[name].build(**{own: value})

    def test_extreme_numbers_are_refused_in_words_or_built(self, name):
        for own in PRESETS[name].space.names:
            for value in (-1e6, -400.0, -1.0, 0.0, 1e-3, 0.01, 400.0, 1e6):
                try:
                    experiment = PRESETS[name].build(**{own: value})
                except InputError:
                    continue
                assert np.isfinite([experiment.alpha_x, experiment.gamma_3, experiment.xi]).all()

    def test_held_values_are_used_and_not_drawn(self, name):
        own = PRESETS[name].space.names[0]
        held = PRESETS[name].hold(**{own: 0.15}, n_x=8, tau=5.0).hold(n_y=9)
        assert dict(held.held) == {own: 0.15, "n_x": 8, "n_y": 9, "tau": 5.0}
        assert held.drawn.names == PRESETS[name].space.names[1:]
        experiment = held.build()
        assert (experiment.n_x, experiment.n_y, experiment.tau) == (8, 9, 5.0)
        assert experiment.material == PRESETS[name].build(**{own: 0.15}, n_x=8, n_y=9).material

    def test_what_is_held_does_not_shift_the_other_draws(self, name):
        own = PRESETS[name].space.names[0]
        free, held = (made.draw(np.random.default_rng(3)) for made in (PRESETS[name], PRESETS[name].hold(**{own: 0.15})))
        assert held == free | {own: 0.15}

    @pytest.mark.parametrize("field", FIELDS)
    def test_every_field_can_be_held(self, name, field):
        value = getattr(PRESETS[name].build(), field)
        assert getattr(PRESETS[name].hold(**{field: value}).build(), field) == value

    def test_impossible_values_cannot_be_held(self, name):
        with pytest.raises(InputError, match="n_x must be in"):
            PRESETS[name].hold(n_x=-1)

    def test_held_numpy_numbers_can_be_written_to_a_manifest(self, name):
        held = PRESETS[name].hold(n_x=np.int64(8), n_y=np.int32(9), tau=np.float32(5), xi=np.float64(3))
        assert json.loads(json.dumps(dict(held.held))) == {"n_x": 8, "n_y": 9, "tau": 5.0, "xi": 3.0}
