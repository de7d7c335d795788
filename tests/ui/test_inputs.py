"""Widgets from Parameter specs: bounds, step, format, label and help all come from the spec."""

from contextlib import suppress

import pytest
from streamlit.testing.v1 import AppTest

from nmr_core import Parameter
from nmr_core.experiment import Unreachable
from nmr_core.presets import PRESETS

REAL = Parameter("p", "p", "sites", 2, 4, 3.0, description="Exponent *of* it.")
WHOLE = Parameter("n_x", "nx", "", 4, 128, 50, integer=True)


def _script(kind, spec, link, before):
    import streamlit as st

    from ui.shared import inputs

    for key, value in before.items():
        st.session_state.setdefault(key, value)
    st.write(repr(getattr(inputs, kind)(spec, spec.name, link=link)))


def _widget(kind, spec, *, link=False, query=None, **before):
    app = AppTest.from_function(_script, args=(kind, spec, link, before), default_timeout=30)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app, (app.slider if kind == "slider" else app.number_input)[0]


@pytest.mark.parametrize("kind", ["slider", "number"])
def test_a_real_parameter(kind):
    app, widget = _widget(kind, REAL)
    assert (widget.label, widget.value) == ("p (sites)", 3.0)
    if kind == "slider":
        assert (widget.min, widget.max) == (2.0, 4.0)
    assert widget.help == r"Exponent \*of\* it\."
    assert widget.proto.format == "%.4g"
    assert app.markdown[0].value == "3.0"


@pytest.mark.parametrize("kind", ["slider", "number"])
def test_a_whole_parameter(kind):
    app, widget = _widget(kind, WHOLE)
    assert (widget.label, widget.value, widget.step) == ("nx", 50, 1)
    if kind == "slider":
        assert (widget.min, widget.max) == (4, 128)
    assert app.markdown[0].value == "50"
    assert not widget.help


def test_a_slider_has_about_two_hundred_round_steps():
    assert _widget("slider", REAL)[1].step == pytest.approx(0.01)
    assert _widget("slider", Parameter("a", "a", "", 0, 0.2, 0.1))[1].step == pytest.approx(0.001)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_value_of_a_slider_can_be_simulated(preset):
    """The range ξ = 0 has no meaning, so its slider begins one step above; a strength may be out of
    the kernel's reach.
    """
    for spec in preset.space:
        _, widget = _widget("slider", spec)
        assert spec.low <= widget.min < widget.max <= spec.high
        for value in (widget.min, widget.max):
            with suppress(Unreachable):
                preset.build(**{spec.name: value})


@pytest.mark.parametrize("kind", ["slider", "number"])
@pytest.mark.parametrize("kept", [1.9, 4.1, float("nan"), "many"])
def test_a_kept_value_that_the_spec_refuses_gives_way_to_the_default(kind, kept):
    assert _widget(kind, REAL, p=kept)[1].value == 3.0


@pytest.mark.parametrize("kind", ["slider", "number"])
def test_a_kept_value_inside_the_range_stays(kind):
    assert _widget(kind, REAL, p=2.5)[1].value == 2.5


@pytest.mark.parametrize("kind", ["slider", "number"])
@pytest.mark.parametrize(("text", "value"), [("2.5", 2.5), ("9", 3.0), ("many", 3.0), ("", 3.0)])
def test_a_linked_value_comes_from_the_address(kind, text, value):
    assert _widget(kind, REAL, link=True, query={"p": text})[1].value == value


@pytest.mark.parametrize("text", ["0", "1e-9", "0.04"])
def test_a_slider_that_begins_above_zero_takes_a_smaller_linked_value(text):
    spec = Parameter("xi", "ξ", "sites", 0, 20, 10.0, open_low=True)
    app, widget = _widget("slider", spec, link=True, query={"xi": text})
    assert widget.value == widget.min == 0.1
    assert app.query_params["xi"] == "0.1"


def test_a_number_out_of_the_range_is_refused_with_a_sentence():
    app, widget = _widget("number", WHOLE, n_x=64)
    widget.set_value(2048).run()
    assert app.number_input[0].value == 64
    assert app.number_input[0].proto.set_value, "the browser would go on showing 2048"
    assert r"n\_x must be in \[4, 128\], got 2048" in app.caption[0].value
    app.number_input[0].set_value(32).run()
    assert app.number_input[0].value == 32
    assert not app.caption


@pytest.mark.parametrize("kind", ["slider", "number"])
def test_a_linked_value_is_written_into_the_address(kind):
    app, widget = _widget(kind, REAL, link=True)
    assert app.query_params["p"] == "3"
    widget.set_value(2.25).run()
    assert app.query_params["p"] == "2.25"


@pytest.mark.parametrize("kind", ["slider", "number"])
def test_an_unlinked_value_does_not(kind):
    assert _widget(kind, REAL, query={"p": "2.5"})[1].value == 3.0


def _choice_script(options, link, before):
    import streamlit as st

    from ui.shared import inputs

    for key, value in before.items():
        st.session_state.setdefault(key, value)
    st.write(repr(inputs.choice("Fruit", options, "fruit", link=link)))


def _choice(options, *, link=False, query=None, **before):
    app = AppTest.from_function(_choice_script, args=(options, link, before), default_timeout=30)
    if query:
        app.query_params["fruit"] = query
    app.run()
    assert not app.exception
    return app


FRUIT = {"a": "Apple", "b": "Banana"}


def test_a_choice_shows_labels_and_gives_names():
    app = _choice(FRUIT)
    assert app.selectbox[0].options == ["Apple", "Banana"]
    assert app.markdown[0].value == "'a'"


def test_a_kept_choice_that_is_gone_gives_way_to_the_first():
    assert _choice(FRUIT, fruit="zebra").selectbox[0].value == "a"
    assert _choice(FRUIT, fruit="b").selectbox[0].value == "b"


def test_a_linked_choice_is_an_id_in_the_address():
    app = _choice(FRUIT, link=True, query="b")
    assert (app.selectbox[0].value, app.query_params["fruit"]) == ("b", "b")
    app.selectbox[0].select("a").run()
    assert (app.selectbox[0].value, app.query_params["fruit"]) == ("a", "a")
    assert _choice(FRUIT, link=True, query="zebra").query_params["fruit"] == "a"


def test_no_options():
    assert _choice({}).markdown[0].value == "None"
    assert _choice({}, link=True).markdown[0].value == "None"


def _labelled(kind):
    import streamlit as st

    from ui.shared import inputs, things

    labels = st.session_state.get("labels", {"a": "A", "b": "B"})
    if kind == "one":
        value = things.one("Box", labels, "box", noun="data set", index=1)
    elif kind == "several":
        value = inputs.several("Box", labels, "box", first=["b"])
    else:
        value = getattr(inputs, kind)("Box", labels, "box", index=1)
    st.write(repr(value))


@pytest.mark.parametrize("kind", ["choice", "one", "several"])
def test_a_choice_stays_where_its_label_changes(kind):
    """The browser sends the label that it shows, also after another visitor has renamed it."""
    app = AppTest.from_function(_labelled, args=(kind,), default_timeout=30).run()
    app.session_state["labels"] = {"a": "A", "b": "Renamed"}
    app.session_state["box"] = ["B"] if kind == "several" else "B"
    app.run()
    assert not app.exception
    assert app.markdown[0].value == ("['b']" if kind == "several" else "'b'")
