"""The theme, which Streamlit sends to the browser at the beginning of every run, made once.

It reads some 250 options for it, which took an eighth of the time of a page.
"""

from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_original: Callable[..., None] | None = getattr(app_session, "_populate_theme_msg", None)
_sections: dict[str, CustomThemeConfig] = {}


def install() -> None:
    """Have Streamlit copy the sections of the theme, in this process; nothing in one without
    the function that is replaced.
    """
    if _original is not None:
        app_session._populate_theme_msg = _populate


def _populate(message: CustomThemeConfig, section: str = "theme") -> None:
    if section not in _sections:
        theme = CustomThemeConfig()
        assert _original is not None
        _original(theme, section)
        _sections[section] = theme
    if _sections[section].ByteSize():
        message.MergeFrom(_sections[section])
