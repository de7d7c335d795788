"""Simulate: what the sliders do to the numbers, and what they cannot do."""

import pytest

from nmr_core import preset, simulate
from nmr_core.presets import PRESETS


def _numbers(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_numbers_are_those_of_the_simulator(open_page):
    app = open_page("simulate", alpha="0.15", p="2.5", d="4.5", seed="3")
    experiment = preset("ml4sci_2020").build(alpha=0.15, p=2.5, d=4.5)
    when, height = simulate(experiment, seed=3).peak
    assert _numbers(app) == {"Echo |M|": f"{height:.4f}", "at t": f"{when:.1f} µs",
                             "Coupling ωp": f"{experiment.omega_p:.2f} Γ", "Kernel sum W": "1"}


@pytest.mark.parametrize(("key", "value"), [("alpha", 0.2), ("p", 2.2), ("d", 5.0)])
def test_what_matters_moves_the_echo(open_page, key, value):
    app = open_page("simulate")
    before = _numbers(app)
    app.slider(key=key).set_value(value).run()
    assert not app.exception
    assert _numbers(app)["Echo |M|"] != before["Echo |M|"]


def test_xi_moves_nothing_and_the_page_says_so(open_page):
    app = open_page("simulate")
    before, spec = _numbers(app), app.get("plotly_chart")[0].proto.spec
    assert [info.value.startswith("Move it and see: ξ cancels") for info in app.info] == [True]
    for value in (1.0, 20.0):
        app.slider(key="xi").set_value(value).run()
        assert _numbers(app) == before
    assert len(app.get("plotly_chart")[0].proto.spec) == len(spec)


def test_xi_moves_the_echo_where_nothing_hides_it(open_page):
    app = open_page("simulate", preset="cuda_2023")
    assert not app.info
    before = _numbers(app)
    app.slider(key="xi").set_value(3.0).run()
    assert _numbers(app) != before


def test_presets_can_be_switched_to_and_fro(open_page):
    app = open_page("simulate")
    for name in [*PRESETS, *PRESETS]:
        app.selectbox(key="preset").select(name).run()
        assert not app.exception
        assert [slider.key for slider in app.slider] == list(PRESETS[name].space.names)
        assert len(app.metric) == 4


def test_a_value_that_the_other_preset_refuses_gives_way_to_its_default(open_page):
    app = open_page("simulate")
    app.slider(key="xi").set_value(0.5).run()   # below the 2 sites at which the prior of 2023 begins
    app.selectbox(key="preset").select("cuda_2023").run()
    assert not app.exception
    assert app.slider(key="xi").value == PRESETS["cuda_2023"].space["xi"].default


@pytest.mark.parametrize("query", [{"alpha": "0.3"}, {"alpha": "-1"}, {"p": "1.9"}, {"d": "many"}, {"preset": "none"},
                                   {"ml4sci_2020-tau": "1e6"}, {"ml4sci_2020-n_x": "2"},
                                   {"ml4sci_2020-offsets": "random"}], ids=str)
def test_values_out_of_range_in_the_address_fall_back(open_page, query):
    app, plain = open_page("simulate", **query), open_page("simulate")
    assert not app.exception
    assert not app.error
    assert _numbers(app) == _numbers(plain)


def test_numbers_of_the_expander_are_used_and_shown_in_the_address(open_page):
    app = open_page("simulate", **{"ml4sci_2020-tau": "20"})
    assert _numbers(app)["at t"].startswith(("39", "40"))
    assert "--set tau=20" in app.code[1].value
    assert "tau=20" in app.code[0].value


def test_the_lines_to_reproduce_run_and_give_the_same_echo(open_page):
    app = open_page("simulate", alpha="0.15", seed="4", **{"ml4sci_2020-n_x": "12", "ml4sci_2020-offsets": "iid"})
    names = {}
    exec(app.code[0].value, names)
    assert f"{names['echo'].peak[1]:.4f}" == _numbers(app)["Echo |M|"]


def test_without_coupling_the_exact_curve_is_drawn_while_one_waits(open_page):
    app = open_page("simulate")
    app.toggle(key="uncoupled").set_value(True).run(timeout=5)   # a toggle that takes seconds is broken
    assert not app.exception
    assert "without coupling" in app.get("plotly_chart")[0].proto.spec


def test_the_last_component_cannot_be_taken_away(open_page):
    app = open_page("simulate")
    app.pills(key="components").set_value([]).run()
    assert not app.exception
    assert '"|M|"' in app.get("plotly_chart")[0].proto.spec
