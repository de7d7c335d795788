"""Presets: the published conventions, exactly as physics.md, section 4, states them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nmr_core import PRESETS, InputError, preset, simulate
from nmr_core.experiment import FIELDS, Unreachable
from nmr_core.parameters import ParameterSpace
from nmr_core.presets import pulse_angle_sweep
from nmr_core.pulses import Pulse, Steps

CONVENTIONS = {
    **{
        name: {
            "n_x": 50,
            "n_y": 50,
            "offsets": "grid",
            "kernel": "power_law",
            "normalisation": "sum",
            "alpha_z": 0,
            "gamma_1": 0,
            "gamma_2": 0,
            "line_width": 0.05,
            "cutoff": 0.25,
            "record": "after",
            "integrator": "exponential_euler",
            **terms,
        }
        for name, terms in {
            "ml4sci_2020_secular": {"carrier": 0},
            "ml4sci_2020": {"carrier": 10, "carrier_axis": 90, "carrier_phase": "step_end"},
        }.items()
    },
    "cuda_2023": {
        "n_x": 100,
        "n_y": 100,
        "offsets": "iid",
        "kernel": "gaussian",
        "normalisation": "none",
        "p": 2,
        "alpha_z": 0,
        "gamma_1": 0,
        "gamma_2": 0,
        "gamma_3": 0,
        "line_width": 0.05,
        "cutoff": 0.25,
        "record": "all",
        "integrator": "exponential_euler",
    },
    **{
        f"gsoc_2021_{regime}_{kernel}": {
            "n_x": side,
            "n_y": side,
            "offsets": offsets,
            "kernel": kernel,
            "normalisation": "none",
            "sign": "uniform",
            "lattice": "square",
            "s_w": 1,
            "p_w": 0,
            "d_w": 0,
            "gamma_1": 0,
            "gamma_2": 0,
            "gamma_3": 0,
            "line_width": line_width,
            "cutoff": 0.25,
            "tau": tau,
            "record": "before",
            "integrator": "exponential_euler",
            "carrier": 0,
            "noise": 0,
        }
        for regime, side, tau, offsets, line_width in (
            ("weak", 50, 100, "frozen", 0.05),
            ("strong", 100, 200, "iid", 0.025),
        )
        for kernel in ("gaussian", "power_law", "rkky")
    },
    **{
        f"deeplearn_2024_{kernel}": {
            "n_x": 50,
            "n_y": 50,
            "offsets": "iid",
            "kernel": kernel,
            "normalisation": "none",
            "sign": "uniform",
            "lattice": "square",
            "alpha_z": 0,
            "gamma_1": 0,
            "gamma_2": 0,
            "line_width": 0.05,
            "cutoff": 0.25,
            "tau": 50,
            "integrator": "exponential_euler",
            "carrier": 0,
            "noise": 0,
        }
        for kernel in ("gaussian", "rkky")
    },
    "lab": {
        "n_x": 50,
        "n_y": 50,
        "offsets": "stratified",
        "kernel": "gaussian",
        "normalisation": "none",
        "noise": 0.005,
        "integrator": "exponential_midpoint",
        "gamma_1": 0,
        "gamma_2": 0,
    },
    "measured_echo": {
        "n_x": 50,
        "n_y": 50,
        "offsets": "stratified",
        "kernel": "gaussian",
        "normalisation": "none",
        "noise": 0,
        "integrator": "exponential_midpoint",
        "gamma_1": 0,
        "gamma_2": 0,
        "line": "lorentzian",
        "centre": 0,
        "record_from": 5,
        "record_every": 2,
    },
    **{
        f"pulse_angles_{kernel}": {
            "n_x": 50,
            "n_y": 50,
            "offsets": "iid",
            "kernel": kernel,
            "normalisation": "none",
            "gamma_3": 0,
            "line_width": 0.05,
            "cutoff": 0.25,
            "tau": 100,
            "record": "before",
            "integrator": "exponential_euler",
            "noise": 0,
            "orientation": 0,
        }
        for kernel in ("gaussian", "power_law", "rkky")
    },
    "pulse_angle_sweep": {
        "n_x": 40,
        "n_y": 40,
        "offsets": "stratified",
        "kernel": "gaussian",
        "normalisation": "none",
        "noise": 0,
        "gamma_1": 0,
        "gamma_2": 0,
        "gamma_3": 0,
    },
}
REDUCED_STEP = dict.fromkeys(CONVENTIONS, 2) | {
    "cuda_2023": 0.6 * np.pi,
    "measured_echo": 0.5 * np.pi,
}
SEQUENCES = {
    "ml4sci_2020_secular": (Pulse(90, 0, -1), Steps(157), Pulse(180, 90, -1), Steps(314)),
    "ml4sci_2020": (Pulse(90, 0, -1), Steps(157), Pulse(180, 90, -1), Steps(314)),
    "cuda_2023": (Pulse(90, 0, 1), Steps(166), Pulse(180, 0, 1), Steps(332)),
    **{
        name: (Pulse(90, 0, 1), Steps(314), Pulse(180, 0, 1), Steps(628))
        for name in CONVENTIONS
        if "weak" in name or "pulse_angles" in name
    },
    **{
        name: (Pulse(90, 0, 1), Steps(628), Pulse(180, 0, 1), Steps(1257))
        for name in CONVENTIONS
        if "strong" in name
    },
    **{
        name: (Pulse(90, 0, 1), Steps(157), Pulse(180, 0, 1), Steps(314))
        for name in CONVENTIONS
        if "2024" in name
    },
    "lab": (Pulse(90, 0, -1), Steps(157), Pulse(180, 90, -1), Steps(314)),
    "measured_echo": (Pulse(90, 0, -1), Steps(200), Pulse(180, 90, -1), Steps(400)),
    "pulse_angle_sweep": (Pulse(90, 0, -1), Steps(157), Pulse(180, 90, -1), Steps(314)),
}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_conventions(name):
    experiment = preset(name).build()
    assert {field: getattr(experiment, field) for field in CONVENTIONS[name]} == CONVENTIONS[name]
    assert 2 * np.pi * experiment.dt == pytest.approx(REDUCED_STEP[name], rel=1e-15)
    assert experiment.protocol.events == SEQUENCES[name]


def test_2020_records_471_points_after_each_step():
    time = preset("ml4sci_2020").build().protocol.time
    assert len(time) == 471
    assert time == pytest.approx((1 + np.arange(471)) / np.pi, rel=1e-14)


def test_2023_records_500_points_before_each_step_and_at_the_end_of_each_period():
    time = preset("cuda_2023").build().protocol.time
    assert len(time) == 500
    assert time == pytest.approx(0.3 * np.r_[0:167, 166:499], rel=1e-14)


def test_the_tables_are_complete():
    assert set(CONVENTIONS) == set(SEQUENCES) == set(PRESETS)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_as_many_points_are_simulated_as_the_grid_has(name):
    experiment = preset(name).build().replace(n_x=2, n_y=2)
    assert simulate(experiment).signal.shape == experiment.protocol.time.shape


def test_2020_ranges_and_mapping():
    space = preset("ml4sci_2020").space
    assert {spec.name: (spec.low, spec.high) for spec in space} == {
        "alpha": (0, 0.2),
        "xi": (0, 20),
        "p": (2, 4),
        "d": (3, 6),
    }
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
    assert (
        from_strength.alpha_x
        == from_strength.alpha_y
        == pytest.approx(2.5 * 0.05 / (2 * from_strength.W), rel=1e-14)
    )
    assert from_strength.omega_p == pytest.approx(2.5, rel=1e-14)


def test_a_measured_echo_is_in_natural_units_and_without_the_free_induction_decay():
    own = preset("measured_echo")
    wide = own.build(omega_p=2.0, ratio_z=-0.5, d=3.0, line_width=0.3, cutoff=1.0)
    assert wide.omega_p == pytest.approx(2.0, rel=1e-12)
    assert wide.alpha_y == wide.alpha_x == pytest.approx(0.3 / wide.W, rel=1e-12)
    assert (wide.alpha_z / wide.alpha_x, wide.gamma_3) == pytest.approx((-0.5, 1e-3))
    other = own.fix(kernel="rkky", ratio_z=0.0, tau=30.0).build(omega_p=0.05)
    assert (other.kernel, other.alpha_z) == ("rkky", 0)
    assert other.omega_p == pytest.approx(0.05, rel=1e-12)
    assert other.protocol.time[0] == 35
    assert own.build().protocol.time[[0, 1, -1]].tolist() == [55.0, 55.5, 150.0]
    weakest = simulate(own.build(omega_p=0.05, n_x=12, n_y=12))
    none = simulate(own.build(omega_p=0.0, n_x=12, n_y=12))
    assert np.abs(weakest.signal - none.signal).max() < 0.02


def test_an_unknown_preset_lists_the_names():
    with pytest.raises(
        InputError,
        match=r"no preset 'ml4sci_2021'; there are ml4sci_2020_secular, .*cuda_2023",
    ):
        preset("ml4sci_2021")


SOLVED = sorted(name for name in PRESETS if PRESETS[name].solved)
GSOC = [name for name in SOLVED if name.startswith(("gsoc", "pulse_angles"))]


@pytest.mark.parametrize("name", GSOC)
def test_2021_strength_is_the_total_one_and_sets_the_length_scale(name):
    """W_tot = (2 alpha_x + alpha_z) |W|; the length scale is sqrt(W_tot/(2 alpha_x + alpha_z))."""
    made = preset(name)
    for seed in range(4):
        drawn = made.draw_sample(np.random.default_rng(seed))
        values, experiment = drawn.values, drawn.experiments[0]
        total = 2 * values["alpha_x"] + values["alpha_z"]
        assert experiment.alpha_x == experiment.alpha_y == values["alpha_x"]
        assert experiment.alpha_z == values["alpha_z"]
        assert total * abs(experiment.W) == pytest.approx(values["W_tot"], rel=1e-8)
        assert experiment.derived["length_scale"] == pytest.approx(
            np.sqrt(values["W_tot"] / total), rel=1e-8
        )


def test_2021_weak_power_law_keeps_its_exponent_at_or_above_two():
    """physics.md, section 2: W between 4 and its value at p = 2; most draws are outside of it."""
    drawn = [
        preset("gsoc_2021_weak_power_law").draw_sample(np.random.default_rng(seed))
        for seed in range(40)
    ]
    assert all(2 <= d.experiments[0].p <= 20 and d.experiments[0].xi == 1 for d in drawn)
    assert all(4 < d.experiments[0].W < 24 for d in drawn)
    assert sum(d.n_redrawn for d in drawn) > 0


@pytest.mark.parametrize("name", [name for name in SOLVED if "2024" in name])
def test_2024_alpha_is_divided_by_n_and_d_is_natural(name):
    for seed in range(6):
        values, (e,), _ = vars(preset(name).draw_sample(np.random.default_rng(seed))).values()
        assert (e.alpha_x, e.alpha_y, e.alpha_z) == (
            values["alpha"] / 2500,
            values["alpha"] / 2500,
            0,
        )
        assert e.gamma_3 == pytest.approx(np.exp(-values["d"]), rel=1e-14)
        assert 2 * e.alpha_x * abs(e.W) == pytest.approx(values["omega_p"] * 0.05, rel=1e-8)
        assert e.omega_p == pytest.approx(values["omega_p"], rel=1e-8)
        assert 0.05 <= e.xi <= 70
    experiment = preset(name).build(alpha=20.0, omega_p=2.0, n_x=40, n_y=30)
    assert experiment.alpha_x == pytest.approx(20 / 1200, rel=1e-14)
    assert experiment.omega_p == pytest.approx(2.0, rel=1e-8)


@pytest.mark.parametrize("name", SOLVED)
def test_draws_without_a_solution_are_drawn_again_and_counted(name):
    """As many as are refused when the prior is drawn by hand with the same generator; what is kept
    obeys the prior.
    """
    made, n_redrawn = PRESETS[name], 0
    for seed in range(12):
        rng, refused = np.random.default_rng(seed), 0
        while True:
            values = made.space.draw(rng)
            try:
                made.build(**values)
                break
            except Unreachable:
                refused += 1
        drawn = made.draw_sample(np.random.default_rng(seed))
        assert (drawn.values, drawn.n_redrawn) == (values, refused)
        assert all(spec.low <= drawn.values[spec.name] <= spec.high for spec in made.space)
        n_redrawn += refused
    # Of the others hardly any draw is out of reach
    assert n_redrawn > 0 or name != "gsoc_2021_weak_power_law"


def test_a_prior_without_any_solution_is_given_up(monkeypatch):
    monkeypatch.setattr("nmr_core.presets._preset.MAX_DRAWS", 50)
    ranges = {"alpha_x": (0.01, 0.015), "alpha_z": (0.01, 0.015), "W_tot": (0.01, 0.02)}
    impossible = replace(
        preset("gsoc_2021_weak_power_law"),
        space=ParameterSpace(
            tuple(
                spec.within(*ranges[spec.name], ranges[spec.name][0])
                for spec in preset("gsoc_2021_weak_power_law").space
            )
        ),
    )
    with pytest.raises(
        InputError,
        match=r"None of 50 draws of gsoc_2021_weak_power_law has a solution\. The last: ",
    ):
        impossible.draw(np.random.default_rng(0))


def test_37_pulse_strengths():
    experiments = preset("pulse_angle_sweep").experiments(omega_p=2.0)
    assert len(experiments) == 37
    first = [e.angle_1 for e in experiments]
    assert first == pytest.approx(90 * np.linspace(0.2, 1.8, 37))
    assert [e.angle_2 for e in experiments] == [2 * angle for angle in first]
    assert (
        len({e.material for e in experiments}) == len({e.protocol.grid for e in experiments}) == 1
    )
    assert tuple(first) == pulse_angle_sweep.ANGLES


def test_the_laboratory_measures_four_angles_of_one_anisotropic_material():
    experiments = preset("lab").experiments(omega_p=2.0, ratio_y=0.5, ratio_z=-0.3, d=4.0)
    assert [e.angle_2 for e in experiments] == [60, 90, 120, 180]
    assert {e.angle_1 for e in experiments} == {90}
    e = experiments[0]
    assert e.omega_p == pytest.approx(2.0, rel=1e-12)
    assert (e.alpha_y / e.alpha_x, e.alpha_z / e.alpha_x) == pytest.approx((0.5, -0.3))
    assert e.gamma_3 == pytest.approx(1e-4, rel=1e-12)


def test_settings_must_share_their_time_grid_and_be_fields_of_the_protocol():
    base = preset("ml4sci_2020_secular").fix(n_x=4, n_y=4)
    measured = base.measure(angle_2=[60, 120], phase_2=np.array([0.0, 90.0]))
    assert [(e.angle_2, e.phase_2) for e in measured.experiments()] == [(60, 0), (120, 90)]
    for field, values in (
        ("tau", [10, 20]),
        ("dt", [0.1, 0.2]),
        ("record", ["after", "all"]),
        ("sequence", ["fid", "cpmg"]),
        ("carrier", [0, 1]),
        ("carrier_phase", ["average", "step_end"]),
    ):
        with pytest.raises(InputError, match="settings of one sample must share their time grid"):
            base.measure(**{field: values})
    with pytest.raises(InputError, match="A setting is a field of the protocol, 'xi' is none"):
        base.measure(xi=[1, 2])
    for wrong in ({}, {"angle_1": [1, 2], "angle_2": [1]}, {"angle_1": []}):
        with pytest.raises(InputError, match="as many values as the others"):
            base.measure(**wrong)
    with pytest.raises(InputError, match="angle_1 must be in"):
        base.measure(angle_1=[90, 1000])


@pytest.mark.parametrize("name", PRESETS)
class TestEveryPreset:
    def test_has_texts_and_a_buildable_default(self, name):
        made = PRESETS[name]
        assert made.name == name
        assert made.label
        assert made.description.endswith(".")
        assert made.source.endswith(".")
        assert made.build() == made.build(**made.space.defaults)
        assert [spec.name for spec in made.space if not spec.low <= spec.default <= spec.high] == []
        assert all(spec.description.endswith(".") for spec in made.space)

    @pytest.mark.parametrize("u", [0.0, 0.5, 1 - 2**-53])
    def test_can_build_whatever_its_prior_can_draw(self, name, u):
        """Up to the last draw below the upper, and above the lower, end of every range; a range
        that is solved may have no solution there, which is then said."""

        class Always:
            def random(self):
                return u

        made = PRESETS[name]
        try:
            experiment = made.build(**made.space.draw(Always()))
        except Unreachable:
            assert made.solved
            return
        assert np.isfinite(list(experiment.derived.values())).all()

    def test_real_draws_can_be_built(self, name):
        for seed in range(3):
            drawn = PRESETS[name].draw_sample(np.random.default_rng(seed))
            assert PRESETS[name].experiments(**drawn.values) == drawn.experiments
            assert len(drawn.experiments) == len(PRESETS[name].settings)
            assert all(np.isfinite(list(e.derived.values())).all() for e in drawn.experiments)

    def test_refuses_unknown_names(self, name):
        with pytest.raises(
            InputError, match=f"Preset {name} has no parameter 'beta'; its own are .*alpha_x"
        ):
            PRESETS[name].build(beta=1)
        with pytest.raises(InputError, match="has no parameter 'beta'"):
            PRESETS[name].fix(beta=1)

    @pytest.mark.parametrize(
        "value",
        [float("nan"), float("inf"), "much", None, 1e300, pytest.param(10**400, id="10**400")],
    )
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
                assert np.isfinite(
                    [experiment.alpha_x, experiment.gamma_3, experiment.xi, experiment.p]
                ).all()

    def test_held_values_are_used_and_not_drawn(self, name):
        spec = PRESETS[name].space[PRESETS[name].space.names[0]]
        held = (
            PRESETS[name]
            .fix(**{spec.name: spec.default}, n_x=30, tau=5.0)
            .fix(n_y=31, acquire=10.0)
        )
        assert dict(held.fixed) == {
            spec.name: spec.default,
            "n_x": 30,
            "n_y": 31,
            "tau": 5.0,
            "acquire": 10.0,
        }
        assert held.drawn.names == PRESETS[name].space.names[1:]
        experiment = held.build()
        assert (experiment.n_x, experiment.n_y, experiment.tau) == (30, 31, 5.0)
        assert (
            experiment.material
            == PRESETS[name].build(**{spec.name: spec.default}, n_x=30, n_y=31).material
        )

    def test_what_is_held_does_not_shift_the_other_draws(self, name):
        """Where nothing is drawn again: a held value can make another draw solvable."""
        made = PRESETS[name]
        spec = made.space[made.space.names[0]]
        free = made.space.draw(np.random.default_rng(3))
        held = made.fix(**{spec.name: spec.default}).draw_sample(np.random.default_rng(3))
        if held.n_redrawn == 0:
            assert held.values == free | {spec.name: spec.default}
        assert held.values[spec.name] == spec.default
        assert held.n_redrawn == 0 or made.solved

    def test_every_field_can_be_held_that_its_settings_do_not_vary(self, name):
        built = PRESETS[name].build()
        for field in FIELDS.keys() - dict(PRESETS[name].settings[0]).keys():
            value = getattr(built, field)
            assert getattr(PRESETS[name].fix(**{field: value}).build(), field) == value, field

    def test_a_held_solution_is_no_longer_solved_for(self, name):
        for field in PRESETS[name].solved:
            held = PRESETS[name].fix(**{field: 4.5})
            drawn = held.draw_sample(np.random.default_rng(0))
            assert (getattr(drawn.experiments[0], field), drawn.n_redrawn) == (4.5, 0)

    def test_impossible_values_cannot_be_held(self, name):
        with pytest.raises(InputError, match="n_x must be in"):
            PRESETS[name].fix(n_x=-1)

    def test_held_numpy_numbers_can_be_written_to_a_manifest(self, name):
        numbers = {
            "n_x": np.int64(30),
            "n_y": np.int32(31),
            "tau": np.float32(5),
            "acquire": np.float64(10),
        }
        held = PRESETS[name].fix(**numbers)
        assert json.loads(json.dumps(dict(held.fixed))) == {
            "n_x": 30,
            "n_y": 31,
            "tau": 5.0,
            "acquire": 10.0,
        }


@pytest.mark.parametrize("name", SOLVED)
def test_a_held_strength_that_the_kernel_cannot_reach_is_refused(name):
    strength = "W_tot" if name in GSOC else "omega_p"
    with pytest.raises(
        InputError, match=r"kernel on .* spins reaches W from .* to .*, but W = .* is required"
    ):
        preset(name).fix(**{strength: 1e5})


def test_a_field_that_the_settings_vary_cannot_have_one_value():
    with pytest.raises(
        InputError, match=r"angle_2 differs from echo to echo of lab, .* measure\(angle_2=\.\.\.\)"
    ):
        preset("lab").fix(angle_2=90)
    assert preset("lab").build(angle_2=90).angle_2 == 90
    assert [e.angle_2 for e in preset("lab").measure(angle_2=(45, 90)).experiments()] == [45, 90]
