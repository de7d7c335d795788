"""Streamlit's widgets see the same values, whether all are collected or one is looked up."""

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from ui.shared import boot, session_values


def _page():
    import streamlit as st
    from streamlit.runtime.state import get_session_state

    st.session_state.setdefault("plain", 1)
    if st.session_state.get("emptied"):
        st.session_state["number"] = None
    st.number_input("Number", 0, 10, None, key="number")
    st.slider("Keyless", 0, 10)
    st.selectbox("Choice", ["a", "b"], key="choice")
    st.text_input("Text", key="text")
    if st.toggle("More", key="more"):
        st.text_input("Only now", "x", key="now")
    state = get_session_state()
    collected, looked_up = state._state.filtered_state, state.filtered_state
    strange = ["absent", *state._state._new_widget_state, *state._state._old_state]
    keys = [*collected, *strange]
    st.session_state["differences"] = [
        key
        for key in keys
        if (key in collected) != (key in looked_up) or collected.get(key) != looked_up.get(key)
    ]
    st.session_state["same"] = dict(looked_up) == collected and len(looked_up) == len(collected)


def test_one_value_is_what_it_is_among_all():
    session_values.install()
    app = AppTest.from_function(_page).run()
    for step in (
        lambda: app.number_input(key="number").set_value(3),
        lambda: app.slider[0].set_value(7),
        lambda: app.toggle(key="more").set_value(True),
        lambda: app.text_input(key="now").set_value("y"),
        lambda: app.toggle(key="more").set_value(False),
        lambda: app.selectbox(key="choice").set_value("b"),
        lambda: app,
    ):
        step().run()
        assert not app.exception
        assert app.session_state["differences"] == []
        assert app.session_state["same"]
    app.session_state["emptied"] = True
    assert app.run().number_input(key="number").value is None


def test_every_run_of_the_app_installs_it(monkeypatch):
    monkeypatch.setattr(SafeSessionState, "filtered_state", property(lambda state: {}))
    monkeypatch.setattr(boot.st, "html", _stop)
    with pytest.raises(InterruptedError):
        boot.start()
    assert SafeSessionState.filtered_state.fget is session_values.Values


def _stop(*_, **__):
    raise InterruptedError
