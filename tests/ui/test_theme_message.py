"""The theme at the beginning of a run is the one that Streamlit makes of its options, made once."""

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime import app_session
from streamlit.runtime.state import common
from streamlit.runtime.state.safe_session_state import SafeSessionState

from ui.shared import session_values, theme_message

SECTIONS = {
    "theme": lambda theme: theme,
    "theme.light": lambda theme: theme.light,
    "theme.dark": lambda theme: theme.dark,
    "theme.sidebar": lambda theme: theme.sidebar,
    "theme.light.sidebar": lambda theme: theme.light.sidebar,
    "theme.dark.sidebar": lambda theme: theme.dark.sidebar,
}


@pytest.fixture
def options():
    before = {name: config.get_option(name) for name in ("theme.base", "theme.dark.textColor")}
    config.set_option("theme.base", "light")  # the default of the message
    config.set_option("theme.dark.textColor", "#ABCDEF")
    theme_message._sections.clear()
    yield
    for name, value in before.items():
        config.set_option(name, value)
    theme_message._sections.clear()


def _message(populate) -> NewSession:
    message = NewSession()
    for section, part in SECTIONS.items():
        populate(part(message.custom_theme), section)
    return message


def test_the_message_is_the_same_and_the_options_are_read_once(options, monkeypatch):
    theme_message.install()
    original = _message(theme_message._original)
    assert original.custom_theme.dark.text_color == "#ABCDEF"
    assert _message(app_session._populate_theme_msg) == original
    monkeypatch.setattr(config, "get_options_for_section", lambda _: pytest.fail("read again"))
    assert _message(app_session._populate_theme_msg) == original


def test_a_streamlit_without_the_functions_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(theme_message, "_original", None)
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    theme_message.install()
    assert not hasattr(app_session, "_populate_theme_msg")
    monkeypatch.delattr(common, "is_element_id")
    monkeypatch.setattr(SafeSessionState, "filtered_state", "own")
    session_values.install()
    assert SafeSessionState.filtered_state == "own"
