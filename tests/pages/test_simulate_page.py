"""Simulate: effects of the widgets, restored links, and impossible values."""

import json

import pytest

from nmr_core import preset, simulate
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.presets import PRESETS
from ui.shared.experiment_form import GROUPS, LABELS
from ui.simulate.pins import MOST


def _numbers(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def _spec(app, number: int = 0) -> str:
    return app.get("plotly_chart")[number].proto.spec


def _healthy(app):
    assert not app.exception
    assert not app.error
    return app


def _open(app, group: str):
    app.session_state[f"group-{group}"] = True
    return _healthy(app.run())


def test_the_numbers_are_those_of_the_simulator(open_page):
    app = open_page("simulate", alpha="0.15", p="2.5", d="4.5", seed="3")
    experiment = preset("ml4sci_2020_secular").build(alpha=0.15, p=2.5, d=4.5)
    shape = simulate(experiment, seed=3).shape
    assert _numbers(app) == {
        "Echo |M|": f"{shape.height:.4f}",
        "at t": f"{shape.time:.1f} µs",
        "Width": f"{shape.width:.2f} µs",
        "Asymmetry": f"{shape.asymmetry:+.3f}",
    }
    assert any(f"ωp = {experiment.omega_p:.3g} Γ" in caption.value for caption in app.caption)


@pytest.mark.parametrize(("key", "value"), [("alpha", 0.2), ("p", 2.2), ("d", 5.0)])
def test_what_matters_moves_the_echo(open_page, key, value):
    app = open_page("simulate")
    before = _numbers(app)
    _healthy(app.slider(key=key).set_value(value).run())
    assert _numbers(app)["Echo |M|"] != before["Echo |M|"]


def test_xi_moves_nothing_and_the_page_says_so(open_page):
    app = open_page("simulate")
    before, spec = _numbers(app), _spec(app)
    assert [info.value.startswith("Move it and see: ξ cancels") for info in app.info] == [True]
    for value in (1.0, 20.0):
        app.slider(key="xi").set_value(value).run()
        assert _numbers(app) == before
    assert _spec(app) == spec


def test_xi_moves_the_echo_where_nothing_hides_it(open_page):
    app = open_page("simulate", set=["normalisation=none"], xi="0.3")
    assert not app.info
    before = _numbers(app)
    app.slider(key="xi").set_value(0.4).run()
    assert _numbers(app) != before


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("view", ["echo", "spectrum", "lattice", "sweep"])
def test_every_preset_in_every_view(open_page, name, view):
    side = 40 if "strong" in name else 8  # on a small lattice no kernel is as strong
    app = _healthy(
        open_page(
            "simulate",
            preset=name,
            view=view,
            set=[f"n_x={side}", f"n_y={side + 1}", "tau=20", "acquire=0"],
        )
    )
    assert [slider.key for slider in app.slider] == list(PRESETS[name].space.names)
    assert len(app.metric) == 4
    assert len(app.get("plotly_chart")) == (2 if view == "sweep" else 1)
    assert app.get("download_button")
    assert len(app.code) == 2


def test_presets_can_be_switched_to_and_fro(open_page):
    app = open_page("simulate", set=["tau=20", "n_x=12", "n_y=12"])
    for name in [*list(PRESETS)[1:], "ml4sci_2020_secular"]:
        _healthy(app.selectbox(key="preset").select(name).run())
        assert "set" not in app.query_params, "changes belong to the preset that they were made to"
        assert [slider.key for slider in app.slider] == list(PRESETS[name].space.names)


def test_a_value_that_the_other_preset_refuses_gives_way_to_its_default(open_page):
    app = open_page("simulate")
    app.slider(key="xi").set_value(0.5).run()  # below the 2 sites at which the prior of 2023 begins
    _healthy(app.selectbox(key="preset").select("cuda_2023").run())
    assert app.slider(key="xi").value == PRESETS["cuda_2023"].space["xi"].default


@pytest.mark.parametrize(
    "query",
    [
        {"alpha": "0.3"},
        {"alpha": "-1"},
        {"p": "1.9"},
        {"d": "many"},
        {"preset": "none"},
        {"set": "tau=1e6"},
        {"set": "n_x=0"},
        {"set": "offsets=random"},
        {"set": "tau"},
        {"set": "banana=1"},
        {"set": "alpha=7"},
        {"set": "sequence=90x -5us"},
        {"pin": "preset=none"},
        {"pin": "%%%"},
        {"pin": "preset=lab&xi=nan"},
        {"view": "upside down"},
        {"set": ["", "="]},
        {"pin": "preset=lab&setting=1e9"},
        {"pin": "preset=lab&angle_2=90"},
        {"seed": "-1"},
    ],
    ids=str,
)
def test_nonsense_in_the_address_is_as_if_it_were_not_there(open_page, query):
    app, plain = open_page("simulate", **query), open_page("simulate")
    _healthy(app)
    assert _numbers(app) == _numbers(plain)


def test_a_link_sets_any_field(open_page):
    app = _healthy(open_page("simulate", set=["tau=20", "sequence=90x 20us 180y 40us"]))
    assert _numbers(app)["at t"].startswith(("39", "40"))
    assert '--set "sequence=90x 20us 180y 40us"' in app.code[1].value
    assert "tau=20" in app.code[0].value


def test_every_number_and_choice_of_an_experiment_can_be_changed():
    assert {field for fields in GROUPS.values() for field in fields} == set(FIELDS)
    assert set(LABELS) == set(FIELDS) - set(PHYSICAL.names)


NEEDED = {
    "offsets_seed": ("Lattice and line", "offsets=frozen"),
    "carrier_axis": ("Time steps", "carrier=10"),
    "line_fraction": ("Lattice and line", "line=pseudo_voigt"),
}
"""Field -> its group, and the change without which it has no effect."""


@pytest.mark.parametrize("field", NEEDED)
def test_a_field_without_effect_is_not_shown(open_page, field):
    group, change = NEEDED[field]
    key = f"field-ml4sci_2020_secular-{field}"
    without = _open(open_page("simulate"), group)
    assert key not in {number.key for number in without.number_input}
    shown = _open(open_page("simulate", set=[change]), group)
    assert shown.number_input(key=key).label == PHYSICAL[field].label


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_has_a_field_for_each_number_with_symbol_and_unit(open_page, group):
    app = _open(open_page("simulate"), group)
    own = (*PRESETS["ml4sci_2020_secular"].space.names, "n_echoes", *NEEDED)
    names = [field for field in GROUPS[group] if field in PHYSICAL and field not in own]
    assert {f"field-ml4sci_2020_secular-{name}" for name in names} <= {
        number.key for number in app.number_input
    }
    for name in names:
        field = app.number_input(key=f"field-ml4sci_2020_secular-{name}")
        assert (field.label, field.value) == (PHYSICAL[name].label, None)
        assert (
            field.proto.placeholder == f"{getattr(preset('ml4sci_2020_secular').build(), name):.4g}"
        )
        assert field.help


def test_a_changed_field_is_used_stays_when_its_group_is_closed_and_can_be_undone(open_page):
    app = _open(open_page("simulate"), "Pulses")
    before = _numbers(app)
    _healthy(app.number_input(key="field-ml4sci_2020_secular-tau").set_value(20.0).run())
    changed = _numbers(app)
    assert changed["at t"].startswith("39")
    assert app.query_params["set"] in ("tau=20", ["tau=20"])
    app.session_state["group-Pulses"] = False
    _healthy(app.slider(key="p").set_value(3.0).run())
    assert not app.number_input(key="seed").value
    assert _numbers(app) == changed
    _healthy(app.button(key="undo-changes").click().run())
    assert _numbers(app) == before


def test_only_what_the_sequence_uses_is_offered(open_page):
    app = _open(open_page("simulate"), "Pulses")
    keys = {number.key for number in app.number_input}
    assert "field-ml4sci_2020_secular-n_echoes" not in keys
    _healthy(app.selectbox(key="field-ml4sci_2020_secular-sequence").select("cpmg").run())
    assert app.number_input(key="field-ml4sci_2020_secular-n_echoes").value is None
    _healthy(app.selectbox(key="field-ml4sci_2020_secular-sequence").select("fid").run())
    assert "field-ml4sci_2020_secular-angle_2" not in {number.key for number in app.number_input}
    assert _numbers(app)["Width"] == "–"


def test_a_typed_list_of_pulses_is_simulated_and_a_bad_one_is_one_sentence(open_page):
    app = _open(open_page("simulate"), "Pulses")
    _healthy(app.selectbox(key="field-ml4sci_2020_secular-sequence").select("list").run())
    text = app.text_input(key="field-ml4sci_2020_secular-sequence-list")
    _healthy(text.set_value("90x 30us 120y 60us").run())
    assert '"120' in _spec(app)
    app.text_input(key="field-ml4sci_2020_secular-sequence-list").set_value("90x -30us 180y").run()
    assert not app.exception
    assert [error.value.startswith("A delay must be > 0") for error in app.error] == [True]


def test_the_equation_of_every_kernel_and_the_scheme_of_every_sequence_are_the_help(open_page):
    from nmr_core import INTEGRATORS, KERNELS, SEQUENCES

    app = _open(open_page("simulate"), "Interaction")
    text = app.selectbox(key="field-ml4sci_2020_secular-kernel").help
    assert all(kernel.equation in text and kernel.help in text for kernel in KERNELS.values())
    app = _open(app, "Pulses")
    text = app.selectbox(key="field-ml4sci_2020_secular-sequence").help
    assert all(sequence.help in text for sequence in SEQUENCES.values())
    text = _open(app, "Time steps").selectbox(key="field-ml4sci_2020_secular-integrator").help
    assert all(integrator.help in text for integrator in INTEGRATORS.values())


def test_pinned_curves_stay_say_what_differs_and_are_part_of_the_link(open_page):
    app = open_page("simulate")
    _healthy(app.button(key="pin-this").click().run())
    assert app.button(key="pin-this").disabled, "the same curve twice"
    app.slider(key="alpha").set_value(0.15).run()
    assert "1 · α = 0.1" in json.loads(_spec(app))["data"][-1]["name"]
    assert all(metric.delta for metric in app.metric)
    again = _healthy(open_page("simulate", alpha="0.15", pin=app.query_params["pin"]))
    assert _spec(again) == _spec(app)
    _healthy(app.button(key="pin-clear").click().run())
    assert len(json.loads(_spec(app))["data"]) == 3
    assert not any(metric.delta for metric in app.metric)


def test_six_curves_can_be_pinned_and_no_more(open_page):
    app = open_page("simulate", set=["n_x=8", "n_y=8", "tau=5"])
    for k in range(MOST):
        app.slider(key="alpha").set_value(0.01 * (k + 1)).run()
        _healthy(app.button(key="pin-this").click().run())
    app.slider(key="alpha").set_value(0.2).run()
    assert app.button(key="pin-this").disabled
    assert len(app.query_params["pin"]) == MOST


@pytest.mark.parametrize("view", ["echo", "lattice", "sweep"])
def test_the_lines_to_reproduce_run_and_give_the_same_echo(open_page, view):
    app = open_page(
        "simulate",
        preset="lab",
        xi="4",
        seed="4",
        view=view,
        set=["n_x=12", "n_y=12", "offsets=iid", "alpha_z=0.01"],
        **{"lab-setting": "1"},
    )
    names = {}
    exec(_healthy(app).code[0].value, names)
    if view == "sweep":
        assert names["echoes"].signals.shape[0] == 4
    else:
        assert f"{names['echo'].peak[1]:.3f}" == _numbers(app)["Echo |M|"][:5]
        assert names["echo"].experiment.angle_2 == 90
    assert view != "lattice" or len(names["movie"].time) == 40


def test_the_settings_of_a_sample_are_its_echoes(open_page):
    app = _healthy(open_page("simulate", preset="lab", set=["n_x=12", "n_y=12"]))
    assert app.selectbox(key="lab-setting").options[0] == "β₂ = 180°"
    assert _numbers(
        open_page("simulate", preset="lab", set=["n_x=12", "n_y=12", "angle_2=90"])
    ) == _numbers(app)
    one = _numbers(app)
    _healthy(app.selectbox(key="lab-setting").select("0").run())
    assert _numbers(app) != one
    _healthy(app.toggle(key="all-echoes").set_value(True).run())
    spec = json.loads(_spec(app))
    assert {"β₂ = 90°", "β₂ = 120°", "β₂ = 180°"} <= {trace["name"] for trace in spec["data"]}


def test_the_papers_figure_is_two_clicks_away(open_page):
    app = open_page("simulate", view="sweep")
    _healthy(app.selectbox(key="preset").select("pulse_angle_sweep").run(timeout=60))
    assert json.loads(_spec(app))["layout"]["yaxis"]["title"]["text"] == "β₁ (°)"
    assert "sweep_settings" in app.code[0].value


def test_any_number_can_be_swept(open_page):
    app = _healthy(
        open_page(
            "simulate",
            view="sweep",
            n_values="5",
            set=["n_x=8", "n_y=8", "tau=10"],
            **{
                "ml4sci_2020_secular-swept": "tau",
                "ml4sci_2020_secular-tau-from": "5",
                "ml4sci_2020_secular-tau-to": "20",
            },
        )
    )
    assert json.loads(_spec(app))["layout"]["yaxis"]["title"]["text"] == "τ (µs)"
    assert "--sweep tau=5:20:5" in app.code[1].value


def test_a_sweep_that_nobody_would_wait_for_is_handed_to_the_command_line(open_page):
    app = _healthy(
        open_page("simulate", view="sweep", n_values="101", set=["n_x=128", "n_y=128", "tau=400"])
    )
    assert any(info.value.startswith("This sweep takes about") for info in app.info)
    assert not app.get("plotly_chart")
    assert "--sweep angle_2=" in app.code[0].value


def test_an_echo_that_nobody_would_wait_for_is_refused_at_once(open_page, monkeypatch):
    monkeypatch.setattr(
        "ui.shared.compute.simulate", lambda *_, **__: pytest.fail("it was simulated")
    )
    app = open_page("simulate", set=["n_x=2048", "n_y=2048"])
    assert not app.exception
    assert app.error[0].value.startswith("This echo takes about")
    assert app.slider(key="alpha").value


REFUSED = {
    "sweep of tau": {
        "view": "sweep",
        "ml4sci_2020_secular-swept": "tau",
        "ml4sci_2020_secular-tau-from": "9000",
        "ml4sci_2020_secular-tau-to": "10000",
        "n_values": "101",
        "set": ["tau=1"],
    },
    "sweep of n_x": {
        "view": "sweep",
        "ml4sci_2020_secular-swept": "n_x",
        "ml4sci_2020_secular-n_x-from": "2000",
        "ml4sci_2020_secular-n_x-to": "2048",
        "n_values": "48",
        "set": ["tau=1", "n_y=2048"],
    },
    "movie": {"view": "lattice", "set": ["n_x=1400", "n_y=1400", "tau=1", "dt=1"]},
}


@pytest.mark.parametrize("link", REFUSED.values(), ids=REFUSED)
def test_a_link_that_asks_for_too_much_is_refused_before_it_is_simulated(
    open_page, monkeypatch, link
):
    """The cost is that of what would be simulated, not that of the experiment of the form."""
    for name in ("movie", "sweep"):
        monkeypatch.setattr(f"ui.shared.compute.{name}", lambda *_: pytest.fail("simulated"))
    monkeypatch.setattr("ui.shared.compute._echo", lambda *_: _small_echo())
    app = open_page("simulate", **link)
    assert not app.exception
    assert any("too much for a page" in info.value for info in app.info)
    assert not app.get("plotly_chart")


def _small_echo():
    return simulate(preset("ml4sci_2020_secular").build(n_x=8, n_y=8, tau=5))


def test_pins_that_together_take_too_long_are_named(open_page, monkeypatch):
    monkeypatch.setattr("ui.shared.picture_cost.PATIENCE", 0.05)
    small = ["n_x=32", "n_y=32"]
    pin = "preset=ml4sci_2020_secular&seed=0&setting=0&n_x=128&n_y=128"
    app = _healthy(open_page("simulate", set=small, pin=[pin]))
    assert any(info.value.startswith("Pinned echo 1 is not drawn") for info in app.info)
    assert any("n_x=128" in info.value for info in app.info)


def test_what_cannot_be_is_a_sentence_beside_the_controls(open_page):
    app = open_page("simulate", preset="gsoc_2021_weak_power_law", alpha_x="0.015", alpha_z="0.003")
    assert not app.exception
    assert len(app.error) == 1
    assert "Choose a strength in between." in app.error[0].value
    assert app.slider(key="W_tot").value
    _healthy(app.slider(key="alpha_x").set_value(0.003).run())


def test_a_step_that_is_too_coarse_names_one_that_is_safe(open_page):
    app = open_page("simulate", set=["alpha_z=10"])
    assert not app.exception
    assert "The largest step that is safe is" in app.error[0].value


def test_without_coupling_the_exact_curve_is_drawn_while_one_waits(open_page):
    app = open_page("simulate")
    # A toggle that takes seconds is broken
    _healthy(app.toggle(key="uncoupled").set_value(True).run(timeout=5))
    assert "without coupling" in _spec(app)
    assert open_page("simulate", set=["angle_2=120"]).toggle(key="uncoupled").disabled


def test_the_last_component_cannot_be_taken_away(open_page):
    app = open_page("simulate")
    _healthy(app.pills(key="show").set_value([]).run())
    assert '"|M|"' in _spec(app)


def test_an_echo_that_was_shown_is_not_simulated_again(open_page, monkeypatch):
    app = open_page("simulate")
    app.slider(key="alpha").set_value(0.15).run()
    monkeypatch.setattr(
        "ui.shared.compute.simulate", lambda *_, **__: pytest.fail("it was simulated again")
    )
    _healthy(app.slider(key="alpha").set_value(0.1).run())


def test_one_pin_can_be_removed(open_page):
    app = open_page("simulate", set=["n_x=8", "n_y=8", "tau=5"])
    for alpha in (0.05, 0.1):
        app.slider(key="alpha").set_value(alpha).run()
        _healthy(app.button(key="pin-this").click().run())
    app.slider(key="alpha").set_value(0.15).run()
    _healthy(app.button(key="pin-remove-0").click().run())
    names = [trace["name"] for trace in json.loads(_spec(app))["data"]]
    assert [name for name in names if "·" in name] == ["1 · α = 0.1"]


def test_the_spectrum_is_that_of_the_echo_alone_unless_asked(open_page):
    """Between the pulses, the decay after the pulse interferes with the echo: fringes."""
    app = _healthy(open_page("simulate", view="spectrum"))
    assert app.selectbox(key="spectrum-part").value == "echo"
    names, protocol = {}, preset("ml4sci_2020_secular").build().protocol
    exec(app.code[0].value, names)
    start, stop = protocol.echo_span
    step = 1 / (names["frequency"][1] - names["frequency"][0])
    assert step == pytest.approx(8 * (stop - start) / 2, rel=0.02), (
        "half of the time, zero filled 8 times"
    )


def test_a_link_holds_no_keys_of_other_presets(open_page):
    app = open_page("simulate", preset="lab", view="sweep", set=["n_x=8", "n_y=8"])
    assert "lab-setting" in app.query_params
    _healthy(app.selectbox(key="preset").select("ml4sci_2020_secular").run(timeout=60))
    assert not [key for key in app.query_params if key.startswith("lab-")]
